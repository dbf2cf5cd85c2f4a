// What one would write with DPDK: a packet's type and header lengths by rte_net_get_ptype, rte_hash_crc of the endpoint with the greater port,
// a table. `benches/decide` compiles it, gives it its frames in a file and has it take its turns.
//
// The file: the number of frames, the bytes from one to the next, the length of each, in 32-bit words, then the frames. Each line of input is a
// turn, `FIRST END ROUNDS WARM`, of which WARM rounds come before the time is taken: the frames are a copy of those that the other rows share and
// keep in the cache. Each line of output is a turn's CPU time in nanoseconds and how many frames got a manager.
#include <inttypes.h>
#include <rte_hash_crc.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_net.h>
#include <rte_prefetch.h>
#include <rte_tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BUCKETS = 4096, AHEAD = 8 };

static uint8_t table[BUCKETS];
static struct rte_mbuf packet;

// The manager of a flow; 0 for a frame that is neither TCP nor UDP, and for a fragment.
static uint8_t manager(const uint8_t *frame, uint32_t length) {
    packet.buf_addr = (void *)frame;
    packet.data_len = packet.pkt_len = length;
    struct rte_net_hdr_lens lens;
    const uint32_t type = rte_net_get_ptype(&packet, &lens, RTE_PTYPE_L2_MASK | RTE_PTYPE_L3_MASK | RTE_PTYPE_L4_MASK);
    const uint32_t l4 = type & RTE_PTYPE_L4_MASK;
    if (l4 != RTE_PTYPE_L4_TCP && l4 != RTE_PTYPE_L4_UDP) return 0;
    const uint8_t *l3 = frame + lens.l2_len;
    rte_be16_t ports[2];
    if (lens.l2_len + lens.l3_len + sizeof ports > length) return 0;
    memcpy(ports, l3 + lens.l3_len, sizeof ports);
    const int peer = rte_be_to_cpu_16(ports[0]) <= rte_be_to_cpu_16(ports[1]);
    uint8_t key[18] = {0};
    uint32_t bytes;
    if (RTE_ETH_IS_IPV4_HDR(type)) {
        const struct rte_ipv4_hdr *ip = (const void *)l3;
        memcpy(key, peer ? &ip->dst_addr : &ip->src_addr, 4);
        bytes = 4;
    } else {
        const struct rte_ipv6_hdr *ip = (const void *)l3;
        memcpy(key, peer ? ip->dst_addr : ip->src_addr, 16);
        bytes = 16;
    }
    memcpy(key + bytes, &ports[peer], 2);
    return table[rte_hash_crc(key, bytes + 2, 0) % BUCKETS];
}

static uint8_t *frames;
static uint32_t stride, *length;

static void prefetch(const uint8_t *frame) {
    rte_prefetch0(frame);
    rte_prefetch0(frame + RTE_CACHE_LINE_SIZE);
}

static uint64_t rounds_over(uint32_t first, uint32_t end, uint32_t rounds) {
    uint64_t found = 0;
    for (uint32_t round = 0; round < rounds; ++round)
        for (uint32_t i = first; i < end; ++i) {
            if (i + AHEAD < end) prefetch(frames + (size_t)(i + AHEAD) * stride);
            found += manager(frames + (size_t)i * stride, length[i]) != 0;
        }
    return found;
}

int main(int arguments, char **argument) {
    uint32_t count;
    FILE *file = arguments == 2 ? fopen(argument[1], "rb") : NULL;
    if (!file || fread(&count, 4, 1, file) != 1 || fread(&stride, 4, 1, file) != 1) return fputs("usage: dpdk FILE\n", stderr), 2;
    length = calloc(count, 4);
    frames = aligned_alloc(64, (size_t)count * stride);
    if (!length || !frames || fread(length, 4, count, file) != count || fread(frames, stride, count, file) != count) return perror(argument[1]), 2;
    for (int bucket = 0; bucket < BUCKETS; ++bucket) table[bucket] = bucket % 16 + 1;
    packet.nb_segs = 1;
    uint32_t first, end, rounds, warm;
    while (scanf("%" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNu32, &first, &end, &rounds, &warm) == 4) {
        rounds_over(first, end, warm);
        struct timespec from, to;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
        const uint64_t found = rounds_over(first, end, rounds);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
        printf("%" PRId64 " %" PRIu64 "\n", (to.tv_sec - from.tv_sec) * INT64_C(1000000000) + to.tv_nsec - from.tv_nsec, found);
        fflush(stdout);
    }
}

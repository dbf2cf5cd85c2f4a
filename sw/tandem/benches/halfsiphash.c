/* HalfSipHash-2-4 with 32 bits of output in plain C: what the batch hash is measured against.
 *
 * Written from the algorithm's description (Aumasson and Bernstein, SipHash). `prove` prints the output for messages 00 01 .. of 0 to 63
 * bytes under the key 00 01 .. 07, in the form of the published vectors; `time KEYS ROUNDS` hashes that many 18-byte keys as often, and
 * prints the shortest time of a round in nanoseconds and the XOR of all outputs, so that no work can be left out. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEY_BYTES = 18 };

static uint32_t rotl(uint32_t x, int bits) { return x << bits | x >> (32 - bits); }

static uint32_t read_le(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void rounds(uint32_t v[4], int count) {
    while (count-- > 0) {
        v[0] += v[1];
        v[1] = rotl(v[1], 5) ^ v[0];
        v[0] = rotl(v[0], 16);
        v[2] += v[3];
        v[3] = rotl(v[3], 8) ^ v[2];
        v[0] += v[3];
        v[3] = rotl(v[3], 7) ^ v[0];
        v[2] += v[1];
        v[1] = rotl(v[1], 13) ^ v[2];
        v[2] = rotl(v[2], 16);
    }
}

static void absorb(uint32_t v[4], uint32_t word) {
    v[3] ^= word;
    rounds(v, 2);
    v[0] ^= word;
}

uint32_t halfsiphash(const uint8_t key[8], const uint8_t *message, size_t length) {
    uint32_t k0 = read_le(key), k1 = read_le(key + 4);
    uint32_t v[4] = {k0, k1, UINT32_C(0x6c796765) ^ k0, UINT32_C(0x74656462) ^ k1};
    const uint8_t *end = message + length / 4 * 4;
    for (; message != end; message += 4)
        absorb(v, read_le(message));
    uint32_t last = (uint32_t)length << 24;
    for (size_t i = 0; i < length % 4; i++)
        last |= (uint32_t)message[i] << 8 * i;
    absorb(v, last);
    v[2] ^= 0xff;
    rounds(v, 4);
    return v[1] ^ v[3];
}

static int prove(void) {
    uint8_t key[8], message[64];
    for (int i = 0; i < 64; i++)
        message[i] = (uint8_t)i;
    memcpy(key, message, sizeof key);
    for (size_t length = 0; length < 64; length++) {
        uint32_t h = halfsiphash(key, message, length);
        printf("%zu %02x%02x%02x%02x\n", length, h & 0xff, h >> 8 & 0xff, h >> 16 & 0xff, h >> 24);
    }
    return 0;
}

static double nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* The keys are those of the Rust side: byte i of key n is 7 n + 31 i, and byte 0 has n / 256 added. */
static int measure(size_t keys, int repetitions) {
    uint8_t *messages = malloc(keys * KEY_BYTES);
    uint32_t *out = malloc(keys * sizeof *out);
    if (!messages || !out)
        return 1;
    for (size_t n = 0; n < keys; n++)
        for (size_t i = 0; i < KEY_BYTES; i++)
            messages[n * KEY_BYTES + i] = (uint8_t)(n * 7 + i * 31 + (i == 0 ? n >> 8 : 0));
    double best = 1e300;
    uint32_t sum = 0;
    for (int repetition = 0; repetition < repetitions; repetition++) {
        uint8_t key[8] = {(uint8_t)repetition, 1, 2, 3, 4, 5, 6, 7};
        double start = nanoseconds();
        for (size_t n = 0; n < keys; n++)
            out[n] = halfsiphash(key, messages + n * KEY_BYTES, KEY_BYTES);
        double took = nanoseconds() - start;
        best = took < best ? took : best;
        for (size_t n = 0; n < keys; n++)
            sum ^= out[n];
    }
    printf("%.0f %08x\n", best, sum);
    return 0;
}

int main(int count, char **arguments) {
    if (count == 2 && strcmp(arguments[1], "prove") == 0)
        return prove();
    if (count == 4 && strcmp(arguments[1], "time") == 0)
        return measure(strtoul(arguments[2], NULL, 10), atoi(arguments[3]));
    fprintf(stderr, "usage: halfsiphash prove | halfsiphash time KEYS REPETITIONS\n");
    return 1;
}

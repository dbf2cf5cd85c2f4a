#!/usr/bin/env bash
# Records the captures in testbench/data from real programs in network namespaces of its own; `testbench/data/README.md` says what is in each.
#
#   client --- edge --- core --- server        Every link is a veth pair without offloads, so frames have the size they would have on a wire.
#
# The edge is where a distributor would stand: both its ports have the group's MAC, and only what comes in at them is recorded. So both
# directions of a flow are in the captures, addressed to the group. Addresses are documentation ranges.
# Needs root and: iproute2 ethtool tcpdump tshark curl python3 dnsmasq-base bind9-dnsutils iputils-ping traceroute netcat-openbsd
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/data"

fail() { echo "record.sh: $1" >&2; exit 1; }
[[ $EUID = 0 ]] || fail "needs root, for network namespaces: sudo testbench/record.sh"
for program in ip ethtool tcpdump tshark mergecap curl python3 dnsmasq dig ping traceroute nc; do
    command -v "$program" > /dev/null || fail "no $program; remedy: apt-get install the packages this script names at its top"
done

run=tandem-$$
work=$(mktemp -d)
group=02:00:5e:10:00:01
daemons=() taps=()
clean() {
    for pid in "${daemons[@]}" "${taps[@]}"; do kill "$pid" 2> /dev/null || true; done
    for ns in client edge core server; do ip netns del "$run-$ns" 2> /dev/null || true; done
    rm -rf "$work"
}
trap clean EXIT
on() { local ns=$1; shift; ip netns exec "$run-$ns" "$@"; }

# --- The network -----------------------------------------------------------------------------------------------------------------------

link() { # FROM PORT MAC TO PORT MAC
    ip -n "$run-$1" link add name "$2" address "$3" type veth peer name "$5" address "$6" netns "$run-$4"
    for end in "$1 $2" "$4 $5"; do
        set -- $end
        on "$1" ethtool -K "$2" tx off rx off tso off gso off gro off sg off > /dev/null
        ip -n "$run-$1" link set "$2" up
    done
}
address() { ip -n "$run-$1" address add "$3" dev "$2" $([[ $3 = *:* ]] && echo nodad); }
route() { ip -n "$run-$1" route add "${@:2}"; }

for ns in client edge core server; do
    ip netns add "$run-$ns"
    ip -n "$run-$ns" link set lo up
    on "$ns" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
done
link client nic 02:00:00:00:00:0c edge south $group
link edge north $group core west 02:00:00:00:00:0d
link core east 02:00:00:00:00:0e server nic 02:00:00:00:00:05
for host in {10..33}; do address client nic 192.0.2.$host/24; address client nic 2001:db8:1::$host/64; done
for host in {10..13}; do address server nic 203.0.113.$host/24; address server nic 2001:db8:2::$host/64; done
address edge south 192.0.2.1/24;      address edge south 2001:db8:1::1/64
address edge north 198.51.100.1/24;   address edge north 2001:db8:ff::1/64
address core west 198.51.100.2/24;      address core west 2001:db8:ff::2/64
address core east 203.0.113.1/24;     address core east 2001:db8:2::1/64
route client default via 192.0.2.1;         route client default via 2001:db8:1::1
route edge 203.0.113.0/24 via 198.51.100.2; route edge 2001:db8:2::/64 via 2001:db8:ff::2
route core 192.0.2.0/24 via 198.51.100.1;   route core 2001:db8:1::/64 via 2001:db8:ff::1
route server default via 203.0.113.1;       route server default via 2001:db8:2::1

# --- The servers -----------------------------------------------------------------------------------------------------------------------

serve() { ip netns exec "$run-server" "$@" > /dev/null 2>&1 & daemons+=($!); }
mkdir "$work/www"
for size in 200 1000 4000 40000; do head -c $size /dev/zero | tr '\0' 'T' > "$work/www/$size"; done
for port in 80 8080 50051; do serve python3 -m http.server --bind :: --directory "$work/www" $port; done
serve dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --pid-file= --user=root --bind-dynamic \
    --host-record=www.example.org,203.0.113.10,2001:db8:2::10 --txt-record=example.org,"$(printf 'tandem %.0s' {1..30})"
serve nc -u -l -k 203.0.113.10 9000
serve nc -u -l -k 2001:db8:2::10 9000
serve nc -l -k 203.0.113.10 9001
serve nc -l -k 2001:db8:2::10 9001

# --- Recording -------------------------------------------------------------------------------------------------------------------------

listen() {
    taps=()
    rm -f "$work"/*.log
    for port in south north; do
        ip netns exec "$run-edge" tcpdump -q -Z root -U --immediate-mode -i $port -Q in -s 0 --time-stamp-precision=nano -w "$work/$port.pcap" 2> "$work/$port.log" & taps+=($!)
    done
    until grep -qs "listening on" "$work/south.log" && grep -qs "listening on" "$work/north.log"; do sleep 0.05; done
}
save() { # FILE FORMAT [MERGECAP OPTION...]
    sleep 0.5
    kill "${taps[@]}" && wait "${taps[@]}" || true
    taps=()
    mergecap -F "$2" "${@:3}" -w "$1" "$work/south.pcap" "$work/north.pcap"
}
get() { on client curl -gs -o /dev/null --max-time 10 --interface "$1" "http://$2"; }
export -f get on; export run

until get 192.0.2.10 203.0.113.10/200 && get 192.0.2.10 203.0.113.10:8080/200 && get 192.0.2.10 203.0.113.10:50051/200; do sleep 0.1; done
until on client dig +short +tries=1 +time=1 @203.0.113.10 www.example.org > /dev/null; do sleep 0.1; done

# One day at the edge: 24 clients in each family, four servers, three web ports, and the small talk around them.
listen
for i in {0..23}; do
    echo 192.0.2.$((10 + i)) 203.0.113.$((10 + i % 4))/1000
    echo 2001:db8:1::$((10 + i)) "[2001:db8:2::$((10 + i % 4))]:8080/200"
    echo 192.0.2.$((10 + i)) 203.0.113.$((10 + (i + 1) % 4)):50051/200
    (( i % 8 )) || echo 192.0.2.$((10 + i)) 203.0.113.10/4000
    (( i % 12 )) || echo 2001:db8:1::$((10 + i)) "[2001:db8:2::10]/40000"
done | xargs -P 4 -L 1 bash -c 'get "$0" "$1"'
for i in {0..9}; do
    on client dig -b 192.0.2.$((10 + i)) @203.0.113.10 www.example.org > /dev/null
    on client dig -b 2001:db8:1::$((10 + i)) @2001:db8:2::10 www.example.org AAAA > /dev/null
done
on client dig -b 192.0.2.20#53 @203.0.113.10 www.example.org > /dev/null     # from port 53 to port 53, as old resolvers do
on client dig -b 192.0.2.21 +tcp @203.0.113.10 example.org TXT > /dev/null
on client dig -b 192.0.2.22 -p 5353 +tries=1 +time=1 @203.0.113.11 www.example.org > /dev/null || true      # nobody listens there
on client dig -b 2001:db8:1::22 -p 5353 +tries=1 +time=1 @2001:db8:2::11 www.example.org > /dev/null || true
on client ping -q -c 3 -i 0.2 203.0.113.10 > /dev/null
on client ping -q -c 3 -i 0.2 2001:db8:2::10 > /dev/null
on client ping -q -c 2 -i 0.2 -R 203.0.113.12 > /dev/null                    # record route: an IPv4 header full of options
on client traceroute -n -q 2 203.0.113.13 > /dev/null
on client traceroute -n -q 2 2001:db8:2::13 > /dev/null
on client traceroute -n -q 1 -T -p 80 203.0.113.13 > /dev/null
save web.pcap pcap

# Datagrams and pings greater than the MTU, in both directions and both families.
listen
for to in 203.0.113.10 2001:db8:2::10; do
    head -c 4000 "$work/www/40000" | on client nc -u -q 0 -w 1 $to 9000
    head -c 2000 "$work/www/40000" | on client nc -u -q 0 -w 1 $to 9000
    on client ping -q -c 2 -i 0.2 -s 5000 $to > /dev/null
done
save fragments.pcap pcap

# The core's way to the servers narrows to 1400 bytes: whoever sends more is told so, by an ICMP error that carries the packet it is about.
ip -n "$run-core" route replace 203.0.113.0/24 dev east src 203.0.113.1 mtu lock 1400
ip -n "$run-core" -6 route replace 2001:db8:2::/64 dev east metric 256 mtu lock 1400
listen
for i in {0..3}; do
    head -c 8000 "$work/www/40000" | on client nc -N -s 192.0.2.$((10 + i)) 203.0.113.10 9001
    head -c 8000 "$work/www/40000" | on client nc -N -s 2001:db8:1::$((10 + i)) 2001:db8:2::10 9001
done
head -c 1450 "$work/www/4000" | on client nc -u -q 0 -w 1 203.0.113.10 9000
head -c 1440 "$work/www/4000" | on client nc -u -q 0 -w 1 2001:db8:2::10 9000
save pmtu.pcap pcap

# The same few packets in the two other formats: pcapng with an interface for each port, and pcap with nanoseconds.
listen
get 192.0.2.15 203.0.113.11/1000
get 2001:db8:1::15 '[2001:db8:2::11]/1000'
on client dig -b 192.0.2.15 @203.0.113.10 www.example.org > /dev/null
on client ping -q -c 2 -i 0.2 203.0.113.10 > /dev/null
save two-ports.pcapng pcapng -I none
mergecap -F nsecpcap -w nanosecond.pcap two-ports.pcapng

# This kernel may have no 802.1Q: tags are written into a copy. IPv4 gets one, IPv6 two (an outer 802.1ad), everything else none.
python3 - fragments.pcap pmtu.pcap vlan.pcap << 'EOF'
import struct, sys
*sources, target = sys.argv[1:]
tags = {b"\x08\x00": struct.pack(">HH", 0x8100, 42), b"\x86\xdd": struct.pack(">HHHH", 0x88A8, 7, 0x8100, 0x2000 | 42)}
with open(target, "wb") as out:
    for number, source in enumerate(sources):
        data = open(source, "rb").read()
        out.write(data[:24] if number == 0 else b"")
        at = 24
        while at < len(data):
            seconds, fraction, size, original = struct.unpack_from("<IIII", data, at)
            frame = data[at + 16 : at + 16 + size]
            tag = tags.get(frame[12:14], b"")
            out.write(struct.pack("<IIII", seconds, fraction, size + len(tag), original + len(tag)) + frame[:12] + tag + frame[12:])
            at += 16 + size
EOF

# --- The witness -----------------------------------------------------------------------------------------------------------------------

# What tshark, which shares no code with us, sees in each file. The names are the decision's reasons for a card with no rules; see README.md.
declare -A filter
error='(icmp.type in {3,4,5,11,12} || icmpv6.type in {1,2,3,4})'
fragment='(ip.flags.mf == 1 && !icmp || ip.flags.mf == 1 && icmp && !'$error' || ip.frag_offset > 0 || ipv6.fraghdr)'
ours="eth.dst == $group"
ports="$ours && !$error && !$fragment && (tcp || udp)"
filter[frames]="frame"
filter[not_for_group]="eth.dst != $group"
filter[not_ip]="$ours && !ip && !ipv6"
filter[fragment]="$ours && $fragment"
filter[icmp_error]="$ours && $error && (tcp || udp)"
filter[neighbour]="$ours && ipv6 && !$fragment && icmpv6.type in {133,134,135,136,137}"
filter[other_protocol]="$ours && (ip || ipv6) && !(icmpv6.type in {133,134,135,136,137}) && !$fragment && !($error && (tcp || udp)) && !tcp && !udp"
filter[equal_ports]="$ports && (tcp.srcport == tcp.dstport || udp.srcport == udp.dstport)"
filter[source_side]="$ports && (tcp.srcport > tcp.dstport || udp.srcport > udp.dstport)"
filter[destination_side]="$ports && (tcp.srcport < tcp.dstport || udp.srcport < udp.dstport)"
{
    printf 'file\twhat\tcount\n'
    for file in *.pcap *.pcapng; do
        see() { tshark -r "$file" -o ip.defragment:FALSE -o ipv6.defragment:FALSE "$@" 2> /dev/null; }
        for what in frames not_for_group not_ip fragment icmp_error neighbour other_protocol equal_ports source_side destination_side; do
            printf '%s\t%s\t%d\n' "$file" "$what" "$(see -Y "${filter[$what]}" | wc -l)"
        done
        printf '%s\ttcp_flows\t%d\n' "$file" "$(see -Y "$ports && tcp" -T fields -e tcp.stream | sort -u | wc -l)"
        printf '%s\tudp_flows\t%d\n' "$file" "$(see -Y "$ports && udp" -T fields -e udp.stream | sort -u | wc -l)"
    done
} > counts.tsv
ls -l *.pcap *.pcapng
cat counts.tsv

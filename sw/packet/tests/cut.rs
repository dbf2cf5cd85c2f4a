//! A long segment, cut: another implementation reads every part, and finds its checksums right.

use etherparse::{NetSlice, PacketBuilder, SlicedPacket, TransportSlice};

const CONTENT: usize = 3210;

fn content() -> Vec<u8> {
    (0..CONTENT).map(|place| (place * 31 + 7) as u8).collect()
}

/// A frame with a segment of all flags that matter, and the bytes at which IP and TCP start.
fn long(v4: bool) -> (Vec<u8>, usize, usize) {
    let ethernet = PacketBuilder::ethernet2([2; 6], [4; 6]);
    let ip = if v4 { ethernet.ipv4([10, 0, 0, 1], [192, 0, 2, 10], 64) } else { ethernet.ipv6([0x20; 16], [0xfd; 16], 64) };
    let builder =
        ip.tcp(4000, 80, u32::MAX - 1000, 512).ack(77).psh().fin().cwr().options_raw(&[1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]).unwrap();
    let mut frame = vec![];
    builder.write(&mut frame, &content()).unwrap();
    (frame, 14, if v4 { 34 } else { 54 })
}

#[test]
fn every_part_is_a_sound_segment_and_together_they_hold_what_was_long() {
    for v4 in [true, false] {
        let (frame, network, transport) = long(v4);
        let (mut joined, mut next, mut count) = (vec![], u32::MAX - 1000, 0);
        let cut = packet::segment::cut(&frame, network, transport, 1448, |part| {
            let sliced = SlicedPacket::from_ethernet(part).unwrap();
            let Some(TransportSlice::Tcp(tcp)) = &sliced.transport else { panic!("no TCP") };
            let checksum = match sliced.net.as_ref().unwrap() {
                NetSlice::Ipv4(ip) => {
                    assert_eq!(ip.header().header_checksum(), ip.header().to_header().calc_header_checksum());
                    assert_eq!(usize::from(ip.header().total_len()), part.len() - 14);
                    tcp.calc_checksum_ipv4(ip.header().source(), ip.header().destination()).unwrap()
                }
                NetSlice::Ipv6(ip) => {
                    assert_eq!(usize::from(ip.header().payload_length()), part.len() - 54);
                    tcp.calc_checksum_ipv6(ip.header().source(), ip.header().destination()).unwrap()
                }
                _ => panic!("no IP"),
            };
            assert_eq!(tcp.checksum(), checksum);
            assert_eq!(tcp.sequence_number(), next);
            let is_last = count == 2;
            assert_eq!((tcp.cwr(), tcp.psh(), tcp.fin(), tcp.ack()), (count == 0, is_last, is_last, true));
            assert_eq!(tcp.options().len(), 12);
            next = next.wrapping_add(tcp.payload().len() as u32);
            joined.extend_from_slice(tcp.payload());
            count += 1;
        });
        assert!(cut && joined == content() && count == 3, "{count} parts");
    }
}

#[test]
fn what_holds_no_segment_is_not_cut() {
    let (frame, network, transport) = long(true);
    for length in 0..transport + 32 {
        assert!(!packet::segment::cut(&frame[..length], network, transport, 1448, |_| panic!("cut")), "{length} bytes");
    }
    assert!(!packet::segment::cut(&frame, network, transport, 0, |_| panic!("cut")));
    assert!(!packet::segment::cut(&frame, 0, transport, 1448, |_| panic!("cut")), "neither IPv4 nor IPv6");
}

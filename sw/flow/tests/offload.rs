//! Frames as a kernel has them: with checksums and segments that it leaves to a network card.

mod common;

use common::*;
use flow::{Offload, Reason, To};

/// The words of these bytes, added up as RFC 1071 does, and the number in 16 bits.
fn sum(bytes: &[u8]) -> u32 {
    let sum: u32 = bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0))).sum();
    (sum & 0xffff) + (sum >> 16)
}

/// Where the transport header starts, and where in it the checksum lies.
fn places(frame: &[u8]) -> (usize, usize) {
    let (start, protocol) = if frame[12] == 8 { (34, frame[23]) } else { (54, frame[20]) };
    (start, start + if protocol == TCP { 16 } else { 6 })
}

/// Leaves the pseudo header's sum in place of the checksum, as Linux does.
fn unfinish(frame: &mut [u8]) {
    let (start, at) = places(frame);
    let (addresses, protocol) = if frame[12] == 8 { (26..34, frame[23]) } else { (22..54, frame[20]) };
    let length = (frame.len() - start) as u32;
    let sum = sum(&frame[addresses]) + u32::from(protocol) + length;
    frame[at..at + 2].copy_from_slice(&(((sum & 0xffff) + (sum >> 16)) as u16).to_be_bytes());
}

/// What a card does: the sum over all from the transport header on, the field included.
fn finish(frame: &mut [u8]) {
    let (start, at) = places(frame);
    let sum = sum(&frame[start..]);
    let checksum = !(((sum & 0xffff) + (sum >> 16)) as u16);
    frame[at..at + 2].copy_from_slice(&checksum.to_be_bytes());
}

fn pass(rig: &mut Rig, interface: u16, mut frame: Vec<u8>) -> Vec<u8> {
    let offload = Offload { unfinished: true, segment: None };
    unfinish(&mut frame);
    rig.out.clear();
    let verdict = rig.filter.take_offloaded(&rig.tables, rig.now, interface, &mut frame, offload, &mut rig.out);
    assert!(matches!(verdict.to, Some(To::Hop(_))), "{verdict:?}");
    finish(&mut frame);
    frame
}

#[test]
fn a_checksum_that_is_left_to_the_card_is_right_once_the_card_has_finished_it() {
    for v6 in [false, true] {
        for port in [DESTINATION, FULL] {
            let mut rig = Rig::new();
            let to = std::net::SocketAddr::new(virtual_address(v6), port);
            // `read` computes every checksum from nothing.
            let sent = read(&pass(&mut rig, 0, tcp(TO_MANAGER, client(v6), to, segment(SYN, 100, 0))));
            assert_ne!(sent.destination, to);
            let server = servers(v6).iter().position(|server| *server == sent.destination).unwrap();
            let answer = tcp(from_server(server), sent.destination, sent.source, segment(SYN | ACK, 500, 101));
            let back = read(&pass(&mut rig, 1, answer));
            assert_eq!((back.source, back.destination), (to, client(v6)));
            let datagram = udp(TO_MANAGER, client(v6), to, b"an odd number");
            assert_eq!(read(&pass(&mut rig, 0, datagram)).payload, b"an odd number");
        }
    }
}

#[test]
fn a_packet_that_a_card_cuts_is_as_long_as_its_segments() {
    let payload = [7; 3000];
    for v6 in [false, true] {
        let header = if v6 { 60 } else { 40 };
        for (segment_bytes, reason) in [(1500 - header, Reason::Connection), (1501 - header, Reason::TooBig)] {
            let mut rig = Rig::new();
            established(&mut rig, client(v6), DESTINATION);
            let segment = Segment { flags: ACK, sequence: 101, acknowledged: 501, payload: &payload };
            let to = std::net::SocketAddr::new(virtual_address(v6), DESTINATION);
            let mut frame = tcp(TO_MANAGER, client(v6), to, segment);
            unfinish(&mut frame);
            let offload = Offload { unfinished: true, segment: Some(segment_bytes) };
            rig.out.clear();
            let verdict = rig.filter.take_offloaded(&rig.tables, rig.now, 0, &mut frame, offload, &mut rig.out);
            assert_eq!(verdict.reason, reason, "{segment_bytes} bytes");
        }
    }
}

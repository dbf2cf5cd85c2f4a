//! What is written anew, read by etherparse.

use etherparse::{Icmpv4Slice, Icmpv6Slice, Ipv4HeaderSlice, Ipv4Slice, Ipv6HeaderSlice, PacketBuilder, PacketHeaders};
use packet::fragment;
use packet::icmp_error::IcmpError;
use packet::ip::Addresses;
use std::net::IpAddr;

fn addresses(source: &str, destination: &str) -> Addresses {
    let parse = |text: &str| text.parse::<IpAddr>().unwrap();
    Addresses::new(parse(source), parse(destination)).unwrap()
}

#[test]
fn two_families_make_no_pair() {
    assert_eq!(Addresses::new("192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap()), None);
}

#[test]
fn an_error_of_ipv4_quotes_a_packet_up_to_576_bytes() {
    let packet: Vec<u8> = (0..1500).map(|byte| byte as u8).collect();
    for (error, type_and_code, word) in [(IcmpError::TimeExceeded, (11, 0), 0), (IcmpError::TooBig(1400), (3, 4), 1400)] {
        let mut out = vec![];
        error.write(&addresses("192.0.2.1", "198.51.100.7"), &packet, &mut out);
        let ip = Ipv4Slice::from_slice(&out).unwrap();
        let header = ip.header().to_header();
        assert_eq!((out.len(), header.time_to_live, header.dont_fragment), (576, 64, true));
        assert_eq!(header.header_checksum, header.calc_header_checksum());
        assert_eq!((header.source, header.destination), ([192, 0, 2, 1], [198, 51, 100, 7]));
        let icmp = Icmpv4Slice::from_slice(ip.payload().payload).unwrap();
        assert_eq!((icmp.type_u8(), icmp.code_u8()), type_and_code);
        assert_eq!(u32::from_be_bytes(icmp.bytes5to8()), word);
        assert_eq!(icmp.payload(), &packet[..548]);
        assert!(icmp.header().icmp_type.calc_checksum(icmp.payload()) == icmp.checksum());
    }
}

#[test]
fn an_error_of_ipv6_quotes_a_packet_up_to_1280_bytes() {
    let packet: Vec<u8> = (0..1500).map(|byte| byte as u8).collect();
    for (error, kind, word) in [(IcmpError::TimeExceeded, 3, 0), (IcmpError::TooBig(1400), 2, 1400)] {
        let mut out = vec![];
        error.write(&addresses("2001:db8::1", "2001:db8:1::2"), &packet, &mut out);
        let headers = PacketHeaders::from_ip_slice(&out).unwrap();
        let (ip, _) = headers.net.unwrap().ipv6_ref().map(|(ip, extensions)| (ip.clone(), extensions.clone())).unwrap();
        assert_eq!((out.len(), usize::from(ip.payload_length), ip.hop_limit), (1280, 1240, 64));
        let icmp = Icmpv6Slice::from_slice(&out[40..]).unwrap();
        assert_eq!((icmp.type_u8(), icmp.code_u8()), (kind, 0));
        assert_eq!(u32::from_be_bytes(icmp.bytes5to8()), word);
        assert_eq!(icmp.payload(), &packet[..1232]);
        assert!(icmp.is_checksum_valid(ip.source, ip.destination));
    }
}

#[test]
fn the_fragments_of_a_packet_are_valid_and_put_together_it_again() {
    let mut packet = vec![];
    let payload: Vec<u8> = (0..2000).map(|byte| (byte / 3) as u8).collect();
    PacketBuilder::ipv4([192, 0, 2, 1], [198, 51, 100, 7], 9).udp(4000, 53).write(&mut packet, &payload).unwrap();
    packet[6] = 0; // etherparse sets DF
    for mtu in [28, 68, 576, 1006, 1500, 4000] {
        let mut whole = vec![0; packet.len() - 20];
        let (mut count, mut last) = (0, false);
        fragment::cut(&packet, mtu, |header, payload| {
            let header = Ipv4HeaderSlice::from_slice(header).unwrap().to_header();
            assert_eq!(header.header_checksum, header.calc_header_checksum());
            assert!(usize::from(header.total_len) <= mtu && usize::from(header.total_len) == 20 + payload.len());
            let at = usize::from(header.fragment_offset.value()) * 8;
            whole[at..at + payload.len()].copy_from_slice(payload);
            assert_eq!(header.more_fragments, at + payload.len() < whole.len());
            assert_eq!((header.time_to_live, header.identification), (9, u16::from_be_bytes([packet[4], packet[5]])));
            last |= !header.more_fragments;
            count += 1;
        });
        assert!(last && whole == packet[20..], "MTU {mtu}");
        assert_eq!(count, (packet.len() - 20).div_ceil(if mtu >= packet.len() { 4000 } else { (mtu - 20) / 8 * 8 }));
    }
    fragment::cut(&packet, 27, |_, _| panic!("no room for 8 bytes"));
}

#[test]
fn the_fragments_of_an_ipv6_packet_are_valid_and_put_together_it_again() {
    let payload: Vec<u8> = (0..3000).map(|byte| (byte / 3) as u8).collect();
    let mut packet = vec![];
    PacketBuilder::ipv6([0x20; 16], [0xfd; 16], 9).udp(4000, 53).write(&mut packet, &payload).unwrap();
    for mtu in [56, 68, 1280, 1281, 1500, 3008] {
        let mut whole = vec![];
        let mut count = 0;
        fragment::cut_v6(&packet, mtu, 0x1234_5678, |header, payload| {
            assert!(header.len() == 48 && header.len() + payload.len() <= mtu);
            let ip = Ipv6HeaderSlice::from_slice(header).unwrap().to_header();
            assert_eq!((ip.next_header.0, ip.hop_limit, usize::from(ip.payload_length)), (44, 9, 8 + payload.len()));
            assert_eq!((ip.source, ip.destination), ([0x20; 16], [0xfd; 16]));
            // RFC 8200, section 4.5: next header, 8 bits reserved, offset in units of 8 bytes in 13 bits, 2 reserved, M, identification.
            let field = usize::from(u16::from_be_bytes([header[42], header[43]]));
            assert_eq!((field >> 3) * 8, whole.len());
            whole.extend_from_slice(payload);
            assert_eq!((field & 6, field & 1 == 1), (0, whole.len() < 3008));
            assert_eq!((&header[40..42], &header[44..]), (&[17, 0][..], &[0x12, 0x34, 0x56, 0x78][..]));
            count += 1;
        });
        assert!(whole == packet[40..], "MTU {mtu}");
        assert_eq!(count, 3008_usize.div_ceil((mtu - 48) / 8 * 8));
    }
    fragment::cut_v6(&packet, 55, 1, |_, _| panic!("no room for 8 bytes"));
}

/// RFC 791: of no operation (1), record route (7, not copied) and loose source route (131, copied), the later fragments have the last.
#[test]
fn later_fragments_have_the_options_that_are_copied_and_no_other() {
    let options = [1, 7, 3, 4, 131, 7, 4, 192, 0, 2, 9, 0];
    let mut packet = vec![0x48, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100, 7];
    packet.extend(options);
    packet.extend([7; 100]);
    packet[3] = packet.len() as u8;
    let mut headers = vec![];
    fragment::cut(&packet, 60, |header, _| headers.push(header.to_vec()));
    assert_eq!(headers[0][20..], options);
    assert!(headers.len() > 2 && headers[1..].iter().all(|header| header[20..] == [131, 7, 4, 192, 0, 2, 9, 0]));
    assert!(fragment::may(&packet));
    packet[6] = 0x40;
    assert!(!fragment::may(&packet));
}

//! Fragments of TCP: whatever their order, what comes out is the whole segment's translation, in pieces.

mod common;

use common::{ACK, ANSWER, Hosts, ISN, NOW, PORT, Tcp, bound, everywhere, gateway, read, take, to_server};
use etherparse::{SlicedPacket, TransportSlice};
use gateway::counters::Count;
use gateway::{ClientGateway, Frame, Mode, Output, Side, Time};

/// Bytes of a datagram that a fragment carries, the last one perhaps less.
const PIECE: usize = 24;

/// The fragments of a frame whose IP header has neither options nor extension headers.
fn cut(frame: &Frame) -> Vec<Frame> {
    let bytes = frame.bytes();
    let v4 = bytes[14] >> 4 == 4;
    let (header, content) = bytes.split_at(if v4 { 34 } else { 54 });
    let count = content.len().div_ceil(PIECE);
    let piece = |(place, piece): (usize, &[u8])| {
        let fields = (place * PIECE) as u16 | if v4 { 0 } else { u16::from(place + 1 < count) };
        let mut fragment = header.to_vec();
        if v4 {
            let fields = (fields / 8) | if place + 1 < count { 0x2000 } else { 0 };
            fragment[16..18].copy_from_slice(&(20 + piece.len() as u16).to_be_bytes());
            fragment[18..20].copy_from_slice(&7_u16.to_be_bytes());
            fragment[20..22].copy_from_slice(&fields.to_be_bytes());
            fragment[24..26].fill(0);
            let checksum = packet::Sum::default().bytes(&fragment[14..34]).checksum();
            fragment[24..26].copy_from_slice(&checksum.to_be_bytes());
        } else {
            let next = std::mem::replace(&mut fragment[20], 44);
            fragment[18..20].copy_from_slice(&(8 + piece.len() as u16).to_be_bytes());
            fragment.extend([next, 0]);
            fragment.extend(fields.to_be_bytes());
            fragment.extend(7_u32.to_be_bytes());
        }
        fragment.extend_from_slice(piece);
        Frame::ethernet(&fragment)
    };
    content.chunks(PIECE).enumerate().map(piece).collect()
}

/// The frame in a tunnel's packet; the same frame, if it is in none.
fn inside(frame: &Frame) -> Vec<u8> {
    let sliced = SlicedPacket::from_ethernet(frame.bytes()).unwrap();
    match sliced.transport {
        Some(TransportSlice::Udp(udp)) => [&frame.bytes()[..14], udp.payload()].concat(),
        _ => frame.bytes().to_vec(),
    }
}

/// The segment that these fragments are: put together, another implementation finds its checksum right.
fn together(fragments: &[Vec<u8>]) -> Tcp {
    let word = |bytes: &[u8], at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    let v4 = fragments[0][14] >> 4 == 4;
    let mut pieces: Vec<_> = fragments
        .iter()
        .map(|fragment| match v4 {
            true => (word(fragment, 20) & 0x1fff, &fragment[34..]),
            false => (word(fragment, 56) >> 3, &fragment[62..]),
        })
        .collect();
    pieces.sort_unstable();
    assert!(pieces.iter().enumerate().all(|(place, (offset, _))| usize::from(*offset) * 8 == place * PIECE), "{pieces:?}");
    let content: Vec<u8> = pieces.into_iter().flat_map(|(_, piece)| piece).copied().collect();
    let mut frame = fragments[0][..if v4 { 34 } else { 54 }].to_vec();
    if v4 {
        let right = |fragment: &Vec<u8>| packet::Sum::default().bytes(&fragment[14..34]).folded() == 0xffff;
        assert!(fragments.iter().all(right), "header checksum");
        frame[16..18].copy_from_slice(&(20 + content.len() as u16).to_be_bytes());
        frame[20..22].fill(0);
        frame[24..26].fill(0);
        let checksum = packet::Sum::default().bytes(&frame[14..34]).checksum();
        frame[24..26].copy_from_slice(&checksum.to_be_bytes());
    } else {
        frame[18..20].copy_from_slice(&(content.len() as u16).to_be_bytes());
        frame[20] = 6;
    }
    frame.extend(content);
    read(&Frame::ethernet(&frame)).1
}

const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/// Gives fragments to the gateway in each order, and judges what all of them have become.
fn in_each_order(gateway: &ClientGateway, side: Side, whole: &Tcp, judge: impl Fn(&[Output])) {
    let fragments = cut(&whole.frame(side));
    assert_eq!(fragments.len(), 3);
    for order in ORDERS {
        let mut gateway = gateway.clone();
        let out: Vec<_> = order.iter().flat_map(|place| take(&mut gateway, NOW, side, fragments[*place].clone())).collect();
        judge(&out);
    }
}

fn request(hosts: &Hosts) -> Tcp {
    to_server(hosts, ACK, ISN.wrapping_add(1), ANSWER.wrapping_add(1)).payload(b"GET /a/page/of/some/length HTTP/1.0\r\n\r\n!")
}

fn frames(out: &[Output], side: Side) -> Vec<Frame> {
    assert!(out.iter().all(|output| output.side == side), "{out:?}");
    out.iter().map(|output| output.frame.clone()).collect()
}

#[test]
fn a_client_s_fragments_go_to_the_winner_in_any_order() {
    everywhere(|hosts, mode| {
        let (gateway, replica) = (bound(hosts, mode), hosts.replicas[0]);
        let wanted = match mode {
            Mode::A | Mode::B => Tcp { to: (replica, 80), ..request(hosts) },
            Mode::C => request(hosts),
        };
        in_each_order(&gateway, Side::Inside, &request(hosts), |out| {
            let out: Vec<_> = frames(out, Side::Wan).iter().map(inside).collect();
            assert_eq!(together(&out), wanted);
        });
    });
}

#[test]
fn the_winner_s_fragments_come_back_as_the_server_s_and_those_of_a_late_server_do_not() {
    everywhere(|hosts, mode| {
        let gateway = bound(hosts, mode);
        let response =
            |from| Tcp::new((from, 80), (hosts.client, PORT), ACK, ANSWER.wrapping_add(1), ISN.wrapping_add(1)).payload(&[0xff; 50]);
        if mode == Mode::A {
            in_each_order(&gateway, Side::Wan, &response(hosts.replicas[0]), |out| {
                let out: Vec<_> = frames(out, Side::Inside).iter().map(inside).collect();
                assert_eq!(together(&out), response(hosts.server));
            });
        }
        in_each_order(&gateway, Side::Wan, &response(hosts.server), |out| match mode {
            // The winner speaks with the server's address.
            Mode::B => assert_eq!(together(&frames(out, Side::Inside).iter().map(inside).collect::<Vec<_>>()), response(hosts.server)),
            Mode::A | Mode::C => assert_eq!(out, []),
        });
    });
}

#[test]
fn fragments_that_belong_to_no_bound_connection_pass_as_they_are() {
    for v4 in [true, false] {
        let hosts = common::hosts(v4);
        let sorted = |mut frames: Vec<Frame>| {
            frames.sort_by_key(|frame| frame.bytes().to_vec());
            frames
        };
        let wanted = sorted(cut(&request(&hosts).frame(Side::Inside)));
        in_each_order(&gateway(&hosts), Side::Inside, &request(&hosts), |out| assert_eq!(sorted(frames(out, Side::Wan)), wanted));
    }
}

#[test]
fn fragments_without_a_first_one_are_forgotten_in_time_and_counted() {
    everywhere(|hosts, mode| {
        let mut gateway = bound(hosts, mode);
        let fragments = cut(&request(hosts).frame(Side::Inside));
        for fragment in &fragments[1..] {
            assert_eq!(take(&mut gateway, NOW, Side::Inside, fragment.clone()), []);
        }
        let due = gateway.next().expect("something is held");
        assert_eq!(due, NOW + Time::from_secs(30));
        let mut out = vec![];
        gateway.poll(due, &mut out);
        assert_eq!((out, gateway.counters().get(Count::FragmentDropped)), (vec![], 2));
        // The first one alone goes on: nobody knows that the others are lost.
        assert_eq!(take(&mut gateway, due, Side::Inside, fragments[0].clone()).len(), 1);
    });
}

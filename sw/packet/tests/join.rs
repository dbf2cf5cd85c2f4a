//! Segments that follow each other, joined: cut again they are what came, and what does not follow is not taken. Another implementation writes them.

use etherparse::PacketBuilder;
use packet::join::Joined;
use proptest::prelude::*;

const NETWORK: usize = 14;

#[derive(Clone, Debug)]
struct Segment {
    v4: bool,
    number: u16,
    seq: u32,
    ack: u32,
    window: u16,
    push: bool,
    time: u32,
    content: Vec<u8>,
}

impl Segment {
    fn transport(&self) -> usize {
        NETWORK + if self.v4 { 20 } else { 40 }
    }

    /// The frame, by etherparse.
    fn frame(&self) -> Vec<u8> {
        let ethernet = PacketBuilder::ethernet2([2; 6], [4; 6]);
        let ip = if self.v4 {
            let mut header = etherparse::Ipv4Header::new(0, 64, etherparse::IpNumber::TCP, [10, 0, 0, 1], [192, 0, 2, 10]).unwrap();
            header.identification = self.number;
            header.dont_fragment = true;
            ethernet.ip(etherparse::IpHeaders::Ipv4(header, etherparse::Ipv4Extensions::default()))
        } else {
            ethernet.ipv6([0x20; 16], [0xfd; 16], 64)
        };
        let tcp = ip.tcp(4000, 80, self.seq, self.window).ack(self.ack);
        let tcp = if self.push { tcp.psh() } else { tcp };
        let options = [&[1, 1, 8, 10][..], &self.time.to_be_bytes(), &[0, 0, 0, 2]].concat();
        let mut frame = vec![];
        tcp.options_raw(&options).unwrap().write(&mut frame, &self.content).unwrap();
        frame
    }

    /// The same, with a checksum that is left to a network card.
    fn unfinished(&self) -> Vec<u8> {
        let mut frame = self.frame();
        let (source, destination) = if self.v4 { (26..30, 30..34) } else { (22..38, 38..54) };
        let length = frame.len() - self.transport();
        let sum = packet::Sum::default().pseudo_header(&frame[source], &frame[destination], 6, length).folded();
        frame[self.transport() + 16..][..2].copy_from_slice(&sum.to_be_bytes());
        frame
    }

    /// What follows it, with so many bytes.
    fn next(&self, bytes: usize) -> Self {
        let content = (0..bytes).map(|place| (place * 31 + 7) as u8).collect();
        Self { number: self.number.wrapping_add(1), seq: self.seq.wrapping_add(self.content.len() as u32), content, ..self.clone() }
    }
}

fn first(v4: bool) -> Segment {
    Segment { v4, number: 0xfffe, seq: u32::MAX - 2000, ack: 77, window: 512, push: false, time: 9, content: vec![5; 1448] }
}

/// The parts of a whole, and what it was made of.
fn cut(joined: &mut Joined) -> Vec<Vec<u8>> {
    let segments = joined.segments();
    let whole = joined.whole().expect("it is several");
    let mut parts = vec![];
    assert!(packet::segment::cut(whole.frame, NETWORK, whole.transport, whole.size, |part| parts.push(part.to_vec())));
    assert_eq!(parts.len(), segments);
    parts
}

proptest! {
    #[test]
    fn what_is_joined_and_cut_is_what_came(v4: bool, unfinished: bool, count in 2usize..40, last in 1usize..=1448, push: bool) {
        let mut segments = vec![first(v4)];
        for _ in 1..count {
            segments.push(segments[segments.len() - 1].next(1448));
        }
        let end = &mut segments[count - 1];
        end.content.truncate(last);
        end.push = push;
        let mut joined = Joined::default();
        for segment in &segments {
            let frame = if unfinished { segment.unfinished() } else { segment.frame() };
            prop_assert!(joined.add(&frame, NETWORK, unfinished));
        }
        prop_assert_eq!(joined.is_over(), push || last < 1448);
        // The parts are finished, whether or not the segments were.
        prop_assert_eq!(cut(&mut joined), segments.iter().map(Segment::frame).collect::<Vec<_>>());
    }

    #[test]
    fn whatever_has_changed_is_what_came_or_is_not_taken(v4: bool, at in 0usize..1514, to: u8, repair: bool) {
        let mut joined = Joined::default();
        prop_assert!(joined.add(&first(v4).frame(), NETWORK, false));
        let mut frame = first(v4).next(1448).frame();
        let at = at.min(frame.len() - 1);
        frame[at] = to;
        if repair {
            repair_checksums(&mut frame, v4);
        }
        if joined.add(&frame, NETWORK, false) {
            prop_assert_eq!(cut(&mut joined), vec![first(v4).frame(), frame]);
        }
    }
}

/// Makes the checksums right, where headers are as they were made.
fn repair_checksums(frame: &mut [u8], v4: bool) {
    let (transport, addresses) = if v4 { (34, 26..34) } else { (54, 22..54) };
    if v4 {
        frame[24..26].fill(0);
        let checksum = packet::Sum::default().bytes(&frame[14..34]).checksum();
        frame[24..26].copy_from_slice(&checksum.to_be_bytes());
    }
    frame[transport + 16..transport + 18].fill(0);
    let sum = packet::Sum::default().bytes(&frame[addresses]).word(6).word((frame.len() - transport) as u16);
    let checksum = sum.bytes(&frame[transport..]).checksum();
    frame[transport + 16..transport + 18].copy_from_slice(&checksum.to_be_bytes());
}

#[test]
fn what_does_not_follow_is_not_taken() {
    for v4 in [true, false] {
        let next = first(v4).next(1448);
        let others = [
            ("another number", Segment { seq: next.seq.wrapping_add(1), ..next.clone() }),
            ("another acknowledgement", Segment { ack: 78, ..next.clone() }),
            ("another window", Segment { window: 513, ..next.clone() }),
            ("another time", Segment { time: 10, ..next.clone() }),
            ("more content", first(v4).next(1449)),
            ("no content", first(v4).next(0)),
            ("another family", Segment { v4: !v4, ..next.clone() }),
        ];
        for (what, other) in others {
            let mut joined = Joined::default();
            assert!(joined.add(&first(v4).frame(), NETWORK, false));
            assert!(!joined.add(&other.frame(), NETWORK, false), "{what}");
            assert_eq!(joined.single().unwrap(), first(v4).frame(), "{what}");
            assert!(joined.add(&next.frame(), NETWORK, false), "after {what}");
        }
        let mut joined = Joined::default();
        assert!(joined.add(&Segment { push: true, ..first(v4) }.frame(), NETWORK, false));
        assert!(!joined.add(&next.frame(), NETWORK, false), "after PSH");
        joined.clear();
        assert!(joined.add(&next.frame(), NETWORK, false), "a new one");
    }
    let mut joined = Joined::default();
    assert!(joined.add(&first(true).frame(), NETWORK, false));
    assert!(!joined.add(&Segment { number: 7, ..first(true).next(1448) }.frame(), NETWORK, false), "another identification");
}

#[test]
fn a_wrong_checksum_stays_for_its_receiver_to_see() {
    for v4 in [true, false] {
        for at in [24, 100, 1500].into_iter().filter(|at| v4 || *at != 24) {
            let (mut wrong, mut joined) = (first(v4).frame(), Joined::default());
            wrong[at] ^= 1;
            assert!(!joined.add(&wrong, NETWORK, false), "byte {at}");
        }
    }
}

#[test]
fn a_whole_is_no_longer_than_a_packet() {
    for v4 in [true, false] {
        let (mut joined, mut segment) = (Joined::default(), first(v4));
        while joined.add(&segment.frame(), NETWORK, false) {
            segment = segment.next(1448);
        }
        let (header, whole) = (segment.transport() + 32, joined.whole().unwrap());
        let longest = NETWORK + 0xffff;
        assert!(whole.frame.len() <= longest && whole.frame.len() + 1448 > longest, "{} bytes", whole.frame.len());
        assert_eq!((whole.transport, whole.content, whole.size), (segment.transport(), header, 1448));
    }
}

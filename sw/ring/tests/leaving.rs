//! Segments that leave together, between two namespaces: whole where the other end takes them so, and what was sent where Linux cuts them.

use etherparse::{IpHeaders, IpNumber, Ipv4Extensions, Ipv4Header, PacketBuilder};
use hosts::namespace::Namespace;
use hosts::user;
use ring::xdp::features::{Feature, switch};
use ring::{Leaving, Left, Polled, ROOM, Unfinished};
use std::time::{Duration, Instant};

/// How long something may take to come about.
const BUDGET: Duration = Duration::from_secs(20);
const NAME: &str = "segments_that_follow_each_other_leave_together_and_nothing_else_changes";
/// Bytes of a usual segment's content.
const CONTENT: u32 = 1400;

fn ethernet() -> etherparse::PacketBuilderStep<etherparse::Ethernet2Header> {
    PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2])
}

/// A segment of TCP, by etherparse: of the connection from this port, with so many bytes from this number on.
fn segment(v4: bool, port: u16, seq: u32, bytes: u32, push: bool) -> Vec<u8> {
    let ip = if v4 {
        let mut header = Ipv4Header::new(0, 64, IpNumber::TCP, [10, 9, 0, 1], [10, 9, 0, 2]).unwrap();
        header.identification = u16::try_from(seq / CONTENT).unwrap();
        ethernet().ip(IpHeaders::Ipv4(header, Ipv4Extensions::default()))
    } else {
        ethernet().ipv6([0xfd; 16], [0xfe; 16], 64)
    };
    let tcp = ip.tcp(port, 80, seq, 500).ack(9);
    let content: Vec<u8> = (0..bytes).map(|place| (place * 7 + seq) as u8).collect();
    let mut frame = vec![];
    if push { tcp.psh() } else { tcp }.write(&mut frame, &content).unwrap();
    frame
}

/// What is sent: bursts of two connections, with bare acknowledgements and something else between them. With it, the sizes of the segments of each
/// long one that they make, and `None` for each that leaves alone.
fn frames(v4: bool) -> (Vec<Vec<u8>>, Vec<Option<u16>>) {
    let burst = |port, from: u32, count: u32, last: u32| {
        (from..from + count).map(move |place| {
            let is_last = place + 1 == from + count;
            segment(v4, port, place * CONTENT, if is_last { last } else { CONTENT }, is_last)
        })
    };
    let mut datagram = vec![];
    ethernet().ipv4([10, 9, 0, 1], [10, 9, 0, 2], 64).udp(7, 9).write(&mut datagram, &[5; 100]).unwrap();
    let mut all = vec![segment(v4, 4000, 0, 0, false)];
    all.extend(burst(4000, 0, 5, CONTENT));
    all.extend(burst(4001, 0, 3, 7));
    all.push(datagram);
    all.extend(burst(4000, 5, 1, CONTENT));
    all.push(segment(v4, 4001, 0, 0, false));
    all.extend(burst(4000, 6, 30, 1));
    let long = Some(CONTENT as u16);
    (all, vec![None, long, long, None, None, None, long])
}

/// So many frames as they come in, each with the size of its segments if it is several.
fn receive(polled: &Polled, count: usize) -> Vec<(Vec<u8>, Option<u16>)> {
    let (begun, mut room, mut all) = (Instant::now(), vec![0; ROOM], vec![]);
    while all.len() < count {
        assert!(begun.elapsed() < BUDGET, "{} of {count} frames have come", all.len());
        let Some((length, unfinished)) = polled.receive(&mut room).unwrap() else { continue };
        if unfinished.segment().is_none() {
            unfinished.finish(&mut room[..length]);
        }
        all.push((room[..length].to_vec(), unfinished.segment()));
    }
    all
}

#[test]
fn segments_that_follow_each_other_leave_together_and_nothing_else_changes() {
    if !user::is_root() {
        let status = user::as_root_of_its_own(["--exact", NAME, "--nocapture"]).unwrap().status().unwrap();
        assert!(status.success(), "as the root of a namespace of its own");
        return;
    }
    let host = |role: &str| Namespace::new(format!("tleave{}{role}", std::process::id())).unwrap();
    let hosts = [host("a"), host("b")];
    for host in &hosts {
        host.set("ipv6/conf/default/disable_ipv6", "1").unwrap();
    }
    hosts[0].ip(&[format!("link add wire type veth peer name wire netns {}", hosts[1].name())]).unwrap();
    let [sender, receiver] = [0, 1].map(|number: usize| {
        hosts[number].ip(&["link set wire up"]).unwrap();
        Polled::open(&format!("if:wire@{}", hosts[number].name()).parse().unwrap(), None).unwrap()
    });
    let mut leaving = Leaving::default();
    let mut send = |frames: &[Vec<u8>]| {
        for frame in frames {
            sender.send_joined(&mut leaving, &mut frame.clone(), Unfinished::default());
        }
        sender.flush(&mut leaving)
    };
    for v4 in [true, false] {
        let (frames, sizes) = frames(v4);
        let all_sent = Left { sent: frames.len() as u64, lost: 0 };
        // The other end takes long segments: the bursts come whole.
        assert_eq!(send(&frames), all_sent);
        let came: Vec<_> = receive(&receiver, sizes.len()).into_iter().map(|(_, size)| size).collect();
        assert_eq!(came, sizes, "v4: {v4}");
        // The interface takes none: Linux cuts them, and what comes is what was sent.
        hosts[0].within(|| switch("wire", Feature::TransmitChecksums, false)).unwrap().unwrap();
        assert_eq!(send(&frames), all_sent);
        let came: Vec<_> = receive(&receiver, frames.len()).into_iter().map(|(frame, _)| frame).collect();
        for (place, (came, sent)) in came.iter().zip(&frames).enumerate() {
            assert_eq!(came, sent, "v4: {v4}, frame {place}");
        }
        hosts[0].within(|| switch("wire", Feature::TransmitChecksums, true)).unwrap().unwrap();
    }
    // While the interface is down nothing is sent, and all is counted.
    hosts[0].ip(&["link set wire down"]).unwrap();
    let (frames, _) = frames(true);
    assert_eq!(send(&frames), Left { sent: 0, lost: frames.len() as u64 });
}

//! What is attached to the card: interfaces, and the host's way into it.

use crate::network::{Namespace, ip, is_own, next, numbered, open};
use crate::served::{Served, await_that, tandem_card};
use crate::site::GROUP;
use contract::register::{CONTROL, GROUP_MAC_HI, GROUP_MAC_LO};
use contract::row::GroupMac;
use driver::Card as _;
use etherparse::{PacketBuilder, SlicedPacket, TransportSlice};
use ring::Burst;
use std::net::UdpSocket;

const STRANGER: [u8; 6] = [2, 0, 0, 0, 7, 7];

/// Enables a card that knows one group's MAC, and no manager: what is for the group and not IP goes to the host, and the rest is bridged.
fn enable(served: &Served) {
    let mut card = served.open();
    let [low, high] = GroupMac { mac: GROUP, enabled: true }.words();
    for (register, word) in [(GROUP_MAC_LO, low), (GROUP_MAC_HI, high), (CONTROL, 1)] {
        card.write(register.at(0), word).unwrap();
    }
}

/// A card of which everything is an interface, by RTL and by model.
fn both(test: impl Fn(&Served)) {
    for from in ["rtl", "model"] {
        let mut options = vec!["--from", from];
        options.extend("--port 0=tap:wire0 --port 1=tap:wire1 --host 0=tap:host0 --host 1=tap:host1".split(' '));
        let served = Served::new(&options);
        enable(&served);
        test(&served);
        served.end();
    }
}

#[test]
fn a_packet_socket_gives_whole_frames_and_none_of_its_own_host() {
    if !is_own("wires::a_packet_socket_gives_whole_frames_and_none_of_its_own_host") {
        return;
    }
    ip("link add near0 type veth peer name far0");
    ["link set near0 up", "link set far0 up", "addr add 10.9.0.1/24 dev far0"].iter().for_each(|line| ip(line));
    ip("neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev far0 nud permanent");
    let (near, far) = (open("if:near0"), open("if:far0"));
    // What this host sends there does not come in there.
    near.send(&numbered(STRANGER, 1, 60)).unwrap();
    assert_eq!(next(&far), numbered(STRANGER, 1, 60));
    // A tag, which the kernel takes off on the way.
    let mut tagged = numbered(STRANGER, 2, 80);
    tagged.splice(12..12, [0x81, 0x00, 0x20, 0x07]);
    far.send(&tagged).unwrap();
    assert_eq!(next(&near), tagged);
    // A datagram of this host, whose checksum its kernel leaves to the network card.
    let socket = UdpSocket::bind("10.9.0.1:7000").unwrap();
    socket.send_to(b"unfinished", "10.9.0.2:7001").unwrap();
    let came = next(&near);
    let builder = PacketBuilder::ethernet2([0; 6], [0; 6]).ipv4([10, 9, 0, 1], [10, 9, 0, 2], 64).udp(7000, 7001);
    let mut wanted = vec![];
    builder.write(&mut wanted, b"unfinished").unwrap();
    let checksum = |frame: &[u8]| match SlicedPacket::from_ethernet(frame).unwrap().transport {
        Some(TransportSlice::Udp(udp)) => udp.checksum(),
        _ => panic!("no datagram"),
    };
    assert_eq!(checksum(&came), checksum(&wanted));
}

#[test]
fn what_the_host_sends_leaves_by_its_port_among_the_card_s_own_frames() {
    if !is_own("wires::what_the_host_sends_leaves_by_its_port_among_the_card_s_own_frames") {
        return;
    }
    const FRAMES: u32 = 40;
    both(|_| {
        for port in 0..2 {
            let (wire, host) = (open(&format!("if:wire{port}")), open(&format!("if:host{port}")));
            let other = open(&format!("if:wire{}", 1 - port));
            std::thread::scope(|scope| {
                // Not for a group, so the card bridges them from the other port.
                scope.spawn(|| (0..FRAMES).for_each(|number| other.send(&numbered(STRANGER, number, 60 + number as usize)).unwrap()));
                scope.spawn(|| {
                    (0..FRAMES).for_each(|number| host.send(&numbered(STRANGER, FRAMES + number, 1500 - number as usize)).unwrap())
                });
            });
            let mut came: [Vec<Vec<u8>>; 2] = Default::default();
            for _ in 0..2 * FRAMES {
                let frame = next(&wire);
                let number = u32::from_be_bytes(frame[14..18].try_into().unwrap());
                came[usize::from(number >= FRAMES)].push(frame);
            }
            let wanted = [
                (0..FRAMES).map(|number| numbered(STRANGER, number, 60 + number as usize)).collect::<Vec<_>>(),
                (0..FRAMES).map(|number| numbered(STRANGER, FRAMES + number, 1500 - number as usize)).collect(),
            ];
            assert!(came == wanted, "port {port}: whole frames, each once, those of one sender in their order");
        }
    });
}

#[test]
fn frames_that_wait_are_received_together_and_in_their_order() {
    if !is_own("wires::frames_that_wait_are_received_together_and_in_their_order") {
        return;
    }
    ip("link add near type veth peer name far");
    ["near", "far"].iter().for_each(|name| ip(&format!("link set {name} up")));
    for (receiver, sender) in [("if:near", "if:far"), ("tap:wire", "if:wire")] {
        let (receiver, sender) = (open(receiver), open(sender));
        let sent: Vec<_> = (0..100).map(|number| numbered(STRANGER, number, 60 + 14 * number as usize)).collect();
        sent.iter().for_each(|frame| sender.send(frame).unwrap());
        let (mut burst, mut came, mut sizes) = (Burst::default(), Vec::new(), Vec::new());
        while came.len() < sent.len() {
            receiver.receive_burst(&mut burst).unwrap();
            assert_eq!(burst.uncut(), None);
            sizes.push(burst.frames().len());
            came.extend(burst.frames().into_iter().map(<[u8]>::to_vec));
        }
        assert!(came == sent, "whole frames, each once");
        assert_eq!(sizes, [64, 36]);
    }
}

#[test]
fn what_is_for_the_host_comes_by_the_interface_of_its_port() {
    if !is_own("wires::what_is_for_the_host_comes_by_the_interface_of_its_port") {
        return;
    }
    both(|_| {
        for port in 0..2 {
            let (wire, host) = (open(&format!("if:wire{port}")), open(&format!("if:host{port}")));
            wire.send(&numbered(GROUP, 5, 60)).unwrap();
            assert_eq!(next(&host), numbered(GROUP, 5, 60));
        }
    });
}

#[test]
fn a_tap_is_made_in_another_namespace() {
    if !is_own("wires::a_tap_is_made_in_another_namespace") {
        return;
    }
    let (client, site) = (Namespace::new(), Namespace::new());
    let ports = [&client, &site].map(|namespace| format!("tap:eth0@{}", namespace.path()));
    let served = Served::new(&["--port", &format!("0={}", ports[0]), "--port", &format!("1={}", ports[1])]);
    enable(&served);
    client.run("ip addr add 10.9.1.1/24 dev eth0");
    site.run("ip addr add 10.9.1.2/24 dev eth0");
    let told = client.run("ping -c 3 -i 0.2 -W 5 10.9.1.2");
    assert!(told.contains("3 received"), "{told}");
    served.end();
    let missing = tandem_card().args(["--socket", "/tmp/none", "--port", "0=tap:eth0@nowhere"]).output().unwrap();
    let told = String::from_utf8_lossy(&missing.stderr);
    assert!(!missing.status.success() && told.contains("tap:eth0@nowhere") && told.contains("ip netns"), "{told}");
}

#[test]
fn frames_that_no_wire_carries_are_told_once() {
    if !is_own("wires::frames_that_no_wire_carries_are_told_once") {
        return;
    }
    let mut command = tandem_card();
    let folder = tempfile::tempdir().unwrap();
    let told = folder.path().join("told");
    command.stderr(std::fs::File::create(&told).unwrap());
    let served = Served::by(command, &["--port", "0=tap:wire0", "--port", "1=tap:wire1", "--host", "tap:host0"]);
    ["link set wire0 mtu 20000", "link set host0 mtu 20000"].iter().for_each(|line| ip(line));
    enable(&served);
    let (wire, other, host) = (open("if:wire0"), open("if:wire1"), open("if:host0"));
    for number in 0..5 {
        wire.send(&numbered(STRANGER, number, 12_000)).unwrap();
        // One interface for all ports: where should it go?
        host.send(&numbered(STRANGER, number, 60)).unwrap();
    }
    wire.send(&numbered(STRANGER, 5, 60)).unwrap();
    assert_eq!(next(&other), numbered(STRANGER, 5, 60));
    let text = || std::fs::read_to_string(&told).unwrap();
    await_that(|| text().lines().count() >= 2);
    served.end();
    let text = text();
    assert_eq!(text.matches("12000 bytes").count(), 1, "{text}");
    assert_eq!(text.matches("--host 0=tap:NAME").count(), 1, "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
}

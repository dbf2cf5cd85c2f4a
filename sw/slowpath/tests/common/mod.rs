//! A card, its slow path, and packets that `etherparse` builds. Every call looks whether frames in = frames out + drops + held.
#![allow(dead_code, reason = "each test file uses its own part")]

use contract::register::UNIT_MANAGERS;
use contract::row::{GroupMac, GroupRow, ManagerRow, RuleRow};
use etherparse::{Ipv4Header, PacketBuilder};
use model::State;
use slowpath::{Bounds, Fate, Output, Settings, SlowPath, Time, To};
use smoltcp::wire::{Ipv6FragmentHeader, Ipv6FragmentRepr};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(crate) const GROUP: [u8; 6] = [2, 0, 0, 0, 0, 1];
pub(crate) const CLIENT: [u8; 6] = [2, 0, 0, 0, 0, 0x99];
pub(crate) const VIP: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 7);
pub(crate) const VIP6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 2);
pub(crate) const CLIENT4: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
pub(crate) const CLIENT6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);

/// A card with two groups in use.
///
/// Group 0: bucket b belongs to manager b mod 4 + 1, designated manager 5. Group 1, TCP and UDP ports 50,000 to 50,100 by the peer: manager 6,
/// designated manager 7. Managers 1 to 7 are enabled; 1 to 6 share port 1, and 7 is alone on port 0.
pub(crate) fn card() -> State {
    let mut state = State::new(8);
    state.enabled = true;
    state.group_macs[0] = GroupMac { mac: GROUP, enabled: true };
    for id in 1..=7 {
        state.idle_manager_rows_mut()[usize::from(id)] = ManagerRow { mac: [2, 0, 0, 0, 1, id], egress: u8::from(id != 7) };
        state.managers_enabled[usize::from(id)] = true;
    }
    let group = state.idle_group_mut(0);
    group.row = GroupRow { key: *b"tandem!!", designated: 5, equal_ports_hash: false };
    group.entries = std::array::from_fn(|bucket| (bucket % 4 + 1) as u8);
    let group = state.idle_group_mut(1);
    group.row = GroupRow { key: [0, 1, 2, 3, 4, 5, 6, 7], designated: 7, equal_ports_hash: false };
    group.entries = [6; 4096];
    let rule = RuleRow { lowest: 50_000, highest: 50_100, protocol: None, group: 1, key_on_peer: true, in_use: true };
    state.idle_rules_mut()[0] = rule;
    state.commit(0b11 | 1 << 8 | 1 << UNIT_MANAGERS, 1).unwrap();
    state
}

pub(crate) fn settings() -> Settings {
    let addresses = [(IpAddr::V4(VIP), GROUP), (IpAddr::V6(VIP6), GROUP)];
    Settings { addresses: addresses.into_iter().collect(), ..Settings::default() }
}

/// A slow path, the time, and the frames that have left.
pub(crate) struct Rig {
    pub(crate) slow: SlowPath,
    pub(crate) now: Time,
    bounds: Bounds,
    sent: u64,
}

impl Rig {
    /// An active slow path that has announced what it had to.
    pub(crate) fn new() -> Self {
        Self::with(card(), settings())
    }

    pub(crate) fn with(state: State, settings: Settings) -> Self {
        let bounds = settings.bounds;
        let mut rig = Self { slow: SlowPath::new(state, settings), now: Time::ZERO, bounds, sent: 0 };
        rig.slow.take_over(rig.now);
        for _ in 0..3 {
            rig.poll();
            rig.wait(1.0);
        }
        rig
    }

    pub(crate) fn bounded(bounds: Bounds) -> Self {
        Self::with(card(), Settings { bounds, ..settings() })
    }

    pub(crate) fn wait(&mut self, seconds: f64) {
        self.now += Time::from_secs_f64(seconds);
    }

    pub(crate) fn take(&mut self, port: u8, frame: &[u8]) -> Vec<Output> {
        let mut out = vec![];
        self.slow.take(self.now, port, frame.to_vec(), &mut out);
        self.look(out)
    }

    pub(crate) fn poll(&mut self) -> Vec<Output> {
        let mut out = vec![];
        self.slow.poll(self.now, &mut out);
        self.look(out)
    }

    /// The only frame that leaves for one.
    pub(crate) fn one(&mut self, port: u8, frame: &[u8]) -> Output {
        let mut out = self.take(port, frame);
        assert_eq!(out.len(), 1, "{out:?}");
        out.remove(0)
    }

    /// The fate that a frame alone has.
    pub(crate) fn fate(&mut self, frame: &[u8]) -> Fate {
        let before = self.slow.counters().clone();
        self.take(0, frame);
        let counted = |fate: &Fate| self.slow.counters().of(*fate) > before.of(*fate);
        Fate::all().find(counted).expect("one fate is counted")
    }

    fn look(&mut self, out: Vec<Output>) -> Vec<Output> {
        let (counters, fragments) = (self.slow.counters(), self.slow.fragments());
        self.sent += out.len() as u64;
        assert_eq!(self.sent, counters.left() + counters.announced(), "frames that left are counted");
        assert_eq!(counters.taken(), counters.left() + counters.dropped() + fragments.held() as u64, "{counters:?}");
        assert!(fragments.bytes() <= self.bounds.bytes && fragments.datagrams() <= self.bounds.datagrams);
        assert!(fragments.held() * 64 <= fragments.bytes(), "a held frame costs at least its overhead");
        out
    }
}

/// Where a frame to a manager leaves, by the card's tables alone.
pub(crate) fn to_manager(state: &State, id: u8, frame: &[u8]) -> Output {
    let row = state.manager_rows()[usize::from(id)];
    Output { to: To::Port(row.egress), frame: [&row.mac, &frame[6..]].concat() }
}

/// An IP packet with its transport header and a payload, as `etherparse` writes it, to a group's address. Shape: Ethernet first.
pub(crate) fn packet(v6: bool, tcp: bool, ports: [u16; 2], payload: usize) -> Vec<u8> {
    let ethernet = PacketBuilder::ethernet2(CLIENT, GROUP);
    let ip = if v6 { ethernet.ipv6(CLIENT6.octets(), VIP6.octets(), 64) } else { ethernet.ipv4(CLIENT4.octets(), VIP.octets(), 64) };
    let payload: Vec<u8> = (0..payload).map(|i| i as u8).collect();
    let mut frame = vec![];
    if tcp {
        ip.tcp(ports[0], ports[1], 1, 1000).write(&mut frame, &payload).unwrap();
    } else {
        ip.udp(ports[0], ports[1]).write(&mut frame, &payload).unwrap();
    }
    frame
}

/// A fragment of an untagged frame's packet: `bytes` of what follows the IP header, as
/// `etherparse` writes an IPv4 header and `smoltcp` an IPv6 fragment header; `etherparse` 0.18 has the flag of that one in a reserved bit.
pub(crate) fn fragment(frame: &[u8], identification: u32, bytes: std::ops::Range<usize>, more: bool) -> Vec<u8> {
    let offset = u16::try_from(bytes.start / 8).unwrap();
    let mut cut = frame[..14].to_vec();
    if frame[12] == 0x86 {
        let header = Ipv6FragmentRepr { frag_offset: offset, more_frags: more, ident: identification };
        let mut fields = [0; 6];
        header.emit(&mut Ipv6FragmentHeader::new_unchecked(&mut fields));
        cut.extend(&frame[14..54]);
        cut[18..20].copy_from_slice(&((bytes.len() + 8) as u16).to_be_bytes());
        cut.extend([&[frame[20], 0][..], &fields].concat());
        cut[20] = 44;
        cut.extend(&frame[54..][bytes]);
    } else {
        let (mut header, payload) = Ipv4Header::from_slice(&frame[14..]).unwrap();
        (header.identification, header.fragment_offset, header.more_fragments) = (identification as u16, offset.try_into().unwrap(), more);
        header.dont_fragment = false;
        header.total_len = (header.header_len() + bytes.len()) as u16;
        header.header_checksum = header.calc_header_checksum();
        cut.extend(header.to_bytes());
        cut.extend(&payload[bytes]);
    }
    cut
}

/// All fragments of a frame's packet, each of at most `size` bytes of it.
pub(crate) fn fragments(frame: &[u8], identification: u32, size: usize) -> Vec<Vec<u8>> {
    let length = frame.len() - if frame[12] == 0x86 { 54 } else { 34 };
    let starts = (0..length).step_by(size);
    starts.map(|at| fragment(frame, identification, at..(at + size).min(length), at + size < length)).collect()
}

pub(crate) const UDP_PORTS: [u16; 2] = [40_000, 443];

/// The manager that the card gives the whole packet.
pub(crate) fn manager(state: &State, whole: &[u8]) -> u8 {
    model::decide(state, whole, 0).manager.unwrap()
}

/// A fragment as it leaves to a manager that shares its port: with the card's MAC as its source.
pub(crate) fn shared(state: &State, whole: &[u8], fragment: &[u8]) -> Output {
    let mut output = to_manager(state, manager(state, whole), fragment);
    output.frame[6..12].copy_from_slice(&fragment[..6]);
    output
}

pub(crate) fn datagram(v6: bool) -> Vec<u8> {
    packet(v6, false, UDP_PORTS, 4000)
}

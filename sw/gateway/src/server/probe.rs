//! Probes: tagged SYNs of the gateway's own, copied to one replica as those of clients are. What answers is the replica's agent and its server's
//! TCP, by the path that races take; the round trip tells how far the replica is.

use super::{Class, ServerGateway};
use crate::counters::Count;
use crate::frame::{Frame, View};
use crate::options::{self, Options};
use crate::segment::{SYN, Segment};
use crate::tag::Subject;
use crate::translate::rst_packet;
use crate::tunnel::{self, Outer};
use crate::{Address, Mode, Output, Side, Time};
use foldhash::fast::RandomState;
use packet::ip::Addresses;
use std::collections::HashMap;
use std::hash::BuildHasher;

/// How long an answer is waited for.
const PATIENCE: Time = Time::from_secs(1);
/// The first of the ports that probes come from; there are 16,384.
const PORTS: u16 = 0xc000;

/// A probe that waits for its answer.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    class: usize,
    replica: usize,
    server: (Address, u16),
    isn: u32,
    sent: Time,
}

/// All of them, by the port that they came from.
#[derive(Clone, Debug, Default)]
pub(super) struct Probes {
    waiting: HashMap<u16, Waiting>,
    serial: u64,
    /// Random, so that nobody can tell the numbers of the next probe.
    numbers: RandomState,
}

impl Class {
    /// The server that is probed for at a replica: the first one of its family.
    fn probed(&self, v4: bool) -> Option<(Address, u16)> {
        let server = self.servers.iter().find(|(prefix, _)| prefix.network().is_v4() == v4)?;
        Some((server.0.network(), *server.1.start()))
    }
}

impl ServerGateway {
    /// Sends a probe to each replica. Appends packets of IP, which leave as the host routes them. Probes that were not answered in time are lost.
    pub fn probe(&mut self, now: Time, out: &mut Vec<Vec<u8>>) {
        let late: Vec<u16> = self.probes.waiting.iter().filter(|(_, probe)| now >= probe.sent + PATIENCE).map(|(port, _)| *port).collect();
        for probe in late.iter().filter_map(|port| self.probes.waiting.remove(port)) {
            self.counters.count(Count::ProbeLost);
            self.delays[probe.class][probe.replica].lost();
        }
        let replicas =
            |(class, settings): (usize, &Class)| (0..settings.replicas.len()).map(move |replica| (class, replica)).collect::<Vec<_>>();
        let all: Vec<_> = self.settings.classes.iter().enumerate().flat_map(replicas).collect();
        for (class, replica) in all {
            if let Some(packet) = self.probe_of(now, class, replica) {
                self.counters.count(Count::Probed);
                out.push(packet);
            }
        }
    }

    /// A probe of a replica; `None` if the gateway has no address of its family, or no key for its own.
    fn probe_of(&mut self, now: Time, class: usize, replica: usize) -> Option<Vec<u8>> {
        let settings = &self.settings;
        let address = settings.classes[class].replicas[replica];
        let own = *settings.own.iter().find(|own| own.is_v4() == address.is_v4())?;
        let (server, server_port) = settings.classes[class].probed(address.is_v4())?;
        let trust = settings.gateways.iter().find(|(clients, _)| clients.contains(&own)).map(|(_, trust)| trust)?;
        self.probes.serial += 1;
        let client_port = PORTS | self.probes.serial as u16 & !PORTS;
        let client_isn = self.probes.numbers.hash_one(self.probes.serial) as u32;
        let subject = Subject { client: own, server, replica: None, client_port, server_port, client_isn };
        let mut frame = Frame::ip(&syn(&subject)?);
        let (view, tag) = (frame.view()?, trust.tag(&Mode::ALL, &subject, now));
        let segment = Segment::of(frame.packet(), &view)?;
        options::insert(&mut frame, &view, &segment, &tag, settings.exid).ok()?;
        let view = frame.view()?;
        let outer = Outer { source: own, destination: address, port: settings.copy_port_to(&address) };
        tunnel::wrap(&mut frame, &view, &outer).then_some(())?;
        self.probes.waiting.insert(client_port, Waiting { class, replica, server: (server, server_port), isn: client_isn, sent: now });
        Some(frame.packet().to_vec())
    }

    /// Takes a packet to the gateway itself: the answer to a probe, which is reset, or nothing of ours.
    pub(super) fn answered(&mut self, now: Time, frame: &Frame, view: &View, out: &mut Vec<Output>) {
        let Some((port, round_trip, reset)) = self.answer(now, frame, view) else { return };
        let Some(probe) = self.probes.waiting.remove(&port) else { return };
        self.delays[probe.class][probe.replica].sample(round_trip);
        self.counters.count(Count::ProbeAnswered);
        out.push(Output { side: Side::Wan, frame: reset });
    }

    /// The port of the probe that this answers, its round trip, and the RST for it.
    fn answer(&self, now: Time, frame: &Frame, view: &View) -> Option<(u16, Time, Frame)> {
        let is_tunnelled = tunnel::is_tunnel(frame.packet(), view);
        let tunnelled = if is_tunnelled { Some(tunnel::read(frame.packet(), view)?) } else { None };
        let (packet, inner) =
            tunnelled.as_ref().map_or((frame.packet(), view), |tunnelled| (&frame.packet()[tunnelled.at..], &tunnelled.inner));
        let segment = Segment::of(packet, inner).filter(Segment::is_syn_ack)?;
        let probe = self.probes.waiting.get(&segment.destination_port)?;
        let replica = self.settings.classes[probe.class].replicas[probe.replica];
        let wrapped = match &tunnelled {
            None if view.source == replica => false,
            Some(tunnelled) if tunnelled.outer.source == probe.server.0 && inner.source == replica => false,
            Some(tunnelled) if tunnelled.outer.source == replica && inner.source == probe.server.0 => true,
            _ => return None,
        };
        let (client, client_port, server_port) = (view.destination, segment.destination_port, segment.source_port);
        let subject = Subject {
            client,
            server: probe.server.0,
            replica: Some((replica, segment.seq)),
            client_port,
            server_port,
            client_isn: probe.isn,
        };
        let options = Options::read(segment.options(packet, inner), self.settings.exid)?;
        let trust = self.settings.gateways.iter().find(|(clients, _)| clients.contains(&client)).map(|(_, trust)| trust)?;
        let (echo, _) = options.tag.as_ref()?;
        let right = segment.ack == probe.isn.wrapping_add(1) && server_port == probe.server.1 && trust.holds(echo, &subject, now);
        let to = if wrapped { probe.server.0 } else { replica };
        let mut reset = frame.answer(&rst_packet((client, client_port), (to, server_port), segment.ack));
        if wrapped {
            let view = reset.view()?;
            let outer = Outer { source: client, destination: replica, port: self.settings.copy_port_to(&replica) };
            tunnel::wrap(&mut reset, &view, &outer).then_some(())?;
        }
        right.then(|| (client_port, now.saturating_sub(probe.sent), reset))
    }
}

/// An IP packet with the SYN that a subject is about; it names the default segment size of Ethernet, so that copies of it are clamped as any.
fn syn(subject: &Subject) -> Option<Vec<u8>> {
    let addresses = Addresses::new(subject.client.ip(), subject.server.ip())?;
    let mut segment = vec![0; 24];
    segment[..2].copy_from_slice(&subject.client_port.to_be_bytes());
    segment[2..4].copy_from_slice(&subject.server_port.to_be_bytes());
    segment[4..8].copy_from_slice(&subject.client_isn.to_be_bytes());
    (segment[12], segment[13]) = (6 << 4, SYN);
    segment[14..16].copy_from_slice(&u16::MAX.to_be_bytes());
    segment[20..24].copy_from_slice(&[2, 4, 5, 0]);
    let checksum = addresses.pseudo_header(crate::frame::TCP, segment.len()).bytes(&segment).checksum();
    segment[16..18].copy_from_slice(&checksum.to_be_bytes());
    let mut packet = Vec::new();
    addresses.header(crate::frame::TCP, segment.len(), &mut packet);
    packet.extend(segment);
    Some(packet)
}

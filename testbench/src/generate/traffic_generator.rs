//! Frames for a card: most of them for it, most of them whole, none of them certain.

use super::shape::{Layer, Shape};
use super::{Rng, pick, rng, weighted};
use contract::limits::{FRAME_MAX, WINDOW};
use contract::row::Mac;
use control::Tables;
use model::network::Address;
use rand::{Rng as _, RngExt};

/// The address of all stations.
const BROADCAST: Mac = [0xff; 6];

/// A source of random frames that knows what the card's state makes interesting.
#[derive(Clone, Debug)]
pub struct TrafficGenerator {
    seed: u64,
    /// Addresses that the card answers for.
    group_macs: Vec<Mac>,
    /// Addresses that it knows and does not answer for.
    disabled_macs: Vec<Mac>,
    /// Ports at the edges of the rules' ranges.
    edges: Vec<u16>,
    longest: usize,
}

/// A frame and what it was built as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFrame {
    /// The frame, destination MAC first.
    pub bytes: Vec<u8>,
    /// What it was built as.
    pub shape: Shape,
}

impl TrafficGenerator {
    /// Frames for a card in this state.
    pub fn new(seed: u64, tables: &Tables) -> Self {
        let macs = |enabled| tables.group_macs.iter().filter(move |group| group.enabled == enabled).map(|group| group.mac).collect();
        let edge = |rule: &contract::row::RuleRow| {
            [
                rule.lowest.wrapping_sub(1),
                rule.lowest,
                rule.lowest.wrapping_add(1),
                rule.highest.wrapping_sub(1),
                rule.highest,
                rule.highest.wrapping_add(1),
            ]
        };
        Self {
            seed,
            group_macs: macs(true),
            disabled_macs: macs(false),
            edges: tables
                .rules
                .iter()
                .filter(|rule| rule.in_use)
                .flat_map(edge)
                .chain([0, 1, 0xff, 0x100, 0x7fff, 0x8000, 0xffff])
                .collect(),
            longest: FRAME_MAX,
        }
    }

    /// The same, with no frame longer than `longest` bytes.
    pub fn up_to(self, longest: usize) -> Self {
        Self { longest, ..self }
    }

    /// Frame number `number`.
    pub fn frame(&self, number: u64) -> GeneratedFrame {
        let rng = &mut rng(self.seed, number);
        let mac = self.mac(rng);
        let mut bytes = mac.to_vec();
        let shape = self.fill(rng, &mut bytes, mac == BROADCAST);
        let length = self.length(rng, &shape).clamp(1, self.longest);
        let built = bytes.len();
        bytes.resize(length, 0);
        rng.fill_bytes(&mut bytes[built.min(length)..]);
        GeneratedFrame { bytes, shape }
    }

    fn mac(&self, rng: &mut Rng) -> Mac {
        let known = if self.group_macs.is_empty() { rng.random() } else { pick(&self.group_macs, rng) };
        let off = if self.disabled_macs.is_empty() { rng.random() } else { pick(&self.disabled_macs, rng) };
        let [a, b, c]: [u8; 3] = rng.random();
        let mut near = if rng.random() { known } else { pick(&[BROADCAST, [0x33, 0x33, 0xff, a, b, c]], rng) };
        near[rng.random_range(0..6)] ^= 1 << rng.random_range(0..8);
        weighted(&[(84, known), (4, near), (4, off), (2, rng.random()), (3, BROADCAST), (3, [0x33, 0x33, 0xff, a, b, c])], rng)
    }

    /// Everything after the destination MAC: of broadcasts, most are ARP.
    fn fill(&self, rng: &mut Rng, bytes: &mut Vec<u8>, broadcast: bool) -> Shape {
        let mut shape = Shape::default();
        bytes.extend(rng.random::<[u8; 6]>());
        let tags = weighted(&[(55, 0), (20, 1), (18, 2), (7, 3)], rng);
        for tpid in &mut shape.tags[..tags] {
            *tpid = pick(&[0x8100, 0x88a8], rng);
            bytes.extend(tpid.to_be_bytes());
            bytes.extend(rng.random::<[u8; 2]>());
        }
        let version = pick(&[4, 6], rng);
        let ip = [0x0800, 0x86dd][usize::from(version == 6)];
        let wrong = [0x86dd, 0x0800][usize::from(version == 6)];
        let any = pick(&[0x0806, 0x88cc, 0x9100, 0x8000, 0x0801, 0x8101, 0x88a9, 0x86dc, 0x05dc], rng);
        let arp = if broadcast { 300 } else { 0 };
        shape.ether_type = weighted(&[(94, ip), (1, wrong), (4, any), (1, rng.random()), (arp, 0x0806)], rng);
        bytes.extend(shape.ether_type.to_be_bytes());
        shape.outer = Some(self.packet(rng, bytes, version, &mut shape.inner, 0));
        shape.built = bytes.len();
        shape
    }

    /// How long the frame is in the end: padded, cut at the edge of a header, cut anywhere, or stretched.
    fn length(&self, rng: &mut Rng, shape: &Shape) -> usize {
        let built = shape.built;
        let layers: [Option<Layer>; 2] = [shape.outer, shape.inner];
        let ends: Vec<usize> =
            layers.iter().flatten().flat_map(|layer| [layer.transport_at, layer.transport_at + 4]).chain([built, 14, WINDOW]).collect();
        let edge = (pick(&ends, rng).min(built) + rng.random_range(0..=5)).saturating_sub(3);
        let any = rng.random_range(1..=built.min(260));
        let minimum = rng.random_range(60..=130).max(if built < 200 { built } else { 0 });
        weighted(
            &[
                (1000, minimum),
                (300, edge),
                (250, any),
                (200, built + rng.random_range(0..8)),
                (30, rng.random_range(1..20)),
                (30, rng.random_range(60..=1518)),
                (4, rng.random_range(1519..=FRAME_MAX)),
            ],
            rng,
        )
    }

    /// Two addresses: often alike but for one byte, because the pair key compares them.
    pub(super) fn addresses(&self, rng: &mut Rng, version: u8) -> (Address, Address) {
        let mut from: Address = rng.random();
        if version == 4 {
            from[..12].copy_from_slice(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
        }
        if rng.random_bool(0.5) {
            // Few hosts: flows recur, and several packets fall on one bucket.
            from[12..].copy_from_slice(&[10, 0, 0, rng.random_range(1..=9)]);
        }
        let mut to = from;
        match rng.random_range(0..10) {
            0 => {}
            1..=4 => to[if version == 4 { rng.random_range(12..16) } else { rng.random_range(0..16) }] = rng.random(),
            _ => rng.fill_bytes(&mut to[if version == 4 { 12 } else { 0 }..]),
        }
        if rng.random() { (from, to) } else { (to, from) }
    }

    /// Two ports: equal, neighbours, at the edges of rules, or any.
    pub(super) fn ports(&self, rng: &mut Rng) -> (u16, u16) {
        let one = if rng.random_bool(0.5) { pick(&self.edges, rng) } else { rng.random() };
        let edge = pick(&self.edges, rng);
        let bit = one ^ 1 << rng.random_range(0..16);
        let other = weighted(&[(12, one), (10, one.wrapping_add(1)), (10, bit), (20, edge), (40, rng.random())], rng);
        if rng.random() { (one, other) } else { (other, one) }
    }
}

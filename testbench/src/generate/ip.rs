//! IP packets, right and wrong.

use super::shape::Layer;
use super::traffic_generator::TrafficGenerator;
use super::{Rng, pick, weighted};
use model::extension::{AUTHENTICATION, DESTINATION_OPTIONS, FRAGMENT, HOP_BY_HOP, ROUTING};
use model::transport::{TCP, UDP};
use rand::{Rng as _, RngExt};

const EXTENSIONS: [u8; 5] = [HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS];
const ICMP: u8 = 1;
const ICMPV6: u8 = 58;

impl TrafficGenerator {
    /// Appends an IP packet. What is embedded in an ICMP error is written the same way, one level deep.
    pub(super) fn packet(&self, rng: &mut Rng, bytes: &mut Vec<u8>, version: u8, inner: &mut Option<Layer>, depth: u8) -> Layer {
        let at = bytes.len();
        let mut layer = Layer { version, ..Layer::default() };
        if rng.random_bool(0.01) {
            layer.version = rng.random_range(0..16);
        }
        let family = [ICMP, ICMPV6][usize::from(version == 6)];
        let stranger = [ICMPV6, ICMP][usize::from(version == 6)];
        let error = if depth == 0 { 24 } else { 3 };
        let any = pick(&[0, 2, 43, 44, 47, 50, 51, 59, 60, 89, 132, 255], rng);
        layer.protocol = weighted(&[(38, TCP), (26, UDP), (error, family), (2, stranger), (8, any)], rng);
        let (from, to) = self.addresses(rng, version);
        if version == 4 {
            v4_header(rng, bytes, &mut layer, &from, &to);
        } else {
            v6_headers(rng, bytes, &mut layer, &from, &to);
        }
        layer.transport_at = bytes.len();
        self.transport(rng, bytes, &mut layer, inner, depth);
        write_length(rng, bytes, at, version, &mut layer);
        layer
    }

    /// The transport header, and after an ICMP error's the packet that caused it.
    fn transport(&self, rng: &mut Rng, bytes: &mut Vec<u8>, layer: &mut Layer, inner: &mut Option<Layer>, depth: u8) {
        match layer.protocol {
            TCP | UDP => {
                let (source, destination) = self.ports(rng);
                layer.transport = Some((source, destination));
                bytes.extend(source.to_be_bytes());
                bytes.extend(destination.to_be_bytes());
                noise(rng, bytes, if layer.protocol == TCP { 16 } else { 4 });
            }
            ICMP | ICMPV6 => {
                let errors: &[u8] = if layer.protocol == ICMP { &[3, 4, 5, 11, 12] } else { &[1, 2, 3, 4] };
                let other = rng.random_range(0..=17) + if rng.random_bool(0.3) { 124 } else { 0 };
                let kind = if rng.random_bool(0.85) { pick(errors, rng) } else { other };
                layer.transport = Some((kind.into(), 0));
                bytes.push(kind);
                noise(rng, bytes, 7);
                if depth == 0 && rng.random_bool(0.96) {
                    let same = if layer.version == 6 { 6 } else { 4 };
                    let version = if rng.random_bool(0.95) { same } else { 10 - same };
                    *inner = Some(self.packet(rng, bytes, version, &mut None, 1));
                }
            }
            _ => noise(rng, bytes, 8),
        }
        let payload = weighted(&[(4, 0), (3, rng_small(rng, 12)), (2, rng_small(rng, 60))], rng);
        noise(rng, bytes, payload);
    }
}

fn rng_small(rng: &mut Rng, below: usize) -> usize {
    rng.random_range(0..below)
}

fn noise(rng: &mut Rng, bytes: &mut Vec<u8>, count: usize) {
    let at = bytes.len();
    bytes.resize(at + count, 0);
    rng.fill_bytes(&mut bytes[at..]);
}

/// Draws fragment fields: mostly the whole datagram, and each single bit of the offset now and then.
fn part(rng: &mut Rng, layer: &mut Layer) {
    layer.more = rng.random_bool(0.5);
    layer.offset = weighted(&[(3, 0), (2, 1 << rng_small(rng, 13)), (1, rng_small(rng, 8192) as u16)], rng);
}

fn v4_header(rng: &mut Rng, bytes: &mut Vec<u8>, layer: &mut Layer, from: &[u8], to: &[u8]) {
    let any = rng_small(rng, 16) as u8;
    layer.ihl = weighted(&[(5, 5), (2, rng_small(rng, 11) as u8 + 5), (1, any)], rng);
    if rng.random_bool(0.09) {
        part(rng, layer);
    }
    let start = bytes.len();
    noise(rng, bytes, 20);
    let flags = u16::from(rng.random_bool(0.5)) << 14 | u16::from(rng.random_bool(0.05)) << 15 | u16::from(layer.more) << 13;
    let header = &mut bytes[start..];
    header[0] = layer.version << 4 | layer.ihl;
    header[6..8].copy_from_slice(&(flags | layer.offset).to_be_bytes());
    header[9] = layer.protocol;
    header[12..16].copy_from_slice(&from[12..]);
    header[16..20].copy_from_slice(&to[12..]);
    noise(rng, bytes, usize::from(layer.ihl).saturating_sub(5) * 4);
}

fn v6_headers(rng: &mut Rng, bytes: &mut Vec<u8>, layer: &mut Layer, from: &[u8], to: &[u8]) {
    let count = weighted(&[(40, 0), (22, 1), (24, 2), (10, 3), (4, 4)], rng);
    for slot in &mut layer.extensions[..count] {
        *slot = Some(pick(&EXTENSIONS, rng));
    }
    let chain: Vec<u8> = layer.extensions.iter().flatten().copied().chain([layer.protocol]).collect();
    bytes.push(layer.version << 4 | rng_small(rng, 16) as u8);
    noise(rng, bytes, 5);
    bytes.push(chain[0]);
    noise(rng, bytes, 1);
    bytes.extend(from);
    bytes.extend(to);
    for step in chain.windows(2) {
        extension(rng, bytes, layer, step[0], step[1]);
    }
}

/// One extension header: mostly short, sometimes just inside or just beyond the window, sometimes as long as it can say.
fn extension(rng: &mut Rng, bytes: &mut Vec<u8>, layer: &mut Layer, kind: u8, next: u8) {
    let at = bytes.len();
    bytes.push(next);
    if kind == FRAGMENT {
        bytes.push(rng.random());
        if rng.random_bool(0.4) {
            part(rng, layer);
        }
        let reserved = rng_small(rng, 4) as u16;
        bytes.extend((layer.offset << 3 | reserved << 1 | u16::from(layer.more)).to_be_bytes());
        noise(rng, bytes, 4);
        return;
    }
    let (unit, base) = if kind == AUTHENTICATION { (4, 2) } else { (8, 1) };
    let to_window = (128usize.saturating_sub(at) / unit).saturating_sub(base) as u8;
    let units = weighted(
        &[
            (10, rng_small(rng, 3) as u8),
            (4, to_window.saturating_sub(rng_small(rng, 3) as u8)),
            (2, to_window.saturating_add(rng_small(rng, 3) as u8)),
            (1, rng_small(rng, 20) as u8),
            (1, rng.random()),
        ],
        rng,
    );
    bytes.push(units);
    noise(rng, bytes, (usize::from(units) + base) * unit - 2);
}

/// Fills in the length field: the truth, the edge of a header, or a lie.
fn write_length(rng: &mut Rng, bytes: &mut [u8], at: usize, version: u8, layer: &mut Layer) {
    let truth = (bytes.len() - at) as i32;
    let headers = (layer.transport_at - at) as i32;
    let near = rng.random_range(-8..=8);
    let lie = weighted(
        &[
            (80, 0),
            (6, headers + near - truth),
            (3, headers + 4 - truth),
            (3, near),
            (2, rng_small(rng, 1500) as i32),
            (2, -truth),
            (2, 20 + near - truth),
        ],
        rng,
    );
    let base = if version == 4 { 0 } else { 40 };
    let field = (truth + lie - base).clamp(0, 0xffff);
    layer.length_lie = field + base - truth;
    let place = at + if version == 4 { 2 } else { 4 };
    bytes[place..place + 2].copy_from_slice(&(field as u16).to_be_bytes());
}

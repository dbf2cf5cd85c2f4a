//! Traffic as a backbone has it, by a fixed rule: the same in every run.

use std::io::{self, Write};

/// Bytes kept of each frame.
pub(crate) const KEPT: usize = 128;
const FLOWS: u64 = 65_536;

/// Frames in one piece of memory, `stride` bytes apart: how far decides which cache they stay in.
pub(crate) struct Frames {
    bytes: Vec<u8>,
    stride: usize,
    spans: Vec<(usize, usize)>,
}

impl Frames {
    pub(crate) fn new(count: usize, stride: usize) -> Self {
        let mut frames = Self { bytes: vec![0; count * stride], stride, spans: Vec::with_capacity(count) };
        for number in 0..count {
            let frame = frame(number as u64);
            let kept = frame.len().min(KEPT);
            let at = number * stride;
            frames.bytes[at..at + kept].copy_from_slice(&frame[..kept]);
            frames.spans.push((at, kept));
        }
        frames
    }

    /// Writes them as `dpdk.c` reads them.
    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let lengths = self.spans.iter().map(|(_, length)| *length);
        for word in [self.spans.len(), self.stride].into_iter().chain(lengths) {
            to.write_all(&(word as u32).to_ne_bytes())?;
        }
        to.write_all(&self.bytes)?;
        to.flush()
    }

    pub(crate) fn slices(&self) -> Vec<&[u8]> {
        self.spans.iter().map(|(at, length)| &self.bytes[*at..at + length]).collect()
    }
}

/// 38 % IPv6; 12 % with a tag, a quarter of these with two; 2.5 % ICMP errors and 2.5 % other ICMP; 0.5 % fragments; 1.5 % with options or
/// an extension header; 0.25 % with equal ports; 0.3 % not IP. The others are TCP and UDP of flows of which few are busy.
fn frame(number: u64) -> Vec<u8> {
    let draw = random(number);
    let flow = random(number ^ 0xf10e) % FLOWS;
    // The product of draws is small more often than not: flow 0 is the busiest.
    let flow = flow * (random(number ^ 0x21bf) % FLOWS) / FLOWS * (random(number ^ 0x9d) % FLOWS) / FLOWS;
    let nature = random(flow ^ 0x0f10);
    let v6 = nature % 100 < 38;
    let forward = draw & 1 == 0;

    let mut frame = vec![0x02, 0, 0x5e, 0x10, 0, 1, 2, 0, 0, 0, 0, 0x99];
    match nature >> 8 & 0xff {
        0..8 => frame.extend([0x88, 0xa8, 0, 7, 0x81, 0, 0, 100]),
        8..31 => frame.extend([0x81, 0, 0, 100]),
        _ => {}
    }
    let shape = (draw >> 8) % 10_000;
    if shape < 30 {
        frame.extend([8, 6]);
        frame.resize(60, 1);
        return frame;
    }
    frame.extend(if v6 { [0x86, 0xdd] } else { [8, 0] });
    let (client, server) = (32_768 + (nature >> 16) as u16 % 28_232, [80, 443, 53, 8080][(nature >> 40) as usize % 4]);
    let server = if shape < 55 { client } else { server };
    let ports = if forward { [client, server] } else { [server, client] };
    let transport = [&ports[0].to_be_bytes()[..], &ports[1].to_be_bytes(), &[0; 16]].concat();
    let protocol = if nature >> 50 & 3 == 0 { 17 } else { 6 };
    frame.extend(match shape {
        55..105 => ip(v6, flow, forward, if v6 { 44 } else { protocol }, 1, &transport),
        105..255 => with_options(v6, flow, forward, protocol, &transport),
        255..505 => {
            let reported = ip(v6, flow, !forward, protocol, 0, &transport);
            let error = [if v6 { &[1, 0, 0, 0, 0, 0, 0, 0][..] } else { &[3, 3, 0, 0, 0, 0, 0, 0] }, &reported].concat();
            ip(v6, flow, forward, if v6 { 58 } else { 1 }, 0, &error)
        }
        505..755 => ip(v6, flow, forward, if v6 { 58 } else { 1 }, 0, &[if v6 { 128 } else { 8 }; 64]),
        _ => ip(v6, flow, forward, protocol, 0, &transport),
    });
    frame.resize(frame.len().max(60) + (draw >> 32) as usize % 64, 0);
    frame
}

/// An IP packet; a `part` other than 0 makes it a fragment, in IPv6 by the first bytes of its payload.
fn ip(v6: bool, flow: u64, forward: bool, protocol: u8, part: u8, payload: &[u8]) -> Vec<u8> {
    let (near, far) = (flow as u32, 1 + (random(flow) % 4096) as u32);
    let turn = |near: Vec<u8>, far: Vec<u8>| if forward { [near, far].concat() } else { [far, near].concat() };
    if v6 {
        let address = |low: u32| [&[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0][..], &low.to_be_bytes()].concat();
        let head = [&[0x60, 0, 0, 0][..], &(payload.len() as u16).to_be_bytes(), &[protocol, 64]].concat();
        let start = if part > 0 { [6, 0, 0, 1] } else { [payload[0], payload[1], payload[2], payload[3]] };
        return [head, turn(address(near), address(0x8000_0000 | far)), start.into(), payload[4..].into()].concat();
    }
    let head = [&[0x45, 0][..], &(20 + payload.len() as u16).to_be_bytes(), &[0, 0, part << 5, 0, 64, protocol, 0, 0]].concat();
    [head, turn((0x0a00_0000 + near).to_be_bytes().into(), (0xc000_0200 + far).to_be_bytes().into()), payload.into()].concat()
}

/// IPv4 with four bytes of options, or IPv6 with a hop-by-hop header.
fn with_options(v6: bool, flow: u64, forward: bool, protocol: u8, transport: &[u8]) -> Vec<u8> {
    if v6 {
        return ip(v6, flow, forward, 0, 0, &[&[protocol, 0, 1, 4, 0, 0, 0, 0][..], transport].concat());
    }
    let mut packet = ip(v6, flow, forward, protocol, 0, &[&[1; 4][..], transport].concat());
    packet[0] = 0x46;
    packet
}

/// SplitMix64: a number that looks random, and is the same in every run.
fn random(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

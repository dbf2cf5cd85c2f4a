//! The part of the program that carries known flows alone: it rewrites their frames and sends them on, and no worker sees them. Whatever is unusual
//! of a frame leaves it to the worker, unchanged. What it does is what the traffic manager's packet filter does with the same frame.
//! Source: RFC 1624, equation 3; RFC 768.

#[cfg(test)]
mod tests;

use super::flows::*;
use super::program::{Count, LOOK_UP, NUMBER, REDIRECT, REDIRECT_MAP, number};
use crate::bpf::Map;
use crate::bpf::assembler::{Assembler, Comparison::*, Operation::*, Register, Register::*, Size::*};

/// A helper of the kernel: `bpf_ktime_get_ns`, the time since the host was started.
const TIME: i32 = 5;
/// On the stack: the key of a flow.
const FLOW: i16 = -72;
/// Bits of a segment's flags: FIN, SYN and RST; ACK.
const UNUSUAL: i32 = 0x07;
const ACK: i32 = 0x10;
const TCP: i32 = 6;
const UDP: i32 = 17;

/// Where a frame without tags and options has what, by the version of IP.
struct Version {
    number: u8,
    /// The network's header, and the transport's.
    network: i16,
    transport: i16,
    /// TTL or hop limit, and protocol.
    ttl: i16,
    protocol: i16,
    source: i16,
    address: i16,
    /// Where the program goes on with a frame that is left to the worker.
    otherwise: &'static str,
}

const V4: Version = Version { number: 4, network: 14, transport: 34, ttl: 22, protocol: 23, source: 26, address: 4, otherwise: "v4" };
const V6: Version = Version { number: 6, network: 14, transport: 54, ttl: 21, protocol: 20, source: 22, address: 16, otherwise: "v6" };

/// Carries frames that have come by the interface of this number, from the labels `carry4` and `carry6` on. R6 is the context, R7 the frame, R8 its
/// end; the frame is of IP and has no tags.
pub(super) fn carry(a: &mut Assembler, flows: &Flows, interface: u16, counts: &Map) {
    for version in [V4, V6] {
        find(a, &version, flows, interface);
        check(a, &version, flows);
        rewrite(a, &version);
        count(a, flows, counts);
    }
}

/// R9 becomes what becomes of the frame's flow.
fn find(a: &mut Assembler, v: &Version, flows: &Flows, interface: u16) {
    a.label(&format!("carry{}", v.number));
    // UDP of IPv4 may be shorter, but not in Ethernet's shortest frame.
    a.set(R2, R7).compute(Add, R2, i32::from(v.transport) + 20).jump_if(R2, Greater, R8, v.otherwise);
    a.load(Byte, R9, R7, v.protocol).jump_if(R9, Equal, TCP, &format!("ports{}", v.number)).jump_if(R9, Differs, UDP, v.otherwise);
    a.label(&format!("ports{}", v.number));
    for double in (0..KEY as i16).step_by(8) {
        a.store(Double, R10, FLOW + double, 0);
    }
    for (at, from) in [(FLOW, v.source), (FLOW + 16, v.source + v.address)] {
        let words = if v.number == 4 { 12..16 } else { 0..16 };
        if v.number == 4 {
            a.store(Half, R10, at + 10, 0xffff);
        }
        let start = words.start;
        for word in words.step_by(4) {
            a.load(Word, R0, R7, from + word - start).store(Word, R10, at + word, R0);
        }
    }
    a.load(Word, R0, R7, v.transport).store(Word, R10, FLOW + 32, R0).store(Byte, R10, FLOW + 36, R9);
    a.load_map(R1, &flows.flows).set(R2, R10).compute(Add, R2, i32::from(FLOW)).call(LOOK_UP);
    a.jump_if(R0, Equal, 0, v.otherwise).set(R9, R0);
    a.load_content(R1, &flows.generation).load(Word, R1, R1, 0).load(Word, R2, R9, GENERATION as i16);
    a.jump_if(R1, Differs, R2, v.otherwise);
    a.load(Half, R1, R9, COMES_BY as i16).jump_if(R1, Differs, i32::from(interface), v.otherwise);
}

/// Leaves a frame to the worker that has anything unusual. R3 becomes the packet's length.
fn check(a: &mut Assembler, v: &Version, flows: &Flows) {
    for word in (0..12).step_by(4) {
        a.load(Word, R1, R7, word).load(Word, R2, R9, OLD_MACS as i16 + word).jump_if(R1, Differs, R2, v.otherwise);
    }
    // Where it must not leave, nothing is changed.
    a.load_map(R1, &flows.interfaces).load(Word, R2, R9, LEAVES_BY as i16).set(R3, 0).call(REDIRECT_MAP);
    a.jump_if(R0, Differs, REDIRECT, v.otherwise);
    a.load(Byte, R1, R7, v.ttl).jump_if(R1, LessOrEqual, 1, v.otherwise);
    if v.number == 4 {
        // No options, no fragment, and the header's checksum right.
        a.load(Byte, R1, R7, v.network).jump_if(R1, Differs, 0x45, v.otherwise);
        a.load(Half, R1, R7, v.network + 6).jump_if(R1, Shares, number(0x3fff), v.otherwise);
        a.set(R1, 0);
        for word in (0..20).step_by(4) {
            a.load(Word, R2, R7, v.network + word).compute(Add, R1, R2);
        }
        for _ in 0..3 {
            fold(a, R1);
        }
        a.jump_if(R1, Differs, 0xffff, v.otherwise);
        a.load(Half, R3, R7, v.network + 2).in_network_order(R3);
    } else {
        a.load(Byte, R1, R7, v.network).compute(And, R1, 0xf0).jump_if(R1, Differs, 0x60, v.otherwise);
        a.load(Half, R3, R7, v.network + 4).in_network_order(R3).compute(Add, R3, 40);
    }
    a.load(Half, R1, R9, LONGEST as i16).jump_if(R3, Greater, R1, v.otherwise);
    a.set(R1, R8).compute(Subtract, R1, R7).compute(Subtract, R1, i32::from(v.network)).jump_if(R3, Greater, R1, v.otherwise);
    let header = i32::from(v.transport - v.network);
    a.jump_if(R3, Less, header + 8, v.otherwise).set(R4, R3).compute(Subtract, R4, header);
    check_transport(a, v);
}

/// The same of the headers of TCP and UDP. R4 is the length from there on; R0 becomes the checksum.
fn check_transport(a: &mut Assembler, v: &Version) {
    let label = |name: &str| format!("{name}{}", v.number);
    let t = v.transport;
    a.load(Byte, R1, R7, v.protocol).jump_if(R1, Equal, UDP, &label("udp"));
    a.load(Byte, R1, R7, t + 13).jump_if(R1, Shares, UNUSUAL, v.otherwise).jump_if(R1, Shares, ACK, &label("acknowledges"));
    a.jump(v.otherwise).label(&label("acknowledges"));
    a.load(Byte, R1, R7, t + 12).compute(And, R1, 0xf0).compute(ShiftRight, R1, 2);
    a.jump_if(R1, Less, 20, v.otherwise).jump_if(R1, Greater, R4, v.otherwise);
    a.load(Half, R0, R7, t + 16).jump(&label("unfinished"));
    a.label(&label("udp")).load(Half, R1, R7, t + 4).in_network_order(R1);
    a.jump_if(R1, Less, 8, v.otherwise).jump_if(R1, Greater, R4, v.otherwise).load(Half, R0, R7, t + 6);
    if v.number == 6 {
        a.jump_if(R0, Equal, 0, v.otherwise);
    }
    // A checksum that holds the sum of the pseudo header alone is left to who sends: the frame would lose that mark here.
    a.label(&label("unfinished")).in_network_order(R4).load(Half, R1, R9, PSEUDO as i16).compute(Add, R4, R1);
    fold(a, R4);
    a.jump_if(R4, Equal, R0, v.otherwise);
}

/// Changes the frame. R0 is the checksum of TCP or UDP, R3 the packet's length.
fn rewrite(a: &mut Assembler, v: &Version) {
    let label = |name: &str| format!("{name}{}", v.number);
    let t = v.transport;
    a.load(Byte, R2, R7, v.protocol).jump_if(R2, Equal, UDP, &label("change_udp"));
    a.load(Word, R1, R7, t + 8).store(Word, R9, ACKNOWLEDGED as i16, R1);
    a.load(Half, R1, R7, t + 14).store(Half, R9, ACKNOWLEDGED as i16 + 4, R1);
    change(a, R0, DELTA);
    a.store(Half, R7, t + 16, R0).jump(&label("changed"));
    // No checksum stays none, and 0 is sent as 0xffff.
    a.label(&label("change_udp")).jump_if(R0, Equal, 0, &label("changed"));
    change(a, R0, DELTA);
    a.jump_if(R0, Differs, 0, &label("some")).set(R0, 0xffff).label(&label("some")).store(Half, R7, t + 6, R0);
    a.label(&label("changed"));
    if v.number == 4 {
        a.load(Half, R0, R7, v.network + 10);
        change(a, R0, HEADER_DELTA);
        a.store(Half, R7, v.network + 10, R0);
    }
    a.load(Byte, R1, R7, v.ttl).compute(Subtract, R1, 1).store(Byte, R7, v.ttl, R1);
    for word in (0..12).step_by(4) {
        a.load(Word, R1, R9, NEW_MACS as i16 + word).store(Word, R7, word, R1);
    }
    for (address, to) in [(SOURCE as i16, v.source), (DESTINATION as i16, v.source + v.address)] {
        for word in (0..v.address).step_by(4) {
            a.load(Word, R1, R9, address + 16 - v.address + word).store(Word, R7, to + word, R1);
        }
    }
    a.load(Word, R1, R9, PORTS as i16).store(Word, R7, t, R1);
}

/// Counts the frame, for its flow and for both interfaces, and sends it on.
fn count(a: &mut Assembler, flows: &Flows, counts: &Map) {
    a.set(R1, 1).add_atomically(R9, PACKETS as i16, R1);
    a.set(R1, R8).compute(Subtract, R1, R7).add_atomically(R9, BYTES as i16, R1);
    a.call(TIME).store(Double, R9, SEEN as i16, R0);
    a.store(Word, R10, NUMBER, Count::Carried as i32);
    add_one(a, counts);
    a.load(Word, R1, R9, LEAVES_BY as i16).store(Word, R10, NUMBER, R1);
    add_one(a, &flows.sent);
    a.set(R0, REDIRECT).exit();
}

/// Counts in an array, at the number that is on the stack.
fn add_one(a: &mut Assembler, counts: &Map) {
    let end = format!("counted{}", a.length());
    a.load_map(R1, counts).set(R2, R10).compute(Add, R2, i32::from(NUMBER)).call(LOOK_UP);
    a.jump_if(R0, Equal, 0, &end).set(R1, 1).add_atomically(R0, 0, R1).label(&end);
}

/// Adds the upper bits of a sum to its lower 16.
fn fold(a: &mut Assembler, sum: Register) {
    a.set(R2, sum).compute(ShiftRight, R2, 16).compute(And, sum, 0xffff).compute(Add, sum, R2);
}

/// Changes a checksum as the flow's frames are. One's complement sums are the same in either order of bytes.
fn change(a: &mut Assembler, checksum: Register, delta: usize) {
    a.compute(Xor, checksum, 0xffff).load(Half, R1, R9, delta as i16).compute(Add, checksum, R1);
    fold(a, checksum);
    a.compute(Xor, checksum, 0xffff);
}

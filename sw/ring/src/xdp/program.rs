//! What the driver does with a frame, before the kernel has made anything of it: what is the host's own goes on to the kernel, and all else to the
//! worker that polls the frame's queue. It agrees with question 2 of the traffic manager's packet filter, as far as a program without loops sees it.

use super::carry::carry;
use super::flows::Flows;
use crate::bpf::assembler::{Assembler, Comparison::*, Instruction, Operation::*, Register::*, Size::*};
use crate::bpf::{Map, MapKind};
use std::io;

/// Helpers of the kernel: `bpf_map_lookup_elem`, `bpf_redirect_map`.
pub(super) const LOOK_UP: i32 = 1;
pub(super) const REDIRECT_MAP: i32 = 51;
/// Verdicts of XDP.
const DROP: i32 = 1;
const PASS: i32 = 2;
pub(super) const REDIRECT: i32 = 4;
/// Where `struct xdp_md` has the frame's first byte, its end, and the queue by which it came.
const DATA: i16 = 0;
const DATA_END: i16 = 4;
const QUEUE: i16 = 16;
/// Bytes of an Ethernet header, of IPv4's without options, of IPv6's.
const ETHERNET: i32 = 14;
const V4: i32 = 20;
const V6: i32 = 40;
/// On the stack: the destination's address, and another key of four bytes.
const ADDRESS: i16 = -16;
pub(super) const NUMBER: i16 = -24;

/// Most addresses of a host.
const ADDRESSES: u32 = 4096;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Count {
    /// Frames that the kernel has got.
    ToKernel = 0,
    /// Frames of a queue that no worker polls: they are dropped, because the kernel would answer them.
    Unpolled = 1,
    /// Frames of known flows that were sent on here.
    Carried = 2,
}

/// How many counts there are.
pub(super) const COUNTS: u32 = 3;

/// What is the host's own: the same for all interfaces.
pub(super) struct Own {
    addresses: Map,
    protocols: Map,
}

impl Own {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            addresses: Map::new(MapKind::Hash, "tandem_own", 16, 1, ADDRESSES)?,
            protocols: Map::new(MapKind::Array, "tandem_protocol", 4, 1, 256)?,
        })
    }

    /// From now on these addresses and protocols are the host's own, and no others.
    pub(super) fn follow(&self, addresses: &[[u8; 16]], protocols: &[u8]) -> io::Result<()> {
        // New ones come before old ones go: what stays is never missing.
        addresses.iter().try_for_each(|address| self.addresses.put(address, &[1]))?;
        for old in self.addresses.keys()?.iter().filter(|old| !addresses.iter().any(|address| address[..] == old[..])) {
            self.addresses.take_out(old)?;
        }
        (0..=u8::MAX).try_for_each(|number| self.protocols.put(&u32::from(number).to_ne_bytes(), &[protocols.contains(&number).into()]))
    }
}

/// A number of 16 bits as a header in memory has it.
pub(super) fn number(number: u16) -> i32 {
    i32::from(number.to_be())
}

/// The program of an interface: `sockets` are its workers, by queue, and `counts` is by [`Count`]. `carried` are flows that it carries alone, and its
/// own number among their interfaces.
pub(super) fn program(own: &Own, sockets: &Map, counts: &Map, carried: Option<(&Flows, u16)>) -> Vec<Instruction> {
    let mut a = Assembler::default();
    // R6: the context; R7: the frame, and then two bytes less than the header after a tag; R8: its end; R9: the protocol.
    a.set(R6, R1).load(Word, R7, R6, DATA).load(Word, R8, R6, DATA_END);
    a.set(R2, R7).compute(Add, R2, ETHERNET).jump_if(R2, Greater, R8, "kernel");
    a.load(Byte, R0, R7, 0).jump_if(R0, Shares, 1, "kernel");
    a.load(Half, R0, R7, 12);
    if carried.is_some() {
        a.jump_if(R0, Equal, number(0x0800), "carry4").jump_if(R0, Equal, number(0x86dd), "carry6");
    }
    for (tagged, after) in [("tag", "after_tag"), ("second_tag", "network")] {
        a.jump_if(R0, Equal, number(0x8100), tagged).jump_if(R0, Equal, number(0x88a8), tagged).jump("network");
        a.label(tagged).compute(Add, R7, 4).set(R2, R7).compute(Add, R2, ETHERNET).jump_if(R2, Greater, R8, "kernel");
        a.load(Half, R0, R7, 12);
        if after != "network" {
            a.label(after);
        }
    }
    a.label("network").jump_if(R0, Equal, number(0x0800), "v4").jump_if(R0, Equal, number(0x86dd), "v6").jump("kernel");

    a.label("v4").set(R2, R7).compute(Add, R2, ETHERNET + V4).jump_if(R2, Greater, R8, "worker");
    a.store(Double, R10, ADDRESS, 0).store(Half, R10, ADDRESS + 8, 0).store(Half, R10, ADDRESS + 10, 0xffff);
    a.load(Word, R0, R7, 14 + 16).store(Word, R10, ADDRESS + 12, R0);
    a.load(Byte, R9, R7, 14 + 9).jump("own");

    a.label("v6").set(R2, R7).compute(Add, R2, ETHERNET + V6).jump_if(R2, Greater, R8, "worker");
    for word in (0..16).step_by(4) {
        a.load(Word, R0, R7, 14 + 24 + word).store(Word, R10, ADDRESS + word, R0);
    }
    a.load(Byte, R9, R7, 14 + 6).jump_if(R9, Differs, 58, "own");
    // Neighbour discovery.
    a.set(R2, R7).compute(Add, R2, ETHERNET + V6 + 1).jump_if(R2, Greater, R8, "own");
    a.load(Byte, R0, R7, 14 + 40).jump_if(R0, Less, 133, "own").jump_if(R0, LessOrEqual, 137, "kernel");

    a.label("own").load_map(R1, &own.addresses).set(R2, R10).compute(Add, R2, i32::from(ADDRESS)).call(LOOK_UP);
    a.jump_if(R0, Differs, 0, "kernel");
    a.store(Word, R10, NUMBER, R9).load_map(R1, &own.protocols).set(R2, R10).compute(Add, R2, i32::from(NUMBER)).call(LOOK_UP);
    a.jump_if(R0, Equal, 0, "worker").load(Byte, R0, R0, 0).jump_if(R0, Differs, 0, "kernel");

    a.label("worker").load_map(R1, sockets).load(Word, R2, R6, QUEUE).set(R3, DROP).call(REDIRECT_MAP);
    a.jump_if(R0, Differs, REDIRECT, "unpolled").exit();
    a.label("unpolled").set(R7, DROP).store(Word, R10, NUMBER, Count::Unpolled as i32).jump("count");
    a.label("kernel").set(R7, PASS).store(Word, R10, NUMBER, Count::ToKernel as i32);
    a.label("count").load_map(R1, counts).set(R2, R10).compute(Add, R2, i32::from(NUMBER)).call(LOOK_UP);
    a.jump_if(R0, Equal, 0, "end").set(R1, 1).add_atomically(R0, 0, R1);
    a.label("end").set(R0, R7).exit();
    if let Some((flows, interface)) = carried {
        carry(&mut a, flows, interface, counts);
    }
    a.finish()
}

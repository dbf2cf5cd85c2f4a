//! The border to C++: `harness/bench.h`, field by field.

use std::ffi::{c_char, c_void};
use std::marker::PhantomData;

use crate::design::PORTS;

/// Borrowed by C++ for one call, or lent by it until the next.
#[repr(C)]
pub(crate) struct Slice<'a, T> {
    at: *const T,
    len: usize,
    lender: PhantomData<&'a T>,
}

impl<'a, T> Slice<'a, T> {
    pub(crate) fn new(items: &'a [T]) -> Self {
        Self { at: items.as_ptr(), len: items.len(), lender: PhantomData }
    }

    pub(crate) fn get(&self) -> &'a [T] {
        if self.len == 0 {
            return &[]; // C++ may give null for nothing
        }
        // SAFETY: C++ gives the address and length of a vector of the same layout, which stands until the bench is called again; the
        // lifetime is that of the call's `RawLog`, which no later call outlives.
        unsafe { std::slice::from_raw_parts(self.at, self.len) }
    }
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Pace {
    pub(crate) kind: u32,
    pub(crate) length: u32,
    pub(crate) a: u64,
    pub(crate) b: u64,
}

#[repr(C)]
pub(crate) struct Source<'a> {
    pub(crate) bytes: Slice<'a, u8>,
    pub(crate) ends: Slice<'a, usize>,
    pub(crate) tuser: Slice<'a, u8>,
    pub(crate) pace: Pace,
}

#[repr(C)]
pub(crate) struct RegisterAccess {
    pub(crate) when: u32,
    pub(crate) source: u32,
    pub(crate) at: u64,
    pub(crate) address: u32,
    pub(crate) data: u32,
    pub(crate) strobe: u8,
    pub(crate) write: bool,
}

#[repr(C)]
pub(crate) struct Batch<'a> {
    pub(crate) sources: Slice<'a, Source<'a>>,
    pub(crate) sinks: Slice<'a, Pace>,
    pub(crate) script: Slice<'a, RegisterAccess>,
    pub(crate) scramble: u64,
    pub(crate) budget: u64,
    pub(crate) quiet: u64,
    pub(crate) scrambled: bool,
}

#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Egress {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) end: usize,
    pub(crate) tuser: u64,
}

/// What a core decided for a frame, as its trace port showed it. Codes are the hardware's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Decision {
    /// When.
    pub cycle: u64,
    /// The hash, if `keyed`.
    pub hash: u32,
    /// The key, if `keyed`; byte 0 first.
    pub key: [u8; 18],
    /// What becomes of the frame.
    pub verdict: u8,
    /// Why.
    pub reason: u8,
    /// The group, if `grouped`.
    pub group: u8,
    /// The manager; 0 is none.
    pub manager: u8,
    /// The port by which the frame leaves.
    pub egress: u8,
    /// Whether a group was chosen.
    pub grouped: bool,
    /// Whether key and hash mean something.
    pub keyed: bool,
    /// Whether the reason is still open: `too_deep` or `malformed`, settled when the frame's length is known. Its count tells which.
    pub deep: bool,
}

/// What a core counted for a frame when its last beat had left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct CountEvent {
    /// When.
    pub cycle: u64,
    /// The frame's bytes.
    pub bytes: u16,
    /// Its verdict, final.
    pub verdict: u8,
    /// Its reason, final.
    pub reason: u8,
    /// The manager it was counted for; 0 is none.
    pub manager: u8,
}

/// A frame that the host's queue dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct DropEvent {
    /// When.
    pub cycle: u64,
    /// Its verdict.
    pub verdict: u8,
}

#[repr(C)]
pub(crate) struct RawAccess {
    pub(crate) started: u64,
    pub(crate) finished: u64,
    pub(crate) data: u32,
    pub(crate) slverr: bool,
}

#[repr(C)]
pub(crate) struct Fault {
    pub(crate) cycle: u64,
    pub(crate) place: u32,
    pub(crate) broken: u32,
}

/// Places of faults that are not sinks: the register port, inside the design, and from here on the sources.
pub(crate) const REGISTERS: u32 = u32::MAX;
pub(crate) const INSIDE: u32 = u32::MAX - 1;
pub(crate) const SOURCE: u32 = 0x100;

#[repr(C)]
pub(crate) struct SourceOut<'a> {
    pub(crate) first: Slice<'a, u64>,
    pub(crate) last: Slice<'a, u64>,
    pub(crate) beats: u64,
}

#[repr(C)]
pub(crate) struct SinkOut<'a> {
    pub(crate) bytes: Slice<'a, u8>,
    pub(crate) frames: Slice<'a, Egress>,
    pub(crate) open: bool,
}

#[repr(C)]
pub(crate) struct CoreOut<'a> {
    pub(crate) decisions: Slice<'a, Decision>,
    pub(crate) counts: Slice<'a, CountEvent>,
    pub(crate) lost: Slice<'a, DropEvent>,
}

#[repr(C)]
pub(crate) struct RawLog<'a> {
    pub(crate) sources: [SourceOut<'a>; 2 * PORTS],
    pub(crate) sinks: [SinkOut<'a>; 2 * PORTS],
    pub(crate) cores: [CoreOut<'a>; PORTS],
    pub(crate) accesses: Slice<'a, RawAccess>,
    pub(crate) faults: Slice<'a, Fault>,
    pub(crate) stalled: bool,
}

/// When a clock of a design rises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Clock {
    /// Picoseconds from rise to rise; 0 counts as 1.
    pub period: u64,
    /// Picoseconds to the first rise. Rises of the same picosecond are one: no side is seen to move before the other.
    pub phase: u64,
}

/// A model with its clock; only ever behind a pointer.
#[repr(C)]
pub(crate) struct Bench {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    pub(crate) safe fn model_core512() -> *mut c_void;
    pub(crate) safe fn model_core256() -> *mut c_void;
    pub(crate) safe fn model_distributor512() -> *mut c_void;
    pub(crate) safe fn model_shared512() -> *mut c_void;
    pub(crate) safe fn model_distributor256() -> *mut c_void;
    pub(crate) safe fn model_box250() -> *mut c_void;
    pub(crate) safe fn model_box322() -> *mut c_void;
    pub(crate) safe fn model_lookup512() -> *mut c_void;
    pub(crate) safe fn model_lookup256() -> *mut c_void;

    #[cfg(test)]
    pub(crate) safe fn model_broken(rule: i32) -> *mut c_void;

    /// Takes a model from one of the functions above, once.
    pub(crate) fn bench_new(model: *mut c_void) -> *mut Bench;
    pub(crate) fn bench_delete(bench: *mut Bench);
    pub(crate) fn bench_clocks(bench: *mut Bench, clocks: *const Clock, count: usize);
    pub(crate) fn bench_reset(bench: *mut Bench, clocks: i32) -> bool;
    pub(crate) fn bench_cycle(bench: *const Bench) -> u64;
    pub(crate) fn bench_waves(bench: *mut Bench, path: *const c_char, source: u32, frame: u64, cycles: u64) -> bool;
    pub(crate) fn bench_run(bench: *mut Bench, batch: *const Batch<'_>, log: *mut RawLog<'_>);
    pub(crate) fn bench_clear(bench: *mut Bench);
}

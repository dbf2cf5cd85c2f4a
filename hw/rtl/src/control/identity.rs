//! `IDENTITY`, `CONTRACT`, `BUILD`, `CAPABILITIES`, `GEOMETRY`, `DECISION_SIDES`: what never changes.

use super::bus::{Reply, Request, word};
use crate::primitive::{Const, ConstSize, Reg};
use contract::{limits, register};
use rust_hdl::prelude::*;

/// The word `CAPABILITIES`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Capabilities {
    pub groups: Bits<8>,
    pub bucket_bits: Bits<8>,
    pub rules: Bits<8>,
    pub ports: Bits<8>,
}

/// The word `GEOMETRY`.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Geometry {
    pub managers: Bits<8>,
    pub group_macs: Bits<8>,
    pub cores: Bits<8>,
    pub beat: Bits<8>,
}

// The shapes of `Capabilities` and `Geometry`, and that `DECISION_SIDES` is a number alone.
const _: () = assert!(register::CAPABILITIES.fields_are(&[("groups", 7, 0), ("bucket_bits", 15, 8), ("rules", 23, 16), ("ports", 31, 24)]));
const _: () =
    assert!(register::GEOMETRY.fields_are(&[("managers", 7, 0), ("group_macs", 15, 8), ("cores", 23, 16), ("beat_bytes", 31, 24)]));
const _: () = assert!(register::DECISION_SIDES.fields_are(&[("sides", 7, 0)]));

/// The release in the shape of `BUILD`.
const BUILD: u64 = register::BUILD.field("major").put(number(env!("CARGO_PKG_VERSION_MAJOR")))
    | register::BUILD.field("minor").put(number(env!("CARGO_PKG_VERSION_MINOR")))
    | register::BUILD.field("patch").put(number(env!("CARGO_PKG_VERSION_PATCH")));

const fn number(digits: &str) -> u64 {
    match u8::from_str_radix(digits, 10) {
        Ok(number) => number as u64,
        Err(_) => panic!("the version has a number beyond 255"),
    }
}

/// Tells hosts what card this is. `BEAT` is its bytes per beat.
#[derive(LogicBlock, Default)]
pub struct Identity<const GROUPS: usize, const CORES: usize, const SIDES: usize, const BEAT: usize> {
    /// The access.
    pub request: Signal<In, Request>,
    /// The answer.
    pub reply: Signal<Out, Reply>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    is_identity: Reg<Bit>,
    is_contract: Reg<Bit>,
    is_build: Reg<Bit>,
    is_capabilities: Reg<Bit>,
    is_geometry: Reg<Bit>,
    is_sides: Reg<Bit>,
    data: Reg<Bits<32>>,
    accepted: Reg<Bit>,
    address: Signal<Local, Bits<10>>,
    read: Signal<Local, Bit>,
    capable: Signal<Local, Capabilities>,
    sized: Signal<Local, Geometry>,
    at_identity: Const<10, { word(&register::IDENTITY, 0) }>,
    at_contract: Const<10, { word(&register::CONTRACT, 0) }>,
    at_build: Const<10, { word(&register::BUILD, 0) }>,
    at_capabilities: Const<10, { word(&register::CAPABILITIES, 0) }>,
    at_geometry: Const<10, { word(&register::GEOMETRY, 0) }>,
    at_sides: Const<10, { word(&register::DECISION_SIDES, 0) }>,
    identity: Const<32, { register::IDENTITY_VALUE as u64 }>,
    contract: Const<32, { register::CONTRACT_VALUE as u64 }>,
    build: Const<32, BUILD>,
    groups: ConstSize<8, GROUPS>,
    bucket_bits: ConstSize<8, { limits::BUCKET_BITS }>,
    rules: ConstSize<8, { limits::RULES }>,
    ports: ConstSize<8, { limits::PORTS }>,
    managers: ConstSize<8, { limits::MANAGERS }>,
    group_macs: ConstSize<8, { limits::GROUP_MACS }>,
    cores: ConstSize<8, CORES>,
    sides: ConstSize<32, SIDES>,
    beat: ConstSize<8, BEAT>,
    zero: Const<32, 0>,
}

impl<const GROUPS: usize, const CORES: usize, const SIDES: usize, const BEAT: usize> Logic for Identity<GROUPS, CORES, SIDES, BEAT> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, is_identity, is_contract, is_build, is_capabilities, is_geometry, is_sides, data, accepted);
        self.address.next = self.request.val().address;
        self.read.next = !self.request.val().write;
        self.capable.next.groups = self.groups.val();
        self.capable.next.bucket_bits = self.bucket_bits.val();
        self.capable.next.rules = self.rules.val();
        self.capable.next.ports = self.ports.val();
        self.sized.next.managers = self.managers.val();
        self.sized.next.group_macs = self.group_macs.val();
        self.sized.next.cores = self.cores.val();
        self.sized.next.beat = self.beat.val();

        self.is_identity.d.next = self.address.val() == self.at_identity.val();
        self.is_contract.d.next = self.address.val() == self.at_contract.val();
        self.is_build.d.next = self.address.val() == self.at_build.val();
        self.is_capabilities.d.next = self.address.val() == self.at_capabilities.val();
        self.is_geometry.d.next = self.address.val() == self.at_geometry.val();
        self.is_sides.d.next = self.address.val() == self.at_sides.val();
        self.data.d.next = self.zero.val();
        self.accepted.d.next = self.read.val()
            & (self.is_identity.q.val()
                | self.is_contract.q.val()
                | self.is_build.q.val()
                | self.is_capabilities.q.val()
                | self.is_geometry.q.val()
                | self.is_sides.q.val());
        if self.is_identity.q.val() {
            self.data.d.next = self.identity.val();
        }
        if self.is_contract.q.val() {
            self.data.d.next = self.contract.val();
        }
        if self.is_build.q.val() {
            self.data.d.next = self.build.val();
        }
        if self.is_capabilities.q.val() {
            self.data.d.next = self.capable.val().into();
        }
        if self.is_geometry.q.val() {
            self.data.d.next = self.sized.val().into();
        }
        if self.is_sides.q.val() {
            self.data.d.next = self.sides.val();
        }
        self.reply.next.data = self.data.q.val();
        self.reply.next.accepted = self.accepted.q.val();
    }
}

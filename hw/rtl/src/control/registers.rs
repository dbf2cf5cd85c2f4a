//! The register block: every register of the contract's map.

use super::access_sequencer::AccessSequencer;
use super::bus::{BusRequest, BusResponse};
use super::commit::Commit;
use super::counter_access::CounterAccess;
use super::identity::Identity;
use super::mac_access::MacAccess;
use super::rule_access::RuleAccess;
use super::settings::{Settings, View};
use super::tables::Tables;
use crate::bundle::{GroupMac, Host, HostAnswer, Rule};
use crate::control::counter_bank::Tally;
use crate::primitive::RstReg;
use contract::limits::PORTS;
use rust_hdl::prelude::*;

/// Shows an access to all parts at once, and answers with the reply of the part that it is for.
///
/// `CORES` and `SIDES` are the card's numbers of them, `BEAT` its bytes per beat.
/// Latency: 14 clocks from `access` to `answer`, 18 for a counter's first word; while `ready` is low an access waits.
#[derive(LogicBlock, Default)]
pub struct Registers<const GROUPS: usize, const CORES: usize, const SIDES: usize, const BEAT: usize> {
    /// The access; the next comes after the answer.
    pub access: Signal<In, BusRequest>,
    /// The answer.
    pub answer: Signal<Out, BusResponse>,
    /// `VIEW.core`: whose answer counts.
    pub view_core: Signal<Out, Bits<8>>,
    /// Frames are decided, not just bridged.
    pub enable: Signal<Out, Bit>,
    /// Neighbour questions to everybody go to the host.
    pub neighbours: Signal<Out, Bit>,
    /// The group MACs in force.
    pub macs: [Signal<Out, GroupMac>; 8],
    /// Egress port of bridged frames, by ingress port.
    pub pairs: [Signal<Out, Bits<8>>; PORTS],
    /// The rules' active bank.
    pub rules: [Signal<Out, Rule>; 16],
    /// Which bank is active: groups, in bit 8 the rules, in bit 9 the managers. Changes in the same clock as `rules`.
    pub active: Signal<Out, Bits<10>>,
    /// To the tables' host ports.
    pub host: Signal<Out, Host>,
    /// From there, up to four clocks later.
    pub host_answer: Signal<In, HostAnswer>,
    /// To and from `Counters`, by the same names.
    pub counter: Signal<Out, Bits<9>>,
    pub capture: Signal<Out, Bit>,
    pub captured: Signal<In, Bit>,
    pub counter_word: Signal<In, Tally>,
    pub counters_ready: Signal<In, Bit>,
    /// Tables and counters are cleared after reset: frames may come.
    pub ready: Signal<Out, Bit>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    sequencer: AccessSequencer,
    identity: Identity<GROUPS, CORES, SIDES, BEAT>,
    settings: Settings<CORES>,
    commit: Commit<GROUPS>,
    mac_access: MacAccess,
    rule_access: RuleAccess<GROUPS>,
    tables: Tables<GROUPS>,
    counter_access: CounterAccess,
    up: RstReg<Bit>,
    view: Signal<Local, View>,
}

impl<const GROUPS: usize, const CORES: usize, const SIDES: usize, const BEAT: usize> Logic for Registers<GROUPS, CORES, SIDES, BEAT> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, sequencer, identity, settings, commit, mac_access, rule_access, tables, counter_access, up);
        self.sequencer.rst.next = self.rst.val();
        self.settings.rst.next = self.rst.val();
        self.commit.rst.next = self.rst.val();
        self.mac_access.rst.next = self.rst.val();
        self.rule_access.rst.next = self.rst.val();
        self.tables.rst.next = self.rst.val();
        self.counter_access.rst.next = self.rst.val();
        self.up.rst.next = self.rst.val();

        self.up.d.next = self.tables.cleared.val() & self.counters_ready.val();
        self.ready.next = self.up.q.val();
        self.sequencer.ready.next = self.up.q.val();
        self.sequencer.access.next = self.access.val();
        self.answer.next = self.sequencer.answer.val();

        // At most one part has a reply that is not zero.
        self.identity.request.next = self.sequencer.request.val();
        self.settings.request.next = self.sequencer.request.val();
        self.commit.request.next = self.sequencer.request.val();
        self.mac_access.request.next = self.sequencer.request.val();
        self.rule_access.request.next = self.sequencer.request.val();
        self.tables.request.next = self.sequencer.request.val();
        self.counter_access.request.next = self.sequencer.request.val();
        self.sequencer.reply.next.data = self.identity.reply.val().data
            | self.settings.reply.val().data
            | self.commit.reply.val().data
            | self.mac_access.reply.val().data
            | self.rule_access.reply.val().data
            | self.tables.reply.val().data
            | self.counter_access.reply.val().data;
        self.sequencer.reply.next.accepted = self.identity.reply.val().accepted
            | self.settings.reply.val().accepted
            | self.commit.reply.val().accepted
            | self.mac_access.reply.val().accepted
            | self.rule_access.reply.val().accepted
            | self.tables.reply.val().accepted
            | self.counter_access.reply.val().accepted;
        self.sequencer.waiting.next = self.counter_access.waiting.val();

        self.view.next = self.settings.view.val();
        self.view_core.next = self.view.val().core;
        self.enable.next = self.settings.enable.val();
        self.neighbours.next = self.settings.neighbours.val();
        for k in 0..PORTS {
            self.pairs[k].next = self.settings.pairs[k].val();
        }
        for k in 0..8 {
            self.macs[k].next = self.mac_access.macs[k].val();
        }
        for k in 0..16 {
            self.rules[k].next = self.rule_access.rules[k].val();
        }
        self.active.next = self.commit.active.val();
        self.rule_access.swap.next = self.commit.swap_rules.val();
        self.rule_access.busy.next = self.commit.busy.val();
        self.rule_access.view_idle.next = self.view.val().idle;
        self.tables.active.next = self.commit.active.val();
        self.tables.busy.next = self.commit.busy.val();
        self.tables.view_idle.next = self.view.val().idle;
        self.host.next = self.tables.host.val();
        self.tables.host_answer.next = self.host_answer.val();
        self.counter.next = self.counter_access.counter.val();
        self.capture.next = self.counter_access.capture.val();
        self.counter_access.captured.next = self.captured.val();
        self.counter_access.counter_word.next = self.counter_word.val();
    }
}

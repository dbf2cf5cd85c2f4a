//! The register block: every register of the contract's map.

pub mod bus;
pub mod commit;
pub mod control;
pub mod counting;
pub mod entries;
pub mod groups;
pub mod identity;
pub mod index;
pub mod mac_words;
pub mod macs;
pub mod managers;
pub mod rule_row;
pub mod rules;
pub mod steps;
pub mod tables;

use crate::bundle::{Access, Answer, GroupMac, Host, HostAnswer, Rule};
use crate::counter_bank::Tally;
use crate::primitive::RstReg;
use commit::Commit;
use control::{Control, View};
use counting::Counting;
use identity::Identity;
use macs::Macs;
use rules::Rules;
use rust_hdl::prelude::*;
use steps::Steps;
use tables::Tables;

/// Shows an access to all parts at once, and answers with what the one part says that it is for.
///
/// `BEAT` is the number of bytes per beat.
/// Latency: 14 clocks from `access` to `answer`, 18 for a counter's first word; while `ready` is low an access waits.
#[derive(LogicBlock, Default)]
pub struct Registers<const GROUPS: usize, const CORES: usize, const BEAT: usize> {
    /// The access; the next comes after the answer.
    pub access: Signal<In, Access>,
    /// The answer.
    pub answer: Signal<Out, Answer>,
    /// `VIEW.core`: whose answer counts.
    pub view_core: Signal<Out, Bits<8>>,
    /// Frames are decided, not just bridged.
    pub enable: Signal<Out, Bit>,
    /// The group MACs in force.
    pub macs: [Signal<Out, GroupMac>; 8],
    /// Egress port of bridged frames, by ingress port.
    pub pairs: [Signal<Out, Bits<8>>; 2],
    /// The rules' active bank.
    pub rules: [Signal<Out, Rule>; 16],
    /// Which bank is active: groups, and in bit 8 the rules. Changes in the same clock as `rules`.
    pub active: Signal<Out, Bits<9>>,
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
    steps: Steps,
    identity: Identity<GROUPS, CORES, BEAT>,
    control: Control<CORES>,
    commit: Commit<GROUPS>,
    address_list: Macs,
    rule_list: Rules<GROUPS>,
    tables: Tables<GROUPS>,
    counting: Counting,
    up: RstReg<Bit>,
    view: Signal<Local, View>,
}

impl<const GROUPS: usize, const CORES: usize, const BEAT: usize> Logic for Registers<GROUPS, CORES, BEAT> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, steps, identity, control, commit, address_list, rule_list, tables, counting, up);
        self.steps.rst.next = self.rst.val();
        self.control.rst.next = self.rst.val();
        self.commit.rst.next = self.rst.val();
        self.address_list.rst.next = self.rst.val();
        self.rule_list.rst.next = self.rst.val();
        self.tables.rst.next = self.rst.val();
        self.counting.rst.next = self.rst.val();
        self.up.rst.next = self.rst.val();

        self.up.d.next = self.tables.cleared.val() & self.counters_ready.val();
        self.ready.next = self.up.q.val();
        self.steps.ready.next = self.up.q.val();
        self.steps.access.next = self.access.val();
        self.answer.next = self.steps.answer.val();

        // At most one part has a reply that is not zero.
        self.identity.request.next = self.steps.request.val();
        self.control.request.next = self.steps.request.val();
        self.commit.request.next = self.steps.request.val();
        self.address_list.request.next = self.steps.request.val();
        self.rule_list.request.next = self.steps.request.val();
        self.tables.request.next = self.steps.request.val();
        self.counting.request.next = self.steps.request.val();
        self.steps.reply.next.data = self.identity.reply.val().data
            | self.control.reply.val().data
            | self.commit.reply.val().data
            | self.address_list.reply.val().data
            | self.rule_list.reply.val().data
            | self.tables.reply.val().data
            | self.counting.reply.val().data;
        self.steps.reply.next.accepted = self.identity.reply.val().accepted
            | self.control.reply.val().accepted
            | self.commit.reply.val().accepted
            | self.address_list.reply.val().accepted
            | self.rule_list.reply.val().accepted
            | self.tables.reply.val().accepted
            | self.counting.reply.val().accepted;
        self.steps.waiting.next = self.counting.waiting.val();

        self.view.next = self.control.view.val();
        self.view_core.next = self.view.val().core;
        self.enable.next = self.control.enable.val();
        self.pairs[0].next = self.control.pairs[0].val();
        self.pairs[1].next = self.control.pairs[1].val();
        for k in 0..8 {
            self.macs[k].next = self.address_list.macs[k].val();
        }
        for k in 0..16 {
            self.rules[k].next = self.rule_list.rules[k].val();
        }
        self.active.next = self.commit.active.val();
        self.rule_list.swap.next = self.commit.swap_rules.val();
        self.rule_list.busy.next = self.commit.busy.val();
        self.rule_list.view_idle.next = self.view.val().idle;
        self.tables.active.next = self.commit.active.val();
        self.tables.busy.next = self.commit.busy.val();
        self.tables.view_idle.next = self.view.val().idle;
        self.host.next = self.tables.host.val();
        self.tables.host_answer.next = self.host_answer.val();
        self.counter.next = self.counting.counter.val();
        self.capture.next = self.counting.capture.val();
        self.counting.captured.next = self.captured.val();
        self.counting.counter_word.next = self.counter_word.val();
    }
}

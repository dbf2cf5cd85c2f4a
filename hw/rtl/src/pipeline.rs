//! The decision, from a header window to a verdict: free running, one packet a clock, with a constant latency.
//!
//! Reading downward follows one packet. A name that ends in a number is that signal so many clocks after the launch, with the registers that the
//! cores have ([`PARSE`], [`HASH`]); with fewer it is earlier.

use crate::bundle::{EarlyVerdict, GroupMac, Host, HostAnswer, Rule};
use crate::classify::classifier::Classifier;
use crate::classify::key::Key;
use crate::classify::range_match::RuleMatch;
use crate::classify::tuple_select::TupleSelect;
use crate::egress::verdict_logic::{Decision, PacketContext, VerdictLogic};
use crate::lookup::entry_table::EntryTable;
use crate::lookup::group_table::GroupTable;
use crate::lookup::hash::{self, Hash};
use crate::lookup::manager_table::ManagerTable;
use crate::parse::ethernet::Ethernet;
use crate::parse::extension::Extension;
use crate::parse::extent::Extent;
use crate::parse::head::{Head, NEAREST, Reached};
use crate::parse::icmp::Icmp;
use crate::parse::link::Link;
use crate::parse::network::Network;
use crate::parse::next_header::Headers;
use crate::parse::transport::Transport;
use crate::parse::word_select::WordSelect;
use crate::primitive::{Const, Delay, Reg, RstShift, Shift};
use contract::code::Reason;
use contract::limits::PORTS;
use rust_hdl::prelude::*;

/// Registers to a step of the parser, as the cores have them: 2, or 1 for a slower clock.
pub const PARSE: usize = 2;
/// Registers to a round of the hash, as the cores have them: 2, one after each half round, or 1 for a slower clock.
pub const HASH: usize = 2;

/// Clocks from a hash to the row of its manager: two tables.
const LOOK_UP: usize = 4;

/// Clocks from the launch to the key, with `parse` registers to a step: parse, classify, select the key.
const fn key_latency(parse: usize) -> usize {
    4 * parse + 6
}

/// Clocks from the launch to the decision, with `parse` registers to a step of the parser and `hash` to a round.
pub const fn latency(parse: usize, hash: usize) -> usize {
    key_latency(parse) + hash::latency(hash) + LOOK_UP
}

/// How far the questions got, for simulation.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct TraceFlags {
    /// The packet's group.
    pub group: Bits<3>,
    /// The packet has a group.
    pub grouped: Bit,
    /// The key decided.
    pub keyed: Bit,
}

/// What led to a decision, for simulation.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Trace {
    /// The key, byte 0 least significant.
    pub key: Bits<144>,
    /// The packet's group.
    pub group: Bits<3>,
    /// The packet has a group.
    pub grouped: Bit,
    /// The key decided.
    pub keyed: Bit,
}

/// Decides one packet a clock.
///
/// `ENTRY_A` is 10 bits of word, one of bank, and those of the group; `PARSE` and `HASH` are registers to a step of the parser and to a round of
/// the hash, 1 or 2 each.
///
/// Latency: [`latency`]. Rate: a packet a clock.
#[derive(LogicBlock, Default)]
pub struct Pipeline<const ENTRY_A: usize, const PARSE: usize, const HASH: usize> {
    /// A packet is launched in this clock.
    pub valid: Signal<In, Bit>,
    /// The first 128 bytes of its frame, first byte least significant.
    pub window: Signal<In, Bits<1024>>,
    /// The eleven words from its network header on.
    pub header: Signal<In, Bits<352>>,
    /// What its EtherTypes announce.
    pub link: Signal<In, Link>,
    /// What its next-header numbers announce, if it is IPv6.
    pub headers: Signal<In, Headers>,
    /// Length of the frame, one clock later; 129 stands for all above 128.
    pub bytes: Signal<In, Bits<8>>,
    /// Port on which it came in.
    pub ingress: Signal<In, Bits<8>>,

    /// The distributor decides.
    pub enable: Signal<In, Bit>,
    /// Neighbour questions to everybody go to the host.
    pub neighbours: Signal<In, Bit>,
    /// The addresses it decides for.
    pub macs: [Signal<In, GroupMac>; 8],
    /// Where frames are bridged to.
    pub pairs: [Signal<In, Bits<8>>; PORTS],
    /// The rules, those of the active bank.
    pub rules: [Signal<In, Rule>; 16],
    /// Which bank of each group is active; changes together with `rules`.
    pub active: Signal<In, Bits<8>>,
    /// Which bank of the managers' rows is active; changes together with `rules`.
    pub managers_active: Signal<In, Bit>,
    /// The host's request to the tables.
    pub host: Signal<In, Host>,
    /// The tables' response.
    pub host_answer: Signal<Out, HostAnswer>,

    /// `decision`, `trace` and `hash` hold a decision.
    pub decision_valid: Signal<Out, Bit>,
    /// The decision.
    pub decision: Signal<Out, Decision>,
    /// What led to it.
    pub trace: Signal<Out, Trace>,
    /// The hash of the key.
    pub hash: Signal<Out, Bits<32>>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,

    ethernet: Ethernet<PARSE>,
    network: Network<PARSE>,
    rest: Signal<Local, Bits<800>>,
    rest1: Reg<Bits<800>>,
    rest3: Shift<Bits<800>, PARSE, 1, 0>,
    word_select: WordSelect<PARSE>,
    head1: Signal<Local, Head>,
    base1: Signal<Local, Bits<11>>,
    head2: Shift<Head, PARSE, 1, -1>,
    base_shift2: Shift<Bits<5>, PARSE, 1, -1>,
    nearest: Const<5, { NEAREST }>,
    extension: Extension<PARSE>,
    extent3: Reg<Extent>,
    reached3: Signal<Local, Reached>,
    transport: Transport<PARSE>,
    v6_3: Shift<Bit, PARSE, 1, 1>,
    icmp: Icmp<PARSE>,
    word8: Shift<Bits<32>, PARSE, 1, 1>,
    ported8: Shift<Bit, PARSE, 2, 0>,
    protocol8: Shift<Bits<8>, PARSE, 2, 1>,
    addresses9: Shift<Bits<256>, PARSE, 3, 3>,
    v6_9: Shift<Bit, PARSE, 2, 2>,
    tuple_select: TupleSelect,
    classifier: Classifier<PARSE>,
    key: Key<PARSE>,
    rule_match12: Signal<Local, RuleMatch>,
    rule_match14: Delay<RuleMatch, 2>,
    row_address14: Signal<Local, RowAddress>,
    group_table: GroupTable,
    rule_match15: Reg<RuleMatch>,
    manager_bank15: Delay<Bit, 3>,
    early15: Shift<EarlyVerdict, PARSE, 2, 5>,
    early_now15: Signal<Local, EarlyVerdict>,
    need15: Shift<Bits<11>, PARSE, 2, 5>,
    need_bytes15: Signal<Local, Bits<14>>,
    ethernet_header: Const<14, 14>,
    too_deep: Const<5, { Reason::TooDeep.code() as u64 }>,
    pair15: Shift<Bits<8>, PARSE, 3, 7>,
    ingress15: Shift<Bits<8>, PARSE, 4, 7>,
    context15: Signal<Local, PacketContext>,
    flags15: Signal<Local, TraceFlags>,
    flags47: Shift<TraceFlags, HASH, 14, 4>,
    flags_now47: Signal<Local, TraceFlags>,
    hasher: Hash<HASH>,
    context43: Shift<PacketContext, HASH, 14, 0>,
    hash43: Signal<Local, Bits<32>>,
    entry_table: EntryTable<ENTRY_A>,
    context45: Delay<PacketContext, 2>,
    id45: Signal<Local, Bits<8>>,
    manager_table: ManagerTable,
    context47: Delay<PacketContext, 2>,
    id47: Delay<Bits<8>, 2>,
    hash47: Delay<Bits<32>, LOOK_UP>,
    key47: Shift<Bits<144>, HASH, 14, 5>,
    verdict_logic: VerdictLogic,
    valid15: RstShift<PARSE, 4, 7>,
    valid47: RstShift<HASH, 14, 4>,
}

/// Where a group's row lies.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct RowAddress {
    /// The bank.
    pub bank: Bit,
    /// The group.
    pub group: Bits<3>,
}

impl<const ENTRY_A: usize, const PARSE: usize, const HASH: usize> Logic for Pipeline<ENTRY_A, PARSE, HASH> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, ethernet, network, rest1, rest3, word_select, head2, base_shift2, extension, extent3, transport, v6_3, icmp);
        clock!(self, clock, word8, ported8, protocol8, addresses9, v6_9, tuple_select, classifier, key, rule_match14, group_table);
        clock!(self, clock, rule_match15, manager_bank15, early15, need15, pair15, ingress15, hasher, context43, entry_table, context45);
        clock!(self, clock, manager_table, context47, id47, hash47, key47, flags47, valid15, valid47);
        self.valid15.rst.next = self.rst.val();
        self.valid47.rst.next = self.rst.val();

        // Questions 1 to 3.
        self.ethernet.destination.next = self.window.val().get_bits::<48>(0);
        self.ethernet.link.next = self.link.val();
        self.ethernet.bytes.next = self.bytes.val();
        self.ethernet.port.next = self.ingress.val();
        self.ethernet.enable.next = self.enable.val();
        self.ethernet.neighbours.next = self.neighbours.val();
        for i in 0..8 {
            self.ethernet.macs[i].next = self.macs[i].val();
        }
        for i in 0..PORTS {
            self.ethernet.pairs[i].next = self.pairs[i].val();
        }

        // Questions 4 and 5: the network header, then the extension headers. The verdict of an earlier question stands.
        self.network.header.next = self.header.val();
        self.network.link.next = self.link.val();
        self.network.headers.next = self.headers.val();
        self.network.words.next = self.ethernet.words.val();
        self.network.long.next = self.ethernet.long.val();
        self.network.earlier.next = self.ethernet.early_verdict.val();
        // From the fifth word after byte 14 on: the headers before it are in `header`.
        self.rest.next = bit_cast::<800, 784>(self.window.val().get_bits::<784>(240));
        self.rest1.d.next = self.rest.val();
        self.rest3.d.next = self.rest1.q.val();
        self.word_select.rest.next = self.rest1.q.val();
        self.word_select.position.next = self.network.head.val().position;
        self.head1.next = self.network.head.val();
        self.base1.next = self.head1.val().base;
        self.head2.d.next = self.head1.val();
        self.base_shift2.d.next = self.base1.val().get_bits::<5>(0) - self.nearest.val();
        self.extension.head.next = self.head2.q.val();
        self.extension.base_shift.next = self.base_shift2.q.val();
        self.extension.word.next = self.word_select.word.val();
        self.extension.extent.next = self.network.extent.val();
        self.extension.earlier.next = self.network.early_verdict.val();
        self.extension.needed.next = self.network.need.val();

        // Question 4, continued: are the ports inside the frame? Question 6: the packet inside an ICMP error.
        self.reached3.next = self.extension.reached.val();
        self.extent3.d.next = self.network.extent.val();
        self.transport.rest.next = self.rest3.q.val();
        self.transport.reached.next = self.reached3.val();
        self.transport.extent.next = self.extent3.q.val();
        self.transport.earlier.next = self.extension.early_verdict.val();
        self.transport.needed.next = self.extension.need.val();
        self.v6_3.d.next = self.link.val().v6;
        self.icmp.extent.next = self.network.extent.val();
        self.icmp.rest.next = self.rest3.q.val();
        self.icmp.reached.next = self.reached3.val();
        self.transport.v6.next = self.v6_3.q.val();
        self.icmp.v6.next = self.v6_3.q.val();
        self.icmp.word.next = self.transport.word.val();

        // Questions 6 and 7: whose ports and addresses decide?
        self.word8.d.next = self.transport.word.val();
        self.ported8.d.next = self.transport.ported.val();
        self.protocol8.d.next = self.reached3.val().protocol;
        self.addresses9.d.next = self.header.val().get_bits::<256>(64);
        self.v6_9.d.next = self.v6_3.q.val();
        self.tuple_select.word.next = self.word8.q.val();
        self.tuple_select.ported.next = self.ported8.q.val();
        self.tuple_select.protocol.next = self.protocol8.q.val();
        self.tuple_select.outer_addresses.next = self.addresses9.q.val();
        self.tuple_select.v6.next = self.v6_9.q.val();
        self.tuple_select.usable.next = self.icmp.usable.val();
        self.tuple_select.embedded_ports.next = self.icmp.ports.val();
        self.tuple_select.embedded_protocol.next = self.icmp.protocol.val();
        self.tuple_select.embedded_addresses.next = self.icmp.addresses.val();

        // Question 8. The banks are sampled here, and only here.
        for i in 0..16 {
            self.classifier.rules[i].next = self.rules[i].val();
        }
        self.classifier.tuple.next = self.tuple_select.tuple.val();
        self.classifier.active.next = self.active.val();
        self.classifier.managers_active.next = self.managers_active.val();
        self.rule_match12.next = self.classifier.rule_match.val();
        self.rule_match14.d.next = self.rule_match12.val();
        self.row_address14.next.bank = self.rule_match14.q.val().bank;
        self.row_address14.next.group = self.rule_match14.q.val().group;
        self.group_table.address.next = self.row_address14.val().into();
        self.rule_match15.d.next = self.rule_match14.q.val();
        self.manager_bank15.d.next = self.classifier.manager_bank.val();

        // Questions 9 to 12: the key.
        self.key.tuple.next = self.tuple_select.tuple.val();
        self.key.source.next = self.tuple_select.source.val();
        self.key.destination.next = self.tuple_select.destination.val();
        self.key.rule_match.next = self.rule_match12.val();
        self.valid15.d.next = self.valid.val();
        self.early15.d.next = self.transport.early_verdict.val();
        self.need15.d.next = self.transport.need.val();
        self.pair15.d.next = self.ethernet.pair.val();
        self.ingress15.d.next = self.ingress.val();
        self.early_now15.next = self.early15.q.val();
        self.context15.next.decided_early = self.early_now15.val().valid;
        self.context15.next.verdict = self.early_now15.val().verdict;
        self.context15.next.reason = self.key.reason.val();
        if self.early_now15.val().valid {
            self.context15.next.reason = self.early_now15.val().reason;
        }
        self.context15.next.deep = self.early_now15.val().valid & (self.early_now15.val().reason == self.too_deep.val());
        self.need_bytes15.next = bit_cast::<14, 11>(self.need15.q.val()) << 2;
        self.context15.next.need = self.need_bytes15.val() + self.ethernet_header.val();
        self.context15.next.ingress = self.ingress15.q.val();
        self.context15.next.pair = self.pair15.q.val();
        self.context15.next.group = self.rule_match15.q.val().group;
        self.context15.next.bank = self.rule_match15.q.val().bank;
        self.context15.next.manager_bank = self.manager_bank15.q.val();
        self.context15.next.designated = self.key.equal.val() & !self.group_table.equal_ports_hash.val();
        self.context15.next.manager = self.group_table.designated.val();
        self.flags15.next.group = self.rule_match15.q.val().group;
        self.flags15.next.grouped = !self.early_now15.val().valid;
        self.flags15.next.keyed = !self.early_now15.val().valid & !(self.key.equal.val() & !self.group_table.equal_ports_hash.val());

        // The hash, its bucket's entry, and that manager's row.
        self.hasher.secret.next = self.group_table.secret.val();
        self.hasher.key.next = self.key.key.val();
        self.context43.d.next = self.context15.val();
        self.hash43.next = self.hasher.hash.val();
        self.entry_table.entry.next.bucket = self.hash43.val().get_bits::<12>(0);
        self.entry_table.entry.next.bank = self.context43.q.val().bank;
        self.entry_table.entry.next.group = self.context43.q.val().group;
        self.context45.d.next = self.context43.q.val();
        self.id45.next = self.entry_table.manager.val();
        if self.context45.q.val().designated {
            self.id45.next = self.context45.q.val().manager;
        }
        self.manager_table.manager.next.id = self.id45.val();
        self.manager_table.manager.next.bank = self.context45.q.val().manager_bank;
        self.context47.d.next = self.context45.q.val();
        self.id47.d.next = self.id45.val();

        // The verdict logic.
        self.verdict_logic.packet.next = self.context47.q.val();
        self.verdict_logic.id.next = self.id47.q.val();
        self.verdict_logic.row.next = self.manager_table.row.val();
        self.verdict_logic.enabled.next = self.manager_table.enabled.val();
        self.valid47.d.next = self.valid15.q.val();
        self.hash47.d.next = self.hash43.val();
        self.key47.d.next = self.key.key.val();
        self.flags47.d.next = self.flags15.val();
        self.flags_now47.next = self.flags47.q.val();
        self.decision_valid.next = self.valid47.q.val();
        self.decision.next = self.verdict_logic.decision.val();
        self.trace.next.key = self.key47.q.val();
        self.trace.next.group = self.flags_now47.val().group;
        self.trace.next.grouped = self.flags_now47.val().grouped;
        self.trace.next.keyed = self.flags_now47.val().keyed;
        self.hash.next = self.hash47.q.val();

        // The host's ports of the tables.
        self.group_table.host.next = self.host.val();
        self.entry_table.host.next = self.host.val();
        self.manager_table.host.next = self.host.val();
        self.host_answer.next.entries = self.entry_table.host_q.val();
        self.host_answer.next.group = self.group_table.host_q.val();
        self.host_answer.next.manager = self.manager_table.host_q.val();
        self.host_answer.next.manager_enable = self.manager_table.host_enable.val();
    }
}

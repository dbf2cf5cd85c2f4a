//! The stages of the walk, and which of them is the first that can have gone wrong.
//!
//! A core traces its decision, not every step that led to it. So the first wrong stage follows from what both sides decided, from what the
//! packet looks like, and from what would explain the hardware's answer. Where the trace cannot tell two stages apart, both are named.

use super::Epoch;
use contract::code::Reason;
use contract::limits::WINDOW;
use model::extension::{AUTHENTICATION, DESTINATION_OPTIONS, FRAGMENT, HOP_BY_HOP, ROUTING};
use model::key::{Key, endpoint, pair};
use model::network::Version;
use model::{Decision, Egress, Subject, Walk, hash};

/// Where model and hardware part: a stage of the walk, or what can be seen at the ports only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The Ethernet header, the group MACs, the VLAN tags and the enable bit: questions 1 to 3.
    Ethernet,
    /// The IP header: questions 4 and 5.
    Network,
    /// The extension headers of IPv6: questions 4 and 5.
    Extension,
    /// The ports of TCP or UDP: question 4.
    Transport,
    /// The packet inside an ICMP error: question 6.
    Icmp,
    /// Whose addresses and ports decide: questions 6 and 7.
    TupleSelect,
    /// The rule, and with it the group and its bank: question 8.
    Classifier,
    /// The key: questions 7 and 9 to 12.
    Key,
    /// The group's secret and policy.
    GroupTable,
    /// The hash of the key.
    Hash,
    /// The bucket's manager.
    EntryTable,
    /// The manager's row.
    ManagerTable,
    /// The verdict that follows from all of these.
    VerdictLogic,
    /// The metadata, the new destination MAC, and the frame's count.
    Egress,
    /// A register access was answered differently.
    Register,
    /// The streams themselves: a rule of AXI broken, or no progress.
    Stream,
    /// Bytes after the destination MAC are not those that came in.
    Payload,
    /// A frame is missing, left twice, or overtook another.
    Order,
    /// A counter's value.
    Counter,
}

/// Two decisions of one frame, which differ, and what is known about it.
pub(super) struct Parting<'a> {
    /// The frame.
    pub(super) frame: &'a [u8],
    /// The states that may have decided it; the model decided in the first.
    pub(super) states: &'a [Epoch],
    /// The model's decision.
    pub(super) model: &'a Decision,
    /// The hardware's decision.
    pub(super) rtl: &'a Decision,
    /// Whether the hardware left it to the frame's length whether the packet is malformed or too deep.
    pub(super) deep: bool,
}

impl Parting<'_> {
    /// The stages of which one is the first wrong one; none if the decisions are the same.
    pub(super) fn stages(&self) -> Vec<Stage> {
        let (model, rtl) = (self.model, self.rtl);
        let walk = Walk::of(self.frame);
        let early = |decision: &Decision| decision.group.is_none().then_some(decision.reason);
        if early(model) != early(rtl) {
            return self.headers(&walk, early(model), early(rtl));
        }
        if let (Some(_), Ok(subject)) = (model.group, &walk.subject)
            && ((model.group, model.key) != (rtl.group, rtl.key) || !same_question(model.reason, rtl.reason))
        {
            return self.selection(&walk, subject);
        }
        if model.hash != rtl.hash {
            return self.secret();
        }
        if model.manager != rtl.manager {
            return vec![self.entry()];
        }
        if rtl.verdict != rtl.reason.verdict() {
            return vec![Stage::VerdictLogic];
        }
        match (model.egress, rtl.egress) {
            _ if (model.verdict, model.reason) != (rtl.verdict, rtl.reason) && model.group.is_some() => {
                vec![Stage::ManagerTable, Stage::VerdictLogic]
            }
            _ if (model.verdict, model.reason) != (rtl.verdict, rtl.reason) => vec![Stage::VerdictLogic],
            (model, rtl) if model == rtl => vec![],
            (Some(Egress::Port(_)), Some(Egress::Port(port))) if self.model.group.is_some() => self.row(port),
            (Some(Egress::Port(_)), Some(Egress::Port(_))) => vec![Stage::Ethernet, Stage::VerdictLogic],
            _ => vec![Stage::VerdictLogic],
        }
    }

    /// One side ended at a header, and the other did not, or for another reason.
    fn headers(&self, walk: &Walk, model: Option<Reason>, rtl: Option<Reason>) -> Vec<Stage> {
        let either = |reason| model == Some(reason) || rtl == Some(reason);
        if [Reason::Disabled, Reason::Runt, Reason::NotForGroup, Reason::NotIp].into_iter().any(either) {
            return vec![Stage::Ethernet];
        }
        if either(Reason::Neighbour) {
            // Question 7 is asked of what question 2 lets pass.
            let is_discovery = walk.subject == Err(Reason::Neighbour);
            return if is_discovery { vec![Stage::Ethernet, Stage::Transport] } else { vec![Stage::Ethernet] };
        }
        if self.deep && either(Reason::Malformed) && either(Reason::TooDeep) {
            return vec![Stage::Egress];
        }
        let Some(network) = &walk.network else { return vec![Stage::Network] };
        let v6 = network.version == Version::V6;
        if either(Reason::Fragment) {
            return vec![if v6 { Stage::Extension } else { Stage::Network }];
        }
        let in_extensions = v6 && matches!(network.protocol, HOP_BY_HOP | ROUTING | FRAGMENT | AUTHENTICATION | DESTINATION_OPTIONS);
        match (in_extensions, network.extensions[0].is_some()) {
            (true, false) => vec![Stage::Network, Stage::Extension],
            (true, true) => vec![Stage::Extension],
            (false, true) => vec![Stage::Network, Stage::Extension, Stage::Transport],
            (false, false) => vec![Stage::Network, Stage::Transport],
        }
    }

    /// Both found a group, but not the same, or another key.
    fn selection(&self, walk: &Walk, subject: &Subject) -> Vec<Stage> {
        let (model, rtl) = (self.model, self.rtl);
        if (model.reason == Reason::IcmpError) != (rtl.reason == Reason::IcmpError)
            && ![model, rtl].map(|it| it.reason).contains(&Reason::NoManager)
        {
            return vec![Stage::Icmp];
        }
        let Some(key) = rtl.key else {
            // The group's policy decides whether packets with equal ports have a key.
            let equal = [model, rtl].iter().all(|decision| decision.reason == Reason::EqualPorts);
            return if model.group != rtl.group {
                vec![Stage::Transport, Stage::Classifier]
            } else if equal {
                vec![Stage::GroupTable, Stage::Key]
            } else {
                vec![Stage::Transport, Stage::Key]
            };
        };
        if is_key_of(&key, subject) {
            let by_rule = |reason| matches!(reason, Reason::PeerSide | Reason::IcmpError | Reason::NoManager);
            return match model.group != rtl.group {
                true => vec![Stage::Classifier],
                false if by_rule(model.reason) || by_rule(rtl.reason) => vec![Stage::Classifier, Stage::Key],
                false => vec![Stage::Key],
            };
        }
        if subject.embedded {
            let Some(outer) = outer(walk) else { return vec![Stage::Icmp] };
            // An endpoint of both packets at once, or that of the outer one, was put together wrongly.
            let addresses = [outer.source, outer.destination];
            let mixed = subject.ports.is_some_and(|ports| {
                let keys = [ports.source, ports.destination].map(|port| addresses.map(|address| endpoint(address, port)));
                keys.iter().flatten().any(|mixed| *mixed == key)
            });
            return match (mixed, is_key_of(&key, &outer)) {
                (true, _) => vec![Stage::TupleSelect],
                (false, true) => vec![Stage::Icmp, Stage::TupleSelect],
                (false, false) => vec![Stage::Icmp],
            };
        }
        let Some(network) = &walk.network else { return vec![Stage::Network] };
        if ![subject.source, subject.destination].iter().any(|address| key[..16] == *address) {
            return vec![Stage::Network, Stage::TupleSelect, Stage::Key];
        }
        // The address is right and the port is not. If it stands elsewhere in the frame, the transport header was taken to start there.
        let elsewhere =
            |at: usize| at != network.transport_at && [at, at + 2].iter().any(|at| self.frame.get(*at..at + 2) == Some(&key[16..]));
        match (network.transport_at % 4..WINDOW).step_by(4).any(elsewhere) {
            true if network.extensions[0].is_some() => vec![Stage::Network, Stage::Extension],
            true => vec![Stage::Network],
            false => vec![Stage::Transport, Stage::TupleSelect, Stage::Key],
        }
    }

    /// Another hash of the same key: another secret, or another function. The secret is not traced, but another group's is known.
    fn secret(&self) -> Vec<Stage> {
        let (Some(group), Some(key), Some(seen)) = (self.rtl.group, self.rtl.key, self.rtl.hash) else { return vec![Stage::Hash] };
        let by = |state: &Epoch, group: u8| hash::hash(state.state.group(group).row.key, &key) == seen;
        let groups = self.states.first().map_or(0, |state| state.state.groups() as u8);
        if self.states.iter().skip(1).any(|state| by(state, group)) {
            vec![Stage::Classifier]
        } else if (0..groups).any(|group| by(&self.states[0], group)) {
            vec![Stage::GroupTable]
        } else {
            vec![Stage::GroupTable, Stage::Hash]
        }
    }

    /// Another port for the same manager. With a change in flight it may be that of the other bank, which the classifier samples.
    fn row(&self, port: u8) -> Vec<Stage> {
        let id = self.rtl.manager.unwrap_or(0);
        if self.states.iter().skip(1).any(|state| state.state.manager(id).egress == port) {
            vec![Stage::Classifier]
        } else {
            vec![Stage::ManagerTable, Stage::VerdictLogic]
        }
    }

    /// Another manager for the same hash. With a change in flight it may be that of the other bank, which the classifier samples.
    fn entry(&self) -> Stage {
        let Some(group) = self.rtl.group else { return Stage::VerdictLogic };
        let named = |state: &Epoch| {
            let group = state.state.group(group);
            self.rtl.bucket.map_or(group.row.designated, |bucket| group.entries[usize::from(bucket)])
        };
        if self.states.iter().skip(1).any(|state| named(state) == self.rtl.manager.unwrap_or(0)) {
            Stage::Classifier
        } else if self.rtl.bucket.is_none() {
            Stage::GroupTable
        } else {
            Stage::EntryTable
        }
    }
}

/// Whether the same question chose the key, as far as the reasons tell: a packet without a manager does not show it.
fn same_question(model: Reason, rtl: Reason) -> bool {
    model == rtl || model == Reason::NoManager || rtl == Reason::NoManager
}

/// Whether it is one of the keys that a packet with these addresses and ports can have.
fn is_key_of(key: &Key, subject: &Subject) -> bool {
    let Subject { source, destination, protocol, ports, .. } = *subject;
    let keys = match ports {
        None => vec![pair(source, destination, protocol.into())],
        Some(ports) if ports.source == ports.destination => vec![pair(source, destination, ports.source)],
        Some(ports) => vec![endpoint(source, ports.source), endpoint(destination, ports.destination)],
    };
    keys.contains(key)
}

/// The frame's own packet, as if it were no ICMP error.
fn outer(walk: &Walk) -> Option<Subject> {
    let network = walk.network?;
    let (source, destination) = (network.source, network.destination);
    Some(Subject { protocol: network.protocol, source, destination, ports: walk.ports, embedded: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{straight_through, udp};
    use contract::code::Verdict;
    use contract::register::UNIT_MANAGERS;
    use model::{State, decide};
    use sim::Design;

    /// A state in which UDP frames of group 0 go to manager 1, and its decision of a frame.
    fn decided(frame: &[u8]) -> (State, Decision) {
        let state = straight_through(Design::Core512).state();
        let decision = decide(&state, frame, 0);
        (state, decision)
    }

    /// The stages that are named where the hardware has decided so, and these states may have been in force.
    fn stages(frame: &[u8], states: &[State], rtl: &Decision) -> Vec<Stage> {
        let model = &decide(&states[0], frame, 0);
        let states: Vec<_> = states.iter().map(|state| Epoch { state: state.clone(), from: 0, by: 0 }).collect();
        Parting { frame, states: &states, model, rtl, deep: false }.stages()
    }

    fn early(verdict: Verdict, reason: Reason, egress: Egress) -> Decision {
        Decision { verdict, reason, group: None, key: None, hash: None, bucket: None, manager: None, egress: Some(egress) }
    }

    #[test]
    fn equal_decisions_part_nowhere() {
        let frame = udp(60, 1, 0);
        let (state, same) = decided(&frame);
        assert_eq!(stages(&frame, &[state], &same), []);
    }

    #[test]
    fn a_wrong_reading_names_the_header_that_was_read() {
        let frame = udp(60, 1, 0);
        let (state, right) = decided(&frame);
        let states = [state];
        let bridged = early(Verdict::Bridge, Reason::NotForGroup, Egress::Port(1));
        assert_eq!(stages(&frame, &states, &bridged), [Stage::Ethernet]);
        assert_eq!(stages(&frame, &states, &early(Verdict::Fragment, Reason::Fragment, Egress::Host)), [Stage::Network]);
        let malformed = early(Verdict::Control, Reason::Malformed, Egress::Host);
        assert_eq!(stages(&frame, &states, &malformed), [Stage::Network, Stage::Transport], "the trace cannot tell them apart");
        let mut no_header = frame.clone();
        no_header[14] = 0x44;
        assert_eq!(stages(&no_header, &states, &right), [Stage::Network]);
        // The word after the ports is the UDP length and the checksum.
        let mut key = right.key.unwrap();
        key[16..].copy_from_slice(&26u16.to_be_bytes());
        assert_eq!(stages(&frame, &states, &Decision { key: Some(key), ..right }), [Stage::Network]);
        key[16..].copy_from_slice(&0xabcdu16.to_be_bytes());
        let not_in_the_frame = [Stage::Transport, Stage::TupleSelect, Stage::Key];
        assert_eq!(stages(&frame, &states, &Decision { key: Some(key), ..right }), not_in_the_frame);
    }

    #[test]
    fn a_wrong_selection_names_the_classifier_or_the_key() {
        let frame = udp(60, 1, 0);
        let (state, right) = decided(&frame);
        let Subject { destination, ports, .. } = Walk::of(&frame).subject.unwrap();
        let other = endpoint(destination, ports.unwrap().destination);
        let states = [state];
        let wrong = Decision { key: Some(other), reason: Reason::DestinationSide, ..right };
        assert_eq!(stages(&frame, &states, &wrong), [Stage::Key]);
        assert_eq!(stages(&frame, &states, &Decision { group: Some(1), ..right }), [Stage::Classifier]);
        let by_range = Decision { key: Some(other), reason: Reason::PeerSide, ..right };
        assert_eq!(stages(&frame, &states, &by_range), [Stage::Classifier, Stage::Key]);
    }

    #[test]
    fn a_wrong_look_up_names_the_table_or_with_a_change_in_flight_the_bank() {
        let frame = udp(60, 1, 0);
        let (state, right) = decided(&frame);
        let mut tables = straight_through(Design::Core512);
        tables.groups[0].row.key = *b"another!";
        tables.groups[0].entries.fill(9);
        let states = [state.clone(), tables.state()];
        let hash = hash::hash(*b"another!", &right.key.unwrap());
        let secret = Decision { hash: Some(hash), ..right };
        assert_eq!(stages(&frame, &states, &secret), [Stage::Classifier]);
        assert_eq!(stages(&frame, &states[..1], &secret), [Stage::GroupTable, Stage::Hash], "the secret is not traced");
        let manager = Decision { manager: Some(9), ..right };
        assert_eq!(stages(&frame, &states, &manager), [Stage::Classifier]);
        assert_eq!(stages(&frame, &states[..1], &manager), [Stage::EntryTable]);
        // Group 2 has no secret: its row is all zeros.
        let hash = hash::hash([0; 8], &right.key.unwrap());
        assert_eq!(stages(&frame, &[state], &Decision { hash: Some(hash), ..right }), [Stage::GroupTable]);
    }

    #[test]
    fn a_wrong_end_names_the_manager_s_row_or_the_verdict() {
        let frame = udp(60, 1, 0);
        let (state, right) = decided(&frame);
        let states = [state];
        let contradiction = Decision { verdict: Verdict::Bridge, reason: Reason::NoManager, ..right };
        assert_eq!(stages(&frame, &states, &contradiction), [Stage::VerdictLogic]);
        let dropped = Decision { verdict: Verdict::Drop, reason: Reason::NoManager, egress: None, ..right };
        assert_eq!(stages(&frame, &states, &dropped), [Stage::ManagerTable, Stage::VerdictLogic]);
        let moved = Decision { egress: Some(Egress::Port(0)), ..right };
        assert_eq!(stages(&frame, &states, &moved), [Stage::ManagerTable, Stage::VerdictLogic]);
        let mut other = states[0].clone();
        other.idle_manager_rows_mut()[1].egress = 0;
        other.commit(1 << UNIT_MANAGERS, 2).unwrap();
        assert_eq!(stages(&frame, &[states[0].clone(), other], &moved), [Stage::Classifier]);
        assert_eq!(stages(&frame, &states, &Decision { egress: Some(Egress::Host), ..right }), [Stage::VerdictLogic]);
    }
}

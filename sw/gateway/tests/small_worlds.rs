//! Every order and every loss in a small world: a server and two replicas in all modes, each with two SYN-ACKs, and a client that repeats its SYN.
//!
//! The world knows nothing of the gateway but the frames that go in and come out.

mod common;

use common::{ACK, Hosts, NOW, RST, SYN, Tcp, answer, gateway, hosts, read, take};
use gateway::{ClientGateway, Mode, Output, Side};
use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::net::IpAddr;

const PORT: u16 = 4000;
const ISN: u32 = 1000;
/// Initial sequence number of the server; of the replicas, one and two more.
const ANSWER: u32 = 7000;

/// A host that has had the SYN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Host {
    /// `None`: the server; else the replica's place and mode.
    replica: Option<(usize, Mode)>,
    state: HostState,
    /// SYN-ACKs that it may still send, that are on their way, and RSTs that are on their way to it.
    more: u8,
    syn_acks: u8,
    rsts: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum HostState {
    SynReceived,
    Established,
    Reset,
}

#[derive(Clone)]
struct World {
    hosts: Hosts,
    gateway: ClientGateway,
    three: [Host; 3],
    /// Who has won, by whose SYN-ACK was the first to arrive.
    winner: Option<usize>,
    acknowledged: bool,
    syns: u8,
    /// The server's refusal is on its way, in the place of its SYN-ACKs.
    refusal: bool,
    lost: bool,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A SYN-ACK of a host arrives, or is lost.
    SynAck(usize, bool),
    /// A host repeats its SYN-ACK.
    Repeat(usize),
    /// A RST arrives at a host, or is lost.
    Rst(usize, bool),
    /// The client repeats its SYN; it acknowledges; the server's refusal arrives.
    Syn,
    Acknowledge,
    Refusal,
}

impl World {
    fn new(hosts: Hosts, modes: [Mode; 2], refuses: bool) -> Self {
        let host = |replica| Host { replica, state: HostState::SynReceived, more: 1, syn_acks: 1, rsts: 0 };
        let mut three = [host(None), host(Some((0, modes[0]))), host(Some((1, modes[1])))];
        if refuses {
            three[0] = Host { state: HostState::Reset, more: 0, syn_acks: 0, ..three[0] };
        }
        let mut gateway = gateway(&hosts);
        take(&mut gateway, NOW, Side::Inside, syn(&hosts).frame(Side::Inside));
        Self { hosts, gateway, three, winner: None, acknowledged: false, syns: 1, refusal: refuses, lost: false }
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for (at, host) in self.three.iter().enumerate() {
            if host.syn_acks > 0 {
                steps.extend([Step::SynAck(at, true), Step::SynAck(at, false)]);
            }
            if host.rsts > 0 {
                steps.extend([Step::Rst(at, true), Step::Rst(at, false)]);
            }
            if host.more > 0 && host.state == HostState::SynReceived {
                steps.push(Step::Repeat(at));
            }
        }
        if self.syns > 0 && !self.acknowledged {
            steps.push(Step::Syn);
        }
        if self.winner.is_some() && !self.acknowledged {
            steps.push(Step::Acknowledge);
        }
        if self.refusal {
            steps.push(Step::Refusal);
        }
        steps
    }

    fn isn(at: usize) -> u32 {
        ANSWER + at as u32
    }

    fn address(&self, at: usize) -> IpAddr {
        self.three[at].replica.map_or(self.hosts.server, |(replica, _)| self.hosts.replicas[replica])
    }

    fn go(&mut self, step: Step) {
        match step {
            Step::SynAck(at, arrives) => {
                self.three[at].syn_acks -= 1;
                self.lost |= !arrives;
                if arrives {
                    self.syn_ack(at);
                }
            }
            Step::Repeat(at) => {
                self.three[at].more -= 1;
                self.three[at].syn_acks += 1;
            }
            Step::Rst(at, arrives) => {
                self.three[at].rsts -= 1;
                self.lost |= !arrives;
                if arrives {
                    self.three[at].state = HostState::Reset;
                }
            }
            Step::Syn => {
                self.syns -= 1;
                let out = take(&mut self.gateway, NOW, Side::Inside, syn(&self.hosts).frame(Side::Inside));
                let (to, tcp) = self.receiver(&out);
                assert_eq!((to, tcp.flags, tcp.seq), (self.winner.unwrap_or(0), SYN, ISN), "a repeated SYN goes to who has won");
            }
            Step::Acknowledge => {
                let winner = self.winner.unwrap();
                let ack = Tcp::new((self.hosts.client, PORT), (self.hosts.server, 80), ACK, ISN + 1, Self::isn(winner) + 1).payload(b"GET");
                let out = take(&mut self.gateway, NOW, Side::Inside, ack.frame(Side::Inside));
                let (to, tcp) = self.receiver(&out);
                assert_eq!((to, tcp.flags, tcp.ack), (winner, ACK, Self::isn(winner) + 1), "data goes to who has won");
                self.acknowledged = true;
                assert_eq!(self.three[winner].state, HostState::SynReceived, "the winner is not reset");
                self.three[winner].state = HostState::Established;
            }
            Step::Refusal => {
                self.refusal = false;
                let rst = Tcp::new((self.hosts.server, 80), (self.hosts.client, PORT), RST | ACK, 0, ISN + 1);
                let out = take(&mut self.gateway, NOW, Side::Wan, rst.frame(Side::Wan));
                assert_eq!(out, [], "a refusal is held, or too late");
            }
        }
    }

    /// A SYN-ACK arrives: the first one, and those of its sender, reach the client; every other one is answered with one RST.
    fn syn_ack(&mut self, at: usize) {
        let frame = match self.three[at].replica {
            None => Tcp::new((self.hosts.server, 80), (self.hosts.client, PORT), SYN | ACK, Self::isn(at), ISN + 1).frame(Side::Wan),
            Some((replica, mode)) => answer(&self.hosts, mode, self.hosts.replicas[replica], PORT, ISN, Self::isn(at), NOW),
        };
        let out = take(&mut self.gateway, NOW, Side::Wan, frame);
        let winner = *self.winner.get_or_insert(at);
        assert_eq!(out.len(), 1);
        if winner == at {
            let (outer, tcp) = read(&out[0].frame);
            assert_eq!((out[0].side, outer), (Side::Inside, None));
            assert_eq!((tcp.from, tcp.flags, tcp.seq), ((self.hosts.server, 80), SYN | ACK, Self::isn(at)), "one partner, the server");
            assert_eq!(common::tag_of(&tcp), None);
        } else {
            let (to, tcp) = self.receiver(&out);
            assert_eq!((to, tcp.flags, tcp.seq), (at, RST, ISN + 1), "a loser's SYN-ACK is answered with one RST");
            self.three[at].rsts += 1;
        }
    }

    /// To whom the one frame of the gateway goes by its form, and the segment in it.
    fn receiver(&self, out: &[Output]) -> (usize, Tcp) {
        assert_eq!(out.iter().map(|output| output.side).collect::<Vec<_>>(), [Side::Wan]);
        let (outer, tcp) = read(&out[0].frame);
        let (to, tunnelled) = outer.map_or((tcp.to.0, false), |(_, to, _)| (to, true));
        let at = (0..3).find(|at| self.address(*at) == to).expect("one of the three");
        let in_c = self.three[at].replica.is_some_and(|(_, mode)| mode == Mode::C);
        assert_eq!(tunnelled, in_c);
        (at, tcp)
    }

    /// When nothing can happen any more.
    fn end(&self) {
        if self.lost {
            return;
        }
        for (at, host) in self.three.iter().enumerate() {
            let expected = if Some(at) == self.winner { HostState::Established } else { HostState::Reset };
            assert_eq!(host.state, expected, "nothing was lost, so none is left half-open");
        }
    }
}

fn syn(hosts: &Hosts) -> Tcp {
    Tcp::new((hosts.client, PORT), (hosts.server, 80), SYN, ISN, 0)
}

/// Goes through all that can follow, and returns how many different worlds there are.
fn explore(world: &World, seen: &mut HashSet<u64>, path: &mut Vec<Step>) {
    let entry = world.gateway.table().find(&gateway::entry::Key {
        client: world.hosts.client.into(),
        server: world.hosts.server.into(),
        client_port: PORT,
        server_port: 80,
    });
    let entry = entry.map(|id| world.gateway.table().entry(id));
    let state = (world.three, world.winner, world.acknowledged, world.syns, world.refusal, world.lost, entry);
    if !seen.insert(BuildHasherDefault::<DefaultHasher>::default().hash_one(state)) {
        return;
    }
    let steps = world.steps();
    if steps.is_empty() {
        world.end();
    }
    for step in steps {
        let mut next = world.clone();
        path.push(step);
        // A failed assertion names its schedule.
        let went = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| next.go(step)));
        assert!(went.is_ok(), "after {path:?}");
        explore(&next, seen, path);
        path.pop();
    }
}

fn all_worlds(v4: bool, modes: [Mode; 2], refuses: bool) -> usize {
    let mut seen = HashSet::new();
    explore(&World::new(hosts(v4), modes, refuses), &mut seen, &mut Vec::new());
    seen.len()
}

#[test]
fn in_every_order_and_with_every_loss_the_first_wins_and_each_other_answer_is_reset_once() {
    use Mode::{A, B, C};
    for modes in [[A, A], [A, B], [A, C], [B, B], [B, C], [C, C]] {
        let worlds = all_worlds(true, modes, false);
        assert!(worlds > 3_000, "{worlds} worlds of {modes:?}");
    }
}

#[test]
fn the_same_holds_over_ipv6_and_where_the_server_refuses() {
    assert!(all_worlds(false, [Mode::C, Mode::A], false) > 3_000);
    for modes in [[Mode::A, Mode::B], [Mode::B, Mode::C]] {
        assert!(all_worlds(true, modes, true) > 500);
    }
}

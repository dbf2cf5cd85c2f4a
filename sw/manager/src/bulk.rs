//! The bulk of the traffic: what the drivers' programs carry alone, without a worker. The workers' filters offer directions of connections once some
//! packets have passed; this puts them where the programs look, and notes in the connection table what was carried.
//!
//! A flow belongs to the generation of the tables from which it follows, and the programs carry those of one generation only. Before the tables
//! change, no generation is in force: everything that was carried is noted and taken back, and the workers go on by the new tables.

use crate::redirect::Redirects;
use crate::worker::now;
use flow::carrier::{self, Carrier};
use flow::table::Table;
use flow::{Endpoint, Key, Rewriting, Seen, Vlans};
use nix::libc::ENOENT;
use nix::net::if_::if_nametoindex;
use ring::xdp::{Carried, FlowChange, FlowKey, Flows};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::Duration;

/// A flow that has been silent for so long is taken back.
const IDLE: Duration = Duration::from_secs(5);

/// What the programs carry between some interfaces.
pub struct Bulk {
    flows: Flows,
    interfaces: Vec<Interface>,
    redirects: Redirects,
    generation: AtomicU32,
}

/// An interface, by its number.
struct Interface {
    name: String,
    index: u32,
    /// Whether redirected frames leave by it.
    leaves: AtomicBool,
}

impl std::fmt::Debug for Bulk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bulk").field("flows", &self.flows).finish_non_exhaustive()
    }
}

impl Bulk {
    /// For flows between these interfaces. Nothing is carried before [`Bulk::resume`] and [`Bulk::look`].
    ///
    /// # Errors
    /// If the kernel does not tell of its interfaces.
    pub fn new(flows: Flows, names: &[String]) -> io::Result<Self> {
        let interface =
            |name: &String| Ok(Interface { name: name.clone(), index: if_nametoindex(name.as_str())?, leaves: AtomicBool::new(false) });
        let interfaces = names.iter().map(interface).collect::<io::Result<_>>()?;
        Ok(Self { flows, interfaces, redirects: Redirects::new()?, generation: AtomicU32::new(0) })
    }

    /// What the programs look at.
    pub fn flows(&self) -> &Flows {
        &self.flows
    }

    /// Looks which interfaces send what is redirected to them, and has nothing redirected to the others. What has changed, for the operator; the
    /// `first` time, those that do not.
    pub fn look(&self, first: bool) -> Vec<String> {
        let mut told = vec![];
        for (number, interface) in (0..).zip(&self.interfaces) {
            let leaves = self.redirects.leave_by(interface.index).unwrap_or(false);
            let index = leaves.then_some(interface.index);
            if interface.leaves.load(SeqCst) == leaves && !first {
                continue;
            }
            let leaves = match self.flows.let_leave(number, index) {
                Ok(()) => leaves,
                Err(error) => {
                    told.push(format!("warning: bulk: interface {}: the XDP programs cannot be told of it ({error})", interface.name));
                    false
                }
            };
            interface.leaves.store(leaves, SeqCst);
            match (leaves, first) {
                (true, true) => {}
                (true, false) => told.push(format!("bulk: interface {} takes redirected frames", interface.name)),
                (false, _) => told.push(format!(
                    "warning: bulk: interface {} takes no redirected frames, so workers send all that leaves by it; of a veth interface the other \
                     end must poll: `ethtool -K INTERFACE gro on` there",
                    interface.name
                )),
            }
        }
        told
    }

    /// Carries flows of this generation from now on.
    ///
    /// # Errors
    /// If the kernel does not do it: nothing is carried.
    pub fn resume(&self, generation: u32) -> io::Result<()> {
        self.flows.set_generation(generation)?;
        self.generation.store(generation, SeqCst);
        Ok(())
    }

    /// Carries nothing from now on. What was carried is in the table.
    ///
    /// # Errors
    /// If the kernel does not do it.
    pub fn pause(&self, table: &Table<'_>) -> io::Result<()> {
        self.flows.set_generation(0)?;
        self.generation.store(0, SeqCst);
        self.follow(table)
    }

    /// Notes in the table what was carried, and takes back what is silent, of another generation, or of no connection.
    ///
    /// # Errors
    /// If the kernel does not tell.
    pub fn follow(&self, table: &Table<'_>) -> io::Result<()> {
        let (generation, now) = (self.generation.load(SeqCst), now());
        for flow in self.flows.keys()? {
            let key = key(&flow);
            let Some(carried) = self.flows.get(&flow)? else { continue };
            match table.find(&key) {
                None => drop(self.flows.take(&flow)?),
                Some((found, _)) if carried.generation != generation || now.saturating_sub(carried.seen) >= IDLE => {
                    carrier::withdraw_one(table, self, found, &key);
                }
                Some((found, _)) => carrier::note(table, found, &seen(&carried)),
            }
        }
        Ok(())
    }

    /// What has been carried of the packets with this key: how many, and how many bytes of frames.
    pub fn carried(&self, key: &Key) -> [u64; 2] {
        let carried = self.flows.get(&flow_key(key)).ok().flatten().unwrap_or_default();
        [carried.packets, carried.bytes]
    }

    /// Frames that programs have sent by an interface.
    pub fn sent(&self, interface: usize) -> u64 {
        u16::try_from(interface).ok().and_then(|interface| self.flows.sent(interface).ok()).unwrap_or(0)
    }

    fn leaves(&self, interface: u16) -> bool {
        self.interfaces.get(usize::from(interface)).is_some_and(|interface| interface.leaves.load(SeqCst))
    }
}

impl Carrier for Bulk {
    fn carry(&self, rewriting: &Rewriting) -> bool {
        let Rewriting { generation, interface, macs, key, hop, mac, mtu, new, deltas } = *rewriting;
        let change = FlowChange {
            generation,
            interfaces: [interface, hop.interface],
            old_macs: macs,
            new_macs: [hop.mac, mac],
            addresses: [new.source.address, new.destination.address],
            ports: [new.source.port, new.destination.port],
            deltas: [deltas.0, deltas.1],
            since: now(),
            longest: mtu,
        };
        // The pseudo-interface has no program.
        let has_program = usize::from(interface) < self.interfaces.len();
        has_program && self.leaves(hop.interface) && self.flows.put(&flow_key(&key), &change).is_ok()
    }

    fn withdraw(&self, key: &Key) -> Option<Seen> {
        self.flows.take(&flow_key(key)).ok().flatten().map(|carried| seen(&carried))
    }
}

/// Whether the kernel does not know what [`Bulk::new`] asks.
pub fn is_unknown(error: &io::Error) -> bool {
    error.raw_os_error() == Some(ENOENT)
}

fn seen(carried: &Carried) -> Seen {
    Seen { packets: carried.packets, at: carried.seen, acknowledged: carried.acknowledged }
}

fn flow_key(key: &Key) -> FlowKey {
    FlowKey {
        addresses: [key.source.address, key.destination.address],
        ports: [key.source.port, key.destination.port],
        protocol: key.protocol,
    }
}

fn key(flow: &FlowKey) -> Key {
    let endpoint = |end: usize| Endpoint { address: flow.addresses[end], port: flow.ports[end] };
    Key { source: endpoint(0), destination: endpoint(1), protocol: flow.protocol, vlans: Vlans::NONE }
}

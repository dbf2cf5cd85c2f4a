//! The precomputed part: which manager each port of an address leads to.

use super::{decided_manager, live, own_group};
use model::network::Address;
use model::{State, Subject, batch};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Ports of an address.
pub(super) const PORTS: usize = 1 << 16;

/// The managers of all endpoints of one address in one group: what each of 65,536 ports leads to when it is the greater.
#[derive(Clone, PartialEq, Eq)]
pub struct PortTable(pub(super) Box<[u8; PORTS]>);

impl std::fmt::Debug for PortTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortTable").finish_non_exhaustive()
    }
}

impl PortTable {
    /// Hashes every port of the address under a group's key.
    ///
    /// # Panics
    /// If the state does not have the group.
    pub fn build(state: &State, group: u8, address: Address) -> Self {
        let mut ids: Box<[u8; PORTS]> = vec![0; PORTS].try_into().expect("as many as ports");
        batch::managers_of_ports(state.group(group), address, 0, &mut ids[..]);
        Self(ids)
    }

    /// The manager that the table's entry for this port names; 0 is none.
    pub fn manager(&self, port: u16) -> u8 {
        self.0[usize::from(port)]
    }
}

/// Port tables of a set of addresses under one state of the distributor: one for each group and address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortTables {
    pub(super) generation: u32,
    pub(super) groups: GroupsDigest,
    pub(super) tables: BTreeMap<(u8, Address), PortTable>,
}

/// SHA-256 over keys and entries of all groups, in their order: what port tables follow from.
pub(super) type GroupsDigest = [u8; 32];

/// The digest of a state's groups.
pub(super) fn digest(state: &State) -> GroupsDigest {
    let mut sha = Sha256::new();
    for number in 0..state.groups() {
        let group = state.group(number as u8);
        sha.update(group.row.key);
        sha.update(group.entries);
    }
    sha.finalize().into()
}

impl PortTables {
    /// Builds the tables of every address in every group that has a manager, in parallel on the threads of the current rayon pool.
    /// `built` is called after each.
    pub fn build(state: &State, addresses: &[Address], built: impl Fn() + Sync) -> Self {
        let groups = (0..state.groups() as u8).filter(|&group| Self::has_managers(state, group));
        let wanted: Vec<(u8, Address)> = groups.flat_map(|group| addresses.iter().map(move |&address| (group, address))).collect();
        let build = |&(group, address): &(u8, Address)| {
            let table = PortTable::build(state, group, address);
            built();
            ((group, address), table)
        };
        let tables: Vec<_> = wanted.par_iter().map(build).collect();
        Self { generation: state.generation(), groups: digest(state), tables: tables.into_iter().collect() }
    }

    /// Whether any entry of a group names a manager; only then has it tables.
    pub fn has_managers(state: &State, group: u8) -> bool {
        state.group(group).entries.iter().any(|&id| id != 0)
    }

    /// No tables: every port is searched for.
    pub fn none(state: &State) -> Self {
        Self::build(state, &[], || ())
    }

    /// How many tables there are.
    pub fn len(&self) -> usize {
        self.tables.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The generation that the tables were built for; under any other they are not used.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// The table of an address in a group, if there is one and it was built for this generation.
    pub fn get(&self, state: &State, group: u8, address: Address) -> Option<&PortTable> {
        self.tables.get(&(group, address)).filter(|_| self.generation == state.generation())
    }

    /// The manager that a packet goes to: from the table of its destination if that decides (920), else by the whole decision (918).
    pub(super) fn manager_of(&self, state: &State, subject: Subject) -> Option<u8> {
        let table = own_group(state, &subject).and_then(|group| self.get(state, group, subject.destination));
        match (table, subject.ports) {
            (Some(table), Some(ports)) => live(state, table.manager(ports.destination)),
            _ => decided_manager(state, &subject),
        }
    }
}

//! The translation table: entries found by one look-up, and forgotten on time.
//!
//! All servers that a client's port talks to on one port are in one chain, so that a segment is found by the same look-up, whichever of server and
//! replica it names.

use crate::entry::{Entry, IDLE, Key};
use crate::{Address, Time};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Seconds that the wheel of deadlines has: more than the longest lifetime.
const SECONDS: u64 = 8192;
const NIL: u32 = u32::MAX;

/// What a look-up needs: the client, its port, and the port that it talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ends {
    /// The client.
    pub client: Address,
    /// Its port.
    pub client_port: u16,
    /// The partner's port.
    pub server_port: u16,
}

impl From<&Key> for Ends {
    fn from(key: &Key) -> Self {
        Self { client: key.client, client_port: key.client_port, server_port: key.server_port }
    }
}

/// Names an entry as long as it is in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id(u32);

#[derive(Clone)]
struct Node {
    entry: Entry,
    /// Milliseconds of the deadline.
    deadline: u64,
    /// The second in whose list of the wheel it is, never after the deadline's.
    listed: u64,
    /// The next one of its chain, or of the free ones.
    next: u32,
    later: u32,
    earlier: u32,
}

/// The table. One thread writes all entries of a client's address and port.
#[derive(Clone)]
pub struct Table {
    nodes: Vec<Node>,
    free: u32,
    live: usize,
    most: usize,
    index: HashTable<u32>,
    hash: RandomState,
    wheel: Vec<u32>,
    /// Seconds before this one are done.
    done: Option<u64>,
}

impl Table {
    /// A table of at most this many entries.
    pub fn new(most: usize) -> Self {
        let (index, wheel) = (HashTable::new(), vec![NIL; SECONDS as usize]);
        Self { nodes: Vec::new(), free: NIL, live: 0, most: most.min(NIL as usize), index, hash: RandomState::default(), wheel, done: None }
    }

    /// Entries in it.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    #[inline]
    fn hash(hash: &RandomState, ends: &Ends) -> u64 {
        hash.hash_one((u128::from_ne_bytes(*ends.client.bytes()), u32::from(ends.client_port) << 16 | u32::from(ends.server_port)))
    }

    /// All entries, each with its deadline.
    pub fn all(&self) -> impl Iterator<Item = (Time, &Entry)> {
        let heads = self.index.iter().copied();
        heads.flat_map(|next| Chain { table: self, next }).map(|(id, entry)| (Time::from_millis(self.nodes[id.0 as usize].deadline), entry))
    }

    /// The entries for these ends, one for each server: one look-up.
    #[inline]
    pub fn chain(&self, ends: &Ends) -> Chain<'_> {
        let hash = Self::hash(&self.hash, ends);
        let first = self.index.find(hash, |&node| Ends::from(&self.nodes[node as usize].entry.key) == *ends);
        Chain { table: self, next: first.copied().unwrap_or(NIL) }
    }

    /// The entry of a connection.
    #[inline]
    pub fn find(&self, key: &Key) -> Option<Id> {
        self.chain(&key.into()).find(|(_, entry)| entry.key.server == key.server).map(|(id, _)| id)
    }

    /// The entry with this name.
    #[inline]
    pub fn entry(&self, id: Id) -> &Entry {
        &self.nodes[id.0 as usize].entry
    }

    /// The same, to be changed. Its key stays.
    #[inline]
    pub fn entry_mut(&mut self, id: Id) -> &mut Entry {
        &mut self.nodes[id.0 as usize].entry
    }

    /// Puts an entry in; `None` if the table is full. The connection must not be in it.
    pub fn insert(&mut self, now: Time, entry: Entry) -> Option<Id> {
        let deadline = now + entry.lifetime(now);
        self.insert_until(now, deadline, entry)
    }

    /// The same of an entry that has been in another table until now, with the deadline that it had there. One that is longer away than any
    /// lifetime is brought nearer: the clock has been set back.
    pub fn insert_until(&mut self, now: Time, deadline: Time, entry: Entry) -> Option<Id> {
        if self.live >= self.most {
            return None;
        }
        self.done.get_or_insert(now.as_secs());
        let ends = Ends::from(&entry.key);
        let (deadline, hash) = (millis(deadline.min(now + IDLE)), Self::hash(&self.hash, &ends));
        let mut node = Node { entry, deadline, listed: 0, next: NIL, later: NIL, earlier: NIL };
        let (nodes, random) = (&mut self.nodes, &self.hash);
        let first = self.index.find_mut(hash, |&other| Ends::from(&nodes[other as usize].entry.key) == ends);
        node.next = first.as_ref().map_or(NIL, |first| **first);
        let id = if self.free == NIL {
            nodes.push(node);
            nodes.len() as u32 - 1
        } else {
            let id = self.free;
            self.free = std::mem::replace(&mut nodes[id as usize], node).next;
            id
        };
        match first {
            Some(first) => *first = id,
            None => {
                self.index.insert_unique(hash, id, |&other| Self::hash(random, &Ends::from(&nodes[other as usize].entry.key)));
            }
        }
        self.live += 1;
        self.list(id, deadline / 1000);
        Some(Id(id))
    }

    /// Lets an entry live on from now by its state.
    #[inline]
    pub fn touch(&mut self, now: Time, id: Id) {
        let node = &mut self.nodes[id.0 as usize];
        node.deadline = millis(now + node.entry.lifetime(now));
        // A later deadline is seen when the present list comes up.
        if node.deadline / 1000 < node.listed {
            let second = node.deadline / 1000;
            self.unlist(id.0);
            self.list(id.0, second);
        }
    }

    /// Takes an entry out.
    pub fn remove(&mut self, id: Id) {
        self.unlist(id.0);
        let (ends, next) = (Ends::from(&self.nodes[id.0 as usize].entry.key), self.nodes[id.0 as usize].next);
        let hash = Self::hash(&self.hash, &ends);
        let nodes = &mut self.nodes;
        if let Ok(mut found) = self.index.find_entry(hash, |&other| Ends::from(&nodes[other as usize].entry.key) == ends) {
            let mut at = *found.get();
            if at == id.0 && next == NIL {
                found.remove();
            } else if at == id.0 {
                *found.get_mut() = next;
            } else {
                while nodes[at as usize].next != id.0 {
                    at = nodes[at as usize].next;
                }
                nodes[at as usize].next = next;
            }
        }
        nodes[id.0 as usize].next = std::mem::replace(&mut self.free, id.0);
        self.live -= 1;
    }

    /// Takes out all whose deadline lies in a second that is over. Returns how many.
    pub fn expire(&mut self, now: Time) -> usize {
        let (second, before) = (now.as_secs(), self.live);
        let from = *self.done.get_or_insert(second);
        // After one turn of the wheel every list has been seen.
        for due in from.max(second.saturating_sub(SECONDS))..second {
            let mut node = std::mem::replace(&mut self.wheel[(due % SECONDS) as usize], NIL);
            while node != NIL {
                let Node { later, deadline, .. } = self.nodes[node as usize];
                // Listed anew, alone, so that it can be taken out like any other.
                self.list(node, (deadline / 1000).max(second));
                if deadline / 1000 < second {
                    self.remove(Id(node));
                }
                node = later;
            }
        }
        self.done = Some(second);
        before - self.live
    }

    fn list(&mut self, node: u32, second: u64) {
        let head = std::mem::replace(&mut self.wheel[(second % SECONDS) as usize], node);
        let this = &mut self.nodes[node as usize];
        (this.listed, this.later, this.earlier) = (second, head, NIL);
        if head != NIL {
            self.nodes[head as usize].earlier = node;
        }
    }

    fn unlist(&mut self, node: u32) {
        let Node { listed, later, earlier, .. } = self.nodes[node as usize];
        match earlier {
            NIL => self.wheel[(listed % SECONDS) as usize] = later,
            earlier => self.nodes[earlier as usize].later = later,
        }
        if later != NIL {
            self.nodes[later as usize].earlier = earlier;
        }
    }
}

/// The entries of one look-up.
pub struct Chain<'t> {
    table: &'t Table,
    next: u32,
}

impl<'t> Iterator for Chain<'t> {
    type Item = (Id, &'t Entry);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let id = self.next;
        let node = self.table.nodes.get(id as usize)?;
        self.next = node.next;
        Some((Id(id), &node.entry))
    }
}

fn millis(time: Time) -> u64 {
    time.as_millis() as u64
}

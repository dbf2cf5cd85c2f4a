//! Places in a list, found by hash: open addressing, so that one load settles most lookups.

use prefetch_index::prefetch_index;

/// Half of a hash, and a place in the list counted from 1; all 0 is free. A plain array, whose zeros the system gives without writing them.
type Slot = [u32; 2];

/// A power of two of slots, at most half of them in use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    slots: Vec<Slot>,
}

impl Index {
    /// Asks memory for the slot where a hash is looked for first.
    #[inline(always)]
    pub(crate) fn prefetch(&self, hash: u64) {
        prefetch_index(&self.slots, self.home(hash));
    }

    /// The place that stands first for a hash, if any does: right for most, and nothing waits for it.
    #[inline]
    pub(crate) fn guess(&self, hash: u64) -> Option<usize> {
        let [half, place] = self.slots[self.home(hash)];
        (half == tag(hash) && place != 0).then(|| place as usize - 1)
    }

    /// The place with this hash of which `same` is true.
    ///
    /// It moves to where its hash is looked for first. That costs another one a step, and those that come often find their place at once. All
    /// slots between stay in use, so nothing is lost.
    pub(crate) fn find(&mut self, hash: u64, same: impl Fn(usize) -> bool) -> Option<usize> {
        let (home, mask) = (self.home(hash), self.slots.len() - 1);
        let mut at = home;
        loop {
            let [half, place] = self.slots[at];
            let place = (place as usize).checked_sub(1)?;
            if half == tag(hash) && same(place) {
                self.slots.swap(home, at);
                return Some(place);
            }
            at = (at + 1) & mask;
        }
    }

    /// Takes in a place that [`Index::find`] has not found; there is room, by [`Index::reserve`].
    pub(crate) fn insert(&mut self, hash: u64, place: usize) {
        let mask = self.slots.len() - 1;
        let mut at = self.home(hash);
        while self.slots[at] != Slot::default() {
            at = (at + 1) & mask;
        }
        self.slots[at] = [tag(hash), place as u32 + 1];
    }

    /// Makes room for this many places; those from 0 to `held` are in, with the hashes that `hash` gives.
    ///
    /// # Panics
    /// Beyond 2^32 places.
    pub(crate) fn reserve(&mut self, wanted: usize, held: usize, hash: impl Fn(usize) -> u64) {
        let slots = (2 * wanted).next_power_of_two();
        if slots <= self.slots.len() {
            return;
        }
        assert!(u32::try_from(wanted).is_ok(), "more than 2^32 places");
        self.slots = vec![Slot::default(); slots];
        (0..held).for_each(|place| self.insert(hash(place), place));
    }

    #[inline]
    fn home(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }
}

/// The half of a hash that does not choose the slot.
#[inline]
fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn every_place_is_found_however_hashes_collide(keys in prop::collection::vec(0..400u64, 0..3000)) {
            // Few homes and few tags: every lookup passes others' slots.
            let hash = |key: u64| ((key % 7) << 4) | ((key % 5) << 32);
            let (mut index, mut list, mut witness) = (Index::default(), Vec::<u64>::new(), HashMap::new());
            for key in keys {
                index.reserve(list.len() + 1, list.len(), |place| hash(list[place]));
                let found = index.find(hash(key), |place| list[place] == key);
                prop_assert_eq!(found, witness.get(&key).copied());
                if found.is_none() {
                    index.insert(hash(key), list.len());
                    witness.insert(key, list.len());
                    list.push(key);
                }
                prop_assert!(index.guess(hash(key)).is_none_or(|place| hash(list[place]) >> 32 == hash(key) >> 32));
            }
        }
    }
}

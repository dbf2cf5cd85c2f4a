//! From one table to another with the fewest moves.

use super::interleave::interleave;

/// Gives every owner exactly the entries that it is wanted to have, and moves as few as that takes.
///
/// Entries are owners' numbers, of 8 bits on a card; `wanted` has a count for each owner, and the counts sum to the table's length. Only
/// owners whose count falls lose entries, only as many as it falls by, and those lie evenly over the table.
///
/// # Panics
/// If an entry names an owner without a count, or the counts do not sum to the table's length.
pub fn rearrange<Owner: Copy + Into<usize> + TryFrom<usize>>(table: &mut [Owner], wanted: &[usize]) {
    assert_eq!(wanted.iter().sum::<usize>(), table.len(), "the counts share out the whole table");
    let mut held = vec![0; wanted.len()];
    table.iter().for_each(|&owner| held[owner.into()] += 1);
    let falls = |(held, wanted): (&usize, &usize)| held.saturating_sub(*wanted);
    let surplus: Vec<usize> = held.iter().zip(wanted).map(falls).collect();
    let deficit: Vec<usize> = wanted.iter().zip(&held).map(falls).collect();
    let mut freed = release(table, &held, &surplus);
    freed.sort_unstable();
    for (entry, gainer) in freed.into_iter().zip(interleave(&deficit)) {
        table[entry] = gainer.try_into().unwrap_or_else(|_| unreachable!("no more owners than the counts of a table can name"));
    }
}

/// The entries that change their owner: of each owner as many as its surplus.
///
/// Each is the one of its owner's that lies nearest to where it would be if all freed entries had equal distances.
fn release<Owner: Copy + Into<usize>>(table: &[Owner], held: &[usize], surplus: &[usize]) -> Vec<usize> {
    // All entries by owner, each owner's in their order; `next` is where its first untouched entry stands.
    let ends: Vec<usize> = held
        .iter()
        .scan(0, |end, held| {
            *end += held;
            Some(*end)
        })
        .collect();
    let mut next: Vec<usize> = ends.iter().zip(held).map(|(end, held)| end - held).collect();
    let mut entries = vec![0; table.len()];
    let mut place = next.clone();
    for (entry, &owner) in table.iter().enumerate() {
        entries[place[owner.into()]] = entry;
        place[owner.into()] += 1;
    }
    let losers = interleave(surplus);
    let mut left = surplus.to_vec();
    let choose = |(turn, &owner): (usize, &usize)| {
        let ideal = (2 * turn + 1) * table.len() / (2 * losers.len());
        // The last entry that leaves enough behind it for the rest of the owner's surplus.
        let last = ends[owner] - left[owner];
        let candidates = &entries[next[owner]..=last];
        let nearer = |pair: &[usize]| pair[1].abs_diff(ideal) < pair[0].abs_diff(ideal);
        let chosen = next[owner] + candidates.windows(2).take_while(|pair| nearer(pair)).count();
        next[owner] = chosen + 1;
        left[owner] -= 1;
        entries[chosen]
    };
    losers.iter().enumerate().map(choose).collect()
}

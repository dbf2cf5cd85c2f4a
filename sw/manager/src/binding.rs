//! Which processors the workers have to themselves. Source: WO 00/30322, FIG. 3: a switching processor runs nothing else.

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use std::io;

/// This thread, for the kernel.
const THIS_THREAD: Pid = Pid::from_raw(0);

/// Who runs where, by the kernel's numbers of processors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// Of each worker.
    pub workers: Vec<usize>,
    /// Of all other threads.
    pub others: Vec<usize>,
}

impl Division {
    /// The last of these processors for so many workers, because the first ones are where most hosts handle interrupts. `None` if no processor would
    /// be left for other threads.
    pub fn of(allowed: &[usize], workers: usize) -> Option<Self> {
        let others = allowed.len().checked_sub(workers).filter(|others| *others > 0)?;
        let (others, workers) = allowed.split_at(others);
        Some(Self { workers: workers.to_vec(), others: others.to_vec() })
    }
}

/// The processors that this thread may use.
///
/// # Errors
/// If the kernel does not tell.
pub fn allowed() -> io::Result<Vec<usize>> {
    let set = sched_getaffinity(THIS_THREAD)?;
    Ok((0..CpuSet::count()).filter(|processor| set.is_set(*processor).unwrap_or(false)).collect())
}

/// Keeps this thread, and those that it starts from now on, to these processors.
///
/// # Errors
/// If the kernel refuses: it has no such processor, or the thread may not use it.
pub fn keep_to(processors: &[usize]) -> io::Result<()> {
    let mut set = CpuSet::new();
    processors.iter().try_for_each(|processor| set.set(*processor))?;
    Ok(sched_setaffinity(THIS_THREAD, &set)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_get_the_last_processors_and_one_stays_for_the_rest() {
        for (allowed, workers, divided) in [
            (&[0, 1, 2, 3][..], 3, Some((&[1, 2, 3][..], &[0][..]))),
            (&[0, 1, 2, 3], 1, Some((&[3], &[0, 1, 2]))),
            // A set that an operator has made: some numbers are others'.
            (&[4, 6, 9], 2, Some((&[6, 9], &[4]))),
            (&[0, 1], 2, None),
            (&[0], 1, None),
            (&[0, 1], 3, None),
        ] {
            let division = divided.map(|(workers, others)| Division { workers: workers.to_vec(), others: others.to_vec() });
            assert_eq!(Division::of(allowed, workers), division, "{workers} of {allowed:?}");
        }
    }

    #[test]
    fn a_thread_keeps_to_a_processor_and_so_do_those_that_it_starts() {
        std::thread::spawn(|| {
            let all = allowed().unwrap();
            let last = *all.last().unwrap();
            keep_to(&[last]).unwrap();
            assert_eq!(std::thread::spawn(|| allowed().unwrap()).join().unwrap(), [last]);
            assert!(keep_to(&[CpuSet::count()]).is_err() && keep_to(&[]).is_err());
        })
        .join()
        .unwrap();
    }
}

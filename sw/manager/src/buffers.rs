//! Two buffers for the tables, and which of them is in force. Source: WO 00/30322, FIG. 4: configuration table 64, buffers A and B, and the pointer.
//!
//! A switching processor reads the buffer in force once a batch, and says which one it reads. The control processor writes the other one, once
//! nobody reads it any more, and then moves the pointer. So a batch meets the old tables or the new ones, and never waits for the control
//! processor.

use flow::Tables;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

/// A worker that reads none.
const IDLE: usize = 2;

/// The buffers.
#[derive(Debug)]
pub struct Buffers {
    /// The lock of a buffer is never waited for: whoever reads one has said so before, and then nobody writes it.
    buffers: [RwLock<Arc<Tables>>; 2],
    active: AtomicUsize,
    /// What each worker reads.
    readers: Box<[AtomicUsize]>,
}

/// Workers that have not left the idle buffer in time, by their numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the tables stay as they are: worker {0:?} is still at work with those before them; look after the load of its processor, and try again"
)]
pub struct Stuck(pub Vec<usize>);

impl Buffers {
    /// Both hold these tables.
    pub fn new(tables: Arc<Tables>, workers: usize) -> Self {
        let buffers = [RwLock::new(tables.clone()), RwLock::new(tables)];
        Self { buffers, active: AtomicUsize::new(0), readers: (0..workers).map(|_| AtomicUsize::new(IDLE)).collect() }
    }

    /// The tables in force, for one batch of a worker.
    pub fn read(&self, worker: usize) -> RwLockReadGuard<'_, Arc<Tables>> {
        loop {
            let active = self.active.load(SeqCst);
            self.readers[worker].store(active, SeqCst);
            // Between the two the pointer may have moved, and the writer may not have seen this reader.
            if self.active.load(SeqCst) == active {
                return self.buffers[active].read().unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// A worker reads none until it says otherwise. It must not hold what [`Buffers::read`] gave.
    pub fn idle(&self, worker: usize) {
        self.readers[worker].store(IDLE, SeqCst);
    }

    /// The tables in force, for the control processor.
    pub fn active(&self) -> Arc<Tables> {
        self.buffers[self.active.load(SeqCst)].read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes the idle buffer and puts it in force. Only one may write at a time.
    ///
    /// # Errors
    /// If workers do not leave it within `patience`. Nothing has changed then.
    pub fn write(&self, tables: Arc<Tables>, patience: Duration) -> Result<(), Stuck> {
        let idle = 1 - self.active.load(SeqCst);
        let deadline = Instant::now() + patience;
        loop {
            let inside: Vec<usize> = (0..self.readers.len()).filter(|&worker| self.readers[worker].load(SeqCst) == idle).collect();
            if inside.is_empty() {
                break;
            }
            if Instant::now() >= deadline {
                return Err(Stuck(inside));
            }
            std::thread::sleep(Duration::from_micros(50));
        }
        *self.buffers[idle].write().unwrap_or_else(PoisonError::into_inner) = tables;
        self.active.store(idle, SeqCst);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::Settings;

    /// Tables that are known by their two networks, which must be equal.
    fn tables(mark: u8) -> Arc<Tables> {
        let prefix = flow::Prefix { address: [mark; 16], length: 128 };
        Arc::new(Tables::new(Settings { from_servers: vec![prefix, prefix], ..Settings::default() }, None))
    }

    #[test]
    fn a_batch_meets_one_set_of_tables_while_they_are_replaced_a_thousand_times() {
        let buffers = Buffers::new(tables(0), 2);
        let done = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for worker in 0..2 {
                let (buffers, done) = (&buffers, &done);
                scope.spawn(move || {
                    let mut last = 0;
                    while done.load(SeqCst) == 0 {
                        let batch = buffers.read(worker);
                        let marks: Vec<u8> = batch.settings().from_servers.iter().map(|prefix| prefix.address[0]).collect();
                        assert!(marks[0] == marks[1] && marks[0] >= last, "{marks:?} after {last}");
                        last = marks[0];
                        drop(batch);
                        buffers.idle(worker);
                    }
                });
            }
            for step in 1..=1000u32 {
                buffers.write(tables((step / 4) as u8), Duration::from_secs(10)).unwrap();
            }
            done.store(1, SeqCst);
        });
        assert_eq!(buffers.active().settings().from_servers[0].address[0], 250);
    }

    #[test]
    fn a_worker_that_does_not_leave_is_named_and_nothing_changes() {
        let buffers = Buffers::new(tables(1), 3);
        let held = buffers.read(1);
        buffers.write(tables(2), Duration::ZERO).unwrap();
        assert_eq!(buffers.write(tables(3), Duration::from_millis(2)), Err(Stuck(vec![1])));
        assert_eq!(buffers.active().settings().from_servers[0].address[0], 2);
        drop(held);
        buffers.idle(1);
        buffers.write(tables(3), Duration::ZERO).unwrap();
    }
}

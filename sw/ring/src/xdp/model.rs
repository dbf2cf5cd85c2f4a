//! The proof of rings and ledger: a worker and a kernel, in every order that their processors may see each other's writes in. Frames' contents and
//! rings' slots are cells that loom watches: who touches one that is the other's fails, as does who finds no frame, two, or other bytes.

use super::frames::{Free, Keeper, Ledger};
use super::index::{Consumer, End, Producer, Shared};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering};

/// A ring of two slots. Its indices begin just before they wrap.
struct Ring {
    producer: AtomicU32,
    consumer: AtomicU32,
    slots: [UnsafeCell<u32>; 2],
    /// How an index is moved.
    moved: Ordering,
}

const BEGIN: u32 = u32::MAX;

impl Ring {
    fn new(moved: Ordering) -> Arc<Self> {
        let slots = [UnsafeCell::new(0), UnsafeCell::new(0)];
        Arc::new(Self { producer: AtomicU32::new(BEGIN), consumer: AtomicU32::new(BEGIN), slots, moved })
    }
}

impl Shared for Arc<Ring> {
    type Slot = u32;

    fn size(&self) -> u32 {
        2
    }

    fn load(&self, end: End) -> u32 {
        match end {
            End::Producer => self.producer.load(Ordering::Acquire),
            End::Consumer => self.consumer.load(Ordering::Acquire),
        }
    }

    fn store(&self, end: End, index: u32) {
        match end {
            End::Producer => self.producer.store(index, self.moved),
            End::Consumer => self.consumer.store(index, self.moved),
        }
    }

    fn read(&self, slot: u32) -> u32 {
        // SAFETY: loom fails where another thread writes it now.
        self.slots[slot as usize].with(|content| unsafe { *content })
    }

    fn write(&self, slot: u32, content: u32) {
        // SAFETY: loom fails where another thread reads or writes it now.
        self.slots[slot as usize].with_mut(|at| unsafe { *at = content });
    }
}

/// What the kernel is like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kernel {
    Honest,
    /// Completes in the other order.
    Reversed,
    /// Tells of each frame twice.
    Repeats,
}

const FRAMES: u32 = 2;

/// The kernel's side, as `xsk_queue.h` has it, and not by the code that is proved: takes frames to fill, gives them as received, takes what is to
/// be sent, completes it.
fn kernel(rings: &[Arc<Ring>; 4], contents: &[UnsafeCell<u32>; FRAMES as usize], kind: Kernel) -> Vec<u32> {
    let [fill, received, transmit, completed] = rings;
    let take = |ring: &Ring, done: &mut u32| {
        let at = BEGIN.wrapping_add(*done);
        if ring.producer.load(Ordering::Acquire) == at {
            return None;
        }
        let frame = ring.slots[(at & 1) as usize].with(|content| {
            // SAFETY: loom fails where another thread writes it now.
            unsafe { *content }
        });
        *done += 1;
        ring.consumer.store(at.wrapping_add(1), Ordering::Release);
        Some(frame)
    };
    let give = |ring: &Ring, done: &mut u32, frame: u32| {
        let at = BEGIN.wrapping_add(*done);
        // SAFETY: loom fails where another thread reads or writes it now.
        ring.slots[(at & 1) as usize].with_mut(|slot| unsafe { *slot = frame });
        *done += 1;
        ring.producer.store(at.wrapping_add(1), Ordering::Release);
    };
    let (mut filled, mut given, mut taken, mut told) = (0, 0, 0, 0);
    let mut sent = vec![];
    let mut waits = vec![];
    while taken < FRAMES {
        let begun = (filled, taken);
        if let Some(frame) = take(fill, &mut filled) {
            // SAFETY: loom fails where another thread touches the frame now.
            contents[frame as usize].with_mut(|content| unsafe { *content = 100 + given });
            give(received, &mut given, frame);
        }
        if let Some(frame) = take(transmit, &mut taken) {
            // SAFETY: loom fails where another thread writes the frame now.
            sent.push(contents[frame as usize].with(|content| unsafe { *content }));
            match kind {
                Kernel::Honest => give(completed, &mut told, frame),
                Kernel::Reversed | Kernel::Repeats => waits.push(frame),
            }
        }
        if begun == (filled, taken) {
            loom::thread::yield_now();
        }
    }
    match kind {
        Kernel::Honest => {}
        Kernel::Reversed => waits.into_iter().rev().for_each(|frame| give(completed, &mut told, frame)),
        Kernel::Repeats => [waits[0], waits[0]].into_iter().for_each(|frame| give(completed, &mut told, frame)),
    }
    sent
}

/// Gives all frames to be filled, adds 1000 to each that comes back and sends it, and waits until all are completed. Returns how often the
/// ledger has refused.
fn worker(rings: &[Arc<Ring>; 4], contents: &[UnsafeCell<u32>; FRAMES as usize]) -> u32 {
    let [fill, received, transmit, completed] = rings.each_ref();
    let (mut fill, mut transmit) = (Producer::new(fill.clone()), Producer::new(transmit.clone()));
    let (mut received, mut completed) = (Consumer::new(received.clone()), Consumer::new(completed.clone()));
    let (mut ledger, all) = Ledger::new(FRAMES);
    for free in all {
        assert!(fill.put(ledger.give(free, Keeper::Fill(0))), "there is room for all");
    }
    fill.publish();
    let (mut own, mut told, mut refused): (Vec<Free>, u32, u32) = (vec![], 0, 0);
    while told < FRAMES {
        let begun = (ledger.count(Keeper::Fill(0)), told);
        if let Some(frame) = received.take() {
            received.release();
            let free = ledger.take_back(frame, Keeper::Fill(0)).expect("it was given to be filled");
            // SAFETY: loom fails where another thread touches the frame now.
            contents[free.number() as usize].with_mut(|content| unsafe { *content += 1000 });
            assert!(transmit.put(ledger.give(free, Keeper::Transmit(0))), "there is room for all");
            transmit.publish();
        }
        if let Some(frame) = completed.take() {
            completed.release();
            told += 1;
            match ledger.take_back(frame, Keeper::Transmit(0)) {
                Some(free) => own.push(free),
                None => refused += 1,
            }
        }
        if begun == (ledger.count(Keeper::Fill(0)), told) {
            loom::thread::yield_now();
        }
    }
    // Every frame has one keeper, and the program has a value for each that is its own, and for no other.
    assert_eq!(ledger.count(Keeper::Program), own.len());
    assert_eq!(ledger.count(Keeper::Transmit(0)) as u32, refused);
    for free in &own {
        // SAFETY: loom fails where another thread touches the frame now.
        contents[free.number() as usize].with_mut(|content| unsafe { *content = 0 });
    }
    refused
}

/// Runs both in every order with so many preemptions, and returns how many orders there were.
fn explore(moved: Ordering, kind: Kernel) -> usize {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    let orders = std::sync::Arc::new(AtomicUsize::new(0));
    let count = orders.clone();
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(move || {
        count.fetch_add(1, Relaxed);
        let rings = [(); 4].map(|()| Ring::new(moved));
        let contents = Arc::new([UnsafeCell::new(0), UnsafeCell::new(0)]);
        let (its_rings, its_contents) = (rings.clone(), contents.clone());
        let other = loom::thread::spawn(move || kernel(&its_rings, &its_contents, kind));
        let refused = worker(&rings, &contents);
        assert_eq!(refused, u32::from(kind == Kernel::Repeats));
        assert_eq!(other.join().unwrap(), [1100, 1101], "what was received was sent, whole and in order");
    });
    orders.load(Relaxed)
}

#[test]
fn no_frame_is_lost_doubled_or_touched_after_it_was_handed_over() {
    for kind in [Kernel::Honest, Kernel::Reversed] {
        let orders = explore(Ordering::Release, kind);
        assert!(orders > 100, "{orders} orders");
    }
}

#[test]
fn a_frame_that_the_kernel_tells_of_twice_is_taken_once() {
    explore(Ordering::Release, Kernel::Repeats);
}

/// The proof finds what it is there for: an index that moves before what it hands over.
#[test]
#[should_panic = "Causality violation"]
fn an_index_that_is_moved_too_early_is_found() {
    explore(Ordering::Relaxed, Kernel::Honest);
}

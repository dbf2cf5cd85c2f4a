//! A design whose clock runs on its own answers, takes and gives as one that is run by hand.

use sim::{Action, Design, Halted, Live, LiveError, LiveHandle, Sim};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Frames that left: sink and bytes.
type Left = Arc<Mutex<Vec<(usize, Vec<u8>)>>>;

const IDENTITY: Action = Action::Read { address: 0 };

fn start(design: Design) -> (Live, LiveHandle, Left) {
    let left = Left::default();
    let kept = Arc::clone(&left);
    let live = Live::start(Sim::new(design), move |sink, frame| {
        kept.lock().unwrap().push((sink, frame.bytes.to_vec()));
        Ok(())
    });
    let handle = live.handle();
    (live, handle, left)
}

fn frame(number: usize) -> Vec<u8> {
    (0..60 + number % 1500).map(|at| (at * 7 + number * 31) as u8).collect()
}

/// What leaves by a sink of a card that was only reset, which bridges: what came in by the other port.
fn by_sink(left: &Left, sink: usize) -> Vec<Vec<u8>> {
    left.lock().unwrap().iter().filter(|(by, _)| *by == sink).map(|(_, bytes)| bytes.clone()).collect()
}

#[test]
fn frames_and_accesses_of_several_threads_all_come_through_in_their_order() {
    for design in [Design::Distributor512, Design::Distributor256] {
        let (live, handle, left) = start(design);
        std::thread::scope(|scope| {
            for source in 0..2 {
                let handle = live.handle();
                scope.spawn(move || (0..300).for_each(|number| handle.send(source, frame(number * 2 + source)).unwrap()));
            }
            for _ in 0..300 {
                assert_eq!(handle.access(IDENTITY).unwrap().response, Ok(u32::from_be_bytes(*b"TNDM")));
            }
            assert!(handle.access(Action::Write { address: 0, data: 1, strobe: 0xf }).unwrap().response.is_err());
        });
        live.stop().unwrap();
        for source in 0..2 {
            let sent: Vec<_> = (0..300).map(|number| frame(number * 2 + source)).collect();
            assert!(by_sink(&left, 1 - source) == sent, "{design:?}: source {source}");
        }
    }
}

#[test]
fn what_was_sent_has_left_when_it_has_settled() {
    let (_live, handle, left) = start(Design::Distributor512);
    for number in 0..10 {
        handle.send(0, frame(number)).unwrap();
        handle.settle().unwrap();
        assert_eq!(left.lock().unwrap().len(), number + 1);
    }
}

#[test]
fn the_clock_runs_on_when_nobody_asks_for_anything() {
    let (_live, handle, _) = start(Design::Distributor256);
    let clock = || handle.access(IDENTITY).unwrap().finished;
    // One access takes a dozen clocks; what is between two of them beyond that has passed on its own.
    let passed = (0..1000).any(|_| {
        let before = clock();
        std::thread::sleep(Duration::from_millis(5));
        clock() - before >= 256
    });
    assert!(passed, "the clock stands");
}

#[test]
fn a_reset_forgets_what_was_written() {
    const CONTROL: u32 = 0x20;
    let (live, handle, _) = start(Design::Distributor512);
    let read = || handle.access(Action::Read { address: CONTROL }).unwrap().response;
    handle.access(Action::Write { address: CONTROL, data: 1, strobe: 0xf }).unwrap();
    assert_eq!(read(), Ok(1));
    handle.reset().unwrap();
    assert_eq!(read(), Ok(0));
    live.stop().unwrap();
}

#[test]
fn it_halts_when_a_frame_cannot_be_passed_on_and_says_so() {
    let live = Live::start(Sim::new(Design::Distributor512), |_, _| Err(io::ErrorKind::StorageFull.into()));
    let handle = live.handle();
    handle.send(0, frame(0)).unwrap();
    assert_eq!(handle.settle(), Err(Halted));
    assert_eq!(handle.send(0, frame(0)), Err(Halted));
    assert!(matches!(live.stop(), Err(LiveError::Leave(error)) if error.kind() == io::ErrorKind::StorageFull));
}

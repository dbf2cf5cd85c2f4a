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
                // Some as if none waited behind them.
                let send = move |number: usize| {
                    let frame = frame(number * 2 + source);
                    if number.is_multiple_of(3) { handle.send_alone(source, frame) } else { handle.send(source, frame) }
                };
                scope.spawn(move || (0..300).for_each(|number| send(number).unwrap()));
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
fn a_frame_that_comes_alone_has_left_when_it_was_sent() {
    let (_live, handle, left) = start(Design::Distributor512);
    // At rest after this: until then the clock's thread may be about to run.
    let at_once = (0..200).filter(|&number| {
        handle.settle().unwrap();
        std::thread::sleep(Duration::from_millis(1));
        handle.send_alone(0, frame(number)).unwrap();
        left.lock().unwrap().len() == number + 1
    });
    assert!(at_once.count() > 100, "the sender's thread carries it through");
    handle.settle().unwrap();
    assert_eq!(left.lock().unwrap().len(), 200);
}

#[test]
fn the_clock_runs_on_after_an_access_and_then_stands_still() {
    let (_live, handle, _) = start(Design::Distributor256);
    let clock = || handle.access(IDENTITY).unwrap().finished;
    // One access takes a dozen clocks; what is between two of them beyond that has passed on its own: some hundred clocks, once.
    let passed = |pause| {
        let before = clock();
        std::thread::sleep(Duration::from_millis(pause));
        clock() - before
    };
    let after_a_rest = (0..100).map(|_| passed(20)).find(|passed| *passed >= 256).expect("the clock runs on after an access");
    assert!(after_a_rest < 2 * 256, "{after_a_rest} clocks in the first 20 ms");
    let later = passed(200);
    assert!(later < 2 * 256, "{later} clocks in 200 ms in which nobody asked for anything");
}

#[test]
fn a_frame_leaves_although_nobody_asks_for_anything_more() {
    let (_live, handle, left) = start(Design::Distributor512);
    for number in 0..20 {
        handle.send(0, frame(number)).unwrap();
        // With an access just behind it, every other time: that takes the frame along.
        if number % 2 == 1 {
            handle.access(IDENTITY).unwrap();
        }
        let there = (0..100_000).any(|_| {
            std::thread::sleep(Duration::from_micros(50));
            left.lock().unwrap().len() == number + 1
        });
        assert!(there, "frame {number} does not leave");
    }
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

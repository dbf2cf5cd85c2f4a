//! Frames that are decided together leave and are counted as they do one by one.

use contract::register::{
    COMMIT, CONTROL, ENTRY_DATA, ENTRY_INDEX, GROUP_MAC_HI, GROUP_MAC_LO, MANAGER_DATA, MANAGER_ENABLE, MANAGER_INDEX, PORT_PAIR,
};
use model::Egress;
use modelcard::ModelCard;
use std::convert::Infallible;

const GROUP: [u8; 6] = [2, 0, 0, 0, 0, 1];

/// A card that sends the group's packets to manager 1 or 2.
fn card() -> ModelCard {
    let mut card = ModelCard::new(2, 2, 64);
    let mut write = |address, value| card.write(address, value).unwrap();
    write(GROUP_MAC_LO.at(0), 0x0000_0001);
    write(GROUP_MAC_HI.at(0), 0x8000_0200);
    write(ENTRY_INDEX.at(0), 0);
    (0..1024).for_each(|_| write(ENTRY_DATA.at(0), 0x0201_0201));
    for manager in [1, 2] {
        write(MANAGER_INDEX.at(0), 2 * manager);
        write(MANAGER_DATA.at(0), 0x0000_0100 | manager);
        write(MANAGER_DATA.at(0), (manager % 2) << 16 | 0x0200);
    }
    write(MANAGER_ENABLE.at(0), 0b110);
    write(PORT_PAIR.at(0), 1);
    write(COMMIT.at(0), 0x301);
    write(CONTROL.at(0), 1);
    card
}

/// Datagrams of many flows to the group, ARP, frames to others and one too short for anything.
fn frames() -> Vec<Vec<u8>> {
    let frame = |number: u16| {
        let [high, low] = number.wrapping_mul(40503).to_be_bytes();
        let to = if number.is_multiple_of(7) { [2, 0, 0, 0, 0, 9] } else { GROUP };
        let mut frame = [to, [2, 0, 0, 0, 0, 0x99]].concat();
        frame.extend([8, if number.is_multiple_of(11) { 6 } else { 0 }]);
        frame.extend([0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, low, 198, 51, 100, high]);
        frame.extend([low | 4, high, 1, 187, 0, 8, 0, 0]);
        frame.resize(if number.is_multiple_of(13) { 20 } else { 60 }, 0);
        frame
    };
    (0..300).map(frame).collect()
}

/// What leaves, decided together.
fn together(card: &mut ModelCard, frames: &[Vec<u8>]) -> Vec<(Egress, Vec<u8>)> {
    let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
    let mut left = Vec::new();
    let passed: Result<(), Infallible> = card.pass_on(0, &frames, 0, |egress, frame| {
        left.push((egress, frame.to_vec()));
        Ok(())
    });
    passed.unwrap();
    left
}

/// What leaves, decided one by one by the judge.
fn one_by_one(card: &mut ModelCard, frames: &[Vec<u8>]) -> Vec<(Egress, Vec<u8>)> {
    let one = |frame: &Vec<u8>| {
        let decision = card.process(0, frame, 0);
        Some((decision.egress?, model::outgoing(card.state(), &decision, frame)?))
    };
    frames.iter().filter_map(one).collect()
}

#[test]
fn frames_leave_and_are_counted_as_one_by_one_before_and_after_a_write() {
    let (mut batch, mut judge) = (card(), card());
    let frames = frames();
    let mut seen = Vec::new();
    for round in 0..4 {
        let left = together(&mut batch, &frames);
        assert_eq!(left, one_by_one(&mut judge, &frames), "round {round}");
        assert_eq!(batch.counters(0), judge.counters(0), "round {round}");
        seen.push(left);
        if round == 1 {
            // Manager 2 leaves: its packets are dropped from now on.
            [&mut batch, &mut judge].into_iter().for_each(|card| card.write(MANAGER_ENABLE.at(0), 0b010).unwrap());
        }
    }
    assert!(seen[0] == seen[1] && seen[1] != seen[2] && seen[2] == seen[3], "the write is seen at once");
    assert!(seen[0].iter().any(|(egress, _)| *egress == Egress::Host) && seen[2].len() > 50, "all kinds are there");
}

#[test]
fn a_frame_that_cannot_leave_ends_it() {
    let mut card = card();
    let frames = frames();
    let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
    let mut left = 0;
    let passed = card.pass_on(0, &frames, 0, |_, _| {
        left += 1;
        if left == 5 { Err("full") } else { Ok(()) }
    });
    assert_eq!((passed, left), (Err("full"), 5));
}

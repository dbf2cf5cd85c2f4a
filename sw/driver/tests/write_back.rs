//! What a card took of a word, against what the register map promises of each register.

mod common;

use contract::register::*;
use driver::{Card as _, WrittenBack, write_back};

const PLAIN: WrittenBack = WrittenBack { reads: None, held_until: None, idle: false };

#[test]
fn a_word_is_read_back_and_bits_that_are_not_there_are_seen() {
    let mut card = common::card();
    assert_eq!(write_back(&mut card, CONTROL.at(0), 0xff), Ok(WrittenBack { reads: Some(1), ..PLAIN }));
    assert_eq!(write_back(&mut card, NEXT_GENERATION.at(0), u32::MAX), Ok(WrittenBack { reads: Some(u32::MAX), ..PLAIN }));
}

#[test]
fn banked_state_is_read_in_the_idle_bank_and_the_view_stays() {
    let mut card = common::card();
    card.write(VIEW.at(0), 1).unwrap();
    let rule = 1 << 31 | 6;
    assert_eq!(write_back(&mut card, RULE_MATCH.at(3), rule), Ok(WrittenBack { reads: Some(rule), idle: true, ..PLAIN }));
    assert_eq!((card.read(RULE_MATCH.at(3)), card.read(VIEW.at(0))), (Ok(0), Ok(1)), "what is in force has not changed");
}

#[test]
fn an_index_is_where_the_write_alone_leaves_it() {
    let mut card = common::card();
    card.write(ENTRY_INDEX.at(0), 7).unwrap();
    let entries = 0x0403_0201;
    assert_eq!(write_back(&mut card, ENTRY_DATA.at(0), entries), Ok(WrittenBack { reads: Some(entries), idle: true, ..PLAIN }));
    assert_eq!(card.read(ENTRY_INDEX.at(0)), Ok(8));
    let mut card = Posted(card);
    card.write(MANAGER_INDEX.at(0), 2 * 9 + 1).unwrap();
    // Egress port 9 is one that the card does not have.
    let refused = write_back(&mut card, MANAGER_DATA.at(0), 9 << 16).unwrap();
    assert_eq!((refused.reads, card.read(MANAGER_INDEX.at(0))), (Some(0), Ok(19)), "a refused access moves no index");
}

#[test]
fn a_word_that_is_held_is_not_taken_for_a_lost_one() {
    let mut card = common::card();
    let held = write_back(&mut card, GROUP_MAC_LO.at(2), 0x1000_5e02).unwrap();
    assert_eq!(held, WrittenBack { reads: Some(0), held_until: Some("GROUP_MAC_HI"), idle: false });
    card.write(MANAGER_INDEX.at(0), 2 * 9).unwrap();
    assert_eq!(write_back(&mut card, MANAGER_DATA.at(0), 5).unwrap().held_until, Some("MANAGER_DATA"));
    let row = 1 << 16 | 0x5e02;
    assert_eq!(write_back(&mut card, MANAGER_DATA.at(0), row), Ok(WrittenBack { reads: Some(row), idle: true, ..PLAIN }));
}

/// A card behind PCIe: a refused write is not heard of.
struct Posted(modelcard::ModelCard);

impl driver::Card for Posted {
    fn write(&mut self, address: u32, value: u32) -> Result<(), driver::BusError> {
        let _ = self.0.write(address, value);
        Ok(())
    }

    fn read(&mut self, address: u32) -> Result<u32, driver::BusError> {
        self.0.read(address)
    }
}

#[test]
fn what_cannot_be_read_or_is_not_there_is_told() {
    let mut card = Posted(common::card());
    assert_eq!(write_back(&mut card, COMMIT.at(0), 1), Ok(PLAIN));
    assert_eq!(write_back(&mut card, 0x3fc, 1), Ok(PLAIN));
    assert_eq!(write_back(&mut card, IDENTITY.at(0), 1), Ok(WrittenBack { reads: Some(0x544e_444d), ..PLAIN }));
}

//! The register map's text, sentence by sentence, on the card of the model.

use contract::code::{Reason, Verdict};
use contract::limits::REGISTER_WINDOW;
use contract::register::{self, AccessMode, MAP};
use contract::row::Neighbours;
use driver::read_counter;
use modelcard::ModelCard;

const VIEW: u32 = 0x024;
const COMMIT: u32 = 0x030;
const ENTRY_INDEX: u32 = 0x040;
const ENTRY_DATA: u32 = 0x044;
const MANAGER_INDEX: u32 = 0x048;
const MANAGER_DATA: u32 = 0x04c;
const COUNTER_INDEX: u32 = 0x050;
const COUNTER_DATA: u32 = 0x054;
const GROUP_MAC_LO: u32 = 0x080;
const GROUP_MAC_HI: u32 = 0x084;
const NEIGHBOURS: u32 = 0x03c;
const PORT_PAIR: u32 = 0x0c0;
const MANAGER_ENABLE: u32 = 0x0e0;
const GROUP_KEY_LO: u32 = 0x100;
const GROUP_POLICY: u32 = 0x108;
const RULE_PORTS: u32 = 0x200;
const RULE_MATCH: u32 = 0x204;

fn card() -> ModelCard {
    ModelCard::new(4, 2, 32)
}

/// Writes that the card takes.
fn write(card: &mut ModelCard, writes: &[(u32, u32)]) {
    for &(address, value) in writes {
        card.write(address, value).unwrap();
    }
}

/// Reads that the card answers.
fn read<const N: usize>(card: &mut ModelCard, addresses: [u32; N]) -> [u32; N] {
    addresses.map(|address| card.read(address).unwrap())
}

#[test]
fn access_is_as_the_map_says_and_everything_else_is_refused() {
    let mut card = ModelCard::new(8, 1, 64);
    for address in 0..REGISTER_WINDOW + 8 {
        let access = register::decode(address).map(|(register, _)| register.access);
        assert_eq!(card.read(address).is_ok(), matches!(access, Some(AccessMode::Ro | AccessMode::Rw)), "read {address:#x}");
        // The indices stand on manager 0, whose row takes no write.
        let taken = matches!(access, Some(AccessMode::Rw | AccessMode::Wo)) && address != MANAGER_DATA;
        assert_eq!(card.write(address, 0).is_ok(), taken, "write {address:#x}");
        assert!(card.write_partial(address).is_err());
    }
}

#[test]
fn every_register_has_its_documented_value_after_reset() {
    let mut compared = 0;
    for register in MAP.iter().filter(|register| register.access != AccessMode::Wo) {
        for place in 0..register.count as usize {
            let value = ModelCard::new(8, 1, 64).read(register.at(place)).unwrap();
            if let Some(reset) = register.reset(place) {
                assert_eq!(value, reset, "{}[{place}]", register.name);
                compared += 1;
            }
        }
    }
    // All but COMMIT, which cannot be read, four that depend on the build, and what is kept: ENTRY_DATA, keys and policies.
    let words: u32 = MAP.iter().map(|register| register.count).sum();
    assert_eq!(compared, words - 1 - 4 - 1 - 3 * 8);
    assert_eq!(read(&mut card(), [0x00c, 0x010, 0x014]), [0x0210_0c04, 0x2002_08ff, 2]);
    assert_eq!(read(&mut card().with_sides(1), [0x010, 0x014]), [0x2002_08ff, 1]);
}

#[test]
fn entries_are_packed_by_four_and_the_index_counts_on_and_returns() {
    let mut card = card();
    write(&mut card, &[(ENTRY_INDEX, 0x3ff), (ENTRY_DATA, 0x0403_0201), (ENTRY_DATA, 0x0807_0605)]);
    assert_eq!(read(&mut card, [ENTRY_INDEX]), [0x401]);
    assert_eq!(card.state().idle_group(0).entries[4092..], [1, 2, 3, 4]);
    assert_eq!(card.state().idle_group(1).entries[..4], [5, 6, 7, 8]);
    write(&mut card, &[(VIEW, 0x100), (ENTRY_INDEX, 0x3ff)]);
    assert_eq!(read(&mut card, [ENTRY_DATA, ENTRY_DATA, ENTRY_DATA, ENTRY_INDEX]), [0x0403_0201, 0x0807_0605, 0, 0x402]);
    write(&mut card, &[(VIEW, 0), (ENTRY_INDEX, 0x3ff)]);
    assert_eq!(read(&mut card, [ENTRY_DATA, ENTRY_DATA]), [0, 0], "the active bank");
    write(&mut card, &[(ENTRY_INDEX, 0xfff), (ENTRY_DATA, 9)]);
    assert_eq!(read(&mut card, [ENTRY_INDEX]), [0], "this card has four groups");
    assert!(card.write(ENTRY_INDEX, 0x1000).is_err() && card.write(ENTRY_INDEX, 0x2000).is_err());
    assert_eq!(read(&mut card, [ENTRY_INDEX]), [0]);
}

#[test]
fn a_commit_exchanges_banks_and_copies_the_generation() {
    let mut card = card();
    write(&mut card, &[(GROUP_KEY_LO + 0x10, 0x1234), (RULE_PORTS, 0x5678), (0x028, 41)]);
    assert_eq!(read(&mut card, [GROUP_KEY_LO + 0x10, RULE_PORTS, 0x02c]), [0, 0, 0]);
    write(&mut card, &[(COMMIT, 0x102)]);
    assert_eq!(read(&mut card, [GROUP_KEY_LO + 0x10, RULE_PORTS, 0x02c, 0x034, 0x038]), [0x1234, 0x5678, 41, 0, 0x102]);
    write(&mut card, &[(VIEW, 0x100)]);
    assert_eq!(read(&mut card, [GROUP_KEY_LO + 0x10, RULE_PORTS]), [0, 0]);
    write(&mut card, &[(0x028, 42)]);
    for units in [0x10, 0x110, 0x400, 0x8000_0000] {
        assert!(card.write(COMMIT, units).is_err(), "{units:#x}");
    }
    assert_eq!(read(&mut card, [0x02c, 0x038]), [41, 0x102], "a refused commit switches nothing and announces nothing");
}

#[test]
fn a_managers_row_is_written_with_its_last_word_and_waits_for_the_commit() {
    let mut card = card();
    write(&mut card, &[(MANAGER_INDEX, 10), (MANAGER_DATA, 0x0000_0105)]);
    assert_eq!(card.state().idle_manager_rows()[5].mac, [0; 6]);
    write(&mut card, &[(MANAGER_DATA, 0xff01_0200)]);
    let row = card.state().idle_manager_rows()[5];
    assert_eq!((row.mac, row.egress), ([2, 0, 0, 0, 1, 5], 1));
    assert_eq!(read(&mut card, [MANAGER_INDEX]), [12]);
    write(&mut card, &[(MANAGER_INDEX, 10)]);
    assert_eq!(read(&mut card, [MANAGER_DATA, MANAGER_DATA]), [0, 0], "the active bank");
    write(&mut card, &[(VIEW, 0x100), (MANAGER_INDEX, 10)]);
    assert_eq!(read(&mut card, [MANAGER_DATA, MANAGER_DATA]), [0x105, 0x0001_0200], "bits without a meaning read as 0");
    write(&mut card, &[(VIEW, 0), (COMMIT, 0x200), (MANAGER_INDEX, 10)]);
    assert_eq!(read(&mut card, [MANAGER_DATA, MANAGER_DATA, 0x038]), [0x105, 0x0001_0200, 0x200]);
    write(&mut card, &[(MANAGER_INDEX, 511), (MANAGER_DATA, 0)]);
    assert_eq!(read(&mut card, [MANAGER_INDEX]), [0]);
}

#[test]
fn managers_take_traffic_at_once_by_a_bit_each() {
    let mut card = card();
    write(&mut card, &[(MANAGER_ENABLE, 0x8000_0002), (MANAGER_ENABLE + 28, 0x8000_0001)]);
    let enabled: Vec<usize> = (0..256).filter(|&id| card.state().managers_enabled[id]).collect();
    assert_eq!(enabled, [1, 31, 224, 255]);
    assert_eq!(read(&mut card, [MANAGER_ENABLE, MANAGER_ENABLE + 4, MANAGER_ENABLE + 28, 0x038]), [0x8000_0002, 0, 0x8000_0001, 0]);
    write(&mut card, &[(COMMIT, 0x20f), (MANAGER_ENABLE, 0)]);
    assert_eq!(read(&mut card, [MANAGER_ENABLE, MANAGER_ENABLE + 28]), [0, 0x8000_0001], "no bank changes places with it");
}

#[test]
fn neighbour_questions_are_bridged_after_reset_and_go_to_the_host_when_told() {
    let mut card = card();
    assert_eq!((read(&mut card, [NEIGHBOURS]), card.state().neighbours), ([0], Neighbours::Bridge));
    write(&mut card, &[(NEIGHBOURS, 0xffff_ffff)]);
    assert_eq!((read(&mut card, [NEIGHBOURS]), card.state().neighbours), ([1], Neighbours::Host));
    write(&mut card, &[(NEIGHBOURS, 2)]);
    assert_eq!(card.state().neighbours, Neighbours::Bridge);
}

#[test]
fn manager_0_and_a_port_that_is_not_there_are_refused_and_change_nothing() {
    let mut card = card();
    assert!(card.write(MANAGER_DATA, 1).is_err());
    write(&mut card, &[(MANAGER_INDEX, 1)]);
    assert!(card.write(MANAGER_DATA, 0x0000_0200).is_err());
    write(&mut card, &[(MANAGER_INDEX, 2), (MANAGER_DATA, 7)]);
    assert!(card.write(MANAGER_DATA, 0x0002_0200).is_err());
    assert_eq!(read(&mut card, [MANAGER_INDEX]), [3], "a refused access does not count on");
    assert!(card.write(MANAGER_ENABLE, 3).is_err());
    assert!(card.state().managers().iter().all(|manager| *manager == Default::default()));
    assert!(card.state().idle_manager_rows().iter().all(|row| *row == Default::default()));
    assert!(card.write(PORT_PAIR, 2).is_err());
    write(&mut card, &[(PORT_PAIR, 0)]);
    assert_eq!(card.state().port_pairs, [0, 0]);
}

#[test]
fn a_group_mac_is_in_force_as_a_whole_or_not_at_all() {
    let mut card = card();
    write(&mut card, &[(GROUP_MAC_LO + 8, 0x0304_0506)]);
    assert_eq!(read(&mut card, [GROUP_MAC_LO + 8, GROUP_MAC_HI + 8]), [0, 0], "a read shows the MAC in force");
    write(&mut card, &[(GROUP_MAC_HI + 8, 0x8000_0102), (GROUP_MAC_HI + 16, 0x0102)]);
    assert_eq!(read(&mut card, [GROUP_MAC_LO + 8, GROUP_MAC_HI + 8]), [0x0304_0506, 0x8000_0102]);
    assert_eq!(card.state().group_macs[1].mac, [1, 2, 3, 4, 5, 6]);
    assert_eq!(read(&mut card, [GROUP_MAC_LO + 16, GROUP_MAC_HI + 16]), [0x0304_0506, 0x102], "the lower part is held for all");
}

#[test]
fn groups_and_rules_that_the_card_cannot_have_are_refused() {
    let mut card = card();
    for group in 4..8 {
        assert!(card.write(GROUP_KEY_LO + group * 16, 1).is_err() && card.read(GROUP_POLICY + group * 16).is_err());
        assert!(card.write(RULE_MATCH, 0x8000_0000 | group << 16).is_err());
    }
    write(&mut card, &[(RULE_MATCH, 0x8103_0006), (GROUP_POLICY + 0x30, 0xffff_ffff), (VIEW, 0x100)]);
    assert_eq!(read(&mut card, [RULE_MATCH, GROUP_POLICY + 0x30]), [0x8103_0006, 0x1ff]);
}

#[test]
fn a_counter_is_captured_by_the_read_of_its_first_word() {
    let mut card = card();
    for _ in 0..3 {
        card.process(1, &[0; 60], 0);
    }
    card.counters_mut(1).count_lost(Verdict::Control, 1500);
    write(&mut card, &[(VIEW, 1), (COUNTER_INDEX, 256 * 4)]);
    assert_eq!(read(&mut card, [COUNTER_DATA]), [3]);
    card.process(1, &[0; 60], 0);
    assert_eq!(read(&mut card, [COUNTER_DATA; 3]), [0, 180, 0], "the fourth frame came after the capture");
    assert_eq!(read(&mut card, [COUNTER_INDEX]), [257 * 4]);
    let count = |card: &mut ModelCard, core, counter| read_counter(card, core, counter).map(|count| (count.frames, count.bytes)).unwrap();
    assert_eq!(count(&mut card, 1, 256 + u32::from(Reason::Disabled.code())), (4, 240));
    assert_eq!(count(&mut card, 0, 256), (0, 0), "each core counts on its own");
    assert_eq!(count(&mut card, 1, 288 + u32::from(Verdict::Control.code())), (1, 1500));
    assert_eq!(count(&mut card, 1, 295), (0, 0));
    assert_eq!(read(&mut card, [COUNTER_INDEX]), [0], "behind the last word it returns to 0");
    assert!(card.write(COUNTER_INDEX, 296 * 4).is_err() && card.write(VIEW, 2).is_err());
}

//! Scripts as the bus sees them.

use contract::row::{GroupMac, ManagerRow, RuleRow};
use control::Configuration;
use driver::{BusError, Card, Fault, ScriptStep, apply, read_counter, script};
use model::entry_table::Group;
use model::manager_table::Manager;
use modelcard::ModelCard;
use std::collections::VecDeque;

const CONFIGURATION: &str = r#"
group_macs = ["02:00:00:00:00:01"]
pairs = [0, 1]
[[manager]]
name = "alpha"
id = 1
mac = "02:00:00:00:01:01"
port = 1
[[manager]]
name = "omega"
id = 255
mac = "02:00:00:00:01:ff"
port = 0
[[group]]
name = "all"
key = "0001020304050607"
[[group]]
name = "last"
id = 3
key = "74616e64656d2121"
members = ["omega"]
equal_ports = "hash"
[[rule]]
ports = 443
protocol = "tcp"
group = "last"
key_on = "peer"
"#;

/// A card that writes down what it is asked and says what it was told to say.
#[derive(Default)]
struct Recorder {
    writes: Vec<(u32, u32)>,
    reads: Vec<u32>,
    answers: VecDeque<u32>,
    refuses: Option<u32>,
    stuck: bool,
}

impl Card for Recorder {
    fn write(&mut self, address: u32, value: u32) -> Result<(), BusError> {
        if self.refuses == Some(address) {
            return Err(BusError::Write { address, value });
        }
        self.writes.push((address, value));
        Ok(())
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        self.reads.push(address);
        Ok(self.answers.pop_front().unwrap_or(self.stuck.into()))
    }
}

fn upload(groups: usize) -> Vec<ScriptStep> {
    script::upload(&Configuration::parse(CONFIGURATION, "test").unwrap().tables(groups).unwrap())
}

#[test]
fn an_upload_writes_every_table_and_enables_the_card_last() {
    let mut card = Recorder::default();
    apply(&mut card, &upload(4)).unwrap();
    let written = |address: u32| card.writes.iter().filter(move |write| write.0 == address).map(|write| write.1).collect::<Vec<u32>>();
    assert_eq!(written(0x044).len(), 4 * 1024, "four groups of 1024 words");
    assert_eq!(written(0x040), [0, 0x400, 0x800, 0xc00], "each group's first word; the index counts on by itself");
    assert_eq!(written(0x044)[..2], [0xff01_ff01; 2], "buckets take turns");
    assert_eq!(
        (0..8).map(|place| written(0x0e0 + 4 * place)).collect::<Vec<_>>(),
        [2, 0, 0, 0, 0, 0, 0, 0x8000_0000].map(|word| vec![word])
    );
    assert_eq!(written(0x044)[3 * 1024..], [0xffff_ffff; 1024]);
    assert_eq!([written(0x100), written(0x104), written(0x108)], [vec![0x0302_0100], vec![0x0706_0504], vec![0x001]]);
    assert_eq!([written(0x130), written(0x134), written(0x138)], [vec![0x646e_6174], vec![0x2121_6d65], vec![0x1ff]]);
    assert_eq!([written(0x140), written(0x170)], [Vec::<u32>::new(), vec![]], "the card has no such groups");
    assert_eq!([written(0x200), written(0x204), written(0x27c)], [vec![0x01bb_01bb], vec![0x8103_0006], vec![0x100]]);
    assert_eq!([written(0x080), written(0x084), written(0x0bc)], [vec![1], vec![0x8000_0200], vec![0]]);
    assert_eq!([written(0x0c0), written(0x0c4)], [vec![0], vec![1]]);
    assert_eq!(written(0x048), (1..=255).map(|id| id * 2).collect::<Vec<u32>>());
    assert_eq!([written(0x04c)[..2].to_vec(), written(0x04c)[508..].to_vec()], [[0x101, 0x0001_0200], [0x1ff, 0x0000_0200]].map(Vec::from));
    assert_eq!(card.writes[card.writes.len() - 3..], [(0x028, 1), (0x030, 0x30f), (0x020, 1)]);
    assert_eq!(card.reads, [0x034]);
}

#[test]
fn a_card_of_the_model_ends_up_with_exactly_the_tables() {
    for groups in [4, 8] {
        let tables = Configuration::parse(CONFIGURATION, "test").unwrap().tables(groups).unwrap();
        let mut card = ModelCard::new(groups, 2, 64);
        apply(&mut card, &script::upload(&tables)).unwrap();
        let state = card.state();
        assert!(state.enabled);
        assert_eq!((state.group_macs, state.port_pairs, state.managers()), (tables.group_macs, tables.port_pairs, tables.managers));
        assert_eq!(state.rules(), &tables.rules);
        for (number, group) in (0..).zip(&tables.groups) {
            assert_eq!(state.group(number), group, "group {number}");
        }
        assert_eq!((state.generation(), state.active()), (1, if groups == 4 { 0x30f } else { 0x3ff }));
    }
}

#[test]
fn one_unit_can_be_rewritten_without_touching_the_others() {
    let mut card = ModelCard::new(4, 1, 32);
    apply(&mut card, &upload(4)).unwrap();
    let before = card.state().clone();
    let changed = Group { entries: [7; 4096], ..before.group(0).clone() };
    apply(&mut card, &script::group(0, &changed)).unwrap();
    assert_eq!(card.state().group(0), before.group(0), "not in force before the commit");
    apply(&mut card, &script::commit(1, 9)).unwrap();
    assert_eq!(card.state().group(0), &changed);
    assert_eq!((card.state().group(3), card.state().rules()), (before.group(3), before.rules()));
    assert_eq!(card.state().generation(), 9);

    let rules = [RuleRow { lowest: 1, highest: 2, group: 1, in_use: true, ..RuleRow::default() }; 16];
    apply(&mut card, &script::rules(&rules)).unwrap();
    apply(&mut card, &script::commit(1 << 8, 10)).unwrap();
    assert_eq!(card.state().rules(), &rules);
    let row = ManagerRow { mac: [2, 9, 9, 9, 9, 9], egress: 1 };
    apply(&mut card, &script::manager(77, row)).unwrap();
    assert_eq!(card.state().manager_rows(), before.manager_rows());
    apply(&mut card, &script::commit(1 << 9, 11)).unwrap();
    apply(&mut card, &[script::managers_enabled(2, 1 << 13)]).unwrap();
    let mac = GroupMac { mac: [2, 8, 8, 8, 8, 8], enabled: true };
    apply(&mut card, &script::group_mac(7, mac)).unwrap();
    assert_eq!((card.state().manager(77), card.state().group_macs[7]), (Manager::new(row, true), mac));
    apply(&mut card, &[script::enable(false), script::port_pair(0, 1)]).unwrap();
    assert!(!card.state().enabled && card.state().port_pairs == [1, 1]);
}

#[test]
fn a_commit_is_waited_for_until_it_is_complete() {
    let mut card = Recorder { answers: [1, 1, 1, 0].into(), ..Recorder::default() };
    apply(&mut card, &script::commit(1, 2)).unwrap();
    assert_eq!(card.reads, [0x034; 4]);
    let mut stuck = Recorder { stuck: true, ..Recorder::default() };
    assert_eq!(apply(&mut stuck, &[ScriptStep::WaitCommit]), Err(Fault::CommitStuck));
}

#[test]
fn a_refused_access_ends_the_script_and_is_named() {
    let mut card = Recorder { refuses: Some(0x030), ..Recorder::default() };
    let fault = apply(&mut card, &script::commit(0x10, 2)).unwrap_err();
    assert_eq!(fault.to_string(), "the card refused to write 0x00000010 to address 0x030");
    assert_eq!((card.writes.len(), card.reads.len()), (1, 0));
}

#[test]
fn a_counter_is_read_in_four_words_from_one_index() {
    let mut card = Recorder { answers: [0x1111_1111, 0x2, 0x3333_3333, 0x4].into(), ..Recorder::default() };
    let count = read_counter(&mut card, 1, 256 + 7).unwrap();
    assert_eq!((count.frames, count.bytes), (0x2_1111_1111, 0x4_3333_3333));
    assert_eq!(card.writes, [(0x024, 1), (0x050, 263 * 4)]);
    assert_eq!(card.reads, [0x054; 4]);
}

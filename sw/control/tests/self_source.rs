//! Self-source ports: replies to translated packets, as whole frames, come back to the manager that sent them.

use contract::code::Verdict;
use contract::limits::BUCKETS;
use contract::register::{UNIT_MANAGERS, UNIT_RULES};
use contract::row::{GroupMac, GroupRow, ManagerRow, RuleRow};
use control::self_source::{Counts, Endpoint, Exhausted, PortChoice, Translation, Transport, ports};
use control::{PortTables, SelfSource};
use etherparse::PacketBuilder;
use model::network::Address;
use model::{State, decide};
use proptest::prelude::*;
use proptest::sample::select;
use std::cell::Cell;
use std::net::{Ipv4Addr, Ipv6Addr};

const CARD: [u8; 6] = [2, 0, 0, 0, 0, 1];

/// The frame of a packet between two endpoints, made by another library than the one that decides it.
fn frame(transport: Transport, from: Endpoint, to: Endpoint) -> Vec<u8> {
    let [source, destination] = [from, to].map(|end| Ipv6Addr::from(end.address));
    let ethernet = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 9], CARD);
    let ip = match (source.to_ipv4_mapped(), destination.to_ipv4_mapped()) {
        (Some(source), Some(destination)) => ethernet.ipv4(source.octets(), destination.octets(), 64),
        _ => ethernet.ipv6(source.octets(), destination.octets(), 64),
    };
    let mut bytes = Vec::new();
    match transport {
        Transport::Tcp => ip.tcp(from.port, to.port, 1, 1000).write(&mut bytes, &[]).unwrap(),
        Transport::Udp => ip.udp(from.port, to.port).write(&mut bytes, &[0; 8]).unwrap(),
    }
    bytes
}

/// The manager that a packet is sent to.
fn taker(state: &State, transport: Transport, from: Endpoint, to: Endpoint) -> Option<u8> {
    let decision = decide(state, &frame(transport, from, to), 0);
    decision.manager.filter(|_| decision.verdict == Verdict::ToManager)
}

fn v4(a: u8, b: u8, c: u8, d: u8) -> Address {
    Ipv4Addr::new(a, b, c, d).to_ipv6_mapped().octets()
}

fn end(address: Address, port: u16) -> Endpoint {
    Endpoint { address, port }
}

/// A card with `managers` enabled ones that take turns in group 0's entries, and this generation.
fn card(managers: u8, generation: u32) -> State {
    let mut state = State::new(2);
    state.enabled = true;
    state.group_macs[0] = GroupMac { mac: CARD, enabled: true };
    for id in 1..=managers {
        state.idle_manager_rows_mut()[usize::from(id)] = ManagerRow { mac: [2, 0, 0, 0, 1, id], egress: 0 };
        state.managers_enabled[usize::from(id)] = true;
    }
    let group = state.idle_group_mut(0);
    group.row = GroupRow { key: *b"tandem!!", designated: 1, equal_ports_hash: false };
    group.entries = std::array::from_fn(|bucket| (bucket % usize::from(managers)) as u8 + 1);
    state.commit(1 | 1 << UNIT_MANAGERS, generation).unwrap();
    state
}

/// Ports near which rules begin and end, and packets fall.
fn any_port() -> impl Strategy<Value = u16> {
    prop_oneof![select(vec![1, 53, 80, 443, 4500, 8080, 50051, 65534, 65535]), 1..=u16::MAX, 32768..=60999u16]
}

fn any_rule() -> impl Strategy<Value = RuleRow> {
    (any_port(), any_port(), select(vec![None, Some(6), Some(17)]), 0..3u8, any::<bool>()).prop_map(
        |(a, b, protocol, group, key_on_peer)| RuleRow { lowest: a.min(b), highest: a.max(b), protocol, group, key_on_peer, in_use: true },
    )
}

/// Three groups of up to nine managers each, one manager in ten disabled, up to four rules.
fn any_state() -> impl Strategy<Value = State> {
    let group = (any::<[u8; 8]>(), any::<bool>(), prop::collection::vec(1..10u8, 1..10));
    let live = prop::collection::vec(prop::bool::weighted(0.9), 10);
    (prop::array::uniform3(group), live, prop::collection::vec(any_rule(), 0..=4)).prop_map(|(groups, live, rules)| {
        let mut state = State::new(3);
        state.enabled = true;
        state.group_macs[0] = GroupMac { mac: CARD, enabled: true };
        for (id, enabled) in live.into_iter().enumerate().skip(1) {
            state.idle_manager_rows_mut()[id] = ManagerRow { mac: [2, 0, 0, 0, 1, id as u8], egress: 0 };
            state.managers_enabled[id] = enabled;
        }
        for (number, (key, equal_ports_hash, ids)) in groups.into_iter().enumerate() {
            let group = state.idle_group_mut(number as u8);
            group.row = GroupRow { key, designated: ids[0], equal_ports_hash };
            group.entries = std::array::from_fn(|bucket| ids[bucket % ids.len()]);
        }
        state.idle_rules_mut()[..rules.len()].copy_from_slice(&rules);
        state.commit(0b111 | 1 << UNIT_RULES | 1 << UNIT_MANAGERS, 7).unwrap();
        state
    })
}

/// An address of one of a few clients, virtual servers, servers or pools, all of one family.
fn any_address(v6: bool) -> impl Strategy<Value = Address> {
    (0..6u8).prop_map(
        move |host| {
            if v6 { Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, u16::from(host) + 1).octets() } else { v4(192, 0, 2, host + 1) }
        },
    )
}

#[derive(Debug)]
struct Case {
    transport: Transport,
    source: Endpoint,
    destination: Endpoint,
    new_destination: Endpoint,
    new_sources: Vec<Address>,
}

fn any_case() -> impl Strategy<Value = Case> {
    any::<bool>().prop_flat_map(|v6| {
        let any_end = move || (any_address(v6), any_port()).prop_map(|(address, port)| end(address, port));
        let new_destination = prop::option::weighted(0.9, any_end());
        let pool = prop::collection::vec(any_address(v6), 0..3);
        (select(vec![Transport::Tcp, Transport::Udp]), any_end(), any_end(), new_destination, pool).prop_map(
            |(transport, source, destination, new_destination, new_sources)| Case {
                transport,
                source,
                destination,
                new_destination: new_destination.unwrap_or(destination),
                new_sources,
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// The property: whatever is translated, the decision for the reply names the manager that sent the packet. And a connection is
    /// reset only if every port of every address that may be tried fails the same test.
    #[test]
    fn the_reply_comes_back_to_the_manager_that_sent_the_packet(
        state in any_state(),
        case in any_case(),
        with_tables: bool,
        next_address: bool,
        // One port in so many is free.
        scarcity in select(vec![1u16, 1, 7, 5000]),
    ) {
        let Case { transport, source, destination, new_destination, new_sources } = &case;
        let Some(manager) = taker(&state, *transport, *source, *destination) else {
            return Ok(());
        };
        let tables = if with_tables { PortTables::build(&state, new_sources, || ()) } else { PortTables::none(&state) };
        let policy = if next_address { Exhausted::NextAddress } else { Exhausted::Reset };
        let free = |source: Endpoint| source.port.is_multiple_of(scarcity);
        let fits = |source: Endpoint| {
            free(source) && taker(&state, *transport, *new_destination, source) == Some(manager)
        };

        let translation =
            Translation { transport: *transport, source: *source, destination: *destination, new_sources, new_destination: *new_destination };
        let mut choice = SelfSource::new(&state, &tables, manager, policy);
        match choice.process(&translation, free) {
            PortChoice::Leave if new_sources.is_empty() && destination == new_destination => {}
            PortChoice::Leave => {
                prop_assert!(new_sources.is_empty(), "an address that is translated cannot stay");
                prop_assert!(fits(*source));
            }
            PortChoice::Become(new) => {
                prop_assert!(fits(new));
                prop_assert!(new.port > new_destination.port);
                let from_where_it_may = if new_sources.is_empty() { new.address == source.address } else { new_sources.contains(&new.address) };
                prop_assert!(from_where_it_may);
            }
            PortChoice::Reset => {
                let tried = match new_sources.as_slice() {
                    [] => std::slice::from_ref(&source.address),
                    [first, ..] if policy == Exhausted::Reset => std::slice::from_ref(first),
                    all => all,
                };
                for &address in tried {
                    let left = (new_destination.port..=u16::MAX).skip(1).find(|&port| fits(end(address, port)));
                    prop_assert_eq!(left, None, "a port was left");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_table_names_the_manager_of_every_reply_that_its_address_decides(
        mut state in any_state(),
        address in any_address(false),
        key: [u8; 8],
    ) {
        // Without rules every packet falls into group 0, and a port above the server's decides.
        state.idle_rules_mut().fill(RuleRow::default());
        state.idle_group_mut(0).row.key = key;
        state.idle_group_mut(0).entries = std::array::from_fn(|bucket| (bucket % 9) as u8 + 1);
        state.managers_enabled[1..10].fill(true);
        state.commit(1 | 1 << UNIT_RULES, 8).unwrap();
        let tables = PortTables::build(&state, &[address], || ());
        let table = tables.get(&state, 0, address).unwrap();
        for port in (2..=u16::MAX).step_by(97) {
            let named = taker(&state, Transport::Tcp, end(v4(198, 51, 100, 1), 1), end(address, port));
            prop_assert_eq!(Some(table.manager(port)), named, "port {}", port);
        }
    }

    #[test]
    fn tables_are_the_same_whatever_the_number_of_threads(state in any_state(), addresses in prop::collection::vec(any_address(true), 1..4)) {
        let built = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| PortTables::build(&state, &addresses, || ()))
        };
        let one = built(1);
        prop_assert!((2..=4).all(|threads| built(threads) == one));
    }
}

#[test]
fn the_inverse_lists_every_port_above_that_leads_to_the_manager_and_no_other() {
    let mut state = card(4, 1);
    // Replies from 50051 are keyed on the peer, except where the peer's port lies in the range as well.
    let rule = RuleRow { lowest: 50051, highest: 50060, protocol: Some(6), group: 0, key_on_peer: true, in_use: true };
    state.idle_rules_mut()[0] = rule;
    state.commit(1 << UNIT_RULES, 2).unwrap();
    let address = v4(192, 0, 2, 1);
    for tables in [PortTables::none(&state), PortTables::build(&state, &[address], || ())] {
        for above in [0, 80, 50051, 65000, 65534, 65535] {
            let listed = ports(&state, &tables, Transport::Tcp, address, 3, above);
            let servers = [v4(198, 51, 100, 1), v4(198, 51, 100, 2), v4(203, 0, 113, 9)];
            let leads =
                |port: u16| servers.iter().all(|&server| taker(&state, Transport::Tcp, end(server, above), end(address, port)) == Some(3));
            let expected: Vec<u16> = (above..=u16::MAX).skip(1).filter(|&port| leads(port)).collect();
            assert_eq!(listed.len(), expected.len(), "above {above}");
            assert_eq!(listed, expected, "above {above}");
        }
    }
}

#[test]
fn about_every_nth_port_leads_to_one_of_n_equal_managers() {
    let state = card(16, 1);
    let tables = PortTables::none(&state);
    for above in [1023u16, 32767] {
        let all = f64::from(u16::MAX - above);
        let expected = all / 16.0;
        // Four standard deviations of a binomial count.
        let margin = 4.0 * (all / 16.0 * 15.0 / 16.0).sqrt();
        for manager in 1..=16 {
            let count = ports(&state, &tables, Transport::Udp, v4(192, 0, 2, 77), manager, above).len() as f64;
            assert!((count - expected).abs() < margin, "{count} of {expected}");
        }
    }
}

#[test]
fn a_manager_that_is_not_enabled_has_no_ports() {
    let mut state = card(4, 1);
    let address = v4(192, 0, 2, 1);
    let tables = PortTables::build(&state, &[address], || ());
    assert!(!ports(&state, &tables, Transport::Tcp, address, 3, 80).is_empty());
    state.managers_enabled[3] = false;
    assert_eq!(ports(&state, &tables, Transport::Tcp, address, 3, 80), [0u16; 0]);
    assert_eq!(ports(&state, &PortTables::none(&state), Transport::Tcp, address, 3, 80), [0u16; 0]);
}

#[test]
fn what_is_not_translated_is_left_alone() {
    let state = card(4, 1);
    let tables = PortTables::none(&state);
    let mut choice = SelfSource::new(&state, &tables, 1, Exhausted::Reset);
    let server = end(v4(198, 51, 100, 1), 80);
    let packet = Translation {
        transport: Transport::Tcp,
        source: end(v4(192, 0, 2, 1), 40000),
        destination: server,
        new_sources: &[],
        new_destination: server,
    };
    assert_eq!(choice.process(&packet, |_| panic!("nobody needs to know")), PortChoice::Leave);
    assert_eq!(choice.counts(), Counts { left: 1, ..Counts::default() });
}

#[test]
fn a_client_that_decides_before_and_after_keeps_its_port() {
    let state = card(4, 1);
    let tables = PortTables::none(&state);
    let source = end(v4(192, 0, 2, 1), 40000);
    let destination = end(v4(203, 0, 113, 1), 80);
    let manager = taker(&state, Transport::Tcp, source, destination).unwrap();
    let mut choice = SelfSource::new(&state, &tables, manager, Exhausted::Reset);
    let new_destination = end(v4(10, 0, 0, 5), 8080);
    let packet = Translation { transport: Transport::Tcp, source, destination, new_sources: &[], new_destination };
    assert_eq!(choice.process(&packet, |_| true), PortChoice::Leave);
    // The same, but the server listens above the client's port: then the server's endpoint would decide.
    let packet = Translation { new_destination: end(v4(10, 0, 0, 5), 50051), ..packet };
    assert!(matches!(choice.process(&packet, |_| true), PortChoice::Become(new) if new.port > 50051 && new.address == source.address));
}

#[test]
fn a_port_that_is_in_use_is_passed_over_and_an_address_without_ports_resets_or_gives_way() {
    let state = card(4, 1);
    let tables = PortTables::build(&state, &[v4(10, 0, 0, 1)], || ());
    let pool = [v4(10, 0, 0, 1), v4(10, 0, 0, 2)];
    let packet = Translation {
        transport: Transport::Tcp,
        source: end(v4(192, 0, 2, 1), 40000),
        destination: end(v4(203, 0, 113, 1), 80),
        new_sources: &pool,
        new_destination: end(v4(10, 0, 0, 5), 80),
    };
    let taken = Cell::new(None);
    let mut choice = SelfSource::new(&state, &tables, 2, Exhausted::Reset);
    let PortChoice::Become(first) = choice.process(&packet, |source| Some(source) != taken.get()) else { panic!("a port is left") };
    taken.set(Some(first));
    let PortChoice::Become(second) = choice.process(&packet, |source| Some(source) != taken.get()) else { panic!("a port is left") };
    assert_eq!((first.address, second.address), (pool[0], pool[0]));
    assert!(first.port >= 40000 && second.port > first.port);

    assert_eq!(choice.process(&packet, |source| source.address != pool[0]), PortChoice::Reset);
    assert_eq!(choice.counts(), Counts { changed: 2, reset: 1, ..Counts::default() });

    let mut choice = SelfSource::new(&state, &tables, 2, Exhausted::NextAddress);
    assert!(matches!(choice.process(&packet, |source| source.address != pool[0]), PortChoice::Become(new) if new.address == pool[1]));
    assert_eq!(choice.process(&packet, |_| false), PortChoice::Reset);
    assert_eq!(choice.counts(), Counts { changed: 1, next_address: 2, reset: 1, ..Counts::default() });
}

#[test]
fn tables_of_another_generation_are_not_used() {
    let old = card(4, 1);
    let address = v4(10, 0, 0, 1);
    let tables = PortTables::build(&old, &[address], || ());
    // The same managers, in other buckets.
    let mut new = card(4, 1);
    new.idle_group_mut(0).entries = std::array::from_fn(|bucket| ((bucket + 1) % 4) as u8 + 1);
    new.idle_group_mut(0).row = old.group(0).row;
    new.commit(1, 2).unwrap();
    assert!(tables.get(&old, 0, address).is_some() && tables.get(&new, 0, address).is_none());
    assert_eq!(ports(&new, &tables, Transport::Tcp, address, 1, 80), ports(&new, &PortTables::none(&new), Transport::Tcp, address, 1, 80));
}

mod file {
    use super::*;
    use control::self_source::FileError;

    fn written(state: &State) -> Vec<u8> {
        let mut bytes = Vec::new();
        PortTables::build(state, &[v4(10, 0, 0, 1), v4(10, 0, 0, 2)], || ()).write(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn what_is_written_is_read_back() {
        let state = card(4, 5);
        let bytes = written(&state);
        assert_eq!(bytes.len(), 8 + 4 + 4 + 32 + 4 + 2 * (1 + 16 + 65536) + 32);
        assert_eq!(PortTables::read(&bytes, &state), Ok(PortTables::build(&state, &[v4(10, 0, 0, 1), v4(10, 0, 0, 2)], || ())));
    }

    #[test]
    fn the_bytes_stand_where_the_format_says() {
        let state = card(4, 5);
        let bytes = written(&state);
        assert_eq!(&bytes[..16], b"TNDMPORT\x01\0\0\0\x05\0\0\0");
        assert_eq!(&bytes[48..52], &[2, 0, 0, 0]);
        let first = &bytes[52..][..1 + 16 + 65536];
        assert_eq!((first[0], &first[1..17]), (0, v4(10, 0, 0, 1).as_slice()));
        let port = 61234;
        let named = taker(&state, Transport::Tcp, end(v4(10, 9, 9, 9), 1), end(v4(10, 0, 0, 1), port));
        assert_eq!(Some(first[17 + usize::from(port)]), named);
    }

    #[test]
    fn stale_files_are_refused() {
        let bytes = written(&card(4, 5));
        assert_eq!(PortTables::read(&bytes, &card(4, 6)), Err(FileError::Generation { built: 5, present: 6 }));
        assert_eq!(PortTables::read(&bytes, &card(3, 5)), Err(FileError::Groups));
        let mut other_key = card(4, 4);
        *other_key.idle_group_mut(0) = other_key.group(0).clone();
        other_key.idle_group_mut(0).row.key[0] ^= 1;
        other_key.commit(1, 5).unwrap();
        assert_eq!(PortTables::read(&bytes, &other_key), Err(FileError::Groups));
    }

    #[test]
    fn damaged_files_are_refused_wherever_the_damage_is() {
        let state = card(4, 5);
        let bytes = written(&state);
        assert_eq!(PortTables::read(b"", &state), Err(FileError::NotPorts));
        assert_eq!(PortTables::read(b"[[manager]]", &state), Err(FileError::NotPorts));
        for length in [8, 11, 12, 20, 51, 52, 80, 1000, bytes.len() - 1] {
            assert!(matches!(PortTables::read(&bytes[..length], &state), Err(FileError::Damaged(_))), "{length}");
        }
        for at in (12..bytes.len()).step_by(9973) {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x10;
            assert!(matches!(PortTables::read(&bytes, &state), Err(FileError::Damaged(_))), "{at}");
        }
        let mut newer = bytes.clone();
        newer[8] = 2;
        assert_eq!(PortTables::read(&newer, &state), Err(FileError::Version(2)));
        let mut longer = bytes;
        longer.push(0);
        assert!(matches!(PortTables::read(&longer, &state), Err(FileError::Damaged(_))));
    }
}

const _: () = assert!(BUCKETS == 4096, "the tables above take turns evenly");

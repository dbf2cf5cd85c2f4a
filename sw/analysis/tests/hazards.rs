//! Each hazard in traffic that has it; and once the lines that the analysis gives are in the file, the hazard is gone.

mod common;

use analysis::hazard::Hazard;
use common::{End, Recorded, analyze, both_ways, frame};
use control::hazard::HazardKind;

/// Sixteen managers in one group.
fn configuration() -> String {
    let managers = (1..=16).map(|id| format!("[[manager]]\nname = \"m{id}\"\nid = {id}\nmac = \"02:00:5e:20:00:{id:02x}\"\nport = 0\n"));
    format!("group_macs = [\"02:00:5e:10:00:01\"]\n{}[[group]]\nname = \"all\"\nkey = \"5a1f0c77e2943bd8\"\n", managers.collect::<String>())
}

fn hazards(frames: &[Vec<u8>], configuration: &str) -> Vec<Hazard> {
    analyze(&Recorded::of(frames).0, configuration).hazards
}

/// Clients of a service, one flow each, with source ports all over Linux' ephemeral range.
fn clients(server: End, count: u16) -> impl Iterator<Item = (u8, End, End)> {
    (0..count).map(move |number| (6, (256 + number, 32_768 + (u32::from(number) * 7919 % 28_232) as u16), server))
}

#[test]
fn a_service_on_a_greater_port_than_its_clients_is_a_hazard_until_its_rule_is_in_the_file() {
    let frames = both_ways(clients((1, 50_051), 1600));
    let found = hazards(&frames, &configuration());
    let [hazard] = &found[..] else { panic!("one hazard: {found:?}") };
    assert_eq!(hazard.kind, HazardKind::GreaterServerPort);
    // (50051 - 32768) of the 28232 ports are below the server's, and so 61% of the flows are known by the server.
    let keyed: usize = clients((1, 50_051), 1600).filter(|(_, client, _)| client.1 < 50_051).count();
    assert!(hazard.problem.starts_with("tcp port 50051 ") && hazard.problem.contains(&format!("{keyed} flows")), "{hazard:?}");
    assert!((0.60..0.63).contains(&(keyed as f64 / 1600.0)));
    let (load, after) = hazard.load.zip(hazard.load_after).unwrap();
    assert!((9.6..11.0).contains(&load) && after < 1.5, "one manager of 16 has 61% of the flows and its share of the others: {hazard:?}");
    let mended = format!("{}{}", configuration(), hazard.lines.as_ref().unwrap());
    assert_eq!(hazards(&frames, &mended), []);
}

#[test]
fn a_service_on_a_lower_port_and_a_client_with_a_few_flows_are_none() {
    let mut flows: Vec<_> = clients((1, 443), 800).collect();
    flows.extend((0..15).map(|server| (17, (2, 60_000), (1000 + server, 53))));
    assert_eq!(hazards(&both_ways(flows), &configuration()), []);
}

#[test]
fn equal_ports_are_a_hazard_until_the_group_hashes_them() {
    let time = (0..64).map(|client| (17, (256 + client, 123), (2, 123)));
    let frames = both_ways(clients((1, 443), 800).chain(time));
    let found = hazards(&frames, &configuration());
    let [hazard] = &found[..] else { panic!("one hazard: {found:?}") };
    assert_eq!(hazard.kind, HazardKind::EqualPorts);
    assert!(hazard.problem.starts_with("64 flows, 7.4% of group \"all\", have equal ports (123)"), "{hazard:?}");
    assert!(hazard.load > hazard.load_after);
    // The group stands last in the file, so the line belongs to it.
    assert_eq!(hazards(&frames, &format!("{}{}", configuration(), hazard.lines.as_ref().unwrap())), []);
}

#[test]
fn flows_whose_replies_pass_the_card_by_are_counted() {
    let mut frames = both_ways(clients((1, 443), 40));
    frames.iter_mut().skip(1).step_by(2).take(7).for_each(|reply| reply[0] = 0x06);
    let found = hazards(&frames, &configuration());
    assert_eq!(found.iter().map(|hazard| hazard.kind).collect::<Vec<_>>(), [HazardKind::HalfBridged]);
    assert!(found[0].problem.starts_with("7 flows"));
}

#[test]
fn packets_of_a_group_without_members_are_counted_as_dropped() {
    let nobody = "[[group]]\nname = \"nobody\"\nkey = \"0123456789abcdef\"\nmembers = []\n[[rule]]\nports = 25\ngroup = \"nobody\"\n";
    let frames = [frame(6, (1, 40_000), (2, 25)), frame(6, (1, 40_000), (2, 25)), frame(6, (1, 40_001), (2, 80))];
    let found = hazards(&frames, &format!("{}{nobody}", configuration()));
    assert_eq!(found.iter().map(|hazard| hazard.kind).collect::<Vec<_>>(), [HazardKind::NoManager]);
    assert!(found[0].problem.starts_with("2 packets"));
}

/// Two managers in one group, by their states; m1 is designated.
fn two(states: [&str; 2]) -> String {
    let manager = |(id, state): (usize, &str)| {
        format!("[[manager]]\nname = \"m{id}\"\nid = {id}\nmac = \"02:00:5e:20:00:{id:02x}\"\nport = 0\nstate = \"{state}\"\n")
    };
    let managers: String = (1..).zip(states).map(manager).collect();
    format!("group_macs = [\"02:00:5e:10:00:01\"]\n{managers}[[group]]\nname = \"all\"\nkey = \"5a1f0c77e2943bd8\"\ndesignated = \"m1\"\n")
}

fn time(clients: u16) -> Vec<Vec<u8>> {
    both_ways((0..clients).map(|client| (17, (256 + client, 123), (2, 123))))
}

#[test]
fn advice_that_would_drop_the_traffic_is_not_given() {
    let found = hazards(&time(40), &two(["draining", "down"]));
    let [hazard] = &found[..] else { panic!("one hazard: {found:?}") };
    assert_eq!((hazard.kind, &hazard.lines), (HazardKind::EqualPorts, &None));
    assert!(hazard.remedy.contains("would drop 80 packets more"), "{hazard:?}");
    // With a member that takes traffic the same advice is good: what is draining gets nothing any more.
    let found = hazards(&time(40), &two(["draining", "enabled"]));
    assert!(found.iter().any(|hazard| hazard.kind == HazardKind::EqualPorts && hazard.lines.is_some()), "{found:?}");
}

#[test]
fn advice_that_spreads_nothing_is_not_given() {
    // A single member has all the traffic, whatever is hashed.
    let found = hazards(&time(40), &two(["enabled", "down"]));
    let [hazard] = &found[..] else { panic!("one hazard: {found:?}") };
    assert!(hazard.lines.is_none() && hazard.remedy.contains("would not spread it better"), "{hazard:?}");
    assert!(hazard.problem.starts_with("40 flows, 100.0% of group"), "{hazard:?}");
}

#[test]
fn flows_that_are_dropped_belong_to_their_group_s_flows() {
    // The designated manager is down: all 40 flows are dropped, and no share of them is more than all.
    let found = hazards(&both_ways(clients((1, 443), 10)).into_iter().chain(time(40)).collect::<Vec<_>>(), &two(["down", "enabled"]));
    let equal = found.iter().find(|hazard| hazard.kind == HazardKind::EqualPorts).unwrap();
    assert!(equal.problem.starts_with("40 flows, 80.0% of group"), "{equal:?}");
    assert!(equal.lines.is_some(), "hashed, they meet the manager that takes traffic: {equal:?}");
}

#[test]
fn one_busy_flow_shows_in_the_load_by_packets() {
    let busy = both_ways([(6, (7, 40_000), (1, 443))]);
    let mut frames = both_ways(clients((1, 443), 64));
    (0..500).for_each(|_| frames.extend(busy.iter().cloned()));
    let analysis = analyze(&Recorded::of(&frames).0, &configuration());
    let group = &analysis.groups[0];
    // 1000 of 1130 packets are one manager's, whose target is a sixteenth.
    assert!(group.packet_peak.unwrap() > 14.0 && group.peak.unwrap() < 6.0, "{group:?}");
}

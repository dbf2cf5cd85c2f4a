//! What a clients' gateway remembers of races, a dry run, and other settings while connections go on.

mod common;

use common::{ACK, KEY, NOW, SYN, Tcp, answer, gateway, hosts, only, read, settings, tag_of, take};
use gateway::client::races::Happened;
use gateway::counters::Count;
use gateway::entry::Key;
use gateway::keys::{KeyRing, Trust};
use gateway::{ClientGateway, Mode, Side, Time};

const PORT: u16 = 4000;
const ISN: u32 = 1000;

fn milliseconds(after: u64) -> Time {
    NOW + Time::from_millis(after)
}

#[test]
fn a_race_tells_who_answered_when_and_by_what_margin() {
    for v4 in [true, false] {
        let hosts = hosts(v4);
        let mut gateway = gateway(&hosts);
        let to_server = |flags, seq, ack| Tcp::new((hosts.client, PORT), (hosts.server, 80), flags, seq, ack);
        take(&mut gateway, NOW, Side::Inside, to_server(SYN, ISN, 0).frame(Side::Inside));
        for (place, mode, after) in [(1, Mode::B, 100), (0, Mode::A, 104), (2, Mode::C, 160)] {
            let frame = answer(&hosts, mode, hosts.replicas[place], PORT, ISN, 5000 + place as u32, milliseconds(after));
            take(&mut gateway, milliseconds(after), Side::Wan, frame);
        }
        let origin = Tcp::new((hosts.server, 80), (hosts.client, PORT), SYN | ACK, 9, ISN + 1);
        take(&mut gateway, milliseconds(170), Side::Wan, origin.frame(Side::Wan));
        let key = Key { client: hosts.client.into(), server: hosts.server.into(), client_port: PORT, server_port: 80 };
        let race = gateway.races().of(&key).unwrap();
        let who = |place: usize, mode| Some((hosts.replicas[place].into(), mode));
        assert_eq!(
            race.happened,
            [
                (NOW, Happened::Tagged),
                (milliseconds(100), Happened::Won(who(1, Mode::B))),
                (milliseconds(104), Happened::Lost(who(0, Mode::A))),
                (milliseconds(160), Happened::Lost(who(2, Mode::C))),
                (milliseconds(170), Happened::Lost(None)),
            ]
        );
        assert_eq!((race.won(), race.margin()), (Some((milliseconds(100), who(1, Mode::B))), Some(Time::from_millis(4))));
        let tallies = gateway.races().tallies();
        let counts = |of| tallies.get(&of).map(|tally| (tally.wins, tally.losses, tally.margins));
        // 4 ms lie between the bounds 2 and 5.
        assert_eq!(counts(Some(hosts.replicas[1].into())), Some((1, 0, [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])));
        assert_eq!(counts(None), Some((0, 1, [0; 11])));
    }
}

#[test]
fn why_a_syn_went_untagged_is_remembered_and_old_races_are_not() {
    let hosts = hosts(true);
    let mut gateway = ClientGateway::new(gateway::client::ClientSettings { entries: 8192, ..settings(&hosts) });
    for port in 0..5000 {
        let syn = Tcp::new((hosts.client, 10_000 + port), (hosts.server, 80), SYN, ISN, 0).payload(b"early");
        take(&mut gateway, NOW, Side::Inside, syn.frame(Side::Inside));
    }
    assert_eq!(gateway.races().newest().count(), 4096);
    let (key, race) = gateway.races().newest().next().unwrap();
    assert_eq!((key.client_port, &race.happened[..]), (14_999, &[(NOW, Happened::Untagged(Some(Count::UntaggedData)))][..]));
}

#[test]
fn a_dry_run_counts_and_changes_no_byte() {
    let hosts = hosts(true);
    let mut gateway = ClientGateway::new(gateway::client::ClientSettings { dry: true, ..settings(&hosts) });
    let syn = Tcp::new((hosts.client, PORT), (hosts.server, 80), SYN, ISN, 0);
    let frame = syn.frame(Side::Inside);
    assert_eq!(only(take(&mut gateway, NOW, Side::Inside, frame.clone()), Side::Wan), frame);
    let with_data = syn.payload(b"early").frame(Side::Inside);
    assert_eq!(only(take(&mut gateway, NOW, Side::Inside, with_data.clone()), Side::Wan), with_data);
    let counted = |count| gateway.counters().get(count);
    assert_eq!((counted(Count::WouldTag), counted(Count::UntaggedData), counted(Count::Tagged)), (1, 1, 0));
    assert_eq!(gateway.table().len(), 0);
}

#[test]
fn keys_are_exchanged_while_races_and_connections_go_on() {
    let hosts = hosts(true);
    let mut gateway = gateway(&hosts);
    let syn = |port| Tcp::new((hosts.client, port), (hosts.server, 80), SYN, ISN, 0).frame(Side::Inside);
    take(&mut gateway, NOW, Side::Inside, syn(PORT));
    take(&mut gateway, NOW, Side::Wan, answer(&hosts, Mode::A, hosts.replicas[0], PORT, ISN, 5000, NOW));
    take(&mut gateway, NOW, Side::Inside, syn(PORT + 1));
    // The new key is used, the old one counts.
    let mut other = settings(&hosts);
    other.sites[0].trust = Trust::Keys(KeyRing::new(4, *b"fedcba9876543210").with(3, KEY));
    gateway.reconfigure(other.clone());
    only(take(&mut gateway, NOW, Side::Wan, answer(&hosts, Mode::A, hosts.replicas[0], PORT + 1, ISN, 5000, NOW)), Side::Inside);
    let ack = Tcp::new((hosts.client, PORT), (hosts.server, 80), ACK, ISN + 1, 5001).frame(Side::Inside);
    assert_eq!(read(&only(take(&mut gateway, NOW, Side::Inside, ack), Side::Wan)).1.to, (hosts.replicas[0], 80), "still carried");
    let tagged = read(&only(take(&mut gateway, NOW, Side::Inside, syn(PORT + 2)), Side::Wan)).1;
    assert_eq!(tag_of(&tagged).unwrap()[4] >> 4, 4, "the new key's id");
    // Without the old one its answers are forged.
    other.sites[0].trust = Trust::Keys(KeyRing::new(4, *b"fedcba9876543210"));
    gateway.reconfigure(other);
    let old = answer(&hosts, Mode::A, hosts.replicas[0], PORT + 2, ISN, 5000, NOW);
    assert_eq!(take(&mut gateway, NOW, Side::Wan, old), []);
    assert_eq!(gateway.counters().get(Count::SynAckForged), 1);
}

//! The server's gateway: what is copied, when it leaves, and what is never copied.

mod common;

use common::{ACK, Hosts, LINUX, NOW, RST, SYN, Tcp, hosts, read, tag_of, trust};
use gateway::counters::Count;
use gateway::hold::Hold;
use gateway::rate::Rate;
use gateway::server::{Class, ServerSettings};
use gateway::tag::{EXID, Subject};
use gateway::{Frame, Mode, Output, Prefix, ServerGateway, Side, Time};

const ISN: u32 = 1000;

fn prefix(hosts: &Hosts, of: std::net::IpAddr) -> Prefix {
    Prefix::new(of, if hosts.client.is_ipv4() { 32 } else { 128 }).unwrap()
}

fn settings(hosts: &Hosts, hold: Hold) -> ServerSettings {
    let servers = vec![(prefix(hosts, hosts.server), 80..=80)];
    ServerSettings {
        own: vec![hosts.gateway.into()],
        classes: vec![Class { servers, replicas: hosts.replicas.map(Into::into).to_vec(), hold, exceptions: Vec::new() }],
        gateways: vec![(prefix(hosts, hosts.client), trust())],
        ..ServerSettings::default()
    }
}

/// Delays of 45, 60 and 100 ms are known.
fn gateway(settings: ServerSettings) -> ServerGateway {
    let mut gateway = ServerGateway::new(settings);
    for (replica, round_trip) in [90, 120, 200].into_iter().enumerate() {
        gateway.delay(0, replica).unwrap().sample(Time::from_millis(round_trip));
    }
    gateway
}

fn plain(hosts: &Hosts, isn: u32) -> Tcp {
    Tcp::new((hosts.client, 4000), (hosts.server, 80), SYN, isn, 0)
}

fn tagged(hosts: &Hosts, isn: u32) -> Tcp {
    let (client, server) = (hosts.client.into(), hosts.server.into());
    let subject = Subject { client, server, replica: None, client_port: 4000, server_port: 80, client_isn: isn };
    let tag = trust().tag(&Mode::ALL, &subject, NOW).write(EXID);
    plain(hosts, isn).options(&[&LINUX[..], &[1, 1, 1], &tag].concat())
}

fn take(gateway: &mut ServerGateway, now: Time, tcp: &Tcp) -> Vec<Output> {
    let mut out = Vec::new();
    gateway.take(now, Side::Wan, tcp.frame(Side::Wan), &mut out);
    out
}

/// All that leaves until nothing is held, each with its milliseconds.
fn all(gateway: &mut ServerGateway, first: Vec<Output>) -> Vec<(u64, Output)> {
    let mut all: Vec<_> = first.into_iter().map(|output| (0, output)).collect();
    while let Some(next) = gateway.next() {
        let mut out = Vec::new();
        gateway.poll(next, &mut out);
        assert_ne!(out, [], "what is due leaves");
        all.extend(out.into_iter().map(|output| ((next - NOW).as_millis() as u64, output)));
    }
    all
}

#[test]
fn a_tagged_syn_is_copied_to_every_replica_and_the_original_goes_on_without_the_tag() {
    for v4 in [true, false] {
        let hosts = hosts(v4);
        for (hold, times) in
            [(Hold::Off, [0, 0, 0, 0]), (Hold::Equal, [55, 40, 0, 100]), (Hold::HeadStart(Time::from_millis(46)), [1, 0, 0, 46])]
        {
            let mut gateway = gateway(settings(&hosts, hold));
            let syn = tagged(&hosts, ISN);
            let out = take(&mut gateway, NOW, &syn);
            let mut sent = all(&mut gateway, out);
            let origin = sent.iter().position(|(_, output)| output.side == Side::Inside).unwrap();
            let (time, original) = sent.remove(origin);
            assert_eq!((time, read(&original.frame)), (times[3], (None, plain(&hosts, ISN))));
            let mut copied: Vec<_> = sent.iter().map(|(time, output)| (read(&output.frame), *time)).collect();
            copied.sort_by_key(|((outer, _), _)| outer.map(|(_, to, _)| to));
            // MSS: 1,500 bytes less the tunnel's 28 or 48 and the headers' 40 or 60.
            let mut options = syn.options.clone();
            options[2..4].copy_from_slice(&if v4 { 1432_u16 } else { 1392 }.to_be_bytes());
            for (replica, (((outer, copy), time), expected)) in copied.into_iter().zip(times).enumerate() {
                assert_eq!(outer, Some((hosts.gateway, hosts.replicas[replica], 6080)));
                assert_eq!((copy, time), (Tcp { options: options.clone(), ..syn.clone() }, expected), "{hold:?}");
            }
        }
    }
}

#[test]
fn no_copy_is_made_of_what_has_no_right_tag() {
    let hosts = hosts(true);
    let mut forged = tagged(&hosts, ISN);
    *forged.options.last_mut().unwrap() ^= 1;
    let replayed = Tcp { seq: ISN + 1, ..tagged(&hosts, ISN) };
    let forbidden = plain(&hosts, ISN).options(&[253, 13, 0x54, 0x44, 0x30, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1, 1]);
    let open = plain(&hosts, ISN).options(&[253, 5, 0x54, 0x44, 0x3f, 1, 1, 1]);
    for (syn, count) in
        [(forged, Count::BadMac), (replayed, Count::BadMac), (open, Count::BadMac), (forbidden, Count::UntaggedClientForbids)]
    {
        let mut gateway = gateway(settings(&hosts, Hold::Equal));
        let out = take(&mut gateway, NOW, &syn);
        let sent: Vec<_> = out.iter().map(|output| (output.side, read(&output.frame).1)).collect();
        assert_eq!(sent.len(), 1);
        assert_eq!((sent[0].0, tag_of(&sent[0].1), gateway.next()), (Side::Inside, None, None));
        assert_eq!(gateway.counters().seen().collect::<Vec<_>>(), [(count.name(), 1)]);
    }
    let mut late = gateway(settings(&hosts, Hold::Off));
    assert_eq!(take(&mut late, NOW + Time::from_secs(192), &tagged(&hosts, ISN)).len(), 1, "a captured tag is worth nothing after 192 s");
    let mut strange = settings(&hosts, Hold::Off);
    strange.gateways.clear();
    assert_eq!(take(&mut gateway(strange), NOW, &tagged(&hosts, ISN)).len(), 1);
    let mut dynamic = settings(&hosts, Hold::Off);
    dynamic.classes[0].replicas.clear();
    let mut dynamic = ServerGateway::new(dynamic);
    assert_eq!((take(&mut dynamic, NOW, &tagged(&hosts, ISN)).len(), dynamic.counters().get(Count::NotReplicated)), (1, 1));
}

#[test]
fn a_class_makes_exceptions_of_clients_by_their_prefix() {
    let hosts = hosts(true);
    let client = prefix(&hosts, hosts.client);
    let wide = Prefix::new(hosts.client, 8).unwrap();
    let leaves = |exceptions: Vec<(Prefix, Option<Hold>)>| {
        let mut settings = settings(&hosts, Hold::Equal);
        settings.classes[0].exceptions = exceptions;
        let mut gateway = gateway(settings);
        let first = take(&mut gateway, NOW, &tagged(&hosts, ISN));
        let excluded = gateway.counters().get(Count::ClassExcluded);
        let times: Vec<u64> = all(&mut gateway, first).into_iter().map(|(after, _)| after).collect();
        (times, excluded)
    };
    // With `Equal` the copies leave at 55, 40 and 0 ms, and the original at 100.
    assert_eq!(leaves(Vec::new()), (vec![0, 40, 55, 100], 0));
    assert_eq!(leaves(vec![(client, Some(Hold::Off)), (wide, None)]), (vec![0; 4], 0), "the first that has the client counts");
    assert_eq!(leaves(vec![(client, None)]), (vec![0], 1), "the original alone");
}

#[test]
fn untagged_syns_and_other_frames_pass_as_they_are() {
    let hosts = hosts(true);
    let mut gateway = gateway(settings(&hosts, Hold::Equal));
    let data = Tcp::new((hosts.client, 4000), (hosts.server, 80), ACK, 1, 2).payload(b"x");
    for segment in [plain(&hosts, ISN), data] {
        let out = take(&mut gateway, NOW, &segment);
        assert_eq!(out, [Output { side: Side::Inside, frame: segment.frame(Side::Wan) }]);
    }
    let mut out = Vec::new();
    let arp = Frame::ethernet(&[0xff; 60]);
    gateway.take(NOW, Side::Inside, arp.clone(), &mut out);
    assert_eq!(out, [Output { side: Side::Wan, frame: arp }]);
}

#[test]
fn copies_are_bounded_for_a_network_and_the_rest_goes_to_the_server() {
    let hosts = hosts(true);
    let mut bounded = settings(&hosts, Hold::Off);
    bounded.rates[1] = Rate { per_second: 1.0, burst: 3.0 };
    let mut gateway = gateway(bounded);
    let copies: Vec<_> = (0..5).map(|isn| take(&mut gateway, NOW, &tagged(&hosts, isn)).len() - 1).collect();
    assert_eq!(copies, [3, 3, 3, 0, 0]);
    assert_eq!(gateway.counters().get(Count::CopyLimited), 2);
    assert_eq!(take(&mut gateway, NOW + Time::from_secs(1), &tagged(&hosts, 9)).len(), 4);
}

#[test]
fn a_retransmitted_syn_joins_the_held_one_and_a_rst_or_another_number_cancels_it() {
    let hosts = hosts(true);
    let mut gateway = gateway(settings(&hosts, Hold::Equal));
    let sides = |out: &[Output]| out.iter().map(|output| output.side).collect::<Vec<_>>();
    let at_once = take(&mut gateway, NOW, &tagged(&hosts, ISN));
    assert_eq!(sides(&at_once), [Side::Wan], "the farthest replica's copy");
    for again in [tagged(&hosts, ISN), plain(&hosts, ISN)] {
        assert_eq!(take(&mut gateway, NOW, &again), []);
    }
    assert_eq!(gateway.counters().get(Count::HoldJoined), 2);
    // Another number: only what belongs to it leaves later.
    take(&mut gateway, NOW, &tagged(&hosts, ISN + 1));
    let later = all(&mut gateway, Vec::new());
    let numbers: Vec<_> = later.iter().map(|(_, output)| read(&output.frame).1.seq).collect();
    assert_eq!(numbers, [ISN + 1; 3]);
    take(&mut gateway, NOW, &tagged(&hosts, ISN + 2));
    let rst = Tcp::new((hosts.client, 4000), (hosts.server, 80), RST, ISN + 3, 0);
    assert_eq!(sides(&take(&mut gateway, NOW, &rst)), [Side::Inside]);
    assert_eq!((gateway.next(), gateway.counters().get(Count::HoldCancelled)), (None, 2));
}

#[test]
fn beyond_as_many_holds_as_allowed_syns_leave_at_once() {
    let hosts = hosts(true);
    let mut gateway = gateway(ServerSettings { holds: 1, ..settings(&hosts, Hold::Equal) });
    assert_eq!(take(&mut gateway, NOW, &tagged(&hosts, ISN)).len(), 1);
    let (client, server) = (hosts.client.into(), hosts.server.into());
    let subject = Subject { client, server, replica: None, client_port: 4001, server_port: 80, client_isn: 5 };
    let tag = trust().tag(&Mode::ALL, &subject, NOW).write(EXID);
    let other = Tcp::new((hosts.client, 4001), (hosts.server, 80), SYN, 5, 0).options(&[&LINUX[..], &[1, 1, 1], &tag].concat());
    assert_eq!(take(&mut gateway, NOW, &other).len(), 4);
    assert_eq!(gateway.counters().get(Count::HoldsFull), 1);
}

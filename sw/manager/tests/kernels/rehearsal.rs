//! The drivers' program beside the filter: both get the same frames, and make the same of them. The kernel runs the program without a driver.

use crate::namespace::as_root_of_the_host;
use crate::site::Site;
use etherparse::PacketBuilder;
use flow::carrier::CARRIED_AFTER;
use flow::table::{Table, memory};
use flow::{
    Endpoint, Filter, Hop, Interface, Key, OnDown, OriginationRate, Outbox, Refusal, Server, ServerState, Service, Settings, Tables, To,
    Translation, Vlans,
};
use manager::bulk::Bulk;
use ring::xdp::features::{Feature, switch};
use ring::xdp::{Flows, Steering};
use slowpath::Bounds;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

type Mac = [u8; 6];
const MANAGER: [Mac; 2] = [[2, 0, 0, 0, 0, 0xfe], [2, 0, 0, 0, 0, 0xfd]];
const CLIENT: Mac = [2, 0, 0, 0, 0, 1];
const SERVER: Mac = [2, 0, 0, 0, 0, 2];
const DESTINATION: u16 = 80;
const FULL: u16 = 81;
const TCP: u8 = 6;
const UDP: u8 = 17;

fn address(text: &str) -> [u8; 16] {
    flow::address(text.parse().unwrap())
}

/// A service of each family, protocol and translation.
fn settings() -> Settings {
    let interface = |mac| Interface { mac, mtu: 1500, addresses: [None; 2] };
    let hop = Some(Hop { interface: 1, mac: SERVER });
    let server = |at| Server { address: address(at), port: 8080, hop, state: ServerState::Enabled };
    let mut services = vec![];
    for (number, (at, pool)) in [("198.51.100.7", "203.0.113.9"), ("2001:db8:1::7", "2001:db8:9::9")].into_iter().enumerate() {
        for (protocol, port) in [(TCP, DESTINATION), (TCP, FULL), (UDP, DESTINATION), (UDP, FULL)] {
            services.push(Service {
                address: address(at),
                protocol,
                ports: port..=port,
                translation: if port == FULL { Translation::Full(vec![address(pool)]) } else { Translation::Destination },
                affinity: false,
                entries: Box::new([number as u16]),
                refusal: Refusal::Reset,
                on_down: OnDown::Keep,
            });
        }
    }
    let servers = vec![server("10.0.0.1"), server("2001:db8:a::1")];
    Settings { interfaces: MANAGER.map(interface).into(), services, servers, ..Settings::default() }
}

/// A frame of `length` bytes of payload; of TCP with SYN, ACK or both.
fn frame(macs: [Mac; 2], from: Endpoint, to: Endpoint, (protocol, syn, ack): (u8, bool, bool), length: usize) -> Vec<u8> {
    let (mut frame, payload) = (vec![], (0..length).map(|at| (at * 31 + length) as u8).collect::<Vec<u8>>());
    macro_rules! write {
        ($network:expr) => {
            if protocol == UDP {
                $network.udp(from.port, to.port).write(&mut frame, &payload).unwrap()
            } else {
                // The server's numbers begin at 500, the client's at 100.
                let (own, others) = if to.port == 8080 || from.port != 8080 { (100, 500) } else { (500, 100) };
                let tcp = $network.tcp(from.port, to.port, if syn { own } else { own + 1 }, 5000);
                let tcp = if syn { tcp.syn() } else { tcp };
                (if ack { tcp.ack(others + 1) } else { tcp }).write(&mut frame, &payload).unwrap()
            }
        };
    }
    let ip = |end: Endpoint| std::net::Ipv6Addr::from(end.address).to_canonical();
    let link = PacketBuilder::ethernet2(macs[1], macs[0]);
    match (ip(from), ip(to)) {
        (IpAddr::V4(from), IpAddr::V4(to)) => write!(link.ipv4(from.octets(), to.octets(), 64)),
        (IpAddr::V6(from), IpAddr::V6(to)) => write!(link.ipv6(from.octets(), to.octets(), 64)),
        _ => unreachable!("both are of one family"),
    }
    frame
}

#[test]
fn a_program_makes_of_a_frame_what_the_filter_makes_of_it() {
    as_root_of_the_host("rehearsal::a_program_makes_of_a_frame_what_the_filter_makes_of_it", || {
        let site = Site::with_queues(false, 1);
        for host in [&site.client, &site.servers[0]] {
            host.within(|| switch("wire", Feature::Gro, true)).unwrap();
        }
        site.manager.within(|| {
            let names = ["outer", "inner0"].map(str::to_owned);
            let bulk = Bulk::new(Flows::new().unwrap(), &names).unwrap();
            assert_eq!(bulk.look(true), Vec::<String>::new());
            bulk.resume(1).unwrap();
            let steering = Steering::carrying(&names, 1, Some(bulk.flows())).unwrap();
            let (memory, tables) = (memory(64), Tables::new(settings(), None).with_generation(1));
            let table = Table::new(&memory, 64, [1, 2]);
            let mut filter = Filter::new(table, 0, OriginationRate::default(), Bounds::default()).with_carrier(Some(&bulk));
            let now = Duration::from_secs(1000);
            let mut take = |interface: u16, frame: &[u8]| {
                let (mut frame, mut out) = (frame.to_vec(), Outbox::default());
                let verdict = filter.take(&tables, now, interface, &mut frame, &mut out);
                assert!(matches!(verdict.to, Some(To::Hop(_))), "{verdict:?}");
                frame
            };
            for (at, client) in [("198.51.100.7", "192.0.2.1:40000"), ("2001:db8:1::7", "[2001:db8:c::1]:40000")] {
                for (protocol, port) in [(TCP, DESTINATION), (TCP, FULL), (UDP, DESTINATION), (UDP, FULL)] {
                    let client: SocketAddr = client.parse().unwrap();
                    let client = Endpoint { address: flow::address(client.ip()), port: client.port() };
                    let at = Endpoint { address: address(at), port };
                    let (to_server, to_client) = ([MANAGER[0], CLIENT], [MANAGER[1], SERVER]);
                    take(0, &frame(to_server, client, at, (protocol, true, false), 20));
                    let key = Key { source: client, destination: at, protocol, vlans: Vlans::NONE };
                    let answers = table.find(&key).unwrap().1.server.unwrap();
                    assert_eq!(answers.destination.address != client.address, port == FULL);
                    take(1, &frame(to_client, answers.source, answers.destination, (protocol, true, true), 20));
                    let comes = |interface: u16, length| match interface {
                        0 => frame(to_server, client, at, (protocol, false, true), length),
                        _ => frame(to_client, answers.source, answers.destination, (protocol, false, true), length),
                    };
                    for interface in [0, 1] {
                        let before = comes(interface, 20);
                        assert_eq!(steering.rehearse(interface.into(), &before).unwrap(), (false, before), "nobody has offered it");
                        (0..CARRIED_AFTER).for_each(|_| drop(take(interface, &comes(interface, 20))));
                    }
                    for (interface, length) in
                        [0, 1].into_iter().flat_map(|interface| [12, 13, 500, 1201].map(|length| (interface, length)))
                    {
                        let comes = comes(interface, length);
                        let by_filter = take(interface, &comes);
                        let by_program = steering.rehearse(interface.into(), &comes).unwrap();
                        assert_eq!(by_program, (true, by_filter), "protocol {protocol}, port {port}, {length} bytes");
                    }
                    assert!(bulk.carried(&key)[0] == 4 && bulk.carried(&answers)[0] == 4);
                }
            }
        });
    });
}

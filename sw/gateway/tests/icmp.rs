//! ICMP errors: in each state and mode, read by another parser.

mod common;

use common::{ACK, Hosts, NOW, SYN, Tcp, answer, gateway, hosts, only, take};
use etherparse::{Icmpv4Type, Icmpv6Type, PacketBuilder, SlicedPacket, TransportSlice};
use gateway::counters::Count;
use gateway::{ClientGateway, Frame, Mode, Side};
use std::net::IpAddr;

const PORT: u16 = 4000;
const ISN: u32 = 1000;
const ANSWER: u32 = 9000;
const MTU: u32 = 1400;

/// An error from a router or a host about a packet of the client, of which it quotes 100 bytes.
fn error(hosts: &Hosts, from: IpAddr, about: &[u8], too_big: bool, mtu: u32) -> Frame {
    quoting(100, hosts, from, about, too_big, mtu)
}

/// The same, quoting so many bytes.
fn quoting(length: usize, hosts: &Hosts, from: IpAddr, about: &[u8], too_big: bool, mtu: u32) -> Frame {
    let ethernet = PacketBuilder::ethernet2(common::MACS[1], common::MACS[0]);
    let mut bytes = Vec::new();
    let (word, quote) = (mtu.to_be_bytes(), &about[14..about.len().min(14 + length)]);
    match (from, hosts.client) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let builder = ethernet.ipv4(from.octets(), to.octets(), 60);
            builder.icmpv4_raw(3, if too_big { 4 } else { 1 }, word).write(&mut bytes, quote).unwrap();
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            let builder = ethernet.ipv6(from.octets(), to.octets(), 60);
            builder.icmpv6_raw(if too_big { 2 } else { 1 }, 0, word).write(&mut bytes, quote).unwrap();
        }
        _ => panic!("two families"),
    }
    Frame::ethernet(&bytes)
}

/// Source, MTU and quote of an error whose checksum is right.
#[track_caller]
fn read(frame: &Frame, hosts: &Hosts) -> (IpAddr, u32, Vec<u8>) {
    let sliced = SlicedPacket::from_ethernet(frame.bytes()).unwrap();
    let view = gateway::frame::View::of(frame.packet()).unwrap();
    let source = view.source.ip();
    let bytes: [u8; 8] = match sliced.transport {
        Some(TransportSlice::Icmpv4(icmp)) => {
            let header = icmp.header();
            assert_eq!(header.checksum, header.icmp_type.calc_checksum(icmp.payload()));
            assert!(matches!(header.icmp_type, Icmpv4Type::DestinationUnreachable(_)));
            icmp.slice()[..8].try_into().unwrap()
        }
        Some(TransportSlice::Icmpv6(icmp)) => {
            let (IpAddr::V6(from), IpAddr::V6(to)) = (source, hosts.client) else { panic!("two families") };
            assert!(icmp.is_checksum_valid(from.octets(), to.octets()));
            assert!(matches!(icmp.header().icmp_type, Icmpv6Type::PacketTooBig { .. } | Icmpv6Type::DestinationUnreachable(_)));
            icmp.slice()[..8].try_into().unwrap()
        }
        _ => panic!("no ICMP"),
    };
    let quote = frame.packet()[view.transport + 8..].to_vec();
    (source, u32::from_be_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]), quote)
}

fn begun(hosts: &Hosts) -> ClientGateway {
    let mut gateway = gateway(hosts);
    let syn = Tcp::new((hosts.client, PORT), (hosts.server, 80), SYN, ISN, 0);
    take(&mut gateway, NOW, Side::Inside, syn.frame(Side::Inside));
    gateway
}

fn bound(hosts: &Hosts, mode: Mode) -> ClientGateway {
    let mut gateway = begun(hosts);
    take(&mut gateway, NOW, Side::Wan, answer(hosts, mode, hosts.replicas[0], PORT, ISN, ANSWER, NOW));
    gateway
}

fn router(hosts: &Hosts) -> IpAddr {
    if hosts.client.is_ipv4() { "100.64.0.1" } else { "2001:db8:99::1" }.parse().unwrap()
}

fn segment(hosts: &Hosts) -> Tcp {
    Tcp::new((hosts.client, PORT), (hosts.server, 80), ACK, ISN + 1, ANSWER + 1).payload(&[1; 1200])
}

#[test]
fn an_error_about_what_went_to_the_winner_quotes_what_the_client_has_sent() {
    for v4 in [true, false] {
        let hosts = hosts(v4);
        for mode in Mode::ALL {
            for too_big in [true, false] {
                for from in [router(&hosts), hosts.replicas[0]] {
                    let mut gateway = bound(&hosts, mode);
                    let sent = segment(&hosts).frame(Side::Inside);
                    let went = only(take(&mut gateway, NOW, Side::Inside, sent.clone()), Side::Wan);
                    let frame = error(&hosts, from, went.bytes(), too_big, if too_big { MTU } else { 0 });
                    let mended = only(take(&mut gateway, NOW, Side::Wan, frame), Side::Inside);
                    let (source, mtu, quote) = read(&mended, &hosts);
                    let tunnel = if mode == Mode::C { if v4 { 28 } else { 48 } } else { 0 };
                    assert_eq!(mtu, if too_big { MTU - tunnel } else { 0 }, "{mode:?}");
                    assert_eq!(source, if from == hosts.replicas[0] { hosts.server } else { from }, "never the replica");
                    assert_eq!(quote, sent.packet()[..quote.len()], "{mode:?}");
                    assert!(quote.len() >= 40);
                }
            }
        }
    }
}

#[test]
fn during_the_race_too_big_passes_and_a_refusal_is_held() {
    for v4 in [true, false] {
        let hosts = hosts(v4);
        for (too_big, passes) in [(true, true), (false, false)] {
            let mut gateway = begun(&hosts);
            let frame = error(&hosts, router(&hosts), &segment(&hosts).bytes(Side::Inside), too_big, 0);
            let out = take(&mut gateway, NOW, Side::Wan, frame.clone());
            assert_eq!(out.len(), usize::from(passes));
            let mut later = Vec::new();
            gateway.poll(NOW + std::time::Duration::from_secs(1), &mut later);
            assert_eq!(later.len(), usize::from(!passes), "delivered, as nobody answered");
            assert_eq!(out.iter().chain(&later).next().unwrap().frame, frame);
        }
    }
}

#[test]
fn an_error_about_the_losing_server_is_dropped_and_one_about_a_stranger_passes() {
    let hosts = hosts(true);
    let mut gateway = bound(&hosts, Mode::A);
    let about_server = error(&hosts, router(&hosts), &segment(&hosts).bytes(Side::Inside), false, 0);
    assert_eq!(take(&mut gateway, NOW, Side::Wan, about_server), []);
    assert_eq!(gateway.counters().get(Count::IcmpDropped), 1);
    let other = Tcp { from: (hosts.client, PORT + 1), ..segment(&hosts) };
    let stranger = error(&hosts, router(&hosts), &other.bytes(Side::Inside), true, MTU);
    assert_eq!(only(take(&mut gateway, NOW, Side::Wan, stranger.clone()), Side::Inside), stranger);
}

#[test]
fn an_error_with_a_wrong_checksum_is_not_made_a_right_one() {
    let hosts = hosts(true);
    let mut gateway = bound(&hosts, Mode::A);
    let went = only(take(&mut gateway, NOW, Side::Inside, segment(&hosts).frame(Side::Inside)), Side::Wan);
    let mut bytes = error(&hosts, router(&hosts), went.bytes(), true, MTU).bytes().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    assert_eq!(take(&mut gateway, NOW, Side::Wan, Frame::ethernet(&bytes)), []);
}

#[test]
fn a_path_too_narrow_for_a_tunnel_of_ipv6_takes_mode_c_out_of_the_next_tags() {
    let hosts = hosts(false);
    for (mtu, offered) in [(1327, false), (1328, true)] {
        let mut gateway = bound(&hosts, Mode::C);
        let went = only(take(&mut gateway, NOW, Side::Inside, segment(&hosts).frame(Side::Inside)), Side::Wan);
        take(&mut gateway, NOW, Side::Wan, error(&hosts, router(&hosts), went.bytes(), true, mtu));
        for (seconds, c) in [(1, offered), (599, offered), (600, true)] {
            let syn = Tcp::new((hosts.client, PORT + 1 + seconds), (hosts.server, 80), SYN, 5, 0);
            let now = NOW + std::time::Duration::from_secs(seconds.into());
            let (_, tagged) = common::read(&only(take(&mut gateway, now, Side::Inside, syn.frame(Side::Inside)), Side::Wan));
            assert_eq!(common::tag_of(&tagged).unwrap()[4] & 8 != 0, c, "{mtu} {seconds}");
        }
    }
}

/// What a replica of mode B sends in the server's name comes back to the server's site if it is too big.
#[test]
fn too_big_about_the_server_s_segments_is_copied_to_the_replicas_and_heeded_in_mode_b() {
    use gateway::hold::Hold;
    use gateway::replica::{self, To};
    use gateway::server::{self, Class};
    for v4 in [true, false] {
        let hosts = hosts(v4);
        let servers = common::settings(&hosts).sites[0].servers.clone();
        let class = Class { servers, replicas: hosts.replicas.map(Into::into).to_vec(), hold: Hold::Off, exceptions: Vec::new() };
        let own = vec![hosts.gateway.into()];
        let settings = server::ServerSettings { own: own.clone(), classes: vec![class], ..server::ServerSettings::default() };
        let data = Tcp::new((hosts.server, 80), (hosts.client, PORT), ACK, 1, 2).payload(&[0; 1400]);
        let to_server = Hosts { client: hosts.server, ..hosts };
        for (too_big, copies) in [(true, 3), (false, 0)] {
            let frame = error(&to_server, router(&hosts), &data.bytes(Side::Inside), too_big, if too_big { MTU } else { 0 });
            let mut out = Vec::new();
            gateway::ServerGateway::new(settings.clone()).take(NOW, Side::Wan, frame.clone(), &mut out);
            let (inside, wan): (Vec<_>, Vec<_>) = out.into_iter().partition(|output| output.side == Side::Inside);
            assert_eq!((only(inside, Side::Inside), wan.len()), (frame.clone(), copies));
            for output in wan {
                for mode in Mode::ALL {
                    let servers = vec![(hosts.server.into(), 80)];
                    let settings = replica::ReplicaSettings { mode, gateways: own.clone(), servers, ..replica::ReplicaSettings::default() };
                    let mut to_host = Vec::new();
                    gateway::Agent::new(settings).from_network(NOW, output.frame.clone(), &mut to_host);
                    let heard: Vec<_> = to_host.iter().map(|(to, frame)| (*to, frame.packet())).collect();
                    assert_eq!(heard, if mode == Mode::B { vec![(To::Host, frame.packet())] } else { vec![] });
                }
            }
        }
    }
}

/// A router of IPv6 quotes up to 1,232 bytes, and the narrow path may be on the copy's own way: in a tunnel the whole error would be refused, too.
#[test]
fn a_copied_error_fits_every_path_in_its_tunnel() {
    use gateway::hold::Hold;
    use gateway::server::{self, Class};
    for v4 in [true, false] {
        let hosts = hosts(v4);
        let servers = common::settings(&hosts).sites[0].servers.clone();
        let class = Class { servers, replicas: vec![hosts.replicas[0].into()], hold: Hold::Off, exceptions: Vec::new() };
        let settings =
            server::ServerSettings { own: vec![hosts.gateway.into()], classes: vec![class], ..server::ServerSettings::default() };
        let data = Tcp::new((hosts.server, 80), (hosts.client, PORT), ACK, 1, 2).payload(&[3; 1400]).bytes(Side::Inside);
        let to_server = Hosts { client: hosts.server, ..hosts };
        let frame = quoting(1232, &to_server, router(&hosts), &data, true, 1300);
        let mut out = Vec::new();
        gateway::ServerGateway::new(settings).take(NOW, Side::Wan, frame.clone(), &mut out);
        let [copy, whole] = &out[..] else { panic!("{out:?}") };
        assert_eq!((&whole.frame, whole.side), (&frame, Side::Inside), "the server's own is as it was");
        let overhead = if v4 { 28 } else { 48 };
        assert_eq!((copy.side, copy.frame.packet().len()), (Side::Wan, 1280));
        let link = &copy.frame.bytes()[..14];
        let inside = Frame::ethernet(&[link, &copy.frame.packet()[overhead..]].concat());
        let (source, mtu, quote) = read(&inside, &to_server);
        assert_eq!((source, mtu), (router(&hosts), 1300));
        assert_eq!(quote, data[14..14 + quote.len()]);
    }
}

/// A router between the client and its gateway refuses what the winner has sent: the winner hears of its own segment.
#[test]
fn an_error_of_the_client_s_own_network_reaches_who_has_sent_the_segment() {
    use gateway::replica::{self, To};
    for v4 in [true, false] {
        let hosts = hosts(v4);
        for mode in Mode::ALL {
            let mut gateway = bound(&hosts, mode);
            let data = Tcp::new((hosts.server, 80), (hosts.client, PORT), ACK, ANSWER + 1, ISN + 1).payload(&[0; 1200]);
            let to_server = Hosts { client: hosts.server, ..hosts };
            let frame = error(&to_server, router(&hosts), &data.bytes(Side::Wan), true, MTU);
            let went = only(take(&mut gateway, NOW, Side::Inside, frame.clone()), Side::Wan);
            // As the replica has sent it, up to what is quoted.
            let sender = if mode == Mode::A { hosts.replicas[0] } else { hosts.server };
            let sent = Tcp { from: (sender, 80), ..data.clone() }.bytes(Side::Wan);
            let mut heard = went.clone();
            if mode == Mode::C {
                let servers = vec![(hosts.server.into(), 80)];
                let mut out = Vec::new();
                let mut agent = gateway::Agent::new(replica::ReplicaSettings { mode, servers, ..replica::ReplicaSettings::default() });
                agent.from_network(NOW, went, &mut out);
                let [(To::Host, cracked)] = &out[..] else { panic!("{out:?}") };
                heard = cracked.clone();
                // Nobody else's word is taken for the client's.
                let foreign = Hosts { client: hosts.replicas[1], ..hosts };
                let about = Tcp { to: (foreign.client, PORT), from: (hosts.server, 80), ..data.clone() };
                let forged = error(&to_server, router(&hosts), &about.bytes(Side::Wan), true, MTU);
                assert_eq!(
                    only(take(&mut gateway, NOW, Side::Inside, forged.clone()), Side::Wan),
                    forged,
                    "no connection of ours: as it is"
                );
            }
            let destination = if mode == Mode::C { hosts.server } else { hosts.replicas[0] };
            let (source, mtu, quote) = read(&heard, &Hosts { client: destination, ..hosts });
            assert_eq!((source, mtu), (router(&hosts), MTU), "{mode:?}");
            assert_eq!(quote, sent[14..14 + quote.len()], "{mode:?}");
            assert_eq!(gateway.counters().get(Count::IcmpMended), 1);
        }
        let mut racing = begun(&hosts);
        let data = Tcp::new((hosts.server, 80), (hosts.client, PORT), ACK, 1, 2);
        let frame = error(&Hosts { client: hosts.server, ..hosts }, router(&hosts), &data.bytes(Side::Wan), true, MTU);
        assert_eq!(only(take(&mut racing, NOW, Side::Inside, frame.clone()), Side::Wan), frame, "to the server, as it is");
    }
}

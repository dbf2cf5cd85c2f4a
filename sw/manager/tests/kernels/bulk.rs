//! What the drivers' programs carry alone, between kernels.

use crate::namespace::{Host, as_root_of_the_host};
use crate::site::{PORT, Running, Site, talk, until};
use crate::{apply, balance, configuration, hand_out, is_reset, quiet, settled, told_of};
use manager::ask::{Answer, Ask};
use manager::report::{Connection, Report};
use ring::xdp::features::{Feature, switch};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

const INTERFACES: [&str; 3] = ["outer", "inner0", "inner1"];
/// Transfers of which one at least is carried by programs for the most part, whatever else the machine does.
const TRANSFERS: usize = 8;
/// The port of the service with full translation.
const FULL: u16 = 81;

fn hosts(site: &Site) -> [&Host; 3] {
    [&site.client, &site.servers[0], &site.servers[1]]
}

/// Frames come as from a wire: with their checksums, and not longer than the MTU.
fn finish_checksums(site: &Site) {
    hosts(site).iter().for_each(|host| host.within(|| switch("wire", Feature::TransmitChecksums, false)).unwrap());
}

/// Whether the hosts' interfaces take redirected frames.
fn poll(site: &Site, on: bool) {
    hosts(site).iter().for_each(|host| host.within(|| switch("wire", Feature::Gro, on)).unwrap());
}

/// Without checks, and with a third service whose servers see a pool address.
fn text(site: &Site, v6: bool, state: &str) -> String {
    let (at, pool) = (site.virtual_address(), if v6 { "2001:db8:9::9" } else { "203.0.113.9" });
    let mut more = "closing = 60\n".to_owned();
    for (number, name) in ["first", "second"].iter().enumerate() {
        more += &format!("[[server]]\nname = \"{name}\"\naddress = \"{}\"\nport = {PORT}\n", site.server(number));
    }
    more += &format!(
        "[[service]]\nname = \"full\"\naddress = \"{at}\"\nports = {FULL}\ntranslation = \"full\"\npool = [\"{pool}\"]\n\
         servers = [\"first\", \"second\"]\n"
    );
    let text = quiet(&configuration(site, "xdp", state, &more)).replace("io = \"xdp\"", "io = \"xdp\"\nbulk = true");
    text.replace("udp = 1\n", "udp = 60\n").replacen("servers = [\"one\", \"two\"]", "servers = [\"one\", \"two\"]\non_down = \"reset\"", 1)
}

fn carried(report: &Report) -> u64 {
    report.frames.reasons.get("carried").copied().unwrap_or(0)
}

/// What the manager tells of a client's connection.
fn explained(site: &Site, running: &Running, from: SocketAddr, port: u16) -> Option<Connection> {
    let to = SocketAddr::new(site.virtual_address(), port);
    match running.ask(&Ask::Explain { protocol: 6, from, to }) {
        Answer::Explanation(explanation) => explanation.connection,
        other => panic!("{other:?}"),
    }
}

fn bytes(length: u32) -> Vec<u8> {
    (0..length).map(|at| (at * 7 % 251) as u8).collect()
}

#[test]
fn the_bulk_is_carried_by_programs_and_every_frame_is_accounted_for() {
    let name = "bulk::the_bulk_is_carried_by_programs_and_every_frame_is_accounted_for";
    as_root_of_the_host(name, || [false, true].into_iter().for_each(transfers));
}

fn transfers(v6: bool) {
    let site = Site::new(v6);
    (0..2).for_each(|number| site.serve(number));
    finish_checksums(&site);
    poll(&site, true);
    let before = INTERFACES.map(|interface| site.manager.received(interface));
    let text = text(&site, v6, "enabled");
    let mut running = site.start(&text);
    // So much that what waits for a worker at the beginning is the lesser part. A worker whose processor is others' offers the connection late.
    let bytes = bytes(32_000_000);
    for port in [PORT, FULL] {
        let (_, mut stream) = site.connect(port).unwrap();
        let mut transfer = || {
            let start = running.report();
            talk(&mut stream, &bytes);
            let report = settled(&running);
            balance(&report);
            let (all, by_programs) = (report.frames.received - start.frames.received, carried(&report) - carried(&start));
            eprintln!("v6 {v6}, port {port}: {by_programs} of {all} frames carried by programs");
            all > 40_000 && by_programs * 3 > all * 2
        };
        assert!((0..TRANSFERS).any(|_| transfer()), "port {port}: most frames of one transfer in {TRANSFERS}");
        let from = stream.local_addr().unwrap();
        let told = explained(&site, &running, from, port).unwrap();
        assert!(told.stage == "established" && told.carried[0] > 0, "{told:?}");
        // Two FINs end it: they are measured by what was acknowledged while no worker saw it.
        drop(stream);
        until("the connection is closed", || {
            explained(&site, &running, from, port).is_none_or(|told| told.stage == "closed" && told.carried == [0, 0])
        });
    }
    // A datagram of the client and its answer, many times.
    let start = carried(&running.report());
    let any = if v6 { "[::]:0" } else { "0.0.0.0:0" };
    let udp = site.client.within(|| UdpSocket::bind(any)).unwrap();
    udp.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut room = [0; 2048];
    for number in 0..200u32 {
        let datagram = number.to_be_bytes().repeat(1 + number as usize);
        udp.send_to(&datagram, (site.virtual_address(), PORT)).unwrap();
        let (length, _) = udp.recv_from(&mut room).unwrap();
        assert_eq!(room[..length], datagram);
    }
    let report = settled(&running);
    assert!(carried(&report) - start > 300, "{} of 400 datagrams", carried(&report) - start);
    balance(&report);
    for ((name, before), told) in INTERFACES.iter().zip(before).zip(&report.interfaces) {
        // Hosts of IPv6 send of themselves, also before the manager is there.
        assert!(v6 || site.manager.received(name) - before == told_of(told), "{name}: what came by the kernel's count");
        let rings = told.rings.unwrap();
        assert!(*name != "outer" || rings.carried > 0 && rings.carried_out > 0, "{rings:?}");
    }
    let both = report.interfaces.iter().map(|interface| interface.rings.unwrap());
    let (came, left) = both.fold((0, 0), |(came, left), rings| (came + rings.carried, left + rings.carried_out));
    assert_eq!((came, left), (carried(&report), carried(&report)));

    // Reloads and a process that takes over, while programs carry: nobody notices.
    let (_, mut stream) = site.connect(PORT).unwrap();
    let (_, mut other) = site.connect(FULL).unwrap();
    for state in ["draining", "enabled"] {
        [&mut stream, &mut other].into_iter().for_each(|stream| talk(stream, &bytes[..500_000]));
        apply(&site, &running, self::text(&site, v6, state));
        [&mut stream, &mut other].into_iter().for_each(|stream| talk(stream, &bytes[..500_000]));
    }
    // What is silent is taken back, and its connection stays.
    let from = other.local_addr().unwrap();
    until("a silent connection is carried no longer", || {
        let told = explained(&site, &running, from, FULL).unwrap();
        told.stage == "established" && told.carried == [0, 0]
    });
    let start = carried(&running.report());
    talk(&mut other, &bytes[..500_000]);
    assert!(carried(&running.report()) > start, "it is offered again");
    let talks = std::thread::scope(|scope| {
        let talking = scope.spawn(|| (0..20).for_each(|_| talk(&mut stream, &bytes[..200_000])));
        let next = site.start_with(&text, &["--take-over"]);
        balance(&std::mem::replace(&mut running, next).ended());
        talking.join()
    });
    assert!(talks.is_ok());
    let start = carried(&running.report());
    talk(&mut stream, &bytes[..500_000]);
    talk(&mut other, &bytes[..500_000]);
    assert!(carried(&running.report()) > start + 500, "the new process has programs of its own");

    // What is killed leaves no program and no map behind: nothing passes any more.
    running.signal("-KILL");
    running.child.wait().unwrap();
    for interface in INTERFACES {
        let link = site.manager.command("ip", &["-details", "link", "show", interface]).output().unwrap();
        assert!(link.status.success() && !String::from_utf8_lossy(&link.stdout).contains("xdp"), "{interface}");
    }
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    stream.write_all(b"is anybody there").unwrap();
    assert!(stream.read(&mut [0; 1]).is_err(), "nobody carries it");
}

#[test]
fn carried_connections_of_a_server_that_goes_down_are_reset_at_both_ends() {
    as_root_of_the_host("bulk::carried_connections_of_a_server_that_goes_down_are_reset_at_both_ends", || {
        let site = Site::new(false);
        let ends = [hand_out(&site, 0), hand_out(&site, 1)];
        finish_checksums(&site);
        poll(&site, true);
        let running = site.start(&text(&site, false, "enabled"));
        let (mut near, mut far) = std::iter::repeat_with(|| site.connect(PORT).unwrap())
            .map(|(name, stream)| (name, stream, ends[usize::from(name)].recv().unwrap()))
            .find_map(|(name, near, far)| (name == 1).then_some((near, far)))
            .unwrap();
        let bytes = bytes(1_000_000);
        let pass = |from: &mut TcpStream, to: &mut TcpStream| {
            let mut came = vec![0; bytes.len()];
            std::thread::scope(|scope| {
                scope.spawn(|| from.write_all(&bytes).unwrap());
                to.read_exact(&mut came).unwrap();
            });
            assert!(came == bytes);
        };
        pass(&mut near, &mut far);
        pass(&mut far, &mut near);
        // At once, before the manager has looked again. Neither says anything from here on: the RSTs have the numbers that the programs have seen.
        apply(&site, &running, text(&site, false, "down"));
        assert!(is_reset(&mut near) && is_reset(&mut far));
        let report = settled(&running);
        assert!(carried(&report) * 2 > report.frames.received, "{report:?}");
    });
}

#[test]
fn where_redirected_frames_would_be_lost_workers_send_them() {
    as_root_of_the_host("bulk::where_redirected_frames_would_be_lost_workers_send_them", || {
        let site = Site::new(false);
        (0..2).for_each(|number| site.serve(number));
        finish_checksums(&site);
        let running = site.start(&text(&site, false, "enabled"));
        for interface in INTERFACES {
            let line = format!("warning: bulk: interface {interface} takes no redirected frames, so workers send all");
            assert!(running.told().contains(&line), "{}", running.told());
        }
        let bytes = bytes(1_000_000);
        let (_, mut stream) = site.connect(PORT).unwrap();
        talk(&mut stream, &bytes);
        assert_eq!(carried(&settled(&running)), 0);
        poll(&site, true);
        until("it is noticed", || running.told().matches(" takes redirected frames").count() == 3);
        // What was refused is offered again.
        talk(&mut stream, &bytes);
        let report = settled(&running);
        assert!(carried(&report) > 1000, "{report:?}");
        balance(&report);
        poll(&site, false);
        until("that, too", || running.told().matches(" takes no redirected frames").count() == 6);
        let before = carried(&settled(&running));
        talk(&mut stream, &bytes);
        let report = settled(&running);
        assert_eq!(carried(&report), before);
        balance(&report);
    });
}

#[test]
fn unfinished_checksums_stay_with_the_workers() {
    as_root_of_the_host("bulk::unfinished_checksums_stay_with_the_workers", || {
        let site = Site::new(false);
        (0..2).for_each(|number| site.serve(number));
        poll(&site, true);
        let running = site.start(&text(&site, false, "enabled"));
        let (_, mut stream) = site.connect(PORT).unwrap();
        talk(&mut stream, &bytes(2_000_000));
        let report = settled(&running);
        balance(&report);
        // Nothing of this client's and this server's kernels has a checksum on the wire.
        assert_eq!(carried(&report), 0, "{report:?}");
    });
}

//! Rings between kernels: they take root of the host, which a user gets by sudo.

use super::{Held, Rings, Statistics, Steered, Steering, XdpError};
use crate::bpf::Program;
use crate::bpf::assembler::{Assembler, Register, Size};
use crate::offload::Unfinished;
use crate::{Interface, InterfaceName, Polled, ROOM};
use etherparse::{IpNumber, PacketBuilder};
use hosts::namespace::Namespace;
use rustix::thread::{CapabilitySet, CpuSet, capabilities, sched_getcpu, sched_setaffinity, set_capabilities};
use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::os::fd::AsFd as _;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

static SITES: AtomicU32 = AtomicU32::new(0);
/// How long something may take to come about.
const BUDGET: Duration = Duration::from_secs(20);

/// Runs the test of this name as root of the host.
pub(super) fn as_root(name: &str, test: impl FnOnce()) {
    if hosts::user::is_root() {
        return test();
    }
    let program = std::env::current_exe().unwrap();
    let status = Command::new("sudo").arg("-n").arg(program).args(["--exact", name, "--nocapture"]).status();
    assert!(status.is_ok_and(|status| status.success()), "{name} takes root of the host, because programs of XDP do: run it as root");
}

/// Two hosts, and one between them with an interface to each.
struct Site {
    hosts: [Namespace; 2],
    between: Namespace,
}

impl Site {
    fn new(options: &str) -> Self {
        let number = SITES.fetch_add(1, SeqCst);
        let host = |role: &str| Namespace::new(format!("tring{}-{number}{role}", std::process::id())).unwrap();
        let site = Self { hosts: [host("a"), host("b")], between: host("m") };
        for namespace in [&site.hosts[0], &site.hosts[1], &site.between] {
            namespace.set("ipv6/conf/default/disable_ipv6", "1").unwrap();
        }
        for (number, host) in site.hosts.iter().enumerate() {
            let (mac, own) = (mac(number as u8), mac(0x10 + number as u8));
            site.between
                .ip(&[
                    &format!("link add m{number} {options} address {own} type veth peer name wire netns {} address {mac}", host.name()),
                    &format!("link set m{number} up"),
                ])
                .unwrap();
            host.ip(&[
                "link set wire up",
                &format!("address add 10.9.0.{}/24 dev wire", number + 1),
                &format!("neighbour add 10.9.0.{} lladdr {} dev wire nud permanent", 2 - number, self::mac(1 - number as u8)),
            ])
            .unwrap();
        }
        site
    }

    fn names() -> Vec<String> {
        ["m0", "m1"].map(str::to_owned).into()
    }

    /// What a host has on the wire.
    fn wire(&self, host: usize) -> Interface {
        let name: InterfaceName = format!("if:wire@{}", self.hosts[host].name()).parse().unwrap();
        Interface::open(&name).unwrap()
    }

    /// The same, for who does not wait for ever.
    fn polled(&self, host: usize) -> Polled {
        Polled::open(&format!("if:wire@{}", self.hosts[host].name()).parse().unwrap(), None).unwrap()
    }

    /// Steering and rings of the one between.
    fn open(&self) -> Result<(Steering, Rings), XdpError> {
        self.between
            .within(|| {
                let mut steering = Steering::new(&Self::names(), 1)?;
                let rings = Rings::open(&steering, 0)?;
                steering.attach()?;
                Ok((steering, rings))
            })
            .unwrap()
    }
}

fn mac(number: u8) -> String {
    format!("02:00:00:00:09:{number:02x}")
}

fn mac_bytes(number: u8) -> [u8; 6] {
    [2, 0, 0, 0, 9, number]
}

/// A datagram from a host to the other one, with a number and a length of its own. Its addresses are nobody's, so that no kernel answers it.
fn datagram(from: u8, number: u32, length: usize) -> Vec<u8> {
    let builder =
        PacketBuilder::ethernet2(mac_bytes(from), mac_bytes(1 - from)).ipv4([10, 9, 1, from + 1], [10, 9, 1, 2 - from], 64).udp(7000, 7001);
    let payload: Vec<u8> = number.to_be_bytes().into_iter().chain((0..length).map(|at| (at as u32 * 7 + number) as u8)).collect();
    let mut frame = vec![];
    builder.write(&mut frame, &payload).unwrap();
    frame
}

/// Waits for the next frame; returns its length.
fn next(wire: &Polled, room: &mut [u8]) -> usize {
    let begun = Instant::now();
    loop {
        if let Some((length, _)) = wire.receive(room).unwrap() {
            return length;
        }
        assert!(begun.elapsed() < BUDGET, "no frame has come");
        crate::polled::wait([wire.as_fd()], BUDGET).unwrap();
    }
}

/// Sends everything on by the other interface, as it is, until it is to end; `finishes` here what the senders have left to do. It stays on one
/// processor: each has a queue of its own for frames that go to another host, and they would overtake each other.
fn forward(rings: &mut Rings, ends: &AtomicBool, finishes: bool) -> [u64; 2] {
    let mut one = CpuSet::new();
    one.set(sched_getcpu());
    sched_setaffinity(None, &one).unwrap();
    let mut passed = [0; 2];
    while !ends.load(SeqCst) {
        for (from, passed) in passed.iter_mut().enumerate() {
            while let Some((mut held, mut unfinished)) = rings.receive(from) {
                if finishes {
                    unfinished.finish(rings.bytes(&mut held));
                    unfinished = Unfinished::default();
                }
                assert!(rings.send(1 - from, held, unfinished), "there is room");
                *passed += 1;
            }
        }
        rings.turn();
        std::thread::yield_now();
    }
    passed
}

/// Nothing is lost, and nothing is strange.
fn assert_sound(rings: &Rings) {
    for interface in 0..2 {
        let told = rings.statistics(interface).unwrap();
        // How often the ring was empty when the kernel looked is no loss.
        assert_eq!(told, Statistics::default(), "interface {interface}");
    }
}

/// Ends what forwards, also if its test fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

#[test]
fn frames_pass_whole_and_in_order_in_both_directions() {
    as_root("xdp::tests::frames_pass_whole_and_in_order_in_both_directions", || {
        const FRAMES: u32 = 10_000;
        /// So many are under way, less than any queue between holds.
        const WINDOW: usize = 128;
        let site = Site::new("");
        let (_steering, mut rings) = site.open().unwrap();
        let ends = AtomicBool::new(false);
        let passed = std::thread::scope(|scope| {
            let forwarding = scope.spawn(|| forward(&mut rings, &ends, false));
            let _ends = Ends(&ends);
            // Before anything is sent: a socket takes what its own host sends until it is told not to.
            let wires = [0, 1].map(|from| (site.wire(from), site.polled(1 - from)));
            let both: Vec<_> = (0..2u8)
                .zip(wires)
                .map(|(from, (out, back))| {
                    scope.spawn(move || {
                        let (mut expected, mut room) = (VecDeque::new(), vec![0; ROOM]);
                        for number in 0..FRAMES {
                            let frame = datagram(from, number, (number as usize * 37) % 1400);
                            out.send(&frame).unwrap();
                            expected.push_back(frame);
                            while expected.len() >= WINDOW || number + 1 == FRAMES && !expected.is_empty() {
                                let length = next(&back, &mut room);
                                let wanted = expected.pop_front().unwrap();
                                assert!(
                                    room[..length] == wanted[..],
                                    "by {number}, {:02x?} has come instead of {:02x?}",
                                    &room[..length.min(46)],
                                    &wanted[..46]
                                );
                            }
                        }
                    })
                })
                .collect();
            both.into_iter().for_each(|thread| thread.join().unwrap());
            ends.store(true, SeqCst);
            forwarding.join().unwrap()
        });
        assert_eq!(passed, [u64::from(FRAMES); 2]);
        assert_sound(&rings);
    });
}

#[test]
fn checksums_that_are_left_to_the_card_are_finished_by_the_kernel_or_here() {
    as_root("xdp::tests::checksums_that_are_left_to_the_card_are_finished_by_the_kernel_or_here", || {
        let site = Site::new("");
        let (_steering, mut rings) = site.open().unwrap();
        let listener = site.hosts[1].within(|| TcpListener::bind("10.9.0.2:7")).unwrap().unwrap();
        for finishes in [false, true] {
            let ends = AtomicBool::new(false);
            std::thread::scope(|scope| {
                let forwarding = scope.spawn(|| forward(&mut rings, &ends, finishes));
                let _ends = Ends(&ends);
                let listener = &listener;
                let serving = scope.spawn(move || {
                    let (mut stream, _) = listener.accept().unwrap();
                    std::io::copy(&mut stream.try_clone().unwrap(), &mut stream).unwrap()
                });
                let to = (IpAddr::from([10, 9, 0, 2]), 7).into();
                let mut stream = site.hosts[0].within(|| TcpStream::connect_timeout(&to, BUDGET)).unwrap().unwrap();
                stream.set_read_timeout(Some(BUDGET)).unwrap();
                let bytes: Vec<u8> = (0..500_000u32).map(|at| (at * 11 % 253) as u8).collect();
                let mut back = vec![];
                std::thread::scope(|scope| {
                    let mut writer = stream.try_clone().unwrap();
                    let bytes = &bytes;
                    scope.spawn(move || {
                        writer.write_all(bytes).unwrap();
                        writer.shutdown(std::net::Shutdown::Write).unwrap();
                    });
                    stream.read_to_end(&mut back).unwrap();
                });
                assert!(back == bytes, "other bytes have come back");
                assert_eq!(serving.join().unwrap(), bytes.len() as u64);
                ends.store(true, SeqCst);
                forwarding.join().unwrap();
            });
        }
        assert_sound(&rings);
    });
}

/// Waits until the rings have received so many frames by an interface; returns them.
fn received(rings: &mut Rings, interface: usize, count: usize) -> Vec<Held> {
    let begun = Instant::now();
    let mut all = vec![];
    while all.len() < count {
        assert!(begun.elapsed() < BUDGET, "{} of {count} frames have come", all.len());
        all.extend(rings.receive(interface).map(|(held, _)| held));
    }
    all
}

#[test]
fn every_frame_that_finds_no_room_is_counted() {
    as_root("xdp::tests::every_frame_that_finds_no_room_is_counted", || {
        let site = Site::new("");
        let (_steering, mut rings) = site.open().unwrap();
        let wire = site.wire(0);
        let sent = 1500;
        (0..sent).for_each(|number| wire.send(&datagram(0, number, 100)).unwrap());
        // As many as there were to be filled, and nobody gave more.
        let all = received(&mut rings, 0, 1024);
        assert!(rings.receive(0).is_none());
        let begun = Instant::now();
        while rings.statistics(0).unwrap().overflowed + 1024 < sent.into() && begun.elapsed() < BUDGET {}
        let told = rings.statistics(0).unwrap();
        assert_eq!((told.overflowed, told.no_frame), (u64::from(sent) - 1024, u64::from(sent) - 1024));
        // 1,024 may leave by an interface, and no more until they have left: nobody has turned.
        let mut sends = all.into_iter().map(|held| rings.send(1, held, Unfinished::default())).collect::<Vec<_>>();
        sends.push(rings.send_copy(1, &datagram(0, 1, 1)));
        assert_eq!((sends.iter().filter(|sent| **sent).count(), sends[1024]), (1024, false));
        // Then they leave, and their frames can be filled again.
        let (wire, mut room) = (site.polled(1), vec![0; ROOM]);
        let receiving = std::thread::spawn(move || (0..1024).map(|_| next(&wire, &mut room)).sum::<usize>());
        let begun = Instant::now();
        while rings.is_sending() && begun.elapsed() < BUDGET {
            rings.turn();
        }
        assert_eq!(receiving.join().unwrap(), 1024 * datagram(0, 1, 100).len());
        rings.turn();
        site.wire(0).send(&datagram(0, 7, 9)).unwrap();
        let mut again = received(&mut rings, 0, 1);
        assert_eq!(*rings.bytes(&mut again[0]), datagram(0, 7, 9)[..]);
        assert!(!rings.send_copy(1, &[0; super::rings::LONGEST + 1]), "too long");
        again.into_iter().for_each(|held| rings.release(held));
    });
}

#[test]
fn the_kernel_gets_what_is_its_own_and_nothing_else() {
    as_root("xdp::tests::the_kernel_gets_what_is_its_own_and_nothing_else", || {
        let site = Site::new("");
        let (steering, mut rings) = site.open().unwrap();
        let v4 = |own: [u8; 4]| IpAddr::from(own);
        let mapped = |own: IpAddr| match own {
            IpAddr::V4(own) => own.to_ipv6_mapped().octets(),
            IpAddr::V6(own) => own.octets(),
        };
        let (own, own6): (IpAddr, IpAddr) = (v4([10, 9, 0, 254]), "2001:db8::fe".parse().unwrap());
        steering.follow(&[mapped(own), mapped(own6)], &[89]).unwrap();
        let wire = site.wire(0);
        let to = |destination: IpAddr, tags: usize, protocol: Option<u8>, first: u8| {
            let builder = PacketBuilder::ethernet2(mac_bytes(0), mac_bytes(0x10));
            let (mut frame, payload) = (vec![], [first, 1, 2, 3, 4, 5, 6, 7]);
            macro_rules! write {
                ($builder:expr) => {
                    match (destination, protocol) {
                        (IpAddr::V4(to), None) => $builder.ipv4([10, 9, 0, 1], to.octets(), 9).udp(1, 2).write(&mut frame, &payload),
                        (IpAddr::V6(to), None) => $builder.ipv6([0x20; 16], to.octets(), 9).udp(1, 2).write(&mut frame, &payload),
                        (IpAddr::V4(to), Some(protocol)) => {
                            $builder.ipv4([10, 9, 0, 1], to.octets(), 9).write(&mut frame, IpNumber(protocol), &payload)
                        }
                        (IpAddr::V6(to), Some(protocol)) => {
                            $builder.ipv6([0x20; 16], to.octets(), 9).write(&mut frame, IpNumber(protocol), &payload)
                        }
                    }
                    .unwrap()
                };
            }
            match tags {
                0 => write!(builder),
                1 => write!(builder.single_vlan(7.try_into().unwrap())),
                _ => write!(builder.double_vlan(8.try_into().unwrap(), 7.try_into().unwrap())),
            }
            frame
        };
        let (other, other6): (IpAddr, IpAddr) = (v4([10, 9, 0, 253]), "2001:db8::fd".parse().unwrap());
        let mut to_all = to(other, 0, None, 0);
        to_all[..6].copy_from_slice(&[0xff; 6]);
        let arp = [&to(other, 0, None, 0)[..12], &[8, 6], &[0; 46]].concat();
        let kernels = [
            to(own, 0, None, 0),
            to(own, 1, None, 0),
            to(own, 2, None, 0),
            to(own6, 0, None, 0),
            to(own6, 2, None, 0),
            to(other, 0, Some(89), 0),
            to(other6, 1, Some(89), 0),
            to(other6, 0, Some(58), 133),
            to(other6, 0, Some(58), 137),
            to_all,
            arp,
        ];
        let workers = [
            to(other, 0, None, 0),
            to(other, 1, None, 0),
            to(other, 2, None, 0),
            to(other6, 0, None, 0),
            to(other6, 2, None, 0),
            to(other, 0, Some(90), 0),
            to(other6, 0, Some(58), 132),
            to(other6, 0, Some(58), 138),
            to(own, 0, None, 0)[..33].to_vec(),
        ];
        let both = |rings: &mut Rings, before: u64, kernels: &[Vec<u8>], workers: &[Vec<u8>]| {
            kernels.iter().chain(workers).for_each(|frame| wire.send(frame).unwrap());
            for (mut held, sent) in received(rings, 0, workers.len()).into_iter().zip(workers) {
                assert_eq!(*rings.bytes(&mut held), sent[..]);
                rings.release(held);
            }
            assert_eq!(steering.steered(0).unwrap(), Steered { to_kernel: before + kernels.len() as u64, unpolled: 0, carried: 0 });
            assert!(rings.receive(0).is_none(), "more than the workers' frames");
        };
        both(&mut rings, 0, &kernels, &workers);
        // The host's addresses change.
        steering.follow(&[mapped(other)], &[90]).unwrap();
        both(
            &mut rings,
            kernels.len() as u64,
            &[to(other, 0, None, 0), to(own, 0, Some(90), 0)],
            &[to(own, 0, None, 0), to(own, 0, Some(89), 0)],
        );
    });
}

#[test]
fn a_queue_that_nobody_polls_drops_its_frames_and_counts_them() {
    as_root("xdp::tests::a_queue_that_nobody_polls_drops_its_frames_and_counts_them", || {
        let site = Site::new("");
        let steering = site.between.within(|| {
            let mut steering = Steering::new(&Site::names(), 1).unwrap();
            steering.attach().map(|()| steering).unwrap()
        });
        let steering = steering.unwrap();
        let wire = site.wire(0);
        (0..100).for_each(|number| wire.send(&datagram(0, number, 1)).unwrap());
        let begun = Instant::now();
        while steering.steered(0).unwrap().unpolled < 100 && begun.elapsed() < BUDGET {}
        assert_eq!(steering.steered(0).unwrap(), Steered { to_kernel: 0, unpolled: 100, carried: 0 });
    });
}

#[test]
fn faults_are_told_with_their_remedies() {
    as_root("xdp::tests::faults_are_told_with_their_remedies", || {
        let told = |result: Result<(Steering, Rings), XdpError>| result.map(drop).unwrap_err().to_string();
        let queues = Site::new("numrxqueues 2 numtxqueues 2");
        let text = told(queues.open());
        assert!(text.contains("interface m0: 2 receive queues, and 1 workers") && text.contains("`ethtool -L m0 rx 1 tx 1`"), "{text}");

        let site = Site::new("");
        site.hosts[0].ip(&["link set wire mtu 9000"]).unwrap();
        let text = told(site.open());
        assert!(text.contains("the MTU of it or of its peer is too large for XDP; `ip link set m0 mtu 1500`"), "{text}");
        // The longest that XDP takes of veth passes whole.
        site.hosts[0].ip(&["link set wire mtu 3498"]).unwrap();
        site.between.ip(&["link set m0 mtu 3498"]).unwrap();
        let (steering, mut rings) = site.open().unwrap();
        let long = datagram(0, 1, 3498 - 20 - 8 - 4);
        site.wire(0).send(&long).unwrap();
        let mut all = received(&mut rings, 0, 1);
        assert!(rings.bytes(&mut all[0]) == long);
        rings.release(all.remove(0));
        drop((steering, rings));

        // As root with all capabilities but one: then the limit holds. Each in a thread of its own, which ends with what it may.
        let without = |what: CapabilitySet| {
            std::thread::scope(|scope| {
                let opening = scope.spawn(|| {
                    site.between
                        .within(|| {
                            let mut sets = capabilities(None).unwrap();
                            sets.effective &= !what;
                            set_capabilities(None, sets).unwrap();
                            let steering = Steering::new(&Site::names(), 1)?;
                            Rings::open(&steering, 0).map(|rings| (steering, rings))
                        })
                        .unwrap()
                });
                told(opening.join().unwrap())
            })
        };
        let limit = rustix::process::Rlimit { current: Some(1 << 20), maximum: Some(1 << 20) };
        rustix::process::setrlimit(rustix::process::Resource::Memlock, limit).unwrap();
        let text = without(CapabilitySet::IPC_LOCK);
        assert!(text.contains("take 16384 KiB that stay in memory") && text.contains("LimitMEMLOCK=infinity"), "{text}");
        let text = without(CapabilitySet::all());
        assert!(text.contains("XDP takes root of the host: CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW"), "{text}");

        let (steering, rings) = site.open().unwrap();
        let text = told(site.open());
        assert!(text.contains("interface m0: another program has its queue 0"), "{text}");
        drop(rings);
        // A new one waits until the old one's queues are free; its programs are still there.
        let text = told(site.open());
        assert!(text.contains("interface m0: another XDP program is attached; `ip link show m0` names it"), "{text}");
        drop(steering);
        drop(site.open().unwrap());

        let missing = site.between.within(|| Steering::new(&["none".to_owned()], 1).map(drop).unwrap_err().to_string()).unwrap();
        assert!(missing.starts_with("interface none: cannot be asked"), "{missing}");
        let attached = site.between.within(|| {
            let mut steering = Steering::new(&["lo".to_owned()], 1).unwrap();
            steering.attach().unwrap_err()
        });
        assert!(matches!(attached.unwrap(), XdpError::Unsupported(name, _) if name == "lo"));
    });
}

#[test]
fn a_program_that_is_not_allowed_is_told_with_the_verifiers_log() {
    as_root("xdp::tests::a_program_that_is_not_allowed_is_told_with_the_verifiers_log", || {
        let mut wrong = Assembler::default();
        wrong.load(Size::Word, Register::R0, Register::R9, 0).exit();
        let error = Program::load("wrong", &wrong.finish()).unwrap_err();
        assert!(error.log.contains("R9 !read_ok"), "{error}");
        assert!(
            error.to_string().starts_with("the kernel refuses the program wrong (Permission denied (os error 13)); its verifier tells:\n")
        );
    });
}

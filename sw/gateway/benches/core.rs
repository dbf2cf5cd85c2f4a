//! What the core of the client's gateway costs: a packet of an established connection, a new entry, and the memory of a full table.
//!
//! `cargo bench -p gateway --bench core`. What is timed is one call each, from the frame's bytes to the frame that leaves; the frame that came out goes in
//! again with its bytes restored, so that no allocation is timed. Times are in CPU time, since other programs share the core: of each row the median of
//! many rounds, and the least. With `--at-most A,B,C` it fails above as many nanoseconds, with `--inserts N` below as
//! many entries a second or above 256 MB.

use gateway::client::{ClientGateway, ClientSettings, Site};
use gateway::entry::{Entry, Key, State};
use gateway::keys::{KeyRing, Trust};
use gateway::table::Table;
use gateway::tag::{EXID, Subject};
use gateway::{Address, Frame, Mode, Output, Prefix, Side, Time};
use nix::time::{ClockId, clock_gettime};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const NOW: Time = Time::from_secs(1_700_000_000);
const ROUNDS: usize = 301;
/// Entries of the insertion and of the memory.
const ENTRIES: u32 = 1_000_000;
/// What they may take.
const MEGABYTES: f64 = 256.0;

fn cpu() -> Time {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("the kernel counts a thread's CPU time");
    Time::new(time.tv_sec() as u64, time.tv_nsec() as u32)
}

/// Address `number` of one of the bench's four networks.
fn address(v4: bool, network: u8, number: u32) -> IpAddr {
    let [_, high, middle, low] = number.to_be_bytes();
    if v4 {
        Ipv4Addr::new(10 + network, high, middle, low).into()
    } else {
        Ipv6Addr::new(0x2001, 0xdb8, network.into(), 0, 0, 0, (number >> 16) as u16, number as u16).into()
    }
}

/// A segment with right checksums, by the library's own sum: what is timed here is judged elsewhere.
fn segment(from: (IpAddr, u16), to: (IpAddr, u16), flags: u8, numbers: (u32, u32), options: &[u8], payload: usize) -> Frame {
    let addresses = packet::ip::Addresses::new(from.0, to.0).expect("one family");
    let length = 20 + options.len() + payload;
    let mut bytes = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
    bytes.extend(if from.0.is_ipv4() { [8, 0] } else { [0x86, 0xdd] });
    addresses.header(6, length, &mut bytes);
    let start = bytes.len();
    bytes.extend(from.1.to_be_bytes());
    bytes.extend(to.1.to_be_bytes());
    bytes.extend(numbers.0.to_be_bytes());
    bytes.extend(numbers.1.to_be_bytes());
    bytes.extend([(((20 + options.len()) / 4) << 4) as u8, flags, 4, 0, 0, 0, 0, 0]);
    bytes.extend(options);
    bytes.resize(start + length, 0x55);
    let checksum = addresses.pseudo_header(6, length).bytes(&bytes[start..]).checksum();
    bytes[start + 16..start + 18].copy_from_slice(&checksum.to_be_bytes());
    Frame::ethernet(&bytes)
}

/// In the form of a mode, as a replica sends it.
fn form(mut frame: Frame, mode: Mode, server: IpAddr, client: IpAddr, replica: IpAddr) -> Frame {
    use gateway::tunnel::{Outer, wrap};
    let source = if mode == Mode::B { server } else { replica };
    let view = frame.view().expect("sound");
    if mode != Mode::A {
        assert!(wrap(&mut frame, &view, &Outer { source: source.into(), destination: client.into(), port: Some(50_000) }));
    }
    frame
}

struct Bench {
    gateway: ClientGateway,
    /// Of each connection what the client sends and what the winner sends.
    frames: [Vec<Frame>; 2],
}

/// A gateway with as many connections bound in this mode.
fn bound(v4: bool, mode: Mode, flows: u32) -> Bench {
    let (server, replica) = (address(v4, 1, 10), address(v4, 2, 1));
    let trust = Trust::Keys(KeyRing::new(0, [7; 16]));
    let prefix = Prefix::new(server, 16).expect("a prefix");
    let site = Site { servers: vec![(prefix, 80..=80)], trust: trust.clone(), excluded: Vec::new() };
    let mut gateway = ClientGateway::new(ClientSettings { sites: vec![site], entries: ENTRIES as usize, ..ClientSettings::default() });
    let mut out: Vec<Output> = Vec::new();
    let mut frames = [Vec::new(), Vec::new()];
    for flow in 0..flows {
        let (client, port) = (address(v4, 0, flow / 1000), 1024 + (flow % 1000) as u16);
        gateway.take(NOW, Side::Inside, segment((client, port), (server, 80), 2, (1000, 0), &[], 0), &mut out);
        let (client_, server_) = (client.into(), server.into());
        let replica_ = Some((Address::from(replica), 9000));
        let subject = Subject { client: client_, server: server_, replica: replica_, client_port: port, server_port: 80, client_isn: 1000 };
        let echo = [&[1; 3][..], &trust.echo(mode, 0, &subject, NOW).write(EXID)].concat();
        let from = if mode == Mode::C { server } else { replica };
        let syn_ack = segment((from, 80), (client, port), 0x12, (9000, 1001), &echo, 0);
        gateway.take(NOW, Side::Wan, form(syn_ack, mode, server, client, replica), &mut out);
        frames[0].push(segment((client, port), (server, 80), 0x10, (1001, 9001), &[], 0));
        let from = if mode == Mode::A { replica } else { server };
        let data = segment((from, 80), (client, port), 0x10, (9001, 1001), &[], 1400);
        frames[1].push(if mode == Mode::C { form(data, mode, server, client, replica) } else { data });
    }
    let won =
        gateway::counters::Count::ALL.iter().filter(|count| count.name().starts_with("bound_")).map(|count| gateway.counters().get(*count));
    assert_eq!(won.sum::<u64>(), u64::from(flows), "every race is won");
    Bench { gateway, frames }
}

impl Bench {
    /// Nanoseconds of a packet by this side: the median and the least of all rounds.
    fn run(&mut self, side: Side) -> (f64, f64) {
        let frames = &self.frames[usize::from(side == Side::Wan)];
        // As many frames as stay in the nearest caches, as a ring hands them over.
        let (rounds, batch) = (ROUNDS, 64);
        let mut out = Vec::with_capacity(batch);
        let mut times: Vec<f64> = (0..rounds)
            .map(|round| {
                let at = round * batch % frames.len();
                let copies: Vec<_> = frames[at..at + batch].to_vec();
                out.clear();
                let start = cpu();
                for frame in copies {
                    self.gateway.take(NOW, side, frame, &mut out);
                }
                let time = (cpu() - start).as_nanos() as f64 / batch as f64;
                assert_eq!(out.len(), batch);
                time
            })
            .collect();
        times.sort_by(f64::total_cmp);
        (times[rounds / 2], times[0])
    }
}

fn inserts() -> (f64, f64) {
    let key = |number: u32| Key {
        client: address(false, 0, number / 1000).into(),
        server: address(false, 1, 10).into(),
        client_port: (number % 1000) as u16,
        server_port: 80,
    };
    let mut table = Table::new(ENTRIES as usize);
    let before = resident();
    let start = cpu();
    for number in 0..ENTRIES {
        let entry = Entry { state: State::Racing, ..Entry::new(key(number), number, 0, 0) };
        table.insert(NOW, entry).expect("there is room");
    }
    let rate = f64::from(ENTRIES) / (cpu() - start).as_secs_f64();
    let memory = resident() - before;
    assert_eq!(table.len(), ENTRIES as usize);
    (rate, memory)
}

/// Megabytes of this process that are in memory.
fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").expect("Linux shows it");
    text.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok()).expect("a number") * 4096.0 / 1e6
}

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let after = |name: &str| arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1));
    let numbers = |text: &String| text.split(',').map(|number| number.parse::<f64>().expect("a number")).collect::<Vec<_>>();
    let (rate, memory) = inserts();
    println!("{ENTRIES} entries: {rate:.0} inserted a second, {memory:.0} MB");
    println!("ns per packet, median (least)          mode A          mode B          mode C");
    let most = after("--at-most").map(numbers);
    let mut failed = after("--inserts").map(numbers).is_some_and(|least| rate < least[0] || memory > MEGABYTES);
    for (v4, flows) in [(true, 1024), (false, 1024), (true, 65_536)] {
        let mut benches = Mode::ALL.map(|mode| bound(v4, mode, flows));
        for side in [Side::Wan, Side::Inside] {
            let cells = benches.each_mut().map(|bench| bench.run(side));
            let what = if side == Side::Wan { "data to the client" } else { "ACK to the winner" };
            let row: String = cells.iter().map(|(median, least)| format!("{:>16}", format!("{median:.0} ({least:.0})"))).collect();
            println!("IPv{} {flows:>6} flows {what:<20}{row}", if v4 { 4 } else { 6 });
            let over = |most: &Vec<f64>| flows < 4096 && cells.iter().zip(most).any(|((_, least), most)| least > most);
            failed |= most.as_ref().is_some_and(over);
        }
    }
    if failed {
        println!("slower than asked for");
        std::process::exit(1);
    }
}

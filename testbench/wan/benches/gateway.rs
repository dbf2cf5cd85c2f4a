//! CPU time of the clients' gateway per GB that a replica sends, in each mode, next to that of a plain loop.
//!
//! `just gateway-bench`. Kernels forward between the sites, so that segments come as long as their senders leave them. The plain loop, which this program
//! carries, receives a frame and sends it, one by one, with segments of 1,448 bytes as they are on a wire; it decides nothing. Both are processes in the
//! gateway's place, and all take turns. Times are those of the kernel's accounts, so only what the process itself does is in them, with what the
//! kernel does in its name.

use anyhow::{Context as _, Result, bail, ensure};
use hosts::user;
use hosts::web::{BIG, Web};
use ring::xdp::features::{Feature, switch};
use ring::{Interface, ROOM, Received};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use wan::config::{CLIENT, REPLICAS, SERVER, ip};
use wan::lab::{Lab, Options};

/// Bytes of one transfer, in requests for `/big`.
const REQUESTS: usize = 200;
const ROUNDS: usize = 3;
/// What is wanted of A, B and C, as shares of the plain loop's.
const GOALS: [f64; 3] = [0.5, 0.5, 0.7];
/// As long a transfer may take.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> Result<ExitCode> {
    if std::env::args().any(|argument| argument == "--relay") {
        return relay();
    }
    if let Some(code) = user::again_as_root_of_its_own()? {
        return Ok(code);
    }
    // A bench is in target/release/deps, the programs are a folder above.
    let own = std::env::current_exe()?;
    let program: PathBuf = own.ancestors().nth(2).context("a bench is in a folder")?.join("tandem-gateway");
    ensure!(program.exists(), "{} is missing; build it: cargo build --release --bin tandem-gateway", program.display());
    let options = Options { program, web: Web::BuiltIn, hold: "\"equal\"".into(), modes: ['A'; REPLICAS], seed: 7, direct: true };
    let mut lab = Lab::up(options)?;
    (2..=REPLICAS).for_each(|number| lab.end_agent(number));
    // Who talks through the plain loop sends segments as they are on a wire.
    for host in [&lab.origin, &lab.client] {
        host.ip(&["link set eth0 gso_max_segs 1"])?;
    }
    // The servers' gateway joins segments that follow each other; where its interface finishes no checksums, Linux cuts them again.
    lab.gates[1].within(|| switch("wan", Feature::TransmitChecksums, false))??;
    let mut seconds = [const { Vec::new() }; 4];
    for round in 1..=ROUNDS {
        for (place, mode) in [None, Some('A'), Some('B'), Some('C')].into_iter().enumerate() {
            let taken = measure(&mut lab, &own, mode).with_context(|| format!("mode {mode:?}"))?;
            println!("round {round}, {}: {taken:.3} s of CPU a GB", mode.map_or("plain loop".into(), |mode| format!("mode {mode}")));
            seconds[place].push(taken);
        }
    }
    let [plain, modes @ ..] = seconds.map(|mut rounds| {
        rounds.sort_by(f64::total_cmp);
        rounds[ROUNDS / 2]
    });
    println!("\nmedians: plain loop {plain:.3} s a GB");
    for ((mode, taken), goal) in ["A", "B", "C"].into_iter().zip(modes).zip(GOALS) {
        println!("mode {mode}: {taken:.3} s a GB, {:.2} of the plain loop; the goal is {goal}", taken / plain);
    }
    Ok(ExitCode::SUCCESS)
}

/// CPU seconds a GB of the clients' gateway in a mode, or of the plain loop in its place.
fn measure(lab: &mut Lab, own: &Path, mode: Option<char>) -> Result<f64> {
    const SILENT: &str = "table inet silent { chain input { type filter hook input priority 0; ";
    let from = if let Some(mode) = mode {
        lab.start_agent(1, mode)?;
        // Who is silent loses.
        lab.origin.nft(&format!("{SILENT} ip saddr {} tcp dport 80 drop; }}; }}", CLIENT[0]))?;
        lab.restart_clients_gateway(true)?;
        "r1"
    } else {
        lab.replace_clients_gateway(own, &["--relay"])?;
        "origin"
    };
    let mut stream = lab.client.within(|| TcpStream::connect_timeout(&SocketAddr::new(ip(SERVER[0]), 80), PATIENCE))??;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET / HTTP/1.1\r\n\r\n")?;
    let (mut room, mut told) = (vec![0; 1 << 20], String::new());
    while !told.contains(" saw ") || !told.ends_with('\n') {
        let length = stream.read(&mut room)?;
        ensure!(length > 0, "the connection has ended after {told:?}");
        told += &String::from_utf8_lossy(&room[..length]);
    }
    ensure!(told.contains(&format!("{from} saw")), "another than {from} has answered: {told}");
    let before = lab.cpu_of_clients_gateway()?;
    stream.write_all("GET /big HTTP/1.1\r\n\r\n".repeat(REQUESTS).as_bytes())?;
    let (mut left, bytes) = (REQUESTS * BIG, REQUESTS * BIG);
    while left > 0 {
        let length = stream.read(&mut room)?;
        ensure!(length > 0, "the connection has ended with {left} bytes to come");
        left = left.saturating_sub(length);
    }
    let taken = lab.cpu_of_clients_gateway()? - before;
    if mode.is_some() {
        lab.origin.nft("delete table inet silent")?;
    }
    Ok(taken.as_secs_f64() / (bytes as f64 / 1e9))
}

/// The plain loop: what comes in by one interface leaves by the other.
fn relay() -> Result<ExitCode> {
    let open =
        |name: &str| -> Result<Interface> { Ok(Interface::open(&name.parse().map_err(|error| anyhow::anyhow!("{name}: {error}"))?)?) };
    let (inside, wan) = (open("if:inside")?, open("if:wan")?);
    eprintln!("ready: relay");
    let carry = |from: Interface, to: Interface| -> Result<()> {
        let mut room = vec![0; ROOM];
        loop {
            match from.receive(&mut room)? {
                // What does not go is lost, as on any wire.
                Received::Frame(length) => drop(to.send(&room[..length])),
                Received::Uncut(length) => bail!("{length} bytes that no wire carries: offloads are not off"),
            }
        }
    };
    let (back_inside, back_wan) = (inside.clone(), wan.clone());
    std::thread::spawn(move || {
        if let Err(error) = carry(back_inside, back_wan) {
            eprintln!("error: {error:#}");
            std::process::exit(1);
        }
    });
    carry(wan, inside).map(|()| ExitCode::SUCCESS)
}

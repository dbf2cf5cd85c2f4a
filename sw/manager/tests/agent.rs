//! `tandem-load-agent`, by what it tells who connects.

mod common;

use common::{DATA, END_HEADERS, END_STREAM, GRPC, HEADERS, PREFACE, SETTINGS, frame, literal, message, next_frame};
use manager::orca::client::{Fault, Source, Streams};
use std::io::{BufRead as _, BufReader, ErrorKind, Lines, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

/// In which everything must have happened.
const BUDGET: Duration = Duration::from_secs(20);
const PATH: &str = "/xds.service.orca.v3.OpenRcaService/StreamCoreMetrics";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

struct Agent {
    child: Child,
    lines: Option<Lines<BufReader<ChildStderr>>>,
}

impl Agent {
    fn start(arguments: &[&str]) -> Self {
        let base = ["--listen", "127.0.0.1:0", "--interval", "0.05"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_tandem-load-agent"));
        let mut child = command.args(base).args(arguments).stderr(Stdio::piped()).spawn().unwrap();
        let lines = child.stderr.take().map(|stderr| BufReader::new(stderr).lines());
        Self { child, lines }
    }

    /// The address in its next line, which begins in this way.
    fn at(&mut self, ready: &str) -> String {
        let line = self.lines.as_mut().unwrap().next().unwrap().unwrap();
        line.strip_prefix(ready).unwrap_or_else(|| panic!("{line:?}")).to_owned()
    }

    fn line_and_orca(&mut self) -> (String, String) {
        (self.at("ready: load agent at "), self.at("ready: ORCA server at "))
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A page, of which the next text that is sent is shown from then on. `{count}` and `{sum}` grow by 4 and 1 with each look.
fn page() -> (String, Sender<String>) {
    let pages = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/metrics", pages.local_addr().unwrap());
    let (send, next) = channel::<String>();
    std::thread::spawn(move || {
        let mut page = next.recv().unwrap();
        for (look, mut stream) in pages.incoming().flatten().enumerate() {
            page = next.try_iter().last().unwrap_or(page);
            let _ = stream.read(&mut [0; 1024]);
            let text = page.replace("{count}", &(4 * look).to_string()).replace("{sum}", &look.to_string());
            let _ = write!(stream, "HTTP/1.0 200 OK\r\n\r\n{text}");
        }
    });
    (url, send)
}

fn ask(at: &str) -> String {
    let mut line = String::new();
    TcpStream::connect(at).unwrap().read_to_string(&mut line).unwrap();
    line
}

#[test]
fn an_agent_tells_what_is_left_of_the_scarcest_and_that_it_cannot_look() {
    let (url, send) = page();
    // Twice as much as there can be: whatever the processors do, this is scarcer.
    send.send("queue{of=\"all\"} 200\n".into()).unwrap();
    let mut agent = Agent::start(&["--page", &url, "--metric", "queue{of=\"all\"}", "--metric-full", "100"]);
    let at = agent.at("ready: load agent at ");
    let until = |what: &str| {
        let begun = Instant::now();
        while !ask(&at).starts_with(what) {
            assert!(begun.elapsed() < BUDGET, "{what:?} is not told, but {:?}", ask(&at));
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    until("1%\n");
    send.send("queue{of=\"some\"} 1\n".into()).unwrap();
    until("down # http://");
}

/// Asks for reports, with these headers and this body.
fn request(at: &str, path: &str, more: &[u8], body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(BUDGET)).unwrap();
    stream.write_all(&asking(path, more, body)).unwrap();
    stream
}

/// What a client sends. RFC 7541, appendix A: 3 is `:method POST`, 6 `:scheme http`, 4 `:path`, 1 `:authority`.
fn asking(path: &str, more: &[u8], body: &[u8]) -> Vec<u8> {
    let path = [&[0x04, path.len() as u8], path.as_bytes()].concat();
    let headers = [b"\x83\x86".as_slice(), &path, b"\x01\x01a", GRPC, &literal("te", "trailers"), more].concat();
    let frames = [frame(SETTINGS, 0, 0, &[]), frame(HEADERS, END_HEADERS, 1, &headers), frame(DATA, END_STREAM, 1, body)];
    [PREFACE, &frames.concat()].concat()
}

/// The next report; `None` if the stream has ended.
fn report(stream: &mut TcpStream) -> Option<Vec<u8>> {
    loop {
        match next_frame(stream).expect("a frame within the budget") {
            // A report fits into a frame, and here it is in one.
            (DATA, flags, payload) => {
                assert_eq!((payload[0], usize::from(payload[4]), flags), (0, payload.len() - 5, 0), "a message of gRPC");
                return Some(payload[5..].to_vec());
            }
            (HEADERS, flags, _) if flags & END_STREAM != 0 => return None,
            _ => {}
        }
    }
}

/// The double that a field has. Fields of a report are doubles, of 8 bytes, and entries of maps, with their length before them.
fn double(report: &[u8], field: u8) -> Option<f64> {
    let mut rest = report;
    while let [key, after @ ..] = rest {
        let (length, after) = if key & 7 == 1 { (8, after) } else { (usize::from(after[0]), &after[1..]) };
        if *key == field << 3 | 1 {
            return Some(f64::from_le_bytes(after[..8].try_into().unwrap()));
        }
        rest = &after[length..];
    }
    None
}

fn has(report: &[u8], part: &[u8]) -> bool {
    report.windows(part.len()).any(|other| other == part)
}

#[test]
fn an_agent_streams_what_it_measures_by_orca_and_ends_the_stream_when_it_cannot_look() {
    let (url, send) = page();
    send.send("queue 200\ntook_sum {sum}\ntook_count {count}\n".into()).unwrap();
    let mut agent =
        Agent::start(&["--orca", "127.0.0.1:0", "--page", &url, "--metric", "queue", "--metric-full", "100", "--durations", "took"]);
    let (_, at) = agent.line_and_orca();
    // A client that asks for no interval gets the agent's own.
    let mut stream = request(&at, PATH, &[], &message(&[]));
    let begun = Instant::now();
    // 8: an entry of 33 bytes, its key of 22 and its value 0.25: 4 requests take 1 s.
    let mean = [&[0x42, 33, 0x0a, 22][..], b"mean_execution_seconds", &[0x11, 0, 0, 0, 0, 0, 0, 0xd0, 0x3f]].concat();
    loop {
        let report = report(&mut stream).expect("a report");
        // 9: application_utilization; 2: mem_utilization.
        assert_eq!(double(&report, 9), Some(2.0));
        assert!(double(&report, 2).is_some_and(|memory| memory > 0.0 && memory < 1.0), "{report:x?}");
        if has(&report, &mean) {
            // 6: rps_fractional.
            let rate = double(&report, 6).expect("rps_fractional");
            assert!(rate > 0.0 && rate <= 4.0 / 0.05, "{rate}");
            break;
        }
        assert!(begun.elapsed() < BUDGET, "{report:x?}");
    }
    send.send("nothing 1\n".into()).unwrap();
    while report(&mut stream).is_some() {
        assert!(begun.elapsed() < BUDGET);
    }
}

#[test]
fn clients_and_requests_of_nginx_are_in_the_stream() {
    let (url, send) = page();
    send.send("Active connections: 30 \nserver accepts handled requests\n 7 7 {count} \n".into()).unwrap();
    let mut agent = Agent::start(&["--orca", "127.0.0.1:0", "--nginx", &url, "--nginx-full", "20"]);
    let (_, at) = agent.line_and_orca();
    let mut stream = request(&at, PATH, &[], &message(&[]));
    // 8: an entry of 18 bytes, its key of 7 and its value 30.0, which is 403e... in IEEE 754; 9: application_utilization.
    let clients = [&[0x42, 18, 0x0a, 7][..], b"clients", &[0x11, 0, 0, 0, 0, 0, 0, 0x3e, 0x40]].concat();
    let begun = Instant::now();
    loop {
        let report = report(&mut stream).expect("a report");
        assert!(has(&report, &clients) && double(&report, 9) == Some(1.5), "{report:x?}");
        // Two looks give a rate: 6, rps_fractional.
        if let Some(rate) = double(&report, 6) {
            assert!(rate > 0.0 && rate <= 4.0 / 0.05, "{rate}");
            break;
        }
        assert!(begun.elapsed() < BUDGET, "{report:x?}");
    }
}

#[test]
fn only_who_shows_the_token_gets_reports() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let mut agent = Agent::start(&["--orca", "127.0.0.1:0", "--token", file.to_str().unwrap()]);
    let (_, at) = agent.line_and_orca();
    let shown = |token: &str| literal("authorization", &format!("Bearer {token}"));
    assert!(report(&mut request(&at, PATH, &shown(TOKEN), &message(&[]))).is_some());
    for wrong in [vec![], shown(""), shown(&TOKEN[..31]), shown(&TOKEN.replace('f', "F")), shown(&format!("{TOKEN}0"))] {
        assert_eq!(report(&mut request(&at, PATH, &wrong, &message(&[]))), None, "{wrong:?}");
    }
}

#[test]
fn clients_that_break_the_rules_get_nothing_and_disturb_nobody() {
    let mut agent = Agent::start(&["--orca", "127.0.0.1:0"]);
    let (_, at) = agent.line_and_orca();
    let mut good = request(&at, PATH, &[], &message(&[]));
    assert!(report(&mut good).is_some());
    for path in ["/", "/xds.service.orca.v3.OpenRcaService/Other"] {
        assert_eq!(report(&mut request(&at, path, &[], &message(&[]))), None, "{path}");
    }
    // Too long, compressed, no request, and none at all.
    for body in [&[0, 0, 0, 0x40, 1][..], &[1, 0, 0, 0, 0], &[0, 0, 0, 0, 1, 0x0a], &[]] {
        assert_eq!(report(&mut request(&at, PATH, &[], body)), None, "{body:?}");
    }
    let mut http_1 = TcpStream::connect(&at).unwrap();
    http_1.set_read_timeout(Some(BUDGET)).unwrap();
    http_1.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let end = http_1.read_to_end(&mut Vec::new()).map_err(|error| error.kind());
    assert!(end.is_ok() || end == Err(ErrorKind::ConnectionReset), "the connection is closed: {end:?}");
    let mut flood = request(&at, PATH, &[], &message(&[]));
    let junk = frame(0x42, 0, 0, &[0; 1024]);
    let sent = (0..100_000).take_while(|_| flood.write_all(&junk).is_ok()).count();
    assert!(sent < 100_000, "the connection is closed");
    assert!(report(&mut good).is_some());
}

#[test]
fn a_request_with_a_wrong_byte_disturbs_nobody() {
    let mut agent = Agent::start(&["--orca", "127.0.0.1:0"]);
    let (_, at) = agent.line_and_orca();
    let mut good = request(&at, PATH, &[], &message(&[]));
    let sound = asking(PATH, &[], &message(&[0x0a, 2, 0x08, 1]));
    // Each byte is wrong once, in each way that one bit makes it. A client that leaves at once may do so before it is heard.
    for (byte, bit) in (0..sound.len()).flat_map(|byte| (0..8).map(move |bit| (byte, bit))) {
        let mut bytes = sound.clone();
        bytes[byte] ^= 1 << bit;
        let mut stream = TcpStream::connect(&at).unwrap();
        stream.set_read_timeout(Some(BUDGET)).unwrap();
        let _ = stream.write_all(&bytes);
        // The agent's settings, or the end of the connection.
        let _ = next_frame(&mut stream);
    }
    assert!(report(&mut good).is_some());
    assert!(report(&mut request(&at, PATH, &[], &message(&[]))).is_some(), "and the agent still takes requests");
    assert!(agent.child.try_wait().unwrap().is_none());
    drop(agent.child.kill());
    let told: Vec<String> = agent.lines.take().unwrap().map_while(Result::ok).collect();
    assert!(told.iter().all(|line| !line.contains("panicked")), "{told:?}");
}

#[test]
fn an_agent_has_room_for_64_connections_and_gets_it_back() {
    let mut agent = Agent::start(&["--orca", "127.0.0.1:0"]);
    let (_, at) = agent.line_and_orca();
    let mut held: Vec<TcpStream> = (0..64).map(|_| request(&at, PATH, &[], &message(&[]))).collect();
    assert!(held.iter_mut().all(|stream| report(stream).is_some()));
    let mut one_more = TcpStream::connect(&at).unwrap();
    one_more.set_read_timeout(Some(BUDGET)).unwrap();
    assert_eq!(one_more.read(&mut [0; 1]).unwrap(), 0, "it is closed");
    held.clear();
    let begun = Instant::now();
    let is_served = || {
        let mut stream = TcpStream::connect(&at).unwrap();
        stream.set_read_timeout(Some(BUDGET)).unwrap();
        let _ = stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat());
        next_frame(&mut stream).is_some()
    };
    while !is_served() {
        assert!(begun.elapsed() < BUDGET, "there is no room again");
    }
}

#[test]
fn an_agent_refuses_half_of_a_pair_of_options() {
    for arguments in [
        &["--nginx", "http://127.0.0.1/"][..],
        &["--metric", "x"],
        &["--interval", "0"],
        &["--metric-full", "-1"],
        &["--page", "http://127.0.0.1/"],
        &["--durations", "x"],
        &["--token", "/etc/token"],
        &["--listen", "127.0.0.1:0", "--orca", "127.0.0.1:0", "--token", "/nowhere/token"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_tandem-load-agent")).args(arguments).output().unwrap();
        assert!(!output.status.success() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn an_agent_and_a_manager_understand_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, token: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, token).unwrap();
        path
    };
    let (right, wrong) = (file("right", TOKEN), file("wrong", &TOKEN.replace('0', "1")));
    let (url, send) = page();
    send.send("queue 150\n".into()).unwrap();
    let arguments =
        ["--orca", "127.0.0.1:0", "--token", right.to_str().unwrap(), "--page", &url, "--metric", "queue", "--metric-full", "100"];
    let mut agent = Agent::start(&arguments);
    let (_, at) = agent.line_and_orca();
    let streams = Streams::start().unwrap();
    let follow = |token: Option<PathBuf>| {
        let (send, reports) = channel();
        let source = Source { at: at.parse().unwrap(), interval: Duration::from_millis(100), token };
        let following =
            streams.follow(source, move |report: Result<f64, Fault>| drop(send.send(report.map_err(|fault| fault.to_string()))));
        (following, reports)
    };
    for token in [Some(wrong), None] {
        let why = follow(token).1.recv_timeout(BUDGET).unwrap().unwrap_err();
        let told =
            "it ends the stream with gRPC status 16, \"the token is missing or wrong\"; give `token` the file with the token that it wants";
        assert_eq!(why, told);
    }
    let (_following, reports) = follow(Some(right));
    for _ in 0..3 {
        assert_eq!(reports.recv_timeout(BUDGET).unwrap(), Ok(1.5));
    }
    send.send("nothing 1\n".into()).unwrap();
    let why = std::iter::from_fn(|| reports.recv_timeout(BUDGET).ok()).find_map(Result::err).expect("a status");
    let told = format!("it ends the stream with gRPC status 14, \"{url}: no metric queue with a number from 0 on\"; see its own messages");
    assert_eq!(why, told);
}

#[test]
fn an_agent_goes_on_when_nobody_reads_what_it_tells() {
    let (url, send) = page();
    send.send("queue 1\n".into()).unwrap();
    let mut agent = Agent::start(&["--page", &url, "--metric", "queue"]);
    let at = agent.at("ready: load agent at ");
    agent.lines = None;
    send.send("nothing 1\n".into()).unwrap();
    let begun = Instant::now();
    for what in ["down # http://", "1%\n"] {
        while !ask(&at).starts_with(what) {
            assert!(begun.elapsed() < BUDGET, "{what:?} is not told");
            std::thread::sleep(Duration::from_millis(20));
        }
        send.send("queue 1\n".into()).unwrap();
    }
}

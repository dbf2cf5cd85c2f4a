//! Load reports by ORCA, from servers that keep to the protocol and from all others. The servers are written by hand, byte by byte.

mod common;

use common::{DATA, END_HEADERS, END_STREAM, GRPC, HEADERS, PREFACE, SETTINGS, frame, literal, message, next_frame};
use manager::agent::Line;
use manager::orca::client::{Following, Source, Streams};
use manager::resource::Resources;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

const INTERVAL: Duration = Duration::from_millis(100);
/// In which everything must have happened.
const BUDGET: Duration = Duration::from_secs(20);
/// 1: `cpu_utilization`, 0.5. 9: `application_utilization`, 1.5. Both as doubles of protobuf.
const CPU: [u8; 9] = [0x09, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f];
const APPLICATION: [u8; 9] = [0x49, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f];
/// The status 200, as number 8 of the static table.
const OK: &[u8] = b"\x88";

type Reports = Receiver<Result<f64, String>>;

/// Follows a server that does `serve` with each connection.
fn follow(streams: &Streams, serve: impl Fn(TcpStream) + Send + 'static) -> (Following, Reports) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().flatten().for_each(serve));
    follow_at(streams, Source { at, interval: INTERVAL, token: None })
}

fn follow_at(streams: &Streams, source: Source) -> (Following, Reports) {
    let (send, reports) = channel();
    let hand_over = move |report: Result<f64, manager::orca::client::Fault>| drop(send.send(report.map_err(|fault| fault.to_string())));
    (streams.follow(source, hand_over), reports)
}

/// What the next report is; the manager's count must show it, too.
fn next(reports: &Reports) -> Result<f64, String> {
    let report = reports.recv_timeout(BUDGET).expect("a report, or why there is none");
    let mut resources = Resources::default();
    let line = report.clone().map(|utilisation| Line { utilisation: Some(utilisation), state: None });
    resources.note("one", line, Instant::now());
    assert_eq!((resources.taken, resources.refused), if report.is_ok() { (1, 0) } else { (0, 1) });
    report
}

/// Why there is no report from a server that does this.
fn fault(serve: impl Fn(TcpStream) + Send + 'static) -> String {
    let streams = Streams::start().unwrap();
    let (_following, reports) = follow(&streams, serve);
    next(&reports).unwrap_err()
}

/// Reads a request to its end. Returns its headers, still packed, and its message.
fn request(stream: &mut TcpStream) -> (Vec<u8>, Vec<u8>) {
    let mut preface = [0; PREFACE.len()];
    stream.read_exact(&mut preface).unwrap();
    assert_eq!(preface, PREFACE);
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).unwrap();
    let (mut headers, mut body) = (Vec::new(), Vec::new());
    loop {
        match next_frame(stream).expect("a request") {
            (HEADERS, _, payload) => headers = payload,
            (DATA, flags, payload) => {
                body.extend(payload);
                if flags & END_STREAM != 0 {
                    return (headers, body);
                }
            }
            _ => {}
        }
    }
}

/// Answers a request with these frames, and leaves the connection open.
fn answer(mut stream: TcpStream, frames: &[Vec<u8>]) {
    request(&mut stream);
    let _ = stream.write_all(&frames.concat());
    wait_for_the_end(stream);
}

fn wait_for_the_end(mut stream: TcpStream) {
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}

fn head(more: &[u8]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, 1, &[OK, GRPC, more].concat())
}

fn data(bytes: &[u8]) -> Vec<u8> {
    frame(DATA, 0, 1, bytes)
}

#[test]
fn a_server_is_asked_for_a_stream_with_an_interval_and_its_reports_are_taken_however_they_are_cut() {
    let (send, asked) = channel();
    let streams = Streams::start().unwrap();
    let (_following, reports) = follow(&streams, move |mut stream| {
        send.send(request(&mut stream)).unwrap();
        // The first in two pieces, then one that tells both utilisations.
        let (first, second) = (message(&CPU), message(&[CPU, APPLICATION].concat()));
        let frames = [head(&[]), data(&first[..7]), data(&first[7..]), data(&second)];
        stream.write_all(&frames.concat()).unwrap();
        wait_for_the_end(stream);
    });
    assert_eq!((next(&reports), next(&reports)), (Ok(0.5), Ok(1.5)));
    let (_, body) = asked.recv().unwrap();
    // 1: a Duration of 6 bytes, whose 2 are 100,000,000 ns as a varint: 0x5f5e100 in groups of seven bits.
    assert_eq!(body, message(&[0x0a, 5, 0x10, 0x80, 0xc2, 0xd7, 0x2f]));
}

#[test]
fn a_report_that_cannot_be_is_refused_and_the_next_one_taken() {
    let double = |value: f64| [&[0x09][..], &value.to_le_bytes()].concat();
    for (value, text) in [(-0.5, "-0.5"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let streams = Streams::start().unwrap();
        let lie = double(value);
        let (_following, reports) =
            follow(&streams, move |stream| answer(stream, &[head(&[]), data(&message(&lie)), data(&message(&CPU))]));
        assert_eq!(next(&reports).unwrap_err(), format!("it reports cpu_utilization = {text}; a utilisation is a number from 0 on"));
        assert_eq!(next(&reports), Ok(0.5));
    }
}

#[test]
fn a_server_that_hangs_has_sent_no_report() {
    const WHY: &str = "it has sent no report for 1s; let its shortest interval be that of load_interval, or make load_interval longer";
    assert_eq!(fault(wait_for_the_end), WHY, "before it answers");
    assert_eq!(fault(|stream| answer(stream, &[head(&[])])), WHY, "after its headers");
    assert_eq!(fault(|stream| answer(stream, &[head(&[]), data(&message(&CPU)[..9])])), WHY, "within a report");
}

#[test]
fn a_server_that_reports_too_often_loses_its_stream() {
    let streams = Streams::start().unwrap();
    let (_following, reports) = follow(&streams, |stream| {
        let frames: Vec<_> = std::iter::once(head(&[])).chain((0..1000).map(|_| data(&message(&CPU)))).collect();
        answer(stream, &frames);
    });
    let mut taken = 0;
    let why = loop {
        match next(&reports) {
            Ok(_) => taken += 1,
            Err(why) => break why,
        }
    };
    assert_eq!(why, "it reports more than twice as often as the 100ms that were asked for");
    // Ten at once, and one more for each half of an interval that has passed meanwhile.
    assert!((10..200).contains(&taken), "{taken}");
}

#[test]
fn messages_that_were_not_asked_for_are_refused() {
    for (bytes, why) in [
        (vec![0, 0, 0, 0x40, 1], "it sends a message of 16385 bytes; 16384 are the most"),
        (vec![0, 0xff, 0xff, 0xff, 0xff], "it sends a message of 4294967295 bytes; 16384 are the most"),
        (vec![1, 0, 0, 0, 1, 0], "it sends a compressed message, and no compression was offered"),
        (
            message(&CPU[..5]),
            "it sends a message that is no OrcaLoadReport: failed to decode Protobuf message: OrcaLoadReport.cpu_utilization: buffer underflow",
        ),
    ] {
        assert_eq!(fault(move |stream| answer(stream, &[head(&[]), data(&bytes)])), why);
    }
}

#[test]
fn a_server_that_sends_more_bytes_than_reports_take_loses_its_connection() {
    let streams = Streams::start().unwrap();
    let (send, sent) = channel();
    let (_following, reports) = follow(&streams, move |mut stream| {
        request(&mut stream);
        // Frames of an unknown kind, which RFC 9113, section 4.1 has everybody pass over.
        let junk = frame(0x42, 0, 0, &[0; 1024]);
        let count = (0..).take_while(|_| stream.write_all(&junk).is_ok()).count();
        send.send(count).unwrap();
    });
    assert_eq!(next(&reports).unwrap_err(), "its connection fails: it sends more than 131072 bytes in 1s");
    assert!(sent.recv_timeout(BUDGET).unwrap() >= 126, "the connection was open until then");
}

#[test]
fn what_is_not_grpc_is_told_from_it() {
    let http_1 = fault(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        wait_for_the_end(stream);
    });
    assert_eq!(http_1, "its connection fails: it speaks HTTP/1, and gRPC needs HTTP/2; name the port of its ORCA service");
    // 404 is number 13 of the static table.
    let not_found = fault(|stream| answer(stream, &[frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\x8d")]));
    assert_eq!(not_found, "it answers with HTTP status 404, and not by gRPC; name the port of its ORCA service");
    let page = fault(|stream| answer(stream, &[frame(HEADERS, END_HEADERS, 1, b"\x88\x5f\x09text/html")]));
    assert_eq!(page, "it answers with HTTP status 200, and not by gRPC; name the port of its ORCA service");
}

#[test]
fn broken_frames_and_the_end_of_a_connection_are_told() {
    // What comes between is the library's own word.
    let is_broken = |why: &str| {
        why.starts_with("its connection fails: ") && why.ends_with("; it breaks the rules of HTTP/2: name the port of its ORCA service")
    };
    // Settings of 5 bytes: each takes 6.
    let broken = fault(|stream| answer(stream, &[frame(SETTINGS, 0, 0, &[0; 5])]));
    assert!(is_broken(&broken), "{broken}");
    // Headers that name number 70 of a table that ends before.
    let packed = fault(|stream| answer(stream, &[frame(HEADERS, END_HEADERS, 1, b"\xc6")]));
    assert!(is_broken(&packed), "{packed}");
    let closed = fault(drop);
    assert!(closed.starts_with("its connection fails: ") && !is_broken(&closed), "{closed}");
    let cut = fault(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(&[head(&[]), data(&message(&CPU)[..9])].concat());
        let _ = stream.shutdown(Shutdown::Write);
        wait_for_the_end(stream);
    });
    assert!(cut.starts_with("its connection fails: ") && !is_broken(&cut), "{cut}");
    let large = fault(|stream| {
        let pair = literal("x", &"y".repeat(126));
        answer(stream, &[head(&pair.repeat(100))]);
    });
    assert!(is_broken(&large), "{large}");
}

#[test]
fn a_status_of_grpc_is_told_with_a_remedy() {
    let refused = |code, words| {
        let status = [literal("grpc-status", code), literal("grpc-message", words)].concat();
        move |stream| answer(stream, &[frame(HEADERS, END_HEADERS | END_STREAM, 1, &[OK, GRPC, &status].concat())])
    };
    let unknown = fault(refused("12", "unknown service"));
    assert_eq!(unknown, "it ends the stream with gRPC status 12, \"unknown service\"; switch its service OpenRcaService on");
    let token = fault(refused("16", "who is there?"));
    assert_eq!(token, "it ends the stream with gRPC status 16, \"who is there?\"; give `token` the file with the token that it wants");
    let streams = Streams::start().unwrap();
    let (_following, reports) = follow(&streams, |stream| {
        let trailers = frame(HEADERS, END_HEADERS | END_STREAM, 1, &literal("grpc-status", "14"));
        answer(stream, &[head(&[]), data(&message(&CPU)), trailers]);
    });
    assert_eq!(next(&reports), Ok(0.5));
    assert_eq!(next(&reports).unwrap_err(), "it ends the stream with gRPC status 14, \"\"; see its own messages");
    let ended = fault(|stream| answer(stream, &[head(&[]), frame(DATA, END_STREAM, 1, &[])]));
    assert_eq!(ended, "it ends the stream without a gRPC status");
}

#[test]
fn a_server_that_does_not_listen_and_a_token_that_is_not_there_are_told() {
    let streams = Streams::start().unwrap();
    let at = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (_following, reports) = follow_at(&streams, Source { at, interval: INTERVAL, token: None });
    let refused =
        format!("it cannot be reached at {at}: Connection refused (os error 111); start its ORCA service there, or correct `orca`");
    assert_eq!(next(&reports).unwrap_err(), refused);
    let (_following, reports) = follow_at(&streams, Source { at, interval: INTERVAL, token: Some("/nowhere/token".into()) });
    let why = "/nowhere/token: the token cannot be read: No such file or directory (os error 2); name a file that this program may read";
    assert_eq!(next(&reports).unwrap_err(), why);
}

#[test]
fn a_conversation_with_a_wrong_byte_ends_with_a_fault() {
    let sound = [head(&[]), data(&message(&CPU)), data(&message(&[CPU, APPLICATION].concat()))].concat();
    let streams = Streams::start().unwrap();
    // Each byte is wrong once, in each way that one bit makes it.
    let followed: Vec<_> = (0..sound.len())
        .map(|at| {
            let conversations: Vec<Vec<u8>> = (0..8)
                .map(|bit| {
                    let mut bytes = sound.clone();
                    bytes[at] ^= 1 << bit;
                    bytes
                })
                .collect();
            let turn = AtomicUsize::new(0);
            follow(&streams, move |mut stream| {
                request(&mut stream);
                let _ = stream.write_all(&conversations[turn.fetch_add(1, Relaxed) % 8]);
                let _ = stream.shutdown(Shutdown::Write);
                wait_for_the_end(stream);
            })
        })
        .collect();
    for (at, (_following, reports)) in followed.iter().enumerate() {
        // Two reports may be refused in a conversation, and then its end is a fault.
        let faults = std::iter::from_fn(|| reports.recv_timeout(BUDGET).ok()).filter(Result::is_err).take(8 * 3).count();
        assert_eq!(faults, 8 * 3, "byte {at}");
    }
}

#[test]
fn bad_servers_hold_up_no_good_one() {
    let streams = Streams::start().unwrap();
    let flood = |mut stream: TcpStream| while stream.write_all(&frame(0x42, 0, 0, &[0; 8192])).is_ok() {};
    let _bad = [follow(&streams, flood).0, follow(&streams, flood).0, follow(&streams, wait_for_the_end).0, follow(&streams, drop).0];
    let (_following, reports) = follow(&streams, |mut stream| {
        request(&mut stream);
        let _ = stream.write_all(&head(&[]));
        while stream.write_all(&data(&message(&CPU))).is_ok() {
            thread::sleep(INTERVAL);
        }
    });
    for number in 0..20 {
        assert_eq!(next(&reports), Ok(0.5), "report {number}");
    }
}

#[test]
fn a_server_that_is_followed_no_longer_is_left() {
    let streams = Streams::start().unwrap();
    let (send, ended) = channel();
    let (following, reports) = follow(&streams, move |stream| {
        answer(stream, &[head(&[]), data(&message(&CPU))]);
        send.send(()).unwrap();
    });
    assert_eq!(next(&reports), Ok(0.5));
    drop(following);
    ended.recv_timeout(BUDGET).expect("its connection ends");
}

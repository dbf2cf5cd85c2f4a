//! Health of servers: each is checked at intervals, through the kernel's own stack.

use crate::configuration::{Check, CheckKind};
use crate::master::Member;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of an answer that are read, at most: its first line.
const LINE: usize = 256;

/// How a member is found to be, by its answers in a row. Pure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    is_well: bool,
    /// Answers in a row that speak against it.
    against: u8,
}

impl Default for Health {
    /// Well, until it is found to be ill.
    fn default() -> Self {
        Self { is_well: true, against: 0 }
    }
}

impl Health {
    /// Takes one answer into account. Returns whether the member is another than before.
    pub fn note(&mut self, is_good: bool, check: &Check) -> bool {
        if is_good == self.is_well {
            self.against = 0;
            return false;
        }
        self.against += 1;
        let changes = self.against >= if is_good { check.rise } else { check.fall };
        if changes {
            *self = Self { is_well: is_good, against: 0 };
        }
        changes
    }

    /// Whether the member is well.
    pub fn is_well(self) -> bool {
        self.is_well
    }
}

/// What is checked, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Who.
    pub member: Member,
    /// How.
    pub check: Check,
    /// Where.
    pub at: SocketAddr,
}

/// A task that is done again and again until this is dropped.
#[derive(Debug)]
pub struct Checker {
    /// What is checked.
    pub task: Task,
    ends: Arc<AtomicBool>,
}

impl Drop for Checker {
    fn drop(&mut self) {
        self.ends.store(true, Relaxed);
    }
}

impl Checker {
    /// Begins, in a thread of its own. `hand_over` gets the member and whether it is well, each time that this has changed, and why.
    pub fn start(task: Task, hand_over: impl Fn(&Member, bool, String) + Send + 'static) -> Self {
        let ends = Arc::new(AtomicBool::new(false));
        let (told, asked) = (ends.clone(), task.clone());
        thread::spawn(move || {
            let mut health = Health::default();
            let mut jitter = Jitter::of(&asked.member);
            while !told.load(Relaxed) {
                let begun = Instant::now();
                let answer = ask(asked.at, &asked.check);
                let why = answer.as_ref().err().map_or_else(|| "it answers".to_owned(), ToString::to_string);
                if health.note(answer.is_ok(), &asked.check) && !told.load(Relaxed) {
                    hand_over(&asked.member, health.is_well(), why);
                }
                thread::sleep(jitter.of_interval(asked.check.interval).saturating_sub(begun.elapsed()));
            }
        });
        Self { task, ends }
    }
}

/// Asks a server once.
///
/// # Errors
/// Why it is not well.
fn ask(at: SocketAddr, check: &Check) -> io::Result<()> {
    let deadline = Instant::now() + check.timeout;
    let mut stream = TcpStream::connect_timeout(&at, check.timeout)?;
    let CheckKind::Http(path) = &check.kind else { return Ok(()) };
    stream.set_write_timeout(Some(check.timeout))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {at}\r\nUser-Agent: tandem-manager\r\nConnection: close\r\n\r\n")?;
    let (mut line, mut length) = ([0; LINE], 0);
    while length < LINE && !line[..length].contains(&b'\n') {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut line[length..])? {
            0 => break,
            more => length += more,
        }
    }
    status(&line[..length])
}

/// Whether the first line of an answer is one of HTTP/1 with a status from 200 to 399.
fn status(answer: &[u8]) -> io::Result<()> {
    let text = String::from_utf8_lossy(answer);
    let line = text.lines().next().unwrap_or_default();
    let status: Option<u16> = line.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|status| status.parse().ok());
    match status {
        Some(200..=399) => Ok(()),
        Some(status) => Err(io::Error::other(format!("its answer is {status}"))),
        None => Err(io::Error::other("its answer is not HTTP/1")),
    }
}

/// Intervals that differ by up to a tenth, so that the checks of many servers, and of many managers, do not fall together.
struct Jitter(u64);

impl Jitter {
    fn of(member: &Member) -> Self {
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        let bytes = member.service.bytes().chain(member.server.bytes()).chain(std::process::id().to_le_bytes());
        Self(bytes.fold(0xcbf2_9ce4_8422_2325, hash) | 1)
    }

    fn of_interval(&mut self, interval: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        interval.mul_f64(0.9 + 0.2 * (self.0 >> 11) as f64 / (1u64 << 53) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn check(kind: CheckKind) -> Check {
        Check { kind, port: None, interval: Duration::from_secs(1), timeout: Duration::from_millis(300), rise: 2, fall: 3 }
    }

    #[test]
    fn so_many_answers_in_a_row_change_a_server() {
        let check = check(CheckKind::Tcp);
        let mut health = Health::default();
        let answers =
            [(false, false), (false, false), (true, false), (false, false), (false, false), (false, true), (true, false), (true, true)];
        for (step, (is_good, changes)) in answers.into_iter().enumerate() {
            assert_eq!(health.note(is_good, &check), changes, "answer {step}");
        }
        assert!(health.is_well());
    }

    #[test]
    fn an_answer_counts_by_its_status() {
        for (answer, is_well) in [
            ("HTTP/1.1 200 OK\r\n", true),
            ("HTTP/1.0 302 Found\r\n", true),
            ("HTTP/1.1 404 Not Found\r\n", false),
            ("HTTP/1.1 503\r\n", false),
            ("HTTP/1.1 20\r\n", false),
            ("SSH-2.0-x\r\n", false),
            ("", false),
        ] {
            assert_eq!(status(answer.as_bytes()).is_ok(), is_well, "{answer:?}");
        }
    }

    #[test]
    fn a_server_that_is_silent_is_ill_and_one_that_listens_is_well() {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = silent.local_addr().unwrap();
        assert!(ask(at, &check(CheckKind::Tcp)).is_ok());
        let error = ask(at, &check(CheckKind::Http("/".into()))).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock), "{error}");
        drop(silent);
        assert_eq!(ask(at, &check(CheckKind::Tcp)).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    }

    #[test]
    fn intervals_differ_by_a_tenth_at_most() {
        let member = Member { service: "web".into(), server: "one".into(), address: [192, 0, 2, 1].into(), port: 80 };
        let mut jitter = Jitter::of(&member);
        let all: Vec<f64> = (0..1000).map(|_| jitter.of_interval(Duration::from_secs(1)).as_secs_f64()).collect();
        assert!(all.iter().all(|one| (0.9..=1.1).contains(one)) && all.iter().any(|one| *one < 0.95) && all.iter().any(|one| *one > 1.05));
    }
}

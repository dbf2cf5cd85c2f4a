//! Where reports come from: an agent that is asked again and again, or a stream of ORCA.

use crate::agent::Line;
use crate::configuration::Server;
use crate::orca::client::{Fault, Following, Source, Streams};
use std::io::{self, Read as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of a line, at most.
const LINE: usize = 256;
/// Characters of a reason, at most: a server has a hand in what it is.
const WHY: usize = 400;

/// How a server reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// By lines of an agent check, one for each connection, at this address; and how often.
    AgentCheck(SocketAddr, Duration),
    /// By ORCA.
    Orca(Source),
}

/// Whose reports are taken, and how they come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The server's name.
    pub server: String,
    /// How it reports.
    pub protocol: Protocol,
}

impl Origin {
    /// Where the reports of a server come from; `None` if it does not report.
    pub fn of(server: &Server, interval: Duration) -> Option<Self> {
        let at = |port| SocketAddr::new(server.address, port);
        let by_agent = server.agent.map(|port| Protocol::AgentCheck(at(port), interval));
        let by_orca = server.orca.map(|port| Protocol::Orca(Source { at: at(port), interval, token: server.token.clone() }));
        by_agent.or(by_orca).map(|protocol| Self { server: server.name.clone(), protocol })
    }

    /// Whether the same server reports in the same way as by another one, though perhaps elsewhere or at another interval.
    pub fn continues(&self, other: &Self) -> bool {
        self.server == other.server && std::mem::discriminant(&self.protocol) == std::mem::discriminant(&other.protocol)
    }
}

/// Takes the reports of one server until this is dropped.
#[derive(Debug)]
pub struct Reporter {
    /// Whose reports it takes.
    pub origin: Origin,
    _work: Work,
}

#[derive(Debug)]
enum Work {
    Asking { _asking: Asking },
    Following { _following: Following },
}

impl Reporter {
    /// Begins. `hand_over` gets each report, or why there is none that can be; it must not block. `streams` runs the streams of all, from the first on.
    ///
    /// # Errors
    /// If there is no thread or no descriptor for the first stream.
    pub fn start(
        origin: Origin,
        streams: &mut Option<Streams>,
        hand_over: impl Fn(Result<Line, String>) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let work = match origin.protocol.clone() {
            Protocol::AgentCheck(at, interval) => Work::Asking { _asking: Asking::start(at, interval, hand_over) },
            Protocol::Orca(source) => {
                let line = |utilisation| Line { utilisation: Some(utilisation), state: None };
                let hand_over = move |report: Result<f64, Fault>| {
                    hand_over(report.map(line).map_err(|fault| fault.to_string().chars().take(WHY).collect()));
                };
                let streams = match streams {
                    Some(streams) => streams,
                    None => streams.insert(Streams::start()?),
                };
                Work::Following { _following: streams.follow(source, hand_over) }
            }
        };
        Ok(Self { origin, _work: work })
    }
}

/// Asks an agent, in a thread of its own, until this is dropped.
#[derive(Debug)]
struct Asking {
    ends: Arc<AtomicBool>,
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.ends.store(true, Relaxed);
    }
}

impl Asking {
    fn start(at: SocketAddr, interval: Duration, hand_over: impl Fn(Result<Line, String>) + Send + 'static) -> Self {
        let ends = Arc::new(AtomicBool::new(false));
        let told = ends.clone();
        thread::spawn(move || {
            while !told.load(Relaxed) {
                let begun = Instant::now();
                let silent =
                    |error| format!("its agent does not answer at {at}: {error}; start tandem-load-agent there, or correct `agent`");
                let line = ask(at, interval).map_err(silent);
                let line = line.and_then(|text| Line::read(&text).map_err(|error| error.to_string()));
                if !told.load(Relaxed) {
                    hand_over(line);
                }
                thread::sleep(interval.saturating_sub(begun.elapsed()));
            }
        });
        Self { ends }
    }
}

/// The first line that an agent tells, within `patience`.
fn ask(at: SocketAddr, patience: Duration) -> io::Result<String> {
    let deadline = Instant::now() + patience;
    let mut stream = TcpStream::connect_timeout(&at, patience)?;
    let (mut line, mut length) = ([0; LINE], 0);
    while length < LINE && !line[..length].contains(&b'\n') {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut line[length..])? {
            0 => break,
            more => length += more,
        }
    }
    let text = String::from_utf8_lossy(&line[..length]);
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

//! Clients: many short connections, or some that live long.

use super::namespace::Namespace;
use anyhow::Result;
use socket2::{Domain, Socket, Type};
use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Connections under way at once.
const AT_ONCE: usize = 50;

/// Between two requests of a connection that lives long.
const PAUSE: Duration = Duration::from_millis(300);

/// What became of requests.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// How many were answered, by who answered.
    pub by_server: BTreeMap<String, usize>,
    /// Why the others were not, and how often.
    pub failures: BTreeMap<String, usize>,
}

impl Answers {
    /// Requests that were answered.
    pub fn answered(&self) -> usize {
        self.by_server.values().sum()
    }

    /// Requests that were not.
    pub fn failed(&self) -> usize {
        self.failures.values().sum()
    }
}

/// Sends a request on a connection of its own from each of these ports; each has `patience` to be answered.
///
/// # Errors
/// If the namespace cannot be entered.
pub fn requests(from: &Namespace, to: SocketAddr, ports: impl Iterator<Item = u16>, patience: Duration) -> Result<Answers> {
    let (ports, answers): (Vec<u16>, _) = (ports.collect(), Mutex::new(Answers::default()));
    let next = AtomicUsize::new(0);
    from.within(|| {
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some(&port) = ports.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let answer = connect(to, port, patience).and_then(|stream| request(&stream)).map(|line| name(&line).to_owned());
                        let mut answers = answers.lock().expect("no panic");
                        match answer {
                            Ok(server) => *answers.by_server.entry(server).or_default() += 1,
                            Err(error) => *answers.failures.entry(error.kind().to_string()).or_default() += 1,
                        }
                    }
                });
            }
        });
    })?;
    Ok(answers.into_inner().expect("no panic"))
}

/// The address and the port that a server sees, as it tells, of a request from this port.
///
/// # Errors
/// If the namespace cannot be entered, or the request is not answered.
pub fn seen_by_server(from: &Namespace, to: SocketAddr, port: u16, patience: Duration) -> Result<String> {
    let line = from.within(|| connect(to, port, patience).and_then(|stream| request(&stream)))??;
    Ok(line.split_once(" saw ").map(|(_, seen)| seen.to_owned()).unwrap_or_default())
}

/// A connection from this port.
fn connect(to: SocketAddr, port: u16, patience: Duration) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(to), Type::STREAM, None)?;
    let any = if to.is_ipv4() { IpAddr::V4(Ipv4Addr::UNSPECIFIED) } else { IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED) };
    // A connection from this port to somebody else may have ended just now.
    socket.set_reuse_address(true)?;
    socket.bind(&SocketAddr::new(any, port).into())?;
    socket.connect_timeout(&to.into(), patience)?;
    socket.set_read_timeout(Some(patience))?;
    Ok(socket.into())
}

/// The name of the server, which its answer begins with.
fn name(line: &str) -> &str {
    line.split_once(" saw ").map_or("", |(name, _)| name)
}

/// Asks a server who it is, and whom it sees.
fn request(mut stream: &TcpStream) -> io::Result<String> {
    stream.write_all(b"GET / HTTP/1.1\r\nHost: site\r\n\r\n")?;
    let mut lines = BufReader::new(stream).lines();
    // The status and the headers, up to an empty line; then the line with the name.
    while !lines.next().ok_or(io::ErrorKind::UnexpectedEof)??.is_empty() {}
    let line = lines.next().ok_or(io::ErrorKind::UnexpectedEof)??;
    if line.contains(" saw ") { Ok(line) } else { Err(io::ErrorKind::InvalidData.into()) }
}

/// Connections that live long, from ports in a row; which of them broke is known at the end.
pub struct Held {
    first: u16,
    broke: Vec<thread::JoinHandle<bool>>,
    over: &'static AtomicBool,
}

impl Held {
    /// Opens them, each with a request at once and another one ever again. One breaks that is not answered within `silence`.
    ///
    /// # Errors
    /// If one cannot be opened.
    pub fn open(from: &Namespace, to: SocketAddr, first: u16, count: u16, patience: Duration, silence: Duration) -> Result<Self> {
        let over: &'static AtomicBool = Box::leak(Box::default());
        let broke = from.within(|| {
            let streams: io::Result<Vec<_>> = (first..first + count).map(|port| connect(to, port, patience)).collect();
            let lives = |stream: TcpStream| {
                move || {
                    let _ = stream.set_read_timeout(Some(silence));
                    while !over.load(Ordering::Acquire) {
                        if request(&stream).is_err() {
                            return true;
                        }
                        thread::sleep(PAUSE);
                    }
                    false
                }
            };
            io::Result::Ok(streams?.into_iter().map(|stream| thread::spawn(lives(stream))).collect())
        })??;
        Ok(Self { first, broke, over })
    }

    /// Ends them, and names the ports of those that broke before.
    pub fn end(self) -> Vec<u16> {
        self.over.store(true, Ordering::Release);
        let broke = (self.first..).zip(self.broke).filter_map(|(port, thread)| thread.join().unwrap_or(true).then_some(port));
        broke.collect()
    }
}

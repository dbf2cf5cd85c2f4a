//! A server that says who it is and who asked, and sends datagrams back.

use crate::namespace::Namespace;
use anyhow::{Context as _, Result};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv6Addr, TcpListener, TcpStream, UdpSocket};
use std::thread;

/// Ports that it answers HTTP at: the well-known one, and one above many clients' ports.
pub const HTTP: [u16; 2] = [80, 8080];

/// The port of its datagrams.
pub const ECHO: u16 = 7000;

/// Bytes of `/big`.
pub const BIG: usize = 1_000_000;

/// Starts its part of the web; its threads end with the process.
///
/// # Errors
/// If its ports cannot be had.
pub fn start_http(namespace: &Namespace, name: &str) -> Result<()> {
    let name: &'static str = name.to_owned().leak();
    namespace.within(|| {
        for port in HTTP {
            let listener = TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).with_context(|| format!("{name}: port {port}"))?;
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    thread::spawn(move || answer(name, &stream));
                }
            });
        }
        Ok(())
    })?
}

/// Starts the part that sends datagrams back; its thread ends with the process.
///
/// # Errors
/// If its port cannot be had.
pub fn start_echo(namespace: &Namespace) -> Result<()> {
    namespace.within(|| {
        let socket = UdpSocket::bind((Ipv6Addr::UNSPECIFIED, ECHO)).with_context(|| format!("{}: port {ECHO}", namespace.name()))?;
        thread::spawn(move || {
            let mut room = vec![0; 1 << 16];
            while let Ok((length, from)) = socket.recv_from(&mut room) {
                let _ = socket.send_to(&room[..length], from);
            }
        });
        Ok(())
    })?
}

/// Answers the requests of a connection, until its client has had enough.
fn answer(name: &str, mut stream: &TcpStream) -> Option<()> {
    let peer = stream.peer_addr().ok()?;
    let mut lines = BufReader::new(stream).lines();
    loop {
        let request = lines.next()?.ok()?;
        while !lines.next()?.ok()?.is_empty() {}
        let body = match request.split(' ').nth(1)? {
            "/big" => vec![b'.'; BIG],
            _ => format!("{name} saw {} port {}\n", peer.ip().to_canonical(), peer.port()).into_bytes(),
        };
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len()).ok()?;
        stream.write_all(&body).ok()?;
    }
}

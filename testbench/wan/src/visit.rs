//! A visit of the client: one connection, on which it asks for pages.

use anyhow::{Context as _, Result, bail, ensure};
use hosts::namespace::Namespace;
use socket2::{Domain, SockAddr, Socket, Type};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long a connection may take, and every answer on it: SYNs that are lost are repeated after 1, 3, 7 and 15 seconds.
pub const PATIENCE: Duration = Duration::from_secs(40);
/// Bytes that wait for the reader: a transfer goes no further than this ahead of it.
const ROOM: usize = 64 << 10;
/// What `/big` is made of.
const CONTENT: u8 = b'.';

/// An open connection.
pub struct Visit {
    stream: BufReader<TcpStream>,
    local: SocketAddr,
    /// How long its set-up took.
    pub set_up: Duration,
}

impl Visit {
    /// Connects from a host to a server's port 80, from a port of one's own if one is given.
    ///
    /// # Errors
    /// If nobody answers.
    pub fn begin(host: &Namespace, server: IpAddr, port: Option<u16>) -> Result<Self> {
        host.within(|| {
            let server = SocketAddr::new(server, 80);
            let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
            socket.set_recv_buffer_size(ROOM)?;
            if let Some(port) = port {
                socket.set_reuse_address(true)?;
                let any: IpAddr = if server.is_ipv4() { [0; 4].into() } else { [0; 16].into() };
                socket.bind(&SockAddr::from(SocketAddr::new(any, port)))?;
            }
            let begun = Instant::now();
            socket.connect_timeout(&server.into(), PATIENCE)?;
            let set_up = begun.elapsed();
            socket.set_read_timeout(Some(PATIENCE))?;
            let stream = TcpStream::from(socket);
            Ok(Self { local: stream.local_addr()?, stream: BufReader::new(stream), set_up })
        })?
    }

    /// The client's end.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// Waits no longer than this for what comes.
    ///
    /// # Errors
    /// If the system does not take it.
    pub fn wait_at_most(&self, time: Duration) -> Result<()> {
        Ok(self.stream.get_ref().set_read_timeout(Some(time))?)
    }

    /// Who answers.
    ///
    /// # Errors
    /// If nobody does.
    pub fn who(&mut self) -> Result<String> {
        let length = self.ask("/", "")?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok(body.split_once(" saw ").with_context(|| format!("{body:?} is no answer of a server of the lab"))?.0.to_owned())
    }

    /// Asks for `/big`, with so many bytes in the request's header: the bytes that will come.
    ///
    /// # Errors
    /// If nobody answers.
    pub fn begin_big(&mut self, bytes: usize) -> Result<usize> {
        self.ask("/big", &"x".repeat(bytes))
    }

    /// Takes bytes of `/big`.
    ///
    /// # Errors
    /// If they do not come, or are others.
    pub fn take(&mut self, bytes: usize) -> Result<()> {
        let mut body = vec![0; bytes];
        self.stream.read_exact(&mut body)?;
        ensure!(body.iter().all(|byte| *byte == CONTENT), "other bytes than the server's have come");
        Ok(())
    }

    fn ask(&mut self, page: &str, filling: &str) -> Result<usize> {
        write!(self.stream.get_mut(), "GET {page} HTTP/1.1\r\nHost: shop\r\nX-Filling: {filling}\r\n\r\n")?;
        let mut length = None;
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                bail!("the connection has ended");
            }
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = Some(value.parse()?),
                None if line.trim_end().is_empty() => return length.context("an answer of unknown length"),
                _ => {}
            }
        }
    }

    /// Ends it by a RST.
    ///
    /// # Errors
    /// If the system does not take it.
    pub fn reset(self) -> Result<()> {
        Ok(socket2::SockRef::from(self.stream.get_ref()).set_linger(Some(Duration::ZERO))?)
    }

    /// Ends it by a FIN, and waits for the server's.
    ///
    /// # Errors
    /// If it does not come.
    pub fn close(mut self) -> Result<()> {
        self.stream.get_ref().shutdown(std::net::Shutdown::Write)?;
        Ok(self.stream.read_to_end(&mut Vec::new()).map(drop)?)
    }

    /// Lets the server end it, by what is no request.
    ///
    /// # Errors
    /// If it does not.
    pub fn let_close(mut self) -> Result<()> {
        write!(self.stream.get_mut(), "\r\nBYE\r\n\r\n")?;
        Ok(self.stream.read_to_end(&mut Vec::new()).map(drop)?)
    }
}

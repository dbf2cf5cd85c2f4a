//! A connection whose other end may send only so many bytes in a time, so that no flood of frames, whatever they are, keeps this end at work.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes that may come in a time. What a report takes, with its frames, is some hundred.
const ALLOWANCE: usize = 128 << 10;
/// What an answer of HTTP/1 begins with, and no frame of HTTP/2 that a server sends first.
const HTTP_1: &[u8] = b"HTTP/";

/// A connection.
pub(super) struct Metered {
    stream: TcpStream,
    time: Duration,
    since: Instant,
    left: usize,
    /// How many of the first bytes are those of HTTP/1; `None`: it is not that.
    as_http_1: Option<usize>,
}

impl Metered {
    /// One by which [`ALLOWANCE`] bytes may come in each `time`.
    pub(super) fn new(stream: TcpStream, time: Duration) -> Self {
        Self { stream, time, since: Instant::now(), left: ALLOWANCE, as_http_1: Some(0) }
    }

    /// Takes bytes that have come into account.
    fn note(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.since.elapsed() >= self.time {
            (self.since, self.left) = (Instant::now(), ALLOWANCE);
        }
        let Some(left) = self.left.checked_sub(bytes.len()) else {
            return Err(io::Error::other(format!("it sends more than {ALLOWANCE} bytes in {:?}", self.time)));
        };
        self.left = left;
        for byte in bytes {
            let Some(alike) = self.as_http_1 else { break };
            self.as_http_1 = (*byte == HTTP_1[alike]).then_some(alike + 1);
            if self.as_http_1 == Some(HTTP_1.len()) {
                return Err(io::Error::other("it speaks HTTP/1, and gRPC needs HTTP/2; name the port of its ORCA service"));
            }
        }
        Ok(())
    }
}

impl AsyncRead for Metered {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        Poll::Ready(self.note(&buffer.filled()[before..]))
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

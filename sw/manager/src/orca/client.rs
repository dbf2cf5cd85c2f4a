//! The manager's end: a stream of reports from each server. A server that lies, hangs or floods costs a bounded number of bytes, and its own stream.

use super::frame::{BadFrame, Frames, framed};
use super::message::{NoUtilisation, OrcaLoadReport, OrcaLoadReportRequest, PATH};
use super::metered::Metered;
use super::pace::Pace;
use super::token::{NoToken, Token};
use crate::resource::GONE;
use bytes::Bytes;
use h2::RecvStream;
use h2::client::{Builder, ResponseFuture};
use http::{HeaderMap, Method, Request, header};
use prost::Message as _;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::runtime::{self, Handle};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

/// How long a connection may take, at least; else as long as an interval.
const PATIENCE: Duration = Duration::from_secs(1);
/// Bytes that a server may send before they are read, and bytes of its headers, at most.
const WINDOW: u32 = 32 << 10;
const HEADERS: u32 = 8 << 10;
/// Characters of a server's own words that are told on.
const WORDS: usize = 200;

/// Where reports come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The address of the ORCA service.
    pub at: SocketAddr,
    /// The time from one report to the next.
    pub interval: Duration,
    /// The file with the token that is shown; `None`: none is.
    pub token: Option<PathBuf>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There is no token to show.
    #[error("{0}")]
    Token(#[from] NoToken),
    /// There is no connection.
    #[error("it cannot be reached at {0}: {1}; start its ORCA service there, or correct `orca`")]
    Unreachable(SocketAddr, io::Error),
    /// What comes is not HTTP/2, or too much, or the connection ends.
    #[error("its connection fails: {error}{remedy}", error = .0, remedy = if .0.is_library() { BROKEN } else { "" })]
    Http2(#[from] h2::Error),
    /// Nothing comes.
    #[error("it has sent no report for {0:?}; let its shortest interval be that of load_interval, or make load_interval longer")]
    Silent(Duration),
    /// It answers by HTTP/2, and not by gRPC.
    #[error("it answers with HTTP status {0}, and not by gRPC; name the port of its ORCA service")]
    NotGrpc(u16),
    /// It ends the stream, with a status of gRPC.
    #[error("it ends the stream with gRPC status {code}, {words:?}; {remedy}", remedy = remedy(*code))]
    Status {
        /// The status.
        code: u32,
        /// What it tells besides.
        words: String,
    },
    /// It ends the stream without a status.
    #[error("it ends the stream without a gRPC status")]
    Ended,
    /// It sends what is no message.
    #[error("{0}")]
    Frame(#[from] BadFrame),
    /// It sends a message that is no report.
    #[error("it sends a message that is no OrcaLoadReport: {0}")]
    NoReport(#[from] prost::DecodeError),
    /// It reports what cannot be.
    #[error("{0}")]
    Value(#[from] NoUtilisation),
    /// It reports too often.
    #[error("it reports more than twice as often as the {0:?} that were asked for")]
    Flood(Duration),
}

const BROKEN: &str = "; it breaks the rules of HTTP/2: name the port of its ORCA service";

fn remedy(code: u32) -> &'static str {
    match code {
        12 => "switch its service OpenRcaService on",
        7 | 16 => "give `token` the file with the token that it wants",
        _ => "see its own messages",
    }
}

/// Runs the streams of all servers, in one thread of its own.
pub struct Streams {
    handle: Handle,
    _end: oneshot::Sender<Infallible>,
}

impl Streams {
    /// Begins.
    ///
    /// # Errors
    /// If the kernel has no thread or no descriptor left.
    pub fn start() -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        thread::Builder::new().name("orca".into()).spawn(move || runtime.block_on(ended))?;
        Ok(Self { handle, _end: end })
    }

    /// Follows a server until the result is dropped. `hand_over` gets each utilisation, or why there is none; it must not block.
    pub fn follow(&self, source: Source, hand_over: impl Fn(Result<f64, Fault>) + Send + Sync + 'static) -> Following {
        Following(self.handle.spawn(follow(source, hand_over)).abort_handle())
    }
}

/// A server that is followed.
#[derive(Debug)]
pub struct Following(AbortHandle);

impl Drop for Following {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn follow(source: Source, hand_over: impl Fn(Result<f64, Fault>)) {
    loop {
        let Err(fault) = stream(&source, &hand_over).await;
        hand_over(Err(fault));
        sleep(source.interval).await;
    }
}

/// One stream of reports, to its end.
async fn stream(source: &Source, hand_over: &impl Fn(Result<f64, Fault>)) -> Result<Infallible, Fault> {
    let silence = source.interval * GONE;
    let silent = |_| Fault::Silent(silence);
    let (response, _connection) = request(source).await?;
    let mut body = timeout(silence, answered(response)).await.map_err(silent)??;
    let (mut frames, mut pace) = (Frames::default(), Pace::new(source.interval));
    loop {
        let message = timeout(silence, message(&mut body, &mut frames)).await.map_err(silent)??;
        if !pace.note(Instant::now()) {
            return Err(Fault::Flood(source.interval));
        }
        let report = OrcaLoadReport::decode(&message[..])?;
        hand_over(report.utilisation().map_err(Fault::from));
    }
}

/// Connects, and asks for reports. The connection lives as long as the second part of the result.
async fn request(source: &Source) -> Result<(ResponseFuture, Following), Fault> {
    let unreachable = |error| Fault::Unreachable(source.at, error);
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(format!("http://{}{PATH}", source.at))
        .header(header::CONTENT_TYPE, "application/grpc")
        .header(header::TE, "trailers")
        .header(header::USER_AGENT, concat!("tandem-manager/", env!("CARGO_PKG_VERSION")));
    if let Some(path) = &source.token {
        request = request.header(header::AUTHORIZATION, Token::read(path)?.header());
    }
    let request = request.body(()).map_err(|error| unreachable(io::Error::other(error)))?;
    let patience = source.interval.max(PATIENCE);
    let connected = async {
        let stream = TcpStream::connect(source.at).await.map_err(unreachable)?;
        let mut builder = Builder::new();
        builder.enable_push(false).max_header_list_size(HEADERS).initial_window_size(WINDOW);
        Ok::<_, Fault>(builder.handshake::<_, Bytes>(Metered::new(stream, patience)).await?)
    };
    let timed_out = |_| unreachable(io::ErrorKind::TimedOut.into());
    let (mut sender, connection) = timeout(patience, connected).await.map_err(timed_out)??;
    let driven = Following(tokio::spawn(connection).abort_handle());
    let (response, mut body) = sender.send_request(request, false)?;
    body.send_data(framed(&OrcaLoadReportRequest::every(source.interval)), true)?;
    Ok((response, driven))
}

/// The body of an answer that is gRPC's.
async fn answered(response: ResponseFuture) -> Result<RecvStream, Fault> {
    let (head, body) = response.await?.into_parts();
    let kind = head.headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    if head.status != http::StatusCode::OK || !kind.starts_with(b"application/grpc") {
        return Err(Fault::NotGrpc(head.status.as_u16()));
    }
    match status(&head.headers) {
        Some(status) => Err(status),
        None => Ok(body),
    }
}

/// The next message.
async fn message(body: &mut RecvStream, frames: &mut Frames) -> Result<Vec<u8>, Fault> {
    loop {
        if let Some(message) = frames.take()? {
            return Ok(message);
        }
        let Some(bytes) = body.data().await else {
            let trailers = body.trailers().await?;
            return Err(trailers.as_ref().and_then(status).unwrap_or(Fault::Ended));
        };
        let bytes = bytes?;
        frames.push(&bytes);
        body.flow_control().release_capacity(bytes.len())?;
    }
}

/// The status that headers or trailers have.
fn status(headers: &HeaderMap) -> Option<Fault> {
    let code = headers.get("grpc-status")?.to_str().ok()?.parse().ok()?;
    let words = headers.get("grpc-message").map_or(&b""[..], |value| value.as_bytes());
    Some(Fault::Status { code, words: String::from_utf8_lossy(words).chars().take(WORDS).collect() })
}

//! The agent's end: gives reports to whoever may have them. A client that hangs or floods costs a bounded number of bytes, and its own connection.

use super::frame::{Frames, framed};
use super::message::{OrcaLoadReport, OrcaLoadReportRequest, PATH};
use super::metered::Metered;
use super::token::Token;
use bytes::Bytes;
use h2::server::{Builder, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use prost::Message as _;
use std::future::poll_fn;
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// Connections at once, and streams of each, at most.
const CONNECTIONS: usize = 64;
const STREAMS: u32 = 4;
/// How long a request, or a stream on an idle connection, is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// After a failed accept: descriptors may have run out.
const PAUSE: Duration = Duration::from_millis(100);
/// The longest interval between two reports.
const LONGEST: Duration = Duration::from_secs(3600);
/// Intervals for which a client may leave a report unread.
const UNREAD: u32 = 10;
/// Bytes of a client's request before they are read, of its headers, and of reports that it has not read, at most.
const WINDOW: u32 = 8 << 10;
const HEADERS: u32 = 8 << 10;
const UNSENT: usize = 32 << 10;

/// Statuses of gRPC.
const INVALID_ARGUMENT: u16 = 3;
const UNIMPLEMENTED: u16 = 12;
const UNAVAILABLE: u16 = 14;
const UNAUTHENTICATED: u16 = 16;

/// The last report, or why there is none; `None`: nothing has been measured yet.
pub type Latest = Arc<Mutex<Option<Result<OrcaLoadReport, String>>>>;

/// What is offered, and to whom.
pub struct Offer {
    /// The last report.
    pub latest: Latest,
    /// The time from one report to the next; clients do not get them more often.
    pub interval: Duration,
    /// What a client has to show; `None`: nothing.
    pub token: Option<Token>,
}

/// Serves for ever.
///
/// # Errors
/// If the kernel has no descriptor left at the start.
pub fn serve(listener: TcpListener, offer: Offer) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (offer, room) = (Arc::new(offer), Arc::new(Semaphore::new(CONNECTIONS)));
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                sleep(PAUSE).await;
                continue;
            };
            if let Ok(place) = room.clone().try_acquire_owned() {
                let offer = offer.clone();
                tokio::spawn(async move {
                    // Who breaks the rules of HTTP/2 loses the connection, and hears of it by HTTP/2.
                    let _ = connection(stream, offer).await;
                    drop(place);
                });
            }
        }
    })
}

/// Serves one connection to its end.
async fn connection(stream: TcpStream, offer: Arc<Offer>) -> Result<(), h2::Error> {
    let mut builder = Builder::new();
    builder.max_concurrent_streams(STREAMS).max_header_list_size(HEADERS).initial_window_size(WINDOW).max_send_buffer_size(UNSENT);
    let shaken = builder.handshake::<_, Bytes>(Metered::new(stream, PATIENCE));
    let Ok(shaken) = timeout(PATIENCE, shaken).await else { return Ok(()) };
    let mut connection = shaken?;
    let streams = Arc::new(());
    loop {
        match timeout(PATIENCE, connection.accept()).await {
            Ok(Some(request)) => {
                let ((request, respond), offer, counted) = (request?, offer.clone(), streams.clone());
                tokio::spawn(async move {
                    // A stream that fails has ended.
                    let _ = answer(request, respond, &offer).await;
                    drop(counted);
                });
            }
            Ok(None) => return Ok(()),
            Err(_) if Arc::strong_count(&streams) > 1 => {}
            Err(_) => return Ok(()),
        }
    }
}

/// Answers one request.
async fn answer(request: Request<RecvStream>, mut respond: SendResponse<Bytes>, offer: &Offer) -> Result<(), h2::Error> {
    let (head, body) = request.into_parts();
    let kind = head.headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    if !kind.starts_with(b"application/grpc") {
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return respond.send_response(response, true).map(drop);
    }
    if head.method != Method::POST || head.uri.path() != PATH {
        return refuse(&mut respond, UNIMPLEMENTED, "the only method is that of ORCA, StreamCoreMetrics");
    }
    if offer.token.as_ref().is_some_and(|token| !token.admits(&head.headers)) {
        return refuse(&mut respond, UNAUTHENTICATED, "the token is missing or wrong");
    }
    let Ok(Some(wanted)) = timeout(PATIENCE, wanted(body)).await else {
        return refuse(&mut respond, INVALID_ARGUMENT, "no OrcaLoadReportRequest");
    };
    let interval = wanted.interval().unwrap_or_default().min(LONGEST).max(offer.interval);
    let send = respond.send_response(grpc(), false)?;
    stream(send, interval, &offer.latest).await
}

/// What a client asks for; `None` if that is no request.
async fn wanted(mut body: RecvStream) -> Option<OrcaLoadReportRequest> {
    let mut frames = Frames::default();
    loop {
        if let Some(message) = frames.take().ok()? {
            return OrcaLoadReportRequest::decode(&message[..]).ok();
        }
        let bytes = body.data().await?.ok()?;
        frames.push(&bytes);
        body.flow_control().release_capacity(bytes.len()).ok()?;
    }
}

/// Sends a report at once, and then in each interval, until the client leaves or there is none.
async fn stream(mut send: SendStream<Bytes>, interval: Duration, latest: &Latest) -> Result<(), h2::Error> {
    loop {
        let report = latest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match report {
            Some(Ok(report)) => {
                let report = framed(&report);
                if timeout(interval * UNREAD, has_room(&mut send, report.len())).await != Ok(true) {
                    send.send_reset(Reason::CANCEL);
                    return Ok(());
                }
                send.send_data(report, false)?;
            }
            Some(Err(why)) => return send.send_trailers(status(UNAVAILABLE, &why)),
            None => {}
        }
        if timeout(interval, poll_fn(|context| send.poll_reset(context))).await.is_ok() {
            return Ok(());
        }
    }
}

/// Waits until the client takes so many bytes. Returns whether it does.
async fn has_room(send: &mut SendStream<Bytes>, bytes: usize) -> bool {
    send.reserve_capacity(bytes);
    while send.capacity() < bytes {
        if !matches!(poll_fn(|context| send.poll_capacity(context)).await, Some(Ok(_))) {
            return false;
        }
    }
    true
}

fn grpc() -> Response<()> {
    let mut response = Response::new(());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    response
}

fn refuse(respond: &mut SendResponse<Bytes>, code: u16, why: &str) -> Result<(), h2::Error> {
    let mut response = grpc();
    response.headers_mut().extend(status(code, why));
    respond.send_response(response, true).map(drop)
}

/// A status of gRPC. Source: grpc/grpc, `doc/PROTOCOL-HTTP2.md`: what is not visible ASCII, and `%`, is percent-encoded.
fn status(code: u16, why: &str) -> HeaderMap {
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'%';
    let encoded: String = why.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect();
    let why = HeaderValue::try_from(encoded).unwrap_or_else(|_| HeaderValue::from_static(""));
    [("grpc-status", code.into()), ("grpc-message", why)]
        .map(|(name, value)| (header::HeaderName::from_static(name), value))
        .into_iter()
        .collect()
}

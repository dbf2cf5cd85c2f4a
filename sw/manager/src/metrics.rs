//! The metrics page: what a manager counts, in the text format of Prometheus.

use crate::report::{Report, Rings};
use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// How long a reader is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// Bytes of a request, at most.
const REQUEST: usize = 4096;

/// A page that is served until the process ends. `report` is asked each time; `None` ends it.
///
/// # Errors
/// If the address cannot be had.
pub fn serve(at: SocketAddr, report: impl Fn() -> Option<Report> + Send + 'static) -> io::Result<()> {
    let listener = bind(at)?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Some(report) = report() else { return };
            // Who went away meanwhile misses nothing.
            let _ = answer(stream, &report);
        }
    });
    Ok(())
}

/// Binds, also where the manager before is just about to leave.
fn bind(at: SocketAddr) -> io::Result<TcpListener> {
    let begun = Instant::now();
    loop {
        match TcpListener::bind(at) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && begun.elapsed() < PATIENCE => {
                thread::sleep(Duration::from_millis(10))
            }
            ended => return ended,
        }
    }
}

fn answer(mut stream: TcpStream, report: &Report) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let (mut request, mut length) = ([0; REQUEST], 0);
    while length < REQUEST && !request[..length].windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut request[length..])? {
            0 => break,
            more => length += more,
        }
    }
    let is_page = [&b"GET /metrics "[..], b"GET / "].iter().any(|start| request[..length].starts_with(start));
    let (status, page) = if is_page { ("200 OK", page(report)) } else { ("404 Not Found", "the page is /metrics\n".to_owned()) };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    )
}

/// Name, help and value of a family of samples.
type Kind<T, N> = (&'static str, &'static str, fn(&T) -> N);

/// The page.
pub fn page(report: &Report) -> String {
    let mut page = Page::default();
    let frames = &report.frames;
    page.family("frames_received_total", "counter", "Frames that came.").sample(&[], frames.received);
    page.family("frames_passed_total", "counter", "Frames that went on.").sample(&[], frames.passed);
    page.family("frames_dropped_total", "counter", "Frames that did not go on.").sample(&[], frames.dropped);
    page.family("frames_held", "gauge", "Fragments that wait for others, and frames that wait for a MAC.").sample(&[], frames.held);
    page.family("frames_total", "counter", "Frames by the reason of their way.");
    for (reason, count) in &frames.reasons {
        page.sample(&[("reason", reason)], *count);
    }
    page.family("originated_total", "counter", "Frames of RSTs, ICMP errors and echo replies that were sent.")
        .sample(&[], frames.originated);
    page.family("suppressed_total", "counter", "RSTs, ICMP errors and echo replies that were not sent.").sample(&[], frames.suppressed);
    page.family("frames_waited_total", "counter", "Frames that had to wait for the MAC of their next station.").sample(&[], frames.waited);
    page.family("frames_resumed_total", "counter", "Frames that had to wait for a MAC, and left once it was known.")
        .sample(&[], frames.resumed);
    page.family("connections", "gauge", "Connections in the table.").sample(&[], report.connections.live.into());
    page.family("connections_half_open", "gauge", "Half-open connections.").sample(&[], report.connections.half_open.into());
    page.family("connections_room", "gauge", "Connections that there is room for.").sample(&[], report.connections.room.into());
    page.family("connections_evicted_total", "counter", "Half-open connections that went for newer ones.").sample(&[], frames.evicted);
    page.family("connections_expired_total", "counter", "Connections whose time was up.").sample(&[], frames.expired);
    page.family("connections_reset_total", "counter", "Connections that were reset because their server had gone down.")
        .sample(&[], frames.reset);
    let [taken, refused] = report.load_reports;
    page.family("load_reports_total", "counter", "Load reports that were taken.").sample(&[], taken);
    page.family("load_reports_refused_total", "counter", "Load reports that told what cannot be, or did not come.").sample(&[], refused);
    let kinds: [Kind<crate::report::Interface, u64>; 4] = [
        ("interface_received_total", "Frames that came by an interface.", |interface| interface.received),
        ("interface_sent_total", "Frames that left by an interface.", |interface| interface.sent),
        ("interface_not_sent_total", "Frames that an interface did not take.", |interface| interface.not_sent),
        ("interface_overflowed_total", "Frames for which the kernel had no room.", |interface| interface.overflowed),
    ];
    for (name, help, count) in kinds {
        page.family(name, "counter", help);
        report.interfaces.iter().for_each(|interface| page.sample(&[("interface", &interface.name)], count(interface)));
    }
    let kinds: [Kind<Rings, u64>; 9] = [
        ("xdp_carried_total", "Frames that came by an interface and that XDP programs carried.", |rings| rings.carried),
        ("xdp_carried_out_total", "Frames that left by an interface and that XDP programs carried.", |rings| rings.carried_out),
        ("xdp_to_kernel_total", "Frames that the driver gave to the kernel, because they are its own.", |rings| rings.to_kernel),
        ("xdp_unpolled_total", "Frames of a queue that nobody polls.", |rings| rings.unpolled),
        ("xdp_astray_total", "Frames of the kernel's own that came to a worker.", |rings| rings.astray),
        ("xdp_no_frame_total", "Frames that overflowed because there was no frame of memory.", |rings| rings.no_frame),
        ("xdp_ring_full_total", "Frames that overflowed because the ring was full.", |rings| rings.ring_full),
        ("xdp_discarded_total", "Frames that an interface did not take from the kernel.", |rings| rings.discarded),
        ("xdp_faults_total", "Descriptors and frames that kernel and manager disagree about.", |rings| rings.faults),
    ];
    for (name, help, count) in kinds.into_iter().filter(|_| report.interfaces.iter().any(|interface| interface.rings.is_some())) {
        page.family(name, "counter", help);
        for interface in &report.interfaces {
            interface.rings.iter().for_each(|rings| page.sample(&[("interface", &interface.name)], count(rings)));
        }
    }
    let kinds: [Kind<crate::report::ServerReport, usize>; 3] = [
        ("server_up", "Whether a server is well and reachable.", |server| (server.well && server.reachable).into()),
        ("server_entries", "Entries of its service that a server holds.", |server| server.entries),
        ("server_connections", "Connections of a server.", |server| server.connections),
    ];
    for (name, help, count) in kinds {
        page.family(name, "gauge", help);
        for service in &report.services {
            for server in &service.servers {
                page.sample(&[("service", &service.name), ("server", &server.name)], count(server) as u64);
            }
        }
    }
    page.family("server_load_age_seconds", "gauge", "Time since the last load report of a server.");
    let reports = report.services.iter().flat_map(|service| service.servers.iter().map(move |server| (service, server)));
    for (service, server, age) in reports.filter_map(|(service, server)| Some((service, server, server.load.as_ref()?.age?))) {
        page.sample(&[("service", &service.name), ("server", &server.name)], age);
    }
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
    name: String,
}

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) -> &mut Self {
        self.name = format!("tandem_manager_{name}");
        let _ = writeln!(self.text, "# HELP {} {help}\n# TYPE {} {kind}", self.name, self.name);
        self
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: u64) {
        let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.text, "{}{labels} {value}", self.name);
    }
}

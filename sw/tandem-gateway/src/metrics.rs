//! Metrics in the text format of Prometheus, over HTTP. Source: prometheus.io, "Exposition formats", version 0.0.4.

use crate::report::{Classes, Report};
use anyhow::{Context as _, Result};
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// How long somebody who asks is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// Bytes of a request that are read.
const REQUEST: u64 = 8192;

/// Answers at this address, in a thread of its own.
///
/// # Errors
/// If the address cannot be had.
pub(crate) fn serve(address: SocketAddr, metrics: impl Fn() -> String + Send + 'static) -> Result<()> {
    let listener = TcpListener::bind(address)
        .with_context(|| format!("metrics: cannot listen at {address}; name another address, or leave it out"))?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever went away has no answer.
            let _ = answer(&stream, &metrics);
        }
    });
    Ok(())
}

fn answer(mut stream: &TcpStream, metrics: &impl Fn() -> String) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(std::io::Read::take(stream, REQUEST)).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let (status, body) = match request.split(' ').collect::<Vec<_>>().as_slice() {
        ["GET", "/metrics", _] => ("200 OK", metrics()),
        _ => ("404 Not Found", "metrics are at /metrics\n".into()),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// What a report says, as metrics.
pub(crate) fn text(report: &Report) -> String {
    let mut text = String::new();
    let family = |text: &mut String, name: &str, kind: &str, help: &str| {
        let _ = writeln!(text, "# HELP tandem_gateway_{name} {help}\n# TYPE tandem_gateway_{name} {kind}");
    };
    family(&mut text, "events_total", "counter", "What has happened to frames, by name.");
    for (name, count) in &report.counters {
        let _ = writeln!(text, "tandem_gateway_events_total{{event=\"{name}\"}} {count}");
    }
    family(&mut text, "frames_total", "counter", "Frames by side and fate.");
    for side in &report.interfaces {
        for (fate, count) in [("came", side.came), ("left", side.left), ("lost", side.lost), ("uncut", side.uncut)] {
            let _ = writeln!(text, "tandem_gateway_frames_total{{side=\"{}\",fate=\"{fate}\"}} {count}", side.side);
        }
    }
    if let Some(races) = &report.races {
        family(&mut text, "connections", "gauge", "Connections in the table.");
        let _ = writeln!(text, "tandem_gateway_connections {}", races.connections);
        family(&mut text, "answers_total", "counter", "Answers that won or lost, by who gave them.");
        for of in &races.answerers {
            let _ = writeln!(text, "tandem_gateway_answers_total{{who=\"{0}\",fate=\"won\"}} {1}", of.who, of.wins);
            let _ = writeln!(text, "tandem_gateway_answers_total{{who=\"{0}\",fate=\"lost\"}} {1}", of.who, of.losses);
        }
        family(&mut text, "margin_seconds", "histogram", "By how much the next answer was later than the winner's.");
        for of in &races.answerers {
            let mut sum = 0;
            for (place, count) in of.margins.iter().enumerate() {
                sum += count;
                let bound = races.bounds_ms.get(place).map_or_else(|| "+Inf".into(), |most| (*most as f64 / 1000.0).to_string());
                let _ = writeln!(text, "tandem_gateway_margin_seconds_bucket{{who=\"{}\",le=\"{bound}\"}} {sum}", of.who);
            }
            let seconds = of.mean_margin_ms.unwrap_or_default() * sum as f64 / 1000.0;
            let _ = writeln!(text, "tandem_gateway_margin_seconds_sum{{who=\"{}\"}} {seconds}", of.who);
            let _ = writeln!(text, "tandem_gateway_margin_seconds_count{{who=\"{}\"}} {sum}", of.who);
        }
    }
    if !report.classes.is_empty() {
        family(&mut text, "replica_delay_seconds", "gauge", "Half the round trip of a replica's probes; absent while it is unknown.");
        for Classes { class, replicas, .. } in &report.classes {
            for (replica, delay) in replicas.iter().filter_map(|of| Some((&of.replica, of.delay_ms?))) {
                let class = class.replace('\\', "\\\\").replace('"', "\\\"");
                let _ =
                    writeln!(text, "tandem_gateway_replica_delay_seconds{{class=\"{class}\",replica=\"{replica}\"}} {}", delay / 1000.0);
            }
        }
    }
    if let Some(replica) = &report.replica {
        family(&mut text, "ready", "gauge", "Whether the replica takes connections.");
        let _ = writeln!(text, "tandem_gateway_ready {}", u8::from(replica.load == "ready"));
    }
    text
}

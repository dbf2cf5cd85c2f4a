//! `tandem-load-agent`: reports the load of its host, in a line of HAProxy's agent check to whoever connects, and by ORCA.

mod look;

use anyhow::{Context as _, Result};
use clap::{ArgGroup, Parser};
use look::Looker;
use manager::agent::Line;
use manager::orca::server::{Latest, Offer, serve};
use manager::orca::token::Token;
use operator::output::tell;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How long who asks is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Reports the load of this host to traffic managers
///
/// Whoever connects gets one line of HAProxy's agent check, such as 75%: what is left of the scarcest resource that it measures.
/// It always measures the processors; nginx and a metric only where they are named. If one of them cannot be measured, it reports `down`.
/// With --orca it is also an ORCA server, which streams cpu_utilization, mem_utilization, rps_fractional, application_utilization,
/// and the named metrics `clients` and `mean_execution_seconds`, as far as they are measured.
#[derive(Parser)]
#[command(version, about, group(ArgGroup::new("of_page").args(["metric", "durations"]).multiple(true)))]
struct Arguments {
    /// Where to listen, for lines of an agent check
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "0.0.0.0:9323")]
    listen: SocketAddr,
    /// Where to listen as an ORCA server, by gRPC over HTTP/2 without TLS, for example 0.0.0.0:9324
    #[arg(long, value_name = "ADDRESS:PORT")]
    orca: Option<SocketAddr>,
    /// A file with the token that clients of ORCA must show; agent checks need none
    #[arg(long, value_name = "FILE", requires = "orca")]
    token: Option<PathBuf>,
    /// Seconds between two looks, and between two reports by ORCA at least
    #[arg(long, default_value_t = 1.0, value_parser = seconds)]
    interval: f64,
    /// The page of nginx's stub_status, such as http://127.0.0.1/status
    #[arg(long, value_name = "URL", requires = "nginx_full")]
    nginx: Option<String>,
    /// The number of active connections of nginx that is a utilisation of 1
    #[arg(long, value_name = "CONNECTIONS", value_parser = clap::value_parser!(u32).range(1..), requires = "nginx")]
    nginx_full: Option<u32>,
    /// A page in the text format of Prometheus
    #[arg(long, value_name = "URL", requires = "of_page")]
    page: Option<String>,
    /// A metric of that page, with its labels exactly as the page has them
    #[arg(long, value_name = "NAME", requires = "page")]
    metric: Option<String>,
    /// The value of the metric that is a utilisation of 1
    #[arg(long, value_name = "VALUE", default_value_t = 1.0, value_parser = positive)]
    metric_full: f64,
    /// A histogram or summary of that page with the durations of requests in seconds, without `_sum` and `_count`
    #[arg(long, value_name = "NAME", requires = "page")]
    durations: Option<String>,
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|seconds| (0.05..=3600.0).contains(seconds)).ok_or_else(|| "write seconds from 0.05 to 3600".to_owned())
}

fn positive(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|value: &f64| value.is_finite() && *value > 0.0).ok_or_else(|| "write a number above 0".to_owned())
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let listener = listen(arguments.listen, "--listen")?;
    let mut looker = Looker::new(&arguments)?;
    let line = Arc::new(Mutex::new(Line::of(0.0)));
    let latest: Latest = Arc::default();
    let orca = arguments.orca.map(|at| offer(&arguments, at, &latest)).transpose()?;
    tell(format_args!("ready: load agent at {}", listener.local_addr()?));
    if let Some(at) = orca {
        tell(format_args!("ready: ORCA server at {at}"));
    }
    let told = line.clone();
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| answer(stream, &told)));
    let mut trouble = String::new();
    loop {
        thread::sleep(Duration::from_secs_f64(arguments.interval));
        let (next, report, problem) = match looker.look() {
            Ok(load) => (Line::of(load.scarcest), Ok(load.report), String::new()),
            Err(error) => {
                let problem = format!("{error:#}");
                (format!("down # {}\n", problem.replace(['\n', '#'], " ")), Err(problem.clone()), problem)
            }
        };
        *line.lock().unwrap_or_else(PoisonError::into_inner) = next;
        *latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(report);
        if problem != trouble {
            tell(if problem.is_empty() { "everything can be measured again" } else { &problem });
            trouble = problem;
        }
    }
}

fn listen(at: SocketAddr, option: &str) -> Result<TcpListener> {
    TcpListener::bind(at).with_context(|| format!("{at}: cannot listen there; change {option}"))
}

/// Begins to be an ORCA server. Returns its address.
fn offer(arguments: &Arguments, at: SocketAddr, latest: &Latest) -> Result<SocketAddr> {
    let token = arguments.token.as_deref().map(Token::read).transpose()?;
    let listener = listen(at, "--orca")?;
    let at = listener.local_addr()?;
    let offer = Offer { latest: latest.clone(), interval: Duration::from_secs_f64(arguments.interval), token };
    thread::spawn(move || {
        if let Err(error) = serve(listener, offer) {
            tell(format_args!("ORCA: {error}; raise the limit of open files"));
        }
    });
    Ok(at)
}

fn answer(mut stream: TcpStream, line: &Mutex<String>) {
    let line = line.lock().unwrap_or_else(PoisonError::into_inner).clone();
    // Who went away meanwhile misses nothing.
    let _ = stream.set_write_timeout(Some(PATIENCE)).and_then(|()| stream.write_all(line.as_bytes()));
}

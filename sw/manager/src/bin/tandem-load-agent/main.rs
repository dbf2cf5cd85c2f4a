//! `tandem-load-agent`: reports the load of its host to whoever connects, in one line of HAProxy's agent check.

use anyhow::{Context as _, Result, bail, ensure};
use clap::Parser;
use manager::agent::{Line, Ticks, metric, nginx_active};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a page, or who asks, is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// Bytes of a page, at most.
const PAGE: u64 = 4 << 20;

/// Reports the load of this host to traffic managers
///
/// Whoever connects gets one line of HAProxy's agent check, such as 75%: what is left of the scarcest resource that it measures.
/// It always measures the processors; nginx and a metric only where they are named. If one of them cannot be measured, it reports `down`.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "0.0.0.0:9323")]
    listen: SocketAddr,
    /// Seconds between two looks
    #[arg(long, default_value_t = 1.0, value_parser = seconds)]
    interval: f64,
    /// The page of nginx's stub_status, such as http://127.0.0.1/status
    #[arg(long, value_name = "URL", requires = "nginx_full")]
    nginx: Option<String>,
    /// The number of active connections of nginx that is a utilisation of 1
    #[arg(long, value_name = "CONNECTIONS", value_parser = clap::value_parser!(u32).range(1..), requires = "nginx")]
    nginx_full: Option<u32>,
    /// A page in the text format of Prometheus
    #[arg(long, value_name = "URL", requires = "metric")]
    page: Option<String>,
    /// A metric of that page, with its labels exactly as the page has them
    #[arg(long, value_name = "NAME", requires = "page")]
    metric: Option<String>,
    /// The value of the metric that is a utilisation of 1
    #[arg(long, value_name = "VALUE", default_value_t = 1.0, value_parser = positive)]
    metric_full: f64,
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|seconds| (0.05..=3600.0).contains(seconds)).ok_or_else(|| "write seconds from 0.05 to 3600".to_owned())
}

fn positive(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|value: &f64| value.is_finite() && *value > 0.0).ok_or_else(|| "write a number above 0".to_owned())
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let listener =
        TcpListener::bind(arguments.listen).with_context(|| format!("{}: cannot listen there; change --listen", arguments.listen))?;
    let mut ticks = look_at_processors()?;
    eprintln!("ready: load agent at {}", listener.local_addr()?);
    let line = Arc::new(Mutex::new(Line::of(0.0)));
    let told = line.clone();
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| tell(stream, &told)));
    let mut trouble = String::new();
    loop {
        thread::sleep(Duration::from_secs_f64(arguments.interval));
        let (next, problem) = match look(&arguments, &mut ticks) {
            Ok(utilisation) => (Line::of(utilisation), String::new()),
            Err(error) => (format!("down # {}\n", format!("{error:#}").replace(['\n', '#'], " ")), format!("{error:#}")),
        };
        *line.lock().unwrap_or_else(PoisonError::into_inner) = next;
        if problem != trouble {
            eprintln!("{}", if problem.is_empty() { "everything can be measured again" } else { &problem });
            trouble = problem;
        }
    }
}

fn tell(mut stream: TcpStream, line: &Mutex<String>) {
    let line = line.lock().unwrap_or_else(PoisonError::into_inner).clone();
    // Who went away meanwhile misses nothing.
    let _ = stream.set_write_timeout(Some(PATIENCE)).and_then(|()| stream.write_all(line.as_bytes()));
}

/// The utilisation of the scarcest.
fn look(arguments: &Arguments, ticks: &mut Ticks) -> Result<f64> {
    let now = look_at_processors()?;
    let mut utilisation = now.since(*ticks).unwrap_or(0.0);
    *ticks = now;
    if let (Some(url), Some(full)) = (&arguments.nginx, arguments.nginx_full) {
        let active = nginx_active(&get(url)?).with_context(|| format!("{url}: not a page of nginx's stub_status"))?;
        utilisation = utilisation.max(active / f64::from(full));
    }
    if let (Some(url), Some(name)) = (&arguments.page, &arguments.metric) {
        let value = metric(&get(url)?, name).with_context(|| format!("{url}: no metric {name} with a number from 0 on"))?;
        utilisation = utilisation.max(value / arguments.metric_full);
    }
    Ok(utilisation)
}

fn look_at_processors() -> Result<Ticks> {
    let text = std::fs::read_to_string("/proc/stat").context("/proc/stat cannot be read; mount /proc")?;
    Ticks::read(&text).context("/proc/stat: no line `cpu` with eight numbers")
}

/// A page of this host or its network.
fn get(url: &str) -> Result<String> {
    let Some(rest) = url.strip_prefix("http://") else { bail!("{url}: write http://HOST:PORT/PATH; no other protocol is supported") };
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let at = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let failed = || format!("{url}: does not answer");
    let address = at.to_socket_addrs().with_context(failed)?.next().with_context(failed)?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).with_context(failed)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut request = String::new();
    let _ = write!(request, "GET {path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: tandem-load-agent\r\n\r\n");
    stream.write_all(request.as_bytes()).with_context(failed)?;
    let mut answer = String::new();
    stream.take(PAGE).read_to_string(&mut answer).with_context(failed)?;
    let Some((head, page)) = answer.split_once("\r\n\r\n") else { bail!("{url}: its answer is not HTTP") };
    ensure!(head.split(' ').nth(1) == Some("200"), "{url}: {}", head.lines().next().unwrap_or_default());
    Ok(page.to_owned())
}

//! What the agent measures.

use crate::Arguments;
use anyhow::{Context as _, Result, bail, ensure};
use manager::orca::message::OrcaLoadReport;
use manager::sources::{Durations, Nginx, Ticks, memory, metric};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::{Duration, Instant};

/// How long a page is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// Bytes of a page, at most.
const PAGE: u64 = 4 << 20;

/// What has been seen at the last look.
pub(crate) struct Looker<'a> {
    arguments: &'a Arguments,
    ticks: Ticks,
    requests: Option<(Instant, u64)>,
    durations: Option<(Instant, Durations)>,
}

/// What one look has found.
pub(crate) struct Load {
    /// The utilisation of the scarcest.
    pub(crate) scarcest: f64,
    /// Everything else.
    pub(crate) report: OrcaLoadReport,
}

impl<'a> Looker<'a> {
    /// A first look.
    pub(crate) fn new(arguments: &'a Arguments) -> Result<Self> {
        Ok(Self { arguments, ticks: processors()?, requests: None, durations: None })
    }

    /// Looks at everything that was named.
    pub(crate) fn look(&mut self) -> Result<Load> {
        let now = processors()?;
        let cpu = now.since(self.ticks).unwrap_or(0.0);
        self.ticks = now;
        let mut load = Load { scarcest: cpu, report: OrcaLoadReport { cpu_utilization: cpu, ..OrcaLoadReport::default() } };
        // Without it, the memory's utilisation is unknown: nothing else follows from it.
        load.report.mem_utilization = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| memory(&text)).unwrap_or(0.0);
        self.page(&mut load)?;
        self.nginx(&mut load)?;
        Ok(load)
    }

    fn nginx(&mut self, load: &mut Load) -> Result<()> {
        let (Some(url), Some(full)) = (&self.arguments.nginx, self.arguments.nginx_full) else { return Ok(()) };
        let nginx = Nginx::read(&get(url)?).with_context(|| format!("{url}: not a page of nginx's stub_status"))?;
        let now = Instant::now();
        if let Some((then, before)) = self.requests.replace((now, nginx.requests)) {
            let requests = nginx.requests.saturating_sub(before);
            load.report.rps_fractional = requests as f64 / now.duration_since(then).as_secs_f64();
        }
        load.report.named_metrics.insert("clients".into(), nginx.active.into());
        load.uses(f64::from(nginx.active) / f64::from(full));
        Ok(())
    }

    fn page(&mut self, load: &mut Load) -> Result<()> {
        let Some(url) = &self.arguments.page else { return Ok(()) };
        let page = get(url)?;
        if let Some(name) = &self.arguments.metric {
            let value = metric(&page, name).with_context(|| format!("{url}: no metric {name} with a number from 0 on"))?;
            load.uses(value / self.arguments.metric_full);
        }
        if let Some(name) = &self.arguments.durations {
            let durations = Durations::read(&page, name).with_context(|| format!("{url}: no histogram or summary {name}"))?;
            let now = Instant::now();
            if let Some((then, before)) = self.durations.replace((now, durations)) {
                let requests = durations.requests_since(before).unwrap_or(0.0);
                load.report.rps_fractional = requests / now.duration_since(then).as_secs_f64();
                if let Some(mean) = durations.mean_since(before) {
                    load.report.named_metrics.insert("mean_execution_seconds".into(), mean);
                }
            }
        }
        Ok(())
    }
}

impl Load {
    /// Takes the utilisation of something besides the processors into account.
    fn uses(&mut self, utilisation: f64) {
        self.scarcest = self.scarcest.max(utilisation);
        self.report.application_utilization = self.scarcest;
    }
}

fn processors() -> Result<Ticks> {
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

//! Races by the thousand, each judged.

use super::{Seen, begin};
use anyhow::{Context as _, Result, ensure};
use operator::output;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use wan::config::{CLIENT, REPLICAS, SERVER, ip};
use wan::lab::{DELAYS, Lab};
use wan::network::Path;
use wan::visit::Visit;

/// Races of which the gateway and the router are asked together: fewer than either remembers.
const BATCH: usize = 400;
/// Visits at once where packets are lost, and where times are measured.
const AT_ONCE: [usize; 2] = [40, 4];
/// Of the races, those without loss, in which the nearest has to win.
const QUIET: usize = 5;
/// In how many of a thousand.
const WINS: usize = 990;
/// By how much of the forecast the set-up may be off.
const FORECAST: f64 = 0.15;

/// What has become of many visits.
#[derive(Default)]
struct Tally {
    broken: Vec<String>,
    others: Vec<String>,
    first: usize,
    judged: usize,
    set_up: Vec<Duration>,
}

impl Seen {
    /// Many races: with 10 % loss and jitter none breaks, and each is the first answer's on the wire; with 2 ms of jitter the nearest wins.
    pub(crate) fn of_many(&mut self, lab: &mut Lab, modes: [char; REPLICAS], races: usize) -> Result<()> {
        let (name, lab) = (begin(lab, modes)?, &*lab);
        // The farthest is as far as the default cap: with jitter it would be waited for, or not, by chance.
        lab.reload_server("cap_ms = 150")?;
        // Of 10,000 segments some three have no answer to five transmissions, and the gateway would take their winners for dead.
        lab.reload_client("fail_after = 0")?;
        lab.set_paths(|_, path| Path { loss: 0.1, jitter: Duration::from_millis(3), reorders: true, ..path });
        let lossy = many(lab, races, AT_ONCE[0])?;
        lab.set_paths(|_, path| Path { jitter: Duration::from_millis(2), ..path });
        // Probes were lost, too.
        std::thread::sleep(Duration::from_secs(3));
        let mut quiet = many(lab, races / QUIET, AT_ONCE[1])?;
        lab.set_paths(|_, path| path);
        for what in lossy.broken.iter().chain(&lossy.others).chain(&quiet.broken).chain(&quiet.others).take(10) {
            output::print(format_args!("        {what}\n"));
        }
        self.promises.tell(
            lossy.broken.is_empty(),
            &format!("{name}: races with 10% loss"),
            &format!("{} of {races} broken", lossy.broken.len()),
        );
        let seen = format!("{} of {} disagree", lossy.others.len(), lossy.judged);
        self.promises.tell(lossy.judged > 0 && lossy.others.is_empty(), &format!("{name}: served by the first on the wire"), &seen);
        let share = format!("{} of {} were first on the wire", quiet.first, quiet.judged);
        let kept = quiet.first * 1000 >= quiet.judged * WINS && quiet.broken.is_empty() && quiet.others.is_empty();
        self.promises.tell(kept, &format!("{name}: the nearest, 2 ms of jitter"), &share);
        quiet.set_up.sort();
        let median = quiet.set_up.get(quiet.set_up.len() / 2).context("no race was won")?.as_secs_f64() * 1000.0;
        let forecast = forecast(lab)?;
        lab.reload_server("")?;
        lab.reload_client("")?;
        let kept = (median / forecast - 1.0).abs() <= FORECAST;
        self.promises.tell(kept, &format!("{name}: set-up as forecast"), &format!("{median:.1} ms, forecast {forecast:.1} ms"));
        Ok(())
    }
}

/// Lets so many visits race, and judges each.
fn many(lab: &Lab, races: usize, at_once: usize) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut left = races;
    while left > 0 {
        let batch = left.min(BATCH);
        left -= batch;
        // What is on its way from the batch before is not of this one.
        std::thread::sleep(Duration::from_millis(300));
        lab.router.answers();
        let (next, visits) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for _ in 0..at_once {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= batch {
                            return;
                        }
                        let visited = Visit::begin(&lab.client, ip(SERVER[number % 2]), None);
                        let visited = visited.and_then(|mut visit| Ok((visit.local(), visit.who()?, visit.set_up)));
                        visits.lock().unwrap_or_else(PoisonError::into_inner).push(visited);
                    }
                });
            }
        });
        let answers = lab.router.answers();
        let mut races = Vec::new();
        for client in CLIENT {
            races.extend(lab.ask("client", &["trace", client, "--last", &BATCH.to_string()])?.as_array().cloned().unwrap_or_default());
        }
        for visited in visits.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let (local, who, set_up) = match visited {
                Ok(visited) => visited,
                Err(error) => {
                    tally.broken.push(format!("{error:#}"));
                    continue;
                }
            };
            let first = answers.iter().find(|answer| answer.client == local).map(|answer| lab.name_of(answer.from));
            let race = races.iter().find(|race| race["client"] == local.to_string());
            let winner = race.and_then(|race| race["winner"].as_str()).and_then(|winner| winner.split(' ').next());
            let winner = winner.map(|winner| if winner == "server" { "origin".into() } else { lab.name_of(ip(winner)) });
            tally.judged += 1;
            tally.first += usize::from(first.as_deref() == Some("r1"));
            tally.set_up.push(set_up);
            if first.as_ref() != Some(&who) || winner.as_ref() != Some(&who) {
                tally.others.push(format!("{local}: {who} served, {first:?} was first, the gateway has {winner:?}"));
            }
        }
    }
    ensure!(tally.judged + tally.broken.len() == races, "visits are missing");
    Ok(tally)
}

/// What `explain` forecasts of the lab.
fn forecast(lab: &Lab) -> Result<f64> {
    let mut arguments: Vec<String> = vec!["explain".into(), lab.file("server"), CLIENT[0].into(), format!("{}:80", SERVER[0])];
    let mut distance = |name: &str, milliseconds: u64| arguments.extend(["--distance".into(), format!("{name}={milliseconds}")]);
    distance("server", DELAYS[0] + DELAYS[1]);
    for (number, delay) in (1..).zip(&DELAYS[2..]) {
        distance(&format!("r{number}"), DELAYS[0] + delay);
    }
    for (number, delay) in (1..).zip(&DELAYS[2..]) {
        arguments.extend(["--delay".into(), format!("r{number}={}", DELAYS[1] + delay)]);
    }
    let told = lab.ask("server", &arguments.iter().map(String::as_str).collect::<Vec<_>>())?;
    let equal = told["forecasts"].as_array().and_then(|all| all.iter().find(|of| of["hold"] == "equal"));
    equal.and_then(|of| of["set_up_ms"].as_f64()).context("`explain` has no forecast")
}

//! The control processor: owns the tables, and tells the switching processors. Source: WO 00/30322, FIG. 4, control processor 42.

mod answer;
mod watch;

use crate::agent::Line;
use crate::ask::{Asked, Reply};
use crate::buffers::Buffers;
use crate::bulk::Bulk;
use crate::changes::{Change, changes, document};
use crate::configuration::Configuration;
use crate::distributor::load;
use crate::health::Checker;
use crate::ingress::Ingress;
use crate::kept::Kept;
use crate::master::{Master, Member};
use crate::netlink::Kernel;
use crate::network::{Network, missing_interface};
use crate::orca::client::Streams;
use crate::reporter::Reporter;
use crate::resource::Resources;
use crate::state::State;
use crate::worker::{Account, now};
use anyhow::{Context as _, Result, anyhow, bail, ensure};
use flow::ports::Distributor;
use flow::table::{Table, Tracking};
use flow::tcp::Stage;
use flow::{Station, Tables};
use operator::output::tell;
use signal_hook::consts::SIGHUP;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// How long workers may stay with the tables before the last.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long changes of the network are gathered.
const GATHER: Duration = Duration::from_millis(20);
/// Between two looks at what tells nobody of itself.
const TICK: Duration = Duration::from_secs(1);
/// The same while connections are waited for.
const DRAINING_TICK: Duration = Duration::from_millis(100);

/// What happens.
pub enum Event {
    /// The network has changed; the flag is cleared before it is looked at.
    Network(Arc<AtomicBool>),
    /// A member is well, or ill, from now on; and why.
    Health(Member, bool, String),
    /// A server's report of its load, or why it gave none that can be.
    Load(String, Result<Line, String>),
    /// Packets wait for the MAC of a station.
    Unresolved(Station),
    /// Somebody asks.
    Asked(Asked),
    /// A signal came.
    Signal(i32),
}

/// The control processor.
pub struct Processor<'m> {
    wanted: Configuration,
    network: Network,
    kernel: Kernel,
    master: Master,
    distributor: Option<Distributor>,
    ingress: Ingress,
    /// What is kept for the next process, should this one be killed.
    kept: Option<Kept>,
    buffers: &'m Buffers,
    table: Table<'m>,
    accounts: &'m [Mutex<Account>],
    bulk: Option<&'m Bulk>,
    send: SyncSender<Event>,
    checkers: Vec<Checker>,
    ill: HashSet<Member>,
    reporters: Vec<Reporter>,
    /// Runs the streams of those that report by ORCA.
    streams: Option<Streams>,
    pub(crate) resources: Resources,
    /// When the shares were updated last.
    updated: Instant,
    generation: u64,
    since: SystemTime,
    /// Who takes over.
    successor: Option<Sender<Reply>>,
    /// When it ends, whether or not its connections have.
    deadline: Option<Instant>,
}

/// What it shares with the workers; and what the drivers' programs carry, if they do.
pub type Shared<'m> = (&'m Buffers, Table<'m>, &'m [Mutex<Account>], Option<&'m Bulk>);

impl<'m> Processor<'m> {
    /// One whose first tables are in force.
    #[expect(clippy::too_many_arguments, reason = "each is a part that the start has made")]
    pub fn new(
        wanted: Configuration,
        network: Network,
        kernel: Kernel,
        master: Master,
        distributor: Option<Distributor>,
        ingress: Ingress,
        kept: Option<Kept>,
        (ill, resources): (HashSet<Member>, Resources),
        (buffers, table, accounts, bulk): Shared<'m>,
        send: SyncSender<Event>,
    ) -> Self {
        let (checkers, reporters, streams) = Default::default();
        let (updated, since) = (Instant::now(), SystemTime::now());
        let (generation, successor, deadline) = (1, None, None);
        let mut processor = Self {
            wanted,
            network,
            kernel,
            master,
            distributor,
            ingress,
            kept,
            buffers,
            table,
            accounts,
            bulk,
            send,
            checkers,
            ill,
            reporters,
            streams,
            resources,
            updated,
            generation,
            since,
            successor,
            deadline,
        };
        processor.check();
        processor.collect();
        processor.resolve();
        processor
    }

    /// Serves until it is to end.
    ///
    /// # Errors
    /// If an interface is gone, or a worker has failed.
    pub fn serve(&mut self, events: &Receiver<Event>) -> Result<()> {
        let mut looked = Instant::now();
        loop {
            let tick = if self.deadline.is_some() { DRAINING_TICK } else { TICK.min(self.wanted.load_interval) };
            match events.recv_timeout(tick.saturating_sub(looked.elapsed())) {
                Ok(Event::Network(pending)) => {
                    std::thread::sleep(GATHER);
                    pending.store(false, SeqCst);
                    self.follow_network()?;
                }
                Ok(Event::Health(member, is_well, why)) => self.note(member, is_well, &why),
                Ok(Event::Load(server, report)) => self.note_load(&server, report),
                Ok(Event::Unresolved(station)) => self.resolve_station(station),
                Ok(Event::Asked(asked)) => self.answer(asked),
                Ok(Event::Signal(SIGHUP)) => self.reload(),
                // A second one does not wait.
                Ok(Event::Signal(_)) if self.deadline.is_some() => return Ok(()),
                Ok(Event::Signal(_)) => self.drain(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            if self.updated.elapsed() >= self.wanted.load_interval {
                self.updated = Instant::now();
                if self.resources.update(&self.wanted, self.updated) {
                    self.put_in_force();
                }
            }
            if self.successor.is_some() {
                return Ok(());
            }
            if looked.elapsed() >= tick {
                looked = Instant::now();
                self.resolve();
                self.follow_bulk();
                if let Some((worker, why)) = self.failed() {
                    bail!("worker {worker} has ended: {why}; look after the interfaces, and start again");
                }
            }
            if let Some(deadline) = self.deadline
                && (Instant::now() >= deadline || !self.has_live())
            {
                return Ok(());
            }
        }
    }

    /// Who takes over, with what it needs to know; the ingress filter stays. `None`: nobody does.
    pub(crate) fn leave(self) -> Option<(Sender<Reply>, State)> {
        let successor = self.successor?;
        self.ingress.leave();
        Some((successor, State { master: self.master, ill: self.ill, shares: self.resources.into_shares() }))
    }

    fn failed(&self) -> Option<(usize, String)> {
        let failed = |account: &Mutex<Account>| account.lock().unwrap_or_else(PoisonError::into_inner).failed.clone();
        self.accounts.iter().enumerate().find_map(|(worker, account)| Some((worker, failed(account)?)))
    }

    fn follow_network(&mut self) -> Result<()> {
        let network = self.kernel.network().context("netlink: the kernel no longer lists its network")?;
        missing_interface(&self.wanted, &network)?;
        if network != self.network {
            self.network = network;
            self.resolve();
            self.put_in_force();
        }
        Ok(())
    }

    /// Makes the tables anew, and puts them in force if they are other ones.
    ///
    /// # Errors
    /// If they are not in force: the workers go on by those before.
    fn rebuild(&mut self) -> Result<()> {
        let drains = self.deadline.is_some();
        let settings = self.master.settings(&self.wanted, &self.network, (&self.ill, &self.resources), self.distributor.as_ref(), drains);
        let active = self.buffers.active();
        if settings != *active.settings() {
            let tables = Tables::new(settings, Some(&active)).with_generation(self.generation as u32 + 1);
            let changed = self.pause().and_then(|()| self.change(tables));
            // Workers handle what is not carried: the tables are in force all the same.
            if let Some(Err(error)) = self.bulk.map(|bulk| bulk.resume(self.generation as u32)) {
                tell(format_args!("warning: bulk: the XDP programs cannot be told what is in force ({error}), and carry nothing"));
            }
            return changed;
        }
        Ok(())
    }

    /// Puts other tables in force. The programs carry nothing meanwhile.
    fn change(&mut self, tables: Tables) -> Result<()> {
        if let Some(kept) = &mut self.kept {
            kept.follow(&self.master);
        }
        self.ingress.follow(tables.settings())?;
        self.buffers.write(Arc::new(tables), PATIENCE)?;
        self.generation += 1;
        Ok(())
    }

    /// Has the drivers' programs carry nothing from now on, so that what they have carried is in the table.
    ///
    /// # Errors
    /// If they may still.
    pub(crate) fn pause(&self) -> Result<()> {
        self.bulk.map_or(Ok(()), |bulk| bulk.pause(&self.table)).context("bulk: the XDP programs cannot be told to stop")
    }

    /// Notes what the drivers' programs have carried, and looks where they may send it.
    fn follow_bulk(&self) {
        let Some(bulk) = self.bulk else { return };
        bulk.look(false).iter().for_each(tell);
        if let Err(error) = bulk.follow(&self.table) {
            tell(format_args!("warning: bulk: the XDP programs do not tell what they have carried ({error})"));
        }
    }

    fn put_in_force(&mut self) {
        if let Err(error) = self.rebuild() {
            tell(format_args!("warning: {error:#}"));
        }
    }

    /// Follows another configuration from now on.
    ///
    /// # Errors
    /// Why it does not. It goes on by the one before.
    fn apply(&mut self, text: &str, file: &str) -> Result<Vec<Change>> {
        let wanted = Configuration::parse(text, file)?;
        let changes = changes(&document(&self.wanted), &document(&wanted));
        let fixed: Vec<&str> = changes.iter().filter(|change| change.needs_restart()).map(|change| &change.key["start.".len()..]).collect();
        ensure!(fixed.is_empty(), "{file}: {} can change only at a start: leave it as it was, or restart the manager", fixed.join(", "));
        let distributor = wanted.distributor.as_ref().map(|distributor| load(distributor, file)).transpose()?;
        let before = (std::mem::replace(&mut self.wanted, wanted), std::mem::replace(&mut self.distributor, distributor));
        if let Err(error) = self.rebuild() {
            (self.wanted, self.distributor) = before;
            return Err(error);
        }
        self.check();
        self.collect();
        self.resolve();
        Ok(changes)
    }

    /// Reads its file again.
    fn reload(&mut self) {
        let file = self.wanted.file.clone();
        let text = std::fs::read_to_string(&file).map_err(|error| anyhow!("{file}: cannot be read: {error}"));
        match text.and_then(|text| self.apply(&text, &file)) {
            Ok(changes) => tell(format_args!("reloaded: {file}, changes {}", changes.len())),
            Err(error) => tell(format_args!("error: {error:#}\nit goes on as before")),
        }
    }

    /// Takes no new connections from now on, and ends once the others have, or their time is up.
    fn drain(&mut self) {
        self.deadline = Some(Instant::now() + Duration::from_secs(self.wanted.drain));
        tell(format_args!("draining: {} connections, for at most {} s", self.table.live(), self.wanted.drain));
        self.put_in_force();
    }

    /// Whether there is a connection that is not over, and whose time is not up.
    fn has_live(&self) -> bool {
        let active = self.buffers.active();
        let timeouts = &active.settings().timeouts;
        let is_live = |tracking: &Tracking| {
            let is_over = matches!(tracking.stage, Stage::Closed | Stage::Reset | Stage::Gone);
            !is_over && now().as_secs().saturating_sub(tracking.seen.into()) < timeouts.of(tracking.stage).as_secs()
        };
        self.table.live() > 0 && self.table.all().any(|(_, tracking)| is_live(&tracking))
    }
}

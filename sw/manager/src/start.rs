//! From a configuration to a running manager: interfaces, memory, threads.

mod interfaces;

use crate::ask::listen;
use crate::binding::{self, Division};
use crate::buffers::Buffers;
use crate::configuration::Configuration;
use crate::distributor::load;
use crate::handover::{self, Inherited};
use crate::ingress::Ingress;
use crate::kept::{Found, Kept, knows};
use crate::master::interface_names;
use crate::netlink::{Kernel, Notices};
use crate::network::missing_interface;
use crate::processor::{Event, Processor};
use crate::report::Report;
use crate::resource::Resources;
use crate::worker::{Account, Worker};
use crate::{ask, metrics};
use anyhow::{Context as _, Result, anyhow};
use flow::table::{Table, words};
use flow::{Carrier, Filter, OriginationRate, Tables};
use interfaces::Interfaces;
use operator::output::tell;
use ring::Memory;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use slowpath::Bounds;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

/// Events that wait, at most: beyond, who has one waits.
const WAITING: usize = 1024;
/// The generation of the first tables.
const FIRST: u32 = 1;

/// Runs a manager until a signal or a successor ends it, and returns how it was then. With `takes_over`, it goes on with the connections of the
/// manager that is asked at the same socket. `told` is told once it serves.
///
/// # Errors
/// If it cannot begin, or an interface is gone.
pub fn run(wanted: Configuration, socket: &Path, takes_over: bool, told: impl FnOnce()) -> Result<Report> {
    let mut found = Found::new();
    let (send, events) = sync_channel(WAITING);
    let workers = workers(&wanted);
    // Before any thread starts: they run where this one does.
    let division = divide(&wanted, workers);
    // From here on a signal ends it in good order.
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    let signal = send.clone();
    thread::spawn(move || signals.forever().all(|number| signal.send(Event::Signal(number)).is_ok()));
    let notices = Notices::new().context("netlink: the kernel sends no notices of changes")?;
    let kernel = Kernel::new().context("netlink: the kernel does not answer")?;
    missing_interface(&wanted, &kernel.network()?)?;
    let distributor = wanted.distributor.as_ref().map(|distributor| load(distributor, &wanted.file)).transpose()?;
    // After this, the old one has ended.
    let inherited = if takes_over { Some(handover::take(socket, &wanted, workers)?) } else { None };
    let asked = send.clone();
    let listening = listen(socket, move |question| asked.send(Event::Asked(question)).is_ok())?;

    let connections = wanted.start.connections;
    let (state, memory, sockets) = match inherited {
        Some(Inherited { state, memory, sockets }) => (Some(state), memory, Some(sockets)),
        None => match found.left(&wanted) {
            Some((state, memory)) => (Some(state), memory, None),
            None => (None, Memory::new(words(connections)).with_context(|| format!("no memory for {connections} connections"))?, None),
        },
    };
    let goes_on = state.is_some();
    let mut sockets = sockets.map(Vec::into_iter);
    let Interfaces { ports, rings, steering, bulk } = interfaces::open(&wanted, &kernel, workers, sockets.as_mut())?;
    let network = kernel.network().context("netlink: the kernel does not list its network")?;
    let table = match &state {
        Some(_) => Table::of(memory.words(), connections)?,
        None => Table::new(memory.words(), connections, secret()?),
    };
    if let Some(state) = &state {
        let interfaces = interface_names(&wanted).len();
        let recovered = table.recover(|connection| knows(&state.master, interfaces, connection));
        let how = if takes_over { "taken over" } else { "found again" };
        tell(format_args!("{how}: {} connections, {} dropped", recovered.kept, recovered.dropped));
    }
    let (mut master, ill, resources) =
        state.map_or_else(Default::default, |state| (state.master, state.ill, Resources::from(state.shares)));
    let settings = master.settings(&wanted, &network, (&ill, &resources), distributor.as_ref(), false);
    let mut ingress = Ingress::new(&wanted.start.interfaces, steering);
    ingress.follow(&settings)?;
    let tables = Tables::new(settings, None).with_generation(FIRST);
    if goes_on {
        // Who is who outside follows from the connections.
        tables.adopt(&table);
    }
    let buffers = Buffers::new(Arc::new(tables), workers);
    if let Some(bulk) = &bulk {
        bulk.look(true).iter().for_each(operator::output::tell);
        bulk.resume(FIRST).context("bulk: the XDP programs cannot be told what is in force")?;
    }
    let accounts: Vec<Mutex<Account>> = (0..workers).map(|_| Mutex::default()).collect();
    follow(notices, send.clone());
    if let Some(at) = wanted.start.metrics {
        let asked = send.clone();
        metrics::serve(at, move || report(&asked))
            .with_context(|| format!("{at}: no metrics page can be served there; change `metrics`"))?;
    }
    let has_control = wanted.start.control.is_some();
    let lacking = send.clone();
    // Where many events wait already, the worker asks once more.
    let resolve = move |station| drop(lacking.try_send(Event::Unresolved(station)));
    // What was found stays where it is until this process can go on with it.
    let kept = Kept::new(found, &memory, goes_on && !takes_over, &wanted, &master);
    let ends = AtomicBool::new(false);
    let (report, left) = thread::scope(|scope| {
        // However this ends, the workers do.
        let stop = Stop(&ends);
        let mut threads = vec![];
        for (number, (ports, rings)) in ports.iter().zip(rings).enumerate() {
            let filter = Filter::new(table, number as u16, OriginationRate::default(), Bounds::default());
            let filter = filter.with_carrier(bulk.as_ref().map(|bulk| bulk as &dyn Carrier));
            let worker = Worker::new(number, (ports.clone(), rings), filter, &buffers, &accounts[number], &resolve);
            let (ends, processor) = (&ends, division.as_ref().map(|division| division.workers[number]));
            let name = format!("worker{number}");
            threads.push(thread::Builder::new().name(name).spawn_scoped(scope, move || worker.run(processor, ends))?);
        }
        let shared = (&buffers, table, &accounts[..], bulk.as_ref());
        let mut processor = Processor::new(wanted, network, kernel, master, distributor, ingress, kept, (ill, resources), shared, send);
        told();
        processor.serve(&events)?;
        // What was carried is in the table, and in the report.
        processor.pause()?;
        // What they do until then is in the report, and a successor gets a table that nobody writes.
        drop(stop);
        threads.into_iter().for_each(|thread| drop(thread.join()));
        Ok::<_, anyhow::Error>((processor.report(), processor.leave()))
    })?;
    if let Some((successor, state)) = left {
        // The place is the successor's from now on.
        drop(listening);
        handover::give(&successor, state, &memory, &ports, has_control)?;
    }
    Ok(report)
}

/// Ends the workers when it goes.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

/// How many workers there are.
fn workers(wanted: &Configuration) -> usize {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    wanted.start.workers.map_or((processors - 1).max(1), usize::from)
}

/// Keeps this thread off the processors of the workers, if these are to have their own and there are enough.
fn divide(wanted: &Configuration, workers: usize) -> Option<Division> {
    let division = Division::of(&binding::allowed().ok()?, workers).filter(|_| wanted.start.bind_workers)?;
    binding::keep_to(&division.others).ok()?;
    Some(division)
}

/// The secret of the connection table's hash.
fn secret() -> Result<[u64; 2]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system gives no random bytes: {error}"))?;
    let half = |at: usize| u64::from_ne_bytes(std::array::from_fn(|i| bytes[at + i]));
    Ok([half(0), half(8)])
}

/// Hands over that the network has changed. Changes that nobody has looked after yet are one.
fn follow(notices: Notices, send: SyncSender<Event>) {
    let pending = Arc::new(AtomicBool::new(false));
    thread::spawn(move || {
        while notices.wait().is_ok() {
            if !pending.swap(true, SeqCst) && send.send(Event::Network(pending.clone())).is_err() {
                return;
            }
        }
    });
}

fn report(send: &SyncSender<Event>) -> Option<Report> {
    let (reply, answer) = channel();
    send.send(Event::Asked(ask::Asked { ask: ask::Ask::Show, reply })).ok()?;
    match answer.recv().ok()?.answer {
        ask::Answer::Report(report) => Some(*report),
        _ => None,
    }
}

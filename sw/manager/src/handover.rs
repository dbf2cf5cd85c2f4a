//! A new process takes over from the old one: the connection table, the sockets with what waits in them, and whose number is whose. The old one
//! has ended its workers before, and changes nothing afterwards.

use crate::ask::{Answer, Ask, AskError, Reply, converse};
use crate::changes::document;
use crate::configuration::Configuration;
use crate::state::State;
use crate::worker::Port;
use anyhow::{Result, bail, ensure};
use ring::{Memory, Polled, descriptors};
use std::io::Read as _;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

/// What a new process begins with.
pub(crate) struct Inherited {
    pub(crate) state: State,
    pub(crate) memory: Memory,
    /// Sockets, by worker and then by interface; the pseudo-interface is the last, if there is one.
    pub(crate) sockets: Vec<OwnedFd>,
}

/// The question of a new process with this configuration and so many workers.
fn question(wanted: &Configuration, workers: usize) -> Ask {
    Ask::HandOver { start: document(wanted)["start"].clone(), workers }
}

/// Takes over from the manager at this socket.
///
/// # Errors
/// If none answers, or it refuses: it goes on then.
pub(crate) fn take(socket: &Path, wanted: &Configuration, workers: usize) -> Result<Inherited> {
    let mut stream = converse(socket, &question(wanted, workers))?;
    let silent = |error| AskError::Silent(socket.to_owned(), error);
    let (first, mut descriptors) = descriptors::receive(&stream).map_err(silent)?;
    let mut answer = vec![first];
    stream.read_to_end(&mut answer).map_err(silent)?;
    let state = match serde_json::from_slice(&answer).map_err(|error| silent(error.into()))? {
        Answer::HandedOver(state) => *state,
        Answer::Refused(why) => bail!("{why}"),
        _ => bail!("{}: the answer is not that of this release's traffic manager", socket.display()),
    };
    ensure!(!descriptors.is_empty(), "{}: the old manager sent no memory", socket.display());
    let memory = Memory::of(descriptors.remove(0)).map_err(silent)?;
    Ok(Inherited { state, memory, sockets: descriptors })
}

/// Gives all to the process that has asked, and waits until it has it.
///
/// # Errors
/// If it is gone.
pub(crate) fn give(
    reply: &std::sync::mpsc::Sender<Reply>,
    state: State,
    memory: &Memory,
    ports: &[Vec<Port>],
    has_control: bool,
) -> Result<()> {
    let mut all: Vec<BorrowedFd<'_>> = vec![memory.as_fd()];
    // Rings are closed, because each has its process's memory: the new process opens its own.
    let polled = |port: &'_ Port| match port {
        Port::Polled { polled, .. } => Some(polled.clone()),
        Port::Ring(_) => None,
    };
    let own = |ports: &Vec<Port>| ports.len() - usize::from(has_control);
    let mut sockets: Vec<Arc<Polled>> = ports.iter().flat_map(|ports| &ports[..own(ports)]).filter_map(polled).collect();
    sockets.extend(ports.first().filter(|_| has_control).and_then(|ports| ports.last()).and_then(polled));
    all.extend(sockets.iter().map(|polled| polled.as_fd()));
    let descriptors = all.iter().map(BorrowedFd::try_clone_to_owned).collect::<Result<_, _>>()?;
    let (sent, is_sent) = channel();
    let answer = Answer::HandedOver(Box::new(state));
    let is_there = reply.send(Reply { answer, descriptors, sent: Some(sent) }).is_ok();
    ensure!(
        is_there && is_sent.recv() == Ok(true),
        "the new process has died, and the connections are lost; start one without --take-over"
    );
    Ok(())
}

/// Whether so many sockets can go over.
///
/// # Errors
/// If there are too many.
pub(crate) fn fits(workers: usize, interfaces: usize) -> Result<()> {
    let most = descriptors::MOST - 2;
    ensure!(
        workers * interfaces <= most,
        "{workers} workers at {interfaces} interfaces have more than {most} sockets, which cannot be handed over"
    );
    Ok(())
}

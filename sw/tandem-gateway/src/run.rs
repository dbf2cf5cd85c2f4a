//! A running gateway.

mod backlog;
mod bump;
mod clock;
mod endpoint;
mod install;
mod kept;
mod replica;
mod spoofing;

use crate::Global;
use crate::command::ask;
use crate::file::{File, Role};
use crate::metrics;
use crate::report::Report;
use anyhow::{Result, bail, ensure};
use operator::{output, socket};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

/// What ends a gateway, or changes it.
enum Event {
    /// A signal ends it.
    End,
    /// The file is to be read again.
    Reload,
    /// An interface, or a thread, ends it.
    Gone(String),
}

/// A running gateway, whatever its role.
enum Host {
    Bump(Arc<bump::Bump>),
    Replica(Arc<replica::ReplicaAgent>),
}

/// Runs until a signal ends it, and returns how it was then.
///
/// # Errors
/// If it cannot begin, or an interface is gone.
pub(crate) fn run(global: &Global, path: &Path, dry: bool) -> Result<Report> {
    let file = File::read(path)?;
    let (send, events) = channel();
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    let told = send.clone();
    std::thread::spawn(move || {
        signals.forever().all(|signal| told.send(if signal == SIGHUP { Event::Reload } else { Event::End }).is_ok())
    });
    let name = file.name.clone();
    let host = Arc::new(Host::start(&file, dry, &send)?);
    let at = ask::path(global, &name);
    let twice =
        format!("a gateway named {name} is running already, with the socket {}; end it, or give this one another name", at.display());
    let (asked, again) = (Arc::clone(&host), PathBuf::from(path));
    let socket = socket::listen(at, || twice, move |question| answer(&asked, &again, question))?;
    if let Some(address) = file.metrics {
        let measured = Arc::clone(&host);
        metrics::serve(address, move || metrics::text(&measured.report()))?;
    }
    host.begin(&send);
    output::tell(format_args!("ready: {name}, {}", host.what()));
    let ended = loop {
        match events.recv() {
            Ok(Event::Reload) => match host.reload(path) {
                Ok(()) => output::tell(format_args!("reloaded: {}", path.display())),
                Err(error) => output::tell(format_args!("warning: {error:#}\nthe gateway goes on as it was")),
            },
            Ok(Event::Gone(why)) => break Err(anyhow::anyhow!(why)),
            Ok(Event::End) | Err(_) => break Ok(()),
        }
    };
    drop(socket);
    let report = host.report();
    host.end();
    ended.map(|()| report)
}

/// Answers a question, in a document that begins with whether it could be.
fn answer(host: &Host, path: &Path, socket::Asked { question, reply }: socket::Asked) -> bool {
    let answer = match host.answer(&question, path) {
        Ok(document) => serde_json::json!({ "ok": document }),
        Err(error) => serde_json::json!({ "error": format!("{error:#}") }),
    };
    // Who asked may be gone.
    let _ = reply.send(answer.to_string());
    true
}

impl Host {
    /// Opens what it needs; nothing is received yet.
    fn start(file: &File, dry: bool, events: &Sender<Event>) -> Result<Self> {
        match &file.role {
            Role::Client(client) => bump::Bump::client(&file.name, client, dry).map(|bump| Self::Bump(Arc::new(bump))),
            Role::Server(server) => {
                ensure!(!dry, "a servers' gateway has no --dry: without it tags would reach the servers; leave it out of the path instead");
                bump::Bump::server(&file.name, server).map(|bump| Self::Bump(Arc::new(bump)))
            }
            Role::Replica(replica) => {
                replica::ReplicaAgent::new(&file.name, replica, events).map(|replica| Self::Replica(Arc::new(replica)))
            }
        }
    }

    /// Begins to receive.
    fn begin(&self, events: &Sender<Event>) {
        match self {
            Self::Bump(bump) => bump.begin(events),
            Self::Replica(replica) => replica.begin(events),
        }
    }

    fn what(&self) -> String {
        match self {
            Self::Bump(bump) => bump.what(),
            Self::Replica(replica) => replica.what(),
        }
    }

    fn report(&self) -> Report {
        match self {
            Self::Bump(bump) => bump.report(),
            Self::Replica(replica) => replica.report(),
        }
    }

    /// Goes on by what the file holds now.
    fn reload(&self, path: &Path) -> Result<()> {
        match (self, File::read(path)?) {
            (Self::Bump(bump), File { role: Role::Client(client), .. }) => bump.reload_client(&client),
            (Self::Bump(bump), File { role: Role::Server(server), .. }) => bump.reload_server(&server),
            (Self::Replica(replica), File { role: Role::Replica(read), .. }) => replica.reload(&read),
            _ => bail!("{}: the role has changed; restart the gateway", path.display()),
        }
    }

    fn answer(&self, question: &str, path: &Path) -> Result<serde_json::Value> {
        let words: Vec<&str> = question.split(' ').collect();
        Ok(match (words.as_slice(), self) {
            (["show"], _) => serde_json::to_value(self.report())?,
            (["reload"], _) => {
                self.reload(path)?;
                serde_json::to_value(self.report())?
            }
            (["trace", last, ends @ ..], Self::Bump(bump)) => serde_json::to_value(bump.trace(last, ends)?)?,
            (["drain" | "ready"], Self::Replica(replica)) => {
                replica.set_draining(words[0] == "drain");
                serde_json::to_value(self.report())?
            }
            (["trace", ..], _) => bail!("a replica's agent knows no races; ask the clients' gateway"),
            (["drain" | "ready"], _) => bail!("only a replica drains; ask its agent"),
            _ => bail!("this release does not know the question {question:?}"),
        })
    }

    /// Takes back what it has installed, or keeps its table.
    fn end(&self) {
        match self {
            Self::Bump(bump) => bump.end(),
            Self::Replica(replica) => replica.end(),
        }
    }
}

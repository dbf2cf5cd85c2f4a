//! The socket of the running manager: one line of JSON with the question, then one document with the answer, then the end.

use crate::report::{Explanation, Report};
use crate::state::State;
use operator::socket::{PATIENCE, Socket, bind};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread;

/// Bytes of a question, at most: a configuration is among them.
const QUESTION: u64 = 4 << 20;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// How it is.
    Show,
    /// Its configuration, as a document.
    Configuration,
    /// To follow this configuration from now on: its text, and the name of its file.
    Apply {
        /// The text.
        text: String,
        /// The file.
        file: String,
    },
    /// To end, and to leave all to who asks: a process with the same start, and as many workers.
    HandOver {
        /// What takes effect at a start only, as a document.
        start: serde_json::Value,
        /// How many workers.
        workers: usize,
    },
    /// What becomes of a packet.
    Explain {
        /// TCP or UDP, by its number.
        protocol: u8,
        /// Where it comes from.
        from: SocketAddr,
        /// Where it goes.
        to: SocketAddr,
    },
}

/// An answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// How it is.
    Report(Box<Report>),
    /// Its configuration.
    Configuration(serde_json::Value),
    /// It follows the new configuration; what has changed.
    Applied(Vec<crate::changes::Change>),
    /// What becomes of a packet.
    Explanation(Explanation),
    /// It has ended, and this is what it leaves.
    HandedOver(Box<State>),
    /// It does not do that: why.
    Refused(String),
}

/// A question that waits for its answer.
pub struct Asked {
    /// The question.
    pub ask: Ask,
    /// Where its answer goes.
    pub reply: Sender<Reply>,
}

/// An answer on its way.
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// Descriptors that go with it, before it.
    pub descriptors: Vec<OwnedFd>,
    /// Who wants to know whether it has reached the other side's kernel.
    pub sent: Option<Sender<bool>>,
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self { answer, descriptors: vec![], sent: None }
    }
}

/// No answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Nobody listens.
    #[error("no traffic manager answers at {0} ({1}); start one with `tandem-manager run`, or name its socket with --socket")]
    Nobody(PathBuf, io::Error),
    /// Nobody answers.
    #[error("{0}: the traffic manager does not answer ({1}); look after its process")]
    Silent(PathBuf, io::Error),
    /// One is running.
    #[error("a traffic manager is running already, with the socket {0}; end it first, or give this one another --socket")]
    Running(PathBuf),
    /// The socket cannot be made.
    #[error("{0}: cannot listen there ({1}); name a place of yours with --socket")]
    Place(PathBuf, io::Error),
}

/// Asks the manager at this socket.
///
/// # Errors
/// If there is none, or it does not answer.
pub fn ask(path: &Path, ask: &Ask) -> Result<Answer, AskError> {
    let silent = |error| AskError::Silent(path.to_owned(), error);
    let mut answer = String::new();
    converse(path, ask)?.read_to_string(&mut answer).map_err(silent)?;
    serde_json::from_str(&answer).map_err(|error| silent(error.into()))
}

/// Asks the manager at this socket, which will answer by the stream.
///
/// # Errors
/// As [`ask`].
pub(crate) fn converse(path: &Path, ask: &Ask) -> Result<UnixStream, AskError> {
    let mut stream = UnixStream::connect(path).map_err(|error| AskError::Nobody(path.to_owned(), error))?;
    let silent = |error| AskError::Silent(path.to_owned(), error);
    let mut question = serde_json::to_vec(ask).map_err(|error| silent(error.into()))?;
    question.push(b'\n');
    stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.write_all(&question)).map_err(silent)?;
    Ok(stream)
}

/// Listens for questions, in a thread of its own that hands each one over.
///
/// # Errors
/// If another manager listens there, or the place takes no socket.
pub fn listen(path: &Path, hand_over: impl Fn(Asked) -> bool + Send + 'static) -> Result<Socket, AskError> {
    if UnixStream::connect(path).is_ok() {
        return Err(AskError::Running(path.to_owned()));
    }
    let (listener, socket) = bind(path).map_err(|error| AskError::Place(path.to_owned(), error))?;
    thread::spawn(move || listener.incoming().flatten().all(|stream| serve(stream, &hand_over)));
    Ok(socket)
}

/// Answers one question. Returns whether there is still somebody who knows.
fn serve(mut stream: UnixStream, hand_over: &impl Fn(Asked) -> bool) -> bool {
    // Whoever asks and then stays silent holds up the next for no longer than this.
    let _ = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
    let mut line = String::new();
    if BufReader::new((&stream).take(QUESTION)).read_line(&mut line).is_err() {
        return true;
    }
    let (reply, answer) = channel();
    let (answer, is_there) = match serde_json::from_str(&line) {
        Ok(ask) => {
            let is_there = hand_over(Asked { ask, reply });
            (answer.recv().ok(), is_there)
        }
        Err(error) => (Some(Answer::Refused(format!("not a question that this release knows: {error}")).into()), true),
    };
    if let Some(Reply { answer, descriptors, sent }) = answer {
        let is_sent = write(&mut stream, &answer, &descriptors).is_ok();
        // Who went away meanwhile misses nothing, unless somebody wants to know.
        let _ = sent.map(|sent| sent.send(is_sent));
    }
    is_there
}

fn write(stream: &mut UnixStream, answer: &Answer, descriptors: &[OwnedFd]) -> io::Result<()> {
    if !descriptors.is_empty() {
        let all: Vec<_> = descriptors.iter().map(AsFd::as_fd).collect();
        ring::descriptors::send(stream, &all)?;
    }
    stream.write_all(&serde_json::to_vec(answer)?)
}

//! The socket at which a running slow path is asked: a line with the question, then one JSON document, then the end.

use crate::slow_path::Running;
use crate::state;
use anyhow::{Context as _, Result, bail, ensure};
use driver::Locator;
use std::fs::DirBuilder;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

/// How long either side waits for the other.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of a question, at most.
const QUESTION: u64 = 32;

/// Where running slow paths are asked.
#[derive(clap::Args)]
pub(crate) struct Runtime {
    /// The folder of the sockets at which running slow paths are asked
    #[arg(long = "runtime", value_name = "DIR", env = "TANDEM_RUNTIME", hide_env_values = true, default_value = "/run/tandem")]
    folder: PathBuf,
}

/// What a running slow path is asked for. The answer tells how it is afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Ask {
    /// How it is
    #[value(skip)]
    Show,
    /// Answers questions from now on, and announces the groups' addresses
    TakeOver,
    /// Answers no question from now on
    StandBy,
}

impl Ask {
    const ALL: [(Self, &str); 3] = [(Self::Show, "show"), (Self::TakeOver, "take-over"), (Self::StandBy, "stand-by")];
}

impl FromStr for Ask {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(ask, _)| *ask).ok_or(())
    }
}

/// A question that waits for its answer.
pub(crate) struct Asked {
    pub(crate) ask: Ask,
    pub(crate) reply: Sender<String>,
}

/// A socket that is listened at. Its file is removed with this.
pub(crate) struct Socket(PathBuf);

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Runtime {
    /// The socket of this card's slow path.
    fn socket(&self, card: &Locator) -> Result<PathBuf> {
        Ok(self.folder.join(state::folder_name(card)?).join("slow-path"))
    }

    /// Asks the slow path of a card.
    ///
    /// # Errors
    /// If none is running, or it does not answer.
    pub(crate) fn ask(&self, card: &Locator, ask: Ask) -> Result<Running> {
        let path = self.socket(card)?;
        let mut stream = UnixStream::connect(&path).with_context(|| {
            format!("no slow path of {card} answers at {}; start one with `tandem slow-path`, or name its --runtime folder", path.display())
        })?;
        let silent = || format!("{}: the slow path does not answer; look after its process", path.display());
        stream.set_read_timeout(Some(PATIENCE))?;
        let (_, question) = Ask::ALL.iter().find(|(which, _)| *which == ask).expect("every question has its word");
        writeln!(stream, "{question}").with_context(silent)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).with_context(silent)?;
        serde_json::from_str(&answer).with_context(|| format!("{}: the answer is not that of this release's slow path", path.display()))
    }

    /// Listens for questions about this card's slow path, in a thread of its own that hands each one over.
    ///
    /// # Errors
    /// If another slow path of the card is running, or the folder takes no socket.
    pub(crate) fn listen(&self, card: &Locator, hand_over: impl Fn(Asked) -> bool + Send + 'static) -> Result<Socket> {
        let path = self.socket(card)?;
        ensure!(
            UnixStream::connect(&path).is_err(),
            "a slow path of {card} is running already, with the socket {}; end it first",
            path.display()
        );
        let failed = || format!("{}: cannot listen there; name a folder of yours with --runtime", path.display());
        let folder = path.parent().expect("a socket lies in a folder");
        DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(failed)?;
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => bail!("{}: cannot be replaced: {error}", path.display()),
            _ => {}
        }
        let listener = UnixListener::bind(&path).with_context(failed)?;
        thread::spawn(move || listener.incoming().flatten().all(|stream| serve(stream, &hand_over)));
        Ok(Socket(path))
    }
}

/// Answers one question. Returns whether there is still somebody who knows.
fn serve(mut stream: UnixStream, hand_over: &impl Fn(Asked) -> bool) -> bool {
    // Whoever asks and then stays silent holds up the next for no longer than this.
    let _ = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
    let mut line = String::new();
    let read = BufReader::new((&stream).take(QUESTION)).read_line(&mut line);
    let Some(ask) = read.ok().and_then(|_| line.trim().parse().ok()) else { return true };
    let (reply, answer) = channel();
    let handed = hand_over(Asked { ask, reply });
    if let Ok(answer) = answer.recv() {
        // Who went away meanwhile misses nothing.
        let _ = stream.write_all(answer.as_bytes());
    }
    handed
}

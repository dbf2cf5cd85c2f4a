//! The socket at which a running slow path is asked: each answer is one JSON document.

use crate::slow_path::Running;
use crate::state;
use anyhow::{Context as _, Result};
use driver::Locator;
use operator::socket::{self, Socket};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::mpsc::Sender;

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
        let nobody = || {
            format!("no slow path of {card} answers at {}; start one with `tandem slow-path`, or name its --runtime folder", path.display())
        };
        let (_, question) = Ask::ALL.iter().find(|(which, _)| *which == ask).expect("every question has its word");
        let answer = socket::ask(&path, question, nobody, "the slow path")?;
        serde_json::from_str(&answer).with_context(|| format!("{}: the answer is not that of this release's slow path", path.display()))
    }

    /// Listens for questions about this card's slow path, in a thread of its own that hands each one over.
    ///
    /// # Errors
    /// If another slow path of the card is running, or the folder takes no socket.
    pub(crate) fn listen(&self, card: &Locator, hand_over: impl Fn(Asked) -> bool + Send + 'static) -> Result<Socket> {
        let path = self.socket(card)?;
        let twice = format!("a slow path of {card} is running already, with the socket {}; end it first", path.display());
        socket::listen(
            path,
            || twice,
            move |socket::Asked { question, reply }| question.parse().map_or(true, |ask| hand_over(Asked { ask, reply })),
        )
    }
}

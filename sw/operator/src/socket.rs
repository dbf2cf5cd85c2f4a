//! The socket at which a running program is asked: a line with the question, then the answer, then the end.

use anyhow::{Context as _, Result, ensure};
use std::fs::DirBuilder;
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

/// How long either side waits for the other.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of a question, at most.
const QUESTION: u64 = 256;

/// A question that waits for its answer.
pub struct Asked {
    /// The question: one line, without its end.
    pub question: String,
    /// Where its answer goes. Without one, whoever asks is told nothing.
    pub reply: Sender<String>,
}

/// A socket that is listened at. Its file is removed with this.
pub struct Socket(PathBuf);

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Asks at a socket. `nobody` is the error where nobody listens; `who` answers there.
///
/// # Errors
/// If nobody listens, or does not answer in time.
pub fn ask(path: &Path, question: &str, nobody: impl FnOnce() -> String, who: &str) -> Result<String> {
    let mut stream = UnixStream::connect(path).with_context(nobody)?;
    let silent = || format!("{}: {who} does not answer; look after its process", path.display());
    stream.set_read_timeout(Some(PATIENCE))?;
    writeln!(stream, "{question}").with_context(silent)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).with_context(silent)?;
    Ok(answer)
}

/// Listens at a socket in a thread of its own that hands each question over. `twice` is the error where somebody listens already.
///
/// # Errors
/// If somebody does, or the folder takes no socket.
pub fn listen(path: PathBuf, twice: impl FnOnce() -> String, hand_over: impl Fn(Asked) -> bool + Send + 'static) -> Result<Socket> {
    ensure!(UnixStream::connect(&path).is_err(), twice());
    let (listener, socket) =
        bind(&path).with_context(|| format!("{}: cannot listen there; name a folder of yours with --runtime", path.display()))?;
    thread::spawn(move || listener.incoming().flatten().all(|stream| serve(stream, &hand_over)));
    Ok(socket)
}

/// Makes a socket, in a folder that only this user enters. A file that was left there is replaced.
///
/// # Errors
/// If the folder takes no socket.
pub fn bind(path: &Path) -> io::Result<(UnixListener, Socket)> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    Ok((UnixListener::bind(path)?, Socket(path.to_owned())))
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
    let handed = hand_over(Asked { question: line.trim_end().to_owned(), reply });
    if let Ok(answer) = answer.recv() {
        // Who went away meanwhile misses nothing.
        let _ = stream.write_all(answer.as_bytes());
    }
    handed
}

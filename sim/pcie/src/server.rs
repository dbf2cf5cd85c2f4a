//! The socket, and who serves it.

use crate::backend::{self, Backend};
use crate::{BAR, BAR_BYTES, Device, Port};
use contract::limits::REGISTER_WINDOW;
use std::io::{self, ErrorKind, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use vfio_user::ServerBackend;

/// Why a device cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another process answers there.
    #[error("{0}: something serves this socket already; end it, or name another socket")]
    InUse(PathBuf),
    /// The path holds something else.
    #[error("{0}: is there already and no socket; name another path")]
    NotASocket(PathBuf),
    /// No socket can be made there.
    #[error("{path}: no socket can be made there; name another path, in a folder that exists")]
    Socket {
        /// Where.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The window is not in the BAR as a decoder needs it.
    #[error("window {0:#x}: write a multiple of {REGISTER_WINDOW:#x} below {BAR_BYTES:#x}, the size of BAR {BAR}")]
    Window(u32),
}

/// A device that is being served, in a thread of its own. It ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    socket: PathBuf,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

/// Serves a device at a socket, to one client at a time; the next is accepted when that has gone, be it killed.
///
/// `record` gets a line for every access and reset, see [`Record`](crate::Record); [`io::sink`] keeps none. A socket that a killed server
/// left behind is replaced.
///
/// # Errors
/// If there can be no such socket or window.
pub fn serve(socket: &Path, device: &Device, port: impl Port + 'static, record: impl Write + Send + 'static) -> Result<Server, ServeError> {
    if !device.window.is_multiple_of(REGISTER_WINDOW) || device.window >= BAR_BYTES {
        return Err(ServeError::Window(device.window));
    }
    let listener = listen(socket)?;
    let mut backend = Backend::new(device, port, record);
    let stopped = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stopped);
    let thread = thread::spawn(move || {
        accept_all(listener, &mut backend, &told);
        backend.into_fault()
    });
    Ok(Server { socket: socket.into(), stopped, thread: Some(thread) })
}

fn listen(socket: &Path) -> Result<OwnedFd, ServeError> {
    let failed = |source| ServeError::Socket { path: socket.into(), source };
    match UnixStream::connect(socket) {
        Ok(_) => return Err(ServeError::InUse(socket.into())),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            if !std::fs::symlink_metadata(socket).is_ok_and(|found| found.file_type().is_socket()) {
                return Err(ServeError::NotASocket(socket.into()));
            }
            std::fs::remove_file(socket).map_err(failed)?;
        }
        Err(error) => return Err(failed(error)),
    }
    UnixListener::bind(socket).map(OwnedFd::from).map_err(failed)
}

fn accept_all(listener: OwnedFd, backend: &mut dyn ServerBackend, stopped: &AtomicBool) {
    let server = vfio_user::Server::from_owned_fd(listener, true, backend::interrupts(), backend::regions());
    while !stopped.load(Ordering::Acquire) {
        // A client that was killed in the middle of a message has gone like any other, and one whose message makes the protocol's crate
        // panic has lost its connection by it. Without descriptors to accept one, a later try may succeed.
        let served = panic::catch_unwind(AssertUnwindSafe(|| server.run(backend)));
        if let Ok(Err(vfio_user::Error::SocketAccept(_))) = served {
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Server {
    /// Where clients find it.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Removes the socket and waits until the client that is connected, if any, has gone.
    ///
    /// # Errors
    /// If the record could not be written to its end.
    pub fn stop(mut self) -> io::Result<()> {
        self.end();
        let thread = self.thread.take().expect("it is taken here only");
        thread.join().unwrap_or_else(|_| Err(io::Error::other("the server ended by a panic")))
    }

    fn end(&self) {
        if !self.stopped.swap(true, Ordering::AcqRel) {
            // Whoever waits for a client gets one, which goes at once.
            let _ = UnixStream::connect(&self.socket);
            let _ = std::fs::remove_file(&self.socket);
        }
    }
}

impl Drop for Server {
    /// Removes the socket. A client that is connected is served until it goes.
    fn drop(&mut self) {
        self.end();
    }
}

//! A mapped BAR that goes away becomes an error.
//!
//! The kernel takes a PCI function's pages away when the function is removed, and an access to them raises SIGBUS. The handler puts zeroed
//! memory of this process in their place and notes it; the access that was interrupted then ends, and whoever made it asks
//! [`Watched::is_gone`]. Any other SIGBUS goes to the handler that was there before, which ends the process.

#![expect(unsafe_code, reason = "a signal handler, and the mapping that it exchanges")]

use libc::{c_int, c_void, siginfo_t};
use std::io;
use std::mem::{MaybeUninit, zeroed};
use std::ptr::null_mut;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, compiler_fence};

/// Mappings that may be watched at once: one for each open card.
const ROOM: usize = 32;

/// A range of addresses that is watched, while `taken`. A handler may take no lock, so the ranges lie in atomics.
struct Range {
    taken: AtomicBool,
    start: AtomicUsize,
    length: AtomicUsize,
    gone: AtomicBool,
}

static RANGES: [Range; ROOM] = [const {
    Range { taken: AtomicBool::new(false), start: AtomicUsize::new(0), length: AtomicUsize::new(0), gone: AtomicBool::new(false) }
}; ROOM];

/// What SIGBUS did before: `Err` if our handler could not be set.
static BEFORE: OnceLock<Result<libc::sigaction, c_int>> = OnceLock::new();

/// A mapping that is watched while this lives.
pub(crate) struct Watched(&'static Range);

impl Watched {
    /// Watches a shared mapping of so many bytes. It must stay mapped until this is dropped.
    pub(crate) fn new(start: *const u8, length: usize) -> io::Result<Self> {
        BEFORE.get_or_init(set_handler).as_ref().map_err(|code| io::Error::from_raw_os_error(*code))?;
        let free = RANGES.iter().find(|range| !range.taken.swap(true, Ordering::AcqRel));
        let range = free.ok_or_else(|| io::Error::other(format!("{ROOM} cards are open in this process; close one")))?;
        range.gone.store(false, Ordering::Release);
        range.start.store(start.addr(), Ordering::Release);
        range.length.store(length, Ordering::Release);
        Ok(Self(range))
    }

    /// Whether an access until now found that what was mapped is gone.
    pub(crate) fn is_gone(&self) -> bool {
        // The handler runs in the middle of an access of this thread; that access shall not be moved behind the question.
        compiler_fence(Ordering::SeqCst);
        self.0.gone.load(Ordering::Acquire)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.length.store(0, Ordering::Release);
        self.0.taken.store(false, Ordering::Release);
    }
}

fn set_handler() -> Result<libc::sigaction, c_int> {
    let mut before = MaybeUninit::uninit();
    // SAFETY: all zeroes is an action without flags. The handler has the type that SA_SIGINFO asks for, and calls only what a handler may.
    let set = unsafe {
        let mut action: libc::sigaction = zeroed();
        action.sa_sigaction = on_sigbus as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigaction(libc::SIGBUS, &action, before.as_mut_ptr())
    };
    match set {
        // SAFETY: the call succeeded, so it has written the action that was there.
        0 => Ok(unsafe { before.assume_init() }),
        _ => Err(io::Error::last_os_error().raw_os_error().unwrap_or(libc::EINVAL)),
    }
}

extern "C" fn on_sigbus(_: c_int, info: *mut siginfo_t, _: *mut c_void) {
    // SAFETY: the kernel gives a handler with SA_SIGINFO a valid description. A code above 0 is a fault, and a fault has an address.
    let fault = unsafe { ((*info).si_code > 0).then(|| (*info).si_addr().addr()) };
    if !fault.is_some_and(replaced) {
        let before = BEFORE.get().and_then(|before| before.as_ref().ok());
        // SAFETY: the action that was there before is a valid one, and so are all zeroes, the default. A fault comes again when we return;
        // a signal that was sent does not.
        unsafe {
            libc::sigaction(libc::SIGBUS, before.unwrap_or(&zeroed()), null_mut());
            if fault.is_none() {
                libc::raise(libc::SIGBUS);
            }
        }
    }
}

/// Puts zeroed memory in the place of the watched range that holds the address, if there is one.
fn replaced(address: usize) -> bool {
    let holds = |range: &&Range| address.wrapping_sub(range.start.load(Ordering::Acquire)) < range.length.load(Ordering::Acquire);
    let Some(range) = RANGES.iter().find(|range| range.taken.load(Ordering::Acquire) && holds(range)) else { return false };
    let (start, length) = (range.start.load(Ordering::Acquire), range.length.load(Ordering::Acquire));
    let (access, how) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED);
    // SAFETY: exactly the range of a mapping that its owner keeps mapped, and reaches by volatile accesses only.
    let memory = unsafe { libc::mmap(start as *mut c_void, length, access, how, -1, 0) };
    range.gone.store(true, Ordering::Release);
    memory != libc::MAP_FAILED
}

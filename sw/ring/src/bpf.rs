//! The system call bpf(2): maps, programs and links of XDP. Programs are made of instructions here, by [`assembler`], so that nobody needs a
//! compiler for them.
//!
//! Source: bpf(2), and `union bpf_attr` of the kernel's `include/uapi/linux/bpf.h`.

pub(crate) mod assembler;

use assembler::Instruction;
use nix::libc;
use std::io;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};

/// What is asked for.
#[repr(i64)]
enum Command {
    MapCreate = 0,
    MapLookup = 1,
    MapUpdate = 2,
    MapDelete = 3,
    MapNextKey = 4,
    ProgramLoad = 5,
    ProgramTestRun = 10,
    MapLookupAndDelete = 21,
    LinkCreate = 28,
}

/// Kinds of maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum MapKind {
    Hash = 1,
    Array = 2,
    /// Interfaces by which frames leave, by a number of the program's own.
    Interfaces = 14,
    /// Sockets of AF_XDP, by queue.
    Sockets = 17,
}

/// A program's kind, and where it is attached: XDP.
const PROGRAM_XDP: u32 = 6;
const ATTACH_XDP: u32 = 37;
/// The driver runs the program, before the kernel has made anything of the frame.
const IN_DRIVER: u32 = 1 << 2;
/// Bytes of a name, with the 0 at its end.
const NAME: usize = 16;
/// Bytes for what the verifier tells.
const LOG: usize = 1 << 16;

#[repr(C)]
struct MapAttributes {
    kind: u32,
    key: u32,
    value: u32,
    entries: u32,
    flags: u32,
    inner: u32,
    node: u32,
    name: [u8; NAME],
}

#[repr(C)]
struct ElementAttributes {
    map: u32,
    pad: u32,
    key: u64,
    value: u64,
    flags: u64,
}

#[repr(C)]
struct ProgramAttributes {
    kind: u32,
    count: u32,
    instructions: u64,
    license: u64,
    log_level: u32,
    log_size: u32,
    log: u64,
    kernel: u32,
    flags: u32,
    name: [u8; NAME],
    interface: u32,
    attach: u32,
}

#[repr(C)]
#[derive(Default)]
struct RunAttributes {
    program: u32,
    verdict: u32,
    size: u32,
    room: u32,
    frame: u64,
    result: u64,
    repeat: u32,
    duration: u32,
    context_size: u32,
    context_room: u32,
    context: u64,
    context_result: u64,
    flags: u32,
    processor: u32,
    batch: u32,
    pad: u32,
}

#[repr(C)]
struct LinkAttributes {
    program: u32,
    interface: u32,
    attach: u32,
    flags: u32,
}

/// Asks the kernel.
///
/// # Safety
/// `attributes` is what the kernel reads for this command, without padding, and its addresses are those of as many bytes as the kernel reads or
/// writes for it.
unsafe fn bpf<T>(command: Command, attributes: &mut T) -> io::Result<libc::c_long> {
    // SAFETY: the attributes are valid for their size for the whole call; what they point to is the caller's promise.
    let answer = unsafe { libc::syscall(libc::SYS_bpf, command as libc::c_long, std::ptr::from_mut(attributes), size_of::<T>()) };
    // Some of its errors have no name: ENOTSUPP, 524, is one.
    if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(answer) }
}

/// The descriptor that the kernel has answered with.
fn owned(answer: libc::c_long) -> OwnedFd {
    // SAFETY: the kernel has just made it for this process, and nobody else knows it.
    unsafe { OwnedFd::from_raw_fd(answer as i32) }
}

fn address<T>(bytes: &[T]) -> u64 {
    bytes.as_ptr() as u64
}

fn name(text: &str) -> [u8; NAME] {
    let mut name = [0; NAME];
    name[..NAME - 1].iter_mut().zip(text.bytes()).for_each(|(at, byte)| *at = byte);
    name
}

/// A map: what programs and this process both read and write.
#[derive(Debug)]
pub(crate) struct Map {
    fd: OwnedFd,
    key: usize,
    value: usize,
    entries: usize,
}

impl Map {
    /// A new one; `key` and `value` are their bytes.
    ///
    /// # Errors
    /// If the system gives none.
    pub(crate) fn new(kind: MapKind, text: &str, key: usize, value: usize, entries: u32) -> io::Result<Self> {
        let mut attributes = MapAttributes {
            kind: kind as u32,
            key: key as u32,
            value: value as u32,
            entries,
            flags: 0,
            inner: 0,
            node: 0,
            name: name(text),
        };
        // SAFETY: these are the attributes of this command, and they hold no address.
        unsafe { bpf(Command::MapCreate, &mut attributes) }.map(|answer| Self { fd: owned(answer), key, value, entries: entries as usize })
    }

    fn attributes(&self, key: &[u8], value: u64) -> ElementAttributes {
        assert_eq!(key.len(), self.key, "the length of a key");
        ElementAttributes { map: self.fd.as_raw_fd() as u32, pad: 0, key: address(key), value, flags: 0 }
    }

    /// Puts a value at a key, whether or not there is one.
    ///
    /// # Errors
    /// If there is no room.
    pub(crate) fn put(&self, key: &[u8], value: &[u8]) -> io::Result<()> {
        assert_eq!(value.len(), self.value, "the length of a value");
        let mut attributes = self.attributes(key, address(value));
        // SAFETY: both slices have as many bytes as the kernel reads for this map, and outlive the call.
        unsafe { bpf(Command::MapUpdate, &mut attributes) }.map(drop)
    }

    /// Fills `value` with what is at a key; tells whether there is anything.
    ///
    /// # Errors
    /// If the kernel does not tell.
    pub(crate) fn get(&self, key: &[u8], value: &mut [u8]) -> io::Result<bool> {
        assert_eq!(value.len(), self.value, "the length of a value");
        let mut attributes = self.attributes(key, value.as_mut_ptr() as u64);
        // SAFETY: the kernel reads the key, writes as many bytes as `value` has, and both outlive the call.
        found(unsafe { bpf(Command::MapLookup, &mut attributes) })
    }

    /// Takes a key out; tells whether it was there.
    ///
    /// # Errors
    /// If the kernel does not do it.
    pub(crate) fn take_out(&self, key: &[u8]) -> io::Result<bool> {
        let mut attributes = self.attributes(key, 0);
        // SAFETY: the kernel reads the key, which outlives the call.
        found(unsafe { bpf(Command::MapDelete, &mut attributes) })
    }

    /// Fills `value` with what was at a key, and takes it out, in one step; tells whether it was there.
    ///
    /// # Errors
    /// If the kernel does not do it.
    pub(crate) fn take(&self, key: &[u8], value: &mut [u8]) -> io::Result<bool> {
        assert_eq!(value.len(), self.value, "the length of a value");
        let mut attributes = self.attributes(key, value.as_mut_ptr() as u64);
        // SAFETY: the kernel reads the key, writes as many bytes as `value` has, and both outlive the call.
        found(unsafe { bpf(Command::MapLookupAndDelete, &mut attributes) })
    }

    /// All keys that are there now. While others take keys out, some may be in it twice, or missing.
    ///
    /// # Errors
    /// If the kernel does not tell.
    pub(crate) fn keys(&self) -> io::Result<Vec<Vec<u8>>> {
        let mut keys: Vec<Vec<u8>> = vec![];
        // Whoever is just at a key that is taken out begins anew.
        while keys.len() < 2 * self.entries {
            let (mut next, before) = (vec![0; self.key], keys.last().map_or(0, |key| address(key)));
            let map = self.fd.as_raw_fd() as u32;
            let mut attributes = ElementAttributes { map, pad: 0, key: before, value: next.as_mut_ptr() as u64, flags: 0 };
            // SAFETY: the kernel reads a key, or none at 0, and writes one; both have the map's length and outlive the call.
            match found(unsafe { bpf(Command::MapNextKey, &mut attributes) })? {
                true => keys.push(next),
                false => break,
            }
        }
        Ok(keys)
    }

    /// Its number in this process, by which instructions name it.
    pub(crate) fn number(&self) -> i32 {
        self.fd.as_raw_fd()
    }
}

fn found(answer: io::Result<libc::c_long>) -> io::Result<bool> {
    match answer {
        Ok(_) => Ok(true),
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(false),
        Err(error) => Err(error),
    }
}

/// A program that the kernel does not take.
#[derive(Debug, thiserror::Error)]
#[error("the kernel refuses the program {name} ({error}){}", if log.is_empty() { String::new() } else { format!("; its verifier tells:\n{log}") })]
pub struct ProgramError {
    /// What it is called.
    pub name: String,
    /// What the system answers.
    pub error: io::Error,
    /// What the verifier tells, from its first step to the one that it does not allow.
    pub log: String,
}

/// A program of XDP that the kernel has verified.
#[derive(Debug)]
pub(crate) struct Program(OwnedFd);

impl Program {
    /// Has the kernel verify and translate instructions.
    ///
    /// # Errors
    /// With the verifier's log, if they are not allowed.
    pub(crate) fn load(text: &str, instructions: &[Instruction]) -> Result<Self, ProgramError> {
        // Without a log the verifier is quicker; with one, a log that is too short would be an error of its own.
        Self::try_load(text, instructions, &mut []).map_err(|error| {
            let mut log = vec![0; LOG];
            let with_log = Self::try_load(text, instructions, &mut log).err();
            let error = with_log.filter(|again| again.raw_os_error() != Some(libc::ENOSPC)).unwrap_or(error);
            let end = log.iter().position(|byte| *byte == 0).unwrap_or(LOG);
            ProgramError { name: text.to_owned(), error, log: String::from_utf8_lossy(&log[..end]).trim_end().to_owned() }
        })
    }

    fn try_load(text: &str, instructions: &[Instruction], log: &mut [u8]) -> io::Result<Self> {
        let license = c"Dual MIT/GPL";
        let mut attributes = ProgramAttributes {
            kind: PROGRAM_XDP,
            count: instructions.len() as u32,
            instructions: address(instructions),
            license: license.as_ptr() as u64,
            log_level: u32::from(!log.is_empty()),
            log_size: log.len() as u32,
            log: if log.is_empty() { 0 } else { log.as_mut_ptr() as u64 },
            kernel: 0,
            flags: 0,
            name: name(text),
            interface: 0,
            attach: ATTACH_XDP,
        };
        // SAFETY: instructions, license and log have the lengths that are told, or end with 0, and outlive the call.
        unsafe { bpf(Command::ProgramLoad, &mut attributes) }.map(|answer| Self(owned(answer)))
    }

    /// Runs it here over a frame, as if it had come by the loopback interface; the verdict, and the frame as it is then. Nothing leaves.
    ///
    /// # Errors
    /// If the kernel does not do it.
    pub(crate) fn run(&self, frame: &[u8]) -> io::Result<(u32, Vec<u8>)> {
        let mut result = vec![0; frame.len() + 256];
        let mut attributes = RunAttributes {
            program: self.0.as_raw_fd() as u32,
            size: frame.len() as u32,
            room: result.len() as u32,
            frame: address(frame),
            result: result.as_mut_ptr() as u64,
            repeat: 1,
            ..RunAttributes::default()
        };
        // SAFETY: the kernel reads `size` bytes of the frame, writes at most `room` of the result, and both outlive the call.
        unsafe { bpf(Command::ProgramTestRun, &mut attributes) }?;
        result.truncate(attributes.room as usize);
        Ok((attributes.verdict, result))
    }

    /// Has the driver of this interface run it, for as long as the link lives.
    ///
    /// # Errors
    /// If it does not.
    pub(crate) fn attach(&self, interface: u32) -> io::Result<Link> {
        let mut attributes = LinkAttributes { program: self.0.as_raw_fd() as u32, interface, attach: ATTACH_XDP, flags: IN_DRIVER };
        // SAFETY: these are the attributes of this command, and they hold no address.
        unsafe { bpf(Command::LinkCreate, &mut attributes) }.map(|answer| Link { _fd: owned(answer) })
    }
}

/// A program at an interface. It goes with this, and so with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Link {
    _fd: OwnedFd,
}

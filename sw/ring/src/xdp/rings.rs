//! The interfaces of a worker by AF_XDP: at each one socket, at one queue, over one memory of frames. So a frame leaves by any of them as it lies.

use super::XdpError;
use super::frames::{Free, Held, Keeper, Ledger};
use super::index::{Consumer, Producer};
use super::ring::{Descriptor, Mapped};
use super::steering::Steering;
use crate::memory::Memory;
use crate::offload::Unfinished;
use nix::libc;
use nix::sys::socket::SetSockOpt as _;
use nix::sys::socket::sockopt::{SndBuf, SndBufForce};
use rustix::io::Errno;
use rustix::net::sockopt::{
    set_xdp_rx_ring_size, set_xdp_tx_ring_size, set_xdp_umem_completion_ring_size, set_xdp_umem_fill_ring_size, set_xdp_umem_reg,
    xdp_mmap_offsets, xdp_statistics,
};
use rustix::net::xdp::{
    SocketAddrXdp, SocketAddrXdpFlags, SocketAddrXdpWithSharedUmem, XDP_PGOFF_RX_RING, XDP_PGOFF_TX_RING, XDP_UMEM_PGOFF_COMPLETION_RING,
    XDP_UMEM_PGOFF_FILL_RING, XdpUmemReg, XdpUmemRegFlags,
};
use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, bind, send, socket_with};
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

/// Bytes of a frame's memory: a page.
const FRAME: u32 = 4096;
/// What the kernel leaves free before what it receives. Source: XDP_PACKET_HEADROOM.
const HEADROOM: u32 = 256;
/// The longest frame.
pub(super) const LONGEST: usize = (FRAME - HEADROOM) as usize;
/// Slots of each ring.
const SLOTS: u32 = 1024;
/// Frames of an interface: as many as can wait to be filled, and as many again for those that were received or are being sent.
const FRAMES: u32 = 2 * SLOTS;
/// Bytes of `struct xsk_tx_metadata`, before a frame that leaves, and what they say: the checksum is to be finished.
const METADATA: u32 = 24;
const FINISH_CHECKSUM: u64 = libc::XDP_TXMD_FLAGS_CHECKSUM as u64;
/// Bytes of frames that a socket may have on the way out.
const LEAVING: usize = 8 << 20;
/// How long a queue that another process has just left may take to be free.
const PATIENCE: Duration = Duration::from_secs(2);

/// The interfaces of a worker, and their frames.
pub struct Rings {
    memory: Memory,
    ledger: Ledger,
    free: Vec<Free>,
    sockets: Vec<Socket>,
    /// The kernel finishes checksums.
    finishes: bool,
}

struct Socket {
    fd: OwnedFd,
    fill: Producer<Mapped<u64>>,
    received: Consumer<Mapped<Descriptor>>,
    transmit: Producer<Mapped<Descriptor>>,
    completed: Consumer<Mapped<u64>>,
    /// Frames that the kernel has to fill, and those that it has to send.
    filling: u32,
    sending: u32,
    /// Sends that the kernel has given up.
    discarded: u64,
    /// Frames that came back from where they were not.
    strange: u64,
}

/// What has become of the frames of an interface that did not pass as they should.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Frames that came and were lost, because there was no frame of memory for them, the ring was full, or they were too long.
    pub overflowed: u64,
    /// Of these, how often there was no frame of memory.
    pub no_frame: u64,
    /// Of these, how often the ring was full.
    pub ring_full: u64,
    /// What this program gave to be filled, and the kernel did not take.
    pub invalid_fill: u64,
    /// What this program gave to be sent, and the kernel did not take.
    pub invalid_send: u64,
    /// Frames that the interface did not take from the kernel.
    pub discarded: u64,
    /// Frames that the kernel gave back and did not have: they are not used again.
    pub strange: u64,
}

impl Rings {
    /// The interfaces of `steering`, for the worker that polls this queue of each.
    ///
    /// # Errors
    /// Why a queue cannot be had, and what to do about it.
    pub fn open(steering: &Steering, queue: u32) -> Result<Self, XdpError> {
        let frames = FRAMES * steering.interfaces() as u32;
        let bytes = u64::from(frames) * u64::from(FRAME);
        let memory = Memory::new((bytes / 8) as usize).map_err(XdpError::Memory)?;
        let (ledger, free) = Ledger::new(frames);
        let mut rings = Self { memory, ledger, free, sockets: vec![], finishes: true };
        for number in 0..steering.interfaces() {
            let (name, interface) = steering.interface(number);
            let failed = |what| move |error: Errno| XdpError::Socket(name.to_owned(), what, error.into());
            let fd = socket_with(AddressFamily::XDP, SocketType::RAW, SocketFlags::CLOEXEC, None).map_err(|error| match error {
                Errno::AFNOSUPPORT | Errno::PROTONOSUPPORT | Errno::SOCKTNOSUPPORT => XdpError::Unsupported(name.to_owned(), error.into()),
                Errno::PERM => XdpError::Forbidden,
                error => failed("no socket")(error),
            })?;
            // Who may not have so much has what the system grants everybody.
            let _ = SndBufForce.set(&fd, &LEAVING).or_else(|_| SndBuf.set(&fd, &LEAVING));
            if number == 0 {
                rings.register(&fd, bytes).map_err(|error| match error {
                    Errno::NOBUFS => XdpError::Locked(bytes),
                    Errno::NOMEM => XdpError::Memory(error.into()),
                    error => failed("its memory is not taken")(error),
                })?;
            }
            let sizes = set_xdp_umem_fill_ring_size(&fd, SLOTS)
                .and_then(|()| set_xdp_umem_completion_ring_size(&fd, SLOTS))
                .and_then(|()| set_xdp_rx_ring_size(&fd, SLOTS))
                .and_then(|()| set_xdp_tx_ring_size(&fd, SLOTS));
            let offsets = sizes.and_then(|()| xdp_mmap_offsets(&fd)).map_err(failed("no rings"))?;
            let mapped = |error: io::Error| XdpError::Socket(name.to_owned(), "its rings cannot be mapped", error);
            let slots = |page, offset| Mapped::new(fd.as_fd(), page, offset, SLOTS).map_err(mapped);
            let descriptors = |page, offset| Mapped::new(fd.as_fd(), page, offset, SLOTS).map_err(mapped);
            let fill = Producer::new(slots(XDP_UMEM_PGOFF_FILL_RING, offsets.fr)?);
            let completed = Consumer::new(slots(XDP_UMEM_PGOFF_COMPLETION_RING, offsets.cr)?);
            let received = Consumer::new(descriptors(XDP_PGOFF_RX_RING, offsets.rx)?);
            let transmit = Producer::new(descriptors(XDP_PGOFF_TX_RING, offsets.tx)?);
            rings.bind(&fd, interface, queue).map_err(|error| match error {
                Errno::BUSY => XdpError::Bound(name.to_owned(), queue),
                Errno::OPNOTSUPP => XdpError::Unsupported(name.to_owned(), error.into()),
                Errno::NODEV => XdpError::Missing(name.to_owned(), error.into()),
                error => failed("its queue cannot be bound")(error),
            })?;
            let socket = Socket { fd, fill, received, transmit, completed, filling: 0, sending: 0, discarded: 0, strange: 0 };
            rings.sockets.push(socket);
            let set = steering.set_socket(number, queue, rings.sockets[number].fd.as_fd());
            set.map_err(|error| XdpError::Socket(name.to_owned(), "its queue cannot be given to it", error))?;
        }
        rings.turn();
        Ok(rings)
    }

    /// Shows the kernel where the frames are. One that does not know how to finish checksums has it done here.
    fn register(&mut self, fd: &OwnedFd, bytes: u64) -> rustix::io::Result<()> {
        let memory = |flags, metadata| XdpUmemReg {
            addr: self.memory.start() as u64,
            len: bytes,
            chunk_size: FRAME,
            headroom: 0,
            flags: XdpUmemRegFlags::from_bits_retain(flags),
            tx_metadata_len: metadata,
        };
        match set_xdp_umem_reg(fd, memory(libc::XDP_UMEM_TX_METADATA_LEN, METADATA)) {
            Err(Errno::INVAL) => {
                self.finishes = false;
                set_xdp_umem_reg(fd, memory(0, 0))
            }
            registered => registered,
        }
    }

    /// Frames are copied: not every driver that takes them as they lie finishes checksums.
    fn bind(&self, fd: &OwnedFd, interface: u32, queue: u32) -> rustix::io::Result<()> {
        let begun = Instant::now();
        loop {
            let bound = match self.sockets.first() {
                None => {
                    let flags = SocketAddrXdpFlags::XDP_COPY | SocketAddrXdpFlags::XDP_USE_NEED_WAKEUP;
                    bind(fd, &SocketAddrXdp::new(flags, interface, queue))
                }
                Some(first) => {
                    let addr = SocketAddrXdp::new(SocketAddrXdpFlags::XDP_SHARED_UMEM, interface, queue);
                    bind(fd, &SocketAddrXdpWithSharedUmem { addr, shared_umem_fd: first.fd.as_fd() })
                }
            };
            match bound {
                Err(Errno::BUSY) if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(10)),
                bound => return bound,
            }
        }
    }

    /// The next frame that has come by an interface, and what its sender has left to do.
    pub fn receive(&mut self, interface: usize) -> Option<(Held, Unfinished)> {
        let socket = &mut self.sockets[interface];
        loop {
            let Descriptor { address, length, .. } = socket.received.take()?;
            socket.received.release();
            let (frame, start) = (address / u64::from(FRAME), (address % u64::from(FRAME)) as u32);
            let free = u32::try_from(frame).ok().and_then(|frame| self.ledger.take_back(frame, Keeper::Fill(interface as u8)));
            let Some(free) = free else {
                socket.strange += 1;
                continue;
            };
            socket.filling -= 1;
            if start + length > FRAME {
                socket.strange += 1;
                self.free.push(free);
                continue;
            }
            let mut held = free.hold(start, length);
            let unfinished = Unfinished::suspected(self.bytes(&mut held));
            return Some((held, unfinished));
        }
    }

    /// The content of a frame.
    pub fn bytes(&mut self, held: &mut Held) -> &mut [u8] {
        assert!(self.ledger.knows_held(held), "a frame of another memory");
        let at = held.number() as usize * FRAME as usize + held.start as usize;
        // SAFETY: `hold` is given a start and a length that lie in the frame. There is one value for each frame that is the program's, by the ledger,
        // so the kernel does not touch it now; and nobody else in this process does, because both `self` and the value are borrowed alone.
        unsafe { std::slice::from_raw_parts_mut(self.memory.start().add(at), held.length as usize) }
    }

    /// Sends a frame by an interface, at the next [`Rings::turn`], and leaves to it what is not finished. `false` if there is no room: it is lost.
    pub fn send(&mut self, interface: usize, mut held: Held, mut unfinished: Unfinished) -> bool {
        let may_finish = self.finishes && held.start >= METADATA;
        if !may_finish {
            unfinished.finish(self.bytes(&mut held));
            unfinished = Unfinished::default();
        }
        let socket = &mut self.sockets[interface];
        // As many may be on their way out as can be completed, and no interface has more than half of all frames.
        if socket.sending == SLOTS || socket.transmit.room() == 0 {
            self.free.push(held.free());
            return false;
        }
        let start = u64::from(held.number()) * u64::from(FRAME) + u64::from(held.start);
        let mut descriptor = Descriptor { address: start, length: held.length, options: 0 };
        if let Some((begin, offset)) = unfinished.checksum() {
            descriptor.options = libc::XDP_TX_METADATA;
            let mut metadata = [0; METADATA as usize];
            metadata[..8].copy_from_slice(&FINISH_CHECKSUM.to_ne_bytes());
            metadata[8..10].copy_from_slice(&(begin as u16).to_ne_bytes());
            metadata[10..12].copy_from_slice(&(offset as u16).to_ne_bytes());
            let at = start as usize - METADATA as usize;
            // SAFETY: these bytes are the frame's own, before its content, and like that nobody else's now.
            unsafe { std::ptr::copy_nonoverlapping(metadata.as_ptr(), self.memory.start().add(at), metadata.len()) };
        }
        self.ledger.give(held.free(), Keeper::Transmit(interface as u8));
        let socket = &mut self.sockets[interface];
        socket.sending += 1;
        let is_put = socket.transmit.put(descriptor);
        debug_assert!(is_put, "there was room");
        true
    }

    /// Sends a copy of these bytes. `false` if there is no room, or they are too long.
    pub fn send_copy(&mut self, interface: usize, bytes: &[u8]) -> bool {
        if bytes.len() > LONGEST {
            return false;
        }
        let Some(free) = self.free.pop() else { return false };
        let mut held = free.hold(HEADROOM, bytes.len() as u32);
        self.bytes(&mut held).copy_from_slice(bytes);
        self.send(interface, held, Unfinished::default())
    }

    /// Does nothing more with a frame.
    pub fn release(&mut self, held: Held) {
        assert!(self.ledger.knows_held(&held), "a frame of another memory");
        self.free.push(held.free());
    }

    /// Has the kernel send what is to be sent, takes back what it has sent, and gives it frames to fill.
    pub fn turn(&mut self) {
        for (number, socket) in self.sockets.iter_mut().enumerate() {
            socket.transmit.publish();
            socket.kick();
            while let Some(address) = socket.completed.take() {
                socket.completed.release();
                let frame = u32::try_from(address / u64::from(FRAME)).ok();
                match frame.and_then(|frame| self.ledger.take_back(frame, Keeper::Transmit(number as u8))) {
                    Some(free) => {
                        socket.sending -= 1;
                        self.free.push(free);
                    }
                    None => socket.strange += 1,
                }
            }
        }
        for (number, socket) in self.sockets.iter_mut().enumerate() {
            let begun = socket.filling;
            while socket.filling < SLOTS
                && let Some(free) = self.free.pop()
            {
                let frame = self.ledger.give(free, Keeper::Fill(number as u8));
                let is_put = socket.fill.put(u64::from(frame) * u64::from(FRAME));
                debug_assert!(is_put, "the ring has a slot for each");
                socket.filling += 1;
            }
            if socket.filling != begun {
                socket.fill.publish();
            }
        }
    }

    /// Whether something is still to be sent.
    pub fn is_sending(&self) -> bool {
        self.sockets.iter().any(|socket| socket.transmit.waiting() > 0)
    }

    /// What has gone wrong at an interface so far.
    ///
    /// # Errors
    /// If the kernel does not tell.
    pub fn statistics(&self, interface: usize) -> io::Result<Statistics> {
        let socket = &self.sockets[interface];
        let told = xdp_statistics(&socket.fd)?;
        let ring_full = told.rx_ring_full.unwrap_or(0);
        Ok(Statistics {
            overflowed: told.rx_dropped + ring_full,
            no_frame: told.rx_fill_ring_empty_descs.unwrap_or(0),
            ring_full,
            invalid_fill: told.rx_invalid_descs,
            invalid_send: told.tx_invalid_descs,
            discarded: socket.discarded,
            strange: socket.strange,
        })
    }

    /// What can be waited for: each interface's socket.
    pub fn descriptors(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.sockets.iter().map(|socket| socket.fd.as_fd())
    }
}

impl Socket {
    /// Has the kernel send. It takes some 32 frames at a time.
    fn kick(&mut self) {
        let mut waits = self.transmit.waiting();
        while waits > 0 {
            match send(&self.fd, &[], SendFlags::DONTWAIT) {
                Ok(_) | Err(Errno::INTR) => {}
                // The interface has not taken one, and it is gone; the others still wait.
                Err(Errno::BUSY) => self.discarded += 1,
                // It takes no more for now, or it is down: they wait until the next turn.
                Err(_) => return,
            }
            let rest = self.transmit.waiting();
            if rest == waits {
                return;
            }
            waits = rest;
        }
    }
}

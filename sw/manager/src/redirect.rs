//! Whether frames that a driver's program redirects to an interface leave by it: not every driver sends them, and a veth interface does only while its
//! other end polls. Otherwise they are lost, and nobody tells. Source: the kernel's `Documentation/netlink/specs/netdev.yaml`; generic netlink.

use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_GENERIC};
use std::io;

/// The controller of generic netlink: its type, its question for a family, and the attributes of a family's name and number.
const CONTROLLER: u16 = 0x10;
const GET_FAMILY: u8 = 3;
const FAMILY_NUMBER: u16 = 1;
const FAMILY_NAME: u16 = 2;
/// The family `netdev`: its question for an interface, the attributes of its number and of what it has of XDP, and the bit for redirected frames.
const GET_INTERFACE: u8 = 1;
const INTERFACE: u16 = 1;
const XDP_FEATURES: u16 = 3;
const SENDS_REDIRECTED: u64 = 1 << 2;

const REQUEST: u16 = 1;
const ERROR: u16 = 2;
/// Bytes of a message's header, with that of generic netlink.
const HEADER: usize = 20;

/// A conversation with the kernel about it.
pub(crate) struct Redirects {
    socket: Socket,
    family: u16,
}

impl Redirects {
    /// Begins one.
    ///
    /// # Errors
    /// If the kernel does not know of it: it is older than 6.3.
    pub(crate) fn new() -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_GENERIC)?;
        socket.bind_auto()?;
        socket.connect(&SocketAddr::new(0, 0))?;
        let answer = ask(&socket, CONTROLLER, GET_FAMILY, FAMILY_NAME, b"netdev\0")?;
        let family = attribute(&answer, FAMILY_NUMBER).and_then(|value| Some(u16::from_ne_bytes(value.try_into().ok()?)));
        Ok(Self { socket, family: family.ok_or_else(|| io::Error::other("the family netdev has no number"))? })
    }

    /// Whether frames that are redirected to the interface with this number of the system leave by it now.
    ///
    /// # Errors
    /// If the kernel does not tell.
    pub(crate) fn leave_by(&self, index: u32) -> io::Result<bool> {
        let answer = ask(&self.socket, self.family, GET_INTERFACE, INTERFACE, &index.to_ne_bytes())?;
        let features = attribute(&answer, XDP_FEATURES).and_then(|value| Some(u64::from_ne_bytes(value.try_into().ok()?)));
        Ok(features.unwrap_or(0) & SENDS_REDIRECTED != 0)
    }
}

/// Asks with one attribute; the attributes of the answer.
fn ask(socket: &Socket, kind: u16, command: u8, attribute: u16, value: &[u8]) -> io::Result<Vec<u8>> {
    socket.send(&question(kind, command, attribute, value), 0)?;
    let (answer, _) = socket.recv_from_full()?;
    let kind = answer.get(4..6).map(|kind| u16::from_ne_bytes([kind[0], kind[1]]));
    match (kind, answer.get(16..20)) {
        (Some(ERROR), Some(&[a, b, c, d])) => Err(io::Error::from_raw_os_error(-i32::from_ne_bytes([a, b, c, d]))),
        (Some(_), Some(_)) => Ok(answer[HEADER..].to_vec()),
        _ => Err(io::Error::other("the answer is cut short")),
    }
}

fn question(kind: u16, command: u8, attribute: u16, value: &[u8]) -> Vec<u8> {
    let whole = (HEADER + 4 + value.len().next_multiple_of(4)) as u32;
    let mut message = whole.to_ne_bytes().to_vec();
    message.extend([kind, REQUEST].map(u16::to_ne_bytes).as_flattened());
    message.extend([0; 8]);
    message.extend([command, 1, 0, 0]);
    message.extend([(4 + value.len()) as u16, attribute].map(u16::to_ne_bytes).as_flattened());
    message.extend(value);
    message.resize(whole as usize, 0);
    message
}

/// The value of the first attribute of this kind.
fn attribute(mut attributes: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let number = |at: usize| Some(u16::from_ne_bytes(attributes.get(at..at + 2)?.try_into().ok()?));
        let (length, kind) = (usize::from(number(0)?), number(2)?);
        let value = attributes.get(4..length)?;
        if kind == wanted {
            return Some(value);
        }
        attributes = attributes.get(length.next_multiple_of(4)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_and_a_torn_answer_has_none() {
        let attributes = [[8, 0, 1, 0, 7, 0, 0, 0].as_slice(), &[5, 0, 9, 0, 1, 0, 0, 0], &[12, 0, 3, 0, 5, 0, 0, 0, 0, 0, 0, 0]].concat();
        if cfg!(target_endian = "little") {
            assert_eq!(attribute(&attributes, 3), Some(&[5, 0, 0, 0, 0, 0, 0, 0][..]));
            assert_eq!(attribute(&attributes, 9), Some(&[1][..]));
        }
        assert_eq!(attribute(&attributes, 4), None);
        for length in 0..attributes.len() {
            assert_eq!(attribute(&attributes[..length], 3), None, "{length} bytes of it");
        }
        assert_eq!(attribute(&[0; 16], 3), None, "a length that ends nowhere");
    }

    /// By the kernel that runs the test: the loopback interface has no driver that could.
    #[test]
    fn the_loopback_interface_sends_no_redirected_frames() {
        let redirects = Redirects::new().unwrap();
        assert!(!redirects.leave_by(1).unwrap());
        assert!(redirects.leave_by(u32::MAX).is_err(), "there is no such interface");
    }
}

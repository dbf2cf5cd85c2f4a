//! Frames that the filter makes: answers, errors, fragments.

use crate::tables::Hop;

/// A frame and where it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// By which interface. The destination MAC is in the frame already.
    pub interface: u16,
    /// Its bytes.
    pub frame: Vec<u8>,
}

/// Frames to send. Its memory is used again after [`Outbox::clear`].
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    outputs: Vec<Output>,
    used: usize,
}

impl Outbox {
    /// What is to be sent, in order.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs[..self.used]
    }

    /// The same, for who finishes them where they lie.
    pub fn outputs_mut(&mut self) -> &mut [Output] {
        &mut self.outputs[..self.used]
    }

    /// Forgets all, once it is sent.
    pub fn clear(&mut self) {
        self.used = 0;
    }

    /// One more frame to send by this interface, empty.
    pub(crate) fn add(&mut self, interface: u16) -> &mut Vec<u8> {
        if self.used == self.outputs.len() {
            self.outputs.push(Output { interface, frame: Vec::with_capacity(2048) });
        }
        let output = &mut self.outputs[self.used];
        self.used += 1;
        output.interface = interface;
        output.frame.clear();
        &mut output.frame
    }

    /// A copy of a frame, by this hop's interface.
    pub(crate) fn copy(&mut self, hop: Hop, frame: &[u8]) {
        self.add(hop.interface).extend_from_slice(frame);
    }
}

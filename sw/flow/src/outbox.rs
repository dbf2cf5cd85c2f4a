//! Frames that the filter makes: answers, errors, fragments.

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

    /// Takes back the last frame that was added.
    pub(crate) fn take_back(&mut self) -> Vec<u8> {
        self.used -= 1;
        std::mem::take(&mut self.outputs[self.used].frame)
    }

    /// One more frame to send by this interface, of these parts.
    pub(crate) fn put(&mut self, interface: u16, parts: &[&[u8]]) {
        let out = self.add(interface);
        parts.iter().for_each(|part| out.extend_from_slice(part));
    }
}

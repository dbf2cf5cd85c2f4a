//! The card that is served: the emitted hardware, or the model of it.

use super::wires::Wires;
use anyhow::{Context as _, Result};
use clap::ValueEnum;
use contract::limits::{PORTS, REGISTER_WINDOW};
use contract::metadata::Metadata;
use model::Egress;
use pcie::{Model, Port};
use sim::{Design, Halted, Live, LiveHandle, Sim};
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use testbench::bar::Bar;
use testbench::scoreboard::model_card;

/// What decides the frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum From {
    /// The emitted Verilog, clock by clock
    Rtl,
    /// The golden model: the same registers and decisions, without clocks
    Model,
}

/// A card that is running, until this is dropped.
pub(crate) enum Running {
    Rtl(Live),
    Model(ModelHandle),
}

/// A handle to it, for any thread.
#[derive(Clone)]
pub(crate) enum Handle {
    Rtl(LiveHandle),
    Model(ModelHandle),
}

/// The model of a card and what its frames leave by.
#[derive(Clone)]
pub(crate) struct ModelHandle {
    card: Arc<Mutex<Model>>,
    wires: Arc<Wires>,
    /// Why nothing is passed on any more.
    failed: Arc<OnceLock<io::Error>>,
}

/// Starts a card.
pub(crate) fn start(from: From, design: Design, wires: Arc<Wires>) -> Running {
    match from {
        From::Rtl => Running::Rtl(Live::start(Sim::new(design), move |sink, frame| {
            if sink < PORTS {
                return wires.leave(sink, frame.bytes);
            }
            let metadata = Metadata::from_tuser(frame.tuser).ok_or_else(|| io::Error::other("its metadata is not of the contract"))?;
            wires.to_host(usize::from(metadata.ingress), frame.bytes)
        })),
        From::Model => {
            let card = model_card(design);
            Running::Model(ModelHandle { card: Arc::new(Mutex::new(Model::new(card))), wires, failed: Arc::default() })
        }
    }
}

impl Running {
    pub(crate) fn handle(&self) -> Handle {
        match self {
            Self::Rtl(live) => Handle::Rtl(live.handle()),
            Self::Model(model) => Handle::Model(model.clone()),
        }
    }

    /// Whether it came to a stop on its own.
    pub(crate) fn is_halted(&self) -> bool {
        match self {
            Self::Rtl(live) => live.is_halted(),
            Self::Model(model) => model.failed.get().is_some(),
        }
    }

    /// Ends it when everything has left that came in.
    pub(crate) fn stop(self) -> Result<()> {
        match self {
            Self::Rtl(live) => Ok(live.stop()?),
            Self::Model(model) => match model.failed.get() {
                Some(error) => Err(anyhow::anyhow!("{error}")).context("a frame that left the card is lost"),
                None => Ok(()),
            },
        }
    }
}

impl Handle {
    /// Its register port.
    pub(crate) fn port(&self) -> Box<dyn Port> {
        match self {
            Self::Rtl(live) => Box::new(Bar::new(REGISTER_WINDOW, live.clone())),
            Self::Model(model) => Box::new(Arc::clone(&model.card)),
        }
    }

    /// Sends frames into a port.
    ///
    /// # Errors
    /// If the card has halted.
    pub(crate) fn send(&self, port: usize, frames: &[&[u8]]) -> Result<(), Halted> {
        match self {
            Self::Rtl(live) => match frames {
                [frame] => live.send_alone(port, frame.to_vec()),
                _ => frames.iter().try_for_each(|frame| live.send(port, frame.to_vec())),
            },
            Self::Model(model) => model.take(port, frames).map_err(|error| {
                // Only the first failure is told.
                let _ = model.failed.set(error);
                Halted
            }),
        }
    }

    /// Waits until everything has left that was sent in before; returns the clock, if the card has one.
    ///
    /// # Errors
    /// If the card has halted.
    pub(crate) fn settle(&self) -> Result<Option<u64>, Halted> {
        match self {
            Self::Rtl(live) => live.settle().map(Some),
            Self::Model(_) => Ok(None),
        }
    }
}

impl ModelHandle {
    /// Decides frames, counts them and passes them on. The card is held meanwhile: what a commit replaces, no frame leaves by after it.
    fn take(&self, port: usize, frames: &[&[u8]]) -> io::Result<()> {
        let mut model = self.card.lock().unwrap_or_else(PoisonError::into_inner);
        model.card.pass_on(port, frames, port as u8, |egress, frame| match egress {
            Egress::Port(egress) => self.wires.leave(usize::from(egress), frame),
            Egress::Host => self.wires.to_host(port, frame),
        })
    }
}

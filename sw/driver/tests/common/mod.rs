//! Configurations, frames and cards that go wrong.
#![allow(dead_code, reason = "each test file uses its own part")]

use control::{Configuration, Tables};
use driver::{BusError, Card};
use model::{Decision, decide};
use modelcard::ModelCard;
use std::io::ErrorKind;

/// A configuration in parts, each of which a test changes.
#[derive(Clone)]
pub(crate) struct Site {
    /// Name, weight and state of manager 1, 2, ...
    pub(crate) managers: Vec<(&'static str, f64, &'static str)>,
    /// The key of group 0, and what else it says.
    pub(crate) group: (&'static str, &'static str),
    /// Rules for group 1.
    pub(crate) rules: &'static str,
    /// Whether the card is enabled.
    pub(crate) enabled: bool,
}

/// Three managers, two groups, one rule.
pub(crate) fn site() -> Site {
    Site {
        managers: vec![("alpha", 100.0, "enabled"), ("beta", 50.0, "enabled"), ("gamma", 1.0, "enabled")],
        group: ("0001020304050607", ""),
        rules: "[[rule]]\nprotocol = \"udp\"\nports = 53\ngroup = \"names\"\n",
        enabled: true,
    }
}

impl Site {
    /// The tables of a card with two groups.
    pub(crate) fn tables(&self) -> Tables {
        let mut text = format!("enabled = {}\ngroup_macs = [\"02:00:00:00:00:01\"]\n", self.enabled);
        for (id, (name, weight, state)) in (1..).zip(&self.managers) {
            let port = id % 2;
            text += &format!(
                "[[manager]]\nname = \"{name}\"\nid = {id}\nmac = \"02:00:00:00:01:{id:02x}\"\nport = {port}\nweight = {weight}\nstate = \"{state}\"\n"
            );
        }
        let (key, more) = self.group;
        text += &format!("[[group]]\nname = \"all\"\nkey = \"{key}\"\nprofile = \"weighted\"\n{more}\n");
        text += &format!("[[group]]\nname = \"names\"\nkey = \"74616e64656d2121\"\n{}", self.rules);
        Configuration::parse(&text, "test").unwrap().tables(2).unwrap()
    }
}

/// A card with two groups and two cores, after reset.
pub(crate) fn card() -> ModelCard {
    ModelCard::new(2, 2, 64)
}

/// UDP frames to the card: many flows, some to port 53, some with equal ports.
pub(crate) fn frames() -> Vec<Vec<u8>> {
    let frame = |number: u16| {
        let [high, low] = number.wrapping_mul(40503).to_be_bytes();
        let source = [192, 0, 2, low];
        let (from, to) = match number % 8 {
            0 => (53, 1024 + number),
            1 => (123, 123),
            _ => (u16::from_be_bytes([low | 4, high]), 443),
        };
        let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0x99, 8, 0, 0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0];
        frame.extend(source.into_iter().chain([198, 51, 100, high]));
        frame.extend([from, to, 8, 0].iter().flat_map(|half: &u16| half.to_be_bytes()));
        frame.resize(60, 0);
        frame
    };
    (0..200).map(frame).collect()
}

/// What becomes of the frames: each decision, and the MAC that the frame is sent to.
pub(crate) fn decisions(card: &ModelCard, frames: &[Vec<u8>]) -> Vec<(Decision, Option<[u8; 6]>)> {
    let decision = |frame: &Vec<u8>| {
        let decision = decide(card.state(), frame, 0);
        (decision, decision.manager.map(|id| card.state().manager(id).mac))
    };
    frames.iter().map(decision).collect()
}

/// A card whose every write is followed by a look at it.
pub(crate) struct Watched<'a> {
    pub(crate) card: ModelCard,
    pub(crate) after_write: &'a mut dyn FnMut(&ModelCard),
}

impl Card for Watched<'_> {
    fn write(&mut self, address: u32, value: u32) -> Result<(), BusError> {
        self.card.write(address, value)?;
        (self.after_write)(&self.card);
        Ok(())
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        self.card.read(address)
    }
}

/// A card that is gone after so many accesses.
pub(crate) struct Mortal {
    pub(crate) card: ModelCard,
    pub(crate) left: u64,
    pub(crate) tried: u64,
}

impl Mortal {
    fn live(&mut self, address: u32) -> Result<(), BusError> {
        self.tried += 1;
        if self.tried > self.left { Err(BusError::Gone { address, kind: ErrorKind::NotConnected }) } else { Ok(()) }
    }
}

impl Card for Mortal {
    fn write(&mut self, address: u32, value: u32) -> Result<(), BusError> {
        self.live(address)?;
        self.card.write(address, value)
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        self.live(address)?;
        self.card.read(address)
    }
}

/// A card with a fault: functions see every write before the card does, and every answer before the host does.
pub(crate) struct Faulty<W, R> {
    pub(crate) card: ModelCard,
    /// The word that reaches the card; `None` if none does.
    pub(crate) on_write: W,
    /// The word that reaches the host.
    pub(crate) on_read: R,
}

impl<W: FnMut(u32, u32) -> Option<u32>, R: FnMut(&mut ModelCard, u32, u32) -> u32> Card for Faulty<W, R> {
    fn write(&mut self, address: u32, value: u32) -> Result<(), BusError> {
        match (self.on_write)(address, value) {
            Some(value) => self.card.write(address, value),
            None => Ok(()),
        }
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        let value = self.card.read(address)?;
        Ok((self.on_read)(&mut self.card, address, value))
    }
}

//! A simulated card behind its socket: found, opened and programmed like any other.

mod common;

use common::site;
use contract::register::{COMMIT, CONTRACT_VALUE, ENTRY_DATA, ENTRY_INDEX, IDENTITY_VALUE, NEXT_GENERATION, VIEW, VIEW_IDLE_BANK};
use driver::deploy::apply;
use driver::snapshot::learn;
use driver::{BusError, Card, CardAccess, Locator, OpenError, open};
use modelcard::ModelCard;
use pcie::{Device, Model, Port, Server, Slverr, serve};
use std::io;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use vfio_user::Client;

struct Served {
    model: Arc<Mutex<Model>>,
    server: Server,
    _folder: TempDir,
}

/// A card of the model with two groups and one core, shown as this device.
fn served(device: Device) -> Served {
    let folder = TempDir::new().unwrap();
    let model = Arc::new(Mutex::new(Model::new(ModelCard::new(2, 1, 64))));
    let server = serve(&folder.path().join("card"), &device, Arc::clone(&model), io::sink()).unwrap();
    Served { model, server, _folder: folder }
}

impl Served {
    fn locator(&self) -> Locator {
        Locator::VfioUser(self.server.socket().into())
    }
}

#[test]
fn a_change_is_applied_through_the_socket() {
    let served = served(Device { window: 0x20_0000, ..Device::default() });
    let tables = site().tables();
    let mut card = open(&served.locator()).unwrap();
    assert_eq!((card.info().offset, card.info().groups, card.info().cores), (0x20_0000, 2, 1));
    let now = learn(&mut card).unwrap();
    let applied = apply(&mut card, &now, &tables).unwrap();
    assert_eq!((applied.generation, applied.digest), (1, tables.digest()));
    let state = served.model.lock().unwrap().card.state().clone();
    assert_eq!((state.managers(), state.group(0), state.generation()), (tables.managers, &tables.groups[0], 1));
}

#[test]
fn a_batch_takes_place_in_its_order_however_many_are_under_way() {
    let served = served(Device::default());
    let mut card = open(&served.locator()).unwrap();
    // Every word is written, and read right behind that: the index has moved on and is set back in between.
    let (index, data) = (ENTRY_INDEX.at(0), ENTRY_DATA.at(0));
    let accesses = (0..1_000).flat_map(|word| {
        let there = CardAccess::Write { address: index, value: word };
        [there, CardAccess::Write { address: data, value: word << 8 | 7 }, there, CardAccess::Read { address: data }]
    });
    let accesses: Vec<CardAccess> = accesses.collect();
    let view = CardAccess::Write { address: VIEW.at(0), value: VIEW_IDLE_BANK };
    let read = card.batch(&[&[view], &accesses[..]].concat()).unwrap();
    assert_eq!(read, (0..1_000).map(|word| word << 8 | 7).collect::<Vec<u32>>());
    // The next access gets its own answer, not one that was left.
    assert_eq!(card.read(index), Ok(1_000));
}

#[test]
fn an_answer_to_another_question_is_an_error() {
    use std::io::{Read as _, Write as _};
    use std::os::unix::net::UnixListener;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("card");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (mut stream, _) = listener.accept().unwrap();
            stream.read_exact(&mut [0; 20]).unwrap();
            // A header as if to message 7.
            let _ = stream.write_all(&[7, 0, 1, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
        });
        let error = open(&Locator::VfioUser(path.clone())).err().unwrap();
        assert!(matches!(&error, OpenError::Io { error, .. } if error.kind() == io::ErrorKind::InvalidData), "{error}");
    });
}

#[test]
fn the_next_opens_the_card_when_the_first_is_done() {
    let served = served(Device::default());
    let first = open(&served.locator()).unwrap();
    let error = open(&served.locator()).err().unwrap();
    assert!(matches!(error, OpenError::Busy { .. }), "{error}");
    drop(first);
    open(&served.locator()).unwrap();
}

#[test]
fn another_client_at_the_socket_is_not_waited_for_without_end() {
    let served = served(Device::default());
    let _attached = Client::new(served.server.socket()).unwrap();
    let error = open(&served.locator()).err().unwrap();
    assert!(matches!(error, OpenError::NoAnswer { .. }) && error.to_string().contains("QEMU"), "{error}");
}

#[test]
fn another_device_behind_the_socket_is_refused() {
    let served = served(Device { device: 0x1533, ..Device::default() });
    let error = open(&served.locator()).err().unwrap();
    assert!(matches!(error, OpenError::UnknownDevice { vendor: 0x10ee, device: 0x1533, .. }), "{error}");
}

#[test]
fn a_window_where_no_shell_has_it_is_not_found() {
    let served = served(Device { window: 0x30_0000, ..Device::default() });
    let error = open(&served.locator()).err().unwrap();
    assert!(matches!(error, OpenError::Dead { .. }), "nothing but ones: {error}");
}

#[test]
fn a_socket_that_nobody_serves_is_said_to_be_missing() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("card");
    let missing = || open(&Locator::VfioUser(path.clone())).err().unwrap();
    assert!(matches!(missing(), OpenError::NotThere { .. }));
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(matches!(missing(), OpenError::NotThere { .. }), "whoever served it is gone");
}

#[test]
fn a_read_that_is_refused_shows_ones_and_is_told_from_a_word_of_ones() {
    let served = served(Device::default());
    let mut card = open(&served.locator()).unwrap();
    assert_eq!(card.read(COMMIT.at(0)), Err(BusError::Read { address: COMMIT.at(0) }));
    assert_eq!(card.read(0x018), Err(BusError::Read { address: 0x018 }), "a reserved address");
    card.write(NEXT_GENERATION.at(0), u32::MAX).unwrap();
    assert_eq!(card.read(NEXT_GENERATION.at(0)), Ok(u32::MAX));
    card.write(ENTRY_INDEX.at(0), 0x1000).unwrap();
    assert_eq!(card.read(ENTRY_INDEX.at(0)), Ok(0), "a refused write is not heard of, and changes nothing");
}

/// A card that dies after so many accesses.
struct Dying(u64);

impl Port for Dying {
    fn read(&mut self, address: u32) -> Result<u32, Slverr> {
        self.0 = self.0.saturating_sub(1);
        let words = [IDENTITY_VALUE, CONTRACT_VALUE, 0, 0x0210_0c04, 0x2002_08ff, 2];
        if self.0 == 0 { Err(Slverr) } else { Ok(words.get(address as usize / 4).copied().unwrap_or(0)) }
    }

    fn write(&mut self, _: u32, _: u32) -> Result<(), Slverr> {
        Ok(())
    }

    fn reset(&mut self) {}

    fn clock(&self) -> u64 {
        0
    }
}

#[test]
fn a_card_that_dies_says_so_instead_of_giving_ones() {
    let folder = TempDir::new().unwrap();
    let server = serve(&folder.path().join("card"), &Device::default(), Dying(20), io::sink()).unwrap();
    let mut card = open(&Locator::VfioUser(server.socket().into())).unwrap();
    let error = learn(&mut card).unwrap_err();
    assert!(matches!(error, BusError::Dead { .. }) && error.to_string().contains("start the simulated card again"), "{error}");
}

#[test]
fn a_server_that_ends_is_noticed() {
    use std::os::unix::net::UnixListener;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("card");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| drop(listener.accept()));
        let error = open(&Locator::VfioUser(path.clone())).err().unwrap();
        assert!(matches!(error, OpenError::Io { .. }), "{error}");
    });
}

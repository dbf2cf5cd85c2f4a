//! The device as a vfio-user client finds it.

use contract::register::{CONTRACT, CONTRACT_VALUE, CONTROL, ENTRY_DATA, ENTRY_INDEX, IDENTITY, IDENTITY_VALUE, STATUS};
use modelcard::ModelCard;
use pcie::{BAR, Device, Event, Model, Record, Response, ServeError, Server, serve};
use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use vfio_bindings::bindings::vfio::VFIO_PCI_CONFIG_REGION_INDEX;
use vfio_user::Client;

const WINDOW: u64 = 0x10_0000;

/// A record that a test reads along.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn events(&self) -> Vec<Event> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| line.parse::<Record>().unwrap().event).collect()
    }
}

struct Served {
    folder: TempDir,
    model: Arc<Mutex<Model>>,
    record: Kept,
    server: Server,
}

fn served() -> Served {
    let folder = TempDir::new().unwrap();
    let model = Arc::new(Mutex::new(Model::new(ModelCard::new(8, 2, 64))));
    let record = Kept::default();
    let server = serve(&folder.path().join("card"), &Device::default(), Arc::clone(&model), record.clone()).unwrap();
    Served { folder, model, record, server }
}

impl Served {
    fn client(&self) -> Client {
        Client::new(self.server.socket()).unwrap()
    }
}

fn read(client: &mut Client, offset: u64) -> u32 {
    let mut data = [0; 4];
    client.region_read(BAR, offset, &mut data).unwrap();
    u32::from_le_bytes(data)
}

fn write(client: &mut Client, offset: u64, value: u32) {
    client.region_write(BAR, offset, &value.to_le_bytes()).unwrap();
}

fn at(register: contract::register::Register) -> u64 {
    WINDOW + u64::from(register.at(0))
}

#[test]
fn shows_an_opennic_card_with_the_window_where_it_is_expected() {
    let served = served();
    let mut client = served.client();
    let mut ids = [0; 4];
    client.region_read(VFIO_PCI_CONFIG_REGION_INDEX, 0, &mut ids).unwrap();
    assert_eq!(ids, [0xee, 0x10, 0x3f, 0x90]);
    assert_eq!(client.region(BAR).unwrap().size, 4 << 20);
    assert_eq!(read(&mut client, at(IDENTITY)), IDENTITY_VALUE);
}

#[test]
fn every_word_is_one_transaction_and_two_words_are_two() {
    let served = served();
    let mut client = served.client();
    write(&mut client, at(CONTROL), 1);
    let mut both = [0; 8];
    client.region_read(BAR, at(IDENTITY), &mut both).unwrap();
    client.region_write(BAR, at(ENTRY_INDEX), &[5, 0, 0, 0, 1, 2, 3, 4]).unwrap();
    let okay = Response::Okay;
    assert_eq!(
        served.record.events(),
        [
            Event::Write { address: CONTROL.at(0), data: 1, response: okay },
            Event::Read { address: IDENTITY.at(0), data: IDENTITY_VALUE, response: okay },
            Event::Read { address: CONTRACT.at(0), data: CONTRACT_VALUE, response: okay },
            Event::Write { address: ENTRY_INDEX.at(0), data: 5, response: okay },
            Event::Write { address: ENTRY_DATA.at(0), data: 0x0403_0201, response: okay },
        ]
    );
    let model = served.model.lock().unwrap();
    assert!(model.card.state().enabled);
    assert_eq!(model.card.state().idle_group(0).entries[20..24], [1, 2, 3, 4]);
}

#[test]
fn refused_and_lost_accesses_read_all_ones_and_are_told_apart_in_the_record() {
    let served = served();
    let mut client = served.client();
    assert_eq!(read(&mut client, WINDOW + 0xffc), u32::MAX);
    assert_eq!(read(&mut client, 0), u32::MAX);
    write(&mut client, at(STATUS), 1);
    write(&mut client, WINDOW + 0x1000, 7);
    let mut half = [0; 2];
    client.region_read(BAR, at(IDENTITY), &mut half).unwrap();
    assert_eq!(half, [0xff; 2]);
    client.region_write(BAR, at(CONTROL) + 1, &[1, 2, 3, 4]).unwrap();
    let none = u32::MAX;
    let refused = Response::Refused;
    assert_eq!(
        served.record.events(),
        [
            Event::Read { address: 0xffc, data: none, response: Response::Slverr },
            Event::Read { address: 0, data: none, response: Response::Decerr },
            Event::Write { address: STATUS.at(0), data: 1, response: Response::Slverr },
            Event::Write { address: 0x10_1000, data: 7, response: Response::Decerr },
            Event::Read { address: 0x10_0000, data: none, response: refused },
            Event::Write { address: 0x10_0021, data: 0x0403_0201, response: refused },
        ]
    );
    assert_eq!(read(&mut client, at(IDENTITY)), IDENTITY_VALUE, "the card goes on");
}

#[test]
fn both_kinds_of_reset_reach_the_card() {
    let served = served();
    let mut client = served.client();
    let express_control = 0x48;
    for function_level in [false, true] {
        write(&mut client, at(CONTROL), 1);
        client.region_write(VFIO_PCI_CONFIG_REGION_INDEX, 4, &[2, 0]).unwrap();
        if function_level {
            client.region_write(VFIO_PCI_CONFIG_REGION_INDEX, express_control, &[0x10, 0xa8]).unwrap();
        } else {
            client.reset().unwrap();
        }
        assert_eq!(read(&mut client, at(CONTROL)), 0);
        let mut command = [0; 2];
        client.region_read(VFIO_PCI_CONFIG_REGION_INDEX, 4, &mut command).unwrap();
        assert_eq!(command, [0, 0], "memory decode is off after a reset");
    }
    assert_eq!(served.record.events().iter().filter(|event| **event == Event::Reset).count(), 2);
}

#[test]
fn clients_come_and_go_and_the_card_keeps_what_they_wrote() {
    let served = served();
    write(&mut served.client(), at(CONTROL), 1);
    let cut_off = [1, 0, 9, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7];
    let nonsense = [0xee; 16];
    let shorter_than_itself = [1, 0, 1, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
    for said in [&[][..], &cut_off, &nonsense, &shorter_than_itself] {
        UnixStream::connect(served.server.socket()).unwrap().write_all(said).unwrap();
    }
    assert_eq!(read(&mut served.client(), at(CONTROL)), 1);
}

#[test]
fn a_stopped_server_leaves_no_socket_and_its_place_is_free() {
    let served = served();
    let socket = served.server.socket().to_owned();
    drop(served.client());
    served.server.stop().unwrap();
    assert!(!socket.exists());
    let again = serve(&socket, &Device::default(), Arc::clone(&served.model), io::sink()).unwrap();
    drop(again);
    assert!(!socket.exists());
    drop(served.folder);
}

#[test]
fn a_socket_left_behind_is_replaced_and_one_in_use_is_not() {
    let served = served();
    let error = |path: PathBuf, window| {
        let device = Device { window, ..Device::default() };
        serve(&path, &device, Arc::clone(&served.model), io::sink()).map(drop).unwrap_err()
    };
    let folder = served.folder.path();
    let window = Device::default().window;
    assert!(matches!(error(served.server.socket().into(), window), ServeError::InUse(_)));
    assert!(matches!(error(folder.join("none/card"), window), ServeError::Socket { .. }));
    std::fs::write(folder.join("file"), "text").unwrap();
    assert!(matches!(error(folder.join("file"), window), ServeError::NotASocket(_)));
    assert_eq!(std::fs::read(folder.join("file")).unwrap(), b"text");
    for window in [4, 4 << 20, u32::MAX] {
        assert!(matches!(error(folder.join("other"), window), ServeError::Window(_)));
    }
    let stale = folder.join("stale");
    drop(std::os::unix::net::UnixListener::bind(&stale).unwrap());
    assert!(stale.exists());
    serve(&stale, &Device::default(), Arc::clone(&served.model), io::sink()).unwrap().stop().unwrap();
}

#[test]
fn a_record_that_cannot_be_written_is_told_at_the_end() {
    let folder = TempDir::new().unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let server = serve(&folder.path().join("card"), &Device::default(), Model::new(ModelCard::new(8, 2, 64)), full).unwrap();
    let mut client = Client::new(server.socket()).unwrap();
    assert_eq!(read(&mut client, at(IDENTITY)), IDENTITY_VALUE);
    drop(client);
    assert_eq!(server.stop().unwrap_err().kind(), io::ErrorKind::StorageFull);
}

//! A card that is taken out while its BAR is mapped. A file that is cut under its mapping raises the same signal; as a mistake would end
//! the process, each test runs itself again as a child, in a folder that the variable names.

use contract::register::{CONTRACT_VALUE, IDENTITY_VALUE};
use driver::open::open_in;
use driver::{BusError, Card as _, Locator, OpenCard};
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const FOLDER: &str = "TANDEM_TEST_FOLDER";
const CARD: &str = "0000:01:00.0";
const OTHER: &str = "0000:02:00.0";
const SIGBUS: i32 = 7;

/// The folder, in the child.
fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Runs a test of this file again as a child, with a folder that shows two cards.
fn child(test: &str) -> Output {
    let folder = TempDir::new().unwrap();
    for card in [CARD, OTHER] {
        let card = folder.path().join(card);
        fs::create_dir(&card).unwrap();
        fs::write(card.join("vendor"), "0x10ee\n").unwrap();
        fs::write(card.join("device"), "0x903f\n").unwrap();
        fs::write(card.join("config"), [0, 0, 0, 0, 6, 4]).unwrap();
        let bar = File::create(card.join("resource2")).unwrap();
        bar.set_len(4 << 20).unwrap();
        for (place, word) in [IDENTITY_VALUE, CONTRACT_VALUE, 0, 0x0210_0c04, 0x2002_08ff, 2].into_iter().enumerate() {
            bar.write_all_at(&word.to_le_bytes(), 0x10_0000 + 4 * place as u64).unwrap();
        }
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]).env(FOLDER, folder.path()).output().unwrap()
}

fn open(folder: &Path, card: &str) -> OpenCard {
    open_in(folder, &Locator::Pci(card.into()), None).unwrap()
}

fn pull(folder: &Path, card: &str) {
    File::options().write(true).open(folder.join(card).join("resource2")).unwrap().set_len(0).unwrap();
}

#[test]
fn a_bar_that_goes_away_under_the_mapping_is_an_error() {
    let Some(folder) = folder() else {
        let output = child("a_bar_that_goes_away_under_the_mapping_is_an_error");
        assert!(output.status.success(), "{:?}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        return;
    };
    let (mut card, mut other) = (open(&folder, CARD), open(&folder, OTHER));
    assert_eq!(card.read(0), Ok(0x544e_444d));
    pull(&folder, CARD);
    let removed = |address, card: &str| BusError::Removed { address, card: Locator::Pci(card.into()) };
    assert_eq!(card.read(0x24), Err(removed(0x24, CARD)));
    assert_eq!(card.read(0), Err(removed(0, CARD)), "it stays gone");
    assert_eq!(card.write(0x20, 1), Err(removed(0x20, CARD)));
    assert_eq!(other.read(0), Ok(0x544e_444d), "another card is not concerned");
    pull(&folder, OTHER);
    assert_eq!(other.write(0x20, 1), Err(removed(0x20, OTHER)), "a write is enough");
    let text = removed(0x24, CARD).to_string();
    assert!(text.starts_with("0000:01:00.0 went away during an access to address 0x024"), "{text}");
    assert!(text.contains("echo 1 > /sys/bus/pci/devices/0000:01:00.0/remove"), "{text}");
}

#[test]
fn as_many_cards_as_one_likes_are_opened_one_after_the_other() {
    let Some(folder) = folder() else {
        let output = child("as_many_cards_as_one_likes_are_opened_one_after_the_other");
        assert!(output.status.success(), "{:?}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        return;
    };
    (0..100).for_each(|_| drop(open(&folder, CARD)));
    let mut card = open(&folder, CARD);
    pull(&folder, CARD);
    assert!(matches!(card.read(0), Err(BusError::Removed { .. })));
}

#[test]
fn a_fault_of_other_memory_ends_the_process_as_ever() {
    let Some(folder) = folder() else {
        let output = child("a_fault_of_other_memory_ends_the_process_as_ever");
        assert_eq!(output.status.signal(), Some(SIGBUS), "{:?}", output.status);
        return;
    };
    let _card = open(&folder, CARD);
    let file = File::options().read(true).write(true).open(folder.join(OTHER).join("resource2")).unwrap();
    let memory = memmap2::MmapRaw::map_raw(&file).unwrap();
    pull(&folder, OTHER);
    #[expect(unsafe_code, reason = "somebody else's mapping")]
    // SAFETY: it is mapped, and the access ends the process.
    let byte = unsafe { memory.as_ptr().read_volatile() };
    unreachable!("the signal ends the process, but it read {byte}");
}

//! What stands between a card's name and an open card, each in its turn.

use contract::register::*;
use driver::open::open_in;
use driver::{BusError, Card, Dropped, Found, Info, Link, Locator, NotALocation, OpenCard, OpenError, WindowLocation, discover, only};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const WINDOW: u64 = 0x10_0000;
const BAR_BYTES: u64 = 4 << 20;

/// A folder that looks like `/sys/bus/pci/devices`. A BAR is a file here, which holds still like a memory.
struct Sysfs(TempDir);

impl Sysfs {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn path(&self, address: &str, name: &str) -> PathBuf {
        self.root().join(address).join(name)
    }

    fn attribute(&self, address: &str, name: &str, text: &str) {
        fs::write(self.path(address, name), text).unwrap();
    }

    /// A function with these ids whose memory decode is on.
    fn function(&self, address: &str, device: &str) {
        fs::create_dir(self.root().join(address)).unwrap();
        self.attribute(address, "vendor", "0x10ee\n");
        self.attribute(address, "device", device);
        self.attribute(address, "enable", "0\n");
        self.configuration(address, [0x06, 0x04]);
    }

    /// The command register, in an otherwise empty configuration space.
    fn configuration(&self, address: &str, command: [u8; 2]) {
        let file = File::create(self.path(address, "config")).unwrap();
        file.set_len(4096).unwrap();
        file.write_all_at(&command, 4).unwrap();
    }

    /// A BAR 2 of this size with words at byte offsets.
    fn bar(&self, address: &str, size: u64, words: &[(u64, u32)]) {
        self.resource(address, "resource2", size, words);
    }

    fn resource(&self, address: &str, name: &str, size: u64, words: &[(u64, u32)]) {
        let file = File::create(self.path(address, name)).unwrap();
        file.set_len(size).unwrap();
        for &(offset, word) in words {
            file.write_all_at(&word.to_le_bytes(), offset).unwrap();
        }
    }

    fn open(&self, address: &str) -> Result<OpenCard, OpenError> {
        open_in(self.root(), &Locator::Pci(address.into()), None)
    }

    /// Opens it with its window where the text says.
    fn open_at(&self, address: &str, place: &str) -> Result<OpenCard, OpenError> {
        open_in(self.root(), &Locator::Pci(address.into()), Some(place.parse().unwrap()))
    }

    fn refusal(&self, address: &str) -> OpenError {
        self.open(address).err().expect("this card is not to be opened")
    }
}

/// What the first registers of a card with 4 groups, 2 cores of 32 bytes and 1 decision side say.
fn words(window: u64) -> Vec<(u64, u32)> {
    let registers = [
        (IDENTITY, 0x544e_444d),
        (CONTRACT, 0x0002_0007),
        (BUILD, 0x0003_0201),
        (CAPABILITIES, 0x0210_0c04),
        (GEOMETRY, 0x2002_08ff),
        (DECISION_SIDES, 1),
    ];
    registers.iter().map(|(register, word)| (window + u64::from(register.at(0)), *word)).collect()
}

/// The same with one register changed.
fn words_but(register: Register, word: u32) -> Vec<(u64, u32)> {
    let mut words = words(WINDOW);
    words.push((WINDOW + u64::from(register.at(0)), word));
    words
}

/// A tree with one card, at `01:00.0`.
fn one_card(words: &[(u64, u32)]) -> Sysfs {
    let sysfs = Sysfs::new();
    sysfs.function(CARD, "0x903f\n");
    sysfs.bar(CARD, BAR_BYTES, words);
    sysfs
}

const CARD: &str = "0000:01:00.0";

#[test]
fn cards_are_found_by_their_ids_and_nothing_else_is() {
    let sysfs = Sysfs::new();
    assert_eq!(discover(sysfs.root()), []);
    assert_eq!(discover(&sysfs.root().join("nowhere")), []);
    sysfs.function("0000:81:00.0", "0x903f\n");
    sysfs.function("0000:02:00.0", "0x1533\n");
    sysfs.function("0000:01:00.0", "0x903f\n");
    fs::create_dir(sysfs.root().join("0000:03:00.0")).unwrap();
    sysfs.function("0000:82:00.0", "0x7028\n");
    let found = |address: &str, device, shell| Found { locator: Locator::Pci(address.into()), vendor: 0x10ee, device, shell };
    let expected =
        [found("0000:01:00.0", 0x903f, "OpenNIC"), found("0000:81:00.0", 0x903f, "OpenNIC"), found("0000:82:00.0", 0x7028, "NetFPGA-SUME")];
    assert_eq!(discover(sysfs.root()), expected);
}

#[test]
fn the_card_is_meant_where_there_is_only_one() {
    let sysfs = Sysfs::new();
    let none = only(sysfs.root()).unwrap_err();
    assert!(matches!(none, OpenError::NoCard { .. }) && none.to_string().contains("10ee:903f"), "{none}");
    sysfs.function(CARD, "0x903f\n");
    assert_eq!(only(sysfs.root()).unwrap(), Locator::Pci(CARD.into()));
    sysfs.function("0000:81:00.0", "0x903f\n");
    let several = only(sysfs.root()).unwrap_err();
    assert!(matches!(several, OpenError::SeveralCards { .. }), "{several}");
    assert_eq!(several.to_string(), "this host has 2 cards: 0000:01:00.0, 0000:81:00.0; choose one with --card");
}

#[test]
fn the_window_is_found_by_its_identity_word_wherever_the_shell_has_it() {
    for (window, place) in [
        (0x10_0000, "box at 250 MHz"),
        (0x20_0000, "box at 322 MHz"),
        (0x21_0000, "NetFPGA-PLUS output port lookup"),
        (0x02_0000, "NetFPGA-PLUS 1.0 output port lookup"),
    ] {
        let sysfs = one_card(&words(window));
        let mut card = sysfs.open(CARD).unwrap();
        assert_eq!((card.info().offset, card.info().place), (window, place));
        assert_eq!(card.read(BUILD.at(0)), Ok(0x0003_0201));
        card.write(CONTROL.at(0), 0x1234_5678).unwrap();
        drop(card);
        let mut word = [0; 4];
        File::open(sysfs.path(CARD, "resource2")).unwrap().read_exact_at(&mut word, window + 0x20).unwrap();
        assert_eq!(word, [0x78, 0x56, 0x34, 0x12], "PCI is little-endian");
    }
}

/// The page of a box with two ports behind a window, with these words from its counts on.
fn page(window: u64, counts: [u32; 8]) -> Vec<(u64, u32)> {
    let page = window + 0x1000;
    let counts = (page + 0x20..).step_by(4).zip(counts);
    words(window).into_iter().chain([(page, 0x544e_4258), (page + 4, 2)]).chain(counts).collect()
}

#[test]
fn what_the_322_mhz_box_dropped_is_read_there_and_nowhere_else() {
    let all = u32::MAX;
    let counts = [7, 1, 0, 0, all, 0, all, all];
    let mut card = one_card(&page(0x20_0000, counts)).open(CARD).unwrap();
    let expected = [Dropped { no_room: 0x1_0000_0007, faulty: 0 }, Dropped { no_room: 0xffff_ffff, faulty: u64::MAX }];
    assert_eq!(card.dropped(), Ok(Some(expected.into())), "a count of all ones is a count");
    for window in [0x10_0000, 0x21_0000, 0x02_0000] {
        let mut card = one_card(&page(window, counts)).open(CARD).unwrap();
        assert_eq!(card.dropped(), Ok(None), "whatever lies behind the window at {window:#x} is not ours");
    }
    for no_page in [0, all, 0x544e_4259] {
        let mut words = page(0x20_0000, counts);
        words.push((0x20_1000, no_page));
        assert_eq!(one_card(&words).open(CARD).unwrap().dropped(), Ok(None), "a page that reads {no_page:#x} is none");
    }
    let small = one_card(&[]);
    small.bar(CARD, 0x20_1000, &words(0x20_0000));
    assert_eq!(small.open(CARD).unwrap().dropped(), Ok(None), "the BAR ends with the window");
}

#[test]
fn a_card_that_dies_while_its_box_is_asked_is_dead() {
    let sysfs = one_card(&page(0x20_0000, [0; 8]));
    let mut card = sysfs.open(CARD).unwrap();
    let bar = File::options().write(true).open(sysfs.path(CARD, "resource2")).unwrap();
    bar.write_all_at(&[0xff; 0x2000], 0x20_0000).unwrap();
    assert_eq!(card.dropped(), Err(BusError::Dead { address: 0x1000, card: Locator::Pci(CARD.into()) }));
}

#[test]
fn a_sume_is_opened_where_its_user_says_and_nowhere_by_guess() {
    let sysfs = Sysfs::new();
    sysfs.function(CARD, "0x7028\n");
    // Wherever the other shell has it: here these words are somebody else's.
    let elsewhere: Vec<_> = [0x10_0000, 0x20_0000, 0x21_0000, 0x02_0000].into_iter().flat_map(words).collect();
    sysfs.bar(CARD, BAR_BYTES, &elsewhere);
    sysfs.resource(CARD, "resource0", 0x8000, &words(0x4000));
    let error = sysfs.refusal(CARD);
    assert!(matches!(error, OpenError::NoWindow { .. }), "{error}");
    assert!(
        error.to_string().starts_with("0000:01:00.0 is a NetFPGA-SUME,") && error.to_string().contains("--window BAR:OFFSET"),
        "{error}"
    );
    let card = sysfs.open_at(CARD, "0:0x4000").unwrap();
    let Info { shell, place, bar, offset, .. } = card.info();
    assert_eq!((*shell, *place, *bar, *offset), ("NetFPGA-SUME", "as given", 0, 0x4000));
    drop(card);
    for (place, found) in [
        ("0:0x5000", "it reads 0x00000000, not 0x544e444d"),
        ("0:0x8000", "BAR 0 has 0x8000 bytes"),
        ("0:0xfffffffffffff000", "BAR 0 has 0x8000 bytes"),
        ("1:0x0", "BAR 1 has no addresses"),
    ] {
        let error = sysfs.open_at(CARD, place).err().unwrap().to_string();
        assert!(error.starts_with(&format!("0000:01:00.0 does not show its registers at --window {place}: {found};")), "{error}");
        assert!(error.contains("2:0x100000 (OpenNIC, box at 250 MHz)") && !error.contains("without --window"), "{error}");
    }
}

#[test]
fn a_place_that_is_said_is_the_only_one_that_is_asked() {
    let twice = [page(0x20_0000, [0; 8]), words(WINDOW), words(0x3f_f000)].concat();
    let sysfs = one_card(&twice);
    for (said, place, dropped) in [
        ("2:0x100000", "box at 250 MHz", None),
        ("2:2097152", "box at 322 MHz", Some(vec![Dropped::default(); 2])),
        ("2:0x3ff000", "as given", None),
    ] {
        let mut card = sysfs.open_at(CARD, said).unwrap();
        assert_eq!((card.info().place, card.dropped()), (place, Ok(dropped)), "{said}");
    }
    let wrong = sysfs.open_at(CARD, "2:0x210000").err().unwrap();
    assert!(matches!(wrong, OpenError::WrongWindow { bar: 2, offset: 0x21_0000, .. }), "{wrong}");
    assert!(wrong.to_string().ends_with("without --window those of its shell are asked"), "{wrong}");
    let silent = one_card(&[(0x3f_e000, u32::MAX)]).open_at(CARD, "2:0x3fe000").err().unwrap().to_string();
    assert!(silent.contains("it reads 0xffffffff, as if nobody answers, not 0x544e444d"), "{silent}");
    for text in ["", "2", "0x100000", "2:", ":0", "6:0", "-1:0", "2:0x100004", "2:1", "2:0x10000000000000000", "2:x", "0:0:0"] {
        assert_eq!(text.parse::<WindowLocation>(), Err(NotALocation), "{text}");
    }
}

#[test]
fn what_a_card_says_of_itself_and_the_kernel_says_of_its_link_is_told() {
    let sysfs = one_card(&words(WINDOW));
    for (name, text) in [("current_link_speed", "8.0 GT/s PCIe\n"), ("current_link_width", "8\n"), ("max_link_speed", "16.0 GT/s PCIe\n")] {
        sysfs.attribute(CARD, name, text);
    }
    sysfs.attribute(CARD, "numa_node", "-1\n");
    let info = sysfs.open(CARD).unwrap().info().clone();
    assert_eq!((info.link, info.numa_node), (None, None), "part of a link is none, and one node is not worth naming");
    sysfs.attribute(CARD, "max_link_width", "16\n");
    sysfs.attribute(CARD, "numa_node", "1\n");
    let link = Link { speed: "8.0 GT/s PCIe".into(), width: 8, max_speed: "16.0 GT/s PCIe".into(), max_width: 16 };
    let info = Info {
        locator: Locator::Pci(CARD.into()),
        vendor: 0x10ee,
        device: 0x903f,
        shell: "OpenNIC",
        place: "box at 250 MHz",
        bar: 2,
        offset: WINDOW,
        contract: (2, 7),
        build: (3, 2, 1),
        groups: 4,
        ports: 2,
        cores: 2,
        decision_sides: 1,
        beat_bytes: 32,
        link: Some(link),
        numa_node: Some(1),
    };
    assert_eq!(sysfs.open(CARD).unwrap().info(), &info);
}

#[test]
fn a_function_that_is_not_there_is_said_to_be_missing() {
    let error = Sysfs::new().refusal(CARD);
    assert!(matches!(error, OpenError::NotThere { .. }) && error.to_string().contains("tandem list"), "{error}");
}

#[test]
fn another_device_is_refused_by_its_ids() {
    let sysfs = Sysfs::new();
    sysfs.function(CARD, "0x1533\n");
    let error = sysfs.refusal(CARD);
    assert!(matches!(error, OpenError::UnknownDevice { vendor: 0x10ee, device: 0x1533, .. }), "{error}");
    assert!(error.to_string().starts_with("0000:01:00.0 is 10ee:1533, not a card (10ee:903f, 10ee:7028);"), "{error}");
    assert!(error.to_string().contains("/sys/bus/pci/devices/0000:01:00.0/remove"), "{error}");
}

#[test]
fn a_shell_without_our_hardware_is_refused_with_what_was_read() {
    let error = one_card(&[(WINDOW, 0x1234_5678), (0x20_0000, 0xffff_ffff)]).refusal(CARD);
    assert!(matches!(error, OpenError::NotTandem { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("BAR 2 reads 0x12345678 at 0x100000, BAR 2 reads 0xffffffff at 0x200000"), "{text}");
    assert!(text.contains("expected 0x544e444d"), "{text}");
}

#[test]
fn another_version_of_the_contract_is_refused() {
    let error = one_card(&words_but(CONTRACT, 0x0003_0001)).refusal(CARD);
    assert!(matches!(error, OpenError::OtherContract { read: 0x0003_0001, .. }), "{error}");
    let ours = format!("{}.{}", CONTRACT_VALUE >> 16, CONTRACT_VALUE & 0xffff);
    assert!(error.to_string().contains(&format!("version 3.1 of the register contract, this program {ours}")), "{error}");
    let older = one_card(&words_but(CONTRACT, 0x0002_0001)).refusal(CARD);
    assert!(matches!(older, OpenError::OtherContract { read: 0x0002_0001, .. }), "it has no DECISION_SIDES: {older}");
}

#[test]
fn sizes_that_we_cannot_use_are_refused() {
    for (register, word, wrong) in [
        (CAPABILITIES, 0x0210_0c00, "0 groups, but this program supports 1 to 8"),
        (CAPABILITIES, 0x0210_0c09, "9 groups"),
        (CAPABILITIES, 0x0210_0d04, "13 bits of bucket number, but this program supports 12"),
        (CAPABILITIES, 0x0208_0c04, "8 rules"),
        (CAPABILITIES, 0x0410_0c04, "4 packet ports"),
        (GEOMETRY, 0x2002_087f, "127 manager ids"),
        (GEOMETRY, 0x2002_04ff, "4 group MACs"),
        (GEOMETRY, 0x2000_08ff, "0 cores"),
        (DECISION_SIDES, 0, "0 decision sides"),
        (DECISION_SIDES, 3, "3 decision sides, but this program supports 1 to 2"),
    ] {
        let error = one_card(&words_but(register, word)).refusal(CARD);
        assert!(matches!(error, OpenError::Capability { .. }) && error.to_string().contains(wrong), "{error}");
    }
}

#[test]
fn a_card_that_answers_nothing_but_ones_is_dead() {
    let places = [WINDOW, 0x20_0000, 0x21_0000, 0x02_0000];
    let error = one_card(&places.map(|place| (place, u32::MAX))).refusal(CARD);
    assert!(matches!(error, OpenError::Dead { .. }) && error.to_string().contains("/sys/bus/pci/devices/0000:01:00.0/reset"), "{error}");
    let gone = one_card(&words(WINDOW));
    gone.configuration(CARD, [0xff; 2]);
    assert!(matches!(gone.refusal(CARD), OpenError::Dead { .. }), "its configuration space is gone too");
}

#[test]
fn a_bar_without_room_for_the_window_is_too_small() {
    let sysfs = one_card(&[]);
    sysfs.bar(CARD, 0x1_0000, &[]);
    let error = sysfs.refusal(CARD);
    assert!(matches!(error, OpenError::BarTooSmall { bar: 2, size: 0x1_0000, wanted: 0x2_1000, .. }), "{error}");
}

#[test]
fn a_bar_without_addresses_wants_a_rescan_or_a_warm_reboot() {
    let sysfs = one_card(&words(WINDOW));
    let lines = |bar_2| format!("{0}\n{0}\n{bar_2}\n", "0x0000000000000000 0x0000000000000000 0x0000000000000000");
    sysfs.attribute(CARD, "resource", &lines("0x00000000f7800000 0x00000000f7bfffff 0x0000000000040200"));
    sysfs.open(CARD).unwrap();
    // As Linux shows a BAR whose size it knows and for which it found no room: the file to map is there, and would map other memory.
    sysfs.attribute(CARD, "resource", &lines("0x0000000000000000 0x00000000003fffff 0x0000000020040200"));
    let told = |error: OpenError| {
        let text = error.to_string();
        assert!(matches!(error, OpenError::NoAddresses { bar: 2, .. }), "{text}");
        assert!(text.contains("/sys/bus/pci/devices/0000:01:00.0/remove; echo 1 > /sys/bus/pci/rescan"), "{text}");
        assert!(text.contains("warm reboot"), "{text}");
    };
    told(sysfs.refusal(CARD));
    fs::remove_file(sysfs.path(CARD, "resource2")).unwrap();
    told(sysfs.refusal(CARD));
    fs::remove_file(sysfs.path(CARD, "resource")).unwrap();
    told(sysfs.refusal(CARD));
}

#[test]
fn a_kernel_that_refuses_to_map_is_locked_down() {
    use nix::fcntl::{FcntlArg, SealFlag, fcntl};
    use nix::sys::memfd::{MFdFlags, memfd_create};
    use std::os::fd::AsRawFd as _;
    let sysfs = one_card(&[]);
    // Sealed memory is opened and then not mapped for writing, with the same EPERM as a BAR of a kernel that is locked down.
    let sealed = memfd_create("sealed", MFdFlags::MFD_ALLOW_SEALING).unwrap();
    nix::unistd::ftruncate(&sealed, BAR_BYTES as i64).unwrap();
    fcntl(&sealed, FcntlArg::F_ADD_SEALS(SealFlag::F_SEAL_WRITE)).unwrap();
    let resource = sysfs.path(CARD, "resource2");
    fs::remove_file(&resource).unwrap();
    std::os::unix::fs::symlink(format!("/proc/self/fd/{}", sealed.as_raw_fd()), &resource).unwrap();
    let error = sysfs.refusal(CARD);
    assert!(matches!(&error, OpenError::Lockdown { path, .. } if *path == resource), "{error}");
    let text =
        OpenError::Lockdown { locator: Locator::Pci(CARD.into()), path: resource, state: Some("none [integrity]".into()) }.to_string();
    assert!(text.contains("the BAR of 0000:01:00.0 (/sys/kernel/security/lockdown: none [integrity])"), "{text}");
    assert!(text.contains("turn Secure Boot off"), "{text}");
}

/// A file that nobody may write, whoever asks: the kernel grants root no exception among its own settings.
const READ_ONLY: &str = "/proc/sys/kernel/ostype";

#[test]
fn a_user_who_may_not_is_told_which_file() {
    let sysfs = one_card(&[]);
    let resource = sysfs.path(CARD, "resource2");
    fs::remove_file(&resource).unwrap();
    std::os::unix::fs::symlink(READ_ONLY, &resource).unwrap();
    let error = sysfs.refusal(CARD);
    assert!(matches!(&error, OpenError::Permission { path } if *path == resource) && error.to_string().contains("root"), "{error}");
}

#[test]
fn a_card_is_opened_by_one_at_a_time() {
    let sysfs = one_card(&words(WINDOW));
    let card = sysfs.open(CARD).unwrap();
    let error = sysfs.refusal(CARD);
    assert!(matches!(error, OpenError::Busy { .. }) && error.to_string().contains("fuser"), "{error}");
    drop(card);
    sysfs.open(CARD).unwrap();
}

#[test]
fn a_card_that_does_not_decode_memory_is_enabled() {
    let sysfs = one_card(&words(WINDOW));
    // Pipes, so that the kernel's part is done step by step with the driver's.
    let [configuration, enable] = ["config", "enable"].map(|name| sysfs.path(CARD, name));
    for pipe in [&configuration, &enable] {
        fs::remove_file(pipe).unwrap();
        assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    }
    // Not a scope's thread: it waits for a driver that may have given up.
    let kernel = std::thread::spawn(move || {
        fs::write(&configuration, [0xee, 0x10, 0x3f, 0x90, 0x04, 0x04]).unwrap();
        let written = fs::read_to_string(&enable).unwrap();
        fs::write(&configuration, [0xee, 0x10, 0x3f, 0x90, 0x06, 0x04]).unwrap();
        written
    });
    sysfs.open(CARD).unwrap();
    assert_eq!(kernel.join().unwrap(), "1");
}

#[test]
fn a_card_that_cannot_be_enabled_is_refused() {
    let sysfs = one_card(&words(WINDOW));
    sysfs.configuration(CARD, [0x04, 0x04]);
    let error = sysfs.refusal(CARD);
    assert!(matches!(error, OpenError::DecodeOff { .. }) && error.to_string().contains("setpci -s 0000:01:00.0 COMMAND=2:2"), "{error}");
    let unbind = "echo 0000:01:00.0 > /sys/bus/pci/devices/0000:01:00.0/driver/unbind";
    assert!(error.to_string().contains(unbind), "{error}");
    assert_eq!(fs::read_to_string(sysfs.path(CARD, "enable")).unwrap(), "1", "it was tried");
}

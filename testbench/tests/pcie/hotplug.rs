//! Cards that come and go while the host runs.

use crate::card::{Card, NARROW};
use crate::files;
use crate::guest::Guest;
use pcie::{Event, Response};

const FIRST: &str = "/sys/bus/pci/devices/0000:01:00.0";
const SECOND: &str = "/sys/bus/pci/devices/0000:02:00.0";

#[test]
fn cards_that_are_plugged_in_removed_and_found_again_are_switched_on_and_keep_their_tables() {
    let (first, second) = (Card::serve(NARROW), Card::serve(NARROW));
    let mut guest = Guest::boot(&[]);
    guest.put("web.toml", &files::web());
    assert!(guest.run("tandem list").expect(0).contains("no PCI function"));
    guest.run("tandem info").refuses(&["no PCI function with the ids of a card"]);

    guest.plug(0, &first.socket());
    guest.waits_for(&format!("{FIRST}/resource2"));
    assert!(!decodes(&mut guest, FIRST), "nobody has switched a card on that was plugged in");
    guest.run("tandem apply web.toml --yes").expect(0);
    assert!(decodes(&mut guest, FIRST));

    guest.plug(1, &second.socket());
    guest.waits_for(&format!("{SECOND}/resource2"));
    guest.run("tandem info").refuses(&["this host has 2 cards: 0000:01:00.0, 0000:02:00.0", "--card"]);
    let watch = first.watch();
    guest.run("tandem plan web.toml --card 02:00.0").expect(2);
    assert_eq!(watch.events(), [], "the other card is not touched");
    guest.unplug(1);

    switched_off(&mut guest, &first);
    guest.run(&format!("echo 1 > {FIRST}/remove")).expect(0);
    guest.run("tandem info").refuses(&["no PCI function with the ids of a card"]);
    guest.run("echo 1 > /sys/bus/pci/rescan").expect(0);
    guest.run("tandem plan web.toml").expect(0);
}

/// A card whose memory decode was switched off is switched on again before anything is asked of it.
fn switched_off(guest: &mut Guest, card: &Card) {
    guest.run(&format!("echo 0 > {FIRST}/enable; printf '\\0' | dd of={FIRST}/config bs=1 seek=4 conv=notrunc")).expect(0);
    assert!(!decodes(guest, FIRST));
    let watch = card.watch();
    guest.run("tandem plan web.toml").expect(0);
    assert!(decodes(guest, FIRST));
    let answered =
        |event: &Event| matches!(event, Event::Read { response: Response::Okay, .. } | Event::Write { response: Response::Okay, .. });
    assert!(watch.events().iter().all(answered));
}

/// Whether a function answers at its BARs: bit 1 of its command register.
fn decodes(guest: &mut Guest, function: &str) -> bool {
    let byte = guest.run(&format!("hexdump -s 4 -n 1 -e '\"%u\"' {function}/config")).expect(0);
    byte.parse::<u8>().unwrap() & 2 != 0
}

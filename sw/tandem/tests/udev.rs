//! The udev rule opens what the program opens: each shell's function, by its ids, and the BAR that its window is in.

use driver::shell::SHELLS;
use std::fs;

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_rule_opens_the_bar_of_every_shell() {
    let rules = fs::read_to_string(format!("{FOLDER}/udev/70-tandem.rules")).unwrap().replace("\\\n", " ");
    for shell in SHELLS {
        let ids = format!(r#"ATTR{{vendor}}=="0x{:04x}", ATTR{{device}}=="0x{:04x}""#, shell.vendor, shell.device);
        let rule = rules.lines().find(|line| line.contains(&ids)).unwrap_or_else(|| panic!("no rule for {ids}"));
        assert!(rule.starts_with(r#"ACTION=="add", SUBSYSTEM=="pci""#) && rule.contains(r#"ATTR{enable}="1""#), "{rule}");
        let bars: Vec<u8> = shell.places.iter().map(|place| place.bar).collect();
        for bar in if bars.is_empty() { vec![0] } else { bars } {
            assert!(rule.contains(&format!(r#"RUN+="/bin/chgrp tandem /sys%p/resource{bar}""#)), "{rule}");
            assert!(rule.contains(&format!(r#"RUN+="/bin/chmod 0660 /sys%p/resource{bar}""#)), "{rule}");
        }
    }
}

#[test]
fn the_page_installs_it_as_it_tells() {
    let page = fs::read_to_string(format!("{FOLDER}/../../docs/deploying.md")).unwrap();
    let rules = fs::read_to_string(format!("{FOLDER}/udev/70-tandem.rules")).unwrap();
    let trigger = "udevadm trigger --action=add --subsystem-match=pci --attr-match=vendor=0x10ee";
    assert!(page.contains(trigger) && rules.contains(trigger));
    assert!(page.contains("sudo cp sw/tandem/udev/70-tandem.rules /etc/udev/rules.d/"));
}

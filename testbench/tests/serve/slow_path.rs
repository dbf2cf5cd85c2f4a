//! `tandem slow-path` with kernels that ask and a card that hands up what it cannot decide.

use crate::network::{Namespace, ip, next, numbered, open};
use crate::served::{Served, await_that, frames};
use crate::site::{self, FILE, GROUP, SlowPath, balances, count, furnish};

/// Without a card between: the slow path alone does what both do together.
#[test]
fn kernels_that_ask_everybody_find_the_groups_addresses_and_their_pings_are_answered_whole() {
    if !site::is_own("slow_path::kernels_that_ask_everybody_find_the_groups_addresses_and_their_pings_are_answered_whole") {
        return;
    }
    let (client, manager) = (Namespace::new(), Namespace::new());
    for (number, namespace) in [&client, &manager].into_iter().enumerate() {
        ip(&format!("link add host{number} up type veth peer name eth0 netns {}", namespace.path().split('/').nth(2).unwrap()));
    }
    furnish(&client, &manager);
    let served = Served::new(&["--from", "model"]);
    let slow = SlowPath::start(&served, &["--taps", "none"]);
    for (address, option) in [("10.9.0.1", "-4"), ("fd09::1", "-6")] {
        let told = client.run(&format!("ping {option} -c 2 -i 0.2 -W 5 {address}"));
        assert!(told.contains("2 received"), "{told}");
        assert_eq!(client.reachable(address), "02:00:5e:10:00:01");
        let told = client.run(&format!("ping {option} -s 4000 -c 3 -i 0.2 -W 5 {address}"));
        assert!(told.contains("3 received"), "{told}");
    }
    let report = slow.end();
    for name in ["arp_reply", "neighbour_advertisement"] {
        assert!(count(&report, name) >= 1, "{report}");
    }
    assert_eq!(count(&report, "fragment"), 2 * 3 * 3, "each request came in three fragments: {report}");
    assert!(report["announced"].as_u64().unwrap() >= 4, "both addresses by both ports: {report}");
    balances(&report);
    served.end();
}

#[test]
fn what_the_card_hands_up_is_answered_by_the_port_it_came_in_by() {
    if !site::is_own("slow_path::what_the_card_hands_up_is_answered_by_the_port_it_came_in_by") {
        return;
    }
    for from in ["rtl", "model"] {
        let (client, manager) = (Namespace::new(), Namespace::new());
        let [port0, port1] = [(0, &client), (1, &manager)].map(|(port, namespace)| format!("{port}=tap:eth0@{}", namespace.path()));
        let options = ["--from", from, "--port", &port0, "--port", &port1, "--host", "0=tap:host0", "--host", "1=tap:host1"];
        let served = Served::new(&options);
        furnish(&client, &manager);
        let slow = SlowPath::start(&served, &[]);
        for (option, address) in [("-4", "10.9.0.1"), ("-6", "fd09::1")] {
            let told = client.run(&format!("ping {option} -s 4000 -c 3 -i 0.2 -W 5 {address}"));
            assert!(told.contains("3 received"), "{from}: {told}");
            // Linux asks a neighbour that it knows at the group's MAC.
            client.run(&format!("ip neigh replace {address} lladdr 02:00:5e:10:00:01 dev eth0 nud probe"));
            assert_eq!(client.reachable(address), "02:00:5e:10:00:01");
        }

        // For the host's own programs, and from them.
        let (wire, tap) = (open(&format!("if:eth0@{}", client.path())), open("if:tandem0"));
        let lldp = [&GROUP[..], &[2, 0, 0, 0, 0, 7], &[0x88, 0xcc], &[0; 50]].concat();
        wire.send(&lldp).unwrap();
        while next(&tap) != lldp {}
        let answer = numbered([2, 0, 0, 0, 0, 7], 1, 70);
        tap.send(&answer).unwrap();
        while next(&wire) != answer {}

        // Of version 5.
        let odd = [&GROUP[..], &[2, 0, 0, 0, 0, 7], &[0x08, 0x00, 0x55], &[0; 60]].concat();
        wire.send(&odd).unwrap();
        await_that(|| slow.json(&["show", "malformed"]).as_array().unwrap().len() == 1);
        let kept = served.path("odd.pcap");
        slow.json(&["show", "malformed", "--write", &kept.display().to_string()]);
        assert_eq!(frames(&kept), [odd]);

        let report = slow.end();
        let counts = ["fragment", "malformed_version"].map(|name| count(&report, name));
        assert_eq!(counts, [18, 1], "{from}: {report}");
        let at_least = ["arp_reply", "neighbour_advertisement", "to_tap", "from_tap"].map(|name| count(&report, name));
        assert!(at_least.iter().zip([2, 2, 1, 1]).all(|(count, least)| *count >= least), "{from}: {report}");
        assert_eq!((&report["state"], &report["lost"]), (&"active".into(), &[0, 0][..].into()), "{report}");
        balances(&report);
        served.end();
    }
}

#[test]
fn it_follows_its_card_and_does_what_it_is_told() {
    if !site::is_own("slow_path::it_follows_its_card_and_does_what_it_is_told") {
        return;
    }
    for number in 0..2 {
        ip(&format!("link add host{number} up type veth peer name wire{number}"));
        ip(&format!("link set wire{number} up"));
    }
    let wires = [open("if:wire0"), open("if:wire1")];
    let served = Served::new(&["--from", "model"]);
    let slow = SlowPath::start(&served, &["--taps", "none", "--stand-by"]);
    let shown = || slow.json(&["show", "slow-path"]);
    assert_eq!(shown()["state"], "standby");
    assert_eq!(shown()["announced"], 0);
    // A packet with so many headers that the card does not see its ports goes to the manager of now.
    let mut deep = [&GROUP[..], &[2, 0, 0, 0, 0, 7], &[0x86, 0xdd, 0x60, 0, 0, 0, 0, 40, 60, 64], &[0xfd; 32]].concat();
    (0..3).for_each(|_| deep.extend([60, 0, 1, 4, 0, 0, 0, 0]));
    deep.extend([59, 0, 1, 4, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
    let sent = |mac: [u8; 6]| [&mac[..], &deep[6..]].concat();
    wires[0].send(&deep).unwrap();
    assert_eq!(next(&wires[1]), sent([2, 0, 0x5e, 0x20, 0, 1]));
    // The manager moves to another machine, by the other port.
    let file = served.path("next.toml");
    std::fs::write(&file, FILE.replace("02:00:5e:20:00:01", "02:00:5e:20:00:09").replace("port = 1", "port = 0")).unwrap();
    let applied = slow.tandem(&["apply", file.to_str().unwrap(), "--yes"]);
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    let generation = shown()["generation"].as_u64().unwrap();
    await_that(|| shown()["generation"].as_u64().unwrap() > 1);
    wires[1].send(&deep).unwrap();
    assert_eq!(next(&wires[0]), sent([2, 0, 0x5e, 0x20, 0, 9]), "generation {generation} first");

    // A take-over is announced; another slow path of the same card is refused.
    assert_eq!(slow.json(&["slow-path", "--tell", "take-over"])["state"], "active");
    let announcement = next(&wires[0]);
    assert_eq!(announcement[..14], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0x5e, 0x10, 0, 1, 8, 6]);
    let second = slow.tandem(&["slow-path", file.to_str().unwrap(), "--port", "0=if:host0", "--port", "1=if:host1"]);
    assert!(!second.status.success() && String::from_utf8_lossy(&second.stderr).contains("is running already"));
    let report = slow.end();
    assert_eq!(count(&report, "decided"), 2, "{report}");
    balances(&report);
    served.end();
}

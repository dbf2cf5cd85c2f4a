//! A plan names the managers whose lists of self-source ports it makes stale: those, and no others, of which a port then leads elsewhere.

use control::self_source::{PortTables, Transport, ports_of_all};
use control::{Configuration, Plan, Tables};

/// Four managers with a group of all and one of the last two, which takes udp/53.
const FILE: &str = include_str!("../../tandem/tests/data/tandem.toml");

/// Texts of the file, and what stands there instead.
type Exchanges = &'static [(&'static str, &'static str)];

fn configuration(exchanges: Exchanges) -> Configuration {
    let text = exchanges.iter().fold(FILE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from:?}");
        text.replacen(from, to, 1)
    });
    Configuration::parse(&text, "tandem.toml").unwrap()
}

/// The managers of which some port of some address leads elsewhere by the next tables.
fn lose(now: &Tables, next: &Tables) -> Vec<u8> {
    let mut losers = Vec::new();
    for (transport, above) in [(Transport::Tcp, 1023), (Transport::Tcp, 50_050), (Transport::Udp, 53)] {
        for address in [[1; 16], [2; 16]] {
            let lists = |tables: &Tables| {
                let state = tables.state();
                ports_of_all(&state, &PortTables::none(&state), transport, address, above)
            };
            let (before, mut after) = (lists(now), lists(next));
            for (id, ports) in before {
                let kept = after.remove(&id).unwrap_or_default();
                if ports.iter().any(|port| kept.binary_search(port).is_err()) {
                    losers.push(id);
                }
            }
        }
    }
    losers.sort_unstable();
    losers.dedup();
    losers
}

#[test]
fn a_plan_names_the_managers_whose_ports_lead_elsewhere() {
    let now = configuration(&[]).tables(2).unwrap();
    let cases: [(Exchanges, &[u8]); 7] = [
        (&[], &[]),
        // What is translated to, and how a manager is reached, changes no list.
        (&[("02:00:5e:20:00:02", "02:00:5e:20:00:99")], &[]),
        (&[("equal_ports = \"hash\"", "equal_ports = \"designated\"")], &[]),
        (&[("weight = 4", "weight = 5")], &[2, 3, 4]),
        (&[("weight = 1\n", "weight = 1\nstate = \"draining\"\n")], &[4]),
        (&[("weight = 1\n", "weight = 1\nstate = \"down\"\n")], &[4]),
        (&[("key = \"5a1f0c77e2943bd8\"", "key = \"5a1f0c77e2943bd9\"")], &[1, 2, 3, 4]),
    ];
    for (exchanges, expected) in cases {
        let plan = Plan::new(&now, &configuration(exchanges)).unwrap();
        let named: Vec<u8> = plan.stale_ports.iter().map(|manager| manager.id).collect();
        assert_eq!(named, expected, "{exchanges:?}");
        assert_eq!(lose(&now, &plan.next), expected, "{exchanges:?}");
    }
}

#[test]
fn other_rules_make_every_list_suspect() {
    let now = configuration(&[]).tables(2).unwrap();
    let plan = Plan::new(&now, &configuration(&[("ports = 50051", "ports = \"50051-50060\"")])).unwrap();
    let named: Vec<u8> = plan.stale_ports.iter().map(|manager| manager.id).collect();
    assert_eq!(named, [1, 2, 3, 4]);
    assert!(lose(&now, &plan.next).iter().all(|id| named.contains(id)));
    assert!(Plan::new(&Tables::empty(2), &configuration(&[])).unwrap().stale_ports.is_empty(), "a fresh card had no lists");
}

//! All three systems: clients behind a wide-area gateway, and an origin and a replica that are each a distributor with traffic managers.

use super::{PATIENCE, as_root, options};
use std::path::Path;
use std::time::Duration;
use testbench::site::namespace::Namespace;
use testbench::site::web::{BIG, Web};
use testbench::site::{Figure, Managers, Options, Site, client, http};
use wan::config::{CLIENT, SERVER, replica};
use wan::lab::{self, Lab};

/// Connections of a client in a row, and how many of them the nearest must win: on a loaded machine a copy may leave late.
const VISITS: u16 = 60;
const MOST: usize = 40;

/// A second and three seconds after a probe that an agent took along when it ended, the servers repeat their answer; it leaves as it is, and is reset.
const FORGOTTEN: Duration = Duration::from_millis(3500);

/// A site whose managers have the server's addresses, too.
fn site() -> Site {
    Site::up(Options { model: true, managers: 2, more: Some(SERVER), ..options(Figure::Combined, Managers::Tandem) }).unwrap()
}

/// Connects a namespace of the lab, by its device `site`, to where a site's clients are.
fn connect(site: &Site, host: &Namespace) {
    host.ip(&[format!("link add site type veth peer name lab netns {}", site.wires.name())]).unwrap();
    site.wires.ip(&["link set lab master outside up"]).unwrap();
    host.ip(&["link set site up"]).unwrap();
}

/// Visits the server: how many were answered, how often this address won, and new connections and strange packets of the managers of both sites.
fn visit(lab: &Lab, sites: [&Site; 2], first: u16, winner: &str) -> (usize, usize, [Vec<u64>; 2], u64) {
    let before = sites.map(|site| site.health().unwrap());
    let answers = client::requests(&lab.client, http(SERVER[0]), first..first + VISITS, PATIENCE).unwrap();
    let races = lab.ask("client", &["trace", "--last", "1000", CLIENT[0]]).unwrap();
    let is_own = |race: &&serde_json::Value| {
        let port = race["client"].as_str().and_then(|client| client.rsplit(':').next()?.parse().ok());
        port.is_some_and(|port: u16| (first..first + VISITS).contains(&port))
    };
    let won = races.as_array().unwrap().iter().filter(is_own).filter(|race| race["winner"].as_str().unwrap_or("").starts_with(winner));
    let after = [0, 1].map(|place| &sites[place].health().unwrap() - &before[place]);
    let misses = after.iter().map(|health| health.misses).sum();
    (answers.answered(), won.count(), after.map(|health| health.flows), misses)
}

#[test]
fn an_origin_and_a_replica_are_distributors_with_managers_and_the_nearest_wins() {
    as_root("wide_area::an_origin_and_a_replica_are_distributors_with_managers_and_the_nearest_wins", || {
        let sites = [site(), site()];
        let program = Path::new(env!("CARGO_BIN_EXE_tandem-card")).with_file_name("tandem-gateway");
        let mut lab =
            Lab::up(lab::Options { program, web: Web::BuiltIn, hold: "\"equal\"".into(), modes: ['C'; 3], seed: 7, direct: false })
                .unwrap();
        connect(&sites[0], &lab.origin);
        lab.replace_origin("site", mac(sites[0].cards[0].group_mac())).unwrap();
        connect(&sites[1], &lab.replicas[0]);
        for (turn, mode) in ['C', 'B'].into_iter().enumerate() {
            lab.make_router(1, mode, "site", sites[1].cards[0].group_mac()).unwrap();
            lab.wait_for_delays().unwrap();
            std::thread::sleep(FORGOTTEN);
            let (answered, won, [origin, nearest], misses) =
                visit(&lab, [&sites[0], &sites[1]], 21_000 + 100 * turn as u16, &replica(1)[0]);
            assert_eq!((answered, misses), (VISITS.into(), 0), "{mode}: a flow meets one manager");
            assert!(won >= MOST, "{mode}: {won}");
            assert!(origin.iter().chain(&nearest).all(|flows| *flows > 10), "{mode}: every manager has flows: {origin:?} {nearest:?}");
            for server in SERVER {
                assert_eq!(lab.download(server).unwrap(), BIG.to_string(), "{mode}: {server}");
            }
        }
        // Without replicas, the origin's managers serve.
        (1..=3).for_each(|number| lab.end_agent(number));
        std::thread::sleep(FORGOTTEN);
        let (answered, won, [_, nearest], misses) = visit(&lab, [&sites[0], &sites[1]], 23_000, "server");
        assert_eq!((answered, won, misses, nearest), (VISITS.into(), VISITS.into(), 0, vec![0, 0]));
    });
}

fn mac(text: &str) -> [u8; 6] {
    let bytes: Vec<u8> = text.split(':').map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
    bytes.try_into().unwrap()
}

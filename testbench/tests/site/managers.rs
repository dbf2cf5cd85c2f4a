//! Traffic managers of ours behind the distributor, in every figure.

use super::{PATIENCE, all_is_well, as_root, ask, options, site};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;
use testbench::site::change::{CONNECTIONS, Changed};
use testbench::site::{
    Figure, Managers, Options, SERVERS, SOURCE, Site, VIRTUAL, VIRTUAL_8080, VIRTUAL_DIRECT, VIRTUAL_FULL, client, http, server,
};

/// A connection is broken that is not answered for so long: a manager resets one that it does not know.
const SILENCE: Duration = Duration::from_secs(4);

#[test]
fn every_translation_passes_behind_a_combined_distributor() {
    as_root("managers::every_translation_passes_behind_a_combined_distributor", || {
        let site = site(Figure::Combined, Managers::Tandem);
        for address in VIRTUAL {
            all_is_well(100, &ask(&site, address, 20_000, 100, PATIENCE));
        }
        // FIG. 9: the client's port is below the server's, where it may not stay, and above.
        for first in [5_000, 15_000] {
            let (answers, health) = ask(&site, VIRTUAL_8080, first, 60, PATIENCE);
            assert_eq!((answers.answered(), health.misses), (60, 0), "{answers:?} {health:?}");
        }
        all_is_well(100, &ask(&site, VIRTUAL_FULL, 22_000, 100, PATIENCE));
        assert!(
            client::seen_by_server(&site.client, http(VIRTUAL_FULL), 23_000, PATIENCE).unwrap().starts_with(&format!("{SOURCE} port "))
        );
        // A server that answers directly: only its client's packets come to the managers.
        all_is_well(100, &ask(&site, VIRTUAL_DIRECT, 24_000, 100, PATIENCE));
        for address in VIRTUAL {
            let at = SocketAddr::new(address.parse::<IpAddr>().unwrap(), server::ECHO);
            let echoed = site.client.within(|| {
                let socket = UdpSocket::bind((if at.is_ipv4() { "0.0.0.0" } else { "::" }, 0)).unwrap();
                socket.set_read_timeout(Some(PATIENCE)).unwrap();
                socket.send_to(b"who is there", at).unwrap();
                let mut room = [0; 64];
                let (length, from) = socket.recv_from(&mut room).unwrap();
                (room[..length].to_vec(), from)
            });
            assert_eq!(echoed.unwrap(), (b"who is there".to_vec(), at));
        }
    });
}

#[test]
fn both_directions_meet_one_manager_behind_distributors_on_each_side() {
    as_root("managers::both_directions_meet_one_manager_behind_distributors_on_each_side", || {
        // The golden model decides here: `figures.rs` has these sites with the hardware.
        for links in [1, 2] {
            let site = Site::up(Options { model: true, ..options(Figure::TwoSided { links }, Managers::Tandem) }).unwrap();
            all_is_well(100, &ask(&site, VIRTUAL[0], 20_000, 100, PATIENCE));
            all_is_well(100, &ask(&site, VIRTUAL_FULL, 21_000, 100, PATIENCE));
        }
    });
}

#[test]
fn maintenance_breaks_no_connection_and_a_change_those_that_the_plan_names() {
    as_root("managers::maintenance_breaks_no_connection_and_a_change_those_that_the_plan_names", || {
        let mut site = Site::up(Options { model: true, managers: 2, ..options(Figure::Combined, Managers::Tandem) }).unwrap();
        let held = site.hold(40_000, SILENCE).unwrap();
        site.reload_managers(Some(SERVERS)).unwrap();
        let (answers, health) = ask(&site, VIRTUAL[0], 41_000, 50, PATIENCE);
        assert!(answers.answered() == 50 && health.is_good(), "{answers:?} {health:?}");
        assert!(!answers.by_server.contains_key("s3") && answers.by_server.len() == SERVERS - 1, "{answers:?}");
        (1..=2).for_each(|number| site.restart_manager(number).unwrap());
        std::thread::sleep(Duration::from_secs(1));
        assert_eq!(held.end(), [0u16; 0]);
        site.reload_managers(None).unwrap();

        let as_forecast = |Changed { forecast, broke }: &Changed| {
            assert_eq!(*broke, forecast.ports);
            // Of two managers or three, one has about a half or a third.
            assert!((5..CONNECTIONS as usize - 15).contains(&broke.len()), "{broke:?}");
        };
        site.add_manager(3).unwrap();
        let next = site.configuration(&site.cards[0], 3, "");
        as_forecast(&site.change(&next, 42_000, SILENCE, |_| {}).unwrap());
        // By the tables that the card holds now, which do not follow from its file alone, answers come back.
        assert!(site.cards[0].tandem(&["plan", &site.file(&site.cards[0], &next).unwrap()]).unwrap().contains("Not canonical"));
        all_is_well(100, &ask(&site, VIRTUAL_FULL, 43_000, 100, PATIENCE));
        let without = site.configuration(&site.cards[0], 3, "state = \"down\"\n");
        as_forecast(&site.change(&without, 44_000, SILENCE, |site| site.kill_manager(3)).unwrap());
        all_is_well(100, &ask(&site, VIRTUAL[0], 45_000, 100, PATIENCE));
    });
}

//! The patents' figures with live traffic: Linux hosts in network namespaces, simulated cards between them, managers that translate.
//!
//! As root, or as a user who may have namespaces; `tandem-site` runs the same sites by hand.

#[path = "../common/mod.rs"]
mod common;

mod branches;
mod figures;
mod managers;
mod wide_area;

use std::time::Duration;
use testbench::program::CardDesign;
use testbench::site::client::{self, Answers};
use testbench::site::web::Web;
use testbench::site::{Figure, Health, Managers, Options, Programs, Site, http, user};

/// Time for a request that will be answered, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(30);

/// Time for requests of which some are not.
const IMPATIENCE: Duration = Duration::from_secs(3);

/// Runs the test of this name here as root; as another user, in a process of its own that is root of its namespaces.
#[track_caller]
fn as_root(name: &str, test: impl FnOnce()) {
    if user::is_root() {
        return test();
    }
    let status = user::as_root_of_its_own(["--exact", name, "--nocapture"]).unwrap().status().unwrap();
    assert!(status.success(), "{name} in namespaces of this user; where the kernel allows none, run it as root");
}

/// A site with four managers, by the hardware.
fn site(figure: Figure, kind: Managers) -> Site {
    Site::up(options(figure, kind)).unwrap()
}

fn options(figure: Figure, kind: Managers) -> Options {
    let programs = Programs::in_folder(common::programs()).unwrap();
    Options {
        programs,
        figure,
        kind,
        managers: 4,
        web: Web::find(),
        design: CardDesign::Narrow,
        model: false,
        slow_path: false,
        more: None,
    }
}

/// Requests from as many ports above the first, and what the site counted meanwhile.
fn ask(site: &Site, address: &str, first: u16, count: u16, patience: Duration) -> (Answers, Health) {
    let before = site.health().unwrap();
    let answers = client::requests(&site.client, http(address), first..first + count, patience).unwrap();
    (answers, &site.health().unwrap() - &before)
}

/// All requests are answered, by all servers, through all managers, and nothing is out of order.
#[track_caller]
fn all_is_well(count: u16, (answers, health): &(Answers, Health)) {
    assert_eq!((answers.answered(), answers.failed()), (usize::from(count), 0), "{answers:?} {health:?}");
    assert_eq!(answers.by_server.len(), testbench::site::SERVERS, "{answers:?}");
    assert!(health.is_good(), "no retransmit, no reset, no packet of an unknown flow: {health:?}");
    // Every manager gets some: of 100 flows none, by chance, once in 10^12 times.
    assert!(health.flows.iter().all(|flows| *flows > 0), "{health:?}");
    assert_eq!(health.flows.iter().sum::<u64>(), u64::from(count), "each flow comes to one manager: {health:?}");
}

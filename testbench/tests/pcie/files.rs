//! Configurations and captures out of `testbench/data`, and what they mean.

use contract::limits::GROUPS;
use control::Configuration;
use model::State;
use std::path::{Path, PathBuf};

/// Web traffic, all of it for the card's managers.
pub(crate) const WEB: &str = "web.pcap";

/// A recorded capture.
pub(crate) fn capture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

/// Four managers, two groups, four rules.
pub(crate) fn web() -> String {
    std::fs::read_to_string(capture("tandem.toml")).unwrap()
}

/// The same, but that one manager gets no new flows.
pub(crate) fn web_with_delta_draining() -> String {
    changed("id = 4\n", "id = 4\nstate = \"draining\"\n")
}

/// The same, but that all managers of the first group are alike: many entries move.
pub(crate) fn web_alike() -> String {
    changed("profile = \"weighted\"", "profile = \"uniform\"")
}

fn changed(old: &str, new: &str) -> String {
    let web = web();
    assert_eq!(web.matches(old).count(), 1, "{old:?} is to be found once");
    web.replace(old, new)
}

/// What a fresh card does by a configuration.
pub(crate) fn state(configuration: &str) -> State {
    Configuration::parse(configuration, "configuration").unwrap().tables(GROUPS).unwrap().state()
}

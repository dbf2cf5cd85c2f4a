//! The files of the three roles, and the addresses in them.

use std::fmt::Write as _;
use std::net::IpAddr;

/// The server's addresses.
pub const SERVER: [&str; 2] = ["192.0.2.10", "2001:db8:2::10"];
/// The client's.
pub const CLIENT: [&str; 2] = ["10.0.0.2", "2001:db8:1::2"];
/// Those of the servers' gateway.
pub const GATEWAY: [&str; 2] = ["192.0.2.2", "2001:db8:2::2"];
/// Replicas of the lab.
pub const REPLICAS: usize = 3;

/// Keys of the client, and of the gateway's own probes.
const KEYS: [&str; 2] = ["000102030405060708090a0b0c0d0e0f", "f0e0d0c0b0a090807060504030201000"];

/// The addresses of a replica, from 1.
pub fn replica(number: usize) -> [String; 2] {
    [format!("198.51.100.{number}0"), format!("2001:db8:1{number}::10")]
}

/// An address of ours.
///
/// # Panics
/// If it is none.
pub fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address of the lab")
}

/// The clients' gateway's.
pub fn client() -> String {
    format!(
        "role = \"client\"\ninside = \"if:inside\"\nwan = \"if:wan\"\n[[site]]\nname = \"shop\"\nservers = {SERVER:?}\n\
         keys = [{{ id = 1, key = \"{}\" }}]\n",
        KEYS[0]
    )
}

/// The clients whose tags count: the lab's, and the gateway's probes.
fn clients() -> String {
    let mut text = String::new();
    for ((name, prefixes), key) in [("office", CLIENT), ("probes", GATEWAY)].iter().zip(KEYS) {
        let _ = write!(text, "[[client]]\nname = \"{name}\"\nprefixes = {prefixes:?}\nkeys = [{{ id = 1, key = \"{key}\" }}]\n");
    }
    text
}

/// The servers' gateway's, with a hold as the file has it.
pub fn server(hold: &str) -> String {
    let mut text = format!(
        "role = \"server\"\ninside = \"if:inside\"\nwan = \"if:wan\"\nown = {GATEWAY:?}\nprobe_ms = 200\n\
         [[class]]\nname = \"static\"\nservers = {SERVER:?}\nhold = {hold}\nreplicas = [\"r1\", \"r2\", \"r3\"]\n"
    );
    for number in 1..=REPLICAS {
        let _ = write!(text, "[[replica]]\nname = \"r{number}\"\naddresses = {:?}\n", replica(number));
    }
    text + &clients()
}

/// A replica's agent's.
pub fn agent(number: usize, mode: char) -> String {
    let own = replica(number);
    format!("role = \"replica\"\nown = {own:?}\nmode = \"{mode}\"\ngateways = {GATEWAY:?}\nservers = {SERVER:?}\nbacklog = 100\n")
        + &clients()
}

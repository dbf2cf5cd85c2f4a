//! The files of the three roles, and the addresses in them.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::Path;

/// The server's addresses.
pub const SERVER: [&str; 2] = ["192.0.2.10", "2001:db8:2::10"];
/// The client's.
pub const CLIENT: [&str; 2] = ["10.0.0.2", "2001:db8:1::2"];
/// Those of the servers' gateway.
pub const GATEWAY: [&str; 2] = ["192.0.2.2", "2001:db8:2::2"];
/// Replicas of the lab.
pub const REPLICAS: usize = 3;

/// Where the clients' gateway shows its metrics.
pub const METRICS: &str = "127.0.0.1:9180";

/// Keys of the client, of the gateway's own probes, and the one that the client's is exchanged for.
const KEYS: [&str; 3] = ["000102030405060708090a0b0c0d0e0f", "f0e0d0c0b0a090807060504030201000", "5af0c3d2e1b4a79688796a5b4c3d2e1f"];

/// The addresses of a replica, from 1.
pub fn replica(number: usize) -> [String; 2] {
    [format!("198.51.100.{number}0"), format!("2001:db8:1{number}::10")]
}

/// The keys of the client, as a list of the file: before they are exchanged, and while they are. The first is used.
fn keys(exchanged: bool, used_first: bool) -> String {
    let [old, new] = [(1, KEYS[0]), (2, KEYS[2])].map(|(id, key)| format!("{{ id = {id}, key = \"{key}\" }}"));
    match (exchanged, used_first) {
        (false, _) => format!("[{old}]"),
        (true, true) => format!("[{new}, {old}]"),
        (true, false) => format!("[{old}, {new}]"),
    }
}

/// An address of ours.
///
/// # Panics
/// If it is none.
pub fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address of the lab")
}

/// The clients' gateway's; with `exchanged`, a new key is used, and the old one counts. `table` is where it keeps its table; and more lines if need be.
pub fn client(exchanged: bool, table: &Path, more: &str) -> String {
    format!(
        "role = \"client\"\nmetrics = \"{METRICS}\"\ninside = \"if:inside\"\nwan = \"if:wan\"\ntable = {table:?}\n{more}\n[[site]]\nname = \"shop\"\n\
         servers = {SERVER:?}\nkeys = {}\n",
        keys(exchanged, true)
    )
}

/// The clients whose tags count: the lab's, and the gateway's probes.
fn clients(exchanged: bool) -> String {
    format!(
        "[[client]]\nname = \"office\"\nprefixes = {CLIENT:?}\nkeys = {}\n\
         [[client]]\nname = \"probes\"\nprefixes = {GATEWAY:?}\nkeys = [{{ id = 1, key = \"{}\" }}]\n",
        keys(exchanged, false),
        KEYS[1]
    )
}

/// The servers' gateway's, with a hold as the file has it, and more lines if need be; to the replicas of `ipip`, from 1, copies go as IP in IP.
pub fn server(hold: &str, exchanged: bool, more: &str, ipip: &[usize]) -> String {
    let mut text = format!(
        "role = \"server\"\ninside = \"if:inside\"\nwan = \"if:wan\"\nown = {GATEWAY:?}\nprobe_ms = 200\n{more}\n\
         [[class]]\nname = \"static\"\nservers = {SERVER:?}\nhold = {hold}\nreplicas = [\"r1\", \"r2\", \"r3\"]\n"
    );
    for number in 1..=REPLICAS {
        let encapsulation = if ipip.contains(&number) { "ipip" } else { "gue" };
        let _ = write!(text, "[[replica]]\nname = \"r{number}\"\naddresses = {:?}\nencapsulation = \"{encapsulation}\"\n", replica(number));
    }
    text + &clients(exchanged)
}

/// A second port of a replica, whose queue of connections counts, too.
pub const OTHER_PORT: u16 = 8081;
/// Connections that wait there from which on a replica is busy.
pub const BACKLOG: usize = 50;

/// A replica's agent's: on the server, or on a router before it. `load` is the file that tells it its load; and more lines if need be.
pub fn agent(number: usize, mode: char, is_router: bool, exchanged: bool, load: &Path, more: &str) -> String {
    let own = replica(number);
    let place = if is_router { "router = true".to_owned() } else { format!("backlog = {BACKLOG}") };
    format!(
        "role = \"replica\"\nown = {own:?}\nmode = \"{mode}\"\ngateways = {GATEWAY:?}\nservers = {SERVER:?}\nports = [80, {OTHER_PORT}]\n\
         {place}\nload_file = {load:?}\n{more}\n"
    ) + &clients(exchanged)
}

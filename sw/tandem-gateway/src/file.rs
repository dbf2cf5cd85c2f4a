//! From the text of a `gateway.toml` to what a gateway is set to, or to everything that is wrong with it. `docs/gateway.md` describes the file.

mod client;
mod replica;
mod server;
mod value;

pub(crate) use client::Client;
pub(crate) use replica::Replica;
pub(crate) use server::Server;

use document::{DeTable, Faults, Section, Source, Value};
use ring::InterfaceName;
use std::net::SocketAddr;
use std::path::Path;

/// Where the file is described.
const PAGE: &str = "docs/gateway.md";

/// What a `gateway.toml` says.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// What the gateway is called, and so is its socket.
    pub(crate) name: String,
    /// Where its metrics can be read, if anywhere.
    pub(crate) metrics: Option<SocketAddr>,
    pub(crate) role: Role,
}

/// What the gateway is.
#[derive(Clone, Debug)]
pub(crate) enum Role {
    Client(Client),
    Server(Server),
    Replica(Replica),
}

/// The interfaces of a bump in the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sides {
    /// Towards the network that the gateway serves.
    pub(crate) inside: InterfaceName,
    /// Towards the wide-area network.
    pub(crate) wan: InterfaceName,
}

/// Keys that every role has.
const COMMON: [&str; 4] = ["role", "name", "metrics", "experiment"];

impl File {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, and everything that is wrong with it.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        Ok(Self::parse(&Self::text(path)?, &path.display().to_string())?)
    }

    /// The text of a file.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn text(path: &Path) -> anyhow::Result<String> {
        operator::input::text(path, PAGE)
    }

    /// Reads a text; `file` is its name in faults.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn parse(text: &str, file: &str) -> Result<Self, Faults> {
        document::read(text, file, PAGE, top)
    }
}

fn top(source: &Source<'_>, table: &DeTable<'_>) -> Option<File> {
    let roles = [("client", 0), ("server", 1), ("replica", 2)];
    // Which other keys there are depends on it, so without it they are not looked at.
    let place = match table.get("role") {
        Some(value) => source.choice(value, "role", &roles)?,
        None => return source.fault(0..0, "missing key `role`", "write role = \"client\", \"server\" or \"replica\""),
    };
    let keys: &[&str] = [&client::KEYS[..], &server::KEYS, &replica::KEYS][place];
    let section = Section::new(source, 0..0, table, &[&COMMON, keys].concat());
    let name = section.or("name", roles[place].0.to_owned(), |value| file_name(source, value));
    let metrics = section.or("metrics", None, |value| value::socket(source, value).map(Some));
    let exid = section.or("experiment", gateway::tag::EXID, |value| source.number(value, 0..=u16::MAX, "experiment's identifier"));
    let role = match place {
        0 => client::read(&section, exid).map(Role::Client),
        1 => server::read(&section, exid).map(Role::Server),
        _ => replica::read(&section, exid).map(Role::Replica),
    };
    Some(File { name: name?, metrics: metrics?, role: role? })
}

/// A name that a file can have, too.
fn file_name(source: &Source<'_>, value: &Value<'_>) -> Option<String> {
    let name = source.name(value)?;
    let sound = name.len() <= 64 && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    let remedy = "use up to 64 letters, digits, - and _: its socket is called by it";
    if sound { Some(name.to_owned()) } else { source.fault(value.span(), format!("{name:?} names no gateway"), remedy) }
}

impl Sides {
    fn read(section: &Section<'_>) -> Option<Self> {
        let source = section.source;
        let inside = section.required("inside", |value| value::interface(source, value));
        let wan = section.required("wan", |value| value::interface(source, value));
        let (inside, wan) = (inside?, wan?);
        if inside == wan {
            let span = section.get("wan").map_or(0..0, Value::span);
            return source.fault(span, format!("{wan} is both sides"), "name two interfaces: frames come in by one and leave by the other");
        }
        Some(Self { inside, wan })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: &str = include_str!("../../../docs/examples/gateway-client.toml");
    const SERVER: &str = include_str!("../../../docs/examples/gateway-server.toml");
    const REPLICA: &str = include_str!("../../../docs/examples/gateway-replica.toml");

    #[test]
    fn the_examples_say_what_they_seem_to_say() {
        let Role::Client(client) = File::parse(CLIENT, "client").unwrap().role else { panic!("a client") };
        assert_eq!((client.sites.len(), client.settings.sites[0].servers.len()), (1, 2));
        assert!(client.settings.sites[0].has(&"192.0.2.10".parse::<std::net::Ipv4Addr>().unwrap().into(), 80));
        let Role::Server(server) = File::parse(SERVER, "server").unwrap().role else { panic!("a server") };
        assert_eq!((server.settings.classes[0].replicas.len(), server.settings.gateways.len()), (4, 2));
        let Role::Replica(replica) = File::parse(REPLICA, "replica").unwrap().role else { panic!("a replica") };
        assert_eq!((replica.settings.servers.len(), replica.settings.own.len()), (2, 2));
    }

    /// The faults of a text: line, column, and how each begins.
    fn faults(text: &str) -> Vec<String> {
        let Faults(faults) = File::parse(text, "g").unwrap_err();
        faults.iter().map(|fault| format!("{}:{} {}", fault.line, fault.column, fault.problem)).collect()
    }

    #[test]
    fn all_faults_are_told_at_once_each_with_its_place() {
        assert_eq!(faults("name = \"x\""), ["1:1 missing key `role`"]);
        assert_eq!(faults("role = \"bridge\""), ["1:8 \"bridge\" is not a valid role"]);
        let text = "role = \"client\"\ninside = \"eth0\"\nwan = \"if:b\"\ncolour = 1\nmodes = [\"D\"]\n[[site]]\nname = \"s\"\n\
                    servers = [\"192.0.2.0/33\", \"x\"]\nkeys = [{ id = 16, key = \"00\" }]\n";
        assert_eq!(
            faults(text),
            [
                "2:10 \"eth0\" is no interface",
                "4:1 unknown key `colour`",
                "5:10 \"D\" is not a valid mode",
                "8:12 \"192.0.2.0/33\" is no prefix",
                "8:28 \"x\" is no prefix",
                "9:16 key's id 16 is out of range",
                "9:26 not a key of 16 bytes",
            ]
        );
    }

    #[test]
    fn what_is_named_must_be_there() {
        let text = SERVER.replace("replicas = [\"paris\"", "replicas = [\"rome\"");
        assert_eq!(faults(&text).len(), 1, "{:?}", faults(&text));
        assert!(faults(&text)[0].contains("no replica is named \"rome\""), "{:?}", faults(&text));
        let text = CLIENT.replace("if:wan0", "if:lan0");
        assert!(faults(&text)[0].contains("if:lan0 is both sides"), "{:?}", faults(&text));
    }
}

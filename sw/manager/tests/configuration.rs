//! `manager.toml`: what is read, and what is refused with its place.

use flow::OnDown;
use manager::Configuration;
use manager::configuration::{CheckKind, Distribution, Io, Translation};
use std::net::IpAddr;

const SOUND: &str = r#"
interfaces = ["eth0", "eth1"]
affinity_key = "000102030405060708090a0b0c0d0e0f"
server_networks = ["10.0.0.0/24"]
[control]
address = "10.255.255.1"
pool = "10.255.255.2"
[timeouts]
established = 600
[[server]]
name = "one"
address = "10.0.0.1"
port = 8080
weight = 2.5
[[service]]
name = "web"
address = "192.0.2.7"
ports = "80-81"
servers = ["one"]
translation = "full"
pool = ["10.0.0.254"]
affinity = "client"
check = { kind = "http", path = "/alive", rise = 1 }
[[service]]
name = "own"
address = "192.0.2.7"
ports = 22
servers = ["control"]
distribution = "even"
"#;

fn faults(text: &str) -> Vec<String> {
    let faults = Configuration::parse(text, "m.toml").unwrap_err();
    faults.0.iter().map(|fault| format!("{}:{} {}", fault.line, fault.column, fault.problem)).collect()
}

#[test]
fn what_is_written_is_meant_and_what_is_left_out_has_its_default() {
    let read = Configuration::parse(SOUND, "m.toml").unwrap();
    assert_eq!((read.start.connections, read.start.workers, read.start.io, read.drain), (1 << 20, None, Io::Packet, 10));
    let by_xdp = Configuration::parse(&format!("io = \"xdp\"{SOUND}"), "m.toml").unwrap();
    assert_eq!(by_xdp.start.io, Io::Xdp);
    let in_bulk = Configuration::parse(&format!("io = \"xdp\"\nbulk = true{SOUND}"), "m.toml").unwrap();
    assert!(in_bulk.start.bulk && !by_xdp.start.bulk && !read.start.bulk);
    // A release that does not know the key compares the start of both before one takes over.
    let start = |read: &Configuration| serde_json::to_value(&read.start).unwrap().as_object().unwrap().contains_key("bulk");
    assert!(start(&in_bulk) && !start(&by_xdp));
    assert_eq!(read.affinity_key, [0x0001_0203_0405_0607, 0x0809_0a0b_0c0d_0e0f]);
    assert_eq!((read.timeouts["established"], read.timeouts["udp"]), (600, 300));
    assert_eq!(read.servers[0].weight.billionths(), 2_500_000_000);
    let [web, own] = &read.services[..] else { panic!("two services") };
    assert_eq!(web.translation, Translation::Full(vec!["10.0.0.254".parse().unwrap()]));
    assert!(web.affinity && web.distribution == Distribution::Weighted && web.ports == (80..=81));
    assert_eq!(web.on_down, OnDown::Keep);
    let resets = SOUND.replace("affinity = \"client\"", "on_down = \"reset\"");
    assert_eq!(Configuration::parse(&resets, "m.toml").unwrap().services[0].on_down, OnDown::Reset);
    let unbound = Configuration::parse(&format!("bind_workers = false{SOUND}"), "m.toml").unwrap();
    assert!(read.start.bind_workers && !unbound.start.bind_workers);
    assert_eq!(read.nat, None);
    let nat = SOUND.replace("[timeouts]", "[nat]\npool = [\"203.0.113.1\", \"2001:db8::1\"]\n[timeouts]");
    let pool = Configuration::parse(&nat, "m.toml").unwrap().nat.unwrap().pool;
    assert_eq!(pool, ["203.0.113.1".parse::<IpAddr>().unwrap(), "2001:db8::1".parse().unwrap()]);
    let check = web.check.as_ref().unwrap();
    assert_eq!((&check.kind, check.rise, check.fall), (&CheckKind::Http("/alive".into()), 1, 3));
    let orca = SOUND
        .replace("port = 8080", "orca = 9324\ntoken = \"/etc/tandem/token\"")
        .replace("affinity = \"client\"", "distribution = \"load\"");
    let server = Configuration::parse(&orca, "m.toml").unwrap().servers.remove(0);
    assert_eq!((server.agent, server.orca, server.token), (None, Some(9324), Some("/etc/tandem/token".into())));
    let distributor = "[distributor]\nconfiguration = \"tandem.toml\"\ntables = \"card.json\"\nmanager = \"m1\"\n";
    let behind = Configuration::parse(&format!("{SOUND}{distributor}"), "m.toml").unwrap().distributor.unwrap();
    assert_eq!((behind.configuration, behind.tables, behind.manager), ("tandem.toml".into(), Some("card.json".into()), "m1".into()));
    assert_eq!(own.translation, Translation::Full(vec!["10.255.255.2".parse().unwrap()]), "the pseudo-interface's");
}

#[test]
fn all_faults_are_found_at_once_each_with_its_place() {
    let text = SOUND
        .replace("\"eth1\"", "\"eth0\"")
        .replace("weight = 2.5", "wait = 2.5")
        .replace("established = 600", "established = 0")
        .replace("path = \"/alive\"", "path = \"alive\"")
        .replace("servers = [\"one\"]", "servers = [\"two\"]")
        .replace("ports = 22", "ports = 80");
    assert_eq!(
        faults(&text),
        [
            "2:23 interface eth0 is used twice",
            "9:15 timeout 0 is out of range",
            "14:1 unknown key `wait`",
            "19:12 no server is named \"two\"",
            "23:33 \"alive\" is not a path",
            "24:1 the ports meet those of another service at 192.0.2.7, 80-81",
        ]
    );
}

#[test]
fn what_does_not_fit_together_is_refused() {
    for (from, to, problem) in [
        ("affinity_key", "#", "affinity without a key"),
        ("translation = \"full\"\n", "", "a pool without translation \"full\""),
        ("pool = [\"10.0.0.254\"]\n", "", "translation \"full\" without a pool"),
        ("address = \"192.0.2.7\"", "address = \"2001:db8::7\"", "of another family"),
        ("[\"control\"]", "[\"control\", \"one\"]", "the manager's own host is one of several servers"),
        ("kind = \"http\", ", "", "a check of kind \"tcp\" has a path"),
        ("distribution = \"even\"\n", "distribution = \"even\"\npool = [\"10.0.0.9\"]\n", "`pool` of a service of the manager's own host"),
        ("affinity = \"client\"", "distribution = \"load\"", "server \"one\" does not report its load"),
        ("interfaces = [\"eth0\", \"eth1\"]", "interfaces = []", "no interface"),
        ("name = \"one\"", "name = \"control\"", "\"control\" is the manager's own host"),
        ("10.255.255.2", "10.255.255.1", "pool is the address of the host itself"),
        ("interfaces =", "io = \"dpdk\"\ninterfaces =", "\"dpdk\" is not a valid input and output"),
        ("affinity = \"client\"", "on_down = \"drop\"", "\"drop\" is not a valid choice of what becomes of connections"),
        ("affinity = \"client\"", "protocol = \"udp\"\non_down = \"reset\"", "on_down \"reset\" of a service of UDP, which has no RST"),
        ("[timeouts]", "[nat]\npool = []\n[timeouts]", "0 addresses"),
        ("[timeouts]", "[nat]\npool = [\"203.0.113.1\", \"203.0.113.1\"]\n[timeouts]", "address 203.0.113.1 is used twice"),
        ("[timeouts]", "[nat]\npool = [\"10.0.0.1\"]\n[timeouts]", "10.0.0.1 is the address of server \"one\""),
        ("[timeouts]", "[nat]\npool = [\"192.0.2.7\"]\n[timeouts]", "192.0.2.7 is an address of service \"web\""),
        ("[timeouts]", "[nat]\npool = [\"10.0.0.254\"]\n[timeouts]", "10.0.0.254 is an address of service \"web\""),
        ("[timeouts]", "[nat]\npool = [\"10.255.255.1\"]\n[timeouts]", "10.255.255.1 is an address of [control]"),
        ("[timeouts]", "[nat]\n[timeouts]", "pool"),
        ("[timeouts]", "[nat]\npool = [\"203.0.113.1\"]\nports = 1\n[timeouts]", "unknown key `ports`"),
        ("interfaces =", "bulk = true\ninterfaces =", "bulk takes XDP programs"),
        ("interfaces =", "io = \"xdp\"\nbulk = \"yes\"\ninterfaces =", "expected a boolean, found a string"),
        ("interfaces =", "bind_workers = 2\ninterfaces =", "expected a boolean, found an integer"),
        ("ports = 22", "ports = 0", "port 0 cannot be used"),
        ("port = 8080", "agent = 9323\norca = 9324", "agent and orca of one server"),
        ("port = 8080", "orca = 0", "port 0 is out of range"),
        ("port = 8080", "agent = 9323\ntoken = \"/etc/token\"", "a token without orca"),
        ("port = 8080", "orca = 9324\ntoken = \"token\"", "\"token\" is not an absolute path"),
    ] {
        let text = SOUND.replace(from, to);
        assert_ne!(text, SOUND, "{from:?}");
        let found = faults(&text);
        assert!(found.iter().any(|fault| fault.contains(problem)), "{problem}: {found:?}");
    }
}

//! `tandem ports`, run as its user runs it, on the tables of a file.

use model::transport::Ports;
use model::{Subject, decide_subject};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Output};

const FILE: &str = r#"
group_macs = ["02:00:5e:10:00:01"]

[[manager]]
name = "alpha"
id = 1
mac = "02:00:5e:20:00:01"
port = 0

[[manager]]
name = "beta"
id = 2
mac = "02:00:5e:20:00:02"
port = 1

[[manager]]
name = "gamma"
id = 3
mac = "02:00:5e:20:00:03"
port = 1
state = "down"

[[group]]
name = "all"
key = "5a1f0c77e2943bd8"

[[group]]
name = "dns"
key = "c0ffee0123456789"
members = ["beta"]

[[rule]]
protocol = "udp"
ports = 53
group = "dns"
"#;

/// A folder with the file in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tandem.toml"), FILE).unwrap();
    folder
}

fn ports(folder: &Path, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tandem"))
        .current_dir(folder)
        .args(["ports", "--config", "tandem.toml"])
        .args(options)
        .output()
        .unwrap()
}

fn good(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn error(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn every_listed_port_and_no_other_leads_replies_to_the_manager() {
    let folder = folder();
    let listed = good(&ports(folder.path(), &["--address", "192.0.2.10", "--manager", "alpha", "--above", "443"]));
    let state = control::Configuration::parse(FILE, "tandem.toml").unwrap().tables(8).unwrap().state();
    let address = |d| Ipv4Addr::new(192, 0, 2, d).to_ipv6_mapped().octets();
    let leads = |port: &u16| {
        let ports = Some(Ports { source: 443, destination: *port });
        let reply = Subject { protocol: 6, source: address(200), destination: address(10), ports, embedded: false };
        decide_subject(&state, &reply).manager == Some(1)
    };
    let expected: String = (444..=u16::MAX).filter(leads).map(|port| format!("{port}\n")).collect();
    assert_eq!(listed, expected);
}

#[test]
fn ports_are_counted() {
    let folder = folder();
    let count = |options: &[&str]| -> usize {
        let common = ["--address", "2001:db8::1", "--above", "53", "--count"];
        good(&ports(folder.path(), &[&common, options].concat())).trim().parse().unwrap()
    };
    assert_eq!(count(&["--manager", "alpha"]) + count(&["--manager", "2"]), 65535 - 53);
    // Answers from udp/53 fall into the group that beta has for itself.
    assert_eq!(count(&["--manager", "alpha", "--proto", "17"]), 0);
    assert_eq!(count(&["--manager", "beta", "--proto", "udp"]), 65535 - 53);
}

#[test]
fn programs_get_one_json_document() {
    let folder = folder();
    let output = ports(folder.path(), &["--address", "192.0.2.10", "--manager", "beta", "--above", "65500", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&good(&output)).unwrap();
    assert_eq!((listed["address"].as_str(), listed["manager"].as_u64()), (Some("192.0.2.10"), Some(2)));
    assert_eq!(listed["count"].as_u64().unwrap() as usize, listed["ports"].as_array().unwrap().len());
}

/// Ports by manager, as the model decides the reply of each.
fn decided(address: [u8; 16], above: u16) -> BTreeMap<u8, Vec<u16>> {
    let state = control::Configuration::parse(FILE, "tandem.toml").unwrap().tables(8).unwrap().state();
    let mut lists = BTreeMap::<u8, Vec<u16>>::new();
    for port in above + 1..=u16::MAX {
        let ports = Some(Ports { source: above, destination: port });
        let reply = Subject { protocol: 6, source: [9; 16], destination: address, ports, embedded: false };
        lists.entry(decide_subject(&state, &reply).manager.unwrap()).or_default().push(port);
    }
    lists
}

#[test]
fn one_call_lists_the_ports_of_all_managers_in_every_format() {
    let folder = folder();
    let lists = decided(Ipv4Addr::new(192, 0, 2, 10).to_ipv6_mapped().octets(), 60_000);
    let pairs = |separator: &str, before: &str, between: &str| -> String {
        let lines = lists.iter().flat_map(|(id, ports)| ports.iter().map(move |port| format!("{before}{id}{separator}{between}{port}\n")));
        lines.collect()
    };
    let run = |options: &[&str]| good(&ports(folder.path(), &[&["--address", "192.0.2.10", "--above", "60000"], options].concat()));
    assert_eq!(run(&[]), pairs(" ", "", ""));
    assert_eq!(run(&["--count"]), lists.iter().map(|(id, ports)| format!("{id} {}\n", ports.len())).collect::<String>());
    let csv = "generation,manager,address,protocol,above,port\n".to_owned() + &pairs(",", "1,", "192.0.2.10,tcp,60000,");
    assert_eq!(run(&["--format", "csv"]), csv);
    let json = run(&["--format", "json"]);
    assert_eq!(json, run(&["--json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["managers"][1]["name"], &json["managers"][1]["ports"]), (&"beta".into(), &serde_json::json!(lists[&2])));
}

#[test]
fn nftables_takes_the_chains_of_all_managers_and_counts_through_their_ports() {
    let folder = folder();
    for (address, family, octets) in [
        ("192.0.2.10", "ip", Ipv4Addr::new(192, 0, 2, 10).to_ipv6_mapped().octets()),
        ("2001:db8::1", "ip6", "2001:db8::1".parse::<std::net::Ipv6Addr>().unwrap().octets()),
    ] {
        let file = good(&ports(folder.path(), &["--address", address, "--above", "60000", "--format", "nft", "--at-most", "500"]));
        // What a manager's host has of its own: it jumps to one of the chains.
        let own = format!(
            "table {family} tandem {{ chain post {{ type nat hook postrouting priority srcnat; tcp dport 60000 jump m2_tcp_60000; }}; }}\n"
        );
        let ruleset = nft(&[&file, &own, &file]);
        for (id, ports) in decided(octets, 60_000) {
            let ports = &ports[..500];
            let chain = ruleset.split(&format!("chain m{id}_tcp_60000 {{")).nth(1).unwrap();
            let rule = chain.trim_start().lines().next().unwrap();
            let elements: Vec<String> = ports.iter().enumerate().map(|(place, port)| format!("{place} : {address} . {port}")).collect();
            let wanted = format!("snat {family} to numgen inc mod {} map {{ {} }}", ports.len(), elements.join(", "));
            assert!(rule.ends_with(&wanted), "{}", &rule[..200]);
        }
        assert!(ruleset.contains("jump m2_tcp_60000"), "what is not of the lists stays as it was");
    }
}

/// The ruleset that nftables holds once it has loaded these files, one after the other, in a network of its own.
fn nft(files: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut script = String::from("set -e\n");
    for (number, file) in files.iter().enumerate() {
        let path = folder.path().join(number.to_string());
        std::fs::write(&path, file).unwrap();
        script += &format!("nft -f {}\n", path.display());
    }
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net", "sh", "-c"])
        .arg(script + "nft -n list ruleset")
        .env("PATH", format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap()))
        .output()
        .expect("unshare is there; install it: apt-get install util-linux");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "nft refuses the file, or is missing (apt-get install nftables): {error}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_built_file_gives_the_same_ports_as_hashing_them() {
    let folder = folder();
    let built = good(&ports(folder.path(), &["--address", "192.0.2.10", "--address", "192.0.2.11", "--build", "pool.ports"]));
    assert_eq!(built, "written: pool.ports: 4 tables, 262,296 bytes, generation 1\n");
    let question = ["--address", "192.0.2.11", "--manager", "alpha", "--above", "1023"];
    let hashed = good(&ports(folder.path(), &question));
    let looked_up = good(&ports(folder.path(), &[&question[..], &["--tables", "pool.ports"]].concat()));
    assert_eq!(looked_up, hashed);
}

#[test]
fn a_built_file_is_refused_once_the_tables_are_others() {
    let folder = folder();
    good(&ports(folder.path(), &["--address", "192.0.2.10", "--build", "pool.ports"]));
    std::fs::write(folder.path().join("tandem.toml"), FILE.replace("5a1f0c77e2943bd8", "5a1f0c77e2943bd9")).unwrap();
    let question = ["--address", "192.0.2.10", "--manager", "alpha", "--above", "443", "--tables", "pool.ports"];
    let refused = error(&ports(folder.path(), &question));
    assert!(refused.contains("pool.ports: stale: built for other hash keys or entries"), "{refused}");
}

#[test]
fn what_cannot_be_answered_is_an_error_with_its_remedy() {
    let folder = folder();
    std::fs::write(folder.path().join("text"), "not ports").unwrap();
    let common = ["--address", "192.0.2.10", "--above", "443"];
    for (options, remedy) in [
        (&["--manager", "delta"][..], "no manager \"delta\"; give its number, from 1 to 255, or a name: alpha, beta, gamma"),
        (&["--manager", "0"], "give its number, from 1 to 255"),
        (&["--manager", "gamma"], "manager 3 gets no traffic"),
        (&["--manager", "1", "--tables", "text"], "text: not a file of self-source ports; `tandem ports --build` writes one"),
        (&["--manager", "1", "--tables", "nowhere"], "nowhere: cannot read it; `tandem ports --build` writes one"),
        (&["--manager", "1", "--address", "192.0.2.11"], "2 addresses given; name one, or use --build"),
        (&["--manager", "1", "--proto", "icmp"], "a transport is tcp (6) or udp (17)"),
        (&["--format", "nft", "--json"], "--json and --format nft ask for two things; leave one out"),
        (&["--format", "csv", "--count"], "--count prints no ports, and --format csv nothing else"),
    ] {
        let refused = error(&ports(folder.path(), &[&common, options].concat()));
        assert!(refused.contains(remedy), "{refused}");
    }
    let none = error(&ports(folder.path(), &["--address", "192.0.2.10", "--above", "65535"]));
    assert!(none.contains("no port above 65535 leads to a manager; take a lower --above"), "{none}");
    let refused = error(&ports(folder.path(), &["--address", "192.0.2.10", "--build", "no/such/folder"]));
    assert!(refused.contains("no/such/folder: cannot write it"), "{refused}");
}

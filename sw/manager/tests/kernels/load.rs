//! Shares that follow what agents report by ORCA.

use crate::namespace::as_root;
use crate::site::{PORT, Site, until};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Stdio};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

struct Agent(Child);

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An agent of a server whose queue has this length, of 100.
fn agent(site: &Site, number: usize, queue: u32) -> Agent {
    let pages = site.servers[number].within(|| TcpListener::bind((site.server(number), 9100))).unwrap();
    let url = format!("http://{}/", pages.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in pages.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = write!(stream, "HTTP/1.0 200 OK\r\n\r\nqueue {queue}\n");
        }
    });
    let at = SocketAddr::new(site.server(number), 9324).to_string();
    let token = site.file("token");
    let arguments = ["--interval", "0.1", "--orca", &at, "--token", token.to_str().unwrap()];
    let arguments = [&arguments[..], &["--page", &url, "--metric", "queue", "--metric-full", "100"]].concat();
    Agent(site.servers[number].command(env!("CARGO_BIN_EXE_tandem-load-agent"), &arguments).stderr(Stdio::inherit()).spawn().unwrap())
}

#[test]
fn entries_move_by_what_agents_report_by_orca_and_a_wrong_token_is_told() {
    as_root("load::entries_move_by_what_agents_report_by_orca_and_a_wrong_token_is_told", entries_move);
}

fn entries_move() {
    let site = Site::new(true);
    (0..2).for_each(|number| site.serve(number));
    std::fs::write(site.file("token"), TOKEN).unwrap();
    std::fs::write(site.file("shown"), TOKEN).unwrap();
    // Above 1, so that whatever the processors do, the queue is scarcer.
    let _agents = [agent(&site, 0, 180), agent(&site, 1, 110)];
    let server = |name: &str, number: usize| {
        let token = site.file("shown");
        let address = site.server(number);
        format!("[[server]]\nname = \"{name}\"\naddress = \"{address}\"\nport = {PORT}\norca = 9324\ntoken = {token:?}\n")
    };
    let service = format!(
        "[[service]]\nname = \"load\"\naddress = \"{}\"\nports = {PORT}\nservers = [\"one\", \"two\"]\ndistribution = \"load\"\n",
        site.virtual_address()
    );
    let top = "interfaces = [\"outer\", \"inner0\", \"inner1\"]\nconnections = 1024\nworkers = 2\ndrain = 0\nload_interval = 0.1\n";
    let text = [top, &server("one", 0), &server("two", 1), &service].concat();
    let mut running = site.start(&text);
    until("entries move to the idle server", || {
        let report = running.report();
        let [busy, idle] = [0, 1].map(|server| report.services[0].servers[server].entries);
        assert_eq!(busy + idle, 4096);
        busy < 1600
    });
    assert!(site.connect(PORT).is_ok());
    let (page, _) = running.tool(&["show"]);
    assert!(page.contains("load 1.80 known, 0 s ago\n") && page.contains("load 1.10 known, 0 s ago\n"), "{page}");
    // Another token takes effect with the next connection: a change of the configuration makes one.
    std::fs::write(site.file("shown"), TOKEN.replace('0', "1")).unwrap();
    std::fs::write(site.file("manager.toml"), text.replace("load_interval = 0.1", "load_interval = 0.2")).unwrap();
    running.signal("-HUP");
    let why = "no load report: it ends the stream with gRPC status 16, \"the token is missing or wrong\"";
    until("the wrong token is told", || ["one", "two"].iter().all(|name| running.told().contains(&format!("server {name}: {why}"))));
    until("reports are counted as refused", || running.report().load_reports[1] > 2);
    assert_eq!(running.told().matches(why).count(), 2, "once for each server");
    let shown = running.report().services[0].servers[0].load.clone().unwrap();
    assert!(shown.utilisation == Some(1.8) && shown.why.is_some_and(|why| why.contains("the token is missing or wrong")));
    until("shares become even", || running.report().services[0].servers[0].entries > 2000);
    std::fs::write(site.file("shown"), TOKEN).unwrap();
    until("they report again", || running.told().matches("it reports its load again").count() >= 2);
    running.signal("-TERM");
    assert!(running.child.wait().unwrap().success());
}

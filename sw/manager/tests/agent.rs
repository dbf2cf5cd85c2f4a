//! `tandem-load-agent`, by what it tells who connects.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Agent(Child);

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ask(at: &str) -> String {
    let mut line = String::new();
    TcpStream::connect(at).unwrap().read_to_string(&mut line).unwrap();
    line
}

#[test]
fn an_agent_tells_what_is_left_of_the_scarcest_and_that_it_cannot_look() {
    let pages = TcpListener::bind("127.0.0.1:0").unwrap();
    let page_at = pages.local_addr().unwrap();
    let (send, next) = std::sync::mpsc::channel::<String>();
    std::thread::spawn(move || {
        let mut page = next.recv().unwrap();
        for mut stream in pages.incoming().flatten() {
            page = next.try_iter().last().unwrap_or(page);
            let _ = stream.read(&mut [0; 1024]);
            let _ = write!(stream, "HTTP/1.0 200 OK\r\n\r\n{page}");
        }
    });
    // Twice as much as there can be: whatever the processors do, this is scarcer.
    send.send("queue{of=\"all\"} 200\n".into()).unwrap();
    let page = format!("http://{page_at}/metrics");
    let arguments =
        ["--listen", "127.0.0.1:0", "--interval", "0.05", "--page", &page, "--metric", "queue{of=\"all\"}", "--metric-full", "100"];
    let mut child = Command::new(env!("CARGO_BIN_EXE_tandem-load-agent")).args(arguments).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let agent = Agent(child);
    let ready = lines.next().unwrap().unwrap();
    let at = ready.strip_prefix("ready: load agent at ").unwrap();
    let until = |what: &str| {
        let begun = Instant::now();
        while !ask(at).starts_with(what) {
            assert!(begun.elapsed() < Duration::from_secs(5), "{what:?} is not told, but {:?}", ask(at));
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    until("1%\n");
    send.send("queue{of=\"some\"} 1\n".into()).unwrap();
    until("down # http://");
    drop(agent);
}

#[test]
fn an_agent_refuses_half_of_a_pair_of_options() {
    for arguments in [&["--nginx", "http://127.0.0.1/"][..], &["--metric", "x"], &["--interval", "0"], &["--metric-full", "-1"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_tandem-load-agent")).args(arguments).output().unwrap();
        assert!(!output.status.success() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

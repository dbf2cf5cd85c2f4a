//! A client, a manager and two servers, each with a kernel of its own.

use crate::namespace::Host;
use manager::ask::{Answer, Ask, ask};
use manager::report::Report;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long something may take to come about.
const BUDGET: Duration = Duration::from_secs(10);
pub(crate) const PORT: u16 = 80;

/// Hosts, wired: the client to `outer` of the manager, the servers to its `inner0` and `inner1`.
pub(crate) struct Site {
    pub(crate) client: Host,
    pub(crate) manager: Host,
    pub(crate) servers: [Host; 2],
    pub(crate) folder: tempfile::TempDir,
    v6: bool,
}

/// A running manager; it is killed with this.
pub(crate) struct Running {
    pub(crate) child: Child,
    socket: PathBuf,
    /// What it has told.
    told: Arc<Mutex<String>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until it is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < BUDGET, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

impl Site {
    pub(crate) fn new(v6: bool) -> Self {
        Self::with_queues(v6, 2)
    }

    /// One whose wires have so many queues.
    pub(crate) fn with_queues(v6: bool, queues: usize) -> Self {
        let host = || Host::new(v6);
        let folder = tempfile::tempdir().unwrap();
        let site = Self { client: host(), manager: host(), servers: [host(), host()], folder, v6 };
        site.manager.wire("outer", &site.client, "wire", queues);
        let (client, outer) = if v6 { ("2001:db8:c::1/64", "2001:db8:c::fe") } else { ("192.0.2.1/24", "192.0.2.254") };
        let length = if v6 { 64 } else { 24 };
        site.manager.ip(&[&format!("address add {outer}/{length} dev outer")]);
        site.client.ip(&[&format!("address add {client} dev wire"), &format!("route add default via {outer}")]);
        for (number, server) in site.servers.iter().enumerate() {
            let inner = format!("inner{number}");
            site.manager.wire(&inner, server, "wire", queues);
            let gateway = if v6 { format!("2001:db8:a{number}::fe") } else { format!("10.0.{number}.254") };
            site.manager.ip(&[&format!("address add {gateway}/{length} dev {inner}")]);
            server.ip(&[&format!("address add {}/{length} dev wire", site.server(number)), &format!("route add default via {gateway}")]);
        }
        site
    }

    pub(crate) fn server(&self, number: usize) -> IpAddr {
        (if self.v6 { format!("2001:db8:a{number}::1") } else { format!("10.0.{number}.1") }).parse().unwrap()
    }

    pub(crate) fn virtual_address(&self) -> IpAddr {
        (if self.v6 { "2001:db8:1::7" } else { "198.51.100.7" }).parse().unwrap()
    }

    /// A file in the site's folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts the manager by this configuration.
    pub(crate) fn start(&self, text: &str) -> Running {
        self.start_with(text, &[])
    }

    /// The same, with more options.
    pub(crate) fn start_with(&self, text: &str, more: &[&str]) -> Running {
        self.start_by(text, more, |program| self.manager.command(program[0], &program[1..]))
    }

    /// The same, by the command that `by` makes of the program and its arguments.
    pub(crate) fn start_by(&self, text: &str, more: &[&str], by: impl FnOnce(&[&str]) -> Command) -> Running {
        std::fs::write(self.file("manager.toml"), text).unwrap();
        let (file, socket) = (self.file("manager.toml"), self.file("socket"));
        let program = [env!("CARGO_BIN_EXE_tandem-manager"), "run", file.to_str().unwrap(), "--json", "--socket", socket.to_str().unwrap()];
        let mut command = by(&[&program, more].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let told: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|line| !line.starts_with("ready: ")).collect();
        let is_ready = told.iter().all(|line| {
            let expected =
                ["taken over: ", "found again: ", "warning: interface plain", "warning: bulk: interface ", "warning: the connections "];
            expected.iter().any(|begin| line.starts_with(begin))
        });
        assert!(is_ready, "{told:?}");
        told.iter().for_each(|line| eprintln!("manager: {line}"));
        let told = Arc::new(Mutex::new(told.join("\n") + "\n"));
        let all = told.clone();
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| {
                eprintln!("manager: {line}");
                *all.lock().unwrap() += &(line + "\n");
            });
        });
        let running = Running { child, socket, told };
        until("the servers' MACs are known", || {
            running.report().services.iter().flat_map(|service| &service.servers).all(|server| server.reachable)
        });
        running
    }

    /// What the manager tells that does not start by this configuration.
    pub(crate) fn refused(&self, text: &str) -> String {
        std::fs::write(self.file("manager.toml"), text).unwrap();
        let (file, socket) = (self.file("manager.toml"), self.file("socket"));
        let arguments = ["run", file.to_str().unwrap(), "--socket", socket.to_str().unwrap()];
        let output = self.manager.command(env!("CARGO_BIN_EXE_tandem-manager"), &arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    }

    /// A server that tells its name to who connects, and then sends back what it gets. Dropping the listener's end stops nothing that runs.
    pub(crate) fn serve(&self, number: usize) {
        let at = SocketAddr::new(self.server(number), PORT);
        echo(self.servers[number].within(|| TcpListener::bind(at)).unwrap(), number as u8);
        let socket = self.servers[number].within(|| UdpSocket::bind(at)).unwrap();
        std::thread::spawn(move || {
            let mut room = [0; 2048];
            while let Ok((length, from)) = socket.recv_from(&mut room) {
                let _ = socket.send_to(&room[..length], from);
            }
        });
    }

    /// Connects the client to a port of the virtual address, and reads who answers.
    pub(crate) fn connect(&self, port: u16) -> std::io::Result<(u8, TcpStream)> {
        let to = SocketAddr::new(self.virtual_address(), port);
        let mut stream = self.client.within(|| TcpStream::connect_timeout(&to, BUDGET))?;
        stream.set_read_timeout(Some(BUDGET))?;
        let mut name = [0];
        stream.read_exact(&mut name)?;
        Ok((name[0], stream))
    }
}

/// Tells `name` to who connects, and then sends back what it gets.
pub(crate) fn echo(listener: TcpListener, name: u8) {
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let _ = stream.write_all(&[name]).and_then(|()| std::io::copy(&mut stream.try_clone()?, &mut stream));
            });
        }
    });
}

/// Sends bytes, and gets them back.
pub(crate) fn talk(stream: &mut TcpStream, bytes: &[u8]) {
    let mut writer = stream.try_clone().unwrap();
    let mut back = vec![0; bytes.len()];
    std::thread::scope(|scope| {
        scope.spawn(|| writer.write_all(bytes).unwrap());
        stream.read_exact(&mut back).unwrap();
    });
    assert!(back == bytes, "other bytes have come back");
}

impl Running {
    pub(crate) fn ask(&self, question: &Ask) -> Answer {
        ask(&self.socket, question).unwrap()
    }

    pub(crate) fn report(&self) -> Report {
        match self.ask(&Ask::Show) {
            Answer::Report(report) => *report,
            other => panic!("{other:?}"),
        }
    }

    /// What it has told so far.
    pub(crate) fn told(&self) -> String {
        self.told.lock().unwrap().clone()
    }

    /// Waits until it has ended well, and returns what it reported then.
    pub(crate) fn ended(&mut self) -> Report {
        let mut text = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        assert!(self.child.wait().unwrap().success());
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Runs the program with its socket; what it printed, and its exit code.
    pub(crate) fn tool(&self, arguments: &[&str]) -> (String, i32) {
        let output = Command::new(env!("CARGO_BIN_EXE_tandem-manager")).args(arguments).arg("--socket").arg(&self.socket).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (String::from_utf8_lossy(&text).into_owned(), output.status.code().unwrap())
    }
}

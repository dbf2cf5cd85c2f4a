//! A manager that is killed, and another that goes on: between them, whoever starts both keeps two descriptors, as systemd does.

use crate::namespace::{as_root, as_root_of_the_host};
use crate::site::{PORT, Running, Site, echo, talk, until};
use crate::{apply, balance, configuration, many, quiet, settled};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixDatagram;
use std::sync::{Arc, Mutex};

#[test]
fn connections_survive_a_manager_that_is_killed() {
    as_root("killed::connections_survive_a_manager_that_is_killed", || killed("packet"));
}

#[test]
fn connections_survive_a_manager_that_is_killed_by_xdp() {
    as_root_of_the_host("killed::connections_survive_a_manager_that_is_killed_by_xdp", || killed("xdp"));
}

/// Who keeps descriptors, by sd_notify(3), and gives them to who is started next, by sd_listen_fds(3).
struct Starter<'s> {
    site: &'s Site,
    kept: Arc<Mutex<Vec<(String, OwnedFd)>>>,
}

impl<'s> Starter<'s> {
    fn new(site: &'s Site) -> Self {
        let socket = UnixDatagram::bind(site.file("notify")).unwrap();
        let kept = Arc::<Mutex<Vec<(String, OwnedFd)>>>::default();
        let all = kept.clone();
        std::thread::spawn(move || {
            let mut room = [0; 4096];
            while let Ok((length, descriptors)) = ring::descriptors::receive_with(&socket, &mut room) {
                let text = String::from_utf8(room[..length].to_vec()).unwrap();
                let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default();
                let (name, mut all) = (field("FDNAME").to_owned(), all.lock().unwrap());
                assert!((1..255).contains(&name.len()) && !name.contains(':'), "{text}");
                match (field("FDSTORE"), field("FDSTOREREMOVE")) {
                    ("1", "") => all.extend(descriptors.into_iter().map(|descriptor| (name.clone(), descriptor))),
                    ("", "1") => all.retain(|(of, _)| *of != name),
                    _ => panic!("{text}"),
                }
            }
        });
        Self { site, kept }
    }

    fn names(&self) -> Vec<String> {
        self.kept.lock().unwrap().iter().map(|(name, _)| name.clone()).collect()
    }

    fn start(&self, text: &str) -> Running {
        let kept = self.kept.lock().unwrap();
        let own = std::process::id();
        // The shell opens the same memory again, in the places where a process looks for it.
        let open = (3..).zip(kept.iter()).map(|(place, (_, fd))| format!(" {place}<>/proc/{own}/fd/{}", fd.as_raw_fd()));
        let script = format!("export LISTEN_PID=$$; exec \"$0\" \"$@\"{}", open.collect::<String>());
        let (count, names) = (kept.len().to_string(), kept.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(":"));
        drop(kept);
        let shell = |program: &[&str]| {
            let mut command = self.site.manager.command("sh", &[&["-c", &script], program].concat());
            command.env("NOTIFY_SOCKET", self.site.file("notify")).env("LISTEN_FDS", count).env("LISTEN_FDNAMES", names);
            command
        };
        self.site.start_by(text, &[], shell)
    }
}

fn kill(running: &mut Running) {
    running.signal("-KILL");
    running.child.wait().unwrap();
}

fn killed(io: &str) {
    let site = Site::new(false);
    (0..2).for_each(|number| site.serve(number));
    let starter = Starter::new(&site);
    let text = quiet(&configuration(&site, io, "enabled", ""));
    let mut running = starter.start(&text);
    assert!(!running.told().contains("found again"));
    let mut held: Vec<TcpStream> = (0..many("MANAGER_HELD", 8)).map(|_| site.connect(PORT).unwrap().1).collect();
    until("table and numbers are kept", || starter.names() == ["tandem-table", "tandem-numbers-1"]);
    // A service that comes later has a number, too.
    let at = site.virtual_address();
    let more =
        format!("[[service]]\nname = \"later\"\naddress = \"{at}\"\nports = 81\nservers = [\"two\"]\n[nat]\npool = [\"198.51.100.21\"]\n");
    let more = quiet(&configuration(&site, io, "enabled", &more)).replace("name = \"two\"", "name = \"two\"\nport = 80");
    apply(&site, &running, more.clone());
    until("the numbers are kept anew", || starter.names() == ["tandem-table", "tandem-numbers-2"]);
    held.push(site.connect(81).unwrap().1);
    // One to others, by [nat].
    echo(site.client.within(|| TcpListener::bind("192.0.2.1:8000")).unwrap(), 9);
    let mut out = site.servers[0].within(|| TcpStream::connect("192.0.2.1:8000")).unwrap();
    out.set_read_timeout(Some(std::time::Duration::from_secs(10))).unwrap();
    out.read_exact(&mut [0]).unwrap();
    held.push(out);

    let kills = many("MANAGER_KILLS", 3);
    for turn in 0..kills {
        let talks = std::thread::scope(|scope| {
            let talking =
                scope.spawn(|| (0..1200 / held.len()).for_each(|_| held.iter_mut().for_each(|stream| talk(stream, b"and still"))));
            // New ones come and go, so that records are being written whenever it ends.
            let others = scope.spawn(|| (0..100).for_each(|_| drop(site.connect(PORT))));
            std::thread::sleep(std::time::Duration::from_millis(50 + 7 * turn as u64 % 40));
            kill(&mut running);
            running = starter.start(&more);
            [talking.join(), others.join()]
        });
        assert!(talks.iter().all(Result::is_ok), "turn {turn}");
        let told = running.told();
        let found = told.lines().find_map(|line| line.strip_prefix("found again: ")?.split(' ').next()?.parse().ok());
        assert!(found.is_some_and(|found: usize| found >= held.len()), "{told}");
        let numbers = format!("tandem-numbers-{}", turn + 3);
        until("it keeps both again", || starter.names() == ["tandem-table".to_owned(), numbers.clone()]);
    }
    held.iter_mut().for_each(|stream| talk(stream, &[7; 50_000]));
    let report = running.report();
    assert_eq!((report.services[2].name.as_str(), report.services[2].servers[0].connections), ("later", 1));
    balance(&settled(&running));

    // What cannot be gone on with is told, and kept no longer.
    kill(&mut running);
    running = starter.start(&more.replace("connections = 4096", "connections = 2048"));
    let told = running.told();
    assert!(told.contains("warning: the connections of the process before are lost: their table is another release's, or"), "{told}");
    let refused = |stream: &mut TcpStream| {
        let _ = stream.write_all(b"is there anybody?");
        stream.read(&mut [0; 8]).is_err_and(|error| error.kind() == ErrorKind::ConnectionReset)
    };
    assert!(refused(&mut held[0]), "nobody knows it any more");
    let numbers = format!("tandem-numbers-{}", kills + 3);
    until("only what is new is kept", || starter.names() == ["tandem-table".to_owned(), numbers.clone()]);
    // Who ends in good order leaves nothing.
    running.signal("-TERM");
    running.signal("-TERM");
    running.ended();
    until("nothing is kept", || starter.names().is_empty());
}

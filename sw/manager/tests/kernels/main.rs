//! A traffic manager between kernels: what a client and servers see of it. It takes `ip` and `nft`, and root or a
//! user who may have namespaces.

mod bulk;
mod killed;
mod load;
mod namespace;
mod neighbours;
mod rehearsal;
mod site;

use manager::report::{Interface, Report};
use namespace::{as_root, as_root_of_the_host};
use site::{PORT, Running, Site, echo, talk, until};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// A service of TCP and one of UDP; with `state` of the second server, and more at the end.
fn configuration(site: &Site, io: &str, state: &str, more: &str) -> String {
    let (at, one, other) = (site.virtual_address(), site.server(0), site.server(1));
    format!(
        r#"interfaces = ["outer", "inner0", "inner1"]
io = "{io}"
connections = 4096
workers = 2
drain = 20
[[server]]
name = "one"
address = "{one}"
[[server]]
name = "two"
address = "{other}"
state = "{state}"
[[service]]
name = "web"
address = "{at}"
ports = {PORT}
servers = ["one", "two"]
check = {{ kind = "tcp", interval = 0.1, timeout = 0.5, rise = 1, fall = 2 }}
[[service]]
name = "clock"
protocol = "udp"
address = "{at}"
ports = {PORT}
servers = ["one", "two"]
[timeouts]
udp = 1
{more}"#
    )
}

/// The same without checks: then nobody connects to servers but the client.
fn quiet(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("check")).collect::<Vec<_>>().join("\n")
}

/// How many: more of a night than of a day.
fn many(variable: &str, of_a_day: usize) -> usize {
    std::env::var(variable).map_or(of_a_day, |many| many.parse().expect("a number"))
}

/// Names of the servers that answer so many connections.
fn names(site: &Site, count: usize) -> Vec<u8> {
    let mut names: Vec<u8> = (0..count).map(|_| site.connect(PORT).unwrap().0).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Every frame is in one count, and what the kernel says that came has come.
fn balance(report: &Report) {
    let frames = &report.frames;
    assert_eq!(frames.received, frames.passed + frames.dropped + frames.held, "{frames:?}");
    assert_eq!(frames.received, frames.reasons.values().sum::<u64>() + frames.held, "{frames:?}");
    assert_eq!(frames.received, report.interfaces.iter().map(|interface| interface.received).sum::<u64>());
    let left: u64 = report.interfaces.iter().map(|interface| interface.sent + interface.not_sent).sum();
    let control = frames.reasons.get("control").copied().unwrap_or(0);
    assert_eq!(left, frames.passed - control + frames.originated, "{report:?}");
    assert!(report.interfaces.iter().all(|interface| interface.overflowed == 0 && interface.not_sent == 0), "{report:?}");
}

fn settled(running: &Running) -> Report {
    let mut last = running.report();
    until("nothing comes any more", || {
        std::thread::sleep(Duration::from_millis(120));
        let now = running.report();
        let is_same = now.frames.received == last.frames.received;
        last.clone_from(&now);
        is_same
    });
    last
}

#[test]
fn connections_survive_reloads_and_every_frame_is_accounted_for() {
    as_root("connections_survive_reloads_and_every_frame_is_accounted_for", || reloads("packet"));
}

#[test]
fn connections_survive_reloads_and_every_frame_is_accounted_for_by_xdp() {
    as_root_of_the_host("connections_survive_reloads_and_every_frame_is_accounted_for_by_xdp", || reloads("xdp"));
}

/// Frames that the manager tells of, as the kernel counts them: those that the driver gave to the kernel are among them.
fn told_of(interface: &Interface) -> u64 {
    interface.received + interface.rings.map_or(0, |rings| rings.to_kernel)
}

fn reloads(io: &str) {
    let site = Site::new(false);
    (0..2).for_each(|number| site.serve(number));
    let interfaces = ["outer", "inner0", "inner1"];
    let before = interfaces.map(|interface| site.manager.received(interface));
    let control = format!(
        "[[service]]\nname = \"own\"\naddress = \"{}\"\nports = 7777\nservers = [\"control\"]\n\
         [control]\naddress = \"10.255.255.1\"\npool = \"10.255.255.2\"\n",
        site.virtual_address()
    );
    let text = format!("metrics = \"127.0.0.1:9322\"\n{}", configuration(&site, io, "enabled", &control));
    let mut running = site.start(&text);
    assert_eq!(names(&site, 8), [0, 1], "both servers serve");

    // Segments as long as the sender's kernel makes them, both ways.
    let mut held: Vec<TcpStream> = (0..many("MANAGER_HELD", 4)).map(|_| site.connect(PORT).unwrap().1).collect();
    let bytes: Vec<u8> = (0..2_000_000u32).map(|at| (at * 7 % 251) as u8).collect();
    talk(&mut held[0], &bytes);
    let udp = site.client.within(|| UdpSocket::bind("0.0.0.0:0")).unwrap();
    udp.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    udp.send_to(b"what time is it", (site.virtual_address(), PORT)).unwrap();
    let mut room = [0; 64];
    let (length, from) = udp.recv_from(&mut room).unwrap();
    assert_eq!((&room[..length], from), (&b"what time is it"[..], SocketAddr::new(site.virtual_address(), PORT)));

    // FIG. 7: a program of the manager's own host, by a virtual address.
    let own = site.manager.within(|| TcpListener::bind("10.255.255.1:7777")).unwrap();
    echo(own, 42);
    let (name, mut stream) = site.connect(7777).unwrap();
    assert_eq!(name, 42);
    talk(&mut stream, &bytes[..300_000]);
    // To what is no service: a RST, from the manager and not from its kernel.
    assert_eq!(site.connect(81).unwrap_err().kind(), ErrorKind::ConnectionRefused);

    // Reloads, of the file and by `apply`; those who have a connection do not notice.
    let drained = text.replace("state = \"enabled\"", "state = \"draining\"");
    std::fs::write(site.file("manager.toml"), &drained).unwrap();
    let file = site.file("manager.toml");
    let (plan, code) = running.tool(&["plan", file.to_str().unwrap()]);
    assert_eq!((plan.as_str(), code), ("~ servers.two.state \"enabled\" -> \"draining\"\n", 2));
    running.signal("-HUP");
    until("the second server drains", || running.report().services[0].servers[1].state == "draining");
    assert_eq!(names(&site, 6), [0]);
    held.iter_mut().for_each(|stream| talk(stream, b"still there"));
    for state in ["down", "enabled"].repeat(many("MANAGER_RELOADS", 20) / 2) {
        std::fs::write(&file, text.replace("state = \"enabled\"", &format!("state = {state:?}"))).unwrap();
        let (told, code) = running.tool(&["apply", file.to_str().unwrap()]);
        assert!(code == 0 && told.starts_with("~ servers.two.state"), "{told}");
        held.iter_mut().for_each(|stream| talk(stream, b"still there"));
    }
    std::fs::write(&file, text.replace("connections = 4096", "connections = 2048")).unwrap();
    let (told, code) = running.tool(&["apply", file.to_str().unwrap()]);
    assert!(code == 1 && told.contains("connections can change only at a start"), "{told}");
    std::fs::write(&file, text.replace("ports = 80", "prots = 80")).unwrap();
    let (told, code) = running.tool(&["apply", file.to_str().unwrap()]);
    assert!(code == 1 && told.contains("unknown key `prots`"), "{told}");

    let from = held[1].local_addr().unwrap().to_string();
    let to = SocketAddr::new(site.virtual_address(), PORT).to_string();
    let (told, _) = running.tool(&["explain", &from, &to]);
    assert!(told.starts_with("connection\n") && told.contains("established"), "{told}");

    // A server that no longer listens is left out.
    let down = |number: usize, state: &str| site.servers[number].ip(&[&format!("link set wire {state}")]);
    down(1, "down");
    until("the dead server is ill", || !running.report().services[0].servers[1].well);
    assert_eq!(names(&site, 6), [0]);
    down(1, "up");
    site.servers[1].ip(&["route replace default via 10.0.1.254"]);
    until("it is well again", || running.report().services[0].servers[1].well);
    until("it serves again", || names(&site, 4) == [0, 1]);

    // Without checks it becomes quiet.
    let quiet = quiet(&text);
    std::fs::write(&file, &quiet).unwrap();
    assert_eq!(running.tool(&["apply", file.to_str().unwrap()]).1, 0);
    let report = settled(&running);
    balance(&report);
    for ((name, before), told) in interfaces.iter().zip(before).zip(&report.interfaces) {
        assert_eq!(site.manager.received(name) - before, told_of(told), "{name}: what came by the kernel's count");
        assert_eq!(told.rings.is_some(), io == "xdp");
    }
    assert!(report.frames.reasons["no_service"] >= 1 && report.frames.reasons["new_connection"] > 20, "{:?}", report.frames);
    let mut page = String::new();
    let mut metrics = site.manager.within(|| TcpStream::connect("127.0.0.1:9322")).unwrap();
    metrics.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    metrics.read_to_string(&mut page).unwrap();
    let reason = format!("tandem_manager_frames_total{{reason=\"new_connection\"}} {}\n", report.frames.reasons["new_connection"]);
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains(&reason), "{page}");

    // New processes take over, under traffic: nobody notices, and no frame is lost or taken twice.
    let mut received = [0; 3];
    for turn in 0..many("MANAGER_TAKE_OVERS", 3) {
        let talks = std::thread::scope(|scope| {
            let talking =
                scope.spawn(|| (0..1200 / held.len().max(4)).for_each(|_| held.iter_mut().for_each(|stream| talk(stream, b"and still"))));
            let next = site.start_with(&quiet, &["--take-over"]);
            let report = std::mem::replace(&mut running, next).ended();
            received.iter_mut().zip(&report.interfaces).for_each(|(sum, told)| *sum += told.received);
            talking.join()
        });
        assert!(talks.is_ok(), "turn {turn}");
    }
    assert!(names(&site, 4) == [0, 1] && running.report().connections.live >= 4);
    talk(&mut stream, b"by the same pseudo-interface");
    let refused = site
        .manager
        .command(env!("CARGO_BIN_EXE_tandem-manager"), &["run", file.to_str().unwrap(), "--socket", "/dev/null/x", "--take-over"]);
    assert!(!{ refused }.stderr(std::process::Stdio::null()).status().unwrap().success());
    let report = settled(&running);
    // Between two processes there are no rings, and nobody counts what the ingress filter keeps from the kernel meanwhile: TCP has sent it again.
    let counted = interfaces.iter().zip(before).zip(received).zip(&report.interfaces).filter(|_| io == "packet");
    for (((name, before), sum), told) in counted {
        assert_eq!(site.manager.received(name) - before, sum + told.received, "{name}: what came by the kernel's count");
    }

    // At its end it waits for its connections, and takes no others.
    drop(stream);
    running.signal("-TERM");
    until("it drains", || running.report().state == "draining");
    assert_eq!(site.connect(PORT).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    held.iter_mut().for_each(|stream| talk(stream, b"the last words"));
    assert_eq!(running.child.try_wait().unwrap(), None);
    drop((held, udp));
    running.ended();
    let tables = site.manager.command("nft", &["list", "tables"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&tables.stdout), "", "its ingress filter is gone");
}

#[test]
fn an_echo_request_in_fragments_is_answered() {
    as_root("an_echo_request_in_fragments_is_answered", || [false, true].into_iter().for_each(|v6| echo_requests(v6, "packet")));
}

#[test]
fn an_echo_request_in_fragments_is_answered_by_xdp() {
    as_root_of_the_host("an_echo_request_in_fragments_is_answered_by_xdp", || echo_requests(false, "xdp"));
}

/// The client's kernel cuts the requests, and puts the answers together.
fn echo_requests(v6: bool, io: &str) {
    let site = Site::new(v6);
    (0..2).for_each(|number| site.serve(number));
    let mut running = site.start(&configuration(&site, io, "enabled", ""));
    let at = site.virtual_address().to_string();
    // The answers are of 1, 3 and 45 frames; `ping` compares every byte.
    for size in ["1000", "4000", "65000"] {
        let ping = site.client.command("ping", &["-n", "-c", "3", "-i", "0.2", "-W", "5", "-s", size, &at]).output().unwrap();
        let text = String::from_utf8_lossy(&ping.stdout).into_owned() + &String::from_utf8_lossy(&ping.stderr);
        assert!(ping.status.success() && text.contains("3 packets transmitted, 3 received") && !text.contains("wrong data"), "{text}");
    }
    let frames = running.report().frames;
    let of_each = |payload: usize| if v6 { (payload + 8).div_ceil(1448) } else { (payload + 8).div_ceil(1480) };
    let wanted = 3 * [1000, 4000, 65_000].map(of_each).iter().sum::<usize>() as u64;
    assert_eq!((frames.reasons["echo"], frames.held), (wanted, 0), "{frames:?}");
    assert_eq!(frames.received, frames.passed + frames.dropped + frames.held, "{frames:?}");
    running.signal("-KILL");
    running.child.wait().unwrap();
}

#[test]
fn connections_of_a_server_that_goes_down_are_reset_at_both_ends() {
    as_root("connections_of_a_server_that_goes_down_are_reset_at_both_ends", || on_down("packet"));
}

#[test]
fn connections_of_a_server_that_goes_down_are_reset_at_both_ends_by_xdp() {
    as_root_of_the_host("connections_of_a_server_that_goes_down_are_reset_at_both_ends_by_xdp", || on_down("xdp"));
}

/// What an end finds that reads on: the kernel has taken a RST.
fn is_reset(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.read(&mut [0; 8]).is_err_and(|error| error.kind() == ErrorKind::ConnectionReset)
}

/// A server whose ends of connections come out, once each has told its name.
fn hand_out(site: &Site, number: usize) -> Receiver<TcpStream> {
    let listener = site.servers[number].within(|| TcpListener::bind((site.server(number), PORT))).unwrap();
    let (send, ends) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            if stream.write_all(&[number as u8]).is_ok() && send.send(stream).is_err() {
                return;
            }
        }
    });
    ends
}

/// The running manager follows this text.
fn apply(site: &Site, running: &Running, text: String) {
    let file = site.file("manager.toml");
    std::fs::write(&file, text).unwrap();
    let (told, code) = running.tool(&["apply", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
}

fn on_down(io: &str) {
    let site = Site::new(false);
    let ends = [hand_out(&site, 0), hand_out(&site, 1)];
    let quiet = quiet(&configuration(&site, io, "enabled", ""));
    let text = |on_down: &str, state: &str| {
        let text = quiet.replace("state = \"enabled\"", &format!("state = {state:?}"));
        text.replacen("servers = [\"one\", \"two\"]", &format!("servers = [\"one\", \"two\"]\n{on_down}"), 1)
    };
    let running = site.start(&text("", "enabled"));
    let mut held: Vec<(u8, TcpStream)> = (0..20).map(|_| site.connect(PORT).unwrap()).collect();
    let mut far: Vec<TcpStream> = ends[1].try_iter().collect();
    assert!((5..=15).contains(&far.len()), "{} of 20 at the second server", far.len());
    let to_second = held.iter().filter(|(name, _)| *name == 1);
    let mut near: Vec<TcpStream> = to_second.map(|(_, stream)| stream.try_clone().unwrap()).collect();
    // They have talked, so that the numbers are not the first ones; then nobody says anything.
    near.iter_mut().for_each(|stream| stream.write_all(&[7; 5000]).unwrap());
    for stream in &mut far {
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.read_exact(&mut [0; 5000]).unwrap();
        stream.write_all(&[8; 3000]).unwrap();
    }
    near.iter_mut().for_each(|stream| stream.read_exact(&mut [0; 3000]).unwrap());
    // Left out, connections stay.
    apply(&site, &running, text("", "down"));
    let mut still = [0; 5];
    near[0].write_all(b"still").unwrap();
    far[0].read_exact(&mut still).unwrap();
    assert_eq!((&still, running.report().services[0].servers[1].state.as_str()), (b"still", "down"));
    assert_eq!(running.report().frames.reset, 0);
    // All of the second server's are reset, and none of the first one's.
    apply(&site, &running, text("on_down = \"reset\"", "down"));
    assert!(near.iter_mut().all(is_reset), "the client's kernel has taken every RST");
    assert!(far.iter_mut().all(is_reset), "the server's kernel has taken every RST");
    // Workers tell now and then what they have counted.
    until("each reset is counted", || running.report().frames.reset >= near.len() as u64);
    let frames = running.report().frames;
    assert_eq!(frames.reset, near.len() as u64, "{frames:?}");
    for (_, stream) in held.iter_mut().filter(|(name, _)| *name == 0) {
        stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    }
    balance(&settled(&running));
    apply(&site, &running, text("on_down = \"reset\"", "enabled"));
    under_way(&site, &ends[1], || apply(&site, &running, text("on_down = \"reset\"", "down")));
}

/// A server that sends without end is reset, too, and so is its client.
fn under_way(site: &Site, ends: &Receiver<TcpStream>, go_down: impl FnOnce()) {
    let mut connections = std::iter::repeat_with(|| site.connect(PORT).unwrap());
    let (_, mut client) = connections.find(|(name, _)| *name == 1).unwrap();
    let mut server = ends.recv_timeout(Duration::from_secs(10)).unwrap();
    let sending = std::thread::spawn(move || std::iter::repeat_with(|| server.write_all(&[9; 65_536])).find_map(Result::err));
    client.read_exact(&mut vec![0; 1_000_000]).unwrap();
    go_down();
    let ended = std::iter::repeat_with(|| client.read(&mut [0; 65_536])).find_map(Result::err);
    assert_eq!(ended.unwrap().kind(), ErrorKind::ConnectionReset);
    let ended = sending.join().unwrap().unwrap().kind();
    assert!(matches!(ended, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{ended:?}");
}

#[test]
fn what_servers_send_to_the_world_is_translated() {
    as_root("what_servers_send_to_the_world_is_translated", || [false, true].into_iter().for_each(|v6| nat(v6, "packet")));
}

#[test]
fn what_servers_send_to_the_world_is_translated_by_xdp() {
    as_root_of_the_host("what_servers_send_to_the_world_is_translated_by_xdp", || nat(false, "xdp"));
}

/// The client is the world here: what does it see of a server that connects to it?
fn nat(v6: bool, io: &str) {
    let site = Site::new(v6);
    (0..2).for_each(|number| site.serve(number));
    let (pool, world) = if v6 { ("2001:db8:9::1", "2001:db8:c::1") } else { ("198.51.100.21", "192.0.2.1") };
    let (pool, world): (IpAddr, IpAddr) = (pool.parse().unwrap(), world.parse().unwrap());
    let text = quiet(&configuration(&site, io, "enabled", &format!("[nat]\npool = [\"{pool}\"]\n"))).replace("udp = 1", "udp = 300");
    let mut running = site.start(&text);
    let listener = site.client.within(|| TcpListener::bind((world, 8000))).unwrap();
    // The manager's kernel has not met the world yet: the first SYN waits for its MAC.
    let before = site.servers[0].sent_again();
    let mut stream = site.servers[0].within(|| TcpStream::connect((world, 8000))).unwrap();
    assert_eq!(site.servers[0].sent_again(), before, "segments that the server's kernel has sent again");
    until("it is counted", || running.report().frames.waited == 1 && running.report().frames.resumed == 1);
    let (mut accepted, peer) = listener.accept().unwrap();
    assert!(peer.ip() == pool && peer.port() >= 16_384, "{peer}");
    let mut reader = accepted.try_clone().unwrap();
    std::thread::spawn(move || std::io::copy(&mut reader, &mut accepted));
    talk(&mut stream, &(0..500_000).map(|at| (at % 251) as u8).collect::<Vec<_>>());

    // One endpoint outside, whoever it speaks to; and nobody else speaks to it.
    let bind = |port: u16| {
        let socket = site.client.within(|| UdpSocket::bind((world, port))).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        socket
    };
    let (one, other, stranger) = (bind(5001), bind(5002), bind(5003));
    let server = site.servers[1].within(|| UdpSocket::bind((site.server(1), 4000))).unwrap();
    server.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let seen_by = |socket: &UdpSocket| {
        server.send_to(b"question", socket.local_addr().unwrap()).unwrap();
        let (length, from) = socket.recv_from(&mut [0; 64]).unwrap();
        assert_eq!((length, from.ip()), (8, pool));
        from
    };
    let outside = seen_by(&one);
    assert_eq!(seen_by(&other), outside);
    stranger.send_to(b"unasked", outside).unwrap();
    one.send_to(b"answer", outside).unwrap();
    let mut room = [0; 64];
    let (length, from) = server.recv_from(&mut room).unwrap();
    assert_eq!((&room[..length], from), (&b"answer"[..], one.local_addr().unwrap()));

    // A new process goes on with who is who.
    let next = site.start_with(&text, &["--take-over"]);
    std::mem::replace(&mut running, next).ended();
    assert_eq!(seen_by(&stranger), outside);
    talk(&mut stream, &[5; 100_000]);
    let inside = stream.local_addr().unwrap().to_string();
    let (told, _) = running.tool(&["explain", &inside, &SocketAddr::new(world, 8000).to_string()]);
    assert!(told.contains("connection to others, by [nat]: established") && told.contains(&peer.to_string()), "{told}");
    if !v6 {
        balance(&settled(&running));
    }
    running.signal("-KILL");
    running.child.wait().unwrap();
}

#[test]
fn workers_have_processors_to_themselves_unless_there_are_too_few_or_nobody_wants_it() {
    as_root("workers_have_processors_to_themselves_unless_there_are_too_few_or_nobody_wants_it", bound_workers);
}

/// The processors that each thread of a process may use, as the kernel has them, by the thread's name.
fn threads(process: u32) -> Vec<(String, String)> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let status = threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("status")).ok());
    let field = |status: &str, name: &str| status.lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned())).unwrap();
    status.map(|status| (field(&status, "Name:"), field(&status, "Cpus_allowed_list:"))).collect()
}

fn bound_workers() {
    let site = Site::new(false);
    (0..2).for_each(|number| site.serve(number));
    let own = threads(std::process::id());
    let (_, every) = own.first().unwrap();
    let count = manager::binding::allowed().unwrap().len();
    let text = configuration(&site, "packet", "enabled", "").replace("workers = 2", "workers = 1");
    let last_of = |list: &str| list.rsplit([',', '-']).next().unwrap().to_owned();
    for (text, is_bound) in [
        (text.clone(), count > 1),
        (format!("bind_workers = false\n{text}"), false),
        (text.replace("workers = 1", &format!("workers = {count}")), false),
    ] {
        let running = site.start(&text);
        talk(&mut site.connect(PORT).unwrap().1, b"served");
        let report = running.report();
        let threads = threads(running.child.id());
        let (workers, others): (Vec<_>, Vec<_>) = threads.into_iter().partition(|(name, _)| name.starts_with("worker"));
        assert!(others.len() > 2, "checks and signals have threads of their own: {others:?}");
        if !is_bound {
            assert!(workers.iter().chain(&others).all(|(_, list)| list == every), "{workers:?} {others:?}");
            assert!(report.processors.iter().all(Option::is_none) && !report.text().contains("on processors"));
            continue;
        }
        let last = last_of(every);
        assert_eq!(workers, [("worker0".to_owned(), last.clone())]);
        assert!(others.iter().all(|(_, list)| list != every && last_of(list) != last), "{others:?}");
        assert_eq!(report.processors, [Some(last.parse().unwrap())]);
        assert!(report.text().contains(&format!("workers 1 on processors {last}\n")), "{}", report.text());
    }
}

#[test]
fn shares_follow_the_load_and_every_translation_passes_over_ipv6() {
    as_root("shares_follow_the_load_and_every_translation_passes_over_ipv6", || translations("packet"));
}

#[test]
fn every_translation_passes_over_ipv6_by_xdp() {
    as_root_of_the_host("every_translation_passes_over_ipv6_by_xdp", || translations("xdp"));
}

fn translations(io: &str) {
    let site = Site::new(true);
    (0..2).for_each(|number| site.serve(number));
    // Agents that tell what they are told to.
    let lines: Vec<_> = (0..2)
        .map(|number| {
            let listener = site.servers[number].within(|| TcpListener::bind((site.server(number), 9323))).unwrap();
            let line = std::sync::Arc::new(std::sync::Mutex::new("50%\n"));
            let told = line.clone();
            std::thread::spawn(move || {
                for mut stream in listener.incoming().flatten() {
                    let line = *told.lock().unwrap();
                    let _ = stream.write_all(line.as_bytes());
                }
            });
            line
        })
        .collect();
    let at = site.virtual_address();
    let service = |name: &str, port: u16, more: &str| {
        format!("[[service]]\nname = \"{name}\"\naddress = \"{at}\"\nports = {port}\nservers = [\"one\", \"two\"]\n{more}\n")
    };
    // The pool is on the first server's network, and the second one reaches it by its router. The host itself is not to send from there.
    site.manager.ip(&["address add 2001:db8:a0::ff/64 dev inner0 preferred_lft 0"]);
    // Who answers directly holds the virtual address, and keeps still about it.
    site.servers.iter().for_each(|server| server.ip(&[&format!("address add {at}/128 dev lo")]));
    let text = [
        "interfaces = [\"outer\", \"inner0\", \"inner1\"]\nconnections = 1024\nworkers = 2\ndrain = 0\nload_interval = 0.1\n".to_owned(),
        format!("io = \"{io}\"\n"),
        // By `direct`, the servers send as the virtual address.
        format!("server_networks = [\"{at}/128\"]\n"),
        format!("[[server]]\nname = \"one\"\naddress = \"{}\"\nport = {PORT}\nagent = 9323\n", site.server(0)),
        format!("[[server]]\nname = \"two\"\naddress = \"{}\"\nport = {PORT}\nagent = 9323\n", site.server(1)),
        service("load", PORT, "distribution = \"load\""),
        service("full", 443, "translation = \"full\"\npool = [\"2001:db8:a0::ff\"]"),
        service("direct", 8443, "translation = \"direct\""),
    ]
    .concat();
    for number in 0..2 {
        let at = SocketAddr::new(site.virtual_address(), 8443);
        echo(site.servers[number].within(|| TcpListener::bind(at)).unwrap(), number as u8);
    }
    let mut running = site.start(&text);
    for port in [PORT, 443] {
        let (_, mut stream) = site.connect(port).unwrap();
        talk(&mut stream, &[7; 200_000]);
    }
    // What is the host's own reaches its kernel, which so learns where the client is.
    let own = site.client.within(|| TcpStream::connect("[2001:db8:c::fe]:1"));
    assert_eq!(own.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    // The answer of `direct` is no connection's: the manager is the servers' router here, and routes it.
    let (_, mut stream) = site.connect(8443).unwrap();
    talk(&mut stream, b"directly");

    let entries = |running: &Running| {
        let report = running.report();
        [0, 1].map(|server| report.services[0].servers[server].entries)
    };
    assert_eq!(entries(&running), [2048; 2]);
    *lines[0].lock().unwrap() = "10%\n";
    *lines[1].lock().unwrap() = "90%\n";
    until("entries move to the idle server", || {
        let [busy, idle] = entries(&running);
        assert_eq!(busy + idle, 4096);
        busy < 1600
    });
    *lines[1].lock().unwrap() = "drain\n";
    until("a server takes itself out", || entries(&running)[1] == 0);
    let mut last = [0];
    site.client.within(|| TcpStream::connect((at, PORT))).unwrap().read_exact(&mut last).unwrap();
    assert_eq!(last, [0]);

    // Killed, it leaves its ingress filter, so that its kernel keeps still; the next one replaces that.
    let tables = || String::from_utf8(site.manager.command("nft", &["list", "tables"]).output().unwrap().stdout).unwrap();
    let before = tables();
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    assert!(before.contains("tandem-manager-outer-inner0-inner1") && tables() == before, "{before}");
    let mut running = site.start(&text);
    assert_eq!(tables(), before);
    assert!(site.connect(PORT).is_ok());
    running.signal("-TERM");
    assert!(running.child.wait().unwrap().success());
}

#[test]
fn an_interface_that_changes_is_followed_and_one_that_goes_ends_the_manager_with_its_name() {
    as_root("an_interface_that_changes_is_followed_and_one_that_goes_ends_the_manager_with_its_name", interfaces);
}

fn interfaces() {
    let site = Site::new(false);
    site.serve(0);
    let text = configuration(&site, "packet", "down", "");
    let mut running = site.start(&text);
    let (_, mut stream) = site.connect(PORT).unwrap();
    site.manager.ip(&["link set inner0 mtu 1300"]);
    until("the MTU is followed", || running.report().interfaces[1].mtu == 1300);
    // The client learns it by ICMP, from the manager and not from its kernel.
    talk(&mut stream, &[7; 100_000]);
    until("it is counted that the client was told", || running.report().frames.reasons.contains_key("too_big"));
    site.manager.ip(&["link delete inner1"]);
    let status = running.child.wait().unwrap();
    assert_eq!(status.code(), Some(1));
    until("it tells why", || running.told().contains("error: interface inner1: there is none of this name"));
    let tables = site.manager.command("nft", &["list", "tables"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&tables.stdout), "");
}

#[test]
fn an_interface_without_xdp_is_polled_by_packet_sockets_and_one_that_cannot_be_bound_is_refused() {
    as_root_of_the_host("an_interface_without_xdp_is_polled_by_packet_sockets_and_one_that_cannot_be_bound_is_refused", || {
        let site = Site::new(false);
        let text = configuration(&site, "xdp", "down", "").replace("workers = 2", "workers = 1");
        let refused = site.refused(&text);
        let remedy = "error: interface outer: 2 receive queues, and 1 workers that poll one each; `ethtool -L outer rx 1 tx 1`";
        assert!(refused.contains(remedy), "{refused}");

        let site = Site::with_queues(false, 1);
        (0..2).for_each(|number| site.serve(number));
        site.manager.ip(&["link add plain type bridge", "link set plain up"]);
        let mut running = site.start(&text.replace("\"inner1\"", "\"inner1\", \"plain\""));
        let told = running.told();
        let warning = "warning: interface plain: the kernel or the driver has no XDP here (Operation not supported (os error 95))";
        assert!(told.contains(warning) && told.contains(": frames come by packet sockets"), "{told}");
        talk(&mut site.connect(PORT).unwrap().1, &[7; 100_000]);
        assert!(running.report().interfaces.iter().all(|interface| interface.rings.is_none()));
        running.signal("-KILL");
        assert!(!running.child.wait().unwrap().success());
    });
}

//! Stations whose MAC the manager's kernel does not know: who sends to them does not notice.

use crate::namespace::{as_root, as_root_of_the_host};
use crate::site::{PORT, Site, talk, until};
use crate::{balance, configuration, quiet, settled};
use std::net::{SocketAddr, TcpStream};

#[test]
fn a_client_whose_server_s_mac_is_lost_connects_by_its_first_syn() {
    as_root("neighbours::a_client_whose_server_s_mac_is_lost_connects_by_its_first_syn", || {
        [false, true].into_iter().for_each(|v6| lost(v6, "packet"));
    });
}

#[test]
fn a_client_whose_server_s_mac_is_lost_connects_by_its_first_syn_by_xdp() {
    as_root_of_the_host("neighbours::a_client_whose_server_s_mac_is_lost_connects_by_its_first_syn_by_xdp", || lost(false, "xdp"));
}

/// The client's kernel counts what it had to send again.
fn lost(v6: bool, io: &str) {
    let site = Site::new(v6);
    site.serve(0);
    let running = site.start(&quiet(&configuration(&site, io, "down", "")));
    let mut held: TcpStream = site.connect(PORT).unwrap().1;
    let (before, waited) = (site.client.sent_again(), || running.report().frames.waited);
    let at = site.server(0);
    until("packets have waited three times", || {
        site.manager.ip(&[&format!("neighbour delete {at} dev inner0")]);
        // What comes before the manager has noticed, or once it has found the server again, does not wait.
        (0..12).for_each(|_| talk(&mut site.connect(PORT).unwrap().1, b"by the first SYN"));
        talk(&mut held, &[7; 100]);
        waited() >= 3
    });
    assert_eq!(site.client.sent_again(), before, "segments that the client's kernel has sent again");
    let report = settled(&running);
    assert_eq!((report.frames.resumed, report.frames.held), (report.frames.waited, 0), "{:?}", report.frames);
    if !v6 {
        balance(&report);
    }
    // Nobody asks for it now.
    let to = SocketAddr::new(site.virtual_address(), PORT).to_string();
    let from = SocketAddr::new(held.local_addr().unwrap().ip(), 9).to_string();
    until("explain names the server whose MAC is lost", || {
        site.manager.ip(&[&format!("neighbour delete {at} dev inner0")]);
        let (told, _) = running.tool(&["explain", &from, &to]);
        told.contains("one takes none: its MAC is not known")
    });
}

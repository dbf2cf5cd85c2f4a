//! FIG. 9 on Linux's own NAT: which source ports bring a reply back to the manager that translated.

use super::{IMPATIENCE, PATIENCE, ask, site};
use testbench::site::client::Answers;
use testbench::site::{Figure, Health, Managers, Nat, Site, SourcePorts, VIRTUAL_8080};

/// Flows of each branch.
const FLOWS: u16 = 60;

fn translate(site: &Site, nat: &Nat) {
    (1..=site.managers.len()).for_each(|number| site.translate(number, nat).unwrap());
}

#[track_caller]
fn all((answers, health): &(Answers, Health)) {
    assert_eq!((answers.answered(), answers.failed(), health.misses), (FLOWS.into(), 0, 0), "{answers:?} {health:?}");
}

/// One manager of four gets its own replies by chance: of 60 flows, 15 on average and hardly ever more than 30 or fewer than 3.
#[track_caller]
fn one_in_four((answers, health): &(Answers, Health)) {
    assert!((3..=30).contains(&answers.answered()), "{answers:?}");
    assert!(health.misses > 0, "the others came to managers that know nothing of them: {health:?}");
}

#[test]
fn self_source_ports_bring_every_reply_back_and_other_ports_do_not() {
    super::as_root("branches::self_source_ports_bring_every_reply_back_and_other_ports_do_not", || {
        let site = site(Figure::Combined, Managers::Linux);
        let ask = |first, patience| ask(&site, VIRTUAL_8080, first, FLOWS, patience);
        // 914: the client's port is greater than both of the server's. It may stay.
        all(&ask(15_000, PATIENCE));
        // 916: where it is between them, the server's endpoint would decide the reply.
        translate(&site, &Nat::ClientPort);
        all(&ask(5_000, PATIENCE));
        all(&ask(15_100, PATIENCE));
        // 902 and 912: both addresses are translated.
        translate(&site, &Nat::Both(SourcePorts::SelfSource));
        all(&ask(5_100, PATIENCE));
        all(&ask(15_200, PATIENCE));
        // The control experiments come last, as servers go on answering flows that broke: a port left where it may not stay, and Linux's own choice.
        translate(&site, &Nat::Destination);
        one_in_four(&ask(5_200, IMPATIENCE));
        translate(&site, &Nat::Both(SourcePorts::Linux));
        one_in_four(&ask(15_300, IMPATIENCE));
    });
}

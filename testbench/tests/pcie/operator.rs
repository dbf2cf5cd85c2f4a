//! What an operator does, from the first look at a card to the way back.

use crate::card::{Card, Watch};
use crate::files::{self, WEB};
use crate::guest::Guest;
use contract::limits::{GROUPS, PORTS};
use contract::register::{
    COMMIT, CONTROL, COUNTER_INDEX, ENTRY_DATA, ENTRY_INDEX, GENERATION, IDENTITY, IDENTITY_VALUE, MANAGER_DATA, MANAGER_INDEX, VIEW,
};
use model::{Counters, Egress};
use pcie::{Event, Response};
use serde_json::json;
use std::collections::BTreeMap;

/// The registers that only say what is shown next.
const POINTERS: [u32; 4] = [VIEW.at(0), ENTRY_INDEX.at(0), MANAGER_INDEX.at(0), COUNTER_INDEX.at(0)];

#[test]
fn a_configuration_is_planned_applied_carried_out_shown_and_rolled_back() {
    let mut card = Card::fed(&files::capture(WEB));
    let mut guest = Guest::boot(&[&card.socket()]);
    guest.put("web.toml", &files::web());
    guest.put("drained.toml", &files::web_with_delta_draining());

    looks(&mut guest, &card);
    plans(&mut guest, &card);
    applies(&mut guest, &card);
    carries_out(&mut guest, &mut card);
    goes_on_and_back(&mut guest, &card);
    let refused =
        |event: &Event| matches!(event, Event::Read { response, .. } | Event::Write { response, .. } if *response != Response::Okay);
    assert_eq!(card.record().into_iter().filter(refused).count(), 0, "of all accesses, none was refused or missed the window");
}

fn looks(guest: &mut Guest, card: &Card) {
    let watch = card.watch();
    let list = guest.run("tandem list").expect(0);
    assert!(list.lines().any(|line| line.split_whitespace().eq(["0000:01:00.0", "10ee:903f", "OpenNIC"])), "{list}");
    assert_eq!(watch.events(), [], "a list touches no card");

    let info: serde_json::Value = serde_json::from_str(&guest.run("tandem info --json").expect(0)).unwrap();
    let said = |name: &str| info[name].clone();
    assert_eq!([said("locator"), said("shell"), said("groups")], [json!("0000:01:00.0"), json!("OpenNIC"), json!(GROUPS)], "{info}");
    assert_eq!([said("offset"), said("enabled"), said("generation")], [json!(0x10_0000), json!(false), json!(0)], "{info}");
    let identity = Event::Read { address: IDENTITY.at(0), data: IDENTITY_VALUE, response: Response::Okay };
    assert_eq!(watch.events().first(), Some(&identity), "it asks who is there before anything else");
    only_looks(&watch);
}

/// The tables are read through pointers; nothing else is written.
fn only_looks(watch: &Watch) {
    assert_eq!(watch.writes().iter().find(|(address, _)| !POINTERS.contains(address)), None, "the card is not changed");
}

fn plans(guest: &mut Guest, card: &Card) {
    let watch = card.watch();
    let plan = guest.run("tandem plan web.toml").expect(2);
    assert!(["web", "names", "alpha", "delta"].iter().all(|name| plan.contains(name)), "{plan}");
    guest.run("tandem show managers web.toml").expect(2);
    only_looks(&watch);
}

fn applies(guest: &mut Guest, card: &Card) {
    guest.run("tandem apply web.toml").refuses(&["--yes"]);
    let watch = card.watch();
    guest.run("tandem apply web.toml --yes").expect(0);
    let writes = watch.writes();
    let place =
        |register: u32| writes.iter().position(|(address, _)| *address == register).unwrap_or_else(|| panic!("{register:#x}: no write"));
    assert_eq!(writes.iter().filter(|(address, _)| *address == COMMIT.at(0)).count(), 1, "all changes by one commit");
    assert_eq!(
        writes[place(COMMIT.at(0))].1,
        ((1 << GROUPS as u32) - 1) | (1 << 8) | (1 << 9),
        "of every group, the rules and the managers"
    );
    assert!(place(ENTRY_DATA.at(0)) < place(COMMIT.at(0)), "entries are written before");
    assert!(place(COMMIT.at(0)) < place(CONTROL.at(0)), "the card is enabled after");
    let last_entry = writes.iter().rposition(|(address, _)| *address == ENTRY_DATA.at(0));
    assert!(last_entry < Some(place(COMMIT.at(0))), "and none after it");
    assert!(place(MANAGER_DATA.at(0)) < place(COMMIT.at(0)), "so are managers' MACs and ports");

    guest.run("tandem plan web.toml").expect(0);
    for what in ["managers", "groups", "rules", "entries"] {
        guest.run(&format!("tandem show {what} web.toml")).expect(0);
    }
}

/// Managers get what the file says.
fn carries_out(guest: &mut Guest, card: &mut Card) {
    let line = card.line();
    let frames = capture::read(&files::capture(WEB)).unwrap().frames;
    assert!(line.contains(&format!("{} frames", frames.len())), "{line}");
    let state = files::state(&files::web());
    let (mut counters, mut leaving) = (Counters::default(), vec![Vec::new(); PORTS + 1]);
    for frame in &frames {
        let decision = model::process(&state, &mut counters, &frame.bytes, 0);
        let sink = decision.egress.map(|egress| match egress {
            Egress::Port(port) => usize::from(port),
            Egress::Host => PORTS,
        });
        if let (Some(sink), Some(bytes)) = (sink, model::outgoing(&state, &decision, &frame.bytes)) {
            leaving[sink].push(bytes);
        }
    }
    for (port, frames) in leaving.iter().enumerate() {
        assert!(card.left(port) == *frames, "what left by port {port} is not what the model says, in its order");
    }
    assert!(leaving[..PORTS].iter().all(|frames| frames.len() > 100), "both ports have work to do");

    let shown: serde_json::Value = serde_json::from_str(&guest.run("tandem show counters web.toml --json").expect(0)).unwrap();
    let shown: BTreeMap<u64, u64> =
        shown["managers"].as_array().unwrap().iter().map(|one| (one["id"].as_u64().unwrap(), one["frames"].as_u64().unwrap())).collect();
    let counted = (1..=255).map(|id| (u64::from(id), counters.manager(id).frames)).filter(|(_, frames)| *frames != 0).collect();
    assert_eq!(shown, counted, "frames by manager, as the card counted them and as the model does");

    let explained =
        guest.run("tandem explain --src 198.51.100.7:40000 --dst 203.0.113.9:443 --proto tcp --config web.toml --card 0000:01:00.0");
    explained.expect(0);
}

fn goes_on_and_back(guest: &mut Guest, card: &Card) {
    let plan: serde_json::Value = serde_json::from_str(&guest.run("tandem plan drained.toml --json").expect(2)).unwrap();
    assert!(plan["moved"].as_u64().is_some_and(|moved| moved > 0), "{plan}");
    assert_eq!(plan["moved"], plan["minimum"]);
    guest.run("tandem apply drained.toml --yes").expect(0);
    guest.run("tandem show entries drained.toml").expect(0);
    guest.run("tandem show entries web.toml").expect(2);

    let watch = card.watch();
    guest.run("tandem rollback --yes").expect(0);
    let writes = watch.writes();
    assert_eq!(writes.iter().filter(|(address, _)| *address == COMMIT.at(0)).count(), 1);
    assert!(writes.iter().all(|(address, _)| *address != ENTRY_DATA.at(0)), "the idle banks hold the way back");
    guest.run("tandem show entries web.toml").expect(0);
    assert!(guest.run("tandem register read GENERATION").expect(0).contains("= 0x00000001"));
    let generation = Event::Read { address: GENERATION.at(0), data: 1, response: Response::Okay };
    assert!(watch.events().contains(&generation));
    guest.run("tandem rollback --yes").refuses(&["generation 1 is in force"]);
}

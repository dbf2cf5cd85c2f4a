//! FIG. 4, FIG. 3 and FIG. 5: every request is answered, and no packet comes to a manager that does not know its flow.

use super::{IMPATIENCE, PATIENCE, all_is_well, ask, site};
use testbench::site::{Figure, Managers, Site, VIRTUAL};

#[test]
fn a_combined_distributor_carries_ipv4_and_ipv6() {
    super::as_root("figures::a_combined_distributor_carries_ipv4_and_ipv6", || {
        let site = site(Figure::Combined, Managers::Linux);
        for address in VIRTUAL {
            all_is_well(100, &ask(&site, address, 20_000, 100, PATIENCE));
        }
    });
}

#[test]
fn a_distributor_on_each_side_sends_both_directions_to_one_manager() {
    super::as_root("figures::a_distributor_on_each_side_sends_both_directions_to_one_manager", || {
        let site = site(Figure::TwoSided { links: 1 }, Managers::Linux);
        all_is_well(100, &ask(&site, VIRTUAL[0], 20_000, 100, PATIENCE));
    });
}

/// Frames that came in by a card's outer port, and that left by it.
fn frames(site: &Site, port: &str) -> [u64; 2] {
    // What its TAP sends comes into the card.
    ["tx_packets", "rx_packets"].map(|name| {
        let count = site.wires.run("cat", &[&format!("/sys/class/net/{port}/statistics/{name}")]).unwrap();
        String::from_utf8(count.stdout).unwrap().trim().parse().unwrap()
    })
}

#[test]
fn flows_go_out_by_one_link_and_come_back_by_another_while_the_cards_are_alike() {
    super::as_root("figures::flows_go_out_by_one_link_and_come_back_by_another_while_the_cards_are_alike", || {
        let site = site(Figure::TwoSided { links: 2 }, Managers::Linux);
        all_is_well(200, &ask(&site, VIRTUAL[0], 20_000, 200, PATIENCE));
        let counts: Vec<[u64; 2]> = site.cards.iter().map(|card| frames(&site, &card.ports()[0])).collect();
        assert!(counts.iter().flatten().all(|frames| *frames > 100), "each link carries both directions: {counts:?}");
        let lopsided = counts.iter().filter(|[came, left]| came.abs_diff(*left) > came.max(left) / 10).count();
        assert!(lopsided >= 2, "a card that sees both directions of its flows sees about as many frames each way: {counts:?}");

        // A card gets another history.
        let [.., like, card] = &site.cards[..] else { panic!("four cards") };
        let file = site.configuration(card, 4, "");
        site.apply(card, &site.configuration(card, 4, "state = \"draining\"\n")).unwrap();
        site.apply(card, &file).unwrap();
        // It does what its file asks for, and yet not what the others do. That is detected, and it tells in traffic.
        let path = site.file(card, &file).unwrap();
        let plan_like = || card.try_tandem(&["plan", "--like", &like.locator()]).unwrap().status.code();
        assert_eq!((plan_like(), card.try_tandem(&["show", "digest", &path]).unwrap().status.code()), (Some(2), Some(2)));
        assert!(card.tandem(&["plan", &path]).unwrap().contains("Not canonical"));
        let (answers, health) = ask(&site, VIRTUAL[0], 21_000, 100, IMPATIENCE);
        assert!(answers.failed() > 0 && health.misses > 0, "{answers:?} {health:?}");
        // It is made like the other card of its side.
        card.tandem(&["apply", "--like", &like.locator(), "--yes"]).unwrap();
        assert_eq!(plan_like(), Some(0));
        all_is_well(100, &ask(&site, VIRTUAL[0], 22_000, 100, PATIENCE));
    });
}

//! Holds and forecasts against numbers worked out by hand.

use gateway::Time;
use gateway::forecast::{Distances, Forecast, forecast};
use gateway::hold::{Delay, Hold, Schedule};
use proptest::prelude::*;

const CAP: Time = Time::from_millis(100);

fn ms(milliseconds: u64) -> Time {
    Time::from_millis(milliseconds)
}

#[test]
fn a_delay_is_half_the_smoothed_round_trip_and_unknown_after_three_lost_probes() {
    let mut delay = Delay::default();
    assert_eq!(delay.one_way(), None);
    delay.sample(ms(80));
    assert_eq!(delay.one_way(), Some(ms(40)));
    delay.sample(ms(160));
    assert_eq!(delay.one_way(), Some(ms(45)), "(7 x 80 + 160) / 8 = 90");
    (0..2).for_each(|_| delay.lost());
    assert_eq!(delay.one_way(), Some(ms(45)));
    delay.sample(ms(90));
    (0..2).for_each(|_| delay.lost());
    assert_eq!(delay.one_way(), Some(ms(45)), "an answer starts the count anew");
    delay.lost();
    assert_eq!(delay.one_way(), None);
    delay.sample(ms(10));
    assert_eq!(delay.one_way(), Some(ms(5)), "what was before does not count");
}

#[test]
fn schedules_are_those_of_the_page() {
    let delays = [Some(ms(45)), Some(ms(60)), Some(ms(100)), Some(ms(101)), None];
    let cases = [
        (Hold::Off, [0, 0, 0, 0, 0], 0),
        (Hold::Equal, [55, 40, 0, 0, 0], 100),
        (Hold::HeadStart(ms(46)), [1, 0, 0, 0, 0], 46),
        (Hold::HeadStart(ms(200)), [155, 140, 100, 99, 0], 200),
    ];
    for (hold, copies, original) in cases {
        let expected = Schedule { copies: copies.map(ms).to_vec(), original: ms(original) };
        assert_eq!(Schedule::new(hold, &delays, CAP), expected, "{hold:?}");
    }
    let unknown = Schedule::new(Hold::Equal, &[None, Some(ms(300))], CAP);
    assert_eq!(unknown, Schedule { copies: vec![ms(0); 2], original: ms(0) }, "nobody to wait for");
}

/// One-way milliseconds to a common core: client 1, server 40, replicas 5, 20 and 60.
fn distances() -> Distances {
    Distances { server: ms(41), replicas: vec![(Some(ms(45)), ms(6)), (Some(ms(60)), ms(21)), (Some(ms(100)), ms(61))] }
}

/// Set-up times: 41 + 41; 41 + 100 + 6; 41 + 46 + 6. Repaid after (147 - 82) / (82 - 12), and (93 - 82) / (82 - 12) round trips.
#[test]
fn a_forecast_tells_winner_set_up_margin_and_when_a_hold_is_repaid() {
    let expect = |winner, set_up, margin, repaid| Forecast {
        winner,
        set_up: ms(set_up),
        direct: ms(82),
        margin: Some(ms(margin)),
        repaid_after: repaid,
    };
    assert_eq!(forecast(Hold::Off, &distances(), CAP), expect(None, 82, 10, Some(0.0)));
    assert_eq!(forecast(Hold::Equal, &distances(), CAP), expect(Some(0), 147, 15, Some(65.0 / 70.0)));
    assert_eq!(forecast(Hold::HeadStart(ms(46)), &distances(), CAP), expect(Some(0), 93, 29, Some(11.0 / 70.0)));
}

#[test]
fn a_hold_that_never_pays_is_told() {
    let far = Distances { server: ms(10), replicas: vec![(Some(ms(50)), ms(60))] };
    let told = forecast(Hold::Equal, &far, CAP);
    assert_eq!((told.winner, told.set_up, told.repaid_after), (None, ms(70), None));
    let unknown = Distances { server: ms(10), replicas: vec![(None, ms(1))] };
    let told = forecast(Hold::Equal, &unknown, CAP);
    assert_eq!((told.winner, told.set_up, told.margin), (None, ms(20), None));
}

proptest! {
    /// With equal holds every answer leaves at the same instant, so the nearest of those waited for wins.
    #[test]
    fn with_equal_holds_the_first_answer_is_the_nearest_one(
        server in 1..200u64,
        replicas in prop::collection::vec((1..100u64, 1..200u64), 1..6),
    ) {
        let times = replicas.iter().map(|(delay, to_client)| (Some(ms(*delay)), ms(*to_client))).collect();
        let told = forecast(Hold::Equal, &Distances { server: ms(server), replicas: times }, CAP);
        let nearest = replicas.iter().map(|replica| replica.1).min().unwrap();
        let winner = told.winner.map_or(server, |winner| replicas[winner].1);
        prop_assert_eq!(winner, nearest.min(server));
        let longest = replicas.iter().map(|replica| replica.0).max().unwrap();
        prop_assert_eq!(told.set_up, ms(server + longest + winner));
    }
}

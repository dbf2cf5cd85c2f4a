//! What a hold costs and gains for a client at given distances: who wins, when, and after how many round trips of data the hold is repaid.

use crate::Time;
use crate::hold::{Hold, Schedule};

/// One-way delays, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distances {
    /// Between client and server.
    pub server: Time,
    /// Of each replica: from the server, if that is measured, and to the client.
    pub replicas: Vec<(Option<Time>, Time)>,
}

/// What to expect of a race.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Index of the replica that wins; `None`: the server does.
    pub winner: Option<usize>,
    /// From the client's SYN to the SYN-ACK.
    pub set_up: Time,
    /// The same without a gateway.
    pub direct: Time,
    /// By how much the next one comes later; `None` if there is no other.
    pub margin: Option<Time>,
    /// Round trips of data that repay a longer set-up, 0 if it is no longer; `None`: never, because the winner is no nearer than the server.
    pub repaid_after: Option<f64>,
}

/// The race with this hold. A replica whose delay from the server is unknown cannot be foreseen, and is left out.
pub fn forecast(hold: Hold, distances: &Distances, cap: Time) -> Forecast {
    let delays: Vec<_> = distances.replicas.iter().map(|(delay, _)| *delay).collect();
    let schedule = Schedule::new(hold, &delays, cap);
    let server = distances.server;
    let answers = distances.replicas.iter().zip(&schedule.copies).enumerate().filter_map(|(index, ((delay, to_client), held))| {
        let arrives = server + *held + (*delay)? + *to_client;
        Some((arrives, Some(index), *to_client))
    });
    // The server stands last: at a tie any answer may be the first, and the forecast promises no more than the replica's.
    let mut answers: Vec<_> = answers.chain([(server + schedule.original + server, None, server)]).collect();
    answers.sort_by_key(|answer| answer.0);
    let (set_up, winner, distance) = answers[0];
    let direct = server * 2;
    let (cost, saved) = (set_up.saturating_sub(direct), (server * 2).saturating_sub(distance * 2));
    let repaid_after = match (cost.is_zero(), saved.is_zero()) {
        (true, _) => Some(0.0),
        (_, true) => None,
        _ => Some(cost.as_nanos() as f64 / saved.as_nanos() as f64),
    };
    Forecast { winner, set_up, direct, margin: answers.get(1).map(|next| next.0 - set_up), repaid_after }
}

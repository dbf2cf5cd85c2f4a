//! The one list of hazards: what loads managers unevenly or tears flows apart. `lint` finds some in a configuration, `analyze` in traffic.

use serde::Serialize;

/// What kind of hazard. Its name in JSON is the variant's in snake_case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HazardKind {
    /// A server's port is greater than those of many of its clients: the server's endpoint decides their flows.
    GreaterServerPort,
    /// Both ports of a service's packets are equal, and the designated manager takes them all.
    EqualPorts,
    /// A rule takes other services' flows, because their clients' ports lie in its range.
    RuleCatchesClients,
    /// The allocation table is too coarse for the weights.
    CoarseWeights,
    /// One direction of a flow reaches the card; the other is sent to another address and bridged.
    HalfBridged,
    /// The two directions of a flow go to two managers.
    DirectionsApart,
    /// Packets are dropped, because the manager that their table entry names takes no traffic.
    NoManager,
}

impl HazardKind {
    /// What to do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::GreaterServerPort => "key this service on its peers: put this rule before all others",
            Self::EqualPorts => "spread them by their addresses: add this line to the group",
            Self::RuleCatchesClients => "put a rule before this one that takes the services below the clients' ports",
            Self::CoarseWeights => "use the nearest weights that whole entries express",
            Self::HalfBridged => "set the next hop of both sides to one of the group MACs",
            Self::DirectionsApart => "this must not happen: please report it with the capture and the configuration",
            Self::NoManager => "enable a member in every group that rules send traffic to",
        }
    }
}

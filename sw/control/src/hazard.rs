//! The hazards that `lint` finds in a configuration and `analyze` in a capture: one list, with what each means and its remedy.

use serde::Serialize;

/// Declares the kinds of hazards with the name, the meaning and the remedy of each, in one list.
macro_rules! kinds {
    ($($variant:ident, $name:literal, $meaning:literal, $remedy:literal;)*) => {
        /// What kind of hazard: something that loads managers unevenly, or sends a flow's two directions apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum HazardKind { $(#[doc = $meaning] $variant,)* }

        impl HazardKind {
            /// Every kind: first what `lint` finds, then what only traffic shows.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in JSON and in documents.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// What it means, in a sentence.
            pub const fn meaning(self) -> &'static str { match self { $(Self::$variant => $meaning,)* } }

            /// What to do about it.
            pub const fn remedy(self) -> &'static str { match self { $(Self::$variant => $remedy,)* } }
        }
    };
}

kinds! {
    GreaterServerPort, "greater_server_port",
        "A server's port is greater than the ports of many of its clients, so one manager takes all their flows.",
        "key this service on its peers: add a rule with `key_on = \"peer\"` before the others";
    EqualPorts, "equal_ports",
        "Both ports of a service's packets are equal, so the designated manager takes them all.",
        "spread them by their addresses: add `equal_ports = \"hash\"` to the group";
    RuleCatchesClients, "rule_catches_clients",
        "A rule takes flows of other services, because their clients' ports lie in its range.",
        "add a rule for the services below the clients' ports before it";
    CoarseWeights, "coarse_weights",
        "The allocation table is too coarse for the weights.",
        "use the nearest weights that whole entries express";
    HalfBridged, "half_bridged",
        "Only one direction of a flow reaches the card; the other is sent to another address and bridged.",
        "make one of the group MACs the next hop of both sides";
    DirectionsApart, "directions_apart",
        "The two directions of a flow go to two managers.",
        "this is a defect of Tandem: report it with the capture and the configuration";
    NoManager, "no_manager",
        "Packets are dropped, because the manager that their table entry names takes no traffic.",
        "enable a member in every group that rules send traffic to";
}

impl Serialize for HazardKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::HazardKind;

    #[test]
    fn the_operators_page_lists_every_hazard_with_its_meaning_and_remedy() {
        let page = include_str!("../../../docs/operating.md");
        for kind in HazardKind::ALL {
            let row = format!("| `{}` | {} | {} |", kind.name(), kind.meaning(), kind.remedy());
            assert!(page.contains(&row), "docs/operating.md has no row:\n{row}");
        }
    }
}

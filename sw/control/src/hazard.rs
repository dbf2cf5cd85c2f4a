//! The hazards that `check` and `lint` find in a configuration and `analyze` in a capture: one list, with what each means and its remedy.

use serde::Serialize;

/// Declares the kinds of hazards with the name, the meaning and the remedy of each, in one list.
macro_rules! kinds {
    ($($variant:ident, $name:literal, $meaning:literal, $remedy:literal;)*) => {
        /// What kind of hazard: something that drops packets, does nothing, or loads managers unevenly.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum HazardKind { $(#[doc = $meaning] $variant,)* }

        impl HazardKind {
            /// Every kind: first what `check` warns of, then what `lint` finds, then what only traffic shows.
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
    EmptyGroup, "empty_group",
        "No member of a group takes traffic, so its packets are dropped.",
        "list a manager whose state is \"enabled\" among its members";
    DesignatedDown, "designated_down",
        "A group's designated manager is down, so its packets with equal ports are dropped.",
        "designate a manager that takes traffic, or add `equal_ports = \"hash\"`";
    DesignatedDraining, "designated_draining",
        "A group's designated manager is draining, and gets new flows with equal ports all the same.",
        "designate a manager that takes traffic, or add `equal_ports = \"hash\"`";
    RuleNeverMatches, "rule_never_matches",
        "No packet matches a rule: its protocol has no ports, and its range does not hold port 0.",
        "remove `ports` from the rule, or name tcp or udp as its protocol";
    RuleShadowed, "rule_shadowed",
        "Rules before a rule take every packet that it matches.",
        "move the rule before them, or remove it";
    GroupUnreached, "group_unreached",
        "No rule sends packets to a group.",
        "add a rule that names the group, or remove the group";
    ImplicitGroupId, "implicit_group_id",
        "A group has no id of its own, so it gets another one when a group is added before it.",
        "write the ids that the groups have now, as `id = 0` and so on";
    SharedKey, "shared_key",
        "Two groups have one key, so a flow has the same bucket in both, and whoever learns one key knows both.",
        "give each group a key of its own: `openssl rand -hex 8`";
    ZeroKey, "zero_key",
        "The key of a group is zero, so anybody can tell which flows share a bucket.",
        "take a random key: `openssl rand -hex 8`";
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

//! Verdicts and reasons: the words of a decision, with the numbers that hardware carries for them.

/// Declares a field-less enum whose variants carry a wire code and a name, in one list.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* $variant = $code,)* }

        impl $name {
            /// Every value, in the order of its code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The number that the hardware carries.
            pub const fn code(self) -> u8 { self as u8 }

            /// The value that a number from the hardware stands for, if any.
            pub fn from_code(code: u8) -> Option<Self> { Self::ALL.iter().copied().find(|v| v.code() == code) }

            /// The name used in reports, counters and documents.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $text,)* } }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(self.name()) }
        }
    };
}

codes! {
    /// What becomes of a frame. Shape: 3 bits.
    Verdict {
        /// Sent to a traffic manager, with that manager's destination MAC.
        ToManager = 0, "to_manager";
        /// Sent unchanged to the port paired with its ingress port.
        Bridge = 1, "bridge";
        /// Sent unchanged to the host's control processor.
        Control = 2, "control";
        /// Sent unchanged to the host's fragment handler.
        Fragment = 3, "fragment";
        /// Not sent; counted by reason.
        Drop = 4, "drop";
    }
}

codes! {
    /// Why a frame got its verdict; also the name of a counter. Shape: 5 bits. Source: `docs/decision.md`, section 2, whose questions are cited.
    Reason {
        /// Question 1: the distributor is not enabled.
        Disabled = 0, "disabled";
        /// Question 1: the frame is shorter than an Ethernet header.
        Runt = 1, "runt";
        /// Question 2: the destination MAC is none of the group MACs.
        NotForGroup = 2, "not_for_group";
        /// Question 3: no IP after at most two VLAN tags.
        NotIp = 3, "not_ip";
        /// Question 4: a header contradicts itself, or its bytes are not there.
        Malformed = 4, "malformed";
        /// Question 4: the bytes are there, but beyond what the parser walks.
        TooDeep = 5, "too_deep";
        /// Question 5: a fragment; only the first one of a packet has ports.
        Fragment = 6, "fragment";
        /// Question 6: an ICMP error, decided by the packet that it reports.
        IcmpError = 7, "icmp_error";
        /// Question 7: neither TCP nor UDP; decided by the pair of addresses.
        OtherProtocol = 8, "other_protocol";
        /// Question 9: source and destination port are equal.
        EqualPorts = 9, "equal_ports";
        /// Question 10: decided by the side whose port lies outside the rule's range.
        PeerSide = 10, "peer_side";
        /// Question 11: decided by the source; its port is the greater.
        SourceSide = 11, "source_side";
        /// Question 12: decided by the destination; its port is the greater.
        DestinationSide = 12, "destination_side";
        /// The entry names no enabled manager.
        NoManager = 13, "no_manager";
        /// Question 2, of a question to everybody, or question 7, of neighbour discovery sent to a group: the host answers.
        Neighbour = 14, "neighbour";
    }
}

impl Reason {
    /// The verdict of every frame with this reason.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Disabled | Self::Runt | Self::NotForGroup => Verdict::Bridge,
            Self::NotIp | Self::Malformed | Self::TooDeep | Self::Neighbour => Verdict::Control,
            Self::Fragment => Verdict::Fragment,
            Self::IcmpError | Self::OtherProtocol | Self::EqualPorts | Self::PeerSide | Self::SourceSide | Self::DestinationSide => {
                Verdict::ToManager
            }
            Self::NoManager => Verdict::Drop,
        }
    }

    /// The questions of `docs/decision.md`, section 2, that can settle it: none for [`Reason::NoManager`], which follows from the tables; two for
    /// [`Reason::Neighbour`], the first where the destination MAC is none of the group MACs.
    pub const fn questions(self) -> &'static [u8] {
        match self {
            Self::Disabled | Self::Runt => &[1],
            Self::NotForGroup => &[2],
            Self::NotIp => &[3],
            Self::Malformed | Self::TooDeep => &[4],
            Self::Fragment => &[5],
            Self::IcmpError => &[6],
            Self::OtherProtocol => &[7],
            Self::EqualPorts => &[9],
            Self::PeerSide => &[10],
            Self::SourceSide => &[11],
            Self::DestinationSide => &[12],
            Self::Neighbour => &[2, 7],
            Self::NoManager => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of `docs/decision.md`, section 2, as the page has it.
    #[test]
    fn the_page_s_table_has_the_questions_and_verdicts_of_every_reason() {
        let page = include_str!("../../../docs/decision.md");
        for reason in Reason::ALL {
            for question in reason.questions() {
                let row = page.lines().find(|line| line.starts_with(&format!("| {question} |"))).unwrap();
                assert!(row.contains(&format!("`{reason}`")), "{reason}: {row}");
                let verdict = format!("`{}`", reason.verdict());
                // The verdict of an embedded packet is settled by questions 8 to 12.
                assert!(row.contains(&verdict) || *reason == Reason::IcmpError, "{reason} is {verdict}: {row}");
            }
        }
        assert!(page.contains("the verdict is `drop`, reason `no_manager`"));
    }
}

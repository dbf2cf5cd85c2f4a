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
    /// Why a frame got its verdict; also the name of a counter. Shape: 5 bits.
    Reason {
        /// The distributor is not enabled.
        Disabled = 0, "disabled";
        /// The frame is shorter than an Ethernet header.
        Runt = 1, "runt";
        /// The destination MAC is none of the group MACs.
        NotForGroup = 2, "not_for_group";
        /// No IP behind at most two VLAN tags.
        NotIp = 3, "not_ip";
        /// A header contradicts itself, or its bytes are not there.
        Malformed = 4, "malformed";
        /// The bytes are there, but beyond what the parser walks.
        TooDeep = 5, "too_deep";
        /// A fragment: without its first part it has no ports.
        Fragment = 6, "fragment";
        /// An ICMP error, decided by the packet it complains about.
        IcmpError = 7, "icmp_error";
        /// Neither TCP nor UDP: decided by the pair of addresses.
        OtherProtocol = 8, "other_protocol";
        /// Source and destination port are equal.
        EqualPorts = 9, "equal_ports";
        /// Decided by the side whose port lies outside the rule's range.
        PeerSide = 10, "peer_side";
        /// Decided by the source: its port is the greater.
        SourceSide = 11, "source_side";
        /// Decided by the destination: its port is the greater.
        DestinationSide = 12, "destination_side";
        /// The entry names no enabled manager.
        NoManager = 13, "no_manager";
    }
}

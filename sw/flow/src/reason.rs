//! Why a frame went where it went: also the names of counters.

/// Declares the reasons with their names, in one list.
macro_rules! reasons {
    ($($(#[$doc:meta])* $reason:ident = $text:literal;)*) => {
        /// Why a frame went where it went; also the name of a counter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $reason,)*
        }

        impl Reason {
            /// Every reason, in the order of the questions.
            pub const ALL: &'static [Self] = &[$(Self::$reason,)*];

            /// The name used in reports and counters.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$reason => $text,)*
                }
            }
        }
    };
}

reasons! {
    /// Its destination MAC is another's. Dropped.
    NotMine = "not_mine";
    /// For the control processor.
    Control = "control";
    /// It contradicts itself, or is not all there. Dropped.
    Malformed = "malformed";
    /// A fragment that went to the end of its datagram's first fragment, or out by a route.
    Fragment = "fragment";
    /// A fragment that the fragment handler dropped: `slowpath::Fate` says why.
    FragmentDropped = "fragment_dropped";
    /// Its TTL or hop limit was used up. Dropped; its sender is told.
    Ttl = "ttl";
    /// Longer than its way out, and not to be fragmented. Dropped; its sender is told.
    TooBig = "too_big";
    /// An ICMP error about a connection, on to the other end.
    IcmpError = "icmp_error";
    /// An ICMP error about no connection. Dropped.
    IcmpUnknown = "icmp_unknown";
    /// An echo request to a virtual address, or one of its fragments. Answered.
    Echo = "echo";
    /// Another protocol to a virtual address; or from a server to others, where these are translated. Dropped.
    Protocol = "protocol";
    /// Of a connection, on to the other end.
    Connection = "connection";
    /// A SYN of a server: a simultaneous open. Dropped.
    ServerSyn = "server_syn";
    /// TCP of a connection whose server has gone down, where the service resets those. Dropped; both ends are reset.
    ServerDown = "server_down";
    /// From a server to what is no service, on by a route; with another source if it opens a connection that is translated.
    Outbound = "outbound";
    /// No route leads there; or the next station's MAC did not become known in time. Dropped.
    NoRoute = "no_route";
    /// The next station's MAC is not known, and enough frames wait for it. Dropped.
    Unresolved = "unresolved";
    /// To what is no service. TCP is reset, everything else dropped.
    NoService = "no_service";
    /// TCP of no connection that opens none, to a service or from a server. Reset.
    NoConnection = "no_connection";
    /// No server takes it. Refused.
    NoServer = "no_server";
    /// No room for one more connection. Refused.
    TableFull = "table_full";
    /// No port by which the answer would come back. Refused.
    NoPort = "no_port";
    /// It opened a connection, on to the server.
    NewConnection = "new_connection";
}

/// What became of frames, since the start. Each frame is counted once under its reason; what is held is not counted yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Frames that came in.
    pub taken: u64,
    reasons: [u64; Reason::ALL.len()],
    /// Frames that left, of those that came in, in as many fragments as it took; or went to the control processor.
    pub passed: u64,
    /// Frames of RSTs, ICMP errors and echo replies that left.
    pub originated: u64,
    /// RSTs, ICMP errors and echo replies that did not, because too many had.
    pub suppressed: u64,
    /// Frames that were cut into fragments.
    pub cut: u64,
    /// Half-open connections that had to go for a newer one.
    pub evicted: u64,
    /// Connections whose time was up.
    pub expired: u64,
    /// Connections that were reset because their server had gone down.
    pub reset: u64,
    /// Frames that had to wait for the MAC of their next station.
    pub waited: u64,
    /// Those of them that left once it was known.
    pub resumed: u64,
}

impl Counters {
    /// Frames of this reason.
    pub fn of(&self, reason: Reason) -> u64 {
        self.reasons[reason as usize]
    }

    /// Frames of all reasons.
    pub fn counted(&self) -> u64 {
        self.reasons.iter().sum()
    }

    /// Frames that did not leave.
    pub fn dropped(&self) -> u64 {
        self.counted() - self.passed
    }

    pub(crate) fn count(&mut self, reason: Reason, frames: usize) {
        self.reasons[reason as usize] += frames as u64;
    }
}

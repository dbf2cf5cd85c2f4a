//! What the gateway counts, each with the name that operators see.

/// Declares the counts with their names, in one list.
macro_rules! counts {
    ($($(#[$doc:meta])* $count:ident = $name:literal;)*) => {
        /// What happened to a frame, beyond being sent on as it was.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Count {
            $($(#[$doc])* $count,)*
        }

        impl Count {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$count,)*];

            /// The name in reports.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$count => $name,)*
                }
            }
        }
    };
}

counts! {
    /// A SYN that was tagged.
    Tagged = "tagged";
    /// A SYN that would have been tagged, if the gateway did not run dry.
    WouldTag = "would_tag";
    /// A SYN without a tag: the operator excludes it.
    UntaggedExcluded = "untagged_excluded";
    /// A SYN without a tag: its options forbid copies, are malformed, or its own tag does.
    UntaggedOption = "untagged_option";
    /// A SYN without a tag: no room among its options.
    UntaggedFull = "untagged_full";
    /// A SYN without a tag: it carries data.
    UntaggedData = "untagged_data";
    /// A SYN without a tag: those before it were tagged, and nobody answered.
    UntaggedRetry = "untagged_retry";
    /// A SYN without a tag: another server is raced for by the same client port and service port.
    UntaggedAmbiguous = "untagged_ambiguous";
    /// A SYN without a tag: the client's own tag forbids redirection.
    UntaggedClientForbids = "untagged_client_forbids";
    /// A SYN without a tag: tags have not come through to this server.
    UntaggedSwallowed = "untagged_swallowed";
    /// A SYN without a tag and without an entry: the table is full.
    TableFull = "table_full";
    /// Races that a replica won in mode A.
    BoundA = "bound_a";
    /// The same in mode B.
    BoundB = "bound_b";
    /// The same in mode C.
    BoundC = "bound_c";
    /// Races that the server won.
    BoundOrigin = "bound_origin";
    /// SYN-ACKs of losing replicas that were answered with a RST.
    LoserReset = "loser_reset";
    /// SYN-ACKs of the losing server that were answered with a RST.
    OriginReset = "origin_reset";
    /// Segments of a connection before this race, answered with a RST.
    OldConnectionReset = "old_connection_reset";
    /// RSTs of our own that were over their limit.
    ResetLimited = "reset_limited";
    /// SYN-ACKs that acknowledge something else than the client's SYN.
    SynAckBadAck = "synack_bad_ack";
    /// SYN-ACKs of a candidate whose echo is wrong or absent.
    SynAckForged = "synack_forged";
    /// SYN-ACKs of the winner with another number, or in another form, than the connection has.
    SynAckStale = "synack_stale";
    /// RSTs of replicas during a race.
    ReplicaRefused = "replica_refused";
    /// Refusals of the server during a race that were held.
    RefusalHeld = "refusal_held";
    /// Held refusals that were delivered, because nobody answered.
    RefusalDelivered = "refusal_delivered";
    /// Segments of a server that has lost.
    LateOrigin = "late_origin";
    /// RSTs from the server's address outside of the client's window, in mode B.
    RstOutOfWindow = "rst_out_of_window";
    /// Segments of a replica that has not won.
    NotWinner = "not_winner";
    /// Tunnelled frames that belong to no entry.
    GueNoEntry = "gue_no_entry";
    /// Tunnelled frames with no whole, sound segment of TCP inside.
    GueMalformed = "gue_malformed";
    /// Fragments of tunnelled frames.
    GueFragment = "gue_fragment";
    /// What a kernel has left uncut, and nobody here can cut.
    Uncut = "uncut";
    /// ICMP errors whose quotes were mended.
    IcmpMended = "icmp_mended";
    /// ICMP errors about a connection that they do not concern any more.
    IcmpDropped = "icmp_dropped";
    /// Later fragments that followed their first.
    FragmentFollowed = "fragment_followed";
    /// Fragments of TCP that were dropped: of faulty datagrams, beyond the bounds, or without a first one in time.
    FragmentDropped = "fragment_dropped";
    /// Maximum segment sizes that were lowered.
    MssClamped = "mss_clamped";
    /// Clients that were reset, because their winner was dead.
    WinnerDead = "winner_dead";
    /// Segments that were too long to be tunnelled.
    TooLong = "too_long";
    /// Entries whose time was over.
    Expired = "expired";
    /// At the server: probes that were sent to replicas.
    Probed = "probed";
    /// Probes that a replica has answered.
    ProbeAnswered = "probe_answered";
    /// Probes without an answer in time.
    ProbeLost = "probe_lost";
    /// SYNs that were copied.
    Copied = "copied";
    /// Copies of them.
    Copies = "copies";
    /// Tags whose MAC is wrong, or of no known gateway.
    BadMac = "bad_mac";
    /// Tagged SYNs that were over their limit, and not copied.
    CopyLimited = "copy_limited";
    /// Tagged SYNs for servers without replicas.
    NotReplicated = "not_replicated";
    /// Tagged SYNs of clients for which the class makes no copies.
    ClassExcluded = "class_excluded";
    /// SYNs that were held.
    Held = "held";
    /// SYNs that were sent at once, because too many were held.
    HoldsFull = "holds_full";
    /// Retransmitted SYNs that joined the held one.
    HoldJoined = "hold_joined";
    /// Held SYNs that a RST or another SYN cancelled.
    HoldCancelled = "hold_cancelled";
    /// ICMP errors that were copied to the replicas.
    IcmpCopied = "icmp_copied";
    /// At the replica: SYNs that were given to the host.
    SynDelivered = "syn_delivered";
    /// SYNs that were dropped, because the host is busy or drains.
    Busy = "busy";
    /// Connections of mode C that were reset, because their path of IPv6 is too narrow for a tunnel.
    PathNarrow = "path_narrow";
    /// Copies from elsewhere than a gateway of the site, or for a server that the replica does not serve.
    NotServed = "not_served";
    /// Copies for a client's gateway that does not accept the replica's mode.
    ModeNotAccepted = "mode_not_accepted";
    /// SYN-ACKs that left with an echo.
    Echoed = "echoed";
    /// SYN-ACKs without room for the echo: the host was reset.
    EchoFull = "echo_full";
    /// SYN-ACKs for which no SYN is remembered.
    NotAsked = "not_asked";
}

/// How often each has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counters([u64; Count::ALL.len()]);

impl Default for Counters {
    fn default() -> Self {
        Self([0; Count::ALL.len()])
    }
}

impl Counters {
    /// Counts one.
    pub fn count(&mut self, count: Count) {
        self.add(count, 1);
    }

    /// Counts some.
    pub fn add(&mut self, count: Count, number: u64) {
        self.0[count as usize] += number;
    }

    /// How often it has happened.
    pub fn get(&self, count: Count) -> u64 {
        self.0[count as usize]
    }

    /// All that have happened, with their names.
    pub fn seen(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Count::ALL.iter().map(|count| (count.name(), self.get(*count))).filter(|(_, number)| *number > 0)
    }
}

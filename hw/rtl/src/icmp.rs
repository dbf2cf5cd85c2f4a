//! Question 6: the packet that an ICMP error complains about.

use crate::extension::{Kind, Reached, Span};
use crate::network::{Extent, Head, IpHeader};
use crate::primitive::{Delay, Literal, Reg};
use crate::transport::Ported;
use rust_hdl::prelude::*;

/// Whether a message is an ICMP error that embeds a packet. Combinational.
#[derive(LogicBlock, Default)]
pub struct ErrorType {
    /// The message's type.
    pub kind: Signal<In, Bits<8>>,
    /// It is ICMPv4.
    pub v4: Signal<In, Bit>,
    /// It is ICMPv6.
    pub v6: Signal<In, Bit>,
    /// The answer.
    pub yes: Signal<Out, Bit>,
    unreachable: Literal<8, 3>,
    quench: Literal<8, 4>,
    redirect: Literal<8, 5>,
    exceeded: Literal<8, 11>,
    parameter_problem: Literal<8, 12>,
    first6: Literal<8, 1>,
    last6: Literal<8, 4>,
}

impl Logic for ErrorType {
    #[hdl_gen]
    fn update(&mut self) {
        self.yes.next = (self.v4.val()
            & ((self.kind.val() == self.unreachable.val())
                | (self.kind.val() == self.quench.val())
                | (self.kind.val() == self.redirect.val())
                | (self.kind.val() == self.exceeded.val())
                | (self.kind.val() == self.parameter_problem.val())))
            | (self.v6.val() & (self.kind.val() >= self.first6.val()) & (self.kind.val() <= self.last6.val()));
    }
}

/// Where the embedded packet's headers have led.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
pub struct Ending {
    /// Where its transport header begins, in words from its start.
    pub position: Bits<11>,
    /// Its protocol.
    pub protocol: Bits<8>,
}

/// Walks the headers of the embedded packet, which begins 8 bytes behind the ICMP header.
///
/// Latency: from `reached` to the outputs four clocks, combinational at the end.
#[derive(LogicBlock, Default)]
pub struct Icmp {
    /// How much of the frame there is, one clock earlier than `reached`.
    pub extent: Signal<In, Extent>,
    /// The frame from byte 14 on, as far as the header window goes.
    pub rest: Signal<In, Bits<1024>>,
    /// Where the outer walk has ended.
    pub reached: Signal<In, Reached>,
    /// The outer packet is IPv6.
    pub v6: Signal<In, Bit>,
    /// The outer transport header's first 32 bits, two clocks later than `reached`.
    pub word: Signal<In, Bits<32>>,

    /// The message is an error, and carries enough of the packet.
    pub usable: Signal<Out, Bit>,
    /// The embedded packet's ports, first byte least significant.
    pub ports: Signal<Out, Bits<32>>,
    /// The embedded packet's protocol.
    pub protocol: Signal<Out, Bits<8>>,
    /// Its source address as 16 bytes.
    pub source: Signal<Out, Bits<128>>,
    /// Its destination address as 16 bytes.
    pub destination: Signal<Out, Bits<128>>,

    /// The clock.
    pub clock: Signal<In, Clock>,
    inner: Reg<Bits<11>>,
    room: Reg<Bits<11>>,
    roomy: Reg<Bit>,
    coarse: Reg<Bits<608>>,
    fine: Reg<Bits<2>>,
    icmp4: Delay<Bit, 2>,
    icmp6: Delay<Bit, 2>,
    message: ErrorType,
    error: Reg<Bit>,
    packet: Reg<Bits<512>>,
    ip: IpHeader,
    family: Delay<Bit, 2>,
    head: Reg<Head>,
    bad: Reg<Bit>,
    packet1: Reg<Bits<512>>,
    span: Span,
    follows: Kind,
    ending: Reg<Ending>,
    bad1: Reg<Bit>,
    packet2: Reg<Bits<512>>,
    has_ports: Ported,
    from: Delay<Bits<128>, 2>,
    to: Delay<Bits<128>, 2>,
    room_then: Delay<Bits<11>, 3>,
    roomy_then: Delay<Bit, 3>,
    error_then: Reg<Bit>,
    limit: Signal<Local, Bits<11>>,
    start: Signal<Local, Bits<11>>,
    padded: Signal<Local, Bits<1216>>,
    region: Signal<Local, Bits<992>>,
    shift: Signal<Local, Bits<5>>,
    bound: Signal<Local, Bits<16>>,
    coarse_at: Signal<Local, Bits<2>>,
    second_at: Signal<Local, Bits<2>>,
    second_words: Signal<Local, Bits<128>>,
    second: Signal<Local, Bits<32>>,
    base: Signal<Local, Bits<11>>,
    ports_at: Signal<Local, Bits<4>>,
    later: Signal<Local, Bit>,
    position: Signal<Local, Bits<11>>,
    lead: Signal<Local, Bits<11>>,
    icmp_protocol: Literal<8, 1>,
    icmp6_protocol: Literal<8, 58>,
    header: Literal<11, 2>,
    origin: Literal<2, 0>,
}

impl Logic for Icmp {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, inner, room, roomy, coarse, fine, icmp4, icmp6, error, packet, family, head, bad, packet1);
        clock!(self, clock, ending, bad1, packet2, from, to, room_then, roomy_then, error_then);

        // While the outer walk ends: the embedded packet is bounded by the frame, the window and the outer length.
        self.limit.next = self.extent.val().words;
        self.bound.next = self.extent.val().limit;
        if self.bound.val() < bit_cast::<16, 11>(self.extent.val().words) {
            self.limit.next = self.bound.val().get_bits::<11>(0);
        }
        self.inner.d.next = self.limit.val();

        // First clock: shift the packet to the front, coarsely; it can begin at words 7 to 22 from byte 14.
        self.start.next = self.reached.val().position + self.header.val();
        self.roomy.d.next = self.inner.q.val() >= self.start.val();
        self.room.d.next = self.inner.q.val() - self.start.val();
        self.shift.next = self.reached.val().shift;
        self.padded.next = bit_cast::<1216, 1024>(self.rest.val());
        self.region.next = self.padded.val().get_bits::<992>(224);
        self.coarse_at.next = self.shift.val().get_bits::<2>(2);
        self.coarse.d.next = self.region.val().get_bits::<608>(self.coarse_at.val().index() * 128);
        self.fine.d.next = self.shift.val().get_bits::<2>(0);
        self.icmp4.d.next = !self.v6.val() & (self.reached.val().protocol == self.icmp_protocol.val());
        self.icmp6.d.next = self.v6.val() & (self.reached.val().protocol == self.icmp6_protocol.val());
        self.family.d.next = self.v6.val();

        // Second clock: shift finely.
        self.packet.d.next = self.coarse.q.val().get_bits::<512>(self.fine.q.val().index() * 32);

        // Third clock: read the header. Its own length speaks of the original packet, so it bounds nothing here. Is the message an error?
        self.ip.header.next = self.packet.q.val().get_bits::<352>(0);
        self.ip.v6.next = self.family.q.val();
        self.ip.start.next = self.origin.val();
        self.head.d.next = self.ip.head.val();
        self.bad.d.next = self.ip.bad.val() | self.ip.later.val();
        self.from.d.next = self.ip.source.val();
        self.to.d.next = self.ip.destination.val();
        self.packet1.d.next = self.packet.q.val();
        self.message.kind.next = self.word.val().get_bits::<8>(0);
        self.message.v4.next = self.icmp4.q.val();
        self.message.v6.next = self.icmp6.q.val();
        self.error.d.next = self.message.yes.val();

        // Fourth clock: walk past the second extension header. It lies behind twelve words, and ports behind the sixteenth have no room.
        self.lead.next = self.head.q.val().position;
        self.second_at.next = self.lead.val().get_bits::<2>(0);
        self.second_words.next = self.packet1.q.val().get_bits::<128>(384);
        self.second.next = self.second_words.val().get_bits::<32>(self.second_at.val().index() * 32);
        self.span.is.next = self.head.q.val().hop;
        self.span.fragment.next = self.head.q.val().hop_fragment;
        self.span.authentication.next = self.head.q.val().hop_authentication;
        self.span.length.next = self.second.val().get_bits::<8>(8);
        self.follows.number.next = self.second.val().get_bits::<8>(0);
        self.base.next = self.head.q.val().base;
        self.ending.d.next.position = self.base.val() + self.span.words.val();
        self.ending.d.next.protocol = self.head.q.val().protocol;
        if self.head.q.val().hop {
            self.ending.d.next.protocol = self.second.val().get_bits::<8>(0);
        }
        self.later.next =
            self.head.q.val().hop_fragment & (self.second.val().get_bits::<8>(16).any() | self.second.val().get_bits::<5>(27).any());
        self.bad1.d.next = self.bad.q.val() | self.later.val() | (self.head.q.val().hop & self.follows.is.val());
        self.packet2.d.next = self.packet1.q.val();

        // All that was read lies before the ports, so there is enough of the packet where the ports have room.
        self.room_then.d.next = self.room.q.val();
        self.roomy_then.d.next = self.roomy.q.val();
        self.error_then.d.next = self.error.q.val();
        self.position.next = self.ending.q.val().position;
        self.has_ports.protocol.next = self.ending.q.val().protocol;
        self.usable.next = self.error_then.q.val()
            & !self.bad1.q.val()
            & self.has_ports.yes.val()
            & self.roomy_then.q.val()
            & (self.position.val() < self.room_then.q.val());
        self.ports_at.next = self.position.val().get_bits::<4>(0);
        self.ports.next = self.packet2.q.val().get_bits::<32>(self.ports_at.val().index() * 32);
        self.protocol.next = self.ending.q.val().protocol;
        self.source.next = self.from.q.val();
        self.destination.next = self.to.q.val();
    }
}

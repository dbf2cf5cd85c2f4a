//! The launch of a header window into the pipeline.

use super::ether_type_match::EtherTypes;
use super::link::Link;
use super::next_header::Headers;
use super::next_header_match::Kinds;
use crate::primitive::{Const, Reg, RstReg};
use rust_hdl::prelude::*;

/// Registers a window for the pipeline, and finds the network header in it, after zero, one or two VLAN tags. Latency: 1.
#[derive(LogicBlock, Default)]
pub struct Launch {
    /// A window comes.
    pub window_valid: Signal<In, Bit>,
    /// The first 128 bytes of its frame.
    pub window_now: Signal<In, Bits<1024>>,
    /// What stands where its EtherTypes can be.
    pub types: Signal<In, EtherTypes>,
    /// What its first next-header number announces, if it is IPv6.
    pub first: Signal<In, Kinds>,
    /// What the second does.
    pub second: Signal<In, Kinds>,
    /// Port on which it came in.
    pub ingress: Signal<In, Bits<8>>,

    /// It is launched.
    pub valid: Signal<Out, Bit>,
    /// The first 128 bytes.
    pub window: Signal<Out, Bits<1024>>,
    /// The eleven 32-bit words from its network header on.
    pub header: Signal<Out, Bits<352>>,
    /// What its EtherTypes announce.
    pub link: Signal<Out, Link>,
    /// What its next-header numbers announce.
    pub headers: Signal<Out, Headers>,
    /// Port on which it came in.
    pub port: Signal<Out, Bits<8>>,

    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    valid_d1: RstReg<Bit>,
    window_d1: Reg<Bits<1024>>,
    header_d1: Reg<Bits<352>>,
    link_d1: Reg<Link>,
    headers_d1: Reg<Headers>,
    port_d1: Reg<Bits<8>>,
    types_now: Signal<Local, EtherTypes>,
    first_now: Signal<Local, Kinds>,
    second_now: Signal<Local, Kinds>,
    none: Const<2, 0>,
    one: Const<2, 1>,
    two: Const<2, 2>,
}

impl Logic for Launch {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, valid_d1, window_d1, header_d1, link_d1, headers_d1, port_d1);
        self.valid_d1.rst.next = self.rst.val();
        self.valid_d1.d.next = self.window_valid.val();
        self.window_d1.d.next = self.window_now.val();
        self.port_d1.d.next = self.ingress.val();

        // Question 3: the words from the network header on, by the number of tags. Question 4: what the next-header numbers there announce.
        self.types_now.next = self.types.val();
        self.first_now.next = self.first.val();
        self.second_now.next = self.second.val();
        self.link_d1.d.next.tags = self.none.val();
        self.link_d1.d.next.v4 = self.types_now.val().v4_0;
        self.link_d1.d.next.v6 = self.types_now.val().v6_0;
        self.link_d1.d.next.arp = self.types_now.val().arp_0;
        self.header_d1.d.next = self.window_now.val().get_bits::<352>(112);
        self.headers_d1.d.next.first = self.first_now.val().untagged;
        self.headers_d1.d.next.second = self.second_now.val().untagged;
        if self.types_now.val().vlan0 {
            self.link_d1.d.next.tags = self.one.val();
            self.link_d1.d.next.v4 = self.types_now.val().v4_1;
            self.link_d1.d.next.v6 = self.types_now.val().v6_1;
            self.link_d1.d.next.arp = self.types_now.val().arp_1;
            self.header_d1.d.next = self.window_now.val().get_bits::<352>(144);
            self.headers_d1.d.next.first = self.first_now.val().tagged;
            self.headers_d1.d.next.second = self.second_now.val().tagged;
            if self.types_now.val().vlan1 {
                self.link_d1.d.next.tags = self.two.val();
                self.link_d1.d.next.v4 = self.types_now.val().v4_2;
                self.link_d1.d.next.v6 = self.types_now.val().v6_2;
                self.link_d1.d.next.arp = self.types_now.val().arp_2;
                self.header_d1.d.next = self.window_now.val().get_bits::<352>(176);
                self.headers_d1.d.next.first = self.first_now.val().twice;
                self.headers_d1.d.next.second = self.second_now.val().twice;
            }
        }
        self.valid.next = self.valid_d1.q.val();
        self.window.next = self.window_d1.q.val();
        self.header.next = self.header_d1.q.val();
        self.link.next = self.link_d1.q.val();
        self.headers.next = self.headers_d1.q.val();
        self.port.next = self.port_d1.q.val();
    }
}

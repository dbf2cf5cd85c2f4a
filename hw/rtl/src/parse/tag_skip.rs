//! The network header after the tags.

use super::ether_type_match::{EtherTypeMatch, EtherTypes};
use super::link::Link;
use super::next_header::Headers;
use super::next_header_capture::NextHeaderCapture;
use crate::primitive::{Const, Reg};
use rust_hdl::prelude::*;

/// Finds the network header after zero, one or two VLAN tags. Latency: 1 from `window`; a beat's fields are held until the window is complete.
#[derive(LogicBlock, Default)]
pub struct TagSkip<const DATA_W: usize, const BEATS: usize> {
    /// A beat.
    pub data: Signal<In, Bits<DATA_W>>,
    /// Its number in the frame, one-hot; between frames that of the next.
    pub turn: Signal<In, Bits<8>>,
    /// The first 128 bytes of the frame.
    pub window: Signal<In, Bits<1024>>,
    /// What its EtherTypes announce.
    pub link: Signal<Out, Link>,
    /// The eleven 32-bit words from its network header on.
    pub header: Signal<Out, Bits<352>>,
    /// What its next-header numbers announce, if it is IPv6.
    pub headers: Signal<Out, Headers>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    ether_types: EtherTypeMatch<DATA_W>,
    next_headers: NextHeaderCapture<DATA_W, BEATS>,
    types_held: Reg<EtherTypes>,
    header_d1: Reg<Bits<352>>,
    link_d1: Reg<Link>,
    headers_d1: Reg<Headers>,
    types_now: Signal<Local, EtherTypes>,
    none: Const<2, 0>,
    one: Const<2, 1>,
    two: Const<2, 2>,
}

impl<const DATA_W: usize, const BEATS: usize> Logic for TagSkip<DATA_W, BEATS> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, next_headers, types_held, header_d1, link_d1, headers_d1);

        // Question 3: the EtherTypes lie in the first beat, after zero, one or two tags.
        self.ether_types.data.next = self.data.val();
        self.types_held.d.next = self.types_held.q.val();
        if self.turn.val().get_bit(0) {
            self.types_held.d.next = self.ether_types.types.val();
        }

        // Question 4: what the next-header numbers announce, wherever they are.
        self.next_headers.data.next = self.data.val();
        self.next_headers.turn.next = self.turn.val();

        // The words from the network header on, by the number of tags.
        self.types_now.next = self.types_held.q.val();
        self.link_d1.d.next.tags = self.none.val();
        self.link_d1.d.next.v4 = self.types_now.val().v4_0;
        self.link_d1.d.next.v6 = self.types_now.val().v6_0;
        self.link_d1.d.next.arp = self.types_now.val().arp_0;
        self.header_d1.d.next = self.window.val().get_bits::<352>(112);
        self.headers_d1.d.next.first = self.next_headers.first[0].val();
        self.headers_d1.d.next.second = self.next_headers.second[0].val();
        if self.types_now.val().vlan0 {
            self.link_d1.d.next.tags = self.one.val();
            self.link_d1.d.next.v4 = self.types_now.val().v4_1;
            self.link_d1.d.next.v6 = self.types_now.val().v6_1;
            self.link_d1.d.next.arp = self.types_now.val().arp_1;
            self.header_d1.d.next = self.window.val().get_bits::<352>(144);
            self.headers_d1.d.next.first = self.next_headers.first[1].val();
            self.headers_d1.d.next.second = self.next_headers.second[1].val();
            if self.types_now.val().vlan1 {
                self.link_d1.d.next.tags = self.two.val();
                self.link_d1.d.next.v4 = self.types_now.val().v4_2;
                self.link_d1.d.next.v6 = self.types_now.val().v6_2;
                self.link_d1.d.next.arp = self.types_now.val().arp_2;
                self.header_d1.d.next = self.window.val().get_bits::<352>(176);
                self.headers_d1.d.next.first = self.next_headers.first[2].val();
                self.headers_d1.d.next.second = self.next_headers.second[2].val();
            }
        }
        self.link.next = self.link_d1.q.val();
        self.header.next = self.header_d1.q.val();
        self.headers.next = self.headers_d1.q.val();
    }
}

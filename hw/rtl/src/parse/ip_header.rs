//! The fields of an IP header.

use super::head::Head;
use super::next_header::{Headers, Kind};
use crate::primitive::Const;
use rust_hdl::prelude::*;

/// Reads an IP header and, in IPv6, the first extension header after it. Combinational; used for the outer and for the embedded packet.
#[derive(LogicBlock, Default)]
pub struct IpHeader {
    /// Eleven words from the header on, first byte least significant.
    pub header: Signal<In, Bits<352>>,
    /// It is to be read as IPv6.
    pub v6: Signal<In, Bit>,
    /// Where it begins, in words: 0 to 2.
    pub start: Signal<In, Bits<2>>,
    /// What its next-header numbers announce, if it is IPv6.
    pub headers: Signal<In, Headers>,
    /// How many words the first extension header has after its first two.
    pub span: Signal<In, Bits<11>>,

    /// Where it ends, in words, extension headers not counted.
    pub stop: Signal<Out, Bits<5>>,
    /// Where the packet ends by its length field, in whole words.
    pub limit: Signal<Out, Bits<16>>,
    /// Where it and the first extension header lead.
    pub head: Signal<Out, Head>,
    /// It is malformed.
    pub bad: Signal<Out, Bit>,
    /// The packet is a fragment other than the first.
    pub later: Signal<Out, Bit>,
    /// More fragments follow.
    pub more: Signal<Out, Bit>,

    first: Signal<Local, Kind>,
    second: Signal<Local, Kind>,
    version: Signal<Local, Bits<4>>,
    ihl: Signal<Local, Bits<4>>,
    total: Signal<Local, Bits<16>>,
    payload: Signal<Local, Bits<16>>,
    length: Signal<Local, Bits<16>>,
    plain6: Signal<Local, Bits<5>>,
    extended6: Signal<Local, Bits<5>>,
    hop6: Signal<Local, Bits<5>>,
    foot: Signal<Local, Bits<5>>,
    near: Signal<Local, Bits<5>>,
    near_hop: Signal<Local, Bits<5>>,
    further: Signal<Local, Bits<11>>,
    version4: Const<4, 4>,
    version6: Const<4, 6>,
    shortest: Const<4, 5>,
    once: Const<2, 1>,
    twice: Const<2, 2>,
    ten: Const<5, 10>,
    eleven: Const<5, 11>,
    twelve: Const<5, 12>,
    thirteen: Const<5, 13>,
    fourteen: Const<5, 14>,
    fifteen: Const<5, 15>,
    sixteen: Const<5, 16>,
}

impl Logic for IpHeader {
    #[hdl_gen]
    fn update(&mut self) {
        // Lengths on the wire are big-endian.
        self.version.next = self.header.val().get_bits::<4>(4);
        self.ihl.next = self.header.val().get_bits::<4>(0);
        self.total.next =
            bit_cast::<16, 8>(self.header.val().get_bits::<8>(24)) | (bit_cast::<16, 8>(self.header.val().get_bits::<8>(16)) << 8);
        self.payload.next =
            bit_cast::<16, 8>(self.header.val().get_bits::<8>(40)) | (bit_cast::<16, 8>(self.header.val().get_bits::<8>(32)) << 8);

        // The next header begins after an IPv4 header, the ten words of an IPv6 header, or these and the first two of one or two extension
        // headers, and by so much further as tags, or the rest of the first extension header, take. Both are chosen before they are added.
        self.first.next = self.headers.val().first;
        self.second.next = self.headers.val().second;
        self.plain6.next = self.ten.val();
        self.extended6.next = self.twelve.val();
        self.hop6.next = self.fourteen.val();
        if self.start.val() == self.once.val() {
            self.plain6.next = self.eleven.val();
            self.extended6.next = self.thirteen.val();
            self.hop6.next = self.fifteen.val();
        }
        if self.start.val() == self.twice.val() {
            self.plain6.next = self.twelve.val();
            self.extended6.next = self.fourteen.val();
            self.hop6.next = self.sixteen.val();
        }
        self.foot.next = bit_cast::<5, 2>(self.start.val());
        self.near.next = bit_cast::<5, 4>(self.ihl.val());
        self.near_hop.next = bit_cast::<5, 4>(self.ihl.val());
        self.further.next = bit_cast::<11, 2>(self.start.val());
        self.length.next = bit_cast::<16, 14>(self.total.val().get_bits::<14>(2));
        self.stop.next = bit_cast::<5, 4>(self.ihl.val()) + bit_cast::<5, 2>(self.start.val());
        if self.v6.val() {
            self.foot.next = self.plain6.val();
            self.near.next = self.plain6.val();
            self.near_hop.next = self.plain6.val();
            self.further.next = self.span.val();
            self.length.next = bit_cast::<16, 14>(self.payload.val().get_bits::<14>(2));
            self.stop.next = self.plain6.val();
            if self.first.val().valid {
                self.near.next = self.extended6.val();
                self.near_hop.next = self.extended6.val();
                if self.second.val().valid {
                    self.near_hop.next = self.hop6.val();
                }
            }
        }
        self.head.next.position = bit_cast::<11, 5>(self.near.val()) + self.further.val();
        self.head.next.base = bit_cast::<11, 5>(self.near_hop.val()) + self.further.val();
        self.limit.next = bit_cast::<16, 5>(self.foot.val()) + self.length.val();
        self.head.next.extended = self.v6.val() & self.first.val().valid;
        self.head.next.hop = self.v6.val() & self.first.val().valid & self.second.val().valid;
        self.head.next.hop_fragment = self.v6.val() & self.first.val().valid & self.second.val().fragment;
        self.head.next.hop_authentication = self.v6.val() & self.first.val().valid & self.second.val().authentication;

        if self.v6.val() {
            self.head.next.protocol = self.header.val().get_bits::<8>(48);
            if self.first.val().valid {
                self.head.next.protocol = self.header.val().get_bits::<8>(320);
            }
            self.bad.next = self.version.val() != self.version6.val();
            self.later.next =
                self.first.val().fragment & (self.header.val().get_bits::<8>(336).any() | self.header.val().get_bits::<5>(347).any());
            self.more.next = self.first.val().fragment & self.header.val().get_bit(344);
        } else {
            self.head.next.protocol = self.header.val().get_bits::<8>(72);
            // A length below that of the header: whole words are enough to tell.
            self.bad.next = (self.version.val() != self.version4.val())
                | (self.ihl.val() < self.shortest.val())
                | (!self.total.val().get_bits::<10>(6).any() & (self.total.val().get_bits::<4>(2) < self.ihl.val()));
            self.later.next = self.header.val().get_bits::<5>(48).any() | self.header.val().get_bits::<8>(56).any();
            self.more.next = self.header.val().get_bit(53);
        }
    }
}

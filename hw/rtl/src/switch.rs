//! The switch after the cores: it sends each frame to a packet port or to the host, by the egress port in the frame's metadata.
//!
//! Its blocks announce a beat one clock before they offer it (`next_valid`), so that the receiver is chosen by then; the beat stays until it is
//! `taken`. `last` and every `ready` towards a core come straight from registers.

use crate::bundle::DropEvent;
use crate::stream::arb_mux::ArbMux;
use crate::stream::beat::Beat;
use crate::stream::demux::Demux;
use crate::stream::packet_fifo::PacketFifo;
use contract::limits::PORTS;
use rust_hdl::prelude::*;

const _: () = assert!(PORTS == 2, "two cores, two packet ports and the host");

/// Sends whole frames of two cores to two packet ports and the host.
///
/// A packet port that does not accept its frames blocks the cores that have frames for it; the host blocks no core.
/// Latency: 1 clock to a packet port; to the host 5, counted from a frame's last beat in to its first beat out. Rate: one beat a clock on each path.
#[derive(LogicBlock, Default)]
pub struct Switch<const DATA_W: usize> {
    /// From core 0.
    pub s0_beat: Signal<In, Beat<DATA_W, 48>>,
    pub s0_valid: Signal<In, Bit>,
    pub s0_ready: Signal<Out, Bit>,
    /// From core 1.
    pub s1_beat: Signal<In, Beat<DATA_W, 48>>,
    pub s1_valid: Signal<In, Bit>,
    pub s1_ready: Signal<Out, Bit>,
    /// To packet port 0.
    pub m0_beat: Signal<Out, Beat<DATA_W, 48>>,
    pub m0_valid: Signal<Out, Bit>,
    pub m0_ready: Signal<In, Bit>,
    /// To packet port 1.
    pub m1_beat: Signal<Out, Beat<DATA_W, 48>>,
    pub m1_valid: Signal<Out, Bit>,
    pub m1_ready: Signal<In, Bit>,
    /// To the host.
    pub host_beat: Signal<Out, Beat<DATA_W, 48>>,
    pub host_valid: Signal<Out, Bit>,
    pub host_ready: Signal<In, Bit>,
    /// The packet FIFO to the host has dropped a frame of core 0.
    pub lost0: Signal<Out, DropEvent>,
    /// The packet FIFO to the host has dropped a frame of core 1.
    pub lost1: Signal<Out, DropEvent>,
    /// Synchronous reset.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
    demux0: Demux<DATA_W>,
    demux1: Demux<DATA_W>,
    packet_fifo0: PacketFifo<DATA_W>,
    packet_fifo1: PacketFifo<DATA_W>,
    to_port0: ArbMux<DATA_W>,
    to_port1: ArbMux<DATA_W>,
    to_host: ArbMux<DATA_W>,
}

impl<const DATA_W: usize> Logic for Switch<DATA_W> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, demux0, demux1, packet_fifo0, packet_fifo1, to_port0, to_port1, to_host);
        self.demux0.rst.next = self.rst.val();
        self.demux1.rst.next = self.rst.val();
        self.packet_fifo0.rst.next = self.rst.val();
        self.packet_fifo1.rst.next = self.rst.val();
        self.to_port0.rst.next = self.rst.val();
        self.to_port1.rst.next = self.rst.val();
        self.to_host.rst.next = self.rst.val();

        self.demux0.s_beat.next = self.s0_beat.val();
        self.demux0.s_valid.next = self.s0_valid.val();
        self.s0_ready.next = self.demux0.s_ready.val();
        self.to_port0.s0_even.next = self.demux0.even.val();
        self.to_port0.s0_odd.next = self.demux0.odd.val();
        self.to_port0.s0_next_odd.next = self.demux0.next_odd.val();
        self.to_port0.s0_last.next = self.demux0.last.val();
        self.to_port0.s0_next_valid.next = self.demux0.next_valid0.val();
        self.demux0.taken0.next = self.to_port0.s0_taken.val();
        self.to_port1.s0_even.next = self.demux0.even.val();
        self.to_port1.s0_odd.next = self.demux0.odd.val();
        self.to_port1.s0_next_odd.next = self.demux0.next_odd.val();
        self.to_port1.s0_last.next = self.demux0.last.val();
        self.to_port1.s0_next_valid.next = self.demux0.next_valid1.val();
        self.demux0.taken1.next = self.to_port1.s0_taken.val();
        self.packet_fifo0.s_beat.next = self.demux0.host_beat.val();
        self.packet_fifo0.s_valid.next = self.demux0.host_valid.val();
        self.to_host.s0_even.next = self.packet_fifo0.m_beat.val();
        self.to_host.s0_odd.next = self.packet_fifo0.m_beat.val();
        self.to_host.s0_next_odd.next = false;
        self.to_host.s0_last.next = self.packet_fifo0.m_last.val();
        self.to_host.s0_next_valid.next = self.packet_fifo0.m_next_valid.val();
        self.packet_fifo0.m_taken.next = self.to_host.s0_taken.val();
        self.lost0.next = self.packet_fifo0.dropped.val();

        self.demux1.s_beat.next = self.s1_beat.val();
        self.demux1.s_valid.next = self.s1_valid.val();
        self.s1_ready.next = self.demux1.s_ready.val();
        self.to_port0.s1_even.next = self.demux1.even.val();
        self.to_port0.s1_odd.next = self.demux1.odd.val();
        self.to_port0.s1_next_odd.next = self.demux1.next_odd.val();
        self.to_port0.s1_last.next = self.demux1.last.val();
        self.to_port0.s1_next_valid.next = self.demux1.next_valid0.val();
        self.demux1.taken0.next = self.to_port0.s1_taken.val();
        self.to_port1.s1_even.next = self.demux1.even.val();
        self.to_port1.s1_odd.next = self.demux1.odd.val();
        self.to_port1.s1_next_odd.next = self.demux1.next_odd.val();
        self.to_port1.s1_last.next = self.demux1.last.val();
        self.to_port1.s1_next_valid.next = self.demux1.next_valid1.val();
        self.demux1.taken1.next = self.to_port1.s1_taken.val();
        self.packet_fifo1.s_beat.next = self.demux1.host_beat.val();
        self.packet_fifo1.s_valid.next = self.demux1.host_valid.val();
        self.to_host.s1_even.next = self.packet_fifo1.m_beat.val();
        self.to_host.s1_odd.next = self.packet_fifo1.m_beat.val();
        self.to_host.s1_next_odd.next = false;
        self.to_host.s1_last.next = self.packet_fifo1.m_last.val();
        self.to_host.s1_next_valid.next = self.packet_fifo1.m_next_valid.val();
        self.packet_fifo1.m_taken.next = self.to_host.s1_taken.val();
        self.lost1.next = self.packet_fifo1.dropped.val();

        self.m0_beat.next = self.to_port0.m_beat.val();
        self.m0_valid.next = self.to_port0.m_valid.val();
        self.to_port0.m_ready.next = self.m0_ready.val();
        self.m1_beat.next = self.to_port1.m_beat.val();
        self.m1_valid.next = self.to_port1.m_valid.val();
        self.to_port1.m_ready.next = self.m1_ready.val();
        self.host_beat.next = self.to_host.m_beat.val();
        self.host_valid.next = self.to_host.m_valid.val();
        self.to_host.m_ready.next = self.host_ready.val();
    }
}

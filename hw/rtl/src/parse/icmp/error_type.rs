//! Which ICMP messages embed a packet.

use crate::primitive::Const;
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
    pub error: Signal<Out, Bit>,
    unreachable: Const<8, 3>,
    quench: Const<8, 4>,
    redirect: Const<8, 5>,
    exceeded: Const<8, 11>,
    parameter_problem: Const<8, 12>,
    first6: Const<8, 1>,
    last6: Const<8, 4>,
}

impl Logic for ErrorType {
    #[hdl_gen]
    fn update(&mut self) {
        self.error.next = (self.v4.val()
            & ((self.kind.val() == self.unreachable.val())
                | (self.kind.val() == self.quench.val())
                | (self.kind.val() == self.redirect.val())
                | (self.kind.val() == self.exceeded.val())
                | (self.kind.val() == self.parameter_problem.val())))
            | (self.v6.val() & (self.kind.val() >= self.first6.val()) & (self.kind.val() <= self.last6.val()));
    }
}

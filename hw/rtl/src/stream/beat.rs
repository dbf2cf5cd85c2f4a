//! One beat of a frame, at any data width.

use rust_hdl::prelude::*;

/// Up to `D / 8` bytes of a frame, and `S` bits of `tuser`. Shape: `data` in the low bits, then `bytes`, `last`, and `tuser`.
///
/// Written by hand because `LogicStruct` cannot be generic.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub struct Beat<const D: usize, const S: usize> {
    /// The bytes, first byte least significant.
    pub data: Bits<D>,
    /// How many of them belong to the frame, from 1.
    pub bytes: Bits<7>,
    /// The frame ends with this beat.
    pub last: Bit,
    /// Before the egress stage, 16 bits: the frame's length in bytes as its sender announced it, on the first beat only. After it, 48 bits, as
    /// `contract::metadata`, on every beat.
    pub tuser: Bits<S>,
}

impl<const D: usize, const S: usize> Beat<D, S> {
    pub fn get_my_width_data(&self) -> usize {
        D
    }

    pub fn get_my_offset_data(&self) -> usize {
        0
    }

    pub fn get_my_width_bytes(&self) -> usize {
        7
    }

    pub fn get_my_offset_bytes(&self) -> usize {
        D
    }

    pub fn get_my_width_last(&self) -> usize {
        1
    }

    pub fn get_my_offset_last(&self) -> usize {
        D + 7
    }

    pub fn get_my_width_tuser(&self) -> usize {
        S
    }

    pub fn get_my_offset_tuser(&self) -> usize {
        D + 8
    }
}

impl<const D: usize, const S: usize> Synth for Beat<D, S> {
    const BITS: usize = D + 8 + S;

    fn descriptor() -> TypeDescriptor {
        let field = |name: &str, kind| Box::new(TypeField { fieldname: name.into(), kind });
        let fields = vec![
            field("data", Bits::<D>::descriptor()),
            field("bytes", Bits::<7>::descriptor()),
            field("last", Bit::descriptor()),
            field("tuser", Bits::<S>::descriptor()),
        ];
        TypeDescriptor { name: "Beat".into(), kind: TypeKind::Composite(fields) }
    }

    fn vcd(self) -> VCDValue {
        let (data, bytes, last, tuser) = (self.data.vcd(), self.bytes.vcd(), self.last.vcd(), self.tuser.vcd());
        VCDValue::Composite(vec![Box::new(data), Box::new(bytes), Box::new(last), Box::new(tuser)])
    }

    /// A beat is never a constant in a kernel, so only the data would be printed.
    fn verilog(self) -> VerilogLiteral {
        self.data.verilog()
    }
}

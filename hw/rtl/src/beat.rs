//! One beat of a frame, at any data width.

use rust_hdl::prelude::*;

/// Up to `D / 8` bytes of a frame. Shape: `data` in the low bits, then `bytes`, `last`, and `announced`.
///
/// Written by hand because `LogicStruct` cannot be generic.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub struct Beat<const D: usize> {
    /// The bytes, first byte least significant.
    pub data: Bits<D>,
    /// How many of them belong to the frame, from 1.
    pub bytes: Bits<7>,
    /// The frame ends with this beat.
    pub last: Bit,
    /// The length of the frame in bytes, as whoever sent it announced it with the first beat; until the exit, on the first beat only.
    pub announced: Bits<16>,
}

impl<const D: usize> Beat<D> {
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

    pub fn get_my_width_announced(&self) -> usize {
        16
    }

    pub fn get_my_offset_announced(&self) -> usize {
        D + 8
    }
}

impl<const D: usize> Synth for Beat<D> {
    const BITS: usize = D + 24;

    fn descriptor() -> TypeDescriptor {
        let field = |name: &str, kind| Box::new(TypeField { fieldname: name.into(), kind });
        let fields = vec![
            field("data", Bits::<D>::descriptor()),
            field("bytes", Bits::<7>::descriptor()),
            field("last", Bit::descriptor()),
            field("announced", Bits::<16>::descriptor()),
        ];
        TypeDescriptor { name: "Beat".into(), kind: TypeKind::Composite(fields) }
    }

    fn vcd(self) -> VCDValue {
        let (data, bytes, last, announced) = (self.data.vcd(), self.bytes.vcd(), self.last.vcd(), self.announced.vcd());
        VCDValue::Composite(vec![Box::new(data), Box::new(bytes), Box::new(last), Box::new(announced)])
    }

    /// A beat is never a constant in a kernel, so only the data would be printed.
    fn verilog(self) -> VerilogLiteral {
        self.data.verilog()
    }
}

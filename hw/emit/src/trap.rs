//! The constructs that are refused, and the words of a refusal.

use std::fmt;

/// A construct that does not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trap {
    /// `a & b == c` and its like.
    MixedOperators,
    /// A comparison of arithmetic that Verilog computes in more bits.
    WideComparison,
    /// Arithmetic whose carry reaches a wider expression.
    CarrySurvives,
    /// A cast of anything but a signal, a slice or a literal.
    CastOfExpression,
    /// `>>` of arithmetic that Verilog computes in more bits.
    ShiftOfWideSum,
    /// `any`, `all` or `xor` of arithmetic that Verilog computes in more bits.
    WideReduction,
    /// A slice or bit beyond the signal's top.
    SlicePastTop,
    /// A slice of something that is no signal.
    SliceOfExpression,
    /// A slice at an offset that is computed in a signal's own width.
    ComputedOffset,
    /// `replace_bit`.
    ReplaceBit,
    /// A literal that does not fit the width it is used in.
    LiteralTooWide,
    /// Value and target differ in width.
    WidthMismatch,
    /// A call of a function named `bits*`, `bit_cast*` or the like.
    NamedLikeCast,
    /// A loop variable named like a field.
    LoopNamedLikeField,
    /// A loop variable named like that of an outer loop.
    LoopShadowsLoop,
    /// `for i in a..=b`.
    InclusiveRange,
    /// `pattern if condition =>`.
    MatchGuard,
    /// A match pattern that is no variant of an enum.
    MatchPattern,
    /// A kernel made by a macro, which the check cannot read.
    KernelInMacro,
    /// A kernel that reads no signal.
    ReadsNothing,
    /// A signal not written on every path.
    Latch,
    /// A signal read before it is written.
    ReadBeforeWrite,
    /// A signal that nothing drives.
    Undriven,
    /// A signal that more than one thing drives, or that is not this block's to drive.
    ManyDrivers,
    /// A name that Verilog will not know.
    UnknownName,
    /// A signal in a field that begins with `_`.
    HiddenSignal,
    /// A name that Verilog reserves.
    ReservedWord,
    /// A value without bits.
    NoBits,
    /// Signed values.
    Signed,
    /// Wrappers, black boxes and bidirectional ports.
    Foreign,
}

impl Trap {
    /// Its name, why it is refused, and what to write instead.
    fn words(self) -> [&'static str; 3] {
        match self {
            Trap::MixedOperators => [
                "mixed operators without parentheses",
                "Verilog compares before it combines bits, Rust after; rust-hdl prints no parentheses",
                "write the parentheses: (a & b) == c",
            ],
            Trap::WideComparison => [
                "comparison of arithmetic wider than its operands",
                "Verilog computes both sides in the widest operand's width (a bare literal has 32 bits), so a carry or an inverted top counts",
                "put the arithmetic into a Local of its own width, and compare with a constant of that width",
            ],
            Trap::CarrySurvives => [
                "carry survives into a wider expression",
                "Verilog computes this operand in the wider width around it, so what Rust cuts off above its top is kept",
                "put the operand into a Local of its own width first",
            ],
            Trap::CastOfExpression => [
                "cast of an expression",
                "rust-hdl prints a mask around it: Verilog computes the inside in the wider width, and the carry survives the cast",
                "put the inside into a Local of its own width, and cast that",
            ],
            Trap::ShiftOfWideSum => [
                "right shift of arithmetic wider than its operands",
                "Verilog computes it in the wider width around it (a bare literal has 32 bits), and shifts the carry back in",
                "put the arithmetic into a Local of its own width, and shift that",
            ],
            Trap::WideReduction => [
                "reduction of arithmetic wider than its operands",
                "a bare literal makes Verilog compute in 32 bits, and reduce all of them",
                "put the arithmetic into a Local of its own width, and reduce that",
            ],
            Trap::SlicePastTop => [
                "slice past the top",
                "Rust reads zeros there, Verilog reads X; what bounds an offset elsewhere does not count here, only its width",
                "cast the signal wider first; write an offset in steps as few_bits.index() * 32, so that its range shows",
            ],
            Trap::SliceOfExpression => [
                "slice of an expression",
                "Verilog slices named signals only; a slice of a slice is an expression, too",
                "copy the expression, or the nested bundle, into a Local and slice that",
            ],
            Trap::ComputedOffset => [
                "slice at a computed offset",
                "Verilog computes offsets in 32 bits, Rust in the signal's own width",
                "put the offset into a Local; a Local times a literal, plus a literal, passes too",
            ],
            Trap::ReplaceBit => {
                ["replace_bit", "rust-hdl prints a shifted 32-bit one, whatever the width", "use a bundle's field, or a mask in a Local"]
            }
            Trap::LiteralTooWide => [
                "literal too wide",
                "Rust panics in simulation, Verilog cuts or widens in silence",
                "use a literal that fits the other side",
            ],
            Trap::WidthMismatch => [
                "widths differ",
                "value and target differ in width, so a conversion was lost between Rust and Verilog",
                "convert with bit_cast of a signal",
            ],
            Trap::NamedLikeCast => [
                "function named like a cast",
                "rust-hdl prints any call that begins with bits, bit_cast, Bits, signed_ or unsigned_ as a mask, and drops the function's body",
                "in kernels call only bits and bit_cast; rename the function, and write its logic as a block",
            ],
            Trap::LoopNamedLikeField => [
                "loop variable named like a field",
                "rust-hdl prints the loop's number wherever the field is meant",
                "rename the loop variable",
            ],
            Trap::LoopShadowsLoop => [
                "loop variable named like an outer one",
                "rust-hdl prints the outer loop's number in the inner loop",
                "rename the inner variable",
            ],
            Trap::InclusiveRange => ["inclusive range", "rust-hdl stops one short: it reads ..= as ..", "write a..b + 1"],
            Trap::MatchGuard => ["match guard", "rust-hdl drops the condition", "write an if inside the arm"],
            Trap::MatchPattern => [
                "match pattern that is no variant",
                "rust-hdl prints the pattern's text, which Verilog does not know",
                "match on an enum, or use if",
            ],
            Trap::KernelInMacro => {
                ["kernel in a macro", "the check reads kernels in the sources, and cannot see this one", "write the kernel out"]
            }
            Trap::ReadsNothing => [
                "kernel that reads no signal",
                "always @(*) waits for a signal to change, so it never runs in simulation",
                "drive constants from the block above, beside logic that reads",
            ],
            Trap::Latch => [
                "latch",
                "some path through the kernel leaves these bits unwritten, so they keep their old value",
                "write a default before the if or match",
            ],
            Trap::ReadBeforeWrite => [
                "read before written",
                "the value read is that of the last evaluation, which Rust and Verilog time differently",
                "write the signal first, on every path that leads to the read",
            ],
            Trap::Undriven => ["undriven", "nothing in the block writes or links it", "drive it, or remove it"],
            Trap::ManyDrivers => {
                ["driven twice", "more than one kernel, link or child drives it, or it is not this block's to drive", "leave it one driver"]
            }
            Trap::UnknownName => [
                "unknown name",
                "a plain const, a const generic, a static or a function's result is no name in Verilog",
                "use a field of type Constant, or a literal",
            ],
            Trap::HiddenSignal => [
                "signal in an underscore field",
                "fields that begin with _ are left out of the hardware",
                "name it without the underscore; underscore fields are for plain parameters",
            ],
            Trap::ReservedWord => ["reserved word", "Verilog does not take it as a name", "choose another noun"],
            Trap::NoBits => {
                ["value without bits", "Verilog has no empty vector", "give it at least one bit; an enum at least two variants"]
            }
            Trap::Signed => ["signed value", "the check does not vouch for signed arithmetic", "use Bits, and write the sign out"],
            Trap::Foreign => [
                "wrapper, black box or bidirectional port",
                "the printer does not know them, and a portable core needs none",
                "use Verilog::Custom for memories and registers, and shells for vendor primitives",
            ],
        }
    }

    /// Its name, as the refusal prints it.
    pub fn name(self) -> &'static str {
        self.words()[0]
    }
}

/// One construct that is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Which trap it is.
    pub trap: Trap,
    /// The block's path from the top, or file and line.
    pub place: String,
    /// The expression, statement or name, as it would be printed.
    pub excerpt: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let [name, why, remedy] = self.trap.words();
        write!(f, "  {}: {name}: {}\n    why: {why}\n    remedy: {remedy}", self.place, self.excerpt)
    }
}

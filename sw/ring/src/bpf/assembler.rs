//! Instructions of BPF, put together with labels. Source: RFC 9669.

use std::collections::HashMap;

/// An instruction as the kernel reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Instruction {
    code: u8,
    registers: u8,
    offset: i16,
    immediate: i32,
}

/// A register. Calls take R1 to R5 and answer in R0; R6 to R9 stay; R10 is the end of the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Register {
    R0,
    R1,
    R2,
    R3,
    R4,
    R6 = 6,
    R7,
    R8,
    R9,
    R10,
}

/// How many bytes are moved; in the order of the network where they are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Size {
    Word = 0x00,
    Half = 0x08,
    Byte = 0x10,
    Double = 0x18,
}

/// What is done to a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Operation {
    Add = 0x00,
    Subtract = 0x10,
    And = 0x50,
    ShiftRight = 0x70,
    Xor = 0xa0,
    Move = 0xb0,
}

/// How two numbers without sign are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Comparison {
    Equal = 0x10,
    Greater = 0x20,
    /// They have a bit in common.
    Shares = 0x40,
    Differs = 0x50,
    Less = 0xa0,
    LessOrEqual = 0xb0,
}

/// The other operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    Register(Register),
    Number(i32),
}

impl From<Register> for Operand {
    fn from(register: Register) -> Self {
        Self::Register(register)
    }
}

impl From<i32> for Operand {
    fn from(number: i32) -> Self {
        Self::Number(number)
    }
}

/// Classes of instructions, and the bit that takes the other operand from a register.
const LOAD: u8 = 0x61;
const LOAD_MAP: u8 = 0x18;
const STORE_NUMBER: u8 = 0x62;
const STORE: u8 = 0x63;
const ATOMIC_ADD: u8 = 0xdb;
const JUMP: u8 = 0x05;
const COMPUTE: u8 = 0x07;
const TO_NETWORK: u8 = 0xdc;
const CALL: u8 = 0x85;
const EXIT: u8 = 0x95;
const FROM_REGISTER: u8 = 0x08;
/// The immediate of [`LOAD_MAP`] is a descriptor.
const IS_MAP: u8 = 1;
/// The same, and the register gets the address of the map's content.
const IS_MAP_CONTENT: u8 = 2;

/// Instructions that are put together.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    instructions: Vec<Instruction>,
    labels: HashMap<String, usize>,
    jumps: Vec<(usize, String)>,
}

impl Assembler {
    fn push(&mut self, code: u8, to: Register, from: Register, offset: i16, immediate: i32) -> &mut Self {
        self.instructions.push(Instruction { code, registers: to as u8 | (from as u8) << 4, offset, immediate });
        self
    }

    fn push_operand(&mut self, code: u8, to: Register, operand: Operand, offset: i16) -> &mut Self {
        match operand {
            Operand::Register(from) => self.push(code | FROM_REGISTER, to, from, offset, 0),
            Operand::Number(number) => self.push(code, to, Register::R0, offset, number),
        }
    }

    /// How many instructions there are so far.
    pub(crate) fn length(&self) -> usize {
        self.instructions.len()
    }

    /// Here is this label.
    pub(crate) fn label(&mut self, label: &str) -> &mut Self {
        assert!(self.labels.insert(label.to_owned(), self.instructions.len()).is_none(), "the label {label} is there twice");
        self
    }

    /// Computes with all 64 bits.
    pub(crate) fn compute(&mut self, operation: Operation, to: Register, operand: impl Into<Operand>) -> &mut Self {
        self.push_operand(COMPUTE | operation as u8, to, operand.into(), 0)
    }

    /// `to` becomes the operand.
    pub(crate) fn set(&mut self, to: Register, operand: impl Into<Operand>) -> &mut Self {
        self.compute(Operation::Move, to, operand)
    }

    /// `to` becomes what is in memory at `from` and `offset`.
    pub(crate) fn load(&mut self, size: Size, to: Register, from: Register, offset: i16) -> &mut Self {
        self.push(LOAD | size as u8, to, from, offset, 0)
    }

    /// Memory at `to` and `offset` becomes what the operand is.
    pub(crate) fn store(&mut self, size: Size, to: Register, offset: i16, operand: impl Into<Operand>) -> &mut Self {
        match operand.into() {
            Operand::Register(from) => self.push(STORE | size as u8, to, from, offset, 0),
            Operand::Number(number) => self.push(STORE_NUMBER | size as u8, to, Register::R0, offset, number),
        }
    }

    /// Adds `from` to the 64 bits in memory at `to` and `offset`, undisturbed by other processors.
    pub(crate) fn add_atomically(&mut self, to: Register, offset: i16, from: Register) -> &mut Self {
        self.push(ATOMIC_ADD, to, from, offset, 0)
    }

    /// Goes on at a label.
    pub(crate) fn jump(&mut self, label: &str) -> &mut Self {
        self.jumps.push((self.instructions.len(), label.to_owned()));
        self.push(JUMP, Register::R0, Register::R0, 0, 0)
    }

    /// Goes on at a label if the comparison holds.
    pub(crate) fn jump_if(&mut self, register: Register, comparison: Comparison, operand: impl Into<Operand>, label: &str) -> &mut Self {
        self.jumps.push((self.instructions.len(), label.to_owned()));
        self.push_operand(JUMP | comparison as u8, register, operand.into(), 0)
    }

    /// The lower 16 bits of `to` change between the order of the host and that of the network; the others become 0.
    pub(crate) fn in_network_order(&mut self, to: Register) -> &mut Self {
        self.push(TO_NETWORK, to, Register::R0, 0, 16)
    }

    /// `to` becomes a map.
    pub(crate) fn load_map(&mut self, to: Register, map: &super::Map) -> &mut Self {
        self.load_wide(to, IS_MAP, map)
    }

    /// `to` becomes the address of the value of an array that has one.
    pub(crate) fn load_content(&mut self, to: Register, map: &super::Map) -> &mut Self {
        self.load_wide(to, IS_MAP_CONTENT, map)
    }

    fn load_wide(&mut self, to: Register, kind: u8, map: &super::Map) -> &mut Self {
        self.instructions.push(Instruction { code: LOAD_MAP, registers: to as u8 | kind << 4, offset: 0, immediate: map.number() });
        self.instructions.push(Instruction { code: 0, registers: 0, offset: 0, immediate: 0 });
        self
    }

    /// Calls a helper of the kernel.
    pub(crate) fn call(&mut self, helper: i32) -> &mut Self {
        self.push(CALL, Register::R0, Register::R0, 0, helper)
    }

    /// Ends with the verdict in R0.
    pub(crate) fn exit(&mut self) -> &mut Self {
        self.push(EXIT, Register::R0, Register::R0, 0, 0)
    }

    /// The instructions, each jump with its way.
    pub(crate) fn finish(mut self) -> Vec<Instruction> {
        for (at, label) in self.jumps {
            let to = self.labels.get(&label).unwrap_or_else(|| panic!("no label {label}"));
            self.instructions[at].offset = i16::try_from(*to as isize - at as isize - 1).expect("programs are short");
        }
        self.instructions
    }
}

#[cfg(test)]
mod tests {
    use super::{Comparison::*, Operation::*, Register::*, Size::*, *};

    /// Each beside what the assembler of LLVM writes for it, as RFC 9669 has it.
    #[test]
    fn instructions_are_those_of_the_standard() {
        fn one(build: impl FnOnce(&mut Assembler) -> &mut Assembler) -> (u8, u8, i16, i32) {
            let mut assembler = Assembler::default();
            build(&mut assembler);
            let Instruction { code, registers, offset, immediate } = assembler.finish()[0];
            (code, registers, offset, immediate)
        }
        assert_eq!(one(|a| a.set(R6, R1)), (0xbf, 0x16, 0, 0), "r6 = r1");
        assert_eq!(one(|a| a.set(R0, 2)), (0xb7, 0x00, 0, 2), "r0 = 2");
        assert_eq!(one(|a| a.compute(Add, R2, 14)), (0x07, 0x02, 0, 14), "r2 += 14");
        assert_eq!(one(|a| a.compute(Subtract, R3, R7)), (0x1f, 0x73, 0, 0), "r3 -= r7");
        assert_eq!(one(|a| a.compute(And, R4, 0xffff)), (0x57, 0x04, 0, 0xffff), "r4 &= 65535");
        assert_eq!(one(|a| a.compute(ShiftRight, R2, 16)), (0x77, 0x02, 0, 16), "r2 >>= 16");
        assert_eq!(one(|a| a.compute(Xor, R1, 0xffff)), (0xa7, 0x01, 0, 0xffff), "r1 ^= 65535");
        assert_eq!(one(|a| a.in_network_order(R1)), (0xdc, 0x01, 0, 16), "r1 = be16 r1");
        assert_eq!(one(|a| a.load(Word, R7, R1, 4)), (0x61, 0x17, 4, 0), "r7 = *(u32 *)(r1 + 4)");
        assert_eq!(one(|a| a.load(Half, R0, R7, 12)), (0x69, 0x70, 12, 0), "r0 = *(u16 *)(r7 + 12)");
        assert_eq!(one(|a| a.load(Byte, R9, R7, 23)), (0x71, 0x79, 23, 0), "r9 = *(u8 *)(r7 + 23)");
        assert_eq!(one(|a| a.store(Double, R10, -16, 0)), (0x7a, 0x0a, -16, 0), "*(u64 *)(r10 - 16) = 0");
        assert_eq!(one(|a| a.store(Word, R10, -4, R9)), (0x63, 0x9a, -4, 0), "*(u32 *)(r10 - 4) = r9");
        assert_eq!(one(|a| a.add_atomically(R0, 0, R1)), (0xdb, 0x10, 0, 0), "lock *(u64 *)(r0 + 0) += r1");
        assert_eq!(one(|a| a.call(51)), (0x85, 0x00, 0, 51), "call 51");
        assert_eq!(one(|a| a.exit()), (0x95, 0x00, 0, 0), "exit");
        assert_eq!(one(|a| a.jump_if(R2, Greater, R8, "end").set(R0, 0).label("end")), (0x2d, 0x82, 1, 0), "if r2 > r8 goto +1");
        assert_eq!(one(|a| a.label("again").jump_if(R0, Equal, 7, "again")), (0x15, 0x00, -1, 7), "if r0 == 7 goto -1");
    }
}

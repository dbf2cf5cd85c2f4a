//! What passes the gate means the same in Verilog as in Rust, and what is refused does not. Needs Verilator: `./justw setup` installs it.
//!
//! The Verilog is judged by Verilator twice: as rust-hdl prints it, and as we do. The Rust is judged by running the kernels, and, for random
//! expressions, by an evaluator that follows the rules of Rust's `Bits` and knows nothing of the gate.

#![allow(unreachable_pub, reason = "derived methods are public whatever the block is")]

#[path = "faithful/expression.rs"]
mod expression;
#[path = "faithful/verilator.rs"]
mod verilator;

use expression::{Generator, WIDTHS, evaluate};
use rtl::emit::{Design, EmitError, render};
use rust_hdl::prelude::*;
use verilator::{Case, Inputs, run};

const CLEAN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/toy");

/// The block's Verilog as rust-hdl prints it.
fn raw(block: &dyn Block, name: &str) -> String {
    let mut defines = ModuleDefines::default();
    block.accept(name, &mut defines);
    defines.defines()
}

/// Our Verilog, or none where the gate refuses.
fn readable<B: Block + 'static>(name: &str, build: impl Fn() -> B + Send + Sync + 'static) -> Option<String> {
    match render(&Design::new("variant", name.to_string().leak(), build).with_sources(CLEAN)) {
        Ok(text) => Some(text),
        Err(EmitError::Gate { .. }) => None,
        Err(other) => panic!("refused by something else than the gate: {other}"),
    }
}

/// One expression of the inputs, in a block made by hand: rust-hdl's macro cannot take an expression at run time.
#[derive(LogicBlock)]
struct Random<const W: usize> {
    a: Signal<In, Bits<1>>,
    b: Signal<In, Bits<1>>,
    c: Signal<In, Bits<5>>,
    d: Signal<In, Bits<8>>,
    e: Signal<In, Bits<8>>,
    f: Signal<In, Bits<16>>,
    g: Signal<In, Bits<32>>,
    h: Signal<In, Bits<40>>,
    o: Signal<Out, Bits<W>>,
    _value: ast::VerilogExpression,
}

impl<const W: usize> Random<W> {
    fn new(value: &ast::VerilogExpression) -> Self {
        Self {
            a: Default::default(),
            b: Default::default(),
            c: Default::default(),
            d: Default::default(),
            e: Default::default(),
            f: Default::default(),
            g: Default::default(),
            h: Default::default(),
            o: Default::default(),
            _value: value.clone(),
        }
    }

    fn case(value: &ast::VerilogExpression, number: usize) -> Case {
        let name = format!("random_{number}");
        let mut block = Self::new(value);
        block.connect_all();
        let value = value.clone();
        Case { width: W, raw: raw(&block, &format!("raw_{name}")), readable: readable(&name, move || Self::new(&value)), name }
    }
}

impl<const W: usize> Logic for Random<W> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.o.connect();
    }

    fn hdl(&self) -> Verilog {
        let target = ast::VerilogExpression::Signal("o".into());
        Verilog::Combinatorial(vec![ast::VerilogStatement::Assignment(target, self._value.clone())])
    }
}

#[test]
fn random_expressions_that_pass_mean_the_same_in_rust_and_verilog() {
    let seed = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |time| time.as_nanos() as u64));
    println!("SEED={seed} reproduces this run");
    let mut generator = Generator::new(seed);
    let expressions: Vec<_> = (0..300).map(|number| generator.expression(WIDTHS[number % WIDTHS.len()])).collect();
    let cases: Vec<Case> = expressions
        .iter()
        .enumerate()
        .map(|(number, value)| match WIDTHS[number % WIDTHS.len()] {
            1 => Random::<1>::case(value, number),
            5 => Random::<5>::case(value, number),
            8 => Random::<8>::case(value, number),
            16 => Random::<16>::case(value, number),
            32 => Random::<32>::case(value, number),
            _ => Random::<40>::case(value, number),
        })
        .collect();
    let inputs: Vec<Inputs> = (0..200).map(|_| generator.inputs()).collect();
    let results = run("random", &cases, &inputs);

    let (mut passed, mut refused, mut refused_and_wrong) = (0, 0, 0);
    for (number, case) in cases.iter().enumerate() {
        let mut wrong = false;
        for (round, inputs) in inputs.iter().enumerate() {
            let wanted = evaluate(&expressions[number], inputs, case.width);
            let (raw, ours) = results[round][number];
            wrong |= raw != wanted;
            if case.readable.is_some() {
                assert_eq!(raw, wanted, "rust-hdl's Verilog differs: {inputs:?}\n{}", case.raw);
                assert_eq!(ours, wanted, "our Verilog differs: {inputs:?}\n{}", case.readable.as_deref().unwrap_or(""));
            }
        }
        match case.readable {
            Some(_) => passed += 1,
            None => refused += 1,
        }
        refused_and_wrong += u32::from(wrong);
    }
    println!("{passed} passed the gate and agree; {refused} were refused, of which {refused_and_wrong} do differ");
    assert!(passed > 100, "the gate lets too little pass to tell anything: {passed}");
    assert!(refused_and_wrong > 5, "too few traps among the random expressions to tell anything: {refused_and_wrong}");
}

/// A block with the inputs of `Inputs`, and how to run its Rust.
trait Kernel: Block + Default + 'static {
    /// What the Rust gives for these inputs.
    fn run(&mut self, inputs: &Inputs) -> u64;
}

macro_rules! kernels {
    ($($name:ident: $width:literal { $($kernel:tt)* })*) => {
        $(
            #[derive(LogicBlock, Default)]
            struct $name {
                a: Signal<In, Bits<1>>,
                b: Signal<In, Bits<1>>,
                c: Signal<In, Bits<5>>,
                d: Signal<In, Bits<8>>,
                e: Signal<In, Bits<8>>,
                f: Signal<In, Bits<16>>,
                g: Signal<In, Bits<32>>,
                h: Signal<In, Bits<40>>,
                o: Signal<Out, Bits<$width>>,
            }
            impl Logic for $name { $($kernel)* }
            impl Kernel for $name {
                fn run(&mut self, inputs: &Inputs) -> u64 {
                    self.a.next = inputs[0].into();
                    self.b.next = inputs[1].into();
                    self.c.next = inputs[2].into();
                    self.d.next = inputs[3].into();
                    self.e.next = inputs[4].into();
                    self.f.next = inputs[5].into();
                    self.g.next = inputs[6].into();
                    self.h.next = inputs[7].into();
                    self.update_all(); // moves the inputs in
                    self.update();
                    self.o.val().to_u128() as u64
                }
            }
        )*

        fn kernels(cases: &mut Vec<Case>, rust: &mut Vec<Box<dyn FnMut(&Inputs) -> u64>>) {
            $(
                let name = format!("kernel_{}", stringify!($name).to_lowercase());
                let mut block = $name::default();
                block.connect_all();
                cases.push(Case { width: $width, raw: raw(&block, &format!("raw_{name}")), readable: readable(&name, $name::default), name });
                rust.push(Box::new(move |inputs| block.run(inputs)));
            )*
        }
    };
}

// `T...` are the traps: each must be refused and differ. `P...` must pass and agree.
kernels! {
    TAnd: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = (self.d.val() & self.e.val() == self.e.val()).into(); } }
    TXor: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = (self.d.val() ^ self.e.val() == 0).into(); } }
    TOr: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = (self.d.val() | self.e.val() != self.e.val()).into(); } }
    TNot: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = (!self.c.val() == 0).into(); } }
    TIncrement: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = (self.c.val() + 1 == 0).into(); } }
    TLess: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = (self.d.val() + self.e.val() < 200).into(); } }
    TShiftLeft: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = ((self.c.val() << 3) == 0x10).into(); } }
    TCastSum: 16 { #[hdl_gen] fn update(&mut self) { self.o.next = bit_cast::<16, 8>(self.d.val() + self.e.val()); } }
    TCastNot: 16 { #[hdl_gen] fn update(&mut self) { self.o.next = bit_cast::<16, 8>(!self.d.val()); } }
    TCastDifference: 16 { #[hdl_gen] fn update(&mut self) { self.o.next = bit_cast::<16, 8>(self.d.val() - self.e.val()); } }
    TCastRotate: 16 { #[hdl_gen] fn update(&mut self) { self.o.next = bit_cast::<16, 8>((self.d.val() << 3) | (self.d.val() >> 5)); } }
    TCastShift: 16 { #[hdl_gen] fn update(&mut self) { self.o.next = bit_cast::<16, 8>(self.d.val() << 4); } }
    TShiftSum: 16 { #[hdl_gen] fn update(&mut self) { self.o.next = bit_cast::<16, 8>((self.d.val() + self.e.val()) >> 1); } }
    TShiftSumLiteral: 8 { #[hdl_gen] fn update(&mut self) { self.o.next = (self.d.val() + 0x80) >> 1; } }
    TAddNotBit: 8 { #[hdl_gen] fn update(&mut self) { self.o.next = self.d.val() + !(self.a.val() == 1); } }
    TMinus: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = (3 - self.c.val() > self.c.val()).into(); } }
    TAll: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = (self.d.val() | 0xF0).all().into(); } }

    PAnd: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = ((self.d.val() & self.e.val()) == self.e.val()).into(); } }
    PSum: 8 { #[hdl_gen] fn update(&mut self) { self.o.next = self.d.val() + self.e.val(); } }
    PSumLiteral: 8 { #[hdl_gen] fn update(&mut self) { self.o.next = self.d.val() + 0x80; } }
    PCompareSums: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = (self.d.val() + self.e.val() == self.e.val()).into(); } }
    PShiftSum: 8 { #[hdl_gen] fn update(&mut self) { self.o.next = (self.d.val() + self.e.val()) >> 1; } }
    PMask: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = ((self.d.val() & 0x0F) == 5).into(); } }
    PNotBit: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = !self.a.val() & self.b.val(); } }
    PCast: 16 { #[hdl_gen] fn update(&mut self) { self.o.next = bit_cast::<16, 8>(self.d.val()) << 4; } }
    PNarrow: 5 { #[hdl_gen] fn update(&mut self) { self.o.next = bit_cast::<5, 40>(self.h.val()); } }
    PSlice: 8 { #[hdl_gen] fn update(&mut self) { self.o.next = self.h.val().get_bits::<8>(13); } }
    PIndexed: 8 { #[hdl_gen] fn update(&mut self) { self.o.next = self.h.val().get_bits::<8>(self.c.val().index()); } }
    PRotate: 32 { #[hdl_gen] fn update(&mut self) { self.o.next = (self.g.val() << 13) | (self.g.val() >> 19); } }
    PShiftBySignal: 40 { #[hdl_gen] fn update(&mut self) { self.o.next = self.h.val() << self.c.val(); } }
    PAny: 1 { #[hdl_gen] fn update(&mut self) { self.o.next = (self.f.val().any() & !self.d.val().all() & self.g.val().xor()).into(); } }
    PLoop: 5 { #[hdl_gen] fn update(&mut self) {
        self.o.next = self.c.val();
        for n in 0..4 { if self.d.val().get_bit(n) { self.o.next = self.o.val() + self.e.val().get_bits::<5>(n); } }
    } }
    PElse: 8 { #[hdl_gen] fn update(&mut self) {
        if self.c.val() < 4 { self.o.next = self.d.val(); }
        else if self.c.val() >= 16 { self.o.next = self.e.val(); }
        else { self.o.next = self.d.val() ^ self.e.val(); }
    } }
}

#[test]
fn every_trap_differs_and_every_remedy_agrees() {
    let (mut cases, mut rust) = (vec![], vec![]);
    kernels(&mut cases, &mut rust);
    let mut generator = Generator::new(1);
    // Half of them with equal words, which the comparisons wait for.
    let pairs = (0..1000).map(|round| {
        let mut inputs = generator.inputs();
        if round % 2 == 0 {
            inputs[4] = inputs[3];
        }
        inputs
    });
    let inputs: Vec<Inputs> = pairs.collect();
    let results = run("kernels", &cases, &inputs);
    for (number, case) in cases.iter().enumerate() {
        let wanted: Vec<u64> = inputs.iter().map(|inputs| rust[number](inputs)).collect();
        let raw: Vec<u64> = results.iter().map(|round| round[number].0).collect();
        let ours: Vec<u64> = results.iter().map(|round| round[number].1).collect();
        if case.name.starts_with("kernel_t") {
            assert!(case.readable.is_none(), "the gate lets {} pass", case.name);
            assert!(raw != wanted, "{} is refused, and yet it agrees", case.name);
        } else {
            assert!(case.readable.is_some(), "the gate refuses {}", case.name);
            assert!(raw == wanted, "rust-hdl's Verilog of {} differs", case.name);
            assert!(ours == wanted, "our Verilog of {} differs", case.name);
        }
    }
}

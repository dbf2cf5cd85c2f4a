//! What passes the check means the same in Verilog as in Rust, and what is refused does not. Needs Verilator: `./justw setup` installs it.
//!
//! The Verilog is judged by Verilator twice: as rust-hdl prints it, and as we do. The Rust is judged by running the kernels, and, for random
//! expressions, by an evaluator that follows the rules of Rust's `Bits` and knows nothing of the check.

#![allow(unreachable_pub, reason = "derived methods are public whatever the block is")]

#[path = "faithful/expression.rs"]
mod expression;
#[path = "toy/mod.rs"]
mod toy;
#[path = "faithful/verilator.rs"]
mod verilator;

use emit::{Design, EmitError, render};
use expression::{Generator, WIDTHS, evaluate};
use rust_hdl::prelude::*;
use std::sync::LazyLock;
use std::time::SystemTime;
use verilator::{Case, Inputs, Model};

const CLEAN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/toy");

/// The block's Verilog as rust-hdl prints it.
fn raw(block: &dyn Block, name: &str) -> String {
    let mut defines = ModuleDefines::default();
    block.accept(name, &mut defines);
    defines.defines()
}

/// Our Verilog, or none where the check refuses.
fn readable<B: Block + 'static>(name: &str, build: impl Fn() -> B + Send + Sync + 'static) -> Option<String> {
    match render(&Design::new("variant", "", CLEAN).with_top(name, build)) {
        Ok(library) => Some(library.text(name)),
        Err(EmitError::Translation { .. }) => None,
        Err(other) => panic!("refused by something else than the translation check: {other}"),
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

/// Everything that Verilator judges, built into one model, since building takes most of the time.
struct World {
    seed: u64,
    expressions: Vec<ast::VerilogExpression>,
    cases: Vec<Case>,
    kernels: std::ops::Range<usize>,
    model: Model,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(1, |time| time.as_nanos() as u64));
    let mut generator = Generator::new(seed);
    let expressions: Vec<_> = (0..300).map(|number| generator.expression(WIDTHS[number % WIDTHS.len()])).collect();
    let random = expressions.iter().enumerate().map(|(number, value)| match WIDTHS[number % WIDTHS.len()] {
        1 => Random::<1>::case(value, number),
        5 => Random::<5>::case(value, number),
        8 => Random::<8>::case(value, number),
        16 => Random::<16>::case(value, number),
        32 => Random::<32>::case(value, number),
        _ => Random::<40>::case(value, number),
    });
    let mut cases: Vec<Case> = random.collect();
    cases.extend(kernels());
    let kernels = expressions.len()..cases.len();
    cases.push(toy_case());
    cases.push(twice_case());
    let model = Model::build(&cases);
    World { seed, expressions, cases, kernels, model }
});

#[test]
fn random_expressions_that_pass_mean_the_same_in_rust_and_verilog() {
    let World { seed, expressions, cases, model, .. } = &*WORLD;
    println!("SEED={seed} reproduces this run");
    let mut generator = Generator::new(!seed);
    let inputs: Vec<Inputs> = (0..200).map(|_| generator.inputs()).collect();
    let results = model.run(0..expressions.len(), &inputs);

    let (mut passed, mut refused, mut refused_and_wrong) = (0, 0, 0);
    for (number, case) in cases[..expressions.len()].iter().enumerate() {
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
    println!("{passed} passed the check and agree; {refused} were refused, of which {refused_and_wrong} do differ");
    assert!(passed > 100, "the check lets too little pass to tell anything: {passed}");
    assert!(refused_and_wrong > 0, "no trap among the random expressions");
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

        fn kernels() -> Vec<Case> {
            vec![$({
                let name = format!("kernel_{}", stringify!($name).to_lowercase());
                let mut block = $name::default();
                block.connect_all();
                Case { width: $width, raw: raw(&block, &format!("raw_{name}")), readable: readable(&name, $name::default), name }
            }),*]
        }

        /// What the Rust of each kernel gives for each of the inputs.
        fn run_kernels(inputs: &[Inputs]) -> Vec<Vec<u64>> {
            vec![$({
                let mut block = $name::default();
                inputs.iter().map(|inputs| block.run(inputs)).collect()
            }),*]
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
    let World { cases, kernels, model, .. } = &*WORLD;
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
    let results = model.run(kernels.clone(), &inputs);
    for (number, (case, wanted)) in cases[kernels.clone()].iter().zip(run_kernels(&inputs)).enumerate() {
        let raw: Vec<u64> = results.iter().map(|round| round[number].0).collect();
        let ours: Vec<u64> = results.iter().map(|round| round[number].1).collect();
        if case.name.starts_with("kernel_t") {
            assert!(case.readable.is_none(), "the check lets {} pass", case.name);
            assert!(raw != wanted, "{} is refused, and yet it agrees", case.name);
        } else {
            assert!(case.readable.is_some(), "the check refuses {}", case.name);
            assert!(raw == wanted, "rust-hdl's Verilog of {} differs", case.name);
            assert!(ours == wanted, "our Verilog of {} differs", case.name);
        }
    }
}

/// What `Toy` puts out.
#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
struct ToyOutput {
    o: Bits<12>,
    triple: Bits<3>,
    valid: Bit,
    busy: Bit,
}

/// `Toy` behind the inputs of `Inputs`, `a` being the clock.
#[derive(LogicBlock, Default)]
struct ToyBench {
    a: Signal<In, Clock>,
    b: Signal<In, Bits<1>>,
    c: Signal<In, Bits<5>>,
    d: Signal<In, Bits<8>>,
    e: Signal<In, Bits<8>>,
    f: Signal<In, Bits<16>>,
    g: Signal<In, Bits<32>>,
    h: Signal<In, Bits<40>>,
    o: Signal<Out, ToyOutput>,
    toy: toy::Toy,
}

impl Logic for ToyBench {
    #[hdl_gen]
    fn update(&mut self) {
        self.toy.clock.next = self.a.val();
        self.toy.rst.next = self.c.val().get_bit(4) & self.d.val().get_bit(0) & self.e.val().get_bit(0);
        self.toy.push.next = self.c.val().get_bit(0);
        self.toy.pop.next = self.c.val().get_bit(1) & self.toy.valid.val();
        self.toy.which.next = self.c.val().get_bits::<2>(2);
        self.toy.i.next = self.f.val().get_bits::<13>(0);
        self.o.next.o = self.toy.o.val();
        self.o.next.triple = self.toy.triple.val();
        self.o.next.valid = self.toy.valid.val();
        self.o.next.busy = self.toy.busy.val();
    }
}

fn toy_case() -> Case {
    let mut block = ToyBench::default();
    block.connect_all();
    Case { name: "toy_bench".into(), width: 17, raw: raw(&block, "raw_toy_bench"), readable: readable("toy_bench", ToyBench::default) }
}

/// Two words that change places, and one of them grows.
#[derive(LogicBlock, Default)]
struct Pair {
    i: [Signal<In, Bits<8>>; 2],
    o: [Signal<Out, Bits<8>>; 2],
}

impl Logic for Pair {
    #[hdl_gen]
    fn update(&mut self) {
        self.o[0].next = self.i[1].val();
        self.o[1].next = self.i[0].val() + 1;
    }
}

/// Arrays in an array. rust-hdl prints the first index only, so what it shall mean is written by hand.
#[derive(LogicBlock, Default)]
struct Twice {
    a: Signal<In, Bits<1>>,
    b: Signal<In, Bits<1>>,
    c: Signal<In, Bits<5>>,
    d: Signal<In, Bits<8>>,
    e: Signal<In, Bits<8>>,
    f: Signal<In, Bits<16>>,
    g: Signal<In, Bits<32>>,
    h: Signal<In, Bits<40>>,
    o: Signal<Out, Bits<8>>,
    pairs: [Pair; 2],
}

impl Logic for Twice {
    #[hdl_gen]
    fn update(&mut self) {
        self.pairs[0].i[0].next = self.d.val();
        self.pairs[0].i[1].next = self.e.val();
        for m in 0..1 {
            for n in 0..2 {
                self.pairs[m + 1].i[n].next = self.pairs[m].o[n].val();
            }
        }
        self.o.next = self.pairs[1].o[0].val();
        if self.a.val().any() {
            self.o.next = self.pairs[1].o[1].val();
        }
    }
}

fn twice_case() -> Case {
    let raw = "
        module raw_twice(
            input a, input b, input [4:0] c, input [7:0] d, input [7:0] e, input [15:0] f, input [31:0] g, input [39:0] h, output [7:0] o
        );
            assign o = a ? e + 8'd1 : d + 8'd1;
        endmodule
    ";
    Case { name: "twice".into(), width: 8, raw: raw.into(), readable: readable("twice", Twice::default) }
}

#[test]
fn an_index_behind_an_index_means_what_it_says() {
    let World { cases, kernels, model, .. } = &*WORLD;
    let twice = kernels.end + 1;
    assert!(cases[twice].readable.is_some(), "the check refuses it");
    let mut generator = Generator::new(3);
    let inputs: Vec<Inputs> = (0..1000).map(|_| generator.inputs()).collect();
    for (inputs, results) in inputs.iter().zip(model.run(twice..twice + 1, &inputs)) {
        let [wanted, ours] = [results[0].0, results[0].1];
        assert_eq!(ours, wanted, "{inputs:?}");
    }
}

#[test]
fn links_instances_registers_and_memories_mean_the_same_in_both_printings() {
    let World { cases, kernels, model, .. } = &*WORLD;
    assert!(cases[kernels.end].readable.is_some(), "the check refuses the toy");
    let mut generator = Generator::new(2);
    let inputs = (0..4000).map(|half| {
        let mut row = generator.inputs();
        row[0] = half % 2;
        row
    });
    let inputs: Vec<Inputs> = inputs.collect();
    let results = model.run(kernels.end..kernels.end + 1, &inputs);
    let differs = results.iter().position(|half| half[0].0 != half[0].1);
    assert_eq!(differs, None, "the half clock at which they first differ");
    let seen: std::collections::BTreeSet<u64> = results.iter().map(|half| half[0].0).collect();
    assert!(seen.len() > 100, "the toy shows too few values to tell anything: {}", seen.len());
}

mod refusals {
    use super::toy::primitive::Reg;
    use super::{CLEAN, toy};
    use emit::Programs;
    use emit::{Design, EmitError, HEADER, emit_all};
    use rust_hdl::prelude::*;
    use std::path::PathBuf;
    use std::process::Command;

    fn folder(name: &str) -> PathBuf {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("emit").join(name);
        let _ = std::fs::remove_dir_all(&folder); // from an earlier run, if there was one
        folder
    }

    fn good() -> Design {
        Design::new("variant", "", CLEAN).with_top("good", toy::Toy::default)
    }

    /// A loop of logic through two blocks, which rust-hdl's checks and lint of either do not see.
    #[derive(LogicBlock, Default)]
    struct Ring {
        i: Signal<In, Bit>,
        clock: Signal<In, Clock>,
        o: Signal<Out, Bit>,
        one: Or,
        two: Or,
        r: Reg<Bit>,
    }

    #[derive(LogicBlock, Default)]
    struct Or {
        i: Signal<In, Bit>,
        j: Signal<In, Bit>,
        o: Signal<Out, Bit>,
    }

    impl Logic for Or {
        #[hdl_gen]
        fn update(&mut self) {
            self.o.next = self.i.val() | self.j.val();
        }
    }

    impl Logic for Ring {
        #[hdl_gen]
        fn update(&mut self) {
            self.r.clock.next = self.clock.val();
            self.r.d.next = self.i.val();
            self.one.i.next = self.r.q.val();
            self.one.j.next = self.two.o.val();
            self.two.i.next = self.i.val();
            self.two.j.next = self.one.o.val();
            self.o.next = self.two.o.val();
        }
    }

    #[test]
    fn writes_every_design_when_all_are_clean() {
        let out = folder("clean");
        let files = emit_all(&[good()], &out).expect("the toy is clean");
        assert_eq!(files, [out.join("variant/good.f")]);
        let listed = tools::listed(&files[0]).expect("it is there");
        let text = std::fs::read_to_string(listed.last().expect("it names files")).expect("it is there");
        assert!(text.contains("module good ("), "the top comes last: {text}");
        let written = std::fs::read_dir(out.join("variant")).expect("it is there").count();
        assert_eq!(written, listed.len() + 1, "nothing half-written stays behind");
    }

    #[test]
    fn removes_what_an_earlier_emission_left_and_nothing_else() {
        let out = folder("stale");
        let variant = out.join("variant");
        std::fs::create_dir_all(&variant).expect("the target folder can be written");
        let [stale, other] = ["gone.v", "mine.v"].map(|name| variant.join(name));
        std::fs::write(&stale, format!("{HEADER}module gone;\nendmodule\n")).expect("the target folder can be written");
        std::fs::write(&other, "module mine;\nendmodule\n").expect("the target folder can be written");
        emit_all(&[good()], &out).expect("the toy is clean");
        assert!(!stale.exists() && other.exists());
    }

    #[test]
    fn two_tops_are_read_into_one_project() {
        let out = folder("together");
        let both = Design::new("variant", "toy_", CLEAN).with_top("good", toy::Toy::default).with_top("queues", toy::Queues::default);
        let lists = emit_all(&[both], &out).expect("the toy is clean");
        let mut files: Vec<PathBuf> = lists.iter().flat_map(|list| tools::listed(list).expect("it is there")).collect();
        files.sort();
        files.dedup();
        for top in ["good", "queues"] {
            let mut lint = Command::new(tools::find("verilator").expect("it is installed"));
            tools::run(lint.args(["--lint-only", "-Wall", "-Wno-UNUSEDSIGNAL", "-Wno-VARHIDDEN", "--top-module", top]).args(&files))
                .unwrap();
        }
        let read: String = files.iter().map(|file| format!("read_verilog {}; ", file.display())).collect();
        let script = format!("{read} hierarchy -check");
        tools::run(Command::new(tools::find("yosys").expect("it is installed")).args(["-q", "-p", &script])).unwrap();
    }

    #[test]
    fn writes_nothing_when_one_design_is_refused() {
        let out = folder("refused");
        let ring = Design::new("variant", "", CLEAN).with_top("ring", Ring::default);
        let error = emit_all(&[good(), ring], &out).expect_err("a loop of logic");
        assert!(matches!(&error, EmitError::Program { top, .. } if top == "ring"), "{error}");
        assert!(!out.exists());
    }

    #[test]
    fn verilator_refuses_unequal_widths() {
        let text = "module m (input wire [7:0] a, output wire [8:0] o);\nassign o = a;\nendmodule\n";
        let error = Programs::find().and_then(|programs| programs.check("m", &[("m", text)])).expect_err("a width warning");
        assert!(matches!(&error, EmitError::Program { program: "verilator", findings, .. } if findings.contains("WIDTH")), "{error}");
    }

    #[test]
    fn yosys_refuses_a_latch() {
        let latch =
            "module m (input wire a, input wire b, output reg o);\n/* verilator lint_off LATCH */\nalways @(*) if (a) o = b;\nendmodule\n";
        let error = Programs::find().and_then(|programs| programs.check("m", &[("m", latch)])).expect_err("a latch");
        assert!(matches!(error, EmitError::Program { program: "yosys", .. }), "{error}");
    }
}

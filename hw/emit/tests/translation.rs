//! Every trap, in the smallest block that holds it, is refused by its name, and what the refusal advises instead passes.

#![allow(unused_variables, reason = "some loop variables are there for their names alone")]
#![allow(clippy::single_match, reason = "one of the traps")]
#![allow(unreachable_pub, reason = "derived methods are public whatever the block is")]

#[path = "toy/constant.rs"]
mod constant;

use constant::Const;
use emit::{Design, EmitError, Trap, render};

use rust_hdl::prelude::*;

/// Sources that hold no trap, for blocks of which the sources do not matter.
const CLEAN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/toy");

/// The traps for which the check refuses a block whose sources lie in `sources`.
fn traps<B: Block + Default + 'static>(sources: &str) -> Vec<Trap> {
    match render(&Design::new("variant", "", sources).with_top("top", B::default)) {
        Ok(_) => vec![],
        Err(EmitError::Translation { refusals, .. }) => refusals.iter().map(|refusal| refusal.trap).collect(),
        Err(other) => panic!("refused by something else than the translation check: {other}"),
    }
}

macro_rules! block {
    ($name:ident { $($field:ident: $kind:ty,)* } $($kernel:tt)*) => {
        #[derive(LogicBlock, Default)]
        struct $name { $(pub $field: $kind),* }
        impl Logic for $name {
            $($kernel)*
        }
    };
}

/// A test that the first kernel is refused for exactly this trap, and that the second passes.
macro_rules! trap {
    ($test:ident, $trap:ident, { $($fields:tt)* }, { $($bad:tt)* }, { $($good:tt)* }) => {
        #[test]
        fn $test() {
            block! { Bad { $($fields)* } $($bad)* }
            block! { Good { $($fields)* } $($good)* }
            assert_eq!(traps::<Bad>(CLEAN), [Trap::$trap]);
            assert_eq!(traps::<Good>(CLEAN), []);
        }
    };
}

trap!(refuses_and_beside_equals_without_parentheses, MixedOperators,
    { a: Signal<In, Bits<8>>, b: Signal<In, Bits<8>>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.a.val() & self.b.val() == self.b.val(); } },
    { #[hdl_gen] fn update(&mut self) { self.o.next = (self.a.val() & self.b.val()) == self.b.val(); } });

trap!(refuses_or_beside_unequal_without_parentheses, MixedOperators,
    { a: Signal<In, Bits<8>>, b: Signal<In, Bits<8>>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.a.val() | self.b.val() != self.b.val(); } },
    { #[hdl_gen] fn update(&mut self) { self.o.next = (self.a.val() | self.b.val()) != self.b.val(); } });

trap!(refuses_a_sum_with_a_literal_compared, WideComparison,
    { a: Signal<In, Bits<8>>, s: Signal<Local, Bits<8>>, z: Const<8, 0>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val(); self.o.next = self.s.val() + 1 == 0; } },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val() + 1; self.o.next = self.s.val() == self.z.val(); } });

trap!(refuses_an_inversion_compared_with_a_literal, WideComparison,
    { a: Signal<In, Bits<8>>, s: Signal<Local, Bits<8>>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val(); self.o.next = !self.s.val() == 0; } },
    { #[hdl_gen] fn update(&mut self) { self.s.next = !self.a.val(); self.o.next = self.s.val() == 0; } });

trap!(refuses_a_shifted_value_compared_with_a_literal, WideComparison,
    { a: Signal<In, Bits<8>>, s: Signal<Local, Bits<8>>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val(); self.o.next = (self.s.val() << 4) == 0x30; } },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val() << 4; self.o.next = self.s.val() == 0x30; } });

trap!(refuses_a_difference_in_an_if, WideComparison,
    { a: Signal<In, Bits<8>>, s: Signal<Local, Bits<8>>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val(); self.o.next = false; if 3 - self.s.val() > self.a.val() { self.o.next = true; } } },
    { #[hdl_gen] fn update(&mut self) { self.s.next = 3 - self.a.val(); self.o.next = false; if self.s.val() > self.a.val() { self.o.next = true; } } });

trap!(refuses_a_cast_of_a_sum, CastOfExpression,
    { a: Signal<In, Bits<8>>, b: Signal<In, Bits<8>>, s: Signal<Local, Bits<8>>, o: Signal<Out, Bits<16>>, },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val(); self.o.next = bit_cast::<16, 8>(self.s.val() + self.b.val()); } },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val() + self.b.val(); self.o.next = bit_cast::<16, 8>(self.s.val()); } });

trap!(refuses_an_inverted_bit_added_to_a_word, CarrySurvives,
    { a: Signal<In, Bits<8>>, f: Signal<In, Bit>, g: Signal<Local, Bit>, o: Signal<Out, Bits<8>>, },
    { #[hdl_gen] fn update(&mut self) { self.g.next = self.f.val(); self.o.next = self.a.val() + !self.g.val(); } },
    { #[hdl_gen] fn update(&mut self) { self.g.next = !self.f.val(); self.o.next = self.a.val() + self.g.val(); } });

trap!(refuses_a_sum_with_a_literal_shifted_right, ShiftOfWideSum,
    { a: Signal<In, Bits<8>>, s: Signal<Local, Bits<8>>, o: Signal<Out, Bits<8>>, },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val(); self.o.next = (self.s.val() + 1) >> 1; } },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val() + 1; self.o.next = self.s.val() >> 1; } });

trap!(refuses_a_reduction_of_a_mask_with_a_literal, WideReduction,
    { a: Signal<In, Bits<8>>, s: Signal<Local, Bits<8>>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val(); self.o.next = (self.s.val() | 0xF0).all(); } },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val() | 0xF0; self.o.next = self.s.val().all(); } });

trap!(refuses_a_slice_past_the_top, SlicePastTop,
    { a: Signal<In, Bits<8>>, w: Signal<Local, Bits<12>>, o: Signal<Out, Bits<8>>, },
    { #[hdl_gen] fn update(&mut self) { self.w.next = bit_cast::<12, 8>(self.a.val()); self.o.next = self.a.val().get_bits::<8>(4); } },
    { #[hdl_gen] fn update(&mut self) { self.w.next = bit_cast::<12, 8>(self.a.val()); self.o.next = self.w.val().get_bits::<8>(4); } });

trap!(refuses_an_index_that_may_pass_the_top, SlicePastTop,
    { a: Signal<In, Bits<6>>, n: Signal<In, Bits<3>>, w: Signal<Local, Bits<8>>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { self.w.next = bit_cast::<8, 6>(self.a.val()); self.o.next = self.a.val().get_bit(self.n.val().index()); } },
    { #[hdl_gen] fn update(&mut self) { self.w.next = bit_cast::<8, 6>(self.a.val()); self.o.next = self.w.val().get_bit(self.n.val().index()); } });

trap!(refuses_a_slice_of_an_expression, SliceOfExpression,
    { a: Signal<In, Bits<8>>, s: Signal<Local, Bits<8>>, o: Signal<Out, Bits<4>>, },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val(); self.o.next = (self.s.val() ^ self.a.val()).get_bits::<4>(0); } },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val() ^ self.a.val(); self.o.next = self.s.val().get_bits::<4>(0); } });

trap!(refuses_an_offset_that_wraps_in_rust, ComputedOffset,
    { a: Signal<In, Bits<9>>, n: Signal<In, Bits<3>>, s: Signal<Local, Bits<3>>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.n.val(); self.o.next = self.a.val().get_bit((self.s.val() + 1).index()); } },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.n.val() + 1; self.o.next = self.a.val().get_bit(self.s.val().index()); } });

trap!(refuses_replace_bit, ReplaceBit,
    { a: Signal<In, Bits<8>>, f: Signal<In, Bit>, o: Signal<Out, Bits<8>>, },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.a.val().replace_bit(3, self.f.val()); } },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.a.val() & 0xF7; if self.f.val() { self.o.next = self.a.val() | 8; } } });

trap!(refuses_a_literal_that_does_not_fit, LiteralTooWide,
    { a: Signal<In, Bits<8>>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.a.val() == 0x100; } },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.a.val() == 0xFF; } });

trap!(refuses_a_loop_variable_named_like_a_field, LoopNamedLikeField,
    { k: Signal<In, Bits<8>>, o: Signal<Out, Bits<8>>, },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.k.val(); for k in 0..2 { self.o.next = self.o.val() + self.k.val(); } } },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.k.val(); for n in 0..2 { self.o.next = self.o.val() + self.k.val(); } } });

trap!(refuses_a_loop_variable_named_like_the_outer_one, LoopShadowsLoop,
    { a: [Signal<In, Bit>; 2], o: [Signal<Out, Bit>; 2], },
    { #[hdl_gen] fn update(&mut self) { for n in 0..1 { for n in 0..2 { self.o[n].next = self.a[n].val(); } } } },
    { #[hdl_gen] fn update(&mut self) { for _m in 0..1 { for n in 0..2 { self.o[n].next = self.a[n].val(); } } } });

trap!(refuses_a_kernel_that_reads_no_signal, ReadsNothing,
    { a: Signal<In, Bits<8>>, five: Const<8, 5>, o: Signal<Out, Bits<8>>, },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.five.val(); } },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.five.val() + self.a.val(); } });

trap!(refuses_a_signal_written_twice_from_constants_alone, ReadsNothing,
    { a: Signal<In, Bits<8>>, o: Signal<Out, Bits<8>>, p: Signal<Out, Bits<8>>, },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.a.val(); self.p.next = 1.into(); self.p.next = 2.into(); } },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.a.val(); self.p.next = 2.into(); } });

trap!(refuses_an_if_without_a_default, Latch,
    { a: Signal<In, Bit>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { if self.a.val() { self.o.next = true; } } },
    { #[hdl_gen] fn update(&mut self) { self.o.next = false; if self.a.val() { self.o.next = true; } } });

#[derive(Copy, Clone, Debug, PartialEq, LogicState)]
#[allow(dead_code, reason = "kernels name variants, nothing makes them")]
enum Level {
    Low,
    Middle,
    High,
}

trap!(refuses_a_match_of_three_variants_without_a_default, Latch,
    { a: Signal<In, Level>, b: Signal<In, Bit>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { match self.a.val() {
        Level::Low => { self.o.next = true; }
        Level::Middle => { self.o.next = false; }
        Level::High => { self.o.next = self.b.val(); }
    } } },
    { #[hdl_gen] fn update(&mut self) { self.o.next = false; match self.a.val() {
        Level::Low => { self.o.next = true; }
        Level::Middle => {}
        Level::High => { self.o.next = self.b.val(); }
    } } });

#[derive(Copy, Clone, Debug, Default, PartialEq, LogicStruct)]
struct Pair {
    low: Bits<4>,
    high: Bits<4>,
}

trap!(refuses_a_bundle_with_a_field_unwritten, Latch,
    { a: Signal<In, Bits<4>>, o: Signal<Out, Pair>, },
    { #[hdl_gen] fn update(&mut self) { self.o.next.high = self.a.val(); } },
    { #[hdl_gen] fn update(&mut self) { self.o.next.high = self.a.val(); self.o.next.low = self.a.val(); } });

trap!(refuses_a_condition_on_what_is_written_later, ReadBeforeWrite,
    { a: Signal<In, Bit>, s: Signal<Local, Bit>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { self.o.next = false; if self.s.val() { self.o.next = true; } self.s.next = self.a.val(); } },
    { #[hdl_gen] fn update(&mut self) { self.s.next = self.a.val(); self.o.next = false; if self.s.val() { self.o.next = true; } } });

const PLAIN: u64 = 5;

trap!(refuses_a_plain_const, UnknownName,
    { a: Signal<In, Bits<8>>, five: Const<8, 5>, o: Signal<Out, Bits<8>>, },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.a.val() + PLAIN; } },
    { #[hdl_gen] fn update(&mut self) { self.o.next = self.a.val() + self.five.val(); } });

trap!(refuses_a_match_on_a_bit, MatchPattern,
    { a: Signal<In, Bit>, b: Signal<In, Bit>, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) { self.o.next = false; match self.a.val() { true => { self.o.next = self.b.val(); } _ => {} } } },
    { #[hdl_gen] fn update(&mut self) { self.o.next = false; if self.a.val() { self.o.next = self.b.val(); } } });

trap!(refuses_a_kernel_and_a_link_on_one_signal, ManyDrivers,
    { a: Signal<In, Bit>, c: Wire, d: Wire, o: Signal<Out, Bit>, },
    { #[hdl_gen] fn update(&mut self) {
        self.c.i.next = self.a.val();
        self.d.i.next = self.c.o.val();
        self.d.o.next = self.a.val();
        self.o.next = self.d.o.val();
    } },
    { #[hdl_gen] fn update(&mut self) {
        self.c.i.next = self.a.val();
        self.d.i.next = self.c.o.val();
        self.o.next = self.d.o.val();
    } });

#[derive(LogicBlock, Default)]
struct Wire {
    i: Signal<In, Bit>,
    o: Signal<Out, Bit>,
}

impl Logic for Wire {
    #[hdl_gen]
    fn update(&mut self) {
        self.o.next = self.i.val();
    }
}

#[test]
fn refuses_names_that_verilog_reserves() {
    block! { Table { table: Signal<In, Bit>, o: Signal<Out, Bit>, } #[hdl_gen] fn update(&mut self) { self.o.next = self.table.val(); } }
    block! { Release { release: Signal<In, Bit>, o: Signal<Out, Bit>, } #[hdl_gen] fn update(&mut self) { self.o.next = self.release.val(); } }
    block! { Buf { buf: Wire, i: Signal<In, Bit>, o: Signal<Out, Bit>, }
    #[hdl_gen] fn update(&mut self) { self.buf.i.next = self.i.val(); self.o.next = self.buf.o.val(); } }
    block! { Tables { tables: Signal<In, Bit>, o: Signal<Out, Bit>, } #[hdl_gen] fn update(&mut self) { self.o.next = self.tables.val(); } }
    assert_eq!(traps::<Table>(CLEAN), [Trap::ReservedWord]);
    assert_eq!(traps::<Release>(CLEAN), [Trap::ReservedWord]);
    assert_eq!(traps::<Buf>(CLEAN), [Trap::ReservedWord]);
    assert_eq!(traps::<Tables>(CLEAN), []);
}

#[test]
fn refuses_a_kernel_that_names_an_underscore_field() {
    block! { Hides { i: Signal<In, Bit>, _s: Signal<Local, Bit>, o: Signal<Out, Bit>, }
    #[hdl_gen] fn update(&mut self) { self._s.next = self.i.val(); self.o.next = self._s.val(); } }
    block! { Shows { i: Signal<In, Bit>, s: Signal<Local, Bit>, o: Signal<Out, Bit>, }
    #[hdl_gen] fn update(&mut self) { self.s.next = self.i.val(); self.o.next = self.s.val(); } }
    assert!(traps::<Hides>(CLEAN).contains(&Trap::HiddenSignal));
    assert_eq!(traps::<Shows>(CLEAN), []);
}

/// Each folder's file is compiled here, and is what the check reads as the block's source.
macro_rules! hidden {
    ($test:ident, $trap:ident, $folder:ident, $block:ident, $file:literal) => {
        #[path = $file]
        mod $folder;

        #[test]
        fn $test() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/", $file);
            assert_eq!(traps::<$folder::$block>(folder.trim_end_matches("/mod.rs")), [Trap::$trap]);
            assert_eq!(traps::<$folder::$block>(CLEAN), [], "on the kernel alone it cannot be seen");
        }
    };
}

hidden!(refuses_a_loop_to_an_inclusive_end, InclusiveRange, inclusive_range, Ors, "hidden/inclusive_range/mod.rs");
hidden!(refuses_a_function_named_like_a_cast, NamedLikeCast, named_like_cast, Inverts, "hidden/named_like_cast/mod.rs");
hidden!(refuses_a_match_guard, MatchGuard, match_guard, Guarded, "hidden/match_guard/mod.rs");
hidden!(refuses_a_signal_in_an_underscore_field, HiddenSignal, hidden_signal, Hides, "hidden/hidden_signal/mod.rs");
hidden!(refuses_a_kernel_in_a_macro, KernelInMacro, kernel_in_macro, Written, "hidden/kernel_in_macro/mod.rs");

#[test]
fn names_block_expression_reason_and_remedy() {
    block! { Inner { a: Signal<In, Bits<8>>, b: Signal<In, Bits<8>>, o: Signal<Out, Bit>, }
    #[hdl_gen] fn update(&mut self) { self.o.next = self.a.val() & self.b.val() == self.b.val(); } }
    block! { Outer { a: Signal<In, Bits<8>>, inner: [Inner; 2], o: Signal<Out, Bit>, }
    #[hdl_gen] fn update(&mut self) {
        for n in 0..2 { self.inner[n].a.next = self.a.val(); self.inner[n].b.next = self.a.val(); }
        self.o.next = self.inner[0].o.val() | self.inner[1].o.val();
    } }
    let error = render(&Design::new("variant", "", CLEAN).with_top("top", Outer::default)).expect_err("it holds a trap");
    let text = error.to_string();
    assert!(text.contains("top.inner$0: mixed operators without parentheses: a & b == b"), "{text}");
    assert!(text.contains("why: ") && text.contains("remedy: write the parentheses"), "{text}");
    assert_eq!(text.matches("why: ").count(), 1, "once for all the elements of an array: {text}");
}

#[test]
fn tells_where_the_sources_are_missing() {
    let design = Design::new("variant", "", "/nowhere").with_top("top", Wire::default);
    assert!(render(&design).expect_err("no such folder").to_string().contains("/nowhere"));
}

#[test]
fn tells_which_signal_nothing_drives() {
    block! { Open { a: Signal<In, Bit>, o: Signal<Out, Bit>, idle: Signal<Out, Bit>, }
    #[hdl_gen] fn update(&mut self) { self.o.next = self.a.val(); } }
    let error = render(&Design::new("variant", "", CLEAN).with_top("top", Open::default)).expect_err("an output is open");
    assert_eq!(error.to_string(), "top: rust-hdl's checks refuse it: nothing drives: top.idle");
}

//! What the blocks are made of: registers and memories, the only Verilog written by hand.
//!
//! rust-hdl's own `DFF` has no reset and its `RAM` no output register, and the clock rate needs both. These are emitted only: their
//! behaviour is judged in Verilator, so `update` is empty.

use rust_hdl::prelude::*;

/// A register without reset: for payload, whose validity stands elsewhere. `q` is `d` one clock later.
#[derive(LogicBlock, Default)]
pub struct Reg<T: Synth> {
    /// The next value.
    pub d: Signal<In, T>,
    /// The present value.
    pub q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

/// A register that `rst` sets to zero: for valids, pointers and what software may read.
#[derive(LogicBlock, Default)]
pub struct RstReg<T: Synth> {
    /// The next value.
    pub d: Signal<In, T>,
    /// The present value.
    pub q: Signal<Out, T>,
    /// Synchronous reset, active high.
    pub rst: Signal<In, Bit>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

/// A memory of `2^A` words with one write port and one read port, its output registered.
///
/// Latency: `q` shows the word at `read_address` two clocks later.
/// A word read in the clock in which it is written shows its old value; of up to 32 words, its new one: as these fit distributed memory, their
/// address is registered instead of the word fetched.
#[derive(LogicBlock, Default)]
pub struct Memory<T: Synth, const A: usize> {
    /// Store `write_data` at `write_address`.
    pub write: Signal<In, Bit>,
    /// Where to store.
    pub write_address: Signal<In, Bits<A>>,
    /// What to store.
    pub write_data: Signal<In, T>,
    /// Which word to read.
    pub read_address: Signal<In, Bits<A>>,
    /// The word read.
    pub q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

/// A memory of `2^A` words with two ports: one that looks up, free running, and one by which the host reads and writes.
///
/// Latency: `q` shows the word at `address` two clocks later; `host_q` the word at `host_address` two clocks later.
/// A word read in the clock in which it is written shows its old value.
#[derive(LogicBlock, Default)]
pub struct HostMemory<T: Synth, const A: usize> {
    /// Which word to look up.
    pub address: Signal<In, Bits<A>>,
    /// The word looked up.
    pub q: Signal<Out, T>,
    /// Which word the host reads or writes.
    pub host_address: Signal<In, Bits<A>>,
    /// Store `host_data` at `host_address`.
    pub host_write: Signal<In, Bit>,
    /// What to store.
    pub host_data: Signal<In, T>,
    /// The word that the host reads.
    pub host_q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

/// A shift register: `q` is what `d` was `N` clocks ago. No reset, so that it fits shift-register primitives.
#[derive(LogicBlock, Default)]
pub struct Delay<T: Synth, const N: usize> {
    /// What goes in.
    pub d: Signal<In, T>,
    /// What went in `N` clocks ago.
    pub q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

/// A shift register of one bit that `rst` clears: for what is under way in a pipeline. As long as [`Shift`], but no wire.
#[derive(LogicBlock, Default)]
pub struct RstShift<const STAGES: usize, const TIMES: usize, const PLUS: isize> {
    /// What goes in.
    pub d: Signal<In, Bit>,
    /// What went in `STAGES * TIMES + PLUS` clocks ago.
    pub q: Signal<Out, Bit>,
    /// Synchronous reset, active high.
    pub rst: Signal<In, Bit>,
    /// The clock.
    pub clock: Signal<In, Clock>,
}

// So the depth of a pipeline can be a generic: Rust cannot yet compute with generics where they are used.
/// A shift register as long as `TIMES` blocks of `STAGES` registers each, and `PLUS` registers more or fewer; of no length, a wire.
#[derive(LogicBlock, Default)]
pub struct Shift<T: Synth, const STAGES: usize, const TIMES: usize, const PLUS: isize> {
    /// What goes in.
    pub d: Signal<In, T>,
    /// What went in `STAGES * TIMES + PLUS` clocks ago.
    pub q: Signal<Out, T>,
    /// The clock.
    pub clock: Signal<In, Clock>,
}

/// A memory of `2^A` words in distributed memory, whose words are there without a clock: `q` shows the word at `read_address` in the same clock.
///
/// A word read in the clock in which it is written shows its old value.
#[derive(LogicBlock, Default)]
pub struct LutMemory<T: Synth, const A: usize> {
    /// Store `write_data` at `write_address`.
    pub write: Signal<In, Bit>,
    /// Where to store.
    pub write_address: Signal<In, Bits<A>>,
    /// What to store.
    pub write_data: Signal<In, T>,
    /// Which word to read.
    pub read_address: Signal<In, Bits<A>>,
    /// The word read.
    pub q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

/// A memory of `2^A` words in distributed memory, where a small table has no clock to spend.
///
/// Latency: `q` shows the word at `address` in the same clock, `host_q` the word at `host_address` one clock later.
/// A word read in the clock in which it is written shows its old value.
#[derive(LogicBlock, Default)]
pub struct SmallMemory<T: Synth, const A: usize> {
    /// Which word to look up.
    pub address: Signal<In, Bits<A>>,
    /// The word looked up.
    pub q: Signal<Out, T>,
    /// Which word the host reads or writes.
    pub host_address: Signal<In, Bits<A>>,
    /// Store `host_data` at `host_address`.
    pub host_write: Signal<In, Bit>,
    /// What to store.
    pub host_data: Signal<In, T>,
    /// The word that the host reads.
    pub host_q: Signal<Out, T>,
    /// The clock, rising edge.
    pub clock: Signal<In, Clock>,
}

/// `N` parts of `W` bits side by side, the first least significant: the concatenation that kernels lack.
#[derive(LogicBlock, Default)]
pub struct Join<const W: usize, const N: usize, const TOTAL: usize> {
    /// The parts.
    pub part: Array<Signal<In, Bits<W>>, N>,
    /// The whole.
    pub q: Signal<Out, Bits<TOTAL>>,
}

/// `N` blocks or signals of one kind, where `N` is a parameter.
pub struct Array<B, const N: usize>([B; N]);

impl<B: Default, const N: usize> Default for Array<B, N> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| B::default()))
    }
}

impl<B, const N: usize> std::ops::Deref for Array<B, N> {
    type Target = [B; N];

    fn deref(&self) -> &[B; N] {
        &self.0
    }
}

impl<B, const N: usize> std::ops::DerefMut for Array<B, N> {
    fn deref_mut(&mut self) -> &mut [B; N] {
        &mut self.0
    }
}

impl<B: Block, const N: usize> Logic for Array<B, N> {
    fn update(&mut self) {}
}

impl<B: Block, const N: usize> Block for Array<B, N> {
    fn connect_all(&mut self) {
        self.0.connect_all();
    }

    fn update_all(&mut self) {
        self.0.update_all();
    }

    fn has_changed(&self) -> bool {
        self.0.has_changed()
    }

    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        self.0.accept(name, probe);
    }
}

/// Declares a block that is nothing but a number, given by a const generic of type `$number`.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $number:ty) => {
        $(#[$doc])*
        pub struct $name<const N: usize, const V: $number>(Constant<Bits<N>>);

        impl<const N: usize, const V: $number> $name<N, V> {
            /// The number.
            pub fn val(&self) -> Bits<N> {
                self.0.val()
            }
        }

        impl<const N: usize, const V: $number> Default for $name<N, V> {
            fn default() -> Self {
                assert!(N >= 64 || V >> N == 0, "{V} does not fit {N} bits");
                Self(Constant::new((V as u64).into()))
            }
        }

        impl<const N: usize, const V: $number> Logic for $name<N, V> {
            fn update(&mut self) {}
        }

        impl<const N: usize, const V: $number> Block for $name<N, V> {
            fn connect_all(&mut self) {}

            fn update_all(&mut self) {}

            fn has_changed(&self) -> bool {
                false
            }

            fn accept(&self, name: &str, probe: &mut dyn Probe) {
                self.0.accept(name, probe);
            }
        }
    };
}

number!(
    /// The number `V` in `N` bits: a constant that knows its width, so that nothing in the Verilog is 32 bits wide by default.
    Literal,
    u64
);
number!(
    /// The size `V` in `N` bits: as [`Literal`], for the const generics that sizes are given by.
    Size,
    usize
);

/// Bit range of a value of `bits` bits, as Verilog declares it; empty for one bit.
fn range(bits: usize) -> String {
    if bits == 1 { String::new() } else { format!("[{}:0] ", bits - 1) }
}

impl<T: Synth> Logic for Reg<T> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        shift(T::BITS, 1)
    }
}

impl<T: Synth> Logic for RstReg<T> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!("always @(posedge clock) if (rst) q <= {}'h0; else q <= d;", T::BITS))
    }
}

/// Registers in a [`Shift`] or [`RstShift`].
const fn length(stages: usize, times: usize, plus: isize) -> usize {
    (stages * times).strict_add_signed(plus)
}

/// `q` is `d` so many clocks ago, of `bits` bits.
fn shift(bits: usize, clocks: usize) -> Verilog {
    Verilog::Custom(match clocks {
        0 => "always @(*) q = d;".into(),
        1 => "always @(posedge clock) q <= d;".into(),
        _ => format!(
            "\
reg {range}line [0:{last}];
integer i;

always @(posedge clock) begin
   line[0] <= d;
   for (i = 1; i < {count}; i = i + 1) line[i] <= line[i - 1];
   q <= line[{last}];
end",
            range = range(bits),
            count = clocks - 1,
            last = clocks - 2,
        ),
    })
}

impl<T: Synth, const N: usize> Logic for Delay<T, N> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        assert!(N > 1, "a delay of one clock is a Reg");
        shift(T::BITS, N)
    }
}

impl<const STAGES: usize, const TIMES: usize, const PLUS: isize> Logic for RstShift<STAGES, TIMES, PLUS> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        let clocks = length(STAGES, TIMES, PLUS);
        assert!(clocks > 1, "a delay of one clock is a RstReg");
        let last = clocks - 2;
        Verilog::Custom(format!(
            "reg [{last}:0] line;\n\nalways @(posedge clock) if (rst) {{q, line}} <= {clocks}'h0; else {{q, line}} <= {{line, d}};"
        ))
    }
}

impl<T: Synth, const STAGES: usize, const TIMES: usize, const PLUS: isize> Logic for Shift<T, STAGES, TIMES, PLUS> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        shift(T::BITS, length(STAGES, TIMES, PLUS))
    }
}

impl<const W: usize, const N: usize, const TOTAL: usize> Logic for Join<W, N, TOTAL> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        assert_eq!(W * N, TOTAL, "the parts fill the whole");
        let parts: Vec<String> = (0..N).rev().map(|i| format!("part${i}")).collect();
        Verilog::Custom(format!("always @(*) q = {{{}}};", parts.join(", ")))
    }
}

impl<T: Synth, const A: usize> Logic for LutMemory<T, A> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "\
(* ram_style = \"distributed\" *) reg {range}store [0:{last}];

always @(posedge clock) begin
   if (write) store[write_address] <= write_data;
end

always @(*) q = store[read_address];",
            range = range(T::BITS),
            last = (1_usize << A) - 1,
        ))
    }
}

impl<T: Synth, const A: usize> Logic for SmallMemory<T, A> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
        self.host_q.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "\
(* ram_style = \"distributed\" *) reg {range}store [0:{last}];

always @(posedge clock) begin
   if (host_write) store[host_address] <= host_data;
   host_q <= store[host_address];
end

always @(*) q = store[address];",
            range = range(T::BITS),
            last = (1_usize << A) - 1,
        ))
    }
}

impl<T: Synth, const A: usize> Logic for Memory<T, A> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        if A <= 5 {
            return Verilog::Custom(format!(
                "\
(* ram_style = \"distributed\" *) reg {word}store [0:{last}];
reg {address}address;

always @(posedge clock) begin
   if (write) store[write_address] <= write_data;
   address <= read_address;
   q <= store[address];
end",
                word = range(T::BITS),
                address = range(A),
                last = (1_usize << A) - 1,
            ));
        }
        Verilog::Custom(format!(
            "\
reg {range}store [0:{last}];
reg {range}fetched;

always @(posedge clock) begin
   if (write) store[write_address] <= write_data;
   fetched <= store[read_address];
   q <= fetched;
end",
            range = range(T::BITS),
            last = (1_usize << A) - 1,
        ))
    }
}

impl<T: Synth, const A: usize> Logic for HostMemory<T, A> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
        self.host_q.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "\
reg {range}store [0:{last}];
reg {range}fetched;
reg {range}host_fetched;

always @(posedge clock) begin
   fetched <= store[address];
   q <= fetched;
end

always @(posedge clock) begin
   if (host_write) store[host_address] <= host_data;
   host_fetched <= store[host_address];
   host_q <= host_fetched;
end",
            range = range(T::BITS),
            last = (1_usize << A) - 1,
        ))
    }
}

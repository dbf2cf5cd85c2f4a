//! Arrays of blocks, and the concatenation of signals.

use rust_hdl::prelude::*;

/// `N` parts of `W` bits side by side, the first least significant: the concatenation that rust-hdl's kernels lack.
#[derive(LogicBlock, Default)]
pub struct Concat<const W: usize, const N: usize, const TOTAL: usize> {
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

impl<const W: usize, const N: usize, const TOTAL: usize> Logic for Concat<W, N, TOTAL> {
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

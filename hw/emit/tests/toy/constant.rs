//! A constant that knows its width.

use rust_hdl::prelude::*;

/// The number `V` in `N` bits.
pub(crate) struct Const<const N: usize, const V: u64>(Constant<Bits<N>>);

impl<const N: usize, const V: u64> Const<N, V> {
    /// The number.
    pub(crate) fn val(&self) -> Bits<N> {
        self.0.val()
    }
}

impl<const N: usize, const V: u64> Default for Const<N, V> {
    fn default() -> Self {
        Self(Constant::new(V.into()))
    }
}

impl<const N: usize, const V: u64> Logic for Const<N, V> {
    fn update(&mut self) {}
}

impl<const N: usize, const V: u64> Block for Const<N, V> {
    fn connect_all(&mut self) {}

    fn update_all(&mut self) {}

    fn has_changed(&self) -> bool {
        false
    }

    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        self.0.accept(name, probe);
    }
}

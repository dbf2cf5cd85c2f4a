//! Constants that know their width.

use rust_hdl::prelude::*;

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
    Const,
    u64
);

number!(
    /// The size `V` in `N` bits: as [`Const`], for the const generics that sizes are given by.
    ConstSize,
    usize
);

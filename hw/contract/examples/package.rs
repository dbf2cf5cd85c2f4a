//! Prints the register map's SystemVerilog package.

fn main() {
    print!("{}", contract::package::render());
}

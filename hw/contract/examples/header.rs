//! Prints the register map's header for C.

fn main() {
    print!("{}", contract::header::render());
}

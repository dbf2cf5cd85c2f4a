//! Prints the register map's page.

fn main() {
    print!("{}", contract::page::render());
}

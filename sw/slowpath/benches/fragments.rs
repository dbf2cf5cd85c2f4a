//! Fragments per second; measured in a later commit.

fn main() {}

//! `tandem check`.

use crate::bench::{command, folder, transcript};

#[test]
fn calls_a_sound_file_sound() {
    let folder = folder();
    let run = |arguments: &[&str]| transcript(arguments, &command(folder.path(), arguments).output().unwrap());
    insta::assert_snapshot!(run(&["check", "tandem.toml"]));
    insta::assert_snapshot!(run(&["check", "tandem.toml", "--json"]));
}

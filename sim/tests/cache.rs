//! The store of built models, which the build script uses.

#[path = "../build/cache.rs"]
mod cache;

use std::path::{Path, PathBuf};
use std::{fs, process};

fn store(name: &str) -> PathBuf {
    let store = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", process::id()));
    fs::create_dir_all(&store).unwrap();
    store
}

#[test]
fn a_key_changes_with_every_input() {
    let keys = [
        cache::key(&[b"module a; endmodule", b"-O2", b"5.032"]),
        cache::key(&[b"module b; endmodule", b"-O2", b"5.032"]),
        cache::key(&[b"module a; endmodule", b"-O3", b"5.032"]),
        cache::key(&[b"module a; endmodule", b"-O2", b"5.006"]),
        cache::key(&[b"module a; endmodule-", b"O2", b"5.032"]),
    ];
    for (n, key) in keys.iter().enumerate() {
        assert!(!keys[..n].contains(key));
    }
}

#[test]
fn what_is_complete_is_not_made_again_and_what_failed_is() {
    let store = store("models");
    let make = |key: &str, works: bool| {
        cache::obtain(&store, "core", key, |folder: &Path| {
            assert_eq!(fs::read_dir(folder)?.count(), 0, "made in an empty folder");
            fs::write(folder.join("lib.a"), key)?;
            if works { Ok(()) } else { Err("interrupted".into()) }
        })
    };
    assert!(make("one", false).is_err());
    let (folder, made) = make("one", true).unwrap();
    assert!(made);
    assert_eq!(make("one", true).unwrap(), (folder.clone(), false));
    let (other, made) = make("two", true).unwrap();
    assert!(made && other != folder);
    assert_eq!(fs::read_to_string(folder.join("lib.a")).unwrap(), "one");
    fs::remove_dir_all(store).unwrap();
}

//! What the fuzzers begin with and what they have found, gone through by the same checks as theirs.

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

#[test]
fn what_the_fuzzers_know_holds() {
    for (target, check) in fuzz::ALL {
        let mut kept: Vec<_> = std::fs::read_dir(format!("fuzz/seeds/{target}")).unwrap().map(|entry| entry.unwrap().path()).collect();
        kept.sort();
        assert!(!kept.is_empty(), "{target} has nothing to begin with");
        for path in kept {
            let bytes = std::fs::read(&path).unwrap();
            let held = std::panic::catch_unwind(|| check(&bytes));
            assert!(held.is_ok(), "{} does not hold", path.display());
        }
    }
}

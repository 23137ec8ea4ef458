//! Each dependency stands in `docs/DEPENDENCIES.md` with its reason, and nothing stands there that is none.

use std::collections::BTreeSet;

/// The first words of the keys below headings that name dependencies: `[dependencies]`, `[target.….dependencies]`, `[dev-dependencies]`.
fn in_manifest(manifest: &str) -> BTreeSet<&str> {
    let mut inside = false;
    let mut names = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| inside) {
            names.insert(name);
        }
    }
    names
}

#[test]
fn every_dependency_has_its_reason() {
    let table = include_str!("../docs/DEPENDENCIES.md");
    let told: BTreeSet<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next()).filter(|name| *name != "crate").collect();
    let there = in_manifest(include_str!("../Cargo.toml"));
    assert!(there.contains("ratatui") && there.contains("rustix") && there.contains("insta"), "{there:?}");
    assert_eq!(there.symmetric_difference(&told).collect::<Vec<_>>(), [&""; 0], "in Cargo.toml or in docs/DEPENDENCIES.md alone");
}

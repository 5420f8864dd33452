//! The README of each crate lists its features.

use std::{collections::BTreeSet, fs, path::Path};

fn in_the_manifest(manifest: &str) -> BTreeSet<&str> {
    let section = manifest.split("\n[features]\n").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let named = lines.filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    named.filter(|name| *name != "default" && !name.starts_with(['#', ' '])).collect()
}

/// Returns the names in the first cells of tables.
fn in_the_tables(readme: &str) -> BTreeSet<&str> {
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = rows.filter_map(|row| row.split('|').next());
    cells.flat_map(|cell| cell.split('`').step_by(2)).collect()
}

#[test]
fn each_readme_lists_the_features_of_its_crate() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for entry in fs::read_dir(&root).expect("a directory") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        if !name.starts_with("errcode-") {
            continue;
        }
        let read = |file: &str| fs::read_to_string(root.join(&name).join(file)).expect(&name);
        let (manifest, readme) = (read("Cargo.toml"), read("README.md"));
        let (features, listed) = (in_the_manifest(&manifest), in_the_tables(&readme));
        let missing: Vec<_> = features.difference(&listed).collect();
        assert!(missing.is_empty(), "{name}: {missing:?}");
    }
}

//! The guide's table of features is whole.

use std::{collections::BTreeSet, fs, path::Path};

type Features = BTreeSet<(String, String)>;

/// Returns the features of the guide's table. A row without a crate belongs to the crate of the row above.
fn in_the_guide(guide: &str) -> Features {
    let table = guide.split("| crate | feature |").nth(1).expect("the table");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut crates = Vec::new();
    let mut features = Features::new();
    for row in rows {
        let cells: Vec<&str> = row.split('|').collect();
        let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let named: Vec<String> = names(cells[1]);
        if !named.is_empty() {
            crates = named;
        }
        let of_row: Vec<String> = names(cells[2]);
        for name in &crates {
            features.extend(of_row.iter().map(|feature| (name.clone(), feature.clone())));
        }
    }
    features
}

/// Returns the features in the manifests of the crates.
fn in_the_manifests(root: &Path) -> Features {
    let mut features = Features::new();
    for entry in fs::read_dir(root).expect("a directory") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        if !name.starts_with("errcode-") {
            continue;
        }
        let manifest = fs::read_to_string(root.join(&name).join("Cargo.toml")).expect(&name);
        let section = manifest.split("[features]").nth(1).unwrap_or_default();
        let lines = section.lines().take_while(|line| !line.starts_with('['));
        let named = lines.filter_map(|line| Some(line.split_once(" = ")?.0));
        let own = named.filter(|name| *name != "default" && !name.starts_with('#'));
        features.extend(own.map(|feature| (name.clone(), feature.to_owned())));
    }
    features
}

#[test]
fn the_guide_names_every_feature() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guide = fs::read_to_string(root.join("docs/guide.md")).expect("the guide");
    assert_eq!(in_the_guide(&guide), in_the_manifests(&root));
}

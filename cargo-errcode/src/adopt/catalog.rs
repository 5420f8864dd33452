//! The `catalog!` that lists the types with codes.

use super::{
    item::Item,
    names::Coded,
    source::{Module, Source},
};
use std::collections::BTreeSet;

/// The text to add to a root file.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub(crate) file: String,
    /// Whether the crate declares a catalog already.
    pub(crate) is_there: bool,
    /// `catalog! { … }`, or only the new entries of an existing one.
    pub(crate) text: String,
}

/// Returns the catalogs of the roots that get new codes.
pub(super) fn catalogs(source: &Source, coded: &Coded<'_>) -> Vec<Catalog> {
    let roots = source.modules.iter().filter(|module| module.path.len() == 1);
    roots.filter_map(|root| catalog(source, root, coded)).collect()
}

fn catalog(source: &Source, root: &Module, coded: &Coded<'_>) -> Option<Catalog> {
    let of_root = |item: &&Item| source.modules[item.module].root == root.root && coded.has(item);
    let mut items: Vec<&Item> = source.items.iter().filter(of_root).collect();
    if items.iter().all(|item| item.has_codes) {
        return None;
    }
    items.sort_by_key(|item| item.module);
    let is_there =
        source.modules.iter().any(|module| module.root == root.root && module.has_catalog);
    let (mut entries, mut remarks, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for item in items.into_iter().filter(|item| !(is_there && item.has_codes)) {
        if !seen.insert(item.at) {
            continue;
        }
        match nameable(source, item) {
            Ok(path) => entries.push(entry(&source.modules[item.module], item, &path)),
            Err(obstacle) => {
                let block = if item.in_block { "::{…}" } else { "" };
                let module = source.modules[item.module].path.join("::");
                remarks
                    .push(format!("// {module}{block}::{} is not listed: {obstacle}", item.name));
            }
        }
    }
    let block = if is_there { lines(&entries, "") } else { block(&entries) };
    let text = block.into_iter().chain(remarks).collect::<Vec<_>>().join("\n");
    Some(Catalog { file: source.files[root.file].shown.clone(), is_there, text })
}

/// Returns the path by which the root can name the type, or why it cannot.
fn nameable(source: &Source, item: &Item) -> Result<String, &'static str> {
    let module = &source.modules[item.module];
    if item.in_block {
        return Err("it is declared in a function");
    }
    if module.in_macro {
        return Err("its module is declared in a macro; list it under the same conditions");
    }
    if item.is_generic {
        return Err("it is generic; list it with its arguments");
    }
    if module.opens(item.is_visible) {
        return Ok(format!("{}::{}", module.path.join("::"), item.name));
    }
    exported(source, module, item).ok_or("it is private; make it and its modules `pub(crate)`")
}

/// Finds a `use` of the type, or of all in its module, in a module that the root can name.
fn exported(source: &Source, home: &Module, item: &Item) -> Option<String> {
    let (own, module) = (&item.name, home.path.last()?);
    let open = source.modules.iter().filter(|module| module.root == home.root);
    let mut exports = open.flat_map(|open| {
        let imports = open.imports.iter().filter(|import| open.opens(import.is_visible));
        imports.filter_map(move |import| {
            let name = match (&import.name, import.path.as_slice()) {
                (Some(name), [.., from, ty]) if (from, ty) == (module, own) => name,
                (None, [.., from]) if from == module && item.is_visible => own,
                _ => return None,
            };
            Some(format!("{}::{name}", open.path.join("::")))
        })
    });
    exports.next()
}

fn entry(module: &Module, item: &Item, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    // The `cfg` of a module is often both at its `mod` and in its file.
    for condition in module.conditions.iter().chain(&item.conditions) {
        if !parts.contains(&condition.as_str()) {
            parts.push(condition);
        }
    }
    parts.push(path);
    parts.join(" ")
}

fn block(entries: &[String]) -> Vec<String> {
    let line =
        format!("errcode_core::catalog! {{ pub static CATALOG = [{}]; }}", entries.join(", "));
    if entries.is_empty() {
        return Vec::new();
    }
    if line.len() <= 110 {
        return vec![line];
    }
    let mut block =
        vec!["errcode_core::catalog! {".to_owned(), "    pub static CATALOG = [".to_owned()];
    block.extend(lines(entries, "        "));
    block.extend(["    ];".to_owned(), "}".to_owned()]);
    block
}

fn lines(entries: &[String], indentation: &str) -> Vec<String> {
    entries.iter().map(|entry| format!("{indentation}{entry},")).collect()
}

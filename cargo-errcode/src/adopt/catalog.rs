//! The `catalog!` that lists the types with codes.

use super::{
    edit::Edit,
    item::Item,
    names::Coded,
    source::{Module, Source},
};
use std::collections::BTreeSet;

/// The text to add to a root file, or to the catalog of its crate.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub(crate) file: String,
    pub(super) root: usize,
    /// Whether the crate declares a catalog already.
    pub(crate) is_there: bool,
    /// `catalog! { … }`, or only the new entries of an existing one, and remarks about types that are not listed.
    pub(crate) text: String,
    /// The changes, each with its file.
    pub(super) edits: Vec<(usize, Edit)>,
}

/// Returns the catalogs of the roots that get new codes.
pub(super) fn catalogs(source: &Source, coded: &Coded<'_>, package: &str) -> Vec<Catalog> {
    let roots = source.modules.iter().filter(|module| module.path.len() == 1);
    roots.filter_map(|root| catalog(source, root, coded, package)).collect()
}

fn catalog(source: &Source, root: &Module, coded: &Coded<'_>, package: &str) -> Option<Catalog> {
    let of_root = |item: &&Item| source.modules[item.module].root == root.root && coded.has(item);
    let mut items: Vec<&Item> = source.items.iter().filter(of_root).collect();
    if items.iter().all(|item| item.has_codes) {
        return None;
    }
    items.sort_by_key(|item| item.module);
    let mut of_root = source.modules.iter().filter(|module| module.root == root.root);
    let there = of_root.find_map(|module| Some((module.file, module.catalog?)));
    let is_there = there.is_some();
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
    // A library's catalog is merged into those of services.
    let service = (!source.answers.is_empty()).then_some(package);
    let block = if is_there { lines(&entries, "") } else { block(&entries, service) };
    let edits = match there {
        _ if entries.is_empty() => None,
        Some((file, at)) => Some((file, extend(source, file, at, &entries))),
        None => Some((root.file, append(source, root.file, &block))),
    };
    let edits = edits.into_iter().filter(|(file, _)| !source.files[*file].is_foreign).collect();
    let file = there.map_or(root.file, |(file, _)| file);
    let text = block.into_iter().chain(remarks).collect::<Vec<_>>().join("\n");
    let file = source.files[file].shown.clone();
    Some(Catalog { file, root: root.root, is_there, text, edits })
}

/// Adds entries to the list of a catalog, each in a line of its own if those of the list are.
fn extend(source: &Source, file: usize, at: usize, entries: &[String]) -> Edit {
    let rest = &source.files[file].text[at..];
    let space = &rest[..rest.len() - rest.trim_start().len()];
    let is_empty = rest.trim_start().starts_with(']');
    let text = if space.contains('\n') && !is_empty {
        entries.iter().map(|entry| format!("{space}{entry},")).collect()
    } else {
        entries.join(", ") + if is_empty { "" } else { ", " }
    };
    Edit::insert(at, text)
}

/// Adds a catalog at the end of a file.
fn append(source: &Source, file: usize, block: &[String]) -> Edit {
    let text = &source.files[file].text;
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let before = if text.ends_with('\n') || text.is_empty() { "" } else { line_end };
    let catalog = block.join(line_end);
    Edit::insert(text.len(), format!("{before}{line_end}{catalog}{line_end}"))
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

fn block(entries: &[String], service: Option<&str>) -> Vec<String> {
    if entries.is_empty() {
        return Vec::new();
    }
    let service = service.map(|service| format!("service = \"{service}\";"));
    let after = service.as_ref().map_or(String::new(), |service| format!(" {service}"));
    let list = entries.join(", ");
    let line = format!("errcode_core::catalog! {{ pub static CATALOG = [{list}];{after} }}");
    if line.len() <= 110 {
        return vec![line];
    }
    let mut block =
        vec!["errcode_core::catalog! {".to_owned(), "    pub static CATALOG = [".to_owned()];
    block.extend(lines(entries, "        "));
    block.push("    ];".to_owned());
    block.extend(service.map(|service| format!("    {service}")));
    block.push("}".to_owned());
    block
}

fn lines(entries: &[String], indentation: &str) -> Vec<String> {
    entries.iter().map(|entry| format!("{indentation}{entry},")).collect()
}

//! The `catalog!` that lists the types with codes.

use super::modules::{Module, Tree};
use super::syntax::Definition;
use std::collections::BTreeSet;

/// What is to be put into a root file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Catalog {
    /// The root file.
    pub(crate) file: String,
    /// It declares a catalog already, or one of its modules does.
    pub(crate) is_there: bool,
    /// `catalog! { … }`, or only its new entries.
    pub(crate) text: String,
}

/// A type that has codes when all is written.
pub(super) struct Listed {
    pub(super) module: usize,
    pub(super) index: usize,
    /// It had none before.
    pub(super) is_new: bool,
}

/// The catalogs of the roots to which something was added.
pub(super) fn catalogs(tree: &Tree, listed: &[Listed]) -> Vec<Catalog> {
    let roots = tree.modules.iter().filter(|module| module.parent.is_none());
    roots.filter_map(|root| catalog(tree, root, listed)).collect()
}

fn catalog(tree: &Tree, root: &Module, listed: &[Listed]) -> Option<Catalog> {
    let of_root = || listed.iter().filter(|listed| tree.modules[listed.module].root == root.root);
    if !of_root().any(|listed| listed.is_new) {
        return None;
    }
    let is_there = tree.modules.iter().filter(|module| module.root == root.root).any(|module| {
        tree.files[module.file].syntax.as_ref().is_some_and(|syntax| syntax.has_catalog)
    });
    // What two modules share through a `#[path]` has one set of codes.
    let mut seen = BTreeSet::new();
    let (mut entries, mut remarks) = (Vec::new(), Vec::new());
    for listed in of_root().filter(|listed| listed.is_new || !is_there) {
        let module = &tree.modules[listed.module];
        let Some(definition) = tree.definition(listed.module, listed.index) else { continue };
        if !seen.insert((module.file, module.scope, listed.index)) {
            continue;
        }
        let path = path(tree, listed.module, &definition.name);
        match nameable(tree, listed, definition) {
            Ok(path) => entries.push(entry(module, definition, &path)),
            Err(obstacle) => remarks.push(format!("// {path} is not listed: {obstacle}")),
        }
    }
    let block = if is_there { lines(&entries, "") } else { block(&entries) };
    let text = block.into_iter().chain(remarks).collect::<Vec<_>>().join("\n");
    Some(Catalog { file: tree.files[root.file].shown.clone(), is_there, text })
}

fn path(tree: &Tree, module: usize, name: &str) -> String {
    let mut names = vec![name];
    let mut here = Some(module);
    while let Some(module) = here.map(|here| &tree.modules[here]) {
        names.push(module.name.as_deref().unwrap_or("{…}"));
        here = module.parent;
    }
    names.reverse();
    names.join("::")
}

/// The path by which the root can name the type, or why it cannot without more ado.
fn nameable(tree: &Tree, listed: &Listed, definition: &Definition) -> Result<String, &'static str> {
    let module = &tree.modules[listed.module];
    if module.name.is_none() {
        return Err("it is declared within a function");
    }
    if module.in_macro {
        return Err("its module is declared in a macro; list it under the same conditions");
    }
    if definition.is_generic {
        return Err("it is generic; list it with its arguments");
    }
    if module.opens(definition.reach) {
        return Ok(path(tree, listed.module, &definition.name));
    }
    let (exporter, name) = tree
        .exported((listed.module, listed.index))
        .ok_or("it is private there; make it `pub(crate)`, and its modules")?;
    Ok(path(tree, exporter, &name))
}

fn entry(module: &Module, definition: &Definition, path: &str) -> String {
    let mut conditions: Vec<&str> = Vec::new();
    // A module's `cfg` often stands at its `mod` and in its file.
    for condition in module.conditions.iter().chain(&definition.conditions) {
        if !conditions.contains(&condition.as_str()) {
            conditions.push(condition);
        }
    }
    conditions.push(path);
    conditions.join(" ")
}

fn block(entries: &[String]) -> Vec<String> {
    if entries.is_empty() {
        return Vec::new();
    }
    let line =
        format!("errcode_core::catalog! {{ pub static CATALOG = [{}]; }}", entries.join(", "));
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

//! The types that are adopted, among all that the sources declare.

use super::{
    catalog::Listed,
    modules::Tree,
    syntax::{Body, Definition, Derived, Path},
};
use std::collections::BTreeMap;

/// A type that derives thiserror's `Error` and lacks a code.
pub(super) struct Item<'t> {
    pub(super) definition: &'t Definition,
    /// thiserror's derive.
    pub(super) error: &'t Derived,
    /// The modules that it is in: several, where a library and a binary share a file.
    pub(super) modules: Vec<usize>,
}

/// A type, by its file, its scope there and its place in that.
type Key = (usize, usize, usize);

pub(super) struct Items<'t> {
    tree: &'t Tree,
    found: BTreeMap<Key, Item<'t>>,
    pub(super) warnings: Vec<String>,
}

impl<'t> Items<'t> {
    pub(super) fn find(tree: &'t Tree, prefix: &str) -> Self {
        let mut items = Self { tree, found: BTreeMap::new(), warnings: Vec::new() };
        for (module, key, definition) in definitions(tree) {
            if let Some(item) = items.found.get_mut(&key) {
                item.modules.push(module);
            } else if let Some(error) = items.error(module, definition) {
                match obstacle(definition, error, prefix) {
                    None => {
                        let modules = vec![module];
                        items.found.insert(key, Item { definition, error, modules });
                    }
                    Some(obstacle) => items.warn(key, definition, &obstacle),
                }
            }
        }
        items
    }

    /// thiserror's derive, where there is something to add.
    fn error(&self, module: usize, definition: &'t Definition) -> Option<&'t Derived> {
        let settled = matches!(definition.body, Body::Settled);
        if settled || self.tree.files[self.tree.modules[module].file].is_foreign {
            return None;
        }
        definition.derives.iter().find(|derived| self.tree.is_thiserror(module, &derived.path))
    }

    fn warn(&mut self, (file, ..): Key, definition: &Definition, obstacle: &str) {
        let (shown, Definition { line, name, .. }) = (&self.tree.files[file].shown, definition);
        let warning = format!("{shown}:{line}: `{name}` stays as it is: {obstacle}");
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// In the order of the source.
    pub(super) fn of_file(&self, file: usize) -> Vec<&Item<'t>> {
        let mut items: Vec<_> =
            self.found.range((file, 0, 0)..(file + 1, 0, 0)).map(|(_, item)| item).collect();
        items.sort_by_key(|item| item.definition.line);
        items
    }

    /// Whether the path means, in all these modules, a type that has codes when all is written.
    pub(super) fn have_codes(&self, modules: &[usize], path: &Path) -> bool {
        modules.iter().all(|module| {
            let types = self.tree.local_types(*module, path);
            !types.is_empty() && types.iter().all(|(module, place)| self.has_codes(*module, *place))
        })
    }

    fn has_codes(&self, module: usize, place: usize) -> bool {
        let Some(definition) = self.tree.definition(module, place) else { return false };
        definition.has_codes() || self.found.contains_key(&self.key(module, place))
    }

    fn key(&self, module: usize, place: usize) -> Key {
        (self.tree.modules[module].file, self.tree.modules[module].scope, place)
    }

    /// All types that have codes when all is written.
    pub(super) fn listed(&self) -> Vec<Listed> {
        definitions(self.tree)
            .filter(|(_, key, definition)| definition.has_codes() || self.found.contains_key(key))
            .map(|(module, key, definition)| Listed {
                module,
                index: key.2,
                is_new: !definition.has_codes(),
            })
            .collect()
    }
}

fn definitions(tree: &Tree) -> impl Iterator<Item = (usize, Key, &Definition)> {
    tree.modules.iter().enumerate().flat_map(move |(index, module)| {
        let types = tree.scope(module).map(|scope| scope.types.iter()).unwrap_or_default();
        types
            .enumerate()
            .map(move |(place, definition)| (index, (module.file, module.scope, place), definition))
    })
}

/// Why the type must be left to its author.
fn obstacle(definition: &Definition, error: &Derived, prefix: &str) -> Option<String> {
    if error.behind.is_none() && !definition.has_codes() {
        return Some("it derives `Error` in a `cfg_attr`; add codes by hand".to_owned());
    }
    match &definition.body {
        Body::Enum { prefix: Some(own), .. } if !prefix.starts_with(own.as_str()) => {
            Some(format!("its codes begin with `{own}`; run this with --prefix {own}"))
        }
        _ => None,
    }
}

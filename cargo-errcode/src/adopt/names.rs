//! Lookup of types by the declarations and imports of modules.

use super::{
    item::Item,
    source::{Module, Source},
};
use std::collections::BTreeSet;

/// The types of a package that have codes after the changes.
pub(super) struct Coded<'s> {
    source: &'s Source,
    items: BTreeSet<(usize, usize)>,
}

/// Bounds the length of import chains, which may be circular.
const FAR: u8 = 8;

impl<'s> Coded<'s> {
    pub(super) fn new(source: &'s Source, adopted: impl Iterator<Item = (usize, usize)>) -> Self {
        let coded = source.items.iter().filter(|item| item.has_codes).map(|item| item.at);
        Self { source, items: coded.chain(adopted).collect() }
    }

    /// Only the type at this place.
    pub(super) fn only(source: &'s Source, at: (usize, usize)) -> Self {
        Self { source, items: BTreeSet::from([at]) }
    }

    pub(super) fn has(&self, item: &Item) -> bool {
        self.items.contains(&item.at)
    }

    /// Returns whether the path leads to such a type in the module.
    pub(super) fn is_meant(&self, module: usize, path: &[String]) -> bool {
        self.leads_to_one(&self.source.modules[module], path, FAR)
    }

    fn leads_to_one(&self, module: &Module, path: &[String], far: u8) -> bool {
        let (Some((name, before)), Some(far)) = (path.split_last(), far.checked_sub(1)) else {
            return false;
        };
        if before.is_empty() {
            return self.is_named(module, name, far);
        }
        let modules = self.modules(module, before, far);
        !modules.is_empty() && modules.iter().all(|module| self.is_named(module, name, far))
    }

    /// Looks for a declaration, else for imports of the name, else for glob imports.
    fn is_named(&self, module: &Module, name: &str, far: u8) -> bool {
        let in_module = |item: &&Item| self.source.modules[item.module].is(module);
        let declared = self.source.items.iter().filter(in_module).find(|item| item.name == name);
        if let Some(declared) = declared {
            return self.has(declared);
        }
        // The `Error` of thiserror is a derive, not a type.
        let imports = module
            .imports
            .iter()
            .filter(|import| !import.path.iter().any(|name| name == "thiserror"));
        let (stars, named): (Vec<_>, Vec<_>) = imports
            .filter(|import| import.name.as_deref().is_none_or(|own| own == name))
            .partition(|import| import.name.is_none());
        if named.is_empty() {
            let own = |path: &[String]| [path, &[name.to_owned()]].concat();
            return stars.iter().any(|star| self.leads_to_one(module, &own(&star.path), far));
        }
        named.iter().all(|import| self.leads_to_one(module, &import.path, far))
    }

    /// Returns the modules of the package that the path leads to, or none if it is in another
    /// crate.
    fn modules(&self, from: &Module, path: &[String], far: u8) -> Vec<&'s Module> {
        let (Some((first, rest)), Some(far)) = (path.split_first(), far.checked_sub(1)) else {
            return Vec::new();
        };
        let start = match first.as_str() {
            "crate" => from.path[..1].to_vec(),
            "self" => from.path.clone(),
            "super" => from.path[..from.path.len().saturating_sub(1)].to_vec(),
            name => {
                let child = [from.path.as_slice(), &[name.to_owned()]].concat();
                let import =
                    from.imports.iter().find(|import| import.name.as_deref() == Some(name));
                match import.filter(|import| import.path != path[..1]) {
                    Some(import) => {
                        let path = [import.path.as_slice(), rest].concat();
                        return self.modules(from, &path, far);
                    }
                    None => child,
                }
            }
        };
        let mut path = start;
        for name in rest {
            if name == "super" { path.pop().map_or((), drop) } else { path.push(name.clone()) }
        }
        let is_it = |module: &&Module| module.root == from.root && module.path == path;
        self.source.modules.iter().filter(is_it).collect()
    }
}

//! What a name means in a module, as far as the sources of the crate tell.

use super::{
    modules::{Module, Tree},
    syntax::{Definition, Path, Reach, Scope},
};
use std::collections::BTreeSet;

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The type of this place in the module.
    Type(usize, usize),
    Module(usize),
    /// In another crate.
    Foreign(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Space {
    Types,
    Macros,
}

/// One question, and what was asked on the way, so that imports in a circle come to an end.
struct Search<'t> {
    tree: &'t Tree,
    space: Space,
    asked: BTreeSet<(usize, Space, String)>,
}

impl Tree {
    pub(super) fn scope(&self, module: &Module) -> Option<&Scope> {
        self.files[module.file].syntax.as_ref()?.scopes.get(module.scope)
    }

    pub(super) fn definition(&self, module: usize, index: usize) -> Option<&Definition> {
        self.scope(&self.modules[module])?.types.get(index)
    }

    /// Whether the path in a `derive` is thiserror's.
    pub(super) fn is_thiserror(&self, module: usize, path: &Path) -> bool {
        let mut found = self.search(module, path, Space::Macros);
        if found.is_empty() {
            // `#[macro_use] extern crate thiserror;`
            found = self.search(self.root(module), path, Space::Macros);
        }
        found.iter().any(|found| self.is_derive(found))
    }

    fn is_derive(&self, found: &Found) -> bool {
        let Found::Foreign(path) = found else { return false };
        matches!(path.as_slice(), [name, error] if self.thiserror.contains(name) && error == "Error")
    }

    /// The types of the crate that the path may mean; none, if it may mean anything else.
    pub(super) fn local_types(&self, module: usize, path: &Path) -> Vec<(usize, usize)> {
        let found = self.search(module, path, Space::Types);
        let types = found.iter().map(|found| match found {
            Found::Type(module, index) => Some((*module, *index)),
            Found::Module(_) | Found::Foreign(_) => None,
        });
        types.collect::<Option<_>>().unwrap_or_default()
    }

    /// Where the root can name the type, which is private where it stands: the module, and its name there.
    pub(super) fn exported(&self, (home, place): (usize, usize)) -> Option<(usize, String)> {
        let definition = self.definition(home, place)?;
        let root = self.modules[home].root;
        let open = self
            .modules
            .iter()
            .enumerate()
            .filter(|(_, module)| module.is_open && module.root == root);
        let exports = open.flat_map(|(index, module)| {
            let imports =
                self.scope(module).map(|scope| scope.imports.as_slice()).unwrap_or_default();
            let visible = imports.iter().filter(|import| module.opens(import.reach));
            visible.filter_map(move |import| match &import.name {
                Some(name) => self
                    .local_types(index, &import.path)
                    .contains(&(home, place))
                    .then_some((index, name)),
                None => {
                    let brings = self
                        .search(index, &import.path, Space::Types)
                        .contains(&Found::Module(home));
                    (brings && definition.reach == Reach::Crate)
                        .then_some((index, &definition.name))
                }
            })
        });
        let (module, name) = exports
            .filter(|(_, name)| *name != "_")
            .min_by_key(|(module, _)| self.modules[*module].depth)?;
        Some((module, name.clone()))
    }

    fn search(&self, module: usize, path: &Path, space: Space) -> Vec<Found> {
        Search { tree: self, space, asked: BTreeSet::new() }.path(module, path)
    }

    fn root(&self, mut module: usize) -> usize {
        while let Some(parent) = self.modules[module].parent {
            module = parent;
        }
        module
    }

    /// The module itself, or that around the block.
    fn enclosing(&self, mut module: usize) -> usize {
        while let (None, Some(parent)) = (&self.modules[module].name, self.modules[module].parent) {
            module = parent;
        }
        module
    }

    fn above(&self, module: usize) -> Option<usize> {
        Some(self.enclosing(self.modules[self.enclosing(module)].parent?))
    }
}

impl Search<'_> {
    fn path(&mut self, module: usize, path: &Path) -> Vec<Found> {
        let Some((first, rest)) = path.names.split_first() else {
            return vec![Found::Module(module)];
        };
        if path.is_global {
            return vec![Found::Foreign(path.names.clone())];
        }
        let start = match first.as_str() {
            "crate" => vec![Found::Module(self.tree.root(module))],
            "self" => vec![Found::Module(self.tree.enclosing(module))],
            "super" => self.tree.above(module).map(Found::Module).into_iter().collect(),
            _ if rest.is_empty() => self.named_around(module, first),
            _ => {
                let found = self.around_as(Space::Types, module, first);
                let others = found.into_iter().filter(|found| !matches!(found, Found::Type(..)));
                let modules: Vec<_> = others.collect();
                if modules.is_empty() { vec![Found::Foreign(vec![first.clone()])] } else { modules }
            }
        };
        start.into_iter().flat_map(|start| self.behind(start, rest)).collect()
    }

    fn behind(&mut self, start: Found, names: &[String]) -> Vec<Found> {
        let Some((first, rest)) = names.split_first() else { return vec![start] };
        let next = match start {
            Found::Foreign(path) => return vec![Found::Foreign([&path, names].concat())],
            Found::Type(..) => Vec::new(),
            Found::Module(module) if first == "super" => {
                self.tree.above(module).map(Found::Module).into_iter().collect()
            }
            Found::Module(module) if rest.is_empty() => self.named(module, first),
            Found::Module(module) => {
                self.as_space(Space::Types, |search| search.named(module, first))
            }
        };
        next.into_iter().flat_map(|next| self.behind(next, rest)).collect()
    }

    fn as_space<T>(&mut self, space: Space, ask: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.space, space);
        let answer = ask(self);
        self.space = before;
        answer
    }

    fn around_as(&mut self, space: Space, module: usize, name: &str) -> Vec<Found> {
        self.as_space(space, |search| search.named_around(module, name))
    }

    /// In the module, or in the blocks that lie around and the module around them.
    fn named_around(&mut self, module: usize, name: &str) -> Vec<Found> {
        let mut found = self.named(module, name);
        let mut here = module;
        while let (true, None, Some(parent)) =
            (found.is_empty(), &self.tree.modules[here].name, self.tree.modules[here].parent)
        {
            here = parent;
            found = self.named(here, name);
        }
        found
    }

    /// An item of the module, else an import, else what a `*` may bring.
    fn named(&mut self, module: usize, name: &str) -> Vec<Found> {
        if !self.asked.insert((module, self.space, name.to_owned())) {
            return Vec::new();
        }
        let tree = self.tree;
        let Some(scope) = tree.scope(&tree.modules[module]) else { return Vec::new() };
        let mut found = self.declared(module, scope, name);
        if found.is_empty() {
            for import in scope.imports.iter().filter(|import| import.name.as_deref() == Some(name))
            {
                found.extend(self.imported(module, &import.path));
            }
            found.retain(|found| match self.space {
                // A derive is no type.
                Space::Types => !self.tree.is_derive(found),
                // std's `Error` is no derive, so it hides none that a `*` brings.
                Space::Macros => !is_std(found),
            });
        }
        if found.is_empty() {
            for import in scope.imports.iter().filter(|import| import.name.is_none()) {
                let modules =
                    self.as_space(Space::Types, |search| search.imported(module, &import.path));
                found.extend(modules.into_iter().flat_map(|start| self.glob(start, name)));
            }
        }
        found
    }

    /// What an import brings is there, even if the sources do not tell what it is.
    fn imported(&mut self, module: usize, path: &Path) -> Vec<Found> {
        let found = self.path(module, path);
        let of_crate = path
            .names
            .first()
            .is_some_and(|first| ["crate", "self", "super"].contains(&first.as_str()));
        // A type of the crate is imported by the same words as a macro of its name, which may not be there.
        if found.is_empty() && !(of_crate && self.space == Space::Macros) {
            return vec![Found::Foreign(path.names.clone())];
        }
        found
    }

    fn declared(&self, module: usize, scope: &Scope, name: &str) -> Vec<Found> {
        if self.space == Space::Macros {
            return Vec::new();
        }
        let types =
            scope.types.iter().enumerate().filter(|(_, definition)| definition.name == name);
        let children = self.tree.modules.iter().enumerate();
        let modules = children
            .filter(|(_, child)| {
                child.parent == Some(module) && child.name.as_deref() == Some(name)
            })
            .map(|(index, _)| Found::Module(index));
        types.map(|(index, _)| Found::Type(module, index)).chain(modules).collect()
    }

    fn glob(&mut self, start: Found, name: &str) -> Vec<Found> {
        match start {
            Found::Module(module) => self.named(module, name),
            // A type of another crate cannot be told from one that is not there.
            Found::Foreign(mut path) if self.space == Space::Macros => {
                path.push(name.to_owned());
                vec![Found::Foreign(path)]
            }
            Found::Foreign(_) | Found::Type(..) => Vec::new(),
        }
    }
}

fn is_std(found: &Found) -> bool {
    let Found::Foreign(path) = found else { return false };
    path.first().is_some_and(|first| ["std", "core", "alloc"].contains(&first.as_str()))
}

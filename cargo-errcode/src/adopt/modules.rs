//! The modules of a crate, found as rustc finds them: from the root file along the `mod` items. What no `mod` names is not touched.

use super::{
    Package,
    syntax::{self, Declaration, Reach, Syntax},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Everything that the roots lead to.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) files: Vec<File>,
    pub(super) modules: Vec<Module>,
    /// What was left out, and why.
    pub(super) warnings: Vec<String>,
    /// What thiserror is called in the crate.
    pub(super) thiserror: Vec<String>,
}

/// A file that was looked at.
pub(super) struct File {
    /// Where it is written: behind all symbolic links.
    pub(super) path: PathBuf,
    /// As it is told to the user.
    pub(super) shown: String,
    pub(super) text: String,
    /// `None`: it cannot be read as Rust.
    pub(super) syntax: Option<Syntax>,
    /// It belongs to another package, so it stays as it is.
    pub(super) is_foreign: bool,
}

/// A module, or a block with items. A file that two modules name is there twice.
pub(super) struct Module {
    /// The root that it was reached from.
    pub(super) root: usize,
    pub(super) parent: Option<usize>,
    /// `None`: a block.
    pub(super) name: Option<String>,
    pub(super) file: usize,
    /// Its place in the file's scopes.
    pub(super) scope: usize,
    /// How many modules it is in.
    pub(super) depth: usize,
    /// The root can name it.
    pub(super) is_open: bool,
    /// The `cfg`s of all the modules that it is in, and its own.
    pub(super) conditions: Vec<String>,
    /// A macro decides when it is there.
    pub(super) in_macro: bool,
}

impl Module {
    /// Whether the root can name an item that is declared here.
    pub(super) fn opens(&self, reach: Reach) -> bool {
        self.is_open
            && match reach {
                Reach::Crate => true,
                Reach::Parent => self.depth <= 1,
                Reach::Module => self.depth == 0,
            }
    }
}

/// Where a file's modules are looked for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    directory: PathBuf,
    /// The directory below that a file has for itself unless it is a root, a `mod.rs` or named by a `#[path]`.
    own: Option<String>,
}

impl Place {
    fn of_root(file: &Path) -> Self {
        Self { directory: file.parent().unwrap_or(Path::new("")).to_path_buf(), own: None }
    }

    fn below(&self) -> PathBuf {
        self.own.as_ref().map_or_else(|| self.directory.clone(), |own| self.directory.join(own))
    }

    /// Within `mod name { … }`, where a `#[path]` names a directory.
    fn inline(&self, declaration: &Declaration) -> Self {
        let directory = match declaration.paths.first() {
            Some(path) => self.directory.join(path),
            None => self.below().join(syntax::file_name(&declaration.name)),
        };
        Self { directory, own: None }
    }

    /// The files that `mod name;` may mean and that are there.
    fn files(&self, declaration: &Declaration) -> Vec<(PathBuf, Self)> {
        let named = declaration.paths.iter().map(|path| self.directory.join(path));
        let mut found: Vec<_> = named.map(|path| (path.clone(), Self::of_root(&path))).collect();
        if !declaration.always {
            let (below, name) = (self.below(), syntax::file_name(&declaration.name));
            let beside = Self { directory: below.clone(), own: Some(name.clone()) };
            let inside = below.join(&name).join("mod.rs");
            let usual = [
                (below.join(format!("{name}.rs")), beside),
                (inside.clone(), Self::of_root(&inside)),
            ];
            found.extend(usual.into_iter().find(|(path, _)| path.is_file()));
        }
        found.retain(|(path, _)| path.is_file());
        found
    }
}

/// A module whose file is known.
struct Reached {
    root: usize,
    parent: Option<usize>,
    declaration: Declaration,
    place: Place,
}

struct Walk {
    package: PathBuf,
    tree: Tree,
    by_path: BTreeMap<PathBuf, usize>,
    /// A file that names itself, through links or `#[path]`, is entered once.
    entered: BTreeSet<(usize, usize, Place)>,
}

/// Follows the modules of the package from its root files.
pub(super) fn follow(package: &Package<'_>) -> Tree {
    let directory =
        fs::canonicalize(package.directory).unwrap_or_else(|_| package.directory.to_path_buf());
    let tree = Tree { thiserror: package.thiserror.clone(), ..Tree::default() };
    let mut walk =
        Walk { package: directory, tree, by_path: BTreeMap::new(), entered: BTreeSet::new() };
    for (index, root) in package.roots.iter().enumerate() {
        let (parent, declaration) = (None, Declaration::default());
        walk.enter(root, Reached { root: index, parent, declaration, place: Place::of_root(root) });
    }
    walk.tree
}

impl Walk {
    fn enter(&mut self, path: &Path, reached: Reached) {
        let Some(file) = self.file(path) else { return };
        let mut place = reached.place.clone();
        // So that a directory which links to itself is not a new place each time.
        place.directory = fs::canonicalize(&place.directory).unwrap_or(place.directory);
        if self.entered.insert((reached.root, file, place))
            && self.tree.files[file].syntax.is_some()
        {
            self.scopes(file, reached);
        }
    }

    fn file(&mut self, path: &Path) -> Option<usize> {
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(error) => {
                self.tree.warnings.push(format!("{}: {error}", path.display()));
                return None;
            }
        };
        if let Some(file) = self.by_path.get(&real) {
            return Some(*file);
        }
        let file = self.read(path, real.clone());
        self.tree.files.push(file);
        self.by_path.insert(real, self.tree.files.len() - 1);
        Some(self.tree.files.len() - 1)
    }

    fn read(&mut self, path: &Path, real: PathBuf) -> File {
        let shown = real
            .strip_prefix(&self.package)
            .unwrap_or(path)
            .display()
            .to_string()
            .replace('\\', "/");
        let is_foreign = owner(&real) != Some(self.package.as_path());
        if is_foreign {
            self.warn(format!("`{shown}` does not belong to this package; it stays as it is"));
        }
        let bytes = fs::read(&real).unwrap_or_else(|error| {
            self.warn(format!("{shown}: the file is skipped: {error}"));
            Vec::new()
        });
        let (text, syntax) = match String::from_utf8(bytes) {
            Ok(text) => self.parse(&shown, text),
            Err(error) => {
                let why = error.utf8_error();
                self.warn(format!("{shown}: the file is skipped: it is not UTF-8: {why}"));
                (String::from_utf8_lossy(error.as_bytes()).into_owned(), None)
            }
        };
        File { path: real, shown, text, syntax, is_foreign }
    }

    fn parse(&mut self, shown: &str, text: String) -> (String, Option<Syntax>) {
        match syntax::read(&text) {
            Ok(syntax) => (text, Some(syntax)),
            Err(error) => {
                let at = error.span().start();
                self.warn(format!(
                    "{shown}:{}:{}: the file is skipped: {error}",
                    at.line,
                    at.column + 1
                ));
                (text, None)
            }
        }
    }

    fn warn(&mut self, warning: String) {
        self.tree.warnings.push(warning);
    }

    /// Adds the modules of a file, then those that it names.
    fn scopes(&mut self, file: usize, reached: Reached) {
        let Some(syntax) = &self.tree.files[file].syntax else { return };
        let mut places = vec![reached.place.clone()];
        let (mut added, mut named) = (Vec::new(), Vec::new());
        for (index, scope) in syntax.scopes.iter().enumerate() {
            let (around, declaration) = scope.within.clone().unwrap_or_default();
            let module = self.tree.modules.len() + index;
            if index == 0 {
                let conditions = declaration.map(|own| own.conditions).unwrap_or_default();
                added.push(self.outermost(file, &reached, conditions));
            } else {
                places.push(match &declaration {
                    Some(declaration) => places[around].inline(declaration),
                    None => places[around].clone(),
                });
                let parent = self.tree.modules.len() + around;
                added.push(inner(&added[around], parent, index, declaration));
            }
            named.extend(
                scope.files.iter().map(|file| (module, places[index].clone(), file.clone())),
            );
        }
        self.tree.modules.extend(added);
        for (parent, place, declaration) in named {
            self.named(file, parent, &place, declaration);
        }
    }

    /// The module that a file is, with the `cfg`s that stand in it.
    fn outermost(&self, file: usize, reached: &Reached, conditions: Vec<String>) -> Module {
        let module = match reached.parent {
            Some(parent) => {
                inner(&self.tree.modules[parent], parent, 0, Some(reached.declaration.clone()))
            }
            None => Module {
                root: reached.root,
                parent: None,
                name: Some("crate".to_owned()),
                file,
                scope: 0,
                depth: 0,
                is_open: true,
                conditions: Vec::new(),
                in_macro: false,
            },
        };
        Module { file, conditions: [module.conditions, conditions].concat(), ..module }
    }

    fn named(&mut self, file: usize, parent: usize, place: &Place, declaration: Declaration) {
        let found = place.files(&declaration);
        let module = &self.tree.modules[parent];
        let root = module.root;
        let configured = !declaration.conditions.is_empty() || !module.conditions.is_empty();
        if found.is_empty() && !configured && !declaration.in_macro {
            let shown = &self.tree.files[file].shown;
            self.warn(format!("{shown}: there is no file for the module `{}`", declaration.name));
        }
        for (path, place) in found {
            let declaration = declaration.clone();
            self.enter(&path, Reached { root, parent: Some(parent), declaration, place });
        }
    }
}

/// A module, or a block, in another.
fn inner(around: &Module, parent: usize, scope: usize, declaration: Option<Declaration>) -> Module {
    let mut conditions = around.conditions.clone();
    conditions.extend(declaration.iter().flat_map(|declaration| declaration.conditions.clone()));
    Module {
        root: around.root,
        parent: Some(parent),
        file: around.file,
        scope,
        depth: around.depth + 1,
        in_macro: around.in_macro
            || declaration.as_ref().is_some_and(|declaration| declaration.in_macro),
        is_open: declaration.as_ref().is_some_and(|declaration| around.opens(declaration.reach)),
        name: declaration.map(|declaration| declaration.name),
        conditions,
    }
}

/// The directory of the package that a file belongs to: cargo too takes the next Cargo.toml above.
fn owner(file: &Path) -> Option<&Path> {
    file.ancestors().skip(1).find(|directory| directory.join("Cargo.toml").is_file())
}

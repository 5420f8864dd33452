//! The modules of a package and their types. Files are found by following `mod` from the roots, so
//! that unused files stay as they are.

use super::{
    answers::{Answers, At},
    attributes,
    edit::{ParseError, Text},
    item::{self, Item, is_visible},
    names::Coded,
    router::Routers,
};
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use std::{
    collections::BTreeSet,
    fs, mem,
    path::{Path, PathBuf},
    rc::Rc,
};
use syn::{UseTree, ext::IdentExt as _, visit::Visit};

/// The package to adopt.
pub(crate) struct Package<'p> {
    pub(crate) name: &'p str,
    pub(crate) directory: &'p Path,
    /// The root source files of its targets.
    pub(crate) roots: Vec<&'p Path>,
    /// Whether other packages may use what is public in it.
    pub(crate) has_library: bool,
}

#[derive(Default)]
pub(super) struct Source {
    pub(super) files: Vec<File>,
    /// The modules; a file that two roots share has one for each.
    pub(super) modules: Vec<Module>,
    pub(super) items: Vec<Item>,
    pub(super) answers: Answers,
    pub(super) routers: Routers,
    pub(super) warnings: Vec<String>,
}

pub(super) struct File {
    /// The canonical path.
    pub(super) path: PathBuf,
    pub(super) shown: String,
    pub(super) text: Rc<str>,
    /// Whether it belongs to another package and must not be changed.
    pub(super) is_foreign: bool,
    /// `None` if it cannot be parsed.
    syntax: Option<Rc<syn::File>>,
}

#[derive(Clone, Default)]
pub(super) struct Module {
    pub(super) file: usize,
    /// The number of its root file.
    pub(super) root: usize,
    /// `["crate", "outer", "deep"]`
    pub(super) path: Vec<String>,
    /// Whether the root can name its visible items.
    pub(super) is_open: bool,
    pub(super) in_macro: bool,
    /// The `cfg` attributes of the outer modules, then its own.
    pub(super) conditions: Vec<String>,
    pub(super) imports: Vec<Import>,
    /// The offset after the bracket of its catalog's list.
    pub(super) catalog: Option<usize>,
}

/// `use path as name;`, or `use path::*;` without a name.
#[derive(Clone)]
pub(super) struct Import {
    pub(super) name: Option<String>,
    pub(super) path: Vec<String>,
    pub(super) is_visible: bool,
}

impl Module {
    pub(super) fn is(&self, other: &Self) -> bool {
        (self.root, &self.path) == (other.root, &other.path)
    }

    /// Returns whether the root can name an item of the module.
    pub(super) fn opens(&self, is_visible: bool) -> bool {
        self.is_open && (is_visible || self.path.len() == 1)
    }
}

/// Reads the files of the package.
pub(super) fn read(package: &Package<'_>) -> Source {
    let directory = fs::canonicalize(package.directory);
    let mut reader = Reader {
        package: directory.unwrap_or_else(|_| package.directory.to_path_buf()),
        source: Source::default(),
        entered: BTreeSet::new(),
        text: Text::default(),
        module: 0,
        beside: PathBuf::new(),
        below: PathBuf::new(),
        in_block: false,
    };
    for (number, root) in package.roots.iter().enumerate() {
        let path = vec!["crate".to_owned()];
        let module = Module { root: number, path, is_open: true, ..Module::default() };
        let directory = root.parent().unwrap_or(Path::new(""));
        reader.file(root, directory.to_path_buf(), module);
    }
    let mut answers = mem::take(&mut reader.source.answers);
    answers.resolve(|module, path| reader.source.known_by(module, path));
    reader.source.answers = answers;
    reader.source
}

impl Source {
    /// Returns what a type of this path in a module is known by: its name, with its place if several have this name.
    fn known_by(&self, module: usize, path: &str) -> String {
        let segments: Vec<String> = path.split("::").map(str::to_owned).collect();
        let name = segments.last().map_or("", String::as_str);
        let is_it = |item: &&Item| {
            item.name == name && Coded::only(self, item.at).is_meant(module, &segments)
        };
        if !self.is_shared(name) {
            return name.to_owned();
        }
        self.items.iter().find(is_it).map_or_else(|| path.to_owned(), |item| self.key(item))
    }

    /// Returns what a type is known by.
    pub(super) fn key(&self, item: &Item) -> String {
        let (file, offset) = item.at;
        if self.is_shared(&item.name) {
            format!("{} {file} {offset}", item.name)
        } else {
            item.name.clone()
        }
    }

    fn is_shared(&self, name: &str) -> bool {
        let mut places = self.items.iter().filter(|item| item.name == name).map(|item| item.at);
        let first = places.next();
        places.any(|at| Some(at) != first)
    }
}

struct Reader {
    package: PathBuf,
    source: Source,
    /// The files that were entered from each root, since symbolic links may be circular.
    entered: BTreeSet<(usize, usize)>,
    /// The text and the module that are being read.
    text: Text,
    module: usize,
    /// The directory that a `#[path]` is relative to.
    beside: PathBuf,
    /// The directory with the files of inner modules.
    below: PathBuf,
    in_block: bool,
}

impl Reader {
    fn file(&mut self, path: &Path, below: PathBuf, mut module: Module) {
        let Some(number) = self.open(path) else { return };
        let file = &self.source.files[number];
        let Some(syntax) = file.syntax.clone() else { return };
        if !self.entered.insert((module.root, number)) {
            return;
        }
        let text = mem::replace(&mut self.text, Text::new(&file.text));
        let beside = path.parent().unwrap_or(Path::new("")).to_path_buf();
        module.file = number;
        module.conditions.extend(attributes::conditions(&syntax.attrs, &self.text));
        self.source.routers.read(&syntax, (number, module.root), &self.text);
        self.inside(module, beside, below, |reader| reader.visit_file(&syntax));
        self.text = text;
    }

    fn inside(
        &mut self,
        module: Module,
        beside: PathBuf,
        below: PathBuf,
        read: impl FnOnce(&mut Self),
    ) {
        self.source.modules.push(module);
        let outer = mem::replace(&mut self.module, self.source.modules.len() - 1);
        let beside = mem::replace(&mut self.beside, beside);
        let below = mem::replace(&mut self.below, below);
        let in_block = mem::replace(&mut self.in_block, false);
        read(self);
        (self.module, self.beside, self.below, self.in_block) = (outer, beside, below, in_block);
    }

    /// Returns the index of a file, which is read only once.
    fn open(&mut self, path: &Path) -> Option<usize> {
        let real = fs::canonicalize(path)
            .map_err(|error| self.warn(format!("{}: {error}", path.display())))
            .ok()?;
        if let Some(known) = self.source.files.iter().position(|file| file.path == real) {
            return Some(known);
        }
        let shown = real.strip_prefix(&self.package).unwrap_or(path).display().to_string();
        let shown = shown.replace('\\', "/");
        // Like cargo, take the closest Cargo.toml.
        let owner = real.ancestors().skip(1).find(|above| above.join("Cargo.toml").is_file());
        let is_foreign = owner != Some(&self.package);
        if is_foreign {
            self.warn(format!("`{shown}` belongs to another package and is not changed"));
        }
        let (text, syntax) = read_file(&real);
        let syntax = syntax.map_err(|(place, why)| {
            self.warn(format!("{shown}{place}: skipped: {why}"));
        });
        let syntax = syntax.ok().map(Rc::new);
        self.source.files.push(File { path: real, shown, text, is_foreign, syntax });
        Some(self.source.files.len() - 1)
    }

    fn warn(&mut self, warning: String) {
        self.source.warnings.push(warning);
    }

    fn at(&self) -> At {
        At { file: self.source.modules[self.module].file, module: self.module }
    }

    fn here(&mut self) -> &mut Module {
        &mut self.source.modules[self.module]
    }

    fn child(&self, name: &str, is_visible: bool, conditions: Vec<String>) -> Module {
        let around = &self.source.modules[self.module];
        let mut path = around.path.clone();
        path.push(name.to_owned());
        Module {
            file: around.file,
            root: around.root,
            path,
            is_open: around.opens(is_visible) && !self.in_block,
            in_macro: around.in_macro,
            conditions: [around.conditions.clone(), conditions].concat(),
            ..Module::default()
        }
    }

    /// Reads the file of `mod name;`. It may be missing if a `cfg` or a macro decides about the
    /// module.
    fn named(&mut self, file_name: &str, path: Option<String>, module: Module) {
        let (directory, inner) = (self.below.clone(), self.below.join(file_name));
        let beside = |file: PathBuf| {
            let below = file.parent().unwrap_or(Path::new("")).to_path_buf();
            (file, below)
        };
        let candidates = match path {
            Some(path) => vec![beside(self.beside.join(path))],
            None => vec![
                (directory.join(format!("{file_name}.rs")), inner.clone()),
                beside(inner.join("mod.rs")),
            ],
        };
        match candidates.into_iter().find(|(file, _)| file.is_file()) {
            Some((file, below)) => self.file(&file, below, module),
            None if module.conditions.is_empty() && !module.in_macro => {
                let around = self.source.modules[self.module].file;
                let shown = &self.source.files[around].shown;
                let name = module.path.last().map_or("", String::as_str);
                self.warn(format!("{shown}: no file found for module `{name}`"));
            }
            None => {}
        }
    }

    fn declare(&mut self, item: Item) {
        let module = self.module;
        let file = self.source.modules[module].file;
        let at = (file, item.at.1);
        self.source.items.push(Item { module, at, in_block: self.in_block, ..item });
    }
}

impl Visit<'_> for Reader {
    fn visit_item_enum(&mut self, item: &syn::ItemEnum) {
        self.declare(item::of_enum(item, &self.text));
    }

    fn visit_item_struct(&mut self, item: &syn::ItemStruct) {
        self.declare(item::of_struct(item, &self.text));
    }

    fn visit_item_impl(&mut self, item: &syn::ItemImpl) {
        let at = self.at();
        self.source.answers.read(item, at, &self.text);
        syn::visit::visit_item_impl(self, item);
    }

    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        let at = self.at();
        self.source.answers.read_function(item, at, &self.text);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_item_type(&mut self, item: &syn::ItemType) {
        self.declare(Item::named(&item.ident, &self.text));
    }

    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        // `::name` is always a crate.
        let path = item.leading_colon.as_ref().map(|_| String::new()).into_iter().collect();
        let is_visible = is_visible(&item.vis);
        let mut found = Vec::new();
        imports(&item.tree, path, is_visible, &mut found);
        let of_http =
            |import: &&Import| import.path.last().is_some_and(|last| last == "StatusCode");
        for alias in found.iter().filter(of_http).filter_map(|import| import.name.clone()) {
            self.source.answers.named.alias(alias);
        }
        self.here().imports.extend(found);
    }

    fn visit_item_const(&mut self, item: &syn::ItemConst) {
        self.source.answers.named.constant(&item.ident, &item.ty, &item.expr);
        syn::visit::visit_item_const(self, item);
    }

    fn visit_item_extern_crate(&mut self, item: &syn::ItemExternCrate) {
        let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name).to_string();
        let path = vec![String::new(), item.ident.to_string()];
        self.here().imports.push(Import { name: Some(name), path, is_visible: false });
    }

    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        let conditions = attributes::conditions(&item.attrs, &self.text);
        let module = self.child(&item.ident.to_string(), is_visible(&item.vis), conditions);
        let (name, path) = (item.ident.unraw().to_string(), attributes::path(&item.attrs));
        if item.content.is_none() {
            return self.named(&name, path, module);
        }
        let directory = match path {
            Some(path) => self.beside.join(path),
            None => self.below.join(name),
        };
        self.inside(module, directory.clone(), directory, |reader| {
            syn::visit::visit_item_mod(reader, item);
        });
    }

    fn visit_block(&mut self, block: &syn::Block) {
        let around = mem::replace(&mut self.in_block, true);
        syn::visit::visit_block(self, block);
        self.in_block = around;
    }

    fn visit_item_macro(&mut self, item: &syn::ItemMacro) {
        let last = item.mac.path.segments.last();
        if last.is_some_and(|last| last.ident == "catalog")
            && let Some(list) = list(item.mac.tokens.clone())
        {
            self.here().catalog = Some(self.text.bytes(list).1);
        }
        if let Some(name) = item.ident.as_ref().filter(|_| makes_errors(&item.mac.tokens)) {
            let file = &self.source.files[self.source.modules[self.module].file].shown;
            let line = name.span().start().line;
            let warning = format!(
                "{file}:{line}: the error types that the macro `{name}` makes are skipped; add their codes by hand"
            );
            self.warn(warning);
        }
        for name in modules_in(item.mac.tokens.clone()) {
            let module = Module { in_macro: true, ..self.child(&name, true, Vec::new()) };
            self.named(name.trim_start_matches("r#"), None, module);
        }
    }
}

/// Returns whether a `macro_rules!` has an attribute of thiserror.
fn makes_errors(tokens: &TokenStream) -> bool {
    let mut text = tokens.to_string();
    text.retain(|letter| !letter.is_whitespace());
    text.contains("#[error(")
}

/// Returns the text, and the syntax or an error. A file that is not UTF-8 may contain codes too.
fn read_file(path: &Path) -> (Rc<str>, Result<syn::File, ParseError>) {
    let at_no_place = |why: String| (String::new(), why);
    match fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => {
            let syntax = Text::new(&text).parse();
            (text.into(), syntax)
        }
        Ok(Err(error)) => {
            let why = at_no_place(format!("not UTF-8: {}", error.utf8_error()));
            (String::from_utf8_lossy(error.as_bytes()).into(), Err(why))
        }
        Err(error) => ("".into(), Err(at_no_place(error.to_string()))),
    }
}

/// Returns the opening bracket of the list in `catalog! { … = [ … ]; … }`.
fn list(tokens: TokenStream) -> Option<Span> {
    let equals =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '=');
    match tokens.into_iter().skip_while(|token| !equals(token)).nth(1)? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            Some(group.span_open())
        }
        _ => None,
    }
}

/// Finds each `mod name;` in the input of a macro such as `cfg_if!`.
fn modules_in(tokens: TokenStream) -> Vec<String> {
    let text = tokens.to_string();
    let words: Vec<&str> = text.split_whitespace().collect();
    let named = words.windows(3).filter(|words| words[0] == "mod" && words[2] == ";");
    let names =
        named.map(|words| words[1]).filter(|name| syn::parse_str::<syn::Ident>(name).is_ok());
    names.map(str::to_owned).collect()
}

fn imports(tree: &UseTree, mut path: Vec<String>, is_visible: bool, found: &mut Vec<Import>) {
    let (ident, name) = match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.to_string());
            return imports(&tree.tree, path, is_visible, found);
        }
        UseTree::Group(group) => {
            return group
                .items
                .iter()
                .for_each(|tree| imports(tree, path.clone(), is_visible, found));
        }
        UseTree::Glob(_) => return found.push(Import { name: None, path, is_visible }),
        UseTree::Name(tree) => (&tree.ident, None),
        UseTree::Rename(tree) => (&tree.ident, Some(tree.rename.to_string())),
    };
    // `a::{self}` names `a`.
    if ident != "self" || path.is_empty() {
        path.push(ident.to_string());
    }
    found.push(Import { name: name.or_else(|| path.last().cloned()), path, is_visible });
}

#[cfg(test)]
mod tests {
    use crate::adopt::edit::Text;
    use proptest::prelude::{Strategy, prop, prop_oneof, proptest};

    const PIECES: [&str; 16] = [
        "\u{feff}",
        "#!",
        "#!/bin/sh\n",
        "#[derive(",
        "#[error(\"订单 {id}\")]",
        "#[app(prefix)]",
        "mod r#mod;",
        "mod a {",
        "enum E {",
        "struct S(Box<T>);",
        "use a::{self as b, *};",
        "(",
        "}",
        "/* 用 */",
        "\r\n",
        "// é\n",
    ];

    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
            1 => ".{0,3}",
        ]
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused(pieces in prop::collection::vec(piece(), 0..12)) {
            let _ = Text::new(&pieces.concat()).parse();
        }
    }
}

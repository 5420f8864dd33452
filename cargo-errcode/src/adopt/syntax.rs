//! What a file says, as far as `adopt` needs it: its modules, what they import, and the types that may be errors.

use super::{
    attributes::{
        Container, configured, derived, displayed, has_app, is_punctuation, is_transparent, paths,
    },
    edit::{Edit, Slot},
};
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Attribute, Fields, Generics, ItemEnum, ItemStruct, LitStr, Meta, Type, UseTree, Visibility,
    ext::IdentExt as _, spanned::Spanned as _, visit::Visit,
};

/// A file's modules: the first is the file's own, each stands behind the one it is in.
#[derive(Default)]
pub(super) struct Syntax {
    pub(super) scopes: Vec<Scope>,
    /// A `catalog!` is declared here.
    pub(super) has_catalog: bool,
}

/// What is named in one place: a module, or a block with items.
#[derive(Default)]
pub(super) struct Scope {
    /// The one around it in the same file, and how it is declared there; a block has no declaration.
    pub(super) within: Option<(usize, Option<Declaration>)>,
    pub(super) imports: Vec<Import>,
    pub(super) types: Vec<Definition>,
    /// The modules that are in other files.
    pub(super) files: Vec<Declaration>,
}

/// `mod name;` or `mod name { … }`
#[derive(Clone, Default)]
pub(super) struct Declaration {
    pub(super) name: String,
    pub(super) reach: Reach,
    /// What its `#[path]`s say.
    pub(super) paths: Vec<String>,
    /// A `#[path]` holds whatever is configured.
    pub(super) always: bool,
    /// Its `#[cfg(…)]`s.
    pub(super) conditions: Vec<String>,
    /// It stands in a macro's input, so that it is only known to look like a module.
    pub(super) in_macro: bool,
}

/// From where an item can be named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reach {
    #[default]
    Module,
    Parent,
    Crate,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) names: Vec<String>,
    /// It begins with `::`, so with the name of a crate.
    pub(super) is_global: bool,
}

/// `use path as name;`, without a name `use path::*;`
pub(super) struct Import {
    pub(super) name: Option<String>,
    pub(super) path: Path,
    /// Of the name that it adds.
    pub(super) reach: Reach,
}

/// A type of any kind.
pub(super) struct Definition {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) reach: Reach,
    pub(super) conditions: Vec<String>,
    /// It cannot be named without arguments.
    pub(super) is_generic: bool,
    pub(super) derives: Vec<Derived>,
    pub(super) body: Body,
}

/// One of a type's derives.
pub(super) struct Derived {
    pub(super) path: Path,
    /// The byte behind it; a derive in `cfg_attr` takes no neighbour.
    pub(super) behind: Option<usize>,
}

pub(super) enum Body {
    /// It has no variants to adopt, or they have what they need.
    Settled,
    /// The struct itself is the case.
    Struct(Case),
    Enum {
        /// Where the enum's own attribute goes, if it lacks it.
        at: Option<Slot>,
        /// What the codes must begin with.
        prefix: Option<String>,
        /// The variants without a code.
        cases: Vec<Case>,
    },
}

/// A variant or a struct.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) at: Slot,
    /// What it displays.
    pub(super) text: Option<String>,
    /// The type of a `transparent` one's field.
    pub(super) holds: Option<Path>,
}

impl Definition {
    pub(super) fn has_codes(&self) -> bool {
        self.derives
            .iter()
            .any(|derived| derived.path.names.last().is_some_and(|last| last == "AppError"))
    }

    /// Adds `AppError` behind this derive.
    pub(super) fn derive(&self, error: &Derived) -> Option<Edit> {
        let at = error.behind.filter(|_| !self.has_codes())?;
        Some(Edit { at, text: ", errcode_core::AppError".to_owned() })
    }
}

/// Reads the file.
pub(super) fn read(source: &str) -> syn::Result<Syntax> {
    // The bytes and lines of a token's place count from here.
    let start = start(source);
    if depth(source) > DEEPEST {
        return Err(syn::Error::new(Span::call_site(), "it is nested too deeply"));
    }
    let file = syn::parse_str::<syn::File>(&source[start..])?;
    let mut reader = Reader { source, start, syntax: Syntax::default(), scope: 0 };
    let own = Declaration { conditions: reader.conditions(&file.attrs), ..Declaration::default() };
    reader.syntax.scopes.push(Scope { within: Some((0, Some(own))), ..Scope::default() });
    reader.visit_file(&file);
    Ok(reader.syntax)
}

/// A parser's stack has an end; nobody writes the like, but a file may have it.
const DEEPEST: usize = 10_000;

/// How deep the text may be nested: never less than it is, more where quotes and comments hold brackets.
fn depth(source: &str) -> usize {
    let (mut open, mut prefixes, mut deepest) = (0_usize, 0_usize, 0);
    for byte in source.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            b'!' | b'-' | b'*' | b'&' | b'<' => prefixes += 1,
            _ => prefixes = 0,
        }
        deepest = deepest.max(open + prefixes);
    }
    deepest
}

/// All string literals of the text: among them the codes that are taken. What is no Rust is cut at its quotes.
pub(super) fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    match source[start(source)..].parse::<TokenStream>() {
        Ok(tokens) if depth(source) <= DEEPEST => collect(tokens, &mut found),
        _ => found.extend(source.split('"').map(str::to_owned)),
    }
    found
}

fn collect(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), found),
            TokenTree::Literal(literal) => {
                found.extend(
                    syn::parse_str::<LitStr>(&literal.to_string()).map(|text| text.value()),
                );
            }
            _ => {}
        }
    }
}

/// Behind the byte order mark and the `#!` line.
fn start(source: &str) -> usize {
    let mark = if source.starts_with('\u{feff}') { 3 } else { 0 };
    let text = &source[mark..];
    match text.strip_prefix("#!") {
        Some(line) if !line.trim_start().starts_with('[') => {
            mark + text.find('\n').unwrap_or(text.len())
        }
        _ => mark,
    }
}

struct Reader<'s> {
    source: &'s str,
    start: usize,
    syntax: Syntax,
    /// The scope that is being read.
    scope: usize,
}

impl Visit<'_> for Reader<'_> {
    fn visit_item_enum(&mut self, item: &ItemEnum) {
        let body = self.enum_body(item);
        self.define(&item.ident, &item.attrs, &item.vis, &item.generics, body);
        syn::visit::visit_item_enum(self, item);
    }

    fn visit_item_struct(&mut self, item: &ItemStruct) {
        let body = self.struct_body(item);
        self.define(&item.ident, &item.attrs, &item.vis, &item.generics, body);
        syn::visit::visit_item_struct(self, item);
    }

    fn visit_item_union(&mut self, item: &syn::ItemUnion) {
        self.define(&item.ident, &[], &item.vis, &item.generics, Body::Settled);
    }

    fn visit_item_type(&mut self, item: &syn::ItemType) {
        self.define(&item.ident, &[], &item.vis, &item.generics, Body::Settled);
    }

    fn visit_item_trait(&mut self, item: &syn::ItemTrait) {
        self.define(&item.ident, &[], &item.vis, &item.generics, Body::Settled);
        syn::visit::visit_item_trait(self, item);
    }

    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        let path = Path { names: Vec::new(), is_global: item.leading_colon.is_some() };
        import(&item.tree, path, reach(&item.vis), &mut self.syntax.scopes[self.scope].imports);
    }

    fn visit_item_extern_crate(&mut self, item: &syn::ItemExternCrate) {
        let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name).to_string();
        let own = item.ident == "self";
        let crate_name = if own { "crate".to_owned() } else { item.ident.to_string() };
        let path = Path { names: vec![crate_name], is_global: !own };
        // `#[macro_use]` gives every module of the crate its macros; here it is the root that has them.
        if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_use")) {
            let path = path.clone();
            self.syntax.scopes[self.scope].imports.push(Import {
                name: None,
                path,
                reach: Reach::Module,
            });
        }
        let reach = reach(&item.vis);
        self.syntax.scopes[self.scope].imports.push(Import { name: Some(name), path, reach });
    }

    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        let mut declaration = Declaration {
            name: item.ident.to_string(),
            reach: reach(&item.vis),
            conditions: self.conditions(&item.attrs),
            ..Declaration::default()
        };
        let mut found = Vec::new();
        for attribute in &item.attrs {
            paths(&attribute.meta, true, &mut found);
        }
        declaration.always = found.iter().any(|(_, always)| *always);
        declaration.paths = found.into_iter().map(|(path, _)| path).collect();
        if item.content.is_none() {
            self.syntax.scopes[self.scope].files.push(declaration);
        } else {
            self.inside(Some(declaration), |reader| syn::visit::visit_item_mod(reader, item));
        }
    }

    fn visit_block(&mut self, block: &syn::Block) {
        if block.stmts.iter().any(|statement| matches!(statement, syn::Stmt::Item(_))) {
            self.inside(None, |reader| syn::visit::visit_block(reader, block));
        } else {
            syn::visit::visit_block(self, block);
        }
    }

    fn visit_item_macro(&mut self, item: &syn::ItemMacro) {
        self.syntax.has_catalog |=
            item.mac.path.segments.last().is_some_and(|last| last.ident == "catalog");
        modules_in_macro(item.mac.tokens.clone(), &mut self.syntax.scopes[self.scope].files);
    }
}

impl Reader<'_> {
    fn inside(&mut self, declaration: Option<Declaration>, read: impl FnOnce(&mut Self)) {
        let around = std::mem::replace(&mut self.scope, self.syntax.scopes.len());
        self.syntax.scopes.push(Scope { within: Some((around, declaration)), ..Scope::default() });
        read(self);
        self.scope = around;
    }

    fn define(
        &mut self,
        name: &syn::Ident,
        attributes: &[Attribute],
        visibility: &Visibility,
        generics: &Generics,
        body: Body,
    ) {
        let definition = Definition {
            name: name.to_string(),
            line: name.span().start().line,
            reach: reach(visibility),
            conditions: self.conditions(attributes),
            is_generic: generics.params.iter().any(|parameter| match parameter {
                syn::GenericParam::Type(parameter) => parameter.default.is_none(),
                syn::GenericParam::Const(parameter) => parameter.default.is_none(),
                syn::GenericParam::Lifetime(_) => false,
            }),
            derives: self.derives(attributes),
            body,
        };
        self.syntax.scopes[self.scope].types.push(definition);
    }

    fn derives(&self, attributes: &[Attribute]) -> Vec<Derived> {
        let mut found = Vec::new();
        for attribute in attributes {
            self.derives_in(&attribute.meta, true, &mut found);
        }
        found
    }

    fn derives_in(&self, meta: &Meta, always: bool, found: &mut Vec<Derived>) {
        for path in derived(meta) {
            let behind = always.then(|| self.start + path.span().byte_range().end);
            found.push(Derived { path: plain(&path), behind });
        }
        for meta in configured(meta) {
            self.derives_in(&meta, false, found);
        }
    }

    fn enum_body(&self, item: &ItemEnum) -> Body {
        let container = Container::read(&item.attrs);
        if container.codes {
            return Body::Settled;
        }
        let cases: Vec<Case> = item
            .variants
            .iter()
            .filter(|variant| !has_app(&variant.attrs))
            .filter(|variant| !(container.transparent && is_transparent(&variant.attrs)))
            .map(|variant| {
                self.case(&variant.ident, &variant.attrs, &variant.fields, &item.generics)
            })
            .collect();
        if cases.is_empty() {
            return Body::Settled;
        }
        let at = (!has_app(&item.attrs)).then(|| self.slot(&item.attrs, item.span()));
        Body::Enum { at, prefix: container.prefix, cases }
    }

    fn struct_body(&self, item: &ItemStruct) -> Body {
        if has_app(&item.attrs) {
            return Body::Settled;
        }
        let at = self.slot(&item.attrs, item.span());
        Body::Struct(Case {
            at,
            ..self.case(&item.ident, &item.attrs, &item.fields, &item.generics)
        })
    }

    fn case(
        &self,
        name: &syn::Ident,
        attributes: &[Attribute],
        fields: &Fields,
        around: &Generics,
    ) -> Case {
        // A parameter is whatever the user of the type says.
        let is_parameter = |path: &Path| {
            around
                .type_params()
                .any(|parameter| path.names.first().is_some_and(|first| parameter.ident == first))
        };
        let holds = is_transparent(attributes).then(|| held(fields)).flatten();
        Case {
            name: name.to_string(),
            at: Slot::new(self.source, self.start + name.span().byte_range().start),
            text: attributes.iter().find_map(displayed),
            holds: holds.filter(|path| !is_parameter(path)),
        }
    }

    /// Behind the last attribute.
    fn slot(&self, attributes: &[Attribute], item: Span) -> Slot {
        let behind =
            attributes.last().map(|attribute| self.start + attribute.span().byte_range().end);
        let at = behind.unwrap_or(self.start + item.byte_range().start);
        let space = self.source[at..].len() - self.source[at..].trim_start().len();
        Slot::new(self.source, at + space)
    }

    /// The `cfg`s, as they are written.
    fn conditions(&self, attributes: &[Attribute]) -> Vec<String> {
        let lists = attributes.iter().filter_map(|attribute| attribute.meta.require_list().ok());
        lists
            .filter(|list| list.path.is_ident("cfg"))
            .map(|list| {
                let place = list.tokens.span().byte_range();
                format!(
                    "#[cfg({})]",
                    &self.source[self.start + place.start..self.start + place.end]
                )
            })
            .collect()
    }
}

fn import(tree: &UseTree, mut path: Path, reach: Reach, imports: &mut Vec<Import>) {
    match tree {
        UseTree::Path(tree) => {
            path.names.push(tree.ident.to_string());
            import(&tree.tree, path, reach, imports);
        }
        UseTree::Name(tree) => imports.push(named(&tree.ident, None, path, reach)),
        UseTree::Rename(tree) => {
            imports.push(named(&tree.ident, Some(tree.rename.to_string()), path, reach));
        }
        UseTree::Glob(_) => imports.push(Import { name: None, path, reach }),
        UseTree::Group(group) => {
            for tree in &group.items {
                import(tree, path.clone(), reach, imports);
            }
        }
    }
}

/// `a::{self}` names `a`.
fn named(ident: &syn::Ident, rename: Option<String>, mut path: Path, reach: Reach) -> Import {
    if ident != "self" || path.names.is_empty() {
        path.names.push(ident.to_string());
    }
    let name = rename.or_else(|| path.names.last().cloned());
    Import { name: Some(name.unwrap_or_default()), path, reach }
}

fn reach(visibility: &Visibility) -> Reach {
    match visibility {
        Visibility::Public(_) => Reach::Crate,
        Visibility::Restricted(within) if within.path.is_ident("crate") => Reach::Crate,
        Visibility::Restricted(within) if within.path.is_ident("super") => Reach::Parent,
        Visibility::Restricted(_) | Visibility::Inherited => Reach::Module,
    }
}

/// `mod name;` anywhere in a macro's input, as in `cfg_if!`.
fn modules_in_macro(tokens: TokenStream, files: &mut Vec<Declaration>) {
    let mut before = [String::new(), String::new()];
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            modules_in_macro(group.stream(), files);
        }
        let [keyword, name] = &before;
        if keyword == "mod"
            && is_punctuation(&token, ';')
            && syn::parse_str::<syn::Ident>(name).is_ok()
        {
            files.push(Declaration {
                name: name.clone(),
                in_macro: true,
                ..Declaration::default()
            });
        }
        let word =
            if let TokenTree::Ident(word) = &token { word.to_string() } else { String::new() };
        before = [std::mem::take(&mut before[1]), word];
    }
}

fn plain(path: &syn::Path) -> Path {
    Path {
        names: path.segments.iter().map(|segment| segment.ident.to_string()).collect(),
        is_global: path.leading_colon.is_some(),
    }
}

/// The path of the only field's type, through a `Box`.
fn held(fields: &Fields) -> Option<Path> {
    let field = fields.iter().next().filter(|_| fields.len() == 1)?;
    let path = named_type(&field.ty)?;
    boxed(path).and_then(named_type).or(Some(path)).map(plain)
}

fn named_type(ty: &Type) -> Option<&syn::Path> {
    match ty {
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    }
}

/// What std's `Box` holds.
fn boxed(path: &syn::Path) -> Option<&Type> {
    let names = plain(path).names;
    let is_std = ["std", "alloc"].iter().any(|first| names == [first, "boxed", "Box"]);
    let syn::PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) if is_std || names == ["Box"] => Some(inner),
        _ => None,
    }
}

/// The file name of a module.
pub(super) fn file_name(module: &str) -> String {
    syn::parse_str::<syn::Ident>(module)
        .map_or_else(|_| module.to_owned(), |name| name.unraw().to_string())
}

#[cfg(test)]
mod tests {
    use super::{depth, literals, read};
    use proptest::prelude::{Strategy, prop, prop_oneof, proptest};

    const PIECES: [&str; 26] = [
        "\u{feff}",
        "#!",
        "#!/bin/sh\n",
        "#[derive(thiserror::Error)]",
        "#[derive(",
        "#[error(transparent)]",
        "#[error(\"订单 {id}\")]",
        "#[app(extend, code = \"B1\")]",
        "#[app(prefix)]",
        "#[cfg()]",
        "#![cfg(unix)]",
        "#[cfg_attr(unix, path = \"a.rs\")]",
        "mod r#mod;",
        "mod a {",
        "enum E {",
        "struct S(Box<T>);",
        "struct S",
        "r#A,",
        "use a::{self as b, *};",
        "m! { mod x; mod r#y; }",
        "fn f() { enum E { A } }",
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
        fn any_text_is_read_or_refused(pieces in prop::collection::vec(piece(), 0..12)) {
            let text = pieces.concat();
            let _ = read(&text);
            let _ = literals(&text);
        }
    }

    #[test]
    fn brackets_and_prefixes_nest() {
        assert_eq!(depth("fn f() { (!!-[x]) }"), 6);
        assert_eq!(depth("))) {"), 1);
    }
}

//! Where axum's router is built, so that the layer can be added after all routes.

use super::edit::{Edit, Text};
use std::collections::BTreeSet;
use syn::{Attribute, Expr, ExprMethodCall, Meta, spanned::Spanned as _, visit::Visit};

/// The methods that add routes.
const ADDS_ROUTES: [&str; 9] = [
    "fallback",
    "fallback_service",
    "merge",
    "method_not_allowed_fallback",
    "nest",
    "nest_service",
    "route",
    "route_layer",
    "route_service",
];

/// The chains of methods after each `Router::new()`.
#[derive(Debug, Default)]
pub(super) struct Routers {
    chains: Vec<Chain>,
    /// The functions and variables in the arguments of such chains.
    within_others: BTreeSet<String>,
    /// Whether routes are added to a variable, so that a chain is not the whole router.
    grow: bool,
}

#[derive(Debug)]
struct Chain {
    file: usize,
    root: usize,
    line: usize,
    end: usize,
    /// The line break and the white space before the last method.
    before_dot: String,
    /// The function and the variable that the chain is the value of.
    owners: Vec<String>,
    is_within_another: bool,
}

/// The chain with all routes.
pub(super) struct Outermost {
    pub(super) file: usize,
    pub(super) root: usize,
    at: usize,
    before_dot: String,
}

impl Routers {
    pub(super) fn read(&mut self, syntax: &syn::File, at: (usize, usize), text: &Text) {
        let (file, root) = at;
        let mut reader =
            Reader { found: self, file, root, text, owners: Vec::new(), is_within: false };
        reader.visit_file(syntax);
    }

    /// Returns the only chain that is not part of another one, unless routes are added elsewhere.
    pub(super) fn outermost(&self) -> Option<Outermost> {
        let mut outer = self.not_within_others();
        let Chain { file, root, end, before_dot, .. } = outer.next().filter(|_| !self.grow)?;
        let outermost =
            Outermost { file: *file, root: *root, at: *end, before_dot: before_dot.clone() };
        outer.next().is_none().then_some(outermost)
    }

    /// Returns the file and the line of each chain that is not part of another one.
    pub(super) fn outer(&self) -> impl Iterator<Item = (usize, usize)> {
        self.not_within_others().map(|chain| (chain.file, chain.line))
    }

    fn not_within_others(&self) -> impl Iterator<Item = &Chain> {
        let is_part = |owner: &String| self.within_others.contains(owner);
        let is_outer =
            move |chain: &&Chain| !chain.is_within_another && !chain.owners.iter().any(is_part);
        self.chains.iter().filter(is_outer)
    }
}

impl Outermost {
    pub(super) fn add(&self, layer: &str) -> Edit {
        Edit::insert(self.at, format!("{}.layer({layer})", self.before_dot))
    }
}

struct Reader<'r> {
    found: &'r mut Routers,
    file: usize,
    root: usize,
    text: &'r Text,
    owners: Vec<String>,
    is_within: bool,
}

impl Reader<'_> {
    fn chain(&mut self, call: &ExprMethodCall) {
        let (dot, end) = (self.text.bytes(call.dot_token.span()).0, self.text.bytes(call.span()).1);
        self.found.chains.push(Chain {
            file: self.file,
            root: self.root,
            line: call.span().start().line,
            end,
            before_dot: self.text.space_before(dot).to_owned(),
            owners: self.owners.clone(),
            is_within_another: self.is_within,
        });
        let around = std::mem::replace(&mut self.is_within, true);
        for call in calls(call) {
            call.args.iter().for_each(|argument| self.visit_expr(argument));
        }
        self.is_within = around;
    }

    fn owned(&mut self, name: String, read: impl FnOnce(&mut Self)) {
        self.owners.push(name);
        read(self);
        self.owners.pop();
    }
}

impl Visit<'_> for Reader<'_> {
    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        match calls(call).last().map(|first| &*first.receiver) {
            Some(Expr::Call(new)) if is_new(new) => self.chain(call),
            Some(Expr::Path(_)) => {
                self.found.grow |=
                    calls(call).any(|call| ADDS_ROUTES.iter().any(|name| call.method == name));
                syn::visit::visit_expr_method_call(self, call);
            }
            _ => syn::visit::visit_expr_method_call(self, call),
        }
    }

    fn visit_expr_path(&mut self, path: &syn::ExprPath) {
        if let Some(last) = path.path.segments.last().filter(|_| self.is_within) {
            self.found.within_others.insert(last.ident.to_string());
        }
    }

    fn visit_local(&mut self, local: &syn::Local) {
        match &local.pat {
            syn::Pat::Ident(name) => self.owned(name.ident.to_string(), |reader| {
                syn::visit::visit_local(reader, local);
            }),
            _ => syn::visit::visit_local(self, local),
        }
    }

    fn visit_item_fn(&mut self, function: &syn::ItemFn) {
        if !is_test(&function.attrs) {
            self.owned(function.sig.ident.to_string(), |reader| {
                syn::visit::visit_item_fn(reader, function);
            });
        }
    }

    fn visit_impl_item_fn(&mut self, function: &syn::ImplItemFn) {
        self.owned(function.sig.ident.to_string(), |reader| {
            syn::visit::visit_impl_item_fn(reader, function);
        });
    }

    fn visit_item_mod(&mut self, module: &syn::ItemMod) {
        if !is_test(&module.attrs) {
            syn::visit::visit_item_mod(self, module);
        }
    }
}

/// Returns the calls of a chain, from the last to the first.
fn calls(call: &ExprMethodCall) -> impl Iterator<Item = &ExprMethodCall> {
    std::iter::successors(Some(call), |call| match &*call.receiver {
        Expr::MethodCall(before) => Some(before),
        _ => None,
    })
}

/// Returns whether it is `Router::new()`.
fn is_new(call: &syn::ExprCall) -> bool {
    let Expr::Path(path) = &*call.func else { return false };
    let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    names.next().as_deref() == Some("new") && names.next().as_deref() == Some("Router")
}

/// Returns whether it has `#[test]`, `#[tokio::test]` or the like, or `#[cfg(test)]`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string() == "test",
        meta => meta.path().segments.last().is_some_and(|last| last.ident == "test"),
    })
}

#[cfg(test)]
mod tests {
    use super::Routers;
    use crate::adopt::edit::{Text, apply};

    fn layered(source: &str) -> Option<String> {
        let (text, mut routers) = (Text::new(source), Routers::default());
        routers.read(&text.parse().unwrap(), (0, 0), &text);
        Some(apply(source, vec![routers.outermost()?.add("L")]))
    }

    #[test]
    fn the_layer_follows_all_routes() {
        for (source, expected) in [
            (
                "fn app() -> Router {\n    Router::new()\n        .route(\"/\", get(a))\n        .with_state(s)\n}\n\
                 fn api() -> Router { axum::Router::new().route(\"/\", get(b)) }\n\
                 #[tokio::test] async fn t() { Router::new().route(\"/\", get(x)); }\n",
                None,
            ),
            (
                "fn app() -> Router {\n    Router::new()\n        .nest(\"/\", api())\n        .with_state(s)\n}\n\
                 fn api() -> Router { axum::Router::new().route(\"/\", get(b)) }\n\
                 #[cfg(test)] mod t { fn t() { Router::new().route(\"/\", get(x)); } }\n",
                Some(".with_state(s)\n        .layer(L)\n}"),
            ),
            (
                "fn main() { let api = Router::new().route(\"/\", get(a));\n\
                 let app = Router::<S>::new().merge(api).merge(Router::new().route(\"/b\", get(b))); serve(app) }",
                Some("get(b))).layer(L); serve"),
            ),
            (
                "fn main() { let mut a = Router::new().route(\"/\", b); a = a.route(\"/c\", d); }",
                None,
            ),
            ("fn main() { serve(Router::new()) }", None),
        ] {
            let found = layered(source);
            match expected {
                Some(part) => assert!(found.as_ref().unwrap().contains(part), "{found:?}"),
                None => assert_eq!(found, None, "{source}"),
            }
        }
    }
}

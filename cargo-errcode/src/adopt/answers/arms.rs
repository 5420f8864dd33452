//! The arms of matches: which variants their patterns mean, and which status each gives.

use super::statuses::Statuses;
use std::collections::BTreeSet;
use syn::{Expr, Pat, spanned::Spanned as _, visit::Visit};

#[derive(Debug)]
pub(super) struct Arm {
    pub(super) ty: String,
    /// `None` for the arm `_`.
    pub(super) variant: Option<String>,
    pub(super) status: Option<u16>,
    /// The functions that it calls, which may have the status.
    pub(super) calls: Vec<String>,
    /// The type and the variant of the error in this variant that the pattern asks for.
    pub(super) inner: Option<(String, String)>,
    /// Whether not all values of the variant come here.
    pub(super) is_conditional: bool,
    pub(super) line: usize,
}

/// The arms of all matches in a method.
pub(super) struct Arms<'a> {
    pub(super) own: &'a str,
    pub(super) is_number: bool,
    pub(super) found: Vec<Arm>,
}

impl Visit<'_> for Arms<'_> {
    fn visit_expr_match(&mut self, matched: &syn::ExprMatch) {
        let arms = matched.arms.iter().map(|arm| (variants(unguarded(&arm.pat).0, self.own), arm));
        let arms: Vec<_> = arms.collect();
        let ty = arms
            .iter()
            .flat_map(|(variants, _)| variants)
            .find_map(|meant| meant.variant.is_some().then(|| meant.ty.clone()));
        for (variants, arm) in arms {
            let mut statuses = Statuses { is_number: self.is_number, found: BTreeSet::new() };
            statuses.visit_expr(&arm.body);
            // An arm without a value, such as one that only logs, decides nothing.
            if statuses.found.is_empty() && is_unit(&arm.body) {
                continue;
            }
            let status = statuses.only();
            let calls = if statuses.found.is_empty() { called(&arm.body) } else { Vec::new() };
            let has_guard = unguarded(&arm.pat).1;
            for Meant { ty: own, variant, inner, is_partial } in variants {
                let ty = if variant.is_none() { ty.clone() } else { Some(own) };
                // A match over something else has no variants of a type.
                let Some(ty) = ty.filter(|_| variant.is_some() || !has_guard) else { continue };
                let (is_conditional, line) = (has_guard || is_partial, arm.pat.span().start().line);
                let inner = inner.filter(|_| !has_guard);
                let calls = calls.clone();
                self.found.push(Arm { ty, variant, status, calls, inner, is_conditional, line });
            }
        }
        syn::visit::visit_expr_match(self, matched);
    }
}

/// Returns whether an expression has the value `()`: it ends with a `;`, or is a macro that logs.
fn is_unit(body: &Expr) -> bool {
    match body {
        Expr::Block(block) => match block.block.stmts.last() {
            Some(syn::Stmt::Expr(last, None)) => is_unit(last),
            Some(syn::Stmt::Macro(last)) => last.semi_token.is_some() || logs(&last.mac),
            _ => true,
        },
        Expr::Macro(call) => logs(&call.mac),
        Expr::Tuple(tuple) => tuple.elems.is_empty(),
        _ => false,
    }
}

fn logs(call: &syn::Macro) -> bool {
    let level = call.path.segments.last().map(|last| last.ident.to_string());
    ["error", "warn", "info", "debug", "trace"].iter().any(|known| level.as_deref() == Some(known))
}

/// Returns the names of the functions that an expression calls.
fn called(body: &Expr) -> Vec<String> {
    struct Calls(Vec<String>);
    impl Visit<'_> for Calls {
        fn visit_expr_call(&mut self, call: &syn::ExprCall) {
            if let Expr::Path(path) = &*call.func {
                self.0.extend(path.path.segments.last().map(|last| last.ident.to_string()));
            }
            syn::visit::visit_expr_call(self, call);
        }

        fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
            self.0.push(call.method.to_string());
            syn::visit::visit_expr_method_call(self, call);
        }
    }
    let mut calls = Calls(Vec::new());
    calls.visit_expr(body);
    calls.0
}

/// What a pattern matches.
struct Meant {
    ty: String,
    /// `None` if it matches everything.
    variant: Option<String>,
    /// The type and the variant that the pattern expects in the variant.
    inner: Option<(String, String)>,
    /// Whether it matches some values of the variant only.
    is_partial: bool,
}

/// Returns a pattern without its guard, and whether it has one.
fn unguarded(pattern: &Pat) -> (&Pat, bool) {
    match pattern {
        Pat::Guard(guarded) => (&guarded.pat, true),
        pattern => (pattern, false),
    }
}

/// Returns the type and the variant of each alternative of a pattern.
fn variants(pattern: &Pat, own: &str) -> Vec<Meant> {
    let whole =
        |ty: &str, variant| Meant { ty: ty.to_owned(), variant, inner: None, is_partial: false };
    let of_path = |path: &syn::Path| {
        let mut segments = path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let (variant, ty) = (segments.next(), segments.next());
        let ty = ty.filter(|ty| ty != "Self");
        whole(ty.as_deref().unwrap_or(own), variant)
    };
    match pattern {
        Pat::Or(or) => or.cases.iter().flat_map(|case| variants(case, own)).collect(),
        Pat::TupleStruct(pattern) => inside(of_path(&pattern.path), pattern.elems.iter()),
        Pat::Struct(pattern) => {
            inside(of_path(&pattern.path), pattern.fields.iter().map(|field| &*field.pat))
        }
        Pat::Path(pattern) => vec![of_path(&pattern.path)],
        Pat::Reference(pattern) => variants(&pattern.pat, own),
        Pat::Paren(pattern) => variants(&pattern.pat, own),
        // A variant that is imported looks like a binding, but a binding begins with a small letter.
        Pat::Ident(pattern) if pattern.ident.to_string().starts_with(char::is_uppercase) => {
            vec![whole(own, Some(pattern.ident.to_string()))]
        }
        Pat::Wild(_) | Pat::Ident(_) => vec![whole(own, None)],
        _ => Vec::new(),
    }
}

/// Looks into a variant: a pattern within it may ask for a variant of the error that it holds.
fn inside<'p>(outer: Meant, fields: impl Iterator<Item = &'p Pat>) -> Vec<Meant> {
    let Meant { ty, variant, .. } = outer;
    let mut within = Vec::new();
    for pattern in fields.filter(|pattern| !matches!(pattern, Pat::Rest(_))) {
        let known = variants(pattern, "");
        let inner = known.into_iter().filter(|meant| meant.variant.is_some());
        let inner: Vec<_> = inner.map(|meant| meant.variant.map(|name| (meant.ty, name))).collect();
        match (inner.is_empty(), pattern) {
            (true, Pat::Wild(_) | Pat::Ident(_) | Pat::Reference(_) | Pat::Paren(_)) => {}
            (true, _) => within.push(None),
            (false, _) => within.extend(inner),
        }
    }
    let meant = |inner: Option<(String, String)>, is_partial| {
        let inner = inner.filter(|(ty, _)| !ty.is_empty());
        Meant { ty: ty.clone(), variant: variant.clone(), inner, is_partial }
    };
    if within.is_empty() {
        return vec![meant(None, false)];
    }
    within.into_iter().map(|inner| meant(inner, true)).collect()
}

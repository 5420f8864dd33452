//! The arms of matches, and of `if let`, `matches!` and `let … else`: which variants their patterns mean, and which
//! status each gives.

use super::statuses::{Statuses, Style};
use syn::{Expr, Pat, parse::Parser as _, spanned::Spanned as _, visit::Visit};

#[derive(Debug)]
pub(super) struct Arm {
    /// The path of the type.
    pub(super) ty: String,
    /// `None` for the arm `_`.
    pub(super) variant: Option<String>,
    pub(super) statuses: Statuses,
    /// The functions that it calls, which may have the status.
    pub(super) calls: Vec<String>,
    /// The type and the variant of the error in this variant that the pattern asks for.
    pub(super) inner: Option<(String, String)>,
    /// Whether not all values of the variant come here.
    pub(super) is_conditional: bool,
    pub(super) line: usize,
}

/// The arms of a function.
pub(super) struct Arms<'a> {
    own: &'a str,
    style: Style,
    found: Vec<Arm>,
    /// What the statements after an `if` or a `let … else` answer for, with the line of the pattern.
    rest: Vec<(Meant, usize)>,
}

impl<'a> Arms<'a> {
    /// Returns the arms in a function of this type.
    pub(super) fn of(own: &'a str, style: Style, block: &syn::Block) -> Vec<Arm> {
        let mut arms = Self { own, style, found: Vec::new(), rest: Vec::new() };
        arms.visit_block(block);
        if let Some(syn::Stmt::Expr(last, None)) = block.stmts.last() {
            for (meant, line) in std::mem::take(&mut arms.rest) {
                arms.add(vec![meant], last, false, line);
            }
        }
        arms.found.retain(|arm| !arm.ty.is_empty());
        arms.found
    }

    fn add(&mut self, meant: Vec<Meant>, body: &Expr, has_guard: bool, line: usize) {
        let statuses = Statuses::of(self.style, |found| found.visit_expr(body));
        // An arm without a value, such as one that only logs, decides nothing.
        if !statuses.has_own() && is_unit(body) {
            return;
        }
        let calls = called(body);
        for Meant { ty, variant, inner, is_partial } in meant {
            self.found.push(Arm {
                ty,
                variant,
                statuses: statuses.clone(),
                calls: calls.clone(),
                inner: inner.filter(|_| !has_guard),
                is_conditional: has_guard || is_partial,
                line,
            });
        }
    }
}

impl Visit<'_> for Arms<'_> {
    fn visit_expr_match(&mut self, matched: &syn::ExprMatch) {
        let arms = matched.arms.iter().map(|arm| (variants(unguarded(&arm.pat).0, self.own), arm));
        let arms: Vec<_> = arms.collect();
        let all = arms.iter().flat_map(|(variants, _)| variants);
        let ty = type_of(all);
        for (variants, arm) in arms {
            let has_guard = unguarded(&arm.pat).1;
            // A match over something else has no variants of a type.
            let meant = variants.into_iter().filter(|meant| meant.variant.is_some() || !has_guard);
            let meant = meant.filter_map(|meant| match (meant.variant.is_some(), &ty) {
                (true, _) => Some(meant),
                (false, Some(ty)) => Some(Meant { ty: ty.clone(), ..meant }),
                (false, None) => None,
            });
            self.add(meant.collect(), &arm.body, has_guard, arm.pat.span().start().line);
        }
        syn::visit::visit_expr_match(self, matched);
    }

    fn visit_expr_if(&mut self, branch: &syn::ExprIf) {
        if let Some((meant, has_guard)) = asked(&branch.cond, self.own)
            && let Some(ty) = type_of(&meant)
        {
            let line = branch.cond.span().start().line;
            let then = Expr::Block(syn::ExprBlock {
                attrs: Vec::new(),
                label: None,
                block: branch.then_branch.clone(),
            });
            self.add(meant, &then, has_guard, line);
            match &branch.else_branch {
                None => self.rest.push((Meant::all(&ty), line)),
                Some((_, otherwise)) if matches!(**otherwise, Expr::If(_)) => {}
                Some((_, otherwise)) => self.add(vec![Meant::all(&ty)], otherwise, false, line),
            }
        }
        syn::visit::visit_expr_if(self, branch);
    }

    fn visit_local(&mut self, local: &syn::Local) {
        let otherwise = local.init.as_ref().and_then(|init| init.diverge.as_ref());
        let meant = variants(&local.pat, self.own);
        if let (Some((_, otherwise)), Some(ty)) = (otherwise, type_of(&meant)) {
            let line = local.pat.span().start().line;
            self.add(vec![Meant::all(&ty)], otherwise, false, line);
            self.rest.extend(meant.into_iter().map(|meant| (meant, line)));
        }
        syn::visit::visit_local(self, local);
    }
}

/// Returns the type of the variants.
fn type_of<'m>(meant: impl IntoIterator<Item = &'m Meant>) -> Option<String> {
    meant.into_iter().find(|meant| meant.variant.is_some()).map(|meant| meant.ty.clone())
}

/// Returns the variants that a condition asks for, by `let` or `matches!`, and whether it asks for more.
fn asked(condition: &Expr, own: &str) -> Option<(Vec<Meant>, bool)> {
    match condition {
        Expr::Let(asked) => Some((variants(&asked.pat, own), false)),
        Expr::Paren(inner) => asked(&inner.expr, own),
        Expr::Macro(call) if call.mac.path.is_ident("matches") => {
            let parse = |input: syn::parse::ParseStream<'_>| {
                input.parse::<Expr>()?;
                input.parse::<syn::Token![,]>()?;
                let pattern = Pat::parse_multi_with_leading_vert(input)?;
                let has_guard = input.peek(syn::Token![if]);
                input.parse::<proc_macro2::TokenStream>()?;
                Ok((pattern, has_guard))
            };
            let (pattern, has_guard) = parse.parse2(call.mac.tokens.clone()).ok()?;
            Some((variants(&pattern, own), has_guard))
        }
        Expr::Binary(both) if matches!(both.op, syn::BinOp::And(_)) => {
            let (meant, _) = asked(&both.left, own).or_else(|| asked(&both.right, own))?;
            Some((meant, true))
        }
        Expr::Binary(either) if matches!(either.op, syn::BinOp::Or(_)) => {
            let (left, guarded) = asked(&either.left, own)?;
            let (right, also) = asked(&either.right, own)?;
            Some((left.into_iter().chain(right).collect(), guarded || also))
        }
        _ => None,
    }
}

/// Returns whether an expression has the value `()`: it ends with a `;`, or is a macro that logs. One that returns has
/// the value of the function.
fn is_unit(body: &Expr) -> bool {
    match body {
        Expr::Block(block) => match block.block.stmts.last() {
            Some(syn::Stmt::Expr(Expr::Return(_), _)) => false,
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
#[derive(Clone, Debug)]
struct Meant {
    /// The path of the type.
    ty: String,
    /// `None` if it matches everything.
    variant: Option<String>,
    /// The type and the variant that the pattern expects in the variant.
    inner: Option<(String, String)>,
    /// Whether it matches some values of the variant only.
    is_partial: bool,
}

impl Meant {
    /// All values of a type.
    fn all(ty: &str) -> Self {
        Self { ty: ty.to_owned(), variant: None, inner: None, is_partial: false }
    }
}

/// Returns a pattern without its guard, and whether it has one.
fn unguarded(pattern: &Pat) -> (&Pat, bool) {
    match pattern {
        Pat::Guard(guarded) => (&guarded.pat, true),
        pattern => (pattern, false),
    }
}

/// The variants of std that are in scope everywhere, and of no error type.
const OF_STD: [&str; 4] = ["Some", "None", "Ok", "Err"];

/// Returns the type and the variant of each alternative of a pattern.
fn variants(pattern: &Pat, own: &str) -> Vec<Meant> {
    let of_path = |path: &syn::Path| {
        let mut segments: Vec<_> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let variant = segments.pop();
        let ty = match segments.as_slice() {
            [] if variant.as_deref().is_some_and(|name| OF_STD.contains(&name)) => return None,
            [] => own.to_owned(),
            [only] if only == "Self" => own.to_owned(),
            segments => segments.join("::"),
        };
        Some(Meant { ty, variant, inner: None, is_partial: false })
    };
    match pattern {
        Pat::Or(or) => or.cases.iter().flat_map(|case| variants(case, own)).collect(),
        Pat::TupleStruct(pattern) => {
            of_path(&pattern.path).map(|of| inside(of, pattern.elems.iter())).unwrap_or_default()
        }
        Pat::Struct(pattern) => {
            let fields = pattern.fields.iter().map(|field| &*field.pat);
            of_path(&pattern.path).map(|of| inside(of, fields)).unwrap_or_default()
        }
        Pat::Path(pattern) => of_path(&pattern.path).into_iter().collect(),
        Pat::Reference(pattern) => variants(&pattern.pat, own),
        Pat::Paren(pattern) => variants(&pattern.pat, own),
        Pat::Tuple(pattern) => together(pattern, own),
        // A variant that is imported looks like a binding, but a binding begins with a small letter.
        Pat::Ident(pattern) if pattern.ident.to_string().starts_with(char::is_uppercase) => {
            let path = pattern.ident.clone().into();
            of_path(&path).into_iter().collect()
        }
        Pat::Ident(syn::PatIdent { subpat: Some((_, inner)), .. }) => variants(inner, own),
        Pat::Wild(_) | Pat::Ident(_) => vec![Meant::all(own)],
        _ => Vec::new(),
    }
}

/// Returns the variants in a match of several values, such as `(self, is_public)`.
fn together(pattern: &syn::PatTuple, own: &str) -> Vec<Meant> {
    let is_open = |pattern: &Pat| match pattern {
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Ident(name) => {
            name.subpat.is_none() && !name.ident.to_string().starts_with(char::is_uppercase)
        }
        _ => false,
    };
    let known = pattern.elems.iter().position(|element| type_of(&variants(element, own)).is_some());
    let Some(at) = known else {
        let is_all = pattern.elems.iter().all(is_open);
        return if is_all { vec![Meant::all(own)] } else { Vec::new() };
    };
    let mut others = pattern.elems.iter().enumerate().filter(|(other, _)| *other != at);
    let is_partial = others.any(|(_, element)| !is_open(element));
    let meant = variants(&pattern.elems[at], own).into_iter();
    meant.map(|meant| Meant { is_partial: meant.is_partial || is_partial, ..meant }).collect()
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

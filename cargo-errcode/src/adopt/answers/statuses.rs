//! The statuses in expressions: constants such as `StatusCode::NOT_FOUND`, names for them, and numbers.

use std::collections::{BTreeMap, BTreeSet};
use syn::{Expr, visit::Visit};
use ureq::http::StatusCode;

/// How a function names statuses.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Style {
    /// Whether each number is one.
    pub(super) is_number: bool,
    /// Whether `Self` is `StatusCode`.
    pub(super) is_own: bool,
}

/// The statuses in an expression.
#[derive(Clone, Debug, Default)]
pub(super) struct Statuses {
    style: Style,
    found: BTreeSet<u16>,
    /// The constants, with the name before the last `::`.
    constants: BTreeSet<(String, String)>,
}

/// What the package calls statuses.
#[derive(Debug, Default)]
pub(in crate::adopt) struct Named {
    /// The names that imports give to `StatusCode`.
    aliases: BTreeSet<String>,
    /// The constants with a status. Several may have the same name.
    constants: BTreeMap<String, Vec<Statuses>>,
}

impl Named {
    pub(in crate::adopt) fn alias(&mut self, name: String) {
        self.aliases.insert(name);
    }

    /// Adds a constant, whose type is `StatusCode` or a number.
    pub(in crate::adopt) fn constant(&mut self, name: &syn::Ident, ty: &syn::Type, value: &Expr) {
        let is_number = super::last(ty).as_deref() == Some("u16");
        let found =
            Statuses::of(Style { is_number, is_own: false }, |found| found.visit_expr(value));
        if !found.is_empty() {
            self.constants.entry(name.to_string()).or_default().push(found);
        }
    }
}

impl Statuses {
    /// Collects what the visit of an expression finds.
    pub(super) fn of(style: Style, visit: impl FnOnce(&mut Self)) -> Self {
        let mut found = Self { style, ..Self::default() };
        visit(&mut found);
        found
    }

    /// Returns whether nothing looks like a status.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty() && self.constants.is_empty()
    }

    /// Returns whether it names a status itself.
    pub(super) fn has_own(&self) -> bool {
        !self.found.is_empty()
    }

    pub(super) fn all(&self, named: &Named) -> BTreeSet<u16> {
        let constants = self.constants.iter().filter_map(|(_, name)| named.constants.get(name));
        let within = constants.flatten().flat_map(|constant| constant.direct(named));
        self.direct(named).chain(within).collect()
    }

    /// Returns the statuses without those of the package's constants.
    fn direct(&self, named: &Named) -> impl Iterator<Item = u16> {
        let of_http = self.constants.iter().filter(|(of, _)| named.aliases.contains(of));
        self.found.iter().copied().chain(of_http.filter_map(|(_, name)| self::named(name)))
    }

    /// Returns the only status, if it is an error's.
    pub(super) fn only(&self, named: &Named) -> Option<u16> {
        only(&self.all(named))
    }

    fn number(&mut self, expression: &Expr) {
        if let Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) = expression {
            self.found.extend(number.base10_parse::<u16>());
        }
    }
}

/// Returns the only one of these statuses, if it is an error's.
pub(super) fn only(statuses: &BTreeSet<u16>) -> Option<u16> {
    let mut found = statuses.iter().copied();
    found.next().filter(|status| statuses.len() == 1 && (400..=599).contains(status))
}

impl Visit<'_> for Statuses {
    fn visit_expr_path(&mut self, path: &syn::ExprPath) {
        let mut segments = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let (name, of) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
        if of == "StatusCode" || self.style.is_own && of == "Self" {
            self.found.extend(named(&name));
        } else if name
            .chars()
            .all(|letter| letter.is_ascii_uppercase() || "_0123456789".contains(letter))
        {
            self.constants.insert((of, name));
        }
    }

    fn visit_expr_call(&mut self, call: &syn::ExprCall) {
        if let Expr::Path(path) = &*call.func {
            let mut segments =
                path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
            let (name, of) =
                (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
            if name == "from_u16" || name == "try_from" && of == "StatusCode" {
                call.args.iter().for_each(|argument| self.number(argument));
            }
            // actix-web has a function for each status.
            if of == "HttpResponse" {
                self.found.extend(named(&constant_of(&name)));
            }
        }
        syn::visit::visit_expr_call(self, call);
    }

    /// A builder takes a number too: `Response::builder().status(410)`.
    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        if call.method == "status" {
            call.args.iter().for_each(|argument| self.number(argument));
        }
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_field_value(&mut self, field: &syn::FieldValue) {
        if matches!(&field.member, syn::Member::Named(name) if name.to_string().contains("status"))
        {
            self.number(&field.expr);
        }
        syn::visit::visit_field_value(self, field);
    }

    fn visit_expr_lit(&mut self, literal: &syn::ExprLit) {
        if self.style.is_number {
            self.number(&Expr::Lit(literal.clone()));
        }
    }
}

/// Returns whether a conversion redirects, or names a status that is not an error's.
pub(super) fn is_mixed(item: &syn::ItemImpl) -> bool {
    struct Mixed(bool);
    impl Visit<'_> for Mixed {
        fn visit_path(&mut self, path: &syn::Path) {
            self.0 |= path.segments.iter().any(|segment| segment.ident == "Redirect");
            syn::visit::visit_path(self, path);
        }
    }
    let mut mixed = Mixed(false);
    mixed.visit_item_impl(item);
    let statuses = Statuses::of(Style::default(), |found| found.visit_item_impl(item));
    mixed.0 || statuses.found.iter().any(|status| (100..400).contains(status))
}

/// Returns the name of a constant as camel case spells it: `NOT_FOUND` for `NotFound`.
fn constant_of(name: &str) -> String {
    let letters = name.char_indices().flat_map(|(at, letter)| {
        let separator = (at > 0 && letter.is_uppercase()).then_some('_');
        separator.into_iter().chain(letter.to_uppercase())
    });
    letters.collect()
}

/// Returns the status of a constant such as `NOT_FOUND`, which the crate `http` makes from the reason phrase.
pub(super) fn named(name: &str) -> Option<u16> {
    (100..=599).find(|status| {
        let reason =
            StatusCode::from_u16(*status).ok().and_then(|status| status.canonical_reason());
        let constant =
            |reason: &str| reason.to_ascii_uppercase().replace([' ', '-'], "_").replace('\'', "");
        reason.is_some_and(|reason| constant(reason) == name)
    })
}

#[cfg(test)]
mod tests {
    use super::{constant_of, named};

    #[test]
    fn constants_are_named_by_the_reason() {
        for (name, status) in [
            ("NOT_FOUND", Some(404)),
            ("IM_A_TEAPOT", Some(418)),
            ("PAYLOAD_TOO_LARGE", Some(413)),
            ("UNPROCESSABLE_ENTITY", Some(422)),
            ("HTTP_VERSION_NOT_SUPPORTED", Some(505)),
            ("NOWHERE", None),
        ] {
            assert_eq!(named(name), status, "{name}");
        }
        assert_eq!(named(&constant_of("ImATeapot")), Some(418));
        assert_eq!(named(&constant_of("build")), None);
    }
}

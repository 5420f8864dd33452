//! The statuses in expressions: constants such as `StatusCode::NOT_FOUND`, and numbers.

use std::collections::BTreeSet;
use syn::{Expr, visit::Visit};
use ureq::http::StatusCode;

/// The statuses in an expression.
pub(super) struct Statuses {
    pub(super) is_number: bool,
    pub(super) found: BTreeSet<u16>,
}

impl Statuses {
    /// Returns the only status, if it is an error's.
    pub(super) fn only(&self) -> Option<u16> {
        let mut found = self.found.iter().copied();
        found.next().filter(|status| self.found.len() == 1 && (400..=599).contains(status))
    }

    fn number(&mut self, expression: &Expr) {
        if let Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) = expression {
            self.found.extend(number.base10_parse::<u16>());
        }
    }
}

impl Visit<'_> for Statuses {
    fn visit_expr_path(&mut self, path: &syn::ExprPath) {
        let mut segments = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
        if let (Some(name), Some(ty)) = (segments.next(), segments.next())
            && ty == "StatusCode"
        {
            self.found.extend(named(&name));
        }
    }

    fn visit_expr_call(&mut self, call: &syn::ExprCall) {
        if let Expr::Path(path) = &*call.func
            && path.path.segments.last().is_some_and(|last| last.ident == "from_u16")
        {
            call.args.iter().for_each(|argument| self.number(argument));
        }
        syn::visit::visit_expr_call(self, call);
    }

    fn visit_expr_lit(&mut self, literal: &syn::ExprLit) {
        if self.is_number {
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
    let mut statuses = Statuses { is_number: false, found: BTreeSet::new() };
    statuses.visit_item_impl(item);
    mixed.0 || statuses.found.iter().any(|status| *status < 400)
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
    use super::named;

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
    }
}

//! The statuses with which existing code answers: the arms of `status_code()`, `into_response` and the like.

use std::collections::{BTreeMap, BTreeSet};
use syn::{Expr, Pat, ReturnType, Type, visit::Visit};
use ureq::http::StatusCode;

/// How the types of a package answer, by their names.
#[derive(Debug, Default)]
pub(super) struct Answers {
    types: BTreeMap<String, Answer>,
}

/// How one type answers.
#[derive(Debug, Default)]
struct Answer {
    /// Whether the type is turned into a response or a status.
    is_answered: bool,
    /// The line and the file of its `impl IntoResponse`.
    response: Option<(usize, usize)>,
    /// The status of each variant; that of a struct has no name.
    statuses: BTreeMap<Option<String>, u16>,
    /// The variants whose arm asks something else for the status.
    delegated: BTreeSet<String>,
    /// The status of the arm `_`.
    otherwise: Option<u16>,
}

impl Answers {
    /// Returns the status of a variant, or of a struct.
    pub(super) fn status(&self, ty: &str, variant: Option<&str>) -> Option<u16> {
        let answer = self.types.get(ty)?;
        let own = answer.statuses.get(&variant.map(str::to_owned)).copied();
        let is_delegated = variant.is_some_and(|variant| answer.delegated.contains(variant));
        own.or(if is_delegated { None } else { answer.otherwise })
    }

    /// Returns whether the type itself is an answer.
    pub(super) fn has(&self, ty: &str) -> bool {
        self.types.get(ty).is_some_and(|answer| answer.is_answered)
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.types.values().any(|answer| answer.is_answered)
    }

    /// Returns the file and the line of each `impl IntoResponse`.
    pub(super) fn responses(&self) -> impl Iterator<Item = (&str, usize, usize)> {
        self.types.iter().filter_map(|(name, answer)| {
            answer.response.map(|(file, line)| (name.as_str(), file, line))
        })
    }

    pub(super) fn read(&mut self, item: &syn::ItemImpl, file: usize) {
        let Some(own) = last(&item.self_ty) else { return };
        let of = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        let of = of.map(|segment| segment.ident.to_string()).unwrap_or_default();
        if ["IntoResponse", "ResponseError"].contains(&of.as_str()) {
            let answer = self.types.entry(own.clone()).or_default();
            answer.is_answered = true;
            answer.response = Some((file, item.impl_token.span.start().line));
        }
        for function in &item.items {
            let syn::ImplItem::Fn(function) = function else { continue };
            if answers(&function.sig) {
                self.function(&own, function);
            }
        }
    }

    fn function(&mut self, own: &str, function: &syn::ImplItemFn) {
        let is_number = returned(&function.sig).as_deref() == Some("u16");
        let mut arms = Arms { own, is_number, found: Vec::new() };
        arms.visit_block(&function.block);
        if arms.found.is_empty() {
            let mut statuses = Statuses { is_number, found: BTreeSet::new() };
            statuses.visit_block(&function.block);
            if let Some(status) = statuses.only() {
                let answer = self.types.entry(own.to_owned()).or_default();
                answer.is_answered = true;
                answer.statuses.entry(None).or_insert(status);
                answer.otherwise.get_or_insert(status);
            }
        }
        for Arm { ty, variant, status } in arms.found {
            let answer = self.types.entry(ty).or_default();
            answer.is_answered = true;
            match (variant, status) {
                (Some(variant), Some(status)) => {
                    answer.statuses.entry(Some(variant)).or_insert(status);
                }
                (Some(variant), None) => drop(answer.delegated.insert(variant)),
                (None, Some(status)) => drop(answer.otherwise.get_or_insert(status)),
                (None, None) => {}
            }
        }
    }
}

/// Returns whether a method decides about an answer.
fn answers(signature: &syn::Signature) -> bool {
    let name = signature.ident.to_string();
    let returned = returned(signature);
    matches!(returned.as_deref(), Some("StatusCode"))
        || ["into_response", "error_response"].contains(&name.as_str())
        || name.contains("status") && returned.as_deref() == Some("u16")
}

fn returned(signature: &syn::Signature) -> Option<String> {
    match &signature.output {
        ReturnType::Type(_, ty) => last(ty),
        ReturnType::Default => None,
    }
}

/// Returns the last segment of a type.
fn last(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Type::Reference(reference) => last(&reference.elem),
        _ => None,
    }
}

struct Arm {
    ty: String,
    /// `None` for the arm `_`.
    variant: Option<String>,
    status: Option<u16>,
}

/// The arms of all matches in a method.
struct Arms<'a> {
    own: &'a str,
    is_number: bool,
    found: Vec<Arm>,
}

impl Visit<'_> for Arms<'_> {
    fn visit_expr_match(&mut self, matched: &syn::ExprMatch) {
        let arms = matched.arms.iter().map(|arm| (variants(&arm.pat, self.own), arm));
        let arms: Vec<_> = arms.collect();
        let ty = arms
            .iter()
            .flat_map(|(variants, _)| variants)
            .find_map(|(ty, variant)| variant.is_some().then(|| ty.clone()));
        for (variants, arm) in &arms {
            let mut statuses = Statuses { is_number: self.is_number, found: BTreeSet::new() };
            statuses.visit_expr(&arm.body);
            let status = statuses.only();
            for (own, variant) in variants {
                let ty = if variant.is_none() { ty.clone() } else { Some(own.clone()) };
                // A match over something else has no variants of a type.
                let Some(ty) = ty else { continue };
                self.found.push(Arm { ty, variant: variant.clone(), status });
            }
        }
        syn::visit::visit_expr_match(self, matched);
    }
}

/// Returns the type and the variant of each alternative of a pattern.
fn variants(pattern: &Pat, own: &str) -> Vec<(String, Option<String>)> {
    let of_path = |path: &syn::Path| {
        let mut segments = path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let (variant, ty) = (segments.next(), segments.next());
        let ty = ty.map_or(own.to_owned(), |ty| if ty == "Self" { own.to_owned() } else { ty });
        vec![(ty, variant)]
    };
    match pattern {
        Pat::Or(or) => or.cases.iter().flat_map(|case| variants(case, own)).collect(),
        Pat::TupleStruct(pattern) => of_path(&pattern.path),
        Pat::Struct(pattern) => of_path(&pattern.path),
        Pat::Path(pattern) => of_path(&pattern.path),
        Pat::Reference(pattern) => variants(&pattern.pat, own),
        Pat::Paren(pattern) => variants(&pattern.pat, own),
        // A variant that is imported looks like a binding, but a binding begins with a small letter.
        Pat::Ident(pattern) if pattern.ident.to_string().starts_with(char::is_uppercase) => {
            vec![(own.to_owned(), Some(pattern.ident.to_string()))]
        }
        Pat::Wild(_) | Pat::Ident(_) => vec![(own.to_owned(), None)],
        _ => Vec::new(),
    }
}

/// The statuses in an expression.
struct Statuses {
    is_number: bool,
    found: BTreeSet<u16>,
}

impl Statuses {
    /// Returns the only status, if it is an error's.
    fn only(&self) -> Option<u16> {
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

/// Returns the status of a constant such as `NOT_FOUND`, which the crate `http` makes from the reason phrase.
fn named(name: &str) -> Option<u16> {
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
    use super::{Answers, named};

    fn answers(source: &str) -> Answers {
        let mut answers = Answers::default();
        for item in syn::parse_str::<syn::File>(source).unwrap().items {
            if let syn::Item::Impl(item) = item {
                answers.read(&item, 0);
            }
        }
        answers
    }

    #[test]
    fn each_arm_has_its_status() {
        let answers = answers(
            r#"
            impl ApiError {
                fn status_code(&self) -> StatusCode {
                    use ApiError::*;
                    match self {
                        Self::NotFound { .. } | ApiError::Gone(_) => StatusCode::NOT_FOUND,
                        &ApiError::Unpaid => axum::http::StatusCode::PAYMENT_REQUIRED,
                        Invalid(_) => { log(); StatusCode::from_u16(422).unwrap() }
                        Self::Token(error) => match error {
                            TokenError::Expired => StatusCode::UNAUTHORIZED,
                            TokenError::Key(_) => StatusCode::INTERNAL_SERVER_ERROR,
                        },
                        Self::Repo(error) => error.status_code(),
                        _ => StatusCode::SERVICE_UNAVAILABLE,
                    }
                }
            }
            impl IntoResponse for Limited {
                fn into_response(self) -> Response {
                    (StatusCode::TOO_MANY_REQUESTS, "slow down").into_response()
                }
            }
            impl Numbered {
                fn status(&self) -> u16 { match self { Self::A => 409, Self::B => 200 } }
                fn weight(&self) -> u16 { match self { Self::A => 401, Self::B => 402 } }
            }
            impl From<RepoError> for StatusCode {
                fn from(error: RepoError) -> StatusCode {
                    match error { RepoError::Busy => StatusCode::CONFLICT, RepoError::Lost => StatusCode::OK }
                }
            }
            "#,
        );
        for (ty, variant, status) in [
            ("ApiError", Some("NotFound"), Some(404)),
            ("ApiError", Some("Gone"), Some(404)),
            ("ApiError", Some("Unpaid"), Some(402)),
            ("ApiError", Some("Invalid"), Some(422)),
            ("ApiError", Some("Token"), None),
            ("TokenError", Some("Expired"), Some(401)),
            ("TokenError", Some("Key"), Some(500)),
            ("ApiError", Some("Repo"), None),
            ("ApiError", Some("Anything"), Some(503)),
            ("Limited", None, Some(429)),
            ("Numbered", Some("A"), Some(409)),
            ("Numbered", Some("B"), None),
            ("RepoError", Some("Busy"), Some(409)),
            ("RepoError", Some("Lost"), None),
            ("Other", Some("A"), None),
        ] {
            assert_eq!(answers.status(ty, variant), status, "{ty} {variant:?}");
        }
        assert!(answers.has("ApiError") && answers.has("Limited") && !answers.has("Other"));
    }

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

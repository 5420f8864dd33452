//! The statuses with which existing code answers: the arms of `status_code()`, `into_response` and the like.

mod arms;
mod statuses;

use super::edit::Text;
use arms::{Arm, Arms};
use statuses::{Named, Statuses, Style, is_mixed, only};
use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    ops::Range,
};
use syn::{ReturnType, Type, Visibility, spanned::Spanned as _, visit::Visit as _};

/// How the types of a package answer. A type is known by its name, or by more if several have this name.
#[derive(Debug, Default)]
pub(super) struct Answers {
    types: BTreeMap<String, Answer>,
    /// The conversions into responses.
    pub(super) responses: Vec<Place>,
    /// The methods of types that decide about a status.
    pub(super) methods: Vec<Method>,
    /// The arms that apply in some cases of a variant only.
    pub(super) conditional: Vec<Conditional>,
    /// What was found, in the order of the sources; it is resolved when all functions are known.
    found: Vec<(Found, At)>,
    /// The statuses in the functions that make responses for others, by name.
    helpers: BTreeMap<String, Vec<Statuses>>,
    /// The types that are responses, in the modules that say so.
    answered: Vec<(String, At)>,
    /// The types into which any error is converted, in the modules that say so.
    from_any: Vec<(String, At)>,
    /// The types that an `impl From` converts, each with the type that it becomes.
    pub(super) converted: Vec<(String, String)>,
    conversions: Vec<(String, String, At)>,
    pub(super) named: Named,
    /// The files and offsets of what was read.
    seen: BTreeSet<(usize, usize)>,
}

/// Where something was found: the numbers of the file and of the module.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct At {
    pub(super) file: usize,
    pub(super) module: usize,
}

/// How one type answers.
#[derive(Debug, Default)]
struct Answer {
    /// Whether the type is turned into a response or a status.
    is_answered: bool,
    /// The status of each variant; that of a struct has no name.
    statuses: BTreeMap<Option<String>, u16>,
    /// The variants whose error decides, with its type if the patterns name it: the arm asks it for the status, or the
    /// patterns look into it.
    delegated: BTreeMap<String, Option<String>>,
    /// The status of the arm `_`.
    otherwise: Option<u16>,
    /// Whether any error is converted into it, as in `impl<E: Into<anyhow::Error>> From<E>`.
    is_from_any: bool,
}

/// An `impl`.
#[derive(Debug)]
pub(super) struct Place {
    /// The name of the type.
    pub(super) name: String,
    /// What the type is known by.
    pub(super) ty: String,
    pub(super) file: usize,
    module: usize,
    pub(super) line: usize,
    pub(super) bytes: Range<usize>,
    /// Whether it mentions headers, which a derive does not know.
    pub(super) has_headers: bool,
    /// Whether it also answers with something that is not an error, such as a redirect.
    pub(super) is_mixed: bool,
}

/// A method in an `impl` without a trait.
#[derive(Debug)]
pub(super) struct Method {
    pub(super) name: String,
    /// The name of the type.
    pub(super) of: String,
    /// What the type is known by.
    pub(super) ty: String,
    pub(super) file: usize,
    module: usize,
    pub(super) is_public: bool,
    pub(super) bytes: Range<usize>,
    /// The `impl`, if it has nothing else.
    pub(super) alone_in: Option<Range<usize>>,
}

/// An arm with a guard, or with a pattern that not all values of a variant match.
#[derive(Debug)]
pub(super) struct Conditional {
    pub(super) ty: String,
    pub(super) variant: String,
    pub(super) status: u16,
    pub(super) file: usize,
    pub(super) line: usize,
}

impl Answers {
    /// Returns the status of a variant, or of a struct.
    pub(super) fn status(&self, ty: &str, variant: Option<&str>) -> Option<u16> {
        let answer = self.types.get(ty)?;
        let own = answer.statuses.get(&variant.map(str::to_owned)).copied();
        let is_delegated = variant.is_some_and(|variant| answer.delegated.contains_key(variant));
        own.or(if is_delegated { None } else { answer.otherwise })
    }

    /// Returns whether the error in a variant decides about the status.
    pub(super) fn is_delegated(&self, ty: &str, variant: &str) -> bool {
        self.types.get(ty).is_some_and(|answer| answer.delegated.contains_key(variant))
    }

    /// Returns whether the type itself is an answer.
    pub(super) fn has(&self, ty: &str) -> bool {
        self.types.get(ty).is_some_and(|answer| answer.is_answered)
    }

    /// Returns whether the type answers with the status of an error.
    pub(super) fn has_status(&self, ty: &str) -> bool {
        self.types
            .get(ty)
            .is_some_and(|answer| answer.otherwise.is_some() || !answer.statuses.is_empty())
    }

    /// Returns whether any error is converted into the type, which so cannot be an error itself.
    pub(super) fn is_from_any(&self, ty: &str) -> bool {
        self.types.get(ty).is_some_and(|answer| answer.is_from_any)
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.types.values().any(|answer| answer.is_answered)
    }

    /// Reads an `impl`, once if several roots have its file.
    pub(super) fn read(&mut self, item: &syn::ItemImpl, at: At, text: &Text) {
        let start = text.bytes(item.span()).0;
        if !self.seen.insert((at.file, start)) {
            return;
        }
        for constant in &item.items {
            if let syn::ImplItem::Const(constant) = constant {
                self.named.constant(&constant.ident, &constant.ty, &constant.expr);
            }
        }
        let source = from(item);
        if let Some(source) = source.as_ref().filter(|_| is_response(&item.self_ty)) {
            return self.conversion(item, source, at);
        }
        let Some(own) = path(&item.self_ty) else { return };
        if item.generics.type_params().any(|any| source.as_ref().is_some_and(|of| any.ident == of))
        {
            self.from_any.push((own.clone(), at));
        }
        self.conversions.extend(source.map(|source| (source, own.clone(), at)));
        let name = own.rsplit("::").next().unwrap_or_default().to_owned();
        let of = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        let of = of.map(|segment| segment.ident.to_string()).unwrap_or_default();
        if ["IntoResponse", "ResponseError"].contains(&of.as_str()) {
            self.answered.push((own.clone(), at));
        }
        if of == "IntoResponse" {
            self.response(item, (&own, &name), at, text);
        }
        let At { file, module } = at;
        for function in &item.items {
            let syn::ImplItem::Fn(function) = function else { continue };
            if !self.method(&own, function, at) {
                continue;
            }
            if item.trait_.is_none() {
                let alone = (item.items.len() == 1).then(|| range(item.span(), text));
                self.methods.push(Method {
                    name: function.sig.ident.to_string(),
                    of: name.clone(),
                    ty: own.clone(),
                    file,
                    module,
                    is_public: matches!(function.vis, Visibility::Public(_)),
                    bytes: range(function.span(), text),
                    alone_in: alone,
                });
            }
        }
    }

    /// Reads a conversion into a response of a type with this path and name.
    fn response(&mut self, item: &syn::ItemImpl, (ty, name): (&str, &str), at: At, text: &Text) {
        self.responses.push(Place {
            name: name.to_owned(),
            ty: ty.to_owned(),
            file: at.file,
            module: at.module,
            line: item.impl_token.span.start().line,
            bytes: range(item.span(), text),
            has_headers: text.slice(item.span()).to_lowercase().contains("header"),
            is_mixed: is_mixed(item),
        });
    }

    /// Reads a method. Returns whether it decides about an answer.
    fn method(&mut self, own: &str, function: &syn::ImplItemFn, at: At) -> bool {
        let signature = &function.sig;
        if answers(signature) {
            self.function(own, signature, &function.block, at);
            return true;
        }
        // One for all values has the status of some, such as `fn refused(&self) -> Response`.
        if makes_response(signature) && signature.receiver().is_some() {
            let arms = Arms::of(own, Style::default(), &function.block);
            self.found.extend(arms.into_iter().map(|arm| (Found::Arm(arm), at)));
        }
        self.helper(signature, &function.block)
    }

    /// Reads `impl From<E> for StatusCode`, or for a response or a part of it.
    fn conversion(&mut self, item: &syn::ItemImpl, own: &str, at: At) {
        let is_own = last(&item.self_ty).as_deref() == Some("StatusCode");
        self.answered.push((own.to_owned(), at));
        for function in &item.items {
            if let syn::ImplItem::Fn(function) = function {
                self.arms_or_whole(own, Style { is_number: false, is_own }, &function.block, at);
            }
        }
    }

    /// Reads a function outside of an `impl`, whose patterns name the types.
    pub(super) fn read_function(&mut self, item: &syn::ItemFn, at: At, text: &Text) {
        let start = text.bytes(item.span()).0;
        if !self.seen.insert((at.file, start)) {
            return;
        }
        if answers(&item.sig) {
            return self.function("", &item.sig, &item.block, at);
        }
        // A handler has arms too, but of what it calls, and not of its parameters.
        if makes_response(&item.sig) {
            let taken: Vec<_> = item.sig.inputs.iter().filter_map(taken).collect();
            let mut arms = Arms::of("", Style::default(), &item.block);
            arms.retain(|arm| taken.contains(&arm.ty));
            self.found.extend(arms.into_iter().map(|arm| (Found::Arm(arm), at)));
        }
        self.helper(&item.sig, &item.block);
    }

    /// Reads a function that makes a response or a part of it. Returns whether it is one.
    fn helper(&mut self, signature: &syn::Signature, block: &syn::Block) -> bool {
        let statuses = Statuses::of(Style::default(), |found| found.visit_block(block));
        let is_helper = makes_response(signature) && !statuses.is_empty();
        if is_helper {
            self.helpers.entry(signature.ident.to_string()).or_default().push(statuses);
        }
        is_helper
    }

    /// Decides about the statuses, when all functions have been read. `known` returns what a type is known by, of its
    /// path in a module.
    pub(super) fn resolve(&mut self, known: impl Fn(usize, &str) -> String) {
        for Place { ty, module, .. } in &mut self.responses {
            *ty = known(*module, ty);
        }
        for Method { ty, module, .. } in &mut self.methods {
            *ty = known(*module, ty);
        }
        for (ty, at) in mem::take(&mut self.answered) {
            self.types.entry(known(at.module, &ty)).or_default().is_answered = true;
        }
        let conversions = mem::take(&mut self.conversions).into_iter();
        self.converted = conversions
            .map(|(from, into, at)| (known(at.module, &from), known(at.module, &into)))
            .collect();
        for (ty, at) in mem::take(&mut self.from_any) {
            self.types.entry(known(at.module, &ty)).or_default().is_from_any = true;
        }
        for (found, at) in mem::take(&mut self.found) {
            match found {
                Found::Arm(arm) => {
                    let inner = arm.inner.map(|(ty, variant)| (known(at.module, &ty), variant));
                    self.arm(Arm { ty: known(at.module, &arm.ty), inner, ..arm }, at.file);
                }
                Found::Whole(own, statuses) => {
                    let Some(status) = statuses.only(&self.named) else { continue };
                    let answer = self.types.entry(known(at.module, &own)).or_default();
                    answer.is_answered = true;
                    answer.statuses.entry(None).or_insert(status);
                    answer.otherwise.get_or_insert(status);
                }
            }
        }
        // A method that makes another part of the response may have arms without a status.
        for answer in self.types.values_mut() {
            let statuses = &answer.statuses;
            answer.delegated.retain(|variant, inner| {
                inner.is_some() || !statuses.contains_key(&Some(variant.clone()))
            });
        }
    }

    fn function(&mut self, own: &str, signature: &syn::Signature, block: &syn::Block, at: At) {
        let is_number = returned(signature).as_deref() == Some("u16");
        self.arms_or_whole(own, Style { is_number, is_own: false }, block, at);
    }

    fn arms_or_whole(&mut self, own: &str, style: Style, block: &syn::Block, at: At) {
        let arms = Arms::of(own, style, block);
        if arms.is_empty() && !own.is_empty() {
            let statuses = Statuses::of(style, |found| found.visit_block(block));
            self.found.push((Found::Whole(own.to_owned(), statuses), at));
        }
        self.found.extend(arms.into_iter().map(|arm| (Found::Arm(arm), at)));
    }

    /// Returns the only status in the functions that an arm calls, if it is an error's.
    fn by_helper(&self, calls: &[String]) -> Option<u16> {
        let found = calls.iter().filter_map(|name| self.helpers.get(name)).flatten();
        only(&found.flat_map(|statuses| statuses.all(&self.named)).collect())
    }

    fn arm(&mut self, arm: Arm, file: usize) {
        let Arm { ty, variant, statuses, calls, inner, is_conditional, line } = arm;
        let status = match statuses.all(&self.named) {
            none if none.is_empty() => self.by_helper(&calls),
            some => only(&some),
        };
        let answer = self.types.entry(ty.clone()).or_default();
        answer.is_answered = true;
        match (variant, status, inner) {
            (Some(variant), status, Some((inner, inner_variant))) => {
                answer.delegated.insert(variant.clone(), Some(inner.clone()));
                let inner = self.types.entry(inner).or_default();
                if let Some(status) = status {
                    self.conditional.push(Conditional { ty, variant, status, file, line });
                    inner.statuses.entry(Some(inner_variant)).or_insert(status);
                } else {
                    inner.delegated.entry(inner_variant).or_default();
                }
            }
            (Some(variant), Some(status), None) if is_conditional => {
                self.conditional.push(Conditional { ty, variant, status, file, line });
            }
            (Some(variant), Some(status), None) => {
                let inner = answer.delegated.get(&variant).cloned().flatten();
                answer.statuses.entry(Some(variant)).or_insert(status);
                if let Some(inner) = inner {
                    self.types.entry(inner).or_default().otherwise.get_or_insert(status);
                }
            }
            (Some(variant), None, None) => drop(answer.delegated.entry(variant).or_default()),
            (None, Some(status), None) => drop(answer.otherwise.get_or_insert(status)),
            (None, ..) => {}
        }
    }
}

fn range(span: proc_macro2::Span, text: &Text) -> Range<usize> {
    let (start, end) = text.bytes(span);
    start..end
}

/// Returns the type that an `impl From<E>` converts.
fn from(item: &syn::ItemImpl) -> Option<String> {
    let segment = item.trait_.as_ref().and_then(|(path, _)| path.segments.last())?;
    if segment.ident != "From" {
        return None;
    }
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(ty) => path(ty),
        _ => None,
    }
}

/// Returns whether a function makes a response or a part of it, such as `(StatusCode, Json<T>)`.
fn makes_response(signature: &syn::Signature) -> bool {
    let ReturnType::Type(_, ty) = &signature.output else { return false };
    match &**ty {
        Type::ImplTrait(made) => made.bounds.iter().any(|bound| match bound {
            syn::TypeParamBound::Trait(bound) => {
                bound.path.segments.last().is_some_and(|last| last.ident == "IntoResponse")
            }
            _ => false,
        }),
        ty => is_response(ty),
    }
}

fn is_response(ty: &Type) -> bool {
    let is_one = |ty: &Type| {
        last(ty)
            .is_some_and(|last| ["Response", "StatusCode", "HttpResponse"].contains(&last.as_str()))
    };
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().any(is_one),
        ty => is_one(ty),
    }
}

/// Returns whether a method decides about an answer.
fn answers(signature: &syn::Signature) -> bool {
    let name = signature.ident.to_string();
    let returned = returned(signature);
    matches!(returned.as_deref(), Some("StatusCode"))
        || ["into_response", "error_response"].contains(&name.as_str())
        || (name.contains("status") || name.contains("http")) && returned.as_deref() == Some("u16")
}

fn returned(signature: &syn::Signature) -> Option<String> {
    match &signature.output {
        ReturnType::Type(_, ty) => last(ty),
        ReturnType::Default => None,
    }
}

/// Returns the type of a parameter.
fn taken(parameter: &syn::FnArg) -> Option<String> {
    match parameter {
        syn::FnArg::Typed(parameter) => path(&parameter.ty),
        syn::FnArg::Receiver(_) => None,
    }
}

/// Returns the last segment of a type.
fn last(ty: &Type) -> Option<String> {
    path(ty).and_then(|path| path.rsplit("::").next().map(str::to_owned))
}

/// Returns the path of a type, without arguments.
fn path(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => {
            let names = path.path.segments.iter().map(|segment| segment.ident.to_string());
            Some(names.collect::<Vec<_>>().join("::"))
        }
        Type::Reference(reference) => path(&reference.elem),
        _ => None,
    }
}

#[derive(Debug)]
enum Found {
    Arm(Arm),
    /// All values of a type have this status.
    Whole(String, Statuses),
}

#[cfg(test)]
mod tests {
    use super::{Answers, At};
    use crate::adopt::edit::Text;

    fn answers(source: &str) -> Answers {
        let mut answers = Answers::default();
        let text = Text::new(source);
        for item in text.parse().unwrap().items {
            match item {
                syn::Item::Impl(item) => answers.read(&item, At::default(), &text),
                syn::Item::Fn(item) => answers.read_function(&item, At::default(), &text),
                syn::Item::Const(item) => answers.named.constant(&item.ident, &item.ty, &item.expr),
                _ => {}
            }
        }
        answers.resolve(|_, path| path.rsplit("::").next().unwrap().to_owned());
        answers
    }

    const SERVICE: &str = r#"
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
                    Self::Auth(AuthError::Denied { .. } | AuthError::Banned) => StatusCode::FORBIDDEN,
                    Self::Auth(_) => StatusCode::UNAUTHORIZED,
                    Self::Row(1) => StatusCode::GONE,
                    Self::Row(number) if number > 7 => StatusCode::CONFLICT,
                    Self::Row(_) => StatusCode::BAD_REQUEST,
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
        "#;

    #[test]
    fn each_arm_has_its_status() {
        let answers = answers(SERVICE);
        for (ty, variant, status) in [
            ("ApiError", Some("NotFound"), Some(404)),
            ("ApiError", Some("Gone"), Some(404)),
            ("ApiError", Some("Unpaid"), Some(402)),
            ("ApiError", Some("Invalid"), Some(422)),
            ("ApiError", Some("Token"), None),
            ("TokenError", Some("Expired"), Some(401)),
            ("TokenError", Some("Key"), Some(500)),
            ("ApiError", Some("Repo"), None),
            ("ApiError", Some("Auth"), Some(401)),
            ("AuthError", Some("Denied"), Some(403)),
            ("AuthError", Some("Banned"), Some(403)),
            ("AuthError", Some("Expired"), Some(401)),
            ("ApiError", Some("Row"), Some(400)),
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
        assert!(
            answers.is_delegated("ApiError", "Auth") && answers.is_delegated("ApiError", "Repo")
        );
        let conditional = answers.conditional.iter();
        let conditional = conditional.map(|arm| (arm.line, arm.variant.as_str(), arm.status));
        assert_eq!(
            conditional.collect::<Vec<_>>(),
            [(14, "Auth", 403), (14, "Auth", 403), (16, "Row", 410), (17, "Row", 409)]
        );
    }

    #[test]
    fn functions_that_arms_call_have_the_status() {
        let answers = answers(
            r#"
            impl IntoResponse for Error {
                fn into_response(self) -> Response {
                    match self {
                        Self::Rules(errors) => Self::refused(errors),
                        Self::Gone => plain(gone()),
                        Self::Either => either(),
                        Self::Inner(error) => error.into_response(),
                    }
                }
            }
            impl Error {
                fn refused(errors: Errors) -> (StatusCode, Json<Errors>) {
                    (StatusCode::UNPROCESSABLE_ENTITY, Json(errors))
                }
            }
            fn gone() -> impl IntoResponse { StatusCode::GONE }
            fn either() -> Response {
                if late() { StatusCode::GONE } else { StatusCode::CONFLICT }.into_response()
            }
            "#,
        );
        for (variant, status) in
            [("Rules", Some(422)), ("Gone", Some(410)), ("Either", None), ("Inner", None)]
        {
            assert_eq!(answers.status("Error", Some(variant)), status, "{variant}");
        }
        assert!(answers.is_delegated("Error", "Inner") && !answers.is_delegated("Error", "Rules"));
        assert_eq!(
            answers.methods.iter().map(|method| &method.name).collect::<Vec<_>>(),
            ["refused"]
        );
    }

    #[test]
    fn arms_that_only_log_or_make_a_text_decide_nothing() {
        let answers = answers(
            r#"
            impl Error {
                fn error_response(&self) -> Body {
                    match self { Self::System(_) => "sorry".into(), _ => self.to_string().into() }
                }
            }
            impl IntoResponse for Error {
                fn into_response(self) -> Response {
                    match &self {
                        Self::System(_) => tracing::error!(?self, "failed"),
                        Self::Request(error) if is_routine(error) => { debug!("refused"); }
                        Self::Request(_) => {}
                    }
                    let status = match self {
                        Self::System(_) => StatusCode::INTERNAL_SERVER_ERROR,
                        Self::Request(error) => error.status(),
                    };
                    status.into_response()
                }
            }
            "#,
        );
        assert_eq!(answers.status("Error", Some("System")), Some(500));
        assert!(!answers.is_delegated("Error", "System"));
        assert!(answers.is_delegated("Error", "Request"));
    }
}

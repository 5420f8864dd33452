//! All mistakes in one input, reported together.

use proc_macro2::Span;
use quote::ToTokens;
use std::{cell::RefCell, collections::HashSet, fmt::Display, thread};

/// Collects the mistakes. Dropping it without [`finish`](Self::finish) panics, so that no mistake is forgotten.
pub(crate) struct Errors {
    list: RefCell<Option<Vec<syn::Error>>>,
    /// What rustc reports of the expansion, unless another mistake prevents it.
    left_to_rustc: RefCell<Vec<syn::Error>>,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self { list: RefCell::new(Some(Vec::new())), left_to_rustc: RefCell::default() }
    }

    /// Adds a mistake at one token.
    pub(crate) fn at(&self, span: Span, message: impl Display) {
        self.add(syn::Error::new(span, message));
    }

    /// Adds a mistake that rustc explains better. It is reported only together with others, which hide it from rustc.
    pub(crate) fn left_to_rustc(&self, span: Span, message: impl Display) {
        self.left_to_rustc.borrow_mut().push(syn::Error::new(span, message));
    }

    /// Adds a mistake that spans several tokens.
    pub(crate) fn on(&self, tokens: impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn add(&self, error: syn::Error) {
        if let Some(list) = self.list.borrow_mut().as_mut() {
            list.push(error);
        }
    }

    /// Returns the value, or adds the mistake.
    pub(crate) fn ok<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// Returns the number of mistakes so far.
    pub(crate) fn count(&self) -> usize {
        self.list.borrow().as_ref().map_or(0, Vec::len)
    }

    /// Returns all mistakes as one error. A mistake that several variants inherit from their enum is reported once.
    pub(crate) fn finish(self) -> syn::Result<()> {
        let mut list = self.list.borrow_mut().take().unwrap_or_default();
        if !list.is_empty() {
            list.append(&mut self.left_to_rustc.borrow_mut());
        }
        let mut told = HashSet::new();
        let new =
            list.into_iter().filter(|error| told.insert(format!("{:?} {error}", error.span())));
        let all = new.reduce(|mut all, next| {
            all.combine(next);
            all
        });
        all.map_or(Ok(()), Err)
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        assert!(
            self.list.borrow().is_none() || thread::panicking(),
            "the collected errors were never looked at"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_reported() {
        let errors = Errors::new();
        errors.at(Span::call_site(), "first");
        errors.at(Span::call_site(), "second");
        let all: Vec<_> =
            errors.finish().unwrap_err().into_iter().map(|error| error.to_string()).collect();
        assert_eq!(all, ["first", "second"]);
    }

    #[test]
    fn a_mistake_for_rustc_is_reported_only_beside_others() {
        let errors = Errors::new();
        errors.left_to_rustc(Span::call_site(), "brace");
        assert!(errors.finish().is_ok());

        let errors = Errors::new();
        errors.left_to_rustc(Span::call_site(), "brace");
        errors.at(Span::call_site(), "key");
        assert_eq!(errors.finish().unwrap_err().into_iter().count(), 2);
    }

    #[test]
    #[should_panic(expected = "never looked at")]
    fn a_forgotten_collector_panics() {
        drop(Errors::new());
    }
}

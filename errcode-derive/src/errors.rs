//! All mistakes of one input, reported together.

use proc_macro2::Span;
use quote::ToTokens;
use std::{cell::RefCell, collections::HashSet, fmt::Display, thread};

/// Collects the mistakes. Dropping it without [`finish`](Self::finish) panics, so no mistake can be forgotten.
pub(crate) struct Errors {
    list: RefCell<Option<Vec<syn::Error>>>,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self { list: RefCell::new(Some(Vec::new())) }
    }

    /// A mistake at one token.
    pub(crate) fn at(&self, span: Span, message: impl Display) {
        self.add(syn::Error::new(span, message));
    }

    /// A mistake that several tokens make up.
    pub(crate) fn on(&self, tokens: impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn add(&self, error: syn::Error) {
        if let Some(list) = self.list.borrow_mut().as_mut() {
            list.push(error);
        }
    }

    /// The value, or `None` with its mistake kept.
    pub(crate) fn ok<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// How many mistakes there are so far.
    pub(crate) fn count(&self) -> usize {
        self.list.borrow().as_ref().map_or(0, Vec::len)
    }

    /// All mistakes as one error. What several variants inherit from their enum is told once.
    pub(crate) fn finish(self) -> syn::Result<()> {
        let list = self.list.borrow_mut().take().unwrap_or_default();
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
    #[should_panic(expected = "never looked at")]
    fn a_forgotten_collector_panics() {
        drop(Errors::new());
    }
}

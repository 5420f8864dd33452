//! Values that may be written once.

use crate::{errors::Errors, spanned::Spanned};
use proc_macro2::Span;
use std::fmt::Display;

/// The value of a key that may be written once.
#[derive(Debug)]
pub(crate) struct Slot<T>(Option<Spanned<T>>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Slot<T> {
    /// Sets the value. A second one is a mistake, reported at both positions. `name` is shown in the message.
    pub(crate) fn set(&mut self, name: impl Display, span: Span, value: T, errors: &Errors) {
        if let Some(first) = &self.0 {
            errors.at(span, format_args!("{name} is specified twice"));
            errors.at(first.span, format_args!("{name} is first specified here"));
        } else {
            self.0 = Some(Spanned::new(value, span));
        }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|spanned| &spanned.value)
    }

    /// Returns where the key is written.
    pub(crate) fn span(&self) -> Option<Span> {
        self.0.as_ref().map(|spanned| spanned.span)
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.is_some()
    }
}

impl Slot<bool> {
    /// Returns whether the flag is on.
    pub(crate) fn is_on(&self) -> bool {
        self.get().copied().unwrap_or(false)
    }
}

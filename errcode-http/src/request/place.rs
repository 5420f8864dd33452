//! Where a field is in a request.

use super::{Rename, RequestPart, Step};
use errcode_core::{Subject, rules::push_token};
use std::{borrow::Cow, fmt::Display};

/// The place of a field, as a JSON pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) pointer: String,
    /// The same, with `*` for the keys that a client may have chosen.
    pub(super) logged: String,
}

impl Place {
    /// Returns the place by the names of Rust's fields.
    pub(super) fn by_names(path: &[Step], rename: Rename) -> Self {
        path.iter().fold(Self::default(), |place, step| match step {
            Step::Field(name) => {
                let renamed = rename.apply(name);
                // A name that is not in the program may be the key of a map.
                let logged = if matches!(name, Cow::Borrowed(_)) { &*renamed } else { "*" };
                place.with(&renamed, logged)
            }
            Step::Item(index) => place.with(index, index),
        })
    }

    /// Returns the place of a member or item.
    pub(super) fn with(&self, token: impl Display, logged: impl Display) -> Self {
        let mut place = self.clone();
        push_token(&mut place.pointer, token);
        push_token(&mut place.logged, logged);
        place
    }

    /// Returns the subject; `None` for the value as a whole.
    pub(super) fn subject(self, part: RequestPart) -> Option<Subject> {
        if self.pointer.is_empty() {
            return None;
        }
        let subject = Subject::Pointer(self.pointer.into());
        Some(match part {
            RequestPart::Body => subject,
            RequestPart::Parameters => Subject::Parameter(subject.field().into()),
        })
    }
}

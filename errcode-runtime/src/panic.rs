//! Panics inside a context: caught by the boundary, logged once, never printed a second time.

use crate::Context;
use std::{any::Any, cell::RefCell, panic};

thread_local! {
    static LAST: RefCell<Option<Panicked>> = const { RefCell::new(None) };
}

/// A panic that a boundary caught.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Panicked {
    /// What the panic said.
    pub message: String,
    /// `file:line:column`, where the hook of [`init`](crate::init) saw it.
    pub location: Option<String>,
}

impl Panicked {
    /// The panic that `catch_unwind` gave back.
    #[must_use]
    pub fn from_payload(payload: &(dyn Any + Send)) -> Self {
        let seen = LAST.take();
        let message = payload_text(payload);
        let location = seen.filter(|seen| seen.message == message).and_then(|seen| seen.location);
        Self { message, location }
    }
}

fn payload_text(payload: &dyn Any) -> String {
    let text = payload
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a message").to_owned()
}

/// Inside a context, only remembers the panic for the one event of the boundary that will catch it; elsewhere the hook before it is called.
pub(crate) fn install_hook() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !Context::is_set() {
            return before(info);
        }
        let message = payload_text(info.payload());
        let location = info.location().map(ToString::to_string);
        LAST.set(Some(Panicked { message, location }));
    }));
}

//! What a failure's event goes to. If the log is the only listener, its line is written directly from the typed event;
//! otherwise it is a `tracing` event, which every layer receives.

use super::{
    failure,
    json_lines::{Buffers, JsonLines},
    repeats,
};
use crate::{contain, event::FailureEvent};
use errcode_core::Level;
use tracing_core::{Dispatch, dispatcher};

/// What listens to failures.
#[derive(Clone, Copy)]
pub(crate) enum Listener<'a> {
    /// Only the layer of lines, with this dispatcher.
    Lines(&'a JsonLines, &'a Dispatch),
    /// Any subscriber.
    Subscriber,
}

impl<'a> Listener<'a> {
    /// Returns what listens to failures of the level, if anything does.
    pub(crate) fn of(dispatch: &'a Dispatch, level: Level) -> Option<Self> {
        let lines = dispatch.downcast_ref::<JsonLines>();
        match lines.and_then(|lines| Some((lines, lines.alone.get()?))) {
            Some((lines, most)) => {
                (failure::level(level) <= *most).then_some(Self::Lines(lines, dispatch))
            }
            None => failure::is_enabled(level).then_some(Self::Subscriber),
        }
    }

    /// Returns whether it needs a simple message as text.
    pub(crate) fn needs_text(self) -> bool {
        match self {
            Self::Lines(lines, _) => !lines.is_plain(),
            Self::Subscriber => true,
        }
    }
}

/// Returns whether the layer of lines is the only listener.
pub(crate) fn is_only_listener() -> bool {
    dispatcher::get_default(|dispatch| {
        dispatch.downcast_ref::<JsonLines>().is_some_and(|lines| lines.alone.get().is_some())
    })
}

/// Writes the one log event of a failure.
#[inline]
pub(crate) fn write(event: &FailureEvent<'_>, listener: Listener<'_>, buffers: &mut Buffers) {
    let shortened;
    let event = if repeats::is_repeat(event) {
        shortened = FailureEvent { cause: None, backtrace: None, ..*event };
        &shortened
    } else {
        event
    };
    match listener {
        Listener::Lines(lines, dispatch) => lines.write_failure(event, dispatch, buffers),
        Listener::Subscriber => {
            // A layer of the subscriber may panic, which must not cost the answer.
            let _ = contain::run(|| failure::dispatch(event));
        }
    }
}

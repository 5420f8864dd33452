//! What this crate's events go to. If the log is the only listener, a line is written directly from the typed event;
//! otherwise it is a `tracing` event, which every layer receives.

use super::{
    failure,
    json_lines::{Buffers, JsonLines},
    own_event::Target,
    repeats, request_line,
};
use crate::{Served, contain, event::FailureEvent};
use errcode_core::Level;
use tracing::level_filters::STATIC_MAX_LEVEL;
use tracing_core::{Dispatch, LevelFilter, dispatcher};

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
        match of_lines(dispatch) {
            Some((lines, levels)) => {
                let is_enabled = failure::level(level) <= levels.of(failure::TARGET);
                is_enabled.then_some(Self::Lines(lines, dispatch))
            }
            None => failure::is_enabled(level).then_some(Self::Subscriber),
        }
    }

    /// Returns whether it needs a simple message as text.
    pub(crate) fn needs_text(self) -> bool {
        matches!(self, Self::Subscriber)
    }
}

/// Returns whether the layer of lines is the only listener.
pub(crate) fn is_only_listener() -> bool {
    dispatcher::get_default(|dispatch| of_lines(dispatch).is_some())
}

/// Returns the layer of lines and what it wants, if it is the dispatcher's only listener.
pub(super) fn of_lines(dispatch: &Dispatch) -> Option<(&JsonLines, &Levels)> {
    let lines = dispatch.downcast_ref::<JsonLines>()?;
    Some((lines, lines.alone.get()?))
}

/// The level up to which each target is logged.
pub(super) struct Levels([LevelFilter; Target::ALL.len()]);

impl Levels {
    pub(super) fn new(of: impl Fn(Target) -> LevelFilter) -> Self {
        // What is compiled out of `tracing` is not logged here either.
        Self(Target::ALL.map(|target| of(target).min(STATIC_MAX_LEVEL)))
    }

    #[inline]
    pub(super) fn of(&self, target: Target) -> LevelFilter {
        self.0[target as usize]
    }
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

/// Writes the access line of a request directly, if that is possible and wanted. Returns whether nothing is left to do.
pub(crate) fn write_request(served: &Served<'_>, outcome: &str) -> bool {
    dispatcher::get_default(|dispatch| match of_lines(dispatch) {
        Some((lines, levels)) => {
            request_line::LEVEL > levels.of(request_line::TARGET)
                || lines.write_request(served, outcome, dispatch)
        }
        None => false,
    })
}

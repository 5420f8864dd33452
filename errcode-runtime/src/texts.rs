//! The texts of a failure. They are written by user `Display`s, none of which can break the event.

use crate::{
    Context, contain,
    log::{self, Buffers, Room},
};
use errcode_core::Failure;
use std::{
    cell::Cell,
    error::Error,
    fmt::{self, Write as _},
    panic::Location,
};

/// The longest chain of sources: an error that is its own source must not fill the log.
const DEEPEST: usize = 32;

/// The texts of one failure. The thread reuses them.
#[derive(Default)]
pub(crate) struct Texts {
    /// Empty if `simple` is enough.
    pub(crate) message: String,
    /// The message's bytes, if it is made without the user's code.
    pub(crate) simple: Vec<u8>,
    pub(crate) cause: String,
    /// What was being done, the outermost first.
    pub(crate) doing: String,
    pub(crate) backtrace: String,
    /// The history of the call, as JSON.
    pub(crate) journey: String,
    /// What panicked or failed.
    pub(crate) broken: String,
    one: String,
}

/// Calls the closure with the thread's texts and buffers, or with new ones within another report.
pub(crate) fn with<R>(run: impl FnOnce(&mut Texts, &mut Buffers) -> R) -> R {
    thread_local! { static OF_THREAD: Cell<Option<Box<(Texts, Buffers)>>> = const { Cell::new(None) }; }
    // A destructor of another thread-local value may report after this one is gone.
    let mut of_thread = OF_THREAD.try_with(Cell::take).ok().flatten().unwrap_or_default();
    let (texts, buffers) = &mut *of_thread;
    let result = run(texts, buffers);
    let _ = OF_THREAD.try_with(|texts| texts.set(Some(of_thread)));
    result
}

impl Texts {
    /// Renders the failure's message and, if asked for, its causes, and returns its place. `as_text` says that a simple
    /// message is needed as text too.
    pub(crate) fn read(
        &mut self,
        failure: &Failure,
        context: Option<&Context>,
        causes: bool,
        as_text: bool,
    ) -> Option<&'static Location<'static>> {
        let Self { message, cause, doing, backtrace, journey, broken, .. } = self;
        for text in [message, cause, doing, backtrace, journey, broken] {
            text.clear();
        }
        self.simple.clear();
        if as_text || !self.read_simple(failure) {
            self.read_message(failure);
        }
        for doing in failure.contexts() {
            if Room::is_full(&self.doing) {
                break;
            }
            push_part(&mut self.doing, ": ", doing);
        }
        if causes {
            self.read_causes(failure);
            remove_url_secrets(&mut self.cause);
        }
        let (place, shown) = failure.traces();
        if let Some(shown) = shown {
            self.read_backtrace(shown);
        }
        let degraded = context.and_then(Context::degraded);
        log::write_journey(failure.journey(), degraded, causes, &mut self.journey);
        place
    }

    /// Renders a simple message. Returns whether it is one.
    fn read_simple(&mut self, failure: &Failure) -> bool {
        let simple = &mut self.simple;
        if !contain::run(|| failure.push_simple_log_message(simple)).unwrap_or(false) {
            simple.clear();
        }
        !simple.is_empty()
    }

    fn read_message(&mut self, failure: &Failure) {
        let Self { message, broken, .. } = self;
        let write = |room: &mut Room<'_>| failure.write_log_message(room);
        contained("`Display` of the error", broken, message, write);
        if message.is_empty() {
            message.push_str(failure.spec().title());
        }
    }

    /// Renders the backtrace, as far as a line has room for it.
    fn read_backtrace(&mut self, shown: &dyn fmt::Display) {
        let Self { backtrace, broken, .. } = self;
        contained("the backtrace", broken, backtrace, |room| write!(room, "{shown}"));
    }

    /// Adds what broke before.
    pub(crate) fn broke(&mut self, earlier: Option<&str>) {
        if let Some(earlier) = earlier {
            push_part(&mut self.broken, "; ", earlier);
        }
    }

    /// Renders the causes. A text that the text before it already ends with is not repeated.
    fn read_causes(&mut self, failure: &Failure) {
        let Self { cause: text, broken, one, .. } = self;
        let mut next = contain::run(|| failure.cause()).unwrap_or_default();
        for _ in 0..DEEPEST {
            let Some(cause) = next else { return };
            one.clear();
            contained("`Display` of a source", broken, one, |room| write!(room, "{cause}"));
            if Room::is_full(one) {
                // The beginning of a URL does not show what in it is a secret.
                one.truncate(one.rfind(char::is_whitespace).unwrap_or_default());
                one.push('…');
            }
            if text.is_empty() || !text.ends_with(one.as_str()) {
                push_part(text, ": ", one);
            }
            next = match contain::run(|| Error::source(cause)) {
                Ok(source) => source.filter(|_| !Room::is_full(text)),
                Err(panicked) => {
                    push_part(broken, "; ", &format!("`source` {panicked}"));
                    None
                }
            };
        }
    }
}

fn push_part(text: &mut String, separator: &str, part: &str) {
    if !text.is_empty() {
        text.push_str(separator);
    }
    text.push_str(part);
}

/// Runs a user's `Display`, as far as a line has room for its text. What it wrote before it broke is kept; how it broke
/// is added to `broken`.
fn contained(
    what: &str,
    broken: &mut String,
    text: &mut String,
    write: impl FnOnce(&mut Room<'_>) -> fmt::Result,
) {
    match contain::nested(|| write(&mut Room::new(text))) {
        Ok(Ok(())) => {}
        Ok(Err(fmt::Error)) if Room::is_full(text) => {}
        Ok(Err(fmt::Error)) => push_part(broken, "; ", &format!("{what} returned an error")),
        Err(panicked) => push_part(broken, "; ", &format!("{what} {panicked}")),
    }
}

/// Removes the user information and the query of each URL: the errors of drivers and HTTP clients contain the URL,
/// with its password and its signed query.
pub(crate) fn remove_url_secrets(text: &mut String) {
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("://")) {
        let start = from + found + "://".len();
        let is_end = |character: char| {
            character.is_whitespace()
                || matches!(character, '"' | '\'' | '`' | '<' | '>' | ')' | ']')
        };
        let end = text[start..].find(is_end).map_or(text.len(), |length| start + length);
        let authority_end =
            text[start..end].find(['/', '?', '#']).map_or(end, |length| start + length);
        let query = text[authority_end..end].find(['?', '#']).map(|at| authority_end + at);
        if let Some(query) = query {
            text.replace_range(query..end, "");
        }
        let user = text[start..authority_end.min(text.len())].rfind('@');
        if let Some(user) = user {
            text.replace_range(start..=start + user, "");
        }
        from = start;
    }
}

#[cfg(test)]
mod tests {
    use super::remove_url_secrets;

    #[test]
    fn urls_lose_their_secrets() {
        for (text, shown) in [
            (
                "connecting to postgres://app:hunter2@db:5432/app failed",
                "connecting to postgres://db:5432/app failed",
            ),
            (
                "GET https://x.example/a?sig=hunter2#f: timed out",
                "GET https://x.example/a timed out",
            ),
            ("(redis://:p@h) and \"http://u@h?q\" é", "(redis://h) and \"http://h\" é"),
            ("a@b://c", "a@b://c"),
            ("://", "://"),
            ("no url: a@b?c", "no url: a@b?c"),
            ("http://h/a@b", "http://h/a@b"),
        ] {
            let mut text = text.to_owned();
            remove_url_secrets(&mut text);
            assert_eq!(text, shown);
        }
    }
}

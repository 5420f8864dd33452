//! The texts of a failure. They are written by user `Display`s, none of which can break the event.

use crate::{
    Context, contain,
    log::{self, Buffers, Room},
};
use errcode_core::Failure;
use std::{
    borrow::Cow,
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
    if let Cow::Owned(shown) = without_url_secrets(text) {
        *text = shown;
    }
}

/// Returns the text without the secrets of its URLs, if it has any URL.
pub(crate) fn without_url_secrets(text: &str) -> Cow<'_, str> {
    if !text.contains(SCHEME_END) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for word in text.split_inclusive(is_no_part) {
        push_word(&mut shown, word);
    }
    Cow::Owned(shown)
}

const SCHEME_END: &str = "://";

/// Returns whether no URL has the character.
fn is_no_part(one: char) -> bool {
    one.is_whitespace() || matches!(one, '"' | '\'' | '`' | '<' | '>')
}

fn push_word(shown: &mut String, word: &str) {
    let Some((scheme, rest)) = word.split_once(SCHEME_END) else {
        return shown.push_str(word);
    };
    let (url, after) = rest.split_at(url_length(rest));
    // Its path may have another URL, as that of a proxy.
    let (mut scheme, mut rest, mut is_cut) = (scheme, url, false);
    loop {
        shown.push_str(scheme);
        shown.push_str(SCHEME_END);
        rest = &rest[user_length(rest)..];
        if !is_cut {
            rest = rest.split(['?', '#']).next().unwrap_or_default();
            is_cut = true;
        }
        match rest.split_once(SCHEME_END) {
            Some(inner) => (scheme, rest) = inner,
            None => break,
        }
    }
    shown.push_str(rest);
    shown.push_str(after);
}

/// Returns the length of a URL after its scheme: without what ends the word, and the brackets that the text around it
/// closes. A query may have brackets (`filter[name]=…`), and so has an IPv6 address.
fn url_length(word: &str) -> usize {
    let longest = word.trim_end_matches(is_no_part);
    let url = longest.trim_end_matches(['.', ',', ':', ';', '!']);
    let mut length = url.len();
    let mut unopened = [('(', ')'), ('[', ']'), ('{', '}')].map(|(open, close)| {
        (close, url.matches(close).count().saturating_sub(url.matches(open).count()))
    });
    while let Some(last) = url[..length].chars().next_back() {
        let close = unopened.iter_mut().find(|(close, count)| *close == last && *count > 0);
        let Some((_, count)) = close else { break };
        *count -= 1;
        length -= 1;
    }
    // A mark that no such bracket is before may be a part of the query.
    if length == url.len() { longest.len() } else { length }
}

/// Returns the length of a URL's user information. A password that is not encoded may have a slash or a question mark,
/// which seems to end the authority, in a port that is not a number.
fn user_length(url: &str) -> usize {
    /// How far the `@` after such a password is looked for.
    const FAR: usize = 256;
    let until_at = |text: &str| text.rfind('@').map(|at| at + 1);
    let authority = url.split(['/', '?', '#']).next().unwrap_or_default();
    until_at(authority).unwrap_or_else(|| {
        let after_host = authority.rfind(']').unwrap_or_default();
        let port = authority[after_host..].split_once(':').map_or("", |(_, port)| port);
        let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
        let near = url.char_indices().nth(FAR).map_or(url, |(end, _)| &url[..end]);
        if is_port { 0 } else { until_at(near).unwrap_or_default() }
    })
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
            ("http://h:80/a@b", "http://h:80/a@b"),
            // Brackets in the address and in the query.
            ("GET https://[::1]:80/x?sig=hunter2 failed", "GET https://[::1]:80/x failed"),
            ("https://u:hunter2@[::1]/x#hunter2", "https://[::1]/x"),
            ("for url (https://h/x?filter[a]=1&sig=hunter2)", "for url (https://h/x)"),
            ("[https://h/?a=(1)&sig=hunter2]: refused", "[https://h/]: refused"),
            ("{https://h/?a={1}&sig=hunter2}, then", "{https://h/}, then"),
            ("(see https://h/?a=f(x)).", "(see https://h/)."),
            ("https://h/?a)b&sig=hunter2", "https://h/"),
            ("url=https://h/?a=1,sig=hunter2", "url=https://h/"),
            ("(https://h/?a),https://u:hunter2@i)", "(https://h/)"),
            // A password that was not encoded.
            ("postgres://app:hun/ter2@db/app", "postgres://db/app"),
            ("redis://:hun?ter2@db#0", "redis://db"),
            ("redis://:hun?ter2@db/1?a=hunter2", "redis://db/1"),
            // A URL in the path of another one.
            ("http://proxy/https://u:hunter2@h/x?sig=hunter2", "http://proxy/https://h/x"),
        ] {
            let mut text = text.to_owned();
            remove_url_secrets(&mut text);
            assert_eq!(text, shown);
        }
    }

    #[test]
    fn a_long_text_takes_little_time() {
        // Each would take minutes if the text were searched to its end for each URL in it.
        for piece in ["://", "://:x/", "://(", "://)", "a@"] {
            let mut text = format!("http://{}", piece.repeat(1 << 15));
            remove_url_secrets(&mut text);
            assert!(text.starts_with("http://"));
        }
    }
}

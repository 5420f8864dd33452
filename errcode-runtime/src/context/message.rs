//! The context in a message of a queue.

use super::{Context, ContextBuilder};
use crate::{Id, TraceId, TraceParent, TraceState, header_names};
use errcode_core::Catalog;
use std::fmt::Write as _;

const TASK: &str = "task";
const LANGUAGE: &str = "language";
const FACT: &str = "fact";

/// How many facts a message passes on.
const MOST_FACTS: usize = 64;

impl Context {
    /// Returns the context as text, for a message that another process handles later: a column of a queue's table, or a
    /// header of a broker. [`from_message`](Self::from_message) reads it.
    ///
    /// It has a line per value, as the head of an HTTP request, with the ids, the baggage, the language and the facts
    /// of [`Context::with`]. The deadline is not in it, since a message may wait.
    ///
    /// ```
    /// use errcode_runtime::Context;
    ///
    /// let context = Context::task("nightly report");
    /// context.attach("tenant", "acme");
    ///
    /// let later = Context::from_message(&context.to_message(), None);
    /// assert_eq!(later.trace_id(), context.trace_id());
    /// assert_eq!(later.task_text(), Some("nightly report"));
    /// assert_eq!(later.attachments()[0].1, "acme");
    /// ```
    #[must_use]
    pub fn to_message(&self) -> String {
        let mut out = String::new();
        for (name, value) in self.outgoing() {
            // The trace is in `traceparent`, and a duration means nothing after a wait.
            if name != header_names::X_TRACE_ID && name != header_names::X_REQUEST_TIMEOUT_MS {
                push(&mut out, name, &value);
            }
        }
        if let Some(text) = self.carried().and_then(|carried| carried.task_text.as_deref()) {
            push(&mut out, TASK, text);
        }
        if let Some(language) = self.language() {
            push(&mut out, LANGUAGE, language);
        }
        self.for_each_attachment(|key, value| {
            // Twice: the equals sign between the two must be the only one.
            let (mut fact, mut escaped) = (String::new(), String::new());
            escape(&mut fact, key, |byte| byte == b'=');
            escape(&mut escaped, value, |byte| byte == b'=');
            let _ = writeln!(out, "{FACT}: {fact}={escaped}");
        });
        out
    }

    /// Restores the context of a message. The work continues the trace, and the message's sender is its parent.
    ///
    /// Nothing in the text is an error: an id that is missing or malformed is a new one, and an unknown line is
    /// skipped, as for the headers of a request. The language counts if it is one of the catalog's.
    #[must_use]
    pub fn from_message(text: &str, catalog: Option<&'static Catalog>) -> Self {
        let mut builder = ContextBuilder { catalog, ..ContextBuilder::default() };
        let (mut facts, mut states) = (Vec::new(), Vec::new());
        for (name, value) in text.lines().filter_map(|line| line.split_once(": ")) {
            match name {
                FACT if facts.len() < MOST_FACTS => facts.extend(value.split_once('=')),
                header_names::TRACESTATE => states.push(unescape(value)),
                _ => builder = builder.line(name, &unescape(value)),
            }
        }
        let state = TraceState::parse(states.iter().map(String::as_str));
        let context = builder.trace_state(state).build();
        for (key, value) in facts {
            context.attach(unescape(key), unescape(value));
        }
        context
    }
}

impl ContextBuilder {
    fn line(self, name: &str, value: &str) -> Self {
        match name {
            header_names::TRACEPARENT => self.trace_parent(TraceParent::parse(value)),
            header_names::X_TRACE_ID => self.trace_id(TraceId::parse(value)),
            header_names::X_REQUEST_ID => self.request_id(Id::parse(value)),
            header_names::X_CORRELATION_ID => self.correlation_id(Id::parse(value)),
            header_names::X_TASK_ID if !self.has_task() => self.task_id(Id::parse(value)),
            header_names::BAGGAGE => self.baggage(value),
            TASK => self.task(value),
            LANGUAGE => {
                let known = self.catalog.and_then(|catalog| catalog.negotiate_language(value));
                self.language(known)
            }
            _ => self,
        }
    }
}

fn push(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push_str(": ");
    escape(out, value, |_| false);
    out.push('\n');
}

/// Appends the text with percent-encoding for what would end a line, and for the bytes that `also` names.
fn escape(out: &mut String, text: &str, also: impl Fn(u8) -> bool) {
    for char in text.chars() {
        let byte = u8::try_from(char).ok();
        if char == '%' || char.is_control() || byte.is_some_and(&also) {
            let mut bytes = [0; 4];
            for byte in char.encode_utf8(&mut bytes).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(char);
        }
    }
}

/// Reads what [`escape`] wrote. A percent sign without two digits stays.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| first == b'%').and_then(|hex| str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use crate::{Context, Id, TraceParent, TraceState};

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn everything_but_the_deadline_survives() {
        let before = Context::builder()
            .trace_parent(TraceParent::parse(PARENT))
            .trace_state(TraceState::parse(["a=1,b=2"]))
            .correlation_id(Id::parse("c-1"))
            .task("Übersicht: 100 %\nnightly")
            .baggage("user=7,plan=free")
            .deadline(Some(tokio::time::Instant::now()))
            .build();
        before.attach("tenant", "a=b\r\nfact: x=y%41\u{85}");
        let text = before.to_message();
        assert!(!text.contains("timeout"), "{text}");
        let after = Context::from_message(&text, None);
        assert_eq!(after.request_id(), before.request_id());
        assert_eq!(after.trace_id(), before.trace_id());
        assert_eq!(after.trace_flags(), 1);
        assert_eq!(after.trace_state(), before.trace_state());
        assert_eq!(after.correlation_id(), before.correlation_id());
        assert_eq!(after.task_id(), before.task_id());
        assert_eq!(after.task_text(), before.task_text());
        assert_eq!(after.baggage(), before.baggage());
        assert_eq!(after.attachments(), before.attachments());
        assert!(after.deadline().is_none());
        let sent = text.lines().next().and_then(|line| line.strip_prefix("traceparent: "));
        let sent = sent.and_then(TraceParent::parse).expect("the first line");
        assert_eq!(after.parent_id(), Some(&sent.parent_id));
    }

    #[test]
    fn no_text_is_an_error() {
        for text in [
            "",
            "\0",
            "x",
            ": ",
            "traceparent: 00",
            "x-request-id: a b",
            "fact: x",
            "task: ",
            "%: %zz%",
        ] {
            let context = Context::from_message(text, None);
            assert!(context.request_id().as_str().starts_with("req_"), "{text}");
            assert!(context.attachments().is_empty(), "{text}");
        }
        let many: String = (0..200).map(|at| format!("fact: k{at}=%\n")).collect();
        let context = Context::from_message(&many, None);
        assert_eq!(context.attachments().len(), super::MOST_FACTS);
        assert_eq!(context.attachments()[0].1, "%");
    }
}

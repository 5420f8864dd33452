//! Lines whose members have other names than those of the dialect `plain`: the dialects `ecs` and `otel`, and renames.

use super::{
    dialect::{Dialect, ECS_VERSION, Member, Names, Others},
    escape,
    fields::Fields,
    known::Known,
    line::{self, Parts},
};
use crate::{Context, ServiceInfo};
use errcode_core::{Timestamp, json};
use std::ops::Range;
use tracing_core::Level;

/// The members of a line, in their order.
#[derive(Debug)]
pub(super) struct Layout {
    members: Vec<Named>,
    labels: Vec<Named>,
    others: Others,
}

/// A member under its name.
#[derive(Debug)]
struct Named {
    name: Box<str>,
    /// `,"name":`
    key: Box<[u8]>,
    member: Member,
}

impl Named {
    fn new(name: &str, member: Member) -> Self {
        let mut key = Vec::from(*b",");
        json::push_string(&mut key, name);
        key.push(b':');
        Self { name: name.into(), key: key.into(), member }
    }
}

fn named(members: Names) -> Vec<Named> {
    members.iter().map(|(name, member)| Named::new(name, *member)).collect()
}

impl Layout {
    /// Returns the layout of a dialect with other names for some members, and what is wrong with those. `None` if the
    /// lines are those of the dialect `plain`.
    pub(super) fn new(
        dialect: Dialect,
        renames: &[(String, String)],
    ) -> (Option<Self>, Vec<String>) {
        if dialect == Dialect::Plain && renames.is_empty() {
            return (None, Vec::new());
        }
        let (members, labels, others) = dialect.members();
        let mut layout = Self { members: named(members), labels: named(labels), others };
        let complaints = renames.iter().filter_map(|(from, to)| layout.rename(from, to)).collect();
        (Some(layout), complaints)
    }

    fn rename(&mut self, from: &str, to: &str) -> Option<String> {
        if to.is_empty() || self.has(to.as_bytes()) {
            return Some(format!("`{from}` cannot be renamed to `{to}`, which lines have already"));
        }
        let known = self.members.iter_mut().find(|known| *known.name == *from);
        let Some(known) = known else {
            let known: Vec<_> = self.members.iter().map(|known| &*known.name).collect();
            return Some(format!("no member is named `{from}`; there are {}", known.join(", ")));
        };
        *known = Named::new(to, known.member);
        None
    }

    fn has(&self, name: &[u8]) -> bool {
        self.members.iter().any(|known| known.name.as_bytes() == name)
    }

    /// Returns whether a standard member has the key, which is `,"name":`.
    fn has_key(&self, key: &[u8]) -> bool {
        self.members.iter().any(|known| *known.key == *key)
    }

    /// Writes the line that reports missing lines.
    pub(super) fn write_dropped(&self, count: u64, out: &mut Vec<u8>) {
        let mut fields = Fields::default();
        fields.put_plain(Known::Event, "lines_dropped");
        fields.put(Known::Message, |out| {
            out.push(b'"');
            line::push_dropped(count, out);
            out.push(b'"');
        });
        fields.put_other(b",\"dropped\":", |out| json::push_u64(out, count));
        let (level, target) = (Level::WARN, "app");
        self.write(&Parts { level, target, fields: &fields, of_spans: &[] }, None, out);
    }

    /// Writes one JSON object and a newline.
    pub(super) fn write(&self, parts: &Parts<'_>, context: Option<&Context>, out: &mut Vec<u8>) {
        // The time comes first, and each key with a comma before it.
        let start = out.len();
        push_members(&self.members, parts, context, out);
        out[start] = b'{';
        match self.others {
            Others::Root => {
                self.push_others(parts, out);
                if !parts.fields.extra().is_empty() {
                    out.extend_from_slice(b",\"extra\":{");
                    out.extend_from_slice(parts.fields.extra());
                    out.push(b'}');
                }
            }
            Others::Flat => {
                self.push_others(parts, out);
                for (key, value) in members_of(parts.fields.extra()) {
                    push_extra(out, key, value);
                }
            }
            Others::Labels => self.push_labels(parts, context, out),
        }
        out.extend_from_slice(b"}\n");
    }

    /// Writes the other fields. One with the name of a standard member is `extra.NAME`.
    fn push_others(&self, parts: &Parts<'_>, out: &mut Vec<u8>) {
        for (key, value) in parts.fields.others() {
            if self.has_key(key) {
                push_extra(out, bare(key), value);
            } else {
                out.extend_from_slice(key);
                out.extend_from_slice(value);
            }
        }
        for (key, value) in members_of(parts.of_spans) {
            if self.has(key) {
                push_extra(out, key, value);
            } else {
                push_raw(out, key, value);
            }
        }
    }

    /// Writes the object `labels`, whose keys have `_` for characters that Elasticsearch gives a meaning (ECS logging
    /// specification, `labels`). Of two keys that become the same the first counts.
    fn push_labels(&self, parts: &Parts<'_>, context: Option<&Context>, out: &mut Vec<u8>) {
        let Parts { fields, of_spans, .. } = parts;
        out.extend_from_slice(b",\"labels\":");
        let start = out.len();
        push_members(&self.labels, parts, context, out);
        let mut used = Vec::new();
        let others = fields.others().map(|(key, value)| (bare(key), value));
        for (key, value) in
            others.chain([*of_spans, fields.extra()].into_iter().flat_map(members_of))
        {
            let from = out.len();
            out.extend_from_slice(b",\"");
            push_label_key(out, key);
            out.extend_from_slice(b"\":");
            let key = from..out.len();
            let is = |other: &Range<usize>| out.get(other.clone()) == out.get(key.clone());
            if self.labels.iter().any(|known| *known.key == out[from..]) || used.iter().any(is) {
                out.truncate(from);
            } else {
                if used.is_empty() {
                    used.reserve(16);
                }
                used.push(key);
                out.extend_from_slice(value);
            }
        }
        if out.len() == start {
            out.truncate(start - b",\"labels\":".len());
        } else {
            out[start] = b'{';
            out.push(b'}');
        }
    }
}

/// Writes those of the members that have a value.
#[inline(never)] // so that the code for a member is in its loop
fn push_members(
    members: &[Named],
    parts: &Parts<'_>,
    context: Option<&Context>,
    out: &mut Vec<u8>,
) {
    for Named { key, member, .. } in members {
        if !member.may_be_in(parts.fields) {
            continue;
        }
        let start = out.len();
        out.extend_from_slice(key);
        if member.write(parts, context, out).is_none() {
            out.truncate(start);
        }
    }
}

/// Writes the key with `_` for each character that must not be in it. The key is JSON already, so an escape is one
/// character.
fn push_label_key(out: &mut Vec<u8>, key: &[u8]) {
    let mut rest = key;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'.' | b'*' | b'\\')) {
        let length = match rest[at..] {
            [b'\\', b'u', ..] => 6,
            [b'\\', ..] => 2,
            _ => 1,
        };
        out.extend_from_slice(&rest[..at]);
        out.push(b'_');
        rest = rest.get(at + length..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

/// Writes a member whose key and value are JSON already; the key without its quotes.
fn push_raw(out: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(key);
    out.extend_from_slice(b"\":");
    out.extend_from_slice(value);
}

/// Does the same under `extra.NAME`.
fn push_extra(out: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    out.extend_from_slice(b",\"extra.");
    out.extend_from_slice(key);
    out.extend_from_slice(b"\":");
    out.extend_from_slice(value);
}

/// Returns the name in `,"name":`.
fn bare(key: &[u8]) -> &[u8] {
    key.strip_prefix(b",\"").and_then(|key| key.strip_suffix(b"\":")).unwrap_or(key)
}

/// Returns the members of a JSON object without its braces: each key without its quotes, and each value as JSON.
fn members_of(mut rest: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        rest = rest.strip_prefix(b",").unwrap_or(rest);
        let (key, after) = rest.split_at_checked(end_of_value(rest))?;
        let key = key.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        let after = after.strip_prefix(b":")?;
        let (value, after) = after.split_at_checked(end_of_value(after))?;
        rest = after;
        Some((key, value))
    })
}

/// Returns the length of the string, number or word that the bytes begin with.
fn end_of_value(text: &[u8]) -> usize {
    if text.first() != Some(&b'"') {
        return text.iter().position(|byte| *byte == b',').unwrap_or(text.len());
    }
    let mut escaped = false;
    let end = text.iter().skip(1).position(|byte| {
        let ends = !escaped && *byte == b'"';
        escaped = !escaped && *byte == b'\\';
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

impl Member {
    /// Returns whether the member may have a value.
    #[inline]
    fn may_be_in(self, fields: &Fields) -> bool {
        match self {
            Self::Known(Known::Event | Known::Message) => true,
            Self::Known(known) => fields.known(known).is_some(),
            _ => true,
        }
    }

    /// Writes the value, if there is one.
    #[inline]
    fn write(self, parts: &Parts<'_>, context: Option<&Context>, out: &mut Vec<u8>) -> Option<()> {
        let Parts { level, target, fields, .. } = parts;
        let info = ServiceInfo::current();
        match self {
            Self::Time => push_plain(out, &Timestamp::now().to_millis()),
            Self::Level => push_plain(out, level.as_str().as_bytes()),
            Self::LevelNumber => json::push_u64(out, severity(*level)),
            Self::EcsVersion => push_plain(out, ECS_VERSION.as_bytes()),
            Self::Logger => json::push_string(out, target),
            Self::Service => json::push_string(out, line::service(context)?),
            Self::Namespace => json::push_string(out, info?.namespace?),
            Self::Version => json::push_string(out, info?.version?),
            Self::Environment => json::push_string(out, info?.environment?),
            Self::Instance => json::push_string(out, info?.instance?),
            Self::TraceId => push_plain(out, context?.trace_id().as_bytes()),
            Self::SpanId => push_plain(out, context?.span_id().as_str().as_bytes()),
            Self::TraceFlags => json::push_u64(out, context?.trace_flags().into()),
            Self::TaskId => escape::push_string(out, context?.task_text()?),
            Self::RequestId => push_plain(out, context?.request_id().as_bytes()),
            Self::CorrelationId => push_plain(out, context?.correlation_id()?.as_bytes()),
            Self::Known(Known::Event) => {
                out.extend_from_slice(fields.known(Known::Event).unwrap_or(b"\"log\""));
            }
            Self::Known(Known::Message) => {
                out.extend_from_slice(fields.known(Known::Message).unwrap_or(b"\"\""));
            }
            Self::Known(known) => out.extend_from_slice(fields.known(known)?),
            Self::ErrorMessage => {
                fields.known(Known::Code)?;
                out.extend_from_slice(fields.known(Known::Message)?);
            }
            Self::Nanoseconds => {
                let millis = millis(fields)?;
                json::push_u64(out, millis);
                // Zero has no zeros after it.
                if millis > 0 {
                    out.extend_from_slice(b"000000");
                }
            }
            Self::Seconds if *target != "external" => push_seconds(out, fields)?,
            Self::ClientSeconds if *target == "external" => push_seconds(out, fields)?,
            Self::Seconds | Self::ClientSeconds => return None,
            Self::File => {
                out.extend_from_slice(file_and_line(fields)?.0);
                out.push(b'"');
            }
            Self::JourneyText => {
                escape::push_string(out, str::from_utf8(fields.known(Known::Journey)?).ok()?);
            }
            Self::Line => out.extend_from_slice(file_and_line(fields)?.1),
        }
        Some(())
    }
}

/// Writes text that needs no escape.
fn push_plain(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    out.extend_from_slice(text);
    out.push(b'"');
}

/// Writes the duration in seconds, to the millisecond.
fn push_seconds(out: &mut Vec<u8>, fields: &Fields) -> Option<()> {
    let millis = millis(fields)?;
    json::push_u64(out, millis / 1000);
    // The digits after the 1, which keeps the zeros before them.
    let point = out.len();
    json::push_u64(out, 1000 + millis % 1000);
    out[point] = b'.';
    Some(())
}

/// Returns the duration. A field with its name may be anything, since any event can have one.
fn millis(fields: &Fields) -> Option<u64> {
    str::from_utf8(fields.known(Known::DurationMs)?).ok()?.parse().ok()
}

/// Returns the two parts of `"file:line"` or `"file:line:column"`; the first with its opening quote.
fn file_and_line(fields: &Fields) -> Option<(&[u8], &[u8])> {
    let location = fields.known(Known::Location)?.strip_suffix(b"\"")?;
    let (file, number) = split_number(location)?;
    Some(split_number(file).unwrap_or((file, number)))
}

/// Splits `text:17`.
fn split_number(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = text.iter().rposition(|byte| *byte == b':')?;
    let (before, number) = text.split_at_checked(colon)?;
    let number = number.get(1..).filter(|number| number.iter().all(u8::is_ascii_digit))?;
    (!number.is_empty()).then_some((before, number))
}

/// Returns the level as OpenTelemetry counts it.
const fn severity(level: Level) -> u64 {
    match level {
        Level::TRACE => 1,
        Level::DEBUG => 5,
        Level::INFO => 9,
        Level::WARN => 13,
        Level::ERROR => 17,
    }
}

#[cfg(test)]
mod tests {
    use super::members_of;

    #[test]
    fn members_are_split_at_the_commas_between_them() {
        let text = br#","a":1,"b,\"c":"x\\","d":true,"e":"\"},{","f":null"#;
        let members: Vec<_> = members_of(text)
            .map(|(key, value)| {
                (str::from_utf8(key).expect("JSON"), str::from_utf8(value).expect("JSON"))
            })
            .collect();
        let expected = [
            ("a", "1"),
            (r#"b,\"c"#, r#""x\\""#),
            ("d", "true"),
            ("e", r#""\"},{""#),
            ("f", "null"),
        ];
        assert_eq!(members, expected);
        assert_eq!(members_of(b"").count(), 0);
    }
}

//! Arguments as JSON.

use crate::{
    json::{Escaped, LONGEST, push_escaped, push_i64, push_or_null, push_string, push_u64},
    spec::{
        arg::{Arg, Kind},
        template::write_arg,
    },
};
use errcode_format::DetailKind;
use std::fmt;

/// The number of arguments whose texts are remembered, to be copied if they occur again.
pub(super) const REMEMBERED: usize = 8;

/// Writes the text of the value, escaped, without quotes.
#[inline]
pub(super) fn push_text(out: &mut Vec<u8>, arg: Arg<'_>) {
    match arg.0 {
        Kind::Str(text) => push_escaped(out, text),
        Kind::U64(number) => push_u64(out, number),
        Kind::I64(number) => push_i64(out, number),
        // If a `Display` fails, what it has written stays: it is escaped already.
        _ => {
            let _ = write_arg(arg, &mut Escaped(out));
        }
    }
}

/// A text of the user's values, which fails when it has become very long.
pub(super) struct Bounded<'a>(pub(super) &'a mut String);

impl fmt::Write for Bounded<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() > LONGEST {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// Writes the value as a member of `details`, in the format that `kind` says.
pub(super) fn push_detail(out: &mut Vec<u8>, arg: Arg<'_>, kind: DetailKind) {
    match kind {
        DetailKind::Json => push_json(out, arg),
        DetailKind::JsonText => {
            let start = out.len();
            push_json(out, arg);
            if out.get(start) != Some(&b'"') {
                let value = String::from_utf8_lossy(&out.split_off(start)).into_owned();
                push_string(out, &value);
            }
        }
        DetailKind::Text => {
            out.push(b'"');
            push_text(out, arg);
            out.push(b'"');
        }
    }
}

fn push_json(out: &mut Vec<u8>, arg: Arg<'_>) {
    match arg.0 {
        Kind::U64(number) => push_u64(out, number),
        Kind::I64(number) => push_i64(out, number),
        Kind::Bool(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        Kind::Json(value) => push_or_null(out, value),
        Kind::Both(value) => push_or_null(out, value),
        Kind::None => out.extend_from_slice(b"null"),
        _ => {
            out.push(b'"');
            push_text(out, arg);
            out.push(b'"');
        }
    }
}

//! The values of a view, as bodies write them.

use super::{
    plan::push_value,
    value::{Bounded, REMEMBERED, push_text},
    view::ErrorView,
};
use crate::{
    json::{Object, push_escaped, push_u64},
    spec::{
        arg::{Arg, Kind},
        detail_spec::DetailSpec,
        neutral, rows,
        table::Entries,
        template::write_arg,
        violation::{FieldViolation, Subject},
    },
};
use errcode_format::{HeaderData, NO_ARG, SubjectData, SubjectKind, tag};
use std::borrow::Cow;

/// The largest length of a header whose value is a field, in bytes.
const LONGEST_HEADER: usize = 4096;

impl ErrorView<'_> {
    /// Returns the message for clients.
    #[must_use]
    pub fn message(&self) -> String {
        self.with_content(|content| content.message())
    }

    /// Appends `details` as a JSON object, with violations as its members `errors` and `errors_omitted`. Returns
    /// `false`, and appends nothing, if there are none.
    pub fn write_details(&self, out: &mut Vec<u8>) -> bool {
        self.with_content(|content| {
            let any = content.has_details() || content.has_violations();
            if any {
                content.write_details_object(out, true);
            }
            any
        })
    }

    /// Returns the field that is at fault, such as `items[3].price`.
    #[must_use]
    pub fn field(&self) -> Option<String> {
        self.with_content(|content| content.field())
    }

    /// Returns the part of the request that the attributes name, unless the view has violations, each with its own.
    #[must_use]
    pub fn subject(&self) -> Option<Subject> {
        self.with_content(|content| if content.has_violations() { None } else { content.subject() })
    }

    /// Returns the response headers that the code declares, with their values. A value of a field with more than 4 KiB
    /// is left out: servers, proxies and clients refuse an answer whose head is too large.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, Cow<'static, str>)> {
        let entries = self.known.has_headers.then(|| self.spec.entries());
        let declared = entries.into_iter().flatten().filter(|entry| entry.tag == tag::HEADER);
        declared.filter_map(|entry| {
            let header = HeaderData::read(entry.data);
            let (name, value) = entry.text().split_at(usize::from(header.name_len));
            match header.argument {
                NO_ARG => Some((name, Cow::Borrowed(value))),
                _ if self.rows.is_none() => None,
                index => {
                    let value = self.with_content(|content| content.text(usize::from(index)));
                    (value.len() <= LONGEST_HEADER).then_some((name, Cow::Owned(value)))
                }
            }
        })
    }

    /// Calls `then` with the values of the view, fetched once.
    #[inline]
    pub(super) fn with_content<R: Default>(&self, then: impl FnOnce(&mut Content<'_>) -> R) -> R {
        let content = |args: &[Arg<'_>]| {
            then(&mut Content {
                view: self,
                args,
                texts: [(0, 0); REMEMBERED],
                is_long: false,
                has_large_details: false,
            })
        };
        match self.rows {
            Some(rows) => rows::with_args(rows, content).unwrap_or_default(),
            None => content(&[]),
        }
    }
}

#[inline]
fn push_literal(out: &mut Vec<u8>, literal: &str, clean: bool) {
    if clean {
        out.extend_from_slice(literal.as_bytes());
    } else {
        push_escaped(out, literal);
    }
}

/// A view with its values.
pub(super) struct Content<'a> {
    view: &'a ErrorView<'a>,
    args: &'a [Arg<'a>],
    /// Where in the output the escaped text of each argument is.
    texts: [(usize, usize); REMEMBERED],
    /// The message is too long to be repeated.
    is_long: bool,
    /// So are the details.
    pub(super) has_large_details: bool,
}

/// The longest text that is repeated for each violation: a value of the client's in it could make the answer large.
pub(super) const REPEATED: usize = 1024;

impl<'a> Content<'a> {
    fn arg(&self, index: usize) -> Arg<'_> {
        self.args.get(index).copied().unwrap_or(Arg::NONE)
    }

    /// Returns the text of an argument. If its `Display` fails, what it has written stays.
    fn text(&self, index: usize) -> String {
        let mut text = String::new();
        let _ = write_arg(self.arg(index), &mut Bounded(&mut text));
        text
    }

    /// Writes the message, escaped for JSON.
    pub(super) fn write_message(&mut self, out: &mut Vec<u8>) {
        let Some(template) = self.view.template() else { return self.write_neutral(out) };
        let clean = template.is_clean();
        let tail = template.each(|literal, index| {
            push_literal(out, literal, clean);
            let start = out.len();
            if let Some(arg) = self.args.get(index) {
                push_text(out, *arg);
            }
            if let Some(text) = self.texts.get_mut(index) {
                *text = (start, out.len());
            }
        });
        push_literal(out, tail, clean);
    }

    fn write_neutral(&self, out: &mut Vec<u8>) {
        push_escaped(out, neutral::neutral(self.view.spec, self.view.language));
    }

    fn message(&self) -> String {
        let mut message = String::new();
        match self.view.template() {
            // If a `Display` fails, what it has written stays.
            Some(template) => {
                let _ = template.render(self.args, &mut Bounded(&mut message));
            }
            None => message.push_str(neutral::neutral(self.view.spec, self.view.language)),
        }
        message
    }

    /// Returns the field of the first violation, such as `items[3].price`.
    pub(super) fn field(&self) -> Option<String> {
        match self.violations() {
            Some(violations) => violations
                .first()
                .and_then(|violation| violation.source.as_ref())
                .map(Subject::field),
            None => self.subject().map(|subject| subject.field()),
        }
        // The empty pointer means the whole body, which is not a field.
        .filter(|field| !field.is_empty())
    }

    /// Returns the part of the request that the attributes name.
    pub(super) fn subject(&self) -> Option<Subject> {
        let entry = self.view.known.subject?;
        let subject = SubjectData::read(entry.data);
        let place: Cow<'static, str> = match subject.argument {
            NO_ARG => Cow::Borrowed(entry.text()),
            _ if self.view.rows.is_none() => return None,
            index => Cow::Owned(self.text(usize::from(index))),
        };
        Some(match subject.kind {
            SubjectKind::Pointer => Subject::Pointer(place),
            SubjectKind::Parameter => Subject::Parameter(place),
            _ => Subject::Header(place),
        })
    }

    /// Returns the violations in a `#[violations]` field, else those of a framework's fault.
    fn violations(&self) -> Option<&'a [FieldViolation]> {
        let field = self.view.known.violations.and_then(|index| self.args.get(index));
        match field.map(|arg| arg.0) {
            Some(Kind::Violations(violations)) => Some(violations),
            _ => Some(self.view.violations.list),
        }
        .filter(|violations| !violations.is_empty())
    }

    pub(super) fn has_violations(&self) -> bool {
        self.violations().is_some()
    }

    /// Returns whether the body lists errors: violations, or the part of the request that the attributes name.
    pub(super) fn has_errors(&self) -> bool {
        self.has_violations() || self.subject().is_some()
    }

    /// Returns the number of violations that the body does not list.
    pub(super) fn omitted(&self) -> u64 {
        let violations = self.violations().unwrap_or_default();
        let beyond = violations.len().saturating_sub(self.view.max_violations) as u64;
        if std::ptr::eq(violations, self.view.violations.list) {
            beyond.saturating_add(self.view.violations.omitted)
        } else {
            beyond
        }
    }

    pub(super) fn has_details(&self) -> bool {
        self.view.rows.is_some() && self.view.known.details.is_some()
    }

    /// Calls `then` with each violation up to the limit, or once with the error itself if there are none.
    pub(super) fn each_violation(&mut self, mut then: impl FnMut(&mut Self, ViolationView<'_>)) {
        match self.violations() {
            Some(violations) => {
                for violation in violations.iter().take(self.view.max_violations) {
                    then(self, ViolationView::One(violation));
                }
            }
            None => {
                let subject = self.subject();
                then(self, ViolationView::Whole(subject));
            }
        }
    }

    /// Writes the message of the violation, else that of the error, as a JSON string. One that is too long to be
    /// repeated gives way to the category's neutral text.
    pub(super) fn write_violation_message(
        &mut self,
        violation: &ViolationView<'_>,
        out: &mut Vec<u8>,
    ) {
        out.push(b'"');
        match violation {
            ViolationView::One(violation) if !violation.message.is_empty() => {
                push_escaped(out, &violation.message);
            }
            ViolationView::One(_) if self.is_long => self.write_neutral(out),
            ViolationView::One(_) => {
                let start = out.len();
                self.write_message(out);
                if out.len() - start > REPEATED {
                    self.is_long = true;
                    out.truncate(start);
                    self.texts = [(0, 0); REMEMBERED];
                    self.write_neutral(out);
                }
            }
            ViolationView::Whole(_) => self.write_message(out),
        }
        out.push(b'"');
    }

    /// Writes `[{"field": …, "pointer": …, "code": …, "rule": …, "params": …, "message": …}]`.
    pub(super) fn write_violations(&mut self, out: &mut Vec<u8>) {
        out.push(b'[');
        let mut separator: &[u8] = b"";
        self.each_violation(|content, violation| {
            out.extend_from_slice(separator);
            separator = b",";
            let mut object = Object::open(out);
            if let Some(subject) = violation.subject() {
                object.optional("field", violation.field().as_deref());
                let (name, value) = subject.member();
                object.string(name, value);
            }
            object.string("code", violation.code().unwrap_or(content.view.spec.code().as_str()));
            violation.write_rule(&mut object);
            content.write_violation_message(&violation, object.member("message"));
            object.close();
        });
        out.push(b']');
    }

    /// Writes the details as an object, with the violations as its member `errors` if the format has them there.
    pub(super) fn write_details_object(&mut self, out: &mut Vec<u8>, with_violations: bool) {
        let mut before = b"{\"";
        let mut details = self.view.rows.and(self.view.known.details);
        let mut left = self.view.known.detail_count;
        while left > 0
            && let Some((entry, behind)) = details.and_then(Entries::split)
        {
            if let Some(detail) = DetailSpec::from_entry(entry) {
                out.extend_from_slice(before);
                self.write_detail(detail, out);
                before = b",\"";
                left -= 1;
            }
            details = Some(behind);
        }
        if with_violations && self.has_violations() {
            out.extend_from_slice(before);
            out.extend_from_slice(b"errors\":");
            self.write_violations(out);
            let omitted = self.omitted();
            if omitted > 0 {
                out.extend_from_slice(b",\"errors_omitted\":");
                push_u64(out, omitted);
            }
        } else if before == b"{\"" {
            out.push(b'{');
        }
        out.push(b'}');
    }

    /// Writes the name, after its opening quote, and the value.
    #[inline]
    fn write_detail(&self, detail: DetailSpec, out: &mut Vec<u8>) {
        push_escaped(out, detail.name());
        out.extend_from_slice(b"\":");
        let argument = detail.argument();
        let written = self.texts.get(argument).copied().filter(|(from, to)| to > from);
        push_value(out, self.arg(argument), detail.kind(), detail.is_text(), written);
    }
}

/// One violation as bodies write it.
pub(super) enum ViolationView<'a> {
    /// An item of a `#[violations]` field.
    One(&'a FieldViolation),
    /// The error itself, with the part of the request that it names.
    Whole(Option<Subject>),
}

impl ViolationView<'_> {
    pub(super) fn subject(&self) -> Option<&Subject> {
        match self {
            Self::One(violation) => violation.source.as_ref(),
            Self::Whole(subject) => subject.as_ref(),
        }
    }

    /// Returns the field, unless it is the whole body.
    pub(super) fn field(&self) -> Option<String> {
        self.subject().map(Subject::field).filter(|field| !field.is_empty())
    }

    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::One(violation) => violation.code.as_deref(),
            Self::Whole(_) => None,
        }
    }

    /// Writes `rule` and `params`, if the violation has them.
    pub(super) fn write_rule(&self, object: &mut Object<'_>) {
        let Self::One(violation) = self else { return };
        object.optional("rule", violation.rule.as_deref());
        if !violation.params.is_empty() {
            let mut params = Object::open(object.member("params"));
            for (name, value) in &violation.params {
                params.any_member(name).extend_from_slice(value.as_bytes());
            }
            params.close();
        }
    }
}

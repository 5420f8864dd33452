//! The values behind a view, as bodies write them.

use super::{
    plan::push_value,
    value::{REMEMBERED, push_text},
    view::ErrorView,
};
use crate::{
    json::{Object, push_escaped},
    spec::{
        arg::{Arg, Kind},
        error_spec::DetailSpec,
        neutral, rows,
        table::Entries,
        template::write_arg,
        violation::{FieldViolation, Subject},
    },
};
use errcode_format::{HeaderData, NO_ARG, SubjectData, SubjectKind, tag};
use std::borrow::Cow;

impl ErrorView<'_> {
    /// The message for clients.
    #[must_use]
    pub fn message(&self) -> String {
        self.with_content(|content| content.message())
    }

    /// Appends `details` as a JSON object, with several violations as its member `errors`; `false`, and nothing, where there is nothing to say.
    pub fn write_details(&self, out: &mut Vec<u8>) -> bool {
        self.with_content(|content| {
            let any = content.has_details() || content.has_faults();
            if any {
                content.write_details_object(out, true);
            }
            any
        })
    }

    /// The field that the fault is about, as `items[3].price`.
    #[must_use]
    pub fn field(&self) -> Option<String> {
        self.with_content(|content| content.field())
    }

    /// The response headers that the code declares, with their values.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, Cow<'static, str>)> {
        let entries = self.known.has_headers.then(|| self.spec.entries());
        let declared = entries.into_iter().flatten().filter(|entry| entry.tag == tag::HEADER);
        declared.filter_map(|entry| {
            let header = HeaderData::read(entry.data);
            let (name, value) = entry.text().split_at(usize::from(header.name_len));
            match header.argument {
                NO_ARG => Some((name, Cow::Borrowed(value))),
                _ if self.rows.is_none() => None,
                index => Some((
                    name,
                    Cow::Owned(self.with_content(|content| content.text(usize::from(index)))),
                )),
            }
        })
    }

    /// The values behind the view, fetched once.
    #[inline]
    pub(super) fn with_content<R: Default>(&self, then: impl FnOnce(&mut Content<'_>) -> R) -> R {
        let content =
            |args: &[Arg<'_>]| then(&mut Content { view: self, args, texts: [(0, 0); REMEMBERED] });
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
    /// Where in the output each argument's escaped text stands.
    texts: [(usize, usize); REMEMBERED],
}

impl Content<'_> {
    fn arg(&self, index: usize) -> Arg<'_> {
        self.args.get(index).copied().unwrap_or(Arg::NONE)
    }

    /// An argument's text. A `Display` that fails leaves what it wrote.
    fn text(&self, index: usize) -> String {
        let mut text = String::new();
        let _ = write_arg(self.arg(index), &mut text);
        text
    }

    /// The message, escaped for JSON.
    pub(super) fn write_message(&mut self, out: &mut Vec<u8>) {
        let Some(template) = self.view.template() else {
            return push_escaped(out, neutral::neutral(self.view.spec, self.view.language));
        };
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

    fn message(&self) -> String {
        let mut message = String::new();
        match self.view.template() {
            // A `Display` that fails leaves what it wrote.
            Some(template) => {
                let _ = template.render(self.args, &mut message);
            }
            None => message.push_str(neutral::neutral(self.view.spec, self.view.language)),
        }
        message
    }

    /// The first fault's field, as `items[3].price`.
    pub(super) fn field(&self) -> Option<String> {
        match self.violations() {
            Some(violations) => {
                violations.first().and_then(|fault| fault.source.as_ref()).map(Subject::field)
            }
            None => self.subject().map(|subject| subject.field()),
        }
        // The empty pointer means the whole body, which is no field.
        .filter(|field| !field.is_empty())
    }

    /// What the error is about, where its attributes say so.
    fn subject(&self) -> Option<Subject> {
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

    /// The value of a `#[violations]` field, else the parts of the request that a framework's fault lies in.
    fn violations(&self) -> Option<&[FieldViolation]> {
        let field = self.view.known.violations.and_then(|index| self.args.get(index));
        match field.map(|arg| arg.0) {
            Some(Kind::Violations(violations)) => Some(violations),
            _ => Some(self.view.violations),
        }
        .filter(|violations| !violations.is_empty())
    }

    pub(super) fn has_faults(&self) -> bool {
        self.violations().is_some()
    }

    pub(super) fn has_details(&self) -> bool {
        self.view.rows.is_some() && self.view.known.details.is_some()
    }

    /// Each fault of a `#[violations]` field, else the error itself as one.
    pub(super) fn each_fault(&mut self, mut then: impl FnMut(&mut Self, FaultView<'_>)) {
        match self.violations().map(<[FieldViolation]>::to_vec) {
            Some(violations) => {
                for fault in &violations {
                    then(self, FaultView::One(fault));
                }
            }
            None => {
                let subject = self.subject();
                then(self, FaultView::Whole(subject));
            }
        }
    }

    /// The fault's own message, else the error's, as a JSON string.
    pub(super) fn write_fault_message(&mut self, fault: &FaultView<'_>, out: &mut Vec<u8>) {
        out.push(b'"');
        match fault {
            FaultView::One(fault) if !fault.message.is_empty() => push_escaped(out, &fault.message),
            _ => self.write_message(out),
        }
        out.push(b'"');
    }

    /// `[{"field": …, "pointer": …, "code": …, "rule": …, "params": …, "message": …}]`
    pub(super) fn write_faults(&mut self, out: &mut Vec<u8>) {
        out.push(b'[');
        let mut separator: &[u8] = b"";
        self.each_fault(|content, fault| {
            out.extend_from_slice(separator);
            separator = b",";
            let mut object = Object::open(out);
            if let Some(subject) = fault.subject() {
                object.string("field", &subject.field());
                let (name, value) = subject.member();
                object.string(name, value);
            }
            object.string("code", fault.code().unwrap_or(content.view.spec.code().as_str()));
            fault.write_rule(&mut object);
            content.write_fault_message(&fault, object.member("message"));
            object.close();
        });
        out.push(b']');
    }

    /// The details as an object, with the violations as their member `errors` where the form keeps them there.
    pub(super) fn write_details_object(&mut self, out: &mut Vec<u8>, with_faults: bool) {
        let mut before = b"{\"";
        let mut details = self.view.rows.and(self.view.known.details);
        let mut left = self.view.known.detail_count;
        while left > 0
            && let Some((entry, behind)) = details.and_then(Entries::split)
        {
            if let Some(detail) = DetailSpec::of(entry) {
                out.extend_from_slice(before);
                self.write_detail(detail, out);
                before = b",\"";
                left -= 1;
            }
            details = Some(behind);
        }
        if with_faults && self.has_faults() {
            out.extend_from_slice(before);
            out.extend_from_slice(b"errors\":");
            self.write_faults(out);
        } else if before == b"{\"" {
            out.push(b'{');
        }
        out.push(b'}');
    }

    /// The name, whose opening quote stands there already, and the value.
    #[inline]
    fn write_detail(&self, detail: DetailSpec, out: &mut Vec<u8>) {
        push_escaped(out, detail.name());
        out.extend_from_slice(b"\":");
        let argument = detail.argument();
        let written = self.texts.get(argument).copied().filter(|(from, to)| to > from);
        push_value(out, self.arg(argument), detail.kind(), detail.is_text(), written);
    }
}

/// One fault as the forms write it.
pub(super) enum FaultView<'a> {
    /// An item of a `#[violations]` field.
    One(&'a FieldViolation),
    /// The error itself, with what it is about.
    Whole(Option<Subject>),
}

impl FaultView<'_> {
    pub(super) fn subject(&self) -> Option<&Subject> {
        match self {
            Self::One(fault) => fault.source.as_ref(),
            Self::Whole(subject) => subject.as_ref(),
        }
    }

    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::One(fault) => fault.code.as_deref(),
            Self::Whole(_) => None,
        }
    }

    /// `rule` and `params`, where the fault has them.
    pub(super) fn write_rule(&self, object: &mut Object<'_>) {
        let Self::One(fault) = self else { return };
        object.optional("rule", fault.rule.as_deref());
        if !fault.params.is_empty() {
            let mut params = Object::open(object.member("params"));
            for (name, value) in &fault.params {
                params.member(name).extend_from_slice(value.as_bytes());
            }
            params.close();
        }
    }
}

//! What a body form can say about a failure.

use super::{
    plan::{self, Plan, push_value},
    value::push_text,
};
use crate::{
    Arg, Catalog, DetailSpec, ErrorSpec, Failure, FieldViolation, Retry, Retryable, Subject,
    Timestamp,
    arg::Kind,
    catalog::Public,
    format::{HeaderData, NO_ARG, SubjectData, SubjectKind, tag},
    json::{Object, push_escaped},
    language,
    retry::AfterSource,
    rows::{self, Rows},
    table::{Entries, Entry},
    template::{Template, write_arg},
};
use std::{borrow::Cow, ops::Deref, time::Duration};

/// The ids of the request and the task that failed.
///
/// ```
/// use errcode_core::wire::Ids;
///
/// let ids = Ids::default().request_id("req_1").trace_id("4bf92f3577b34da6a3ce929d0e0e4736");
/// assert_eq!(ids.task_id, None);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Ids<'a> {
    /// This request's id.
    pub request_id: Option<&'a str>,
    /// The id of the trace the request belongs to: 32 lower-case hexadecimal digits.
    pub trace_id: Option<&'a str>,
    /// The id of the task behind it, where the client named one.
    pub task_id: Option<&'a str>,
    /// The ids consist of characters that need no escape in JSON.
    pub(super) are_plain: bool,
}

impl<'a> Ids<'a> {
    /// Sets the request's id.
    #[inline]
    #[must_use]
    pub const fn request_id(self, id: &'a str) -> Self {
        Self { request_id: Some(id), are_plain: false, ..self }
    }

    /// Sets the trace's id.
    #[inline]
    #[must_use]
    pub const fn trace_id(self, id: &'a str) -> Self {
        Self { trace_id: Some(id), are_plain: false, ..self }
    }

    /// Sets the task's id.
    #[inline]
    #[must_use]
    pub const fn task_id(self, id: &'a str) -> Self {
        Self { task_id: Some(id), are_plain: false, ..self }
    }

    /// Marks the ids as checked: they need no escape in JSON.
    #[doc(hidden)]
    #[must_use]
    pub const fn plain(self) -> Self {
        Self { are_plain: true, ..self }
    }
}

/// What is known of the row.
enum Known {
    /// Of one that is answered with again and again.
    Plan(&'static Plan),
    Facts(Box<Facts>),
}

impl Known {
    fn of(spec: ErrorSpec, language: Option<&str>, catalog: Option<&Catalog>) -> Self {
        Self::Facts(Box::new(Facts::of(spec, language, catalog)))
    }
}

impl Deref for Known {
    type Target = Facts;

    #[inline]
    fn deref(&self) -> &Facts {
        match self {
            Self::Plan(plan) => &plan.facts,
            Self::Facts(facts) => facts,
        }
    }
}

/// One failure as clients may see it: everything a [`BodyFormat`](super::BodyFormat) needs, and nothing that must not leave the service.
pub struct ErrorView<'a> {
    spec: ErrorSpec,
    known: Known,
    rows: Option<&'a dyn Rows>,
    catalog: Option<&'a Catalog>,
    ids: Ids<'a>,
    language: Option<&'a str>,
    timestamp: Timestamp,
    retry: Retry,
    /// The wait that a framework's fault knows.
    delay: Option<Duration>,
    instance: Option<&'a str>,
    violations: &'a [FieldViolation],
    internals: Option<&'a Failure>,
}

impl<'a> ErrorView<'a> {
    /// The view of a failure, now.
    #[must_use]
    pub fn new(public: &'a Public, catalog: Option<&'a Catalog>, ids: Ids<'a>) -> Self {
        let rows = public.failure().map(Failure::rows);
        let spec = public.spec();
        let language = catalog.and_then(Catalog::default_language);
        let known = plan::of(spec, language, catalog)
            .map_or_else(|| Known::of(spec, language, catalog), Known::Plan);
        let view = Self::of_rows(
            (spec, known),
            rows,
            catalog,
            (ids, Timestamp::now(), public.violations()),
        );
        match public.retry_after() {
            Some(delay) => {
                Self { delay: Some(delay), retry: view.retry.delayed(view.spec, delay), ..view }
            }
            None => view,
        }
    }

    /// The view of a row and its values.
    #[inline]
    fn of_rows(
        (spec, known): (ErrorSpec, Known),
        rows: Option<&'a dyn Rows>,
        catalog: Option<&'a Catalog>,
        (ids, timestamp, violations): (Ids<'a>, Timestamp, &'a [FieldViolation]),
    ) -> Self {
        let language = catalog.and_then(Catalog::default_language);
        let constant = match known {
            Known::Plan(plan) => plan.retry,
            Known::Facts(_) => None,
        };
        let retry = match (constant, rows) {
            (Some(retry), _) => retry,
            (None, Some(rows)) => crate::retry::with_after(rows, spec, known.after),
            (None, None) => Retry::new(spec.retryable() == Retryable::Yes, spec.retry_after()),
        };
        Self {
            spec,
            known,
            rows,
            catalog,
            ids,
            language,
            timestamp,
            retry,
            delay: None,
            instance: None,
            violations,
            internals: None,
        }
    }

    /// The view of a code with example values, at a fixed moment.
    ///
    /// ```
    /// # use errcode_core::{AppError, Catalogued, wire::{Envelope, ErrorView, Example, Ids, render}};
    /// #[derive(Debug, AppError)]
    /// #[error("no project {id}", code = "E2001", status = 404, user_msg = "no project {id}")]
    /// struct NotFound { id: u64 }
    ///
    /// let example = Example::new(NotFound::TABLE.rows().next().unwrap());
    /// let body = render(&Envelope, &ErrorView::of_example(&example, None, Ids::default()));
    /// assert!(String::from_utf8(body).unwrap().contains(r#""message":"no project 1""#));
    /// ```
    #[must_use]
    pub fn of_example(
        example: &'a super::Example,
        catalog: Option<&'a Catalog>,
        ids: Ids<'a>,
    ) -> Self {
        let moment = Timestamp::from_unix_millis(1_771_668_000_000);
        let spec = example.spec();
        let known = Known::of(spec, catalog.and_then(Catalog::default_language), catalog);
        Self::of_rows((spec, known), Some(example), catalog, (ids, moment, &[]))
    }

    /// The same in another language.
    #[must_use]
    pub fn in_language(self, language: &'a str) -> Self {
        if self.language == Some(language) {
            return self;
        }
        let plan = match self.known {
            Known::Plan(_) => plan::of(self.spec, Some(language), self.catalog),
            Known::Facts(_) => None,
        };
        let known =
            plan.map_or_else(|| Known::of(self.spec, Some(language), self.catalog), Known::Plan);
        Self { language: Some(language), known, ..self }
    }

    /// The same at another moment.
    #[must_use]
    pub fn at(self, timestamp: Timestamp) -> Self {
        Self { timestamp, ..self }
    }

    /// The same with the request's path.
    #[must_use]
    pub fn of_instance(self, path: &'a str) -> Self {
        Self { instance: Some(path), ..self }
    }

    /// The same with what clients must not see: the log's message, the causes and the place, as a member `debug` of the standard forms. For development only.
    #[must_use]
    pub fn with_internals(self, failure: &'a Failure) -> Self {
        Self { internals: Some(failure), ..self }
    }

    /// Writes `debug`, where the view has it.
    pub(super) fn write_internals(&self, object: &mut Object<'_>) {
        let Some(failure) = self.internals else { return };
        let mut debug = Object::open(object.member("debug"));
        let mut message = String::new();
        // A `Display` that fails leaves what it wrote.
        let _ = failure.write_log_message(&mut message);
        debug.string("message", &message);
        if let Some(causes) = failure.causes() {
            debug.string("cause", &causes);
        }
        let place = failure.location();
        debug.string("location", &format!("{}:{}", place.file(), place.line()));
        debug.close();
    }

    /// The same as not retryable: for a write without an idempotency key, whose code only follows its category in being retryable.
    ///
    /// The wait that a framework's fault knows stays: it says how long the service is unavailable (RFC 9110 section 10.2.3), whatever is asked of it.
    #[must_use]
    pub fn for_write(self) -> Self {
        if self.spec.retryable_is_explicit() {
            self
        } else {
            Self { retry: Retry::new(false, self.delay), ..self }
        }
    }

    /// The public code's row.
    #[must_use]
    pub fn spec(&self) -> ErrorSpec {
        self.spec
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.spec.status()
    }

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

    /// The ids.
    #[must_use]
    pub fn ids(&self) -> Ids<'a> {
        self.ids
    }

    /// Whether and when the same call may succeed.
    #[must_use]
    pub fn retry(&self) -> Retry {
        self.retry
    }

    /// When it happened.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// The address of the code's page.
    #[must_use]
    pub fn docs(&self) -> Option<String> {
        self.catalog.and_then(|catalog| catalog.docs(&self.spec.code()))
    }

    /// The address of this occurrence: the request's path, where it is known.
    #[must_use]
    pub fn instance(&self) -> Option<&'a str> {
        self.instance
    }

    /// The language that the message is in, where that is known: a code without a text in the wanted language speaks the catalog's default one.
    #[must_use]
    pub fn language(&self) -> Option<&'a str> {
        match self.template() {
            Some(_) if self.known.in_language => self.language,
            Some(_) => self.catalog.and_then(Catalog::default_language),
            None => Some(language::neutral_language(self.language)),
        }
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

    /// `retryable`, and `retry_after` in whole seconds where a delay is known.
    pub(super) fn write_retry(&self, object: &mut Object<'_>) {
        object.bool("retryable", self.retry.retryable);
        if let Some(seconds) = self.retry.after_seconds() {
            object.number("retry_after", seconds);
        }
    }

    /// What an adapter makes once of each row that is answered with, in each language: for example its constant headers.
    /// `None` where nothing is kept of the row, or another adapter keeps something.
    #[doc(hidden)]
    pub fn keep<T: core::any::Any + Send + Sync>(
        &self,
        make: impl FnOnce(&Self) -> T,
    ) -> Option<&'static T> {
        match self.known {
            // Without its values a code may speak another language.
            Known::Plan(plan) if self.rows.is_some() => plan.keep(|| make(self)),
            Known::Plan(_) | Known::Facts(_) => None,
        }
    }

    /// The row's plan and the value, where nothing but its fields is in the body.
    #[inline]
    pub(super) fn planned(&self) -> Option<(&'static Plan, &'a dyn Rows)> {
        match (&self.known, self.rows) {
            (Known::Plan(plan), Some(rows))
                if self.violations.is_empty() && self.internals.is_none() =>
            {
                Some((plan, rows))
            }
            _ => None,
        }
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

    /// The message's template; `None` where there is none, or where the values it names must not be shown.
    fn template(&self) -> Option<Template> {
        self.known.message.filter(|template| self.rows.is_some() || !template.has_arguments())
    }
}

/// What a body says of a row, found in one walk over its entries.
#[derive(Clone, Copy, Default)]
pub(super) struct Facts {
    /// The user message: in the wanted language, else the untagged one, else the first.
    pub(super) message: Option<Template>,
    /// The message is in the wanted language.
    in_language: bool,
    after: AfterSource,
    subject: Option<Entry>,
    /// The argument with several violations.
    violations: Option<usize>,
    /// The entries from the first detail on.
    details: Option<Entries>,
    /// How many of them are details.
    detail_count: usize,
    has_headers: bool,
}

impl Facts {
    /// Whether a body has more than the message and details: what the error is about.
    pub(super) fn depends_on_more(&self) -> bool {
        self.subject.is_some() || self.violations.is_some()
    }

    pub(super) fn of(spec: ErrorSpec, language: Option<&str>, catalog: Option<&Catalog>) -> Self {
        let mut facts = Self::default();
        let mut display = None;
        let mut rest = spec.entries();
        while let Some((entry, behind)) = rest.split() {
            match entry.tag {
                tag::DISPLAY => display = Some(entry),
                tag::USER => facts.offer_message(entry, display, language),
                tag::AFTER => facts.after = AfterSource::Constant(entry.u64()),
                tag::AFTER_ARG => facts.after = AfterSource::Argument(entry.byte()),
                tag::SUBJECT => facts.subject = Some(entry),
                tag::VIOLATIONS => facts.violations = Some(usize::from(entry.byte())),
                tag::DETAIL => {
                    if facts.detail_count == 0 {
                        facts.details = Some(rest);
                    }
                    facts.detail_count += 1;
                }
                tag::HEADER => facts.has_headers = true,
                _ => {}
            }
            rest = behind;
        }
        if let (false, Some(language), Some(catalog)) = (facts.in_language, language, catalog)
            && let Some(template) = catalog.translated(spec, language)
        {
            (facts.message, facts.in_language) = (Some(template), true);
        }
        facts
    }

    /// Takes the message where it suits the reader better than what came before.
    fn offer_message(&mut self, user: Entry, display: Option<Entry>, language: Option<&str>) {
        let (tag, own) = Template::tagged(user);
        let wanted =
            !tag.is_empty() && language.is_some_and(|language| tag.eq_ignore_ascii_case(language));
        let better = wanted || (!self.in_language && (tag.is_empty() || self.message.is_none()));
        if better {
            let shown = if own.is_display() {
                display.map(|display| Template::new(display.text(), display.data))
            } else {
                None
            };
            (self.message, self.in_language) = (Some(shown.unwrap_or(own)), wanted);
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

/// So many arguments' texts are remembered, to be copied where they stand a second time.
pub(super) const REMEMBERED: usize = 8;

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
            return push_escaped(out, language::neutral(self.view.spec, self.view.language));
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
            None => message.push_str(language::neutral(self.view.spec, self.view.language)),
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

//! The view of a failure from which bodies are written.

use super::{
    example::Example,
    facts::Facts,
    ids::Ids,
    plan::{self, Plan},
    timestamp::{Moment, Timestamp},
};
use crate::{
    catalog::{self, Catalog, Public},
    failure::{default_faults::DefaultFaults, failure::Failure},
    json::Object,
    spec::{
        error_spec::ErrorSpec,
        neutral,
        retry::{Retry, Retryable},
        retry_hint,
        rows::Rows,
        template::Template,
        violation::FieldViolation,
    },
};
use std::{fmt, ops::Deref, time::Duration};

/// The facts of a row.
pub(super) enum Known {
    /// For a row that is used repeatedly.
    Plan(&'static Plan),
    Facts(Box<Facts>),
}

impl Known {
    fn new(spec: ErrorSpec, language: Option<&str>, catalog: Option<&Catalog>) -> Self {
        Self::Facts(Box::new(Facts::new(spec, language, catalog)))
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

/// The largest number of violations that a body lists, unless [`ErrorView::max_violations`] sets another. More would
/// help nobody, and a small request could cause a large answer.
pub const MAX_VIOLATIONS: usize = 100;

/// The violations of a framework's fault.
#[derive(Clone, Copy, Default)]
pub(super) struct Violations<'a> {
    pub(super) list: &'a [FieldViolation],
    /// The number of those that were not collected.
    pub(super) omitted: u64,
}

/// A failure as clients may see it: everything that a [`BodyFormat`](super::BodyFormat) needs, and nothing that must
/// not leave the service.
///
/// ```
/// use errcode_core::{AppError, Public, wire::{ErrorView, Ids}};
///
/// #[derive(Debug, AppError)]
/// #[error("no row {id} in `projects`", code = "E2001", status = 404, user_msg = "there is no project {id}")]
/// struct NotFound { id: u64 }
///
/// let public = Public::without_catalog(&NotFound { id: 17 }.into());
/// let view = ErrorView::new(&public, None, Ids::default().request_id("req_17"));
/// assert_eq!((view.spec().code().as_str(), view.status()), ("E2001", 404));
/// assert_eq!(view.message(), "there is no project 17");
/// ```
pub struct ErrorView<'a> {
    pub(super) spec: ErrorSpec,
    pub(super) known: Known,
    pub(super) rows: Option<&'a dyn Rows>,
    pub(super) catalog: Option<&'a Catalog>,
    pub(super) ids: Ids<'a>,
    pub(super) language: Option<&'a str>,
    pub(super) moment: Moment,
    pub(super) retry: Retry,
    /// The delay of a framework's fault.
    pub(super) delay: Option<Duration>,
    pub(super) instance: Option<&'a str>,
    pub(super) violations: Violations<'a>,
    pub(super) max_violations: usize,
    pub(super) internals: Option<&'a Failure>,
}

impl<'a> ErrorView<'a> {
    /// Returns the view of a failure, at the current time.
    #[must_use]
    pub fn new(public: &'a Public, catalog: Option<&'a Catalog>, ids: Ids<'a>) -> Self {
        let rows = public.failure().map(Failure::rows);
        let spec = public.spec();
        let language = catalog.and_then(Catalog::default_language);
        let known = match plan::of(spec, language, catalog) {
            Some(plan) => Known::Plan(plan),
            None => Known::new(spec, language, catalog),
        };
        let violations =
            Violations { list: public.violations(), omitted: public.violations_omitted() };
        Self::from_rows((spec, known), rows, catalog, (ids, violations, public.retry_after()))
    }

    /// Returns the view of a row and its values, at the current time.
    #[inline(always)]
    fn from_rows(
        (spec, known): (ErrorSpec, Known),
        rows: Option<&'a dyn Rows>,
        catalog: Option<&'a Catalog>,
        (ids, violations, delay): (Ids<'a>, Violations<'a>, Option<Duration>),
    ) -> Self {
        let constant = match known {
            Known::Plan(plan) => plan.retry,
            Known::Facts(_) => None,
        };
        let retry = match (constant, rows) {
            (Some(retry), _) => retry,
            (None, Some(rows)) => retry_hint::with_after(rows, spec, known.after),
            (None, None) => Retry::new(spec.retryable() == Retryable::Yes, spec.retry_after()),
        };
        Self {
            spec,
            known,
            rows,
            catalog,
            ids,
            language: catalog.and_then(Catalog::default_language),
            moment: Moment::now(),
            retry: delay.map_or(retry, |delay| retry.delayed(spec, delay)),
            delay,
            instance: None,
            violations,
            max_violations: MAX_VIOLATIONS,
            internals: None,
        }
    }

    /// Returns the view of a code with example values, at a fixed time.
    ///
    /// ```
    /// # use errcode_core::{AppError, Catalogued, wire::{Envelope, ErrorView, Example, Ids, render}};
    /// #[derive(Debug, AppError)]
    /// #[error("no project {id}", code = "E2001", status = 404, user_msg = "no project {id}")]
    /// struct NotFound { id: u64 }
    ///
    /// let example = Example::new(NotFound::TABLE.rows().next().unwrap());
    /// let body = render(&Envelope, &ErrorView::from_example(&example, None, Ids::default()));
    /// assert!(String::from_utf8(body).unwrap().contains(r#""message":"no project 1""#));
    /// ```
    #[must_use]
    pub fn from_example(example: &'a Example, catalog: Option<&'a Catalog>, ids: Ids<'a>) -> Self {
        let moment = Timestamp::from_unix_millis(1_771_668_000_000);
        let spec = example.spec();
        let known = Known::new(spec, catalog.and_then(Catalog::default_language), catalog);
        Self::from_rows((spec, known), Some(example), catalog, (ids, Violations::default(), None))
            .at(moment)
    }

    /// Sets the language.
    #[must_use]
    #[inline]
    pub fn in_language(mut self, language: &'a str) -> Self {
        if self.language != Some(language) {
            self.change_language(language);
        }
        self
    }

    fn change_language(&mut self, language: &'a str) {
        let plan = match self.known {
            Known::Plan(_) => plan::of(self.spec, Some(language), self.catalog),
            Known::Facts(_) => None,
        };
        self.known = match plan {
            Some(plan) => Known::Plan(plan),
            None => Known::new(self.spec, Some(language), self.catalog),
        };
        self.language = Some(language);
    }

    /// Sets the time.
    #[must_use]
    #[inline]
    pub fn at(mut self, timestamp: Timestamp) -> Self {
        self.moment = Moment::Set(timestamp);
        self
    }

    /// Sets the path of the request.
    #[must_use]
    #[inline]
    pub fn with_instance(mut self, path: &'a str) -> Self {
        self.instance = Some(path);
        self
    }

    /// Sets the largest number of violations that the body lists, at least 1. Default: [`MAX_VIOLATIONS`].
    #[must_use]
    #[inline]
    pub fn max_violations(mut self, max_violations: usize) -> Self {
        self.max_violations = max_violations.max(1);
        self
    }

    /// Adds internals: the log message, the causes and the location, as a member `debug` of the standard
    /// formats. For development only, since clients must not see them.
    #[must_use]
    #[inline]
    pub fn with_internals(mut self, failure: &'a Failure) -> Self {
        self.internals = Some(failure);
        self
    }

    /// Writes `debug`, if the view has it.
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

    /// Makes the view not retryable if that only follows from the code's category, or if it is a framework's
    /// fault whose request may still run (408, 502, 504): for a write without an idempotency layer.
    ///
    /// The delay of a framework's fault stays: it says how long the service is unavailable for any request (RFC 9110
    /// section 10.2.3).
    #[must_use]
    #[inline]
    pub fn for_write(mut self) -> Self {
        if !self.spec.retryable_is_explicit() || DefaultFaults::may_have_run(self.spec) {
            self.retry = Retry::new(false, self.delay);
        }
        self
    }

    /// Sets the delay before a retry, in place of the code's. Whether a retry helps stays as the code says.
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.retry = Retry::new(self.retry.retryable, Some(delay));
        self
    }

    /// Returns the row of the public code.
    #[must_use]
    #[inline]
    pub fn spec(&self) -> ErrorSpec {
        self.spec
    }

    /// Returns the HTTP status.
    #[must_use]
    #[inline]
    pub fn status(&self) -> u16 {
        self.spec.status()
    }

    /// Returns the ids.
    #[must_use]
    pub fn ids(&self) -> Ids<'a> {
        self.ids
    }

    /// Returns whether and when the same call may succeed.
    #[must_use]
    #[inline]
    pub fn retry(&self) -> Retry {
        self.retry
    }

    /// Returns when it happened.
    #[must_use]
    #[inline]
    pub fn timestamp(&self) -> Timestamp {
        self.moment.timestamp()
    }

    /// Returns the address of the code's page.
    #[must_use]
    pub fn docs(&self) -> Option<String> {
        self.catalog.and_then(|catalog| catalog.docs(&self.spec.code()))
    }

    /// Returns the path of the request, if it is known.
    #[must_use]
    #[inline]
    pub fn instance(&self) -> Option<&'a str> {
        self.instance
    }

    /// Returns the language of the message, if it is known. A code without a text in the requested language has one in
    /// the catalog's default language, or in the language of its first text.
    #[must_use]
    pub fn language(&self) -> Option<&'a str> {
        match self.template() {
            Some(_) => match self.known.language {
                Some(language) => Some(language),
                None => self.catalog.and_then(Catalog::default_language),
            },
            None => Some(neutral::neutral_language(self.language)),
        }
    }

    /// Returns the title, in the language of the message if it is known in it.
    #[must_use]
    pub fn title(&self) -> &'static str {
        catalog::title(self.catalog, self.spec, self.language())
    }

    /// Writes `retryable`, and `retry_after` in whole seconds if a delay is known.
    pub(super) fn write_retry(&self, object: &mut Object<'_>) {
        object.bool("retryable", self.retry.retryable);
        if let Some(seconds) = self.retry.after_seconds() {
            object.number("retry_after", seconds);
        }
    }

    /// Returns what an adapter creates once for each row and language, for example the constant headers.
    /// Returns `None` if nothing is kept for the row, or if another adapter keeps something.
    #[doc(hidden)]
    pub fn keep<T: core::any::Any + Send + Sync>(
        &self,
        make: impl FnOnce(&Self) -> T,
    ) -> Option<&'static T> {
        match self.known {
            // Without its values, a code may have its message in another language.
            Known::Plan(plan) if self.rows.is_some() => plan.keep(|| make(self)),
            Known::Plan(_) | Known::Facts(_) => None,
        }
    }

    /// Returns the plan of the row and the value, if the body only depends on its fields.
    #[inline]
    pub(super) fn planned(&self) -> Option<(&'static Plan, &'a dyn Rows)> {
        match (&self.known, self.rows) {
            (Known::Plan(plan), Some(rows))
                if self.violations.list.is_empty() && self.internals.is_none() =>
            {
                Some((plan, rows))
            }
            _ => None,
        }
    }

    /// Returns the template of the message; `None` if there is none, or if the values that it names must not be shown.
    pub(super) fn template(&self) -> Option<Template> {
        self.known.message.filter(|template| self.rows.is_some() || !template.has_arguments())
    }
}

/// Without values, which may be secret.
impl fmt::Debug for ErrorView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorView")
            .field("spec", &self.spec)
            .field("ids", &self.ids)
            .field("language", &self.language)
            .field("timestamp", &self.timestamp())
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

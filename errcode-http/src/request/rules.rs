//! Rules of values, and the libraries that check them.

#[cfg(any(feature = "json", feature = "urlencoded"))]
use super::resolve;
use super::{Origin, Rename, RequestPart, place::Place};
pub use errcode_core::rules::Step;
use errcode_core::{Failure, FieldViolation, FrameworkFault, wire::MAX_VIOLATIONS};
use errcode_runtime::Context;

/// A library of rules, as a type without values: [`Validator`], [`Garde`], or one of your own.
pub trait Library {
    /// The extractor itself. It ties the library to an adapter's `Valid`, which holds no value of it.
    type Of<E>;
}

/// The rules of a type that implements `validator::Validate` (feature `validator`).
#[derive(Clone, Copy, Debug)]
pub enum Validator {}

impl Library for Validator {
    type Of<E> = E;
}

/// The rules of a type that implements `garde::Validate` with a default context (feature `garde`).
///
/// They have messages but no names, so their violations have no `rule`.
#[derive(Clone, Copy, Debug)]
pub enum Garde {}

impl Library for Garde {
    type Of<E> = E;
}

/// The rules that a library has for a type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no rules for `{T}`",
    note = "derive `validator::Validate` for `Valid<…>`, or `garde::Validate` for `Valid<…, Garde>`"
)]
pub trait Rules<T>: Library {
    /// Adds a violation for each rule that the value breaks. None of them contains the value.
    fn check(value: &T, violations: &mut Violations);
}

/// The violations of a value, in the order of its fields: the first ones, and the number of all.
#[derive(Debug)]
pub struct Violations {
    limit: usize,
    list: Vec<Broken>,
    count: usize,
}

/// A rule that a field breaks.
#[derive(Debug)]
struct Broken {
    path: Vec<Step>,
    /// The value of the field as JSON, if the library says it.
    #[cfg_attr(
        not(any(feature = "json", feature = "urlencoded")),
        allow(dead_code, reason = "nothing is read that could be compared")
    )]
    value: Option<String>,
    violation: FieldViolation,
}

impl Violations {
    /// The limit of the current context counts: that of the layer around the service.
    fn new() -> Self {
        let limit = Context::current().map_or(MAX_VIOLATIONS, |context| context.max_violations());
        Self { limit, list: Vec::new(), count: 0 }
    }

    /// Returns the number of violations that are kept. Further ones are only counted.
    #[must_use]
    pub fn room(&self) -> usize {
        self.limit.saturating_sub(self.list.len())
    }

    /// Counts violations beyond the limit.
    pub fn count_omitted(&mut self, count: usize) {
        self.count += count;
    }

    /// Adds what a library reports, of which it keeps at most as much as there is [`room`](Self::room).
    #[cfg(any(feature = "garde", feature = "validator"))]
    pub(super) fn add_all(&mut self, broken: errcode_core::rules::Broken) {
        for errcode_core::rules::BrokenRule { path, value, violation } in broken.first {
            self.add_valued(&path, || (violation, value));
        }
        self.count_omitted(broken.omitted);
    }

    /// Adds a violation of the field that the path leads to. Beyond the limit it is only counted, and `violation` is
    /// not called.
    pub fn add(&mut self, path: &[Step], violation: impl FnOnce() -> FieldViolation) {
        self.add_valued(path, || (violation(), None));
    }

    /// Adds a violation of a field with its value as JSON, which tells the items of a map apart. Nobody else sees it.
    pub fn add_valued(
        &mut self,
        path: &[Step],
        violation: impl FnOnce() -> (FieldViolation, Option<String>),
    ) {
        self.count += 1;
        if self.room() > 0 {
            let (violation, value) = violation();
            self.list.push(Broken { path: path.to_vec(), value, violation });
        }
    }
}

/// Checks a value that was read from this origin: a part of the request, or an [`Origin`] that knows what was sent.
///
/// The rules can be those of a library of your own:
///
/// ```
/// use errcode_core::{FaultError, FieldViolation};
/// use errcode_http::request::{Library, Rename, RequestPart, Rules, Step, Violations, check};
///
/// struct Order { quantity: u32 }
///
/// enum OfOrders {}
///
/// impl Library for OfOrders {
///     type Of<E> = E;
/// }
///
/// impl Rules<Order> for OfOrders {
///     fn check(order: &Order, violations: &mut Violations) {
///         if order.quantity == 0 {
///             let path = [Step::Field("quantity".into())];
///             violations.add(&path, || FieldViolation::default().rule("range").param("min", 1));
///         }
///     }
/// }
///
/// let failure = check::<_, OfOrders>(&Order { quantity: 0 }, RequestPart::Body, Rename::Keep).unwrap_err();
/// let violation = &failure.downcast_ref::<FaultError>().unwrap().violations()[0];
/// assert_eq!(violation.source.as_ref().unwrap().member(), ("pointer", "/quantity"));
/// ```
///
/// # Errors
///
/// Returns [`Validation`](FrameworkFault::Validation) with the rules that the value breaks, up to the limit of the
/// layer, and the number of the others.
pub fn check<T, M: Rules<T>>(
    value: &T,
    origin: impl Into<Origin>,
    rename: Rename,
) -> Result<(), Failure> {
    let mut violations = Violations::new();
    M::check(value, &mut violations);
    if violations.count == 0 { Ok(()) } else { Err(violations.refuse(&origin.into(), rename)) }
}

impl Violations {
    #[cold]
    fn refuse(self, origin: &Origin, rename: Rename) -> Failure {
        let places = self.places(origin, rename);
        let text = self.text(origin.part, &places);
        let omitted = (self.count - self.list.len()) as u64;
        let named = self.list.into_iter().zip(places).map(|(broken, place)| {
            let mut violation = broken.violation;
            violation.source = place.subject(origin.part);
            violation
        });
        Failure::refusal_of_many(FrameworkFault::Validation, text, named.collect(), omitted)
    }

    fn places(&self, origin: &Origin, rename: Rename) -> Vec<Place> {
        #[cfg(any(feature = "json", feature = "urlencoded"))]
        if let Some(places) = self.places_in(origin, rename) {
            return places;
        }
        let _ = origin;
        self.list.iter().map(|broken| Place::by_names(&broken.path, rename)).collect()
    }

    /// Returns the places in what was sent, if it is known.
    #[cfg(any(feature = "json", feature = "urlencoded"))]
    fn places_in(&self, origin: &Origin, rename: Rename) -> Option<Vec<Place>> {
        let steps = self.list.iter().flat_map(|broken| &broken.path);
        let index = |step: &Step| match step {
            Step::Item(index) => Some(*index),
            Step::Field(_) => None,
        };
        let sent = origin.sent(&steps.filter_map(index).collect())?;
        let fields = self.list.iter().map(|broken| resolve::Field {
            path: &broken.path,
            rule: broken.violation.rule.as_deref(),
            value: broken.value.as_deref().and_then(|value| serde_json::from_str(value).ok()),
        });
        Some(resolve::places(&sent, rename, &fields.collect::<Vec<_>>()))
    }

    /// Returns the first rules and their fields, for the log.
    fn text(&self, part: RequestPart, places: &[Place]) -> String {
        const ENOUGH: usize = 8;
        let part = match part {
            RequestPart::Body => "body",
            RequestPart::Parameters => "parameters",
        };
        let rules = if self.count == 1 { "rule" } else { "rules" };
        let rule = |(broken, place): (&Broken, &Place)| {
            let rule = broken.violation.rule.as_deref().unwrap_or("a rule");
            format!("{rule} at `{}`", place.logged)
        };
        let first: Vec<_> = self.list.iter().zip(places).take(ENOUGH).map(rule).collect();
        let more = if self.count > ENOUGH { ", …" } else { "" };
        format!("the request's {part} breaks {} {rules}: {}{more}", self.count, first.join(", "))
    }
}

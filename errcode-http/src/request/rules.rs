//! Rules of values, and the libraries that check them.

use super::{Rename, RequestPart, pointer};
use errcode_core::{Failure, FieldViolation, FrameworkFault, Subject, wire::MAX_VIOLATIONS};
use errcode_runtime::Context;
use std::{borrow::Cow, fmt};

/// A library of rules. It is a type without values: [`Validator`] or [`Garde`].
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
/// They have messages but no names, so their violations have no `rule`. `garde` writes a key of a map like a field, so
/// [`Rename`] changes both.
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

/// A step of the path to a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A field, by its name in Rust.
    Field(Cow<'static, str>),
    /// An item of a list, from 0.
    Item(usize),
}

/// The violations of a value, in the order of its fields: the first ones, and the number of all.
#[derive(Debug)]
pub struct Violations {
    part: RequestPart,
    rename: Rename,
    limit: usize,
    list: Vec<FieldViolation>,
    count: usize,
}

impl Violations {
    /// The limit of the current context counts: that of the layer around the service.
    fn new(part: RequestPart, rename: Rename) -> Self {
        let limit = Context::current().map_or(MAX_VIOLATIONS, |context| context.max_violations());
        Self { part, rename, limit, list: Vec::new(), count: 0 }
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

    /// Adds a violation of the field that the path leads to. Beyond the limit it is only counted, and `violation` is
    /// not called.
    pub fn add(&mut self, path: &[Step], violation: impl FnOnce() -> FieldViolation) {
        self.count += 1;
        if self.room() > 0 {
            let mut violation = violation();
            violation.source = subject(path, self.part, self.rename);
            self.list.push(violation);
        }
    }
}

/// Checks a value that was read from this part of the request.
///
/// # Errors
///
/// [`Validation`](FrameworkFault::Validation) with every rule that the value breaks.
pub fn check<T, M: Rules<T>>(value: &T, part: RequestPart, rename: Rename) -> Result<(), Failure> {
    let mut violations = Violations::new(part, rename);
    M::check(value, &mut violations);
    if violations.count == 0 {
        return Ok(());
    }
    let text = violations.to_string();
    let omitted = (violations.count - violations.list.len()) as u64;
    let Violations { list, .. } = violations;
    Err(Failure::refusal_of_many(FrameworkFault::Validation, text, list, omitted))
}

/// Returns the field by the names that clients know; `None` for the value as a whole.
fn subject(path: &[Step], part: RequestPart, rename: Rename) -> Option<Subject> {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Field(name) => pointer::push(&mut text, rename.apply(name)),
            Step::Item(index) => pointer::push(&mut text, index),
        }
    }
    let subject = Subject::Pointer(text.into());
    match part {
        _ if path.is_empty() => None,
        RequestPart::Body => Some(subject),
        RequestPart::Parameters => Some(Subject::Parameter(subject.field().into())),
    }
}

/// Writes the first rules and their fields, for the log.
impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ENOUGH: usize = 8;
        let part = match self.part {
            RequestPart::Body => "body",
            RequestPart::Parameters => "parameters",
        };
        let rules = if self.count == 1 { "rule" } else { "rules" };
        write!(f, "the request's {part} breaks {} {rules}: ", self.count)?;
        for (at, violation) in self.list.iter().take(ENOUGH).enumerate() {
            let field = violation.source.as_ref().map_or("", |source| source.member().1);
            let separator = if at == 0 { "" } else { ", " };
            let rule = violation.rule.as_deref().unwrap_or("a rule");
            write!(f, "{separator}{rule} at `{field}`")?;
        }
        f.write_str(if self.count > ENOUGH { ", …" } else { "" })
    }
}

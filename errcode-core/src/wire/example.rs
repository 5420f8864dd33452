//! Errors with example values, for documentation, OpenAPI and golden files.

mod raw;

use crate::spec::{
    arg::{Arg, Kind},
    detail_spec::DetailSpec,
    error_spec::ErrorSpec,
    message,
    rows::{Dynamic, Fields, OfValue},
    table::Entry,
    violation::{FieldViolation, Subject},
};
use core::{fmt, time::Duration};
use errcode_format::{HeaderData, NO_ARG, SubjectData, SubjectKind, tag};
use raw::{NUMBER, Raw};

/// An error with example values: each field's `example`, else a value by its type.
///
/// Through [`ErrorView::from_example`](super::ErrorView::from_example) it is written as the service would write it.
///
/// ```
/// use errcode_core::{AppError, wire::{Envelope, ErrorView, Example, Ids, render}};
///
/// #[derive(Debug, AppError)]
/// #[error("project {id} not found", code = "E2001", status = 404, user_msg = "项目 {id} 不存在")]
/// struct NotFound {
///     #[detail(example = "42")]
///     id: u64,
/// }
/// errcode_core::catalog! { static CATALOG = [NotFound]; }
///
/// let example = Example::new(CATALOG.lookup("E2001").unwrap());
/// let body = render(&Envelope, &ErrorView::from_example(&example, Some(&CATALOG), Ids::default()));
/// let body = String::from_utf8(body).unwrap();
/// let error = r#"{"code":"E2001","message":"项目 42 不存在","retryable":false,"details":{"id":42}}"#;
/// assert!(body.starts_with(&format!(r#"{{"success":false,"error":{error}"#)));
/// ```
pub struct Example {
    spec: ErrorSpec,
    /// The arguments, by their numbers in the row.
    values: Vec<Value>,
}

/// One example value.
enum Value {
    None,
    Text(String),
    U64(u64),
    Raw(Raw),
    After(Duration),
    Violations(Vec<FieldViolation>),
}

impl Example {
    /// Returns the example of a row.
    #[must_use]
    pub fn new(spec: ErrorSpec) -> Self {
        let mut example = Self { spec, values: Vec::new() };
        for detail in spec.details() {
            example.set(detail.argument(), of_detail(detail));
        }
        for entry in spec.entries() {
            example.entry(&entry);
        }
        example
    }

    /// Returns the row.
    #[must_use]
    pub fn spec(&self) -> ErrorSpec {
        self.spec
    }

    fn set(&mut self, index: usize, value: Value) {
        if index >= self.values.len() {
            self.values.resize_with(index + 1, || Value::None);
        }
        self.values[index] = value;
    }

    fn set_new(&mut self, index: u8, value: impl FnOnce() -> Value) {
        let index = usize::from(index);
        if index != usize::from(NO_ARG)
            && self.values.get(index).is_none_or(|value| matches!(value, Value::None))
        {
            self.set(index, value());
        }
    }

    fn entry(&mut self, entry: &Entry) {
        match entry.tag {
            tag::ARG_NAME => {
                self.set_new(entry.byte(), || Value::Text(entry.text().to_owned()));
            }
            tag::SUBJECT => {
                let subject = SubjectData::read(entry.data);
                self.set_new(subject.argument, || Value::Text(place(subject.kind).to_owned()));
            }
            tag::HEADER => {
                let argument = HeaderData::read(entry.data).argument;
                self.set_new(argument, || Value::U64(NUMBER));
            }
            tag::AFTER_ARG => {
                let after = Duration::from_secs(self.seconds());
                self.set_new(entry.byte(), || Value::After(after));
            }
            tag::VIOLATIONS => {
                let violation = FieldViolation::new(Subject::Pointer("/field".into()), "");
                self.set_new(entry.byte(), || Value::Violations(vec![violation]));
            }
            _ => {}
        }
    }

    /// Returns the delay before a retry: that of the detail with this name, so that body and header agree.
    fn seconds(&self) -> u64 {
        let detail = self.spec.details().find(|detail| detail.name().contains("after"));
        detail
            .and_then(DetailSpec::example)
            .and_then(|example| example.parse().ok())
            .unwrap_or(NUMBER)
    }
}

fn place(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Pointer => "/field",
        SubjectKind::Parameter => "field",
        _ => "X-Field",
    }
}

fn of_detail(detail: DetailSpec) -> Value {
    let (ty, name) = (detail.type_name(), detail.name());
    match (detail.example(), raw::text_of(ty, name)) {
        (Some(example), _) if detail.is_text() || raw::is_text(ty) => {
            Value::Text(example.to_owned())
        }
        (Some(example), _) => {
            Raw::parse(example).map_or_else(|| Value::Text(example.to_owned()), Value::Raw)
        }
        // In messages, a text has no quotes.
        (None, Some(text)) => Value::Text(text),
        (None, None) if detail.is_text() => Value::Text(Raw::from_type(ty, name).0),
        (None, None) => Value::Raw(Raw::from_type(ty, name)),
    }
}

impl Fields for Example {
    type Row = OfValue;

    fn row_of_value(&self) -> ErrorSpec {
        self.spec
    }

    fn args(&self, then: &mut dyn FnMut(&[Arg<'_>])) {
        let args: Vec<Arg<'_>> = self.values.iter().map(Value::as_arg).collect();
        then(&args);
    }

    fn dynamic(&self) -> Dynamic<'_> {
        Dynamic { when: Some(true), inherit: None }
    }
}

impl Value {
    fn as_arg(&self) -> Arg<'_> {
        Arg(match self {
            Self::None => Kind::None,
            Self::Text(text) => Kind::Str(text),
            Self::U64(number) => Kind::U64(*number),
            Self::Raw(raw) => Kind::Json(raw),
            Self::After(after) => Kind::After(Some(*after)),
            Self::Violations(violations) => Kind::Violations(violations),
        })
    }
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        message::show(self, f)
    }
}

impl fmt::Debug for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Example({})", self.spec.code())
    }
}

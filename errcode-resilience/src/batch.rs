//! Batches in which some items may fail.

use errcode_core::{Failure, wire::WireError};
use errcode_runtime::{Context, Report, Served, boundary::wire_error};
use serde_core::{Serialize, Serializer, ser::SerializeStruct as _};

/// The items of a batch that succeeded, and those that were skipped, each with the public part of its error.
///
/// A failed item is reported once, when it is added, because its failure goes no further.
///
/// ```
/// use errcode_core::AppError;
/// use errcode_resilience::Batch;
///
/// #[derive(Debug, AppError)]
/// #[error("line {line} is not a number", code = "E3001", status = 422, public)]
/// struct NotANumber { line: usize }
///
/// let lines = ["1", "two", "3"];
/// let batch: Batch<u32> = lines
///     .iter()
///     .enumerate()
///     .map(|(line, text)| text.parse().map_err(|_| NotANumber { line }))
///     .collect();
/// assert_eq!(batch.items, [1, 3]);
/// assert_eq!((batch.skipped[0].index, batch.skipped[0].error.code.as_str()), (1, "E3001"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<T> {
    /// The items that succeeded, in order.
    pub items: Vec<T>,
    /// The items that failed, in order.
    pub skipped: Vec<Skipped>,
    next: usize,
}

/// An item that failed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Skipped {
    /// The index in the batch, from 0.
    pub index: usize,
    /// The public part of its error.
    pub error: WireError,
}

impl<T> Batch<T> {
    /// Creates a batch without items.
    #[must_use]
    pub const fn new() -> Self {
        Self { items: Vec::new(), skipped: Vec::new(), next: 0 }
    }

    /// Adds the next item, or reports and skips it.
    pub fn push<E: Into<Failure>>(&mut self, result: Result<T, E>) {
        match result {
            Ok(item) => self.items.push(item),
            Err(error) => {
                let error = report(&error.into());
                self.skipped.push(Skipped { index: self.next, error });
            }
        }
        self.next += 1;
    }

    /// Returns whether each item succeeded.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.skipped.is_empty()
    }
}

fn report(failure: &Failure) -> WireError {
    if failure.report_once() {
        Report::new(failure, Served::default()).emit();
    }
    wire_error(failure, Context::current().as_ref())
}

impl<T> Default for Batch<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, E: Into<Failure>> FromIterator<Result<T, E>> for Batch<T> {
    fn from_iter<I: IntoIterator<Item = Result<T, E>>>(results: I) -> Self {
        let mut batch = Self::new();
        batch.extend(results);
        batch
    }
}

impl<T, E: Into<Failure>> Extend<Result<T, E>> for Batch<T> {
    fn extend<I: IntoIterator<Item = Result<T, E>>>(&mut self, results: I) {
        results.into_iter().for_each(|result| self.push(result));
    }
}

/// `{"items": […], "skipped": [{"index": 1, "error": {…}}]}`
impl<T: Serialize> Serialize for Batch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut batch = serializer.serialize_struct("Batch", 2)?;
        batch.serialize_field("items", &self.items)?;
        batch.serialize_field("skipped", &self.skipped)?;
        batch.end()
    }
}

impl Serialize for Skipped {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut skipped = serializer.serialize_struct("Skipped", 2)?;
        skipped.serialize_field("index", &self.index)?;
        skipped.serialize_field("error", &self.error)?;
        skipped.end()
    }
}

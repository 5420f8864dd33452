//! Rows by the names of their variants, for macros that take such names.

use super::{index::same_text, report::Report};
use crate::spec::{error_spec::ErrorSpec, table::Table};

/// Returns the row of a variant; for a struct, or if all variants share one code, that row.
///
/// # Panics
///
/// Panics if the variant has no code of its own, with the names of those that have one. In a constant, this is a
/// compile error.
#[doc(hidden)]
#[must_use]
#[track_caller]
pub const fn variant(table: &'static Table, name: &str) -> ErrorSpec {
    let mut row = 0;
    while row < table.len() {
        let spec = ErrorSpec::new(table, row as u32);
        if spec.is_of_type() || same_text(spec.variant(), name) {
            return spec;
        }
        row += 1;
    }
    refuse(table, name)
}

#[cold]
#[track_caller]
const fn refuse(table: &'static Table, name: &str) -> ! {
    let mut report = Report::new();
    report.begin().add("variant `").path(table).add("::").add(name);
    report.add("` has no code of its own; ");
    let mut separator = "these have one: `";
    let mut row = 0;
    while row < table.len() {
        report.add(separator).add(ErrorSpec::new(table, row as u32).variant()).add("`");
        separator = ", `";
        row += 1;
    }
    if row == 0 {
        report.add("no other variant of the type has one either");
    }
    report.finish();
    unreachable!()
}

#[cfg(test)]
mod tests {
    use super::variant;
    use crate::{AppError, Catalogued};

    #[derive(Debug, AppError)]
    #[expect(dead_code, reason = "only its rows are asked for")]
    enum Shop {
        #[error("one", code = "V1", status = 404)]
        One,
        #[error(transparent)]
        Inner(Inner),
        #[error("two", code = "V2", status = 404)]
        Two,
    }

    #[derive(Debug, AppError)]
    #[error("inner", code = "V3", status = 404)]
    struct Inner;

    #[test]
    fn a_row_by_name() {
        const TWO: crate::ErrorSpec = variant(Shop::TABLE, "Two");
        assert_eq!(TWO.code(), "V2");
        assert_eq!(variant(Inner::TABLE, "Inner").code(), "V3");
    }

    #[test]
    #[should_panic(
        expected = "::Shop::Inner` has no code of its own; these have one: `One`, `Two`"
    )]
    fn a_transparent_variant_has_none() {
        let _ = variant(Shop::TABLE, "Inner");
    }
}

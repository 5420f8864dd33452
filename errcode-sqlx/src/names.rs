//! The names of constraints, as each database reports them.

/// The name of a violation whose constraint the database does not name: SQLite's foreign keys.
///
/// With more than one foreign key in a table, SQLite does not say which of them it was.
pub const UNNAMED: &str = "";

/// The names of a constraint: one, or one for each database.
///
/// PostgreSQL reports the name of the constraint or of the unique index, `projects_number_key`. SQLite reports the
/// columns of a unique constraint, `projects.number` or `suppliers.project_id, suppliers.name`, the name of a unique
/// index on expressions, and the name of a check constraint or its expression. Both report a not-null constraint by
/// its column, `projects.number`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name a constraint",
    note = "write its name, or a list of its names: `[\"projects_number_key\", \"projects.number\"]`"
)]
pub trait Names {
    /// Returns whether this is one of the names.
    fn contain(&self, name: &str) -> bool;
}

impl Names for &str {
    fn contain(&self, name: &str) -> bool {
        *self == name
    }
}

impl<const N: usize> Names for [&str; N] {
    fn contain(&self, name: &str) -> bool {
        self.as_slice().contain(name)
    }
}

impl Names for &[&str] {
    fn contain(&self, name: &str) -> bool {
        self.contains(&name)
    }
}

/// Reads the name from SQLite's message, for example `UNIQUE constraint failed: projects.number`.
pub(crate) fn in_message(message: &str) -> Option<&str> {
    let (_, name) = message.split_once(" constraint failed: ")?;
    Some(name.strip_prefix("index '").and_then(|name| name.strip_suffix('\'')).unwrap_or(name))
}

/// Returns the table of `projects.number`.
pub(crate) fn table_of(columns: &str) -> Option<&str> {
    columns.split_once('.').map(|(table, _)| table)
}

/// Returns whether the text consists of names. The expression of a check constraint does not, and may contain
/// literals.
pub(crate) fn are_names(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|character| character.is_alphanumeric() || "_.".contains(character))
    };
    text.split(", ").all(is_name)
}

#[cfg(test)]
mod tests {
    use super::{Names, are_names, in_message, table_of};

    #[test]
    fn sqlite_names_columns_indexes_and_expressions() {
        for (message, name, shown) in [
            ("UNIQUE constraint failed: projects.number", "projects.number", true),
            ("UNIQUE constraint failed: a.b, a.c", "a.b, a.c", true),
            ("UNIQUE constraint failed: index 'lower_name'", "lower_name", true),
            ("CHECK constraint failed: budget >= 0", "budget >= 0", false),
            ("CHECK constraint failed: name <> 'secret'", "name <> 'secret'", false),
        ] {
            assert_eq!(in_message(message), Some(name));
            assert_eq!(are_names(name), shown, "{name}");
        }
        assert_eq!(in_message("FOREIGN KEY constraint failed"), None);
        assert_eq!(table_of("a.b, a.c"), Some("a"));
    }

    #[test]
    fn a_constraint_has_one_name_or_several() {
        let both = ["projects_number_key", "projects.number"];
        assert!(both.contain("projects.number") && (&both[..]).contain("projects_number_key"));
        assert!("projects.number".contain("projects.number") && !both.contain("number"));
    }
}

//! The kinds of sqlx's errors.

use errcode_core::DatabaseFault;

pub(crate) fn of(error: &sqlx::Error) -> DatabaseFault {
    match error {
        sqlx::Error::RowNotFound => DatabaseFault::RowNotFound,
        sqlx::Error::PoolTimedOut => DatabaseFault::PoolTimeout,
        sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            DatabaseFault::ConnectionLost
        }
        sqlx::Error::Database(error) => {
            error.code().map_or(DatabaseFault::Other, |code| of_code(&code, error.message()))
        }
        _ => DatabaseFault::Other,
    }
}

/// An SQLSTATE has five characters, and a result code of SQLite is a number of at most four digits.
fn of_code(code: &str, message: &str) -> DatabaseFault {
    if is_sqlstate(code) {
        return of_sqlstate(code);
    }
    code.parse().map_or(DatabaseFault::Other, |code| of_result_code(code, message))
}

pub(crate) fn is_sqlstate(code: &str) -> bool {
    code.len() == 5
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn of_sqlstate(code: &str) -> DatabaseFault {
    match code {
        "23505" => DatabaseFault::Unique,
        // From PostgreSQL 18 on, `ON DELETE RESTRICT` has its own code.
        "23503" | "23001" => DatabaseFault::ForeignKey,
        "23514" => DatabaseFault::Check,
        "23502" => DatabaseFault::NotNull,
        "23P01" => DatabaseFault::Exclusion,
        "40001" => DatabaseFault::SerializationFailure,
        "40P01" => DatabaseFault::Deadlock,
        "53300" => DatabaseFault::TooManyConnections,
        // `lock_timeout` and `NOWAIT`.
        "55P03" => DatabaseFault::Busy,
        // A statement's and a transaction's timeout.
        "57014" | "25P04" => DatabaseFault::Cancelled,
        "08007" | "40003" => DatabaseFault::CommitUnknown,
        // The server shuts down, has crashed, is starting, dropped the database or closed an idle session.
        "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03" => DatabaseFault::ConnectionLost,
        _ if code.starts_with("08") => DatabaseFault::ConnectionLost,
        _ => DatabaseFault::Other,
    }
}

/// <https://www.sqlite.org/rescode.html>
fn of_result_code(code: u32, message: &str) -> DatabaseFault {
    match code {
        // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY, _ROWID
        2067 | 1555 | 2579 => DatabaseFault::Unique,
        // SQLITE_CONSTRAINT_FOREIGNKEY
        787 => DatabaseFault::ForeignKey,
        // SQLITE_CONSTRAINT_TRIGGER: `ON DELETE RESTRICT` is a trigger inside SQLite.
        1811 if message == "FOREIGN KEY constraint failed" => DatabaseFault::ForeignKey,
        // SQLITE_CONSTRAINT_CHECK
        275 => DatabaseFault::Check,
        // SQLITE_CONSTRAINT_NOTNULL
        1299 => DatabaseFault::NotNull,
        // The low byte of an extended code is the primary one: SQLITE_BUSY, SQLITE_LOCKED, SQLITE_INTERRUPT.
        _ => match code & 0xff {
            5 | 6 => DatabaseFault::Busy,
            9 => DatabaseFault::Cancelled,
            _ => DatabaseFault::Other,
        },
    }
}

/// Returns what the kind is called in the log.
pub(crate) fn text(kind: DatabaseFault) -> &'static str {
    match kind {
        DatabaseFault::RowNotFound => "row not found",
        DatabaseFault::Unique => "unique constraint violated",
        DatabaseFault::ForeignKey => "foreign key violated",
        DatabaseFault::Check => "check constraint violated",
        DatabaseFault::NotNull => "not-null constraint violated",
        DatabaseFault::Exclusion => "exclusion constraint violated",
        DatabaseFault::OptimisticLock => "the row was changed since it was read",
        DatabaseFault::PoolTimeout => "no connection of the pool was free in time",
        DatabaseFault::TooManyConnections => "the server accepts no more connections",
        DatabaseFault::SerializationFailure => "concurrent transactions cannot be serialized",
        DatabaseFault::Deadlock => "deadlock",
        DatabaseFault::Busy => "another connection holds the lock",
        DatabaseFault::Cancelled => "the statement was cancelled",
        DatabaseFault::ConnectionLost => "the connection was lost",
        DatabaseFault::CommitUnknown => "the outcome of the commit is unknown",
        _ => "database error",
    }
}

/// Returns what the class of a code says of an error whose kind is none of the others: the driver's text, which may
/// repeat values, is not shown.
pub(crate) fn text_of_other(code: Option<&str>) -> &'static str {
    let code = code.unwrap_or_default();
    let text = match code.parse::<u32>() {
        Ok(number) if !is_sqlstate(code) => text_of_result_code(number & 0xff),
        _ => code.get(..2).and_then(text_of_class),
    };
    text.unwrap_or_else(|| self::text(DatabaseFault::Other))
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn text_of_class(class: &str) -> Option<&'static str> {
    Some(match class {
        "22" => "a value is not valid",
        "23" => "constraint violated",
        "28" => "the server refused the login",
        "3D" => "the database does not exist",
        "42" => "the statement is not valid",
        "53" => "the server lacks resources",
        "58" => "the server's system failed",
        "XX" => "internal error of the server",
        _ => return None,
    })
}

/// <https://www.sqlite.org/rescode.html>
fn text_of_result_code(primary: u32) -> Option<&'static str> {
    Some(match primary {
        1 => "the statement is not valid, or failed",
        8 => "the database is read-only",
        10 => "the file system failed",
        11 => "the database is damaged",
        13 => "the disk is full",
        14 => "the file cannot be opened",
        18 => "a value is too large",
        19 => "constraint violated",
        20 => "a value has the wrong type",
        26 => "the file is not a database",
        _ => return None,
    })
}

/// Returns whether the same transaction may succeed if it is run again at once. To wait for the pool again would only
/// make its queue longer.
pub(crate) const fn is_worth_repeating(kind: DatabaseFault) -> bool {
    kind.is_transient() && !matches!(kind, DatabaseFault::PoolTimeout)
}

#[cfg(test)]
mod tests {
    use super::{of_code, text_of_other};
    use errcode_core::DatabaseFault::{self, *};

    /// The codes that are hard to provoke; the integration tests provoke the others.
    #[test]
    fn codes_of_both_databases() {
        for (code, kind) in [
            ("23001", ForeignKey),
            ("25P03", ConnectionLost),
            ("25P04", Cancelled),
            ("08000", ConnectionLost),
            ("08006", ConnectionLost),
            ("08007", CommitUnknown),
            ("40003", CommitUnknown),
            ("57P02", ConnectionLost),
            ("57P03", ConnectionLost),
            ("57P05", ConnectionLost),
            ("42601", Other),
            ("2579", Unique),
            ("6", Busy),
            ("261", Busy),
            ("262", Busy),
            ("1811", Other),
            ("10", Other),
            ("", Other),
            ("x", Other),
        ] {
            assert_eq!(of_code(code, "a message"), kind, "{code}");
        }
        let restricted: DatabaseFault = of_code("1811", "FOREIGN KEY constraint failed");
        assert_eq!(restricted, ForeignKey);
    }

    #[test]
    fn other_errors_say_what_their_class_says() {
        for (code, text) in [
            (Some("42P01"), "the statement is not valid"),
            (Some("22001"), "a value is not valid"),
            (Some("28000"), "the server refused the login"),
            (Some("1"), "the statement is not valid, or failed"),
            (Some("778"), "the file system failed"),
            (Some("é1"), "database error"),
            (None, "database error"),
        ] {
            assert_eq!(text_of_other(code), text, "{code:?}");
        }
    }
}

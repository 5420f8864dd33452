//! Every error of the service. What the response, the log, the alert and the catalog say of it is in its attribute.

use errcode_core::AppError;
{% if database %}
use errcode_sqlx::DatabaseError;
{% endif %}

/// What can go wrong with a note.
#[derive(Debug, AppError)]
pub enum NoteError {
    /// No note has this id.
    ///
    /// Ids are given when notes are added, and never again.
    #[error(
        "note {id} not found",
        code = "N1001",
        title = "Note not found",
        status = 404,
        user_msg = "There is no note {id}.",
        help = "Ask for an id that adding a note has returned."
    )]
    NotFound { id: i64 },

    /// The text has more characters than a note may have.
    ///
    /// Nothing was added.
    #[error(
        "a note of {length} characters",
        code = "N1002",
        title = "Note too long",
        status = 422,
        user_msg = "A note has at most {most} characters.",
        help = "Shorten the text, or make several notes of it."
    )]
    TooLong { length: usize, most: usize },

{% if database %}
    /// The database cannot be used.
    ///
    /// The connection failed, or the database refused the statement.
    #[error(
        "the database cannot be used",
        code = "N2001",
        title = "Database unavailable",
        category = external,
        status = 503,
        retryable(after = "5s"),
        alert(page),
        user_msg = "The service is temporarily unavailable. Please try again later.",
        help = "Look whether the database runs, and at `cause` in the log line."
    )]
    Database(#[source] DatabaseError),
{% else %}
    /// The memory for notes is used up.
    ///
    /// Nothing was added. Notes are kept until the service ends.
    #[error(
        "the store has {notes} notes",
        code = "N2001",
        title = "Store full",
        category = internal,
        status = 507,
        retryable = false,
        alert(page),
        user_msg = "There is no room for another note.",
        help = "Restart the service, or keep the notes in a database."
    )]
    Full { notes: usize },
{% endif %}
}

{% if database %}
/// A `DatabaseError` keeps the values of rows, which sqlx's texts repeat, out of the log.
impl From<sqlx::Error> for NoteError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

{% endif %}
errcode_core::catalog! {
    /// The codes of the service.
    pub static CATALOG = [NoteError];
    service      = "{{ name }}";
    languages    = ["en"];
    translations = { "zh" = include_str!("zh.txt") };
}

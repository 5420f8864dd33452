//! Every error of the bot. Its attribute has what the log, the alert and the catalog say of it, and whether the task is
//! repeated.

use errcode_core::AppError;
{% if database %}
use errcode_sqlx::DatabaseError;
{% endif %}

/// What can go wrong with a task.
#[derive(Debug, AppError)]
pub enum TaskError {
    /// The text of the task is not an address.
    ///
    /// The task is not repeated, since it would fail in the same way.
    #[error(
        "`{text}` is not an address",
        code = "B1001",
        title = "Address malformed",
        status = 422,
        user_msg = "Write an IP address, a colon and a port.",
        help = "Correct the text, and add the task again."
    )]
    NotAnAddress { text: String },

    /// Nothing accepts connections at the address.
    ///
    /// The task is repeated, up to three attempts in all.
    #[error(
        "no connection to {address}",
        code = "B2001",
        title = "Address unreachable",
        category = external,
        retryable(after = "100ms"),
        user_msg = "{address} cannot be reached.",
        help = "Look whether the process at this address runs."
    )]
    Unreachable {
        address: String,
        #[source]
        cause: std::io::Error,
    },

    /// The connection was not made in time.
    ///
    /// The task is repeated, up to three attempts in all.
    #[error(
        "no connection to {address} in time",
        code = "B2002",
        title = "Address too slow",
        category = external,
        status = 504,
        retryable(after = "5s"),
        user_msg = "{address} does not answer.",
        help = "Look for a firewall that drops packets to this address."
    )]
    TooSlow { address: String },
{% if database %}

    /// The table of tasks cannot be used.
    ///
    /// The connection failed, or the database refused the statement. The bot asks again.
    #[error(
        "the table of tasks cannot be used",
        code = "B3001",
        title = "Table unusable",
        category = external,
        status = 503,
        alert(page),
        user_msg = "The tasks cannot be read.",
        help = "Look whether the database runs, and at `cause` in the log line."
    )]
    Table(#[source] DatabaseError),
{% endif %}
}

{% if database %}
/// A `DatabaseError` keeps the values of rows, which sqlx's texts repeat, out of the log.
impl From<sqlx::Error> for TaskError {
    fn from(error: sqlx::Error) -> Self {
        Self::Table(error.into())
    }
}

{% endif %}
errcode_core::catalog! {
    /// The codes of the bot.
    pub static CATALOG = [TaskError];
    service      = "{{ name }}";
    languages    = ["en"];
    translations = { "zh" = include_str!("zh.txt") };
}

//! The bot's codes: what it can be told (T1), what the tracker does (T2), and what its own table does (T3).

use errcode_core::AppError;
use errcode_reqwest::HttpError;
use std::time::Duration;

/// Every way in which a task fails. A bug is none of them: it panics, and has the code of the unforeseen.
#[derive(Debug, AppError)]
pub enum TicketError {
    /// The ticket does not exist. Somebody has deleted it, or the task is wrong.
    #[error(
        "no ticket {key}",
        code = "T1001",
        title = "Ticket not found",
        status = 404,
        user_msg = "There is no ticket {key}."
    )]
    NotFound {
        /// The ticket's key.
        key: String,
    },

    /// The tracker does not accept the comment. Sending it again changes nothing.
    #[error(
        "the tracker refused the comment on {key} with {status}",
        code = "T1002",
        title = "Comment refused",
        status = 422
    )]
    Refused {
        /// The ticket's key.
        key: String,
        /// The status of the tracker's answer.
        status: u16,
    },

    /// The tracker did not answer in time. The call changes nothing, or has an idempotency key, so it is made again.
    #[error(
        "the tracker did not answer",
        code = "T2001", title = "Tracker timed out",
        status = 504,
        category = external,
        retryable(after = "100ms"),
        help = "Look at the tracker's latency. The bot waits 300 milliseconds for an answer."
    )]
    TimedOut(#[source] HttpError),

    /// The tracker cannot be reached.
    #[error(
        "the tracker cannot be reached",
        code = "T2002", title = "Tracker unreachable",
        category = external,
        retryable(after = "100ms"),
        alert(page),
        help = "Look whether the tracker runs, and whether its address is right."
    )]
    Unreachable(#[source] HttpError),

    /// The bot has made too many calls. The tracker says when the next one may come.
    #[error(
        "the tracker takes no more calls",
        code = "T2003", title = "Tracker's limit reached",
        status = 429,
        category = external,
        retryable(after = wait),
        alert = false
    )]
    Limited {
        /// How long to wait, as the tracker says.
        wait: Duration,
    },

    /// The tracker failed.
    #[error(
        "the tracker answered {status}",
        code = "T2004", title = "Tracker failed",
        category = external,
        retryable(after = "100ms"),
        help = "Look at the tracker's log for the trace of this message."
    )]
    Failed {
        /// The status of the tracker's answer.
        status: u16,
    },

    /// The tracker's answer cannot be read. It would be the same again.
    #[error(
        "the answer of the tracker cannot be read",
        code = "T2005",
        title = "Tracker's answer unreadable",
        category = external,
        retryable = false
    )]
    Unreadable(#[source] HttpError),

    /// The table of tasks cannot be used.
    #[error("the table of tasks cannot be used", code = "T3001", title = "Table unusable", category = internal)]
    Table(#[from] sqlx::Error),
}

errcode_core::catalog! {
    /// The codes of the bot.
    pub static CATALOG = [TicketError];
    service = "ticket-bot";
}

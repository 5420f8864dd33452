//! Where alerts go.

use errcode_core::Alert;
use std::{fmt, sync::Arc, time::Duration};

/// A place that alerts are sent to: a chat, a pager, a test.
///
/// It is called on a thread of its own, one message at a time, and may block. A failure is tried again with a growing
/// delay, and never raises an alert.
///
/// ```
/// use errcode_runtime::alert::{AlertMessage, Channel, Undelivered};
///
/// #[derive(Debug)]
/// struct Printer;
///
/// impl Channel for Printer {
///     fn send(&self, message: &AlertMessage) -> Result<(), Undelivered> {
///         println!("{}", message.text);
///         Ok(())
///     }
/// }
/// ```
pub trait Channel: Send + Sync {
    /// Sends the message.
    ///
    /// # Errors
    ///
    /// Returns why it was not delivered, and whether another attempt may help.
    fn send(&self, message: &AlertMessage) -> Result<(), Undelivered>;
}

impl<C: Channel + ?Sized> Channel for Arc<C> {
    fn send(&self, message: &AlertMessage) -> Result<(), Undelivered> {
        (**self).send(message)
    }
}

/// An alert, ready to be sent.
///
/// ```
/// use errcode_core::Alert;
/// use errcode_runtime::alert::{AlertKind, AlertMessage};
///
/// /// Whether somebody is called, and not only written to.
/// fn calls(message: &AlertMessage) -> bool {
///     message.severity == Alert::Page && message.kind != AlertKind::Resolved
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlertMessage {
    /// What happened.
    pub kind: AlertKind,
    /// How urgent it is.
    pub severity: Alert,
    /// The codes, each with its failures since the message before.
    pub codes: Vec<(&'static str, u64)>,
    /// The text, in several lines.
    pub text: String,
}

/// What an alert says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AlertKind {
    /// Something fails.
    Fired,
    /// It still fails.
    Again,
    /// It has not failed for a while.
    Resolved,
}

/// Why a message was not delivered.
///
/// ```
/// use errcode_runtime::alert::Undelivered;
/// use std::time::Duration;
///
/// let busy = Undelivered::retry("the pager answered 429").after(Some(Duration::from_secs(30)));
/// assert!(busy.may_be_repeated());
/// assert!(!Undelivered::refused("the pager answered 403").may_be_repeated());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    why: String,
    retry: bool,
    after: Option<Duration>,
}

impl Undelivered {
    /// Creates the result of an attempt that may be repeated. The text is logged, so it must contain no secret.
    #[must_use]
    pub fn retry(why: impl Into<String>) -> Self {
        Self { why: why.into(), retry: true, after: None }
    }

    /// Creates the result of an attempt that would fail again.
    #[must_use]
    pub fn refused(why: impl Into<String>) -> Self {
        Self { why: why.into(), retry: false, after: None }
    }

    /// Sets the least delay before the next attempt, for example that of a `Retry-After`.
    #[must_use]
    pub fn after(self, delay: Option<Duration>) -> Self {
        Self { after: delay, ..self }
    }

    /// Returns whether another attempt may help.
    #[must_use]
    pub fn may_be_repeated(&self) -> bool {
        self.retry
    }

    pub(super) fn next(&self, backoff: Duration) -> Option<Duration> {
        self.retry.then(|| self.after.unwrap_or_default().max(backoff))
    }
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for Undelivered {}

/// The channel that writes each alert as an event of the target `notice`, at level warn.
///
/// ```
/// use errcode_runtime::alert::{Alerts, Notice};
///
/// let alerts = Alerts::new().to(Notice).start()?;
/// # drop(alerts);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Notice;

impl Channel for Notice {
    fn send(&self, message: &AlertMessage) -> Result<(), Undelivered> {
        let severity = message.severity.as_str();
        tracing::warn!(target: "notice", event = "alert", severity, "{}", message.text);
        Ok(())
    }
}

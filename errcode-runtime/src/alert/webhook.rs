//! Messages to a chat, by HTTP.

use super::channel::{AlertMessage, Channel, Undelivered};
use std::{fmt, time::Duration};
use ureq::{
    Agent, Error,
    http::{Uri, header},
};

/// An incoming webhook of Mattermost, Slack or what takes the same: `POST` with `{"text": "…"}`.
///
/// Its address is a secret, since whoever knows it may post. It is in no log line, error or `Debug` text.
///
/// ```
/// use errcode_runtime::alert::Webhook;
///
/// let webhook = Webhook::new("https://chat.example.com/hooks/x7f3")?;
/// assert_eq!(format!("{webhook:?}"), "Webhook");
/// # Ok::<(), errcode_runtime::alert::InvalidWebhook>(())
/// ```
pub struct Webhook {
    address: Uri,
    agent: Agent,
}

/// The address of a webhook is not an `http` or `https` URL. The text does not repeat it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidWebhook(());

impl Webhook {
    /// Creates the webhook with this address. An attempt that takes longer than 10 seconds has failed.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidWebhook`] if it is not an `http` or `https` URL.
    pub fn new(address: &str) -> Result<Self, InvalidWebhook> {
        let address: Uri = address.parse().map_err(|_| InvalidWebhook(()))?;
        let is_http = matches!(address.scheme_str(), Some("http" | "https"));
        if !is_http || address.host().is_none_or(str::is_empty) {
            return Err(InvalidWebhook(()));
        }
        Ok(Self { address, agent: agent(Duration::from_secs(10)) })
    }

    /// Sets how long an attempt may take.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { agent: agent(timeout), ..self }
    }
}

fn agent(timeout: Duration) -> Agent {
    Agent::config_builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        // The secret must not go where a response points to.
        .max_redirects(0)
        .build()
        .into()
}

impl Channel for Webhook {
    fn send(&self, message: &AlertMessage) -> Result<(), Undelivered> {
        let mut body = b"{\"text\":\"".to_vec();
        errcode_core::json::push_escaped(&mut body, &message.text);
        body.extend_from_slice(b"\"}");
        let request =
            self.agent.post(&self.address).header(header::CONTENT_TYPE, "application/json");
        let response = request.send(&body[..]).map_err(|error| failed(&error))?;
        let status = response.status();
        let after = response.headers().get(header::RETRY_AFTER);
        let after = after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let why = || format!("the webhook answered {}", status.as_u16());
        match status.as_u16() {
            200..=299 => Ok(()),
            408 | 425 | 429 | 500..=599 => {
                Err(Undelivered::retry(why()).after(after.map(Duration::from_secs)))
            }
            _ => Err(Undelivered::refused(why())),
        }
    }
}

/// Returns what happened. The error's own text may name the address.
fn failed(error: &Error) -> Undelivered {
    Undelivered::retry(match error {
        Error::Timeout(_) => "the webhook did not answer in time",
        Error::HostNotFound => "the webhook's host was not found",
        Error::ConnectionFailed | Error::Io(_) => "the webhook cannot be reached",
        _ => "the webhook cannot be called",
    })
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook")
    }
}

impl fmt::Display for InvalidWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address of the webhook is not a URL; write `https://HOST/PATH`")
    }
}

impl std::error::Error for InvalidWebhook {}

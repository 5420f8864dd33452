//! Calls of the tracker.

use crate::TicketError;
use errcode_core::Coded as _;
use errcode_runtime::{Context, Event, event::ExternalEvent};
use reqwest::{Client, Response, header::RETRY_AFTER, redirect};
use serde::Deserialize;
use std::time::{Duration, Instant};

/// The attempts of one call; between two calls, the task's own retries come later and are fewer.
const ATTEMPTS: u32 = 3;

/// The tracker.
#[derive(Clone, Debug)]
pub struct Tracker {
    client: Client,
    address: String,
}

#[derive(Deserialize)]
struct Ticket {
    title: String,
}

impl Tracker {
    /// Creates the client of the tracker at this address.
    ///
    /// # Errors
    ///
    /// Returns the error of the HTTP client.
    pub fn new(address: impl Into<String>) -> reqwest::Result<Self> {
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .timeout(Duration::from_millis(300))
            .build()?;
        Ok(Self { client, address: address.into() })
    }

    /// Returns the title of a ticket. A call that may succeed is made up to three times.
    ///
    /// # Errors
    ///
    /// Returns what the tracker said, or why it said nothing.
    pub async fn title(&self, key: &str) -> Result<String, TicketError> {
        let mut attempt = 1;
        loop {
            let error = match self.call(key, attempt - 1).await {
                Ok(title) => return Ok(title),
                Err(error) => error,
            };
            let retry = error.retry();
            // A limit is the queue's to wait for: this task would hold a place meanwhile.
            if attempt == ATTEMPTS || !retry.retryable || error.spec().status() == 429 {
                return Err(error);
            }
            tokio::time::sleep(retry.after.unwrap_or_default()).await;
            attempt += 1;
        }
    }

    async fn call(&self, key: &str, retries: u32) -> Result<String, TicketError> {
        let url = format!("{}/tickets/{key}", self.address);
        let started = Instant::now();
        let (status, result) = match self.send(&url).await {
            Ok(response) => (Some(response.status().as_u16()), read(response, key).await),
            Err(error) => (None, Err(error)),
        };
        let mut event = ExternalEvent::new("tracker", "GET", &url, started.elapsed());
        (event.http_status, event.retry_count) = (status, retries);
        let error = result.as_ref().err().map(ToString::to_string);
        event.error = error.as_deref();
        Event::External(&event).emit();
        result
    }

    async fn send(&self, url: &str) -> Result<Response, TicketError> {
        let mut request = self.client.get(url);
        for (name, value) in Context::current().iter().flat_map(Context::outgoing) {
            request = request.header(name, value);
        }
        request.send().await.map_err(lost)
    }
}

async fn read(response: Response, key: &str) -> Result<String, TicketError> {
    match response.status().as_u16() {
        200..=299 => {}
        404 => return Err(TicketError::NotFound { key: key.to_owned() }),
        429 => return Err(TicketError::Limited { wait: wait(&response) }),
        status @ 400..=499 => return Err(TicketError::Refused { key: key.to_owned(), status }),
        status => return Err(TicketError::Failed { status }),
    }
    let body = response.bytes().await.map_err(lost)?;
    let ticket: Ticket = serde_json::from_slice(&body).map_err(TicketError::Unreadable)?;
    Ok(ticket.title)
}

fn lost(error: reqwest::Error) -> TicketError {
    if error.is_timeout() { TicketError::TimedOut(error) } else { TicketError::Unreachable(error) }
}

/// Returns the seconds of `Retry-After` (RFC 9110 section 10.2.3), or one.
fn wait(response: &Response) -> Duration {
    let seconds =
        response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(seconds.unwrap_or(1))
}

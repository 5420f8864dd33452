//! Calls of the tracker.

use crate::TicketError;
use errcode_core::{Failure, Hinted as _};
use errcode_reqwest::{HttpError, HttpFault, Peer};
use errcode_resilience::{Budget, Class, Classify, Dependency, Jitter, Policy, Retry};
use reqwest::{Client, redirect};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Tasks fail for reasons of their own here, so a few of them must not use up the retries of all.
static TRACKER: Dependency = Dependency::new("tracker").retry_budget(Budget::new(100, 0.1));

/// The tracker.
#[derive(Clone, Debug)]
pub struct Tracker {
    client: Client,
    address: String,
    peer: Peer<LimitIsTheQueues>,
}

#[derive(Deserialize)]
struct Ticket {
    title: String,
}

#[derive(Serialize)]
struct Comment<'a> {
    text: &'a str,
}

/// Retries what the faults say, except for a 429: a limit is the queue's to wait for, and a task that waited here would
/// hold a place meanwhile.
#[derive(Clone, Copy, Debug)]
struct LimitIsTheQueues;

impl<T> Classify<T, HttpError> for LimitIsTheQueues {
    fn classify(&self, result: &Result<T, HttpError>) -> Class {
        match result {
            Ok(_) => Class::SUCCESS,
            Err(error) if error.status() == Some(429) => Class::IGNORED,
            Err(error) => error.hints().into(),
        }
    }
}

impl Tracker {
    /// Creates the client of the tracker at this address. A call is made up to three times; between two calls, the
    /// task's own retries come later and are fewer.
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
        let retry =
            Retry::new(3).base(Duration::from_millis(100)).factor(1.0).jitter(Jitter::Equal);
        let policy = Policy::new(&TRACKER).deadline(Duration::from_secs(5)).retry(retry);
        let peer = Peer::new(policy.classify(LimitIsTheQueues)).max_body(64 * 1024);
        Ok(Self { client, address: address.into(), peer })
    }

    /// Returns the title of a ticket.
    ///
    /// # Errors
    ///
    /// Returns what the tracker said, or why it said nothing.
    pub async fn title(&self, key: &str) -> Result<String, Failure> {
        let request = self.client.get(format!("{}/tickets/{key}", self.address));
        let ticket = self.peer.call(request).json::<Ticket>().await;
        Ok(ticket.map_err(|error| error.map(|error| code_of(error, key)))?.title)
    }

    /// Adds a comment to a ticket. The tracker adds one for each idempotency key, so the call is repeated as others.
    ///
    /// # Errors
    ///
    /// Returns what the tracker said, or why it said nothing.
    pub async fn comment(&self, key: &str, text: &str, once: &str) -> Result<(), Failure> {
        let request = self.client.post(format!("{}/tickets/{key}/comments", self.address));
        let request = request.json(&Comment { text });
        let answer = self.peer.call(request).idempotency_key(once).send().await;
        answer.map_err(|error| error.map(|error| code_of(error, key)))?;
        Ok(())
    }
}

/// Returns the bot's code for what went wrong.
fn code_of(error: HttpError, key: &str) -> TicketError {
    let key = || key.to_owned();
    match error.fault() {
        HttpFault::Timeout => TicketError::TimedOut(error),
        HttpFault::Status(404) => TicketError::NotFound { key: key() },
        HttpFault::Status(429) => {
            let wait = error.retry_after().unwrap_or(Duration::from_secs(1));
            TicketError::Limited { wait }
        }
        HttpFault::Status(status @ 400..=499) => TicketError::Refused { key: key(), status },
        HttpFault::Status(status) => TicketError::Failed { status },
        HttpFault::Unreadable | HttpFault::TooLarge { .. } => TicketError::Unreadable(error),
        _ => TicketError::Unreachable(error),
    }
}

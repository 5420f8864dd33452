//! Peers.

use crate::Call;
use errcode_resilience::{ByHints, Policy};
use reqwest::RequestBuilder;
use std::time::Duration;

/// A service that is called by HTTP, with the [`Policy`] of the calls.
///
/// It is cheap to keep in a `static`. The HTTP client stays the caller's: each request comes from a
/// [`reqwest::Client`], with all that reqwest can do.
///
/// ```
/// use errcode_reqwest::Peer;
/// use errcode_resilience::{Dependency, Policy, Retry};
/// use std::{sync::LazyLock, time::Duration};
///
/// static TRACKER: Dependency = Dependency::new("tracker");
/// static PEER: LazyLock<Peer> = LazyLock::new(|| {
///     let policy = Policy::new(&TRACKER).retry(Retry::new(3)).attempt_timeout(Duration::from_secs(2));
///     Peer::new(policy).max_body(64 * 1024)
/// });
/// assert_eq!(PEER.policy().dependency().name(), "tracker");
/// ```
#[derive(Clone, Debug)]
pub struct Peer<C = ByHints> {
    policy: Policy<C>,
    settings: Settings,
}

/// What applies to each attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) dependency: &'static str,
    pub(crate) max_body: u64,
    pub(crate) idle_timeout: Duration,
    pub(crate) propagates: bool,
}

impl<C> Peer<C> {
    /// Creates a peer with the policy of its calls.
    #[must_use]
    pub fn new(policy: Policy<C>) -> Self {
        let settings = Settings {
            dependency: policy.dependency().name(),
            max_body: 4 * 1024 * 1024,
            idle_timeout: Duration::from_secs(30),
            propagates: true,
        };
        Self { policy, settings }
    }

    /// Sets the largest body of an answer, in bytes. Default: 4 MiB. A larger one fails without being read to its
    /// end. A [stream](Call::stream) has no such limit.
    #[must_use]
    pub fn max_body(mut self, bytes: u64) -> Self {
        self.settings.max_body = bytes;
        self
    }

    /// Sets the longest wait for the next piece of a body. Default: 30 seconds.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.idle_timeout = timeout;
        self
    }

    /// Sends no ids, no baggage and no deadline, for services of others.
    #[must_use]
    pub fn without_context(mut self) -> Self {
        self.settings.propagates = false;
        self
    }

    /// Returns the policy, for example to force its circuit breaker open.
    #[must_use]
    pub fn policy(&self) -> &Policy<C> {
        &self.policy
    }

    /// Makes a call of a request. Nothing is sent until one of its methods reads the answer.
    pub fn call(&self, request: RequestBuilder) -> Call<'_, C> {
        Call::new(&self.policy, self.settings, request)
    }
}

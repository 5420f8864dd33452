//! Calls.

use crate::{HttpError, Streaming, attempt::Attempts, error::noted, peer::Settings};
use bytes::Bytes;
use errcode_resilience::{ByHints, CallError, Classify, Policy};
use http::{Method, Response};
use reqwest::{Client, Request, RequestBuilder};

/// A call that is about to be made. One of its methods sends it, and says how the answer is read: the policy includes
/// the reading.
///
/// GET, HEAD, OPTIONS, TRACE, PUT and DELETE are repeated as the policy says (RFC 9110 section 9.2.2). A POST or PATCH
/// is repeated only with an [idempotency key](Self::idempotency_key), and a request whose body is a stream never.
///
/// An answer is a success if its status is 2xx.
#[must_use = "a call does nothing until its answer is read, for example by `send`"]
pub struct Call<'p, C = ByHints> {
    policy: &'p Policy<C>,
    settings: Settings,
    client: Client,
    request: Result<Request, HttpError>,
    has_key: bool,
}

impl<'p, C> Call<'p, C> {
    pub(crate) fn new(policy: &'p Policy<C>, settings: Settings, request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.map_err(|error| HttpError::invalid(settings.dependency, error));
        Self { policy, settings, client, request, has_key: false }
    }

    /// Sets the header `Idempotency-Key`, by which the peer recognizes a repetition
    /// (draft-ietf-httpapi-idempotency-key-header-07), so that the call may be repeated. Use the same key for the same
    /// work, also in later calls: derive it from the work, not from a random number.
    ///
    /// A key has 1 to 255 visible ASCII characters or spaces; the call fails with any other.
    pub fn idempotency_key(mut self, key: &str) -> Self {
        let dependency = self.settings.dependency;
        self.request = self.request.and_then(|mut request| {
            crate::idempotency_key::set(request.headers_mut(), key)
                .map_err(|error| HttpError::invalid(dependency, error))?;
            Ok(request)
        });
        self.has_key = true;
        self
    }

    /// Returns whether the call may be made more than once.
    fn is_repeatable(&self) -> bool {
        let Ok(request) = &self.request else { return false };
        let is_write = matches!(*request.method(), Method::POST | Method::PATCH | Method::CONNECT);
        let is_known = !is_write && is_standard(request.method());
        let is_copyable = request.body().is_none_or(|body| body.as_bytes().is_some());
        (is_known || self.has_key) && is_copyable
    }

    /// Makes the call, and reads the whole answer.
    ///
    /// # Errors
    ///
    /// Returns the error of the last attempt, or the reason why there was none.
    pub async fn send(self) -> Result<Response<Bytes>, CallError<HttpError>>
    where
        C: Classify<Response<Bytes>, HttpError>,
    {
        self.read(|_, response| Ok(response)).await
    }

    /// Makes the call, and returns the body.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send).
    pub async fn bytes(self) -> Result<Bytes, CallError<HttpError>>
    where
        C: Classify<Bytes, HttpError>,
    {
        self.read(|_, response| Ok(response.into_body())).await
    }

    /// Makes the call, and reads the body as UTF-8.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send); a body that is not UTF-8 is an [`HttpFault::Unreadable`](crate::HttpFault).
    pub async fn text(self) -> Result<String, CallError<HttpError>>
    where
        C: Classify<String, HttpError>,
    {
        self.read(|dependency, response| {
            let status = response.status();
            // The error of the standard library has the bytes; the one of `str` only says where they are.
            let text = str::from_utf8(response.body()).map(str::to_owned);
            text.map_err(|error| HttpError::unreadable(dependency, status, error))
        })
        .await
    }

    /// Makes the call, and reads the body as JSON.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send); a body of another shape is an [`HttpFault::Unreadable`](crate::HttpFault). The error
    /// says where the body is wrong, without its values.
    #[cfg(feature = "json")]
    pub async fn json<T: serde_core::de::DeserializeOwned>(self) -> Result<T, CallError<HttpError>>
    where
        C: Classify<T, HttpError>,
    {
        self.read(|dependency, response| {
            let status = response.status();
            let read = crate::json::read(response.body());
            read.map_err(|error| HttpError::unreadable(dependency, status, error))
        })
        .await
    }

    async fn read<T>(
        self,
        read: impl Fn(&'static str, Response<Bytes>) -> Result<T, HttpError>,
    ) -> Result<T, CallError<HttpError>>
    where
        C: Classify<T, HttpError>,
    {
        let (policy, is_repeatable) = (self.policy, self.is_repeatable());
        let mut attempts = Attempts::new(self.settings, self.client, self.request, is_repeatable);
        let result = if is_repeatable {
            policy.call(|| Box::pin(attempts.next().answer(&read))).await
        } else {
            policy.call_once(|| Box::pin(attempts.next().answer(&read))).await
        };
        result.map_err(noted)
    }

    /// Makes the call, and returns the body as a stream once the peer has begun to answer.
    ///
    /// It may be repeated until then. The policy's deadline, and any other deadline of the current work, limits the
    /// stream too; its attempt timeout does not. Until its end it is one of the concurrent calls that are limited. A
    /// stream that fails counts as one failure of the peer, as does a peer that does not begin.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send).
    pub async fn stream(self) -> Result<Streaming, CallError<HttpError>>
    where
        C: Classify<Streaming, HttpError>,
    {
        let (policy, is_repeatable) = (self.policy, self.is_repeatable());
        let mut attempts = Attempts::new(self.settings, self.client, self.request, is_repeatable);
        let result = if is_repeatable {
            policy.open(|| Box::pin(attempts.next().streaming())).await
        } else {
            policy.open_once(|| Box::pin(attempts.next().streaming())).await
        };
        result.map(Streaming::begun).map_err(noted)
    }
}

/// Returns whether RFC 9110 defines the method: what others mean is not known.
fn is_standard(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE, Method::PUT, Method::DELETE]
        .contains(method)
}

/// Without headers and URL, which may have secrets.
impl<C> std::fmt::Debug for Call<'_, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("dependency", &self.settings.dependency)
            .field("method", &self.request.as_ref().ok().map(Request::method))
            .finish_non_exhaustive()
    }
}

//! One attempt: the request with the ids, the head of the answer, its body.

use crate::{HttpError, Streaming, observed::Observed, peer::Settings, reading::Reading};
use bytes::Bytes;
use errcode_runtime::{Context, header_names};
use http::{HeaderMap, HeaderName, HeaderValue, Response, response::Parts};
use reqwest::{Body, Client, Request};
use tokio::time::Instant;

/// The attempts of one call.
pub(crate) struct Attempts {
    settings: Settings,
    client: Client,
    request: Option<Result<Request, HttpError>>,
    is_repeatable: bool,
    made: u32,
}

impl Attempts {
    pub(crate) fn new(
        settings: Settings,
        client: Client,
        request: Result<Request, HttpError>,
        is_repeatable: bool,
    ) -> Self {
        Self { settings, client, request: Some(request), is_repeatable, made: 0 }
    }

    pub(crate) fn next(&mut self) -> Attempt {
        let copy = match &self.request {
            Some(Ok(request)) if self.is_repeatable => request.try_clone().map(Ok),
            _ => self.request.take(),
        };
        let retries = self.made;
        self.made += 1;
        let unsent = || Err(HttpError::invalid(self.settings.dependency, "it cannot be repeated"));
        let request = copy.unwrap_or_else(unsent);
        Attempt { settings: self.settings, client: self.client.clone(), request, retries }
    }
}

/// An attempt that is about to be made.
pub(crate) struct Attempt {
    settings: Settings,
    client: Client,
    request: Result<Request, HttpError>,
    retries: u32,
}

impl Attempt {
    /// Sends the request, reads the answer and its body, and reports the attempt.
    pub(crate) async fn answer<T>(
        self,
        read: &impl Fn(&'static str, Response<Bytes>) -> Result<T, HttpError>,
    ) -> Result<T, HttpError> {
        let (dependency, most) = (self.settings.dependency, self.settings.max_body);
        let (observed, head, reading) = self.begin().await?;
        let body = reading.all(most).await;
        let result = body.and_then(|body| read(dependency, Response::from_parts(head, body)));
        observed.end(result.as_ref().err());
        result
    }

    /// Sends the request and reads the head of the answer. The stream reports the attempt.
    pub(crate) async fn streaming(self) -> Result<Streaming, HttpError> {
        let (observed, head, reading) = self.begin().await?;
        let due = errcode_runtime::deadline();
        Ok(Streaming::new(observed, head, reading.until(due)))
    }

    async fn begin(self) -> Result<(Observed, Parts, Reading), HttpError> {
        let Settings { dependency, idle_timeout, propagates, .. } = self.settings;
        // A request that cannot be built is not a call.
        let mut request = self.request?;
        let context = Context::current();
        if propagates {
            propagate(context.as_ref(), request.headers_mut());
        }
        let mut observed = Observed::new(dependency, &request, self.retries, context);
        match self.client.execute(request).await {
            Ok(response) => {
                let (head, body) = Response::<Body>::from(response).into_parts();
                observed.answered(head.status);
                if head.status.is_success() {
                    let reading = Reading::new(body, dependency, head.status, idle_timeout);
                    return Ok((observed, head, reading));
                }
                let error = HttpError::answered(dependency, head.status, &head.headers);
                observed.end(Some(&error));
                Err(error)
            }
            Err(error) => {
                let error = HttpError::unanswered(dependency, error);
                observed.end(Some(&error));
                Err(error)
            }
        }
    }
}

/// Adds the ids, the baggage and the deadline of the current work. A header that the caller has set stays.
fn propagate(context: Option<&Context>, headers: &mut HeaderMap) {
    let add = |(name, value): (&'static str, String)| {
        // The context gives valid headers only.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.entry(HeaderName::from_static(name)).or_insert(value);
        }
    };
    match context {
        Some(context) => context.outgoing().into_iter().for_each(add),
        None => {
            let left = errcode_runtime::deadline()
                .map(|at| at.saturating_duration_since(Instant::now()).as_millis().to_string());
            left.map(|left| (header_names::X_REQUEST_TIMEOUT_MS, left)).into_iter().for_each(add);
        }
    }
}

//! Answers as streams.

use crate::{HttpError, observed::Observed, reading::Reading};
use bytes::Bytes;
use errcode_core::Hinted as _;
use errcode_resilience::{CallEnd, Ongoing};
use futures_core::Stream;
use http::{HeaderMap, StatusCode, response::Parts};
use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// An answer whose body arrives piece by piece.
///
/// ```no_run
/// use errcode_core::Failure;
/// use errcode_reqwest::Peer;
///
/// async fn print(peer: &Peer, client: &reqwest::Client) -> Result<(), Failure> {
///     let mut answer = peer.call(client.get("http://llm/answers/17")).stream().await?;
///     while let Some(piece) = answer.next().await? {
///         print!("{}", String::from_utf8_lossy(&piece));
///     }
///     Ok(())
/// }
/// ```
///
/// It ends with `None`, or with one error and then `None`. The end is one `external` event with the duration of the
/// whole answer, and one result for the breaker; a stream that is dropped before is an event, and counts neither way.
#[derive(Debug)]
pub struct Streaming {
    head: Parts,
    reading: Reading,
    /// Until the end.
    open: Option<(Observed, Option<CallEnd>)>,
}

impl Streaming {
    pub(crate) fn new(observed: Observed, head: Parts, reading: Reading) -> Self {
        Self { head, reading, open: Some((observed, None)) }
    }

    /// Takes the call's end over from the policy.
    pub(crate) fn begun(begun: Ongoing<Self>) -> Self {
        let Ongoing { value: mut stream, end, .. } = begun;
        if let Some((_, open)) = &mut stream.open {
            *open = Some(end);
        }
        stream
    }

    /// Returns the status, which is 2xx.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Returns the next piece, which is not empty; `None` at the end.
    ///
    /// # Errors
    ///
    /// Returns why the stream ended before its end. There is no retry: a part of it has been used.
    pub async fn next(&mut self) -> Result<Option<Bytes>, HttpError> {
        poll_fn(|context| self.poll_piece(context)).await.transpose()
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, HttpError>>> {
        if self.open.is_none() {
            return Poll::Ready(None);
        }
        let next = ready!(self.reading.poll_next(context));
        match &next {
            Some(Ok(_)) => {}
            Some(Err(error)) => self.close(Some(error)),
            None => self.close(None),
        }
        Poll::Ready(next)
    }

    fn close(&mut self, error: Option<&HttpError>) {
        let Some((observed, end)) = self.open.take() else { return };
        observed.end(error);
        match (end, error) {
            (Some(end), None) => end.success(),
            (Some(end), Some(error)) if error.hints().breaker => end.failure(),
            (Some(_) | None, _) => {}
        }
    }
}

impl Stream for Streaming {
    type Item = Result<Bytes, HttpError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_piece(context)
    }
}

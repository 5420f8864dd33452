//! The body of an answer, piece by piece.

use crate::{HttpError, HttpFault};
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body::Body as _;
use reqwest::Body;
use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// A body that is read, and how long each wait for a piece may be.
#[derive(Debug)]
pub(crate) struct Reading {
    body: Body,
    dependency: &'static str,
    status: StatusCode,
    idle_timeout: Duration,
    due: Option<Instant>,
    /// Runs while a piece is awaited.
    timer: Option<(Pin<Box<Sleep>>, HttpFault)>,
}

impl Reading {
    pub(crate) fn new(
        body: Body,
        dependency: &'static str,
        status: StatusCode,
        idle_timeout: Duration,
    ) -> Self {
        Self { body, dependency, status, idle_timeout, due: None, timer: None }
    }

    /// Ends it at a deadline. During an attempt the policy does that.
    pub(crate) fn until(self, due: Option<Instant>) -> Self {
        Self { due, ..self }
    }

    /// Reads all of it, at most this number of bytes.
    pub(crate) async fn all(mut self, limit: u64) -> Result<Bytes, HttpError> {
        let too_large = |of: &Self| of.error(HttpFault::TooLarge { limit });
        // The length that the head promises.
        if self.body.size_hint().lower() > limit {
            return Err(too_large(&self));
        }
        let mut all = BytesMut::new();
        while let Some(piece) = poll_fn(|context| self.poll_next(context)).await {
            let piece = piece?;
            if (all.len() + piece.len()) as u64 > limit {
                return Err(too_large(&self));
            }
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }

    /// Polls for the next piece; `None` at the end. Trailers are skipped.
    pub(crate) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, HttpError>>> {
        loop {
            match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Pending => {
                    return self.poll_timer(context).map(|fault| Some(Err(self.error(fault))));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => {
                    let fault =
                        if error.is_timeout() { HttpFault::Timeout } else { HttpFault::CutOff };
                    let error = self.error(fault).because(error.without_url());
                    return Poll::Ready(Some(Err(error)));
                }
                Poll::Ready(Some(Ok(frame))) => {
                    self.timer = None;
                    if let Ok(piece) = frame.into_data()
                        && !piece.is_empty()
                    {
                        return Poll::Ready(Some(Ok(piece)));
                    }
                }
            }
        }
    }

    fn poll_timer(&mut self, context: &mut Context<'_>) -> Poll<HttpFault> {
        let (timer, fault) = self.timer.get_or_insert_with(|| {
            let idle = Instant::now().checked_add(self.idle_timeout);
            let at = match (idle, self.due) {
                (Some(idle), Some(due)) => idle.min(due),
                (idle, due) => idle.or(due).unwrap_or_else(Instant::now),
            };
            let fault = if Some(at) == self.due { HttpFault::Deadline } else { HttpFault::Idle };
            (Box::pin(sleep_until(at)), fault)
        });
        timer.as_mut().poll(context).map(|()| *fault)
    }

    fn error(&self, fault: HttpFault) -> HttpError {
        HttpError::new(fault, self.dependency).of(self.status)
    }
}

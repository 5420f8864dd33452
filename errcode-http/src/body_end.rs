//! The end of a streaming body.

use crate::beginning::is_sent;
use errcode_runtime::{Served, boundary::Boundary};
use http::{Method, StatusCode};

/// What the events at the end of a streaming body need: one access event and, before it, a failure if the body fails.
///
/// Dropped before its [`end`](Self::end), it reports the body as aborted: the client did not wait for the rest, a layer
/// around dropped it, or the server never polled it.
#[derive(Debug)]
pub struct BodyEnd {
    boundary: Boundary,
    method: Method,
    path: String,
    route: Option<Box<str>>,
    status: StatusCode,
    sent: u64,
    ended: bool,
    failed: bool,
}

impl BodyEnd {
    /// Creates the events of a body that is sent with this status.
    #[must_use]
    pub fn new(
        boundary: Boundary,
        method: Method,
        path: impl Into<String>,
        route: Option<&str>,
        status: StatusCode,
    ) -> Self {
        let (path, route) = (path.into(), route.map(Into::into));
        Self { boundary, method, path, route, status, sent: 0, ended: false, failed: false }
    }

    /// Returns the boundary of the request.
    #[must_use]
    pub fn boundary(&self) -> &Boundary {
        &self.boundary
    }

    /// Counts bytes that were sent.
    pub fn sent(&mut self, bytes: usize) {
        self.sent += bytes as u64;
    }

    /// Returns whether the body is sent at all.
    pub(crate) fn is_sent(&self) -> bool {
        is_sent(&self.method, self.status)
    }

    fn served(&self) -> Served<'_> {
        let mut served = served(&self.method, &self.path, self.route.as_deref(), self.status);
        (served.duration, served.bytes_sent) = (self.boundary.elapsed(), Some(self.sent));
        served.phase = self.failed.then_some("body");
        served
    }

    /// Reports that the body failed, with `report` in the boundary, and ends it.
    pub fn fail(&mut self, report: impl FnOnce(&Boundary, Served<'_>)) {
        self.failed = true;
        self.boundary.within(|| report(&self.boundary, self.served()));
        self.end(Some("aborted"));
    }

    /// Writes the access event, once. Without an outcome of its own the body is a success.
    pub fn end(&mut self, outcome: Option<&'static str>) {
        if !self.ended {
            self.ended = true;
            self.boundary.within(|| {
                let mut served = self.served();
                served.outcome = outcome;
                served.emit_access();
            });
        }
    }
}

/// Returns the facts about an exchange for its event.
pub(crate) fn served<'a>(
    method: &'a Method,
    path: &'a str,
    route: Option<&'a str>,
    status: StatusCode,
) -> Served<'a> {
    let mut served = Served::default();
    served.method = Some(method.as_str());
    served.uri = Some(path);
    served.route = route;
    served.http_status = Some(status.as_u16());
    served
}

impl Drop for BodyEnd {
    fn drop(&mut self) {
        self.end(Some("aborted"));
    }
}

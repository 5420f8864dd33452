//! The status that answers a call, and its failure.

use crate::{
    carried::{self, Content},
    code, status, untyped,
};
use errcode_core::Failure;
use errcode_runtime::{Served, boundary::Boundary};
use http::{HeaderMap, HeaderValue};
use std::{error::Error as _, sync::Arc};
use tonic::{Code, Status, metadata::MetadataMap};

/// The status to send, and the failure to report.
pub(crate) struct Answer {
    pub(crate) status: Status,
    failure: Failure,
    broken: Option<String>,
    is_untyped: bool,
    /// The status is not the one that the service sent.
    is_rewritten: bool,
}

impl Answer {
    /// Creates the answer to a failure, in this boundary.
    pub(crate) fn to(failure: Failure, boundary: &Boundary) -> Self {
        let status = status::of(failure.clone(), Some(boundary.context().clone()));
        let broken = carried::of(&status).and_then(|content| content.broken.clone());
        Self { status, failure, broken, is_untyped: false, is_rewritten: true }
    }

    /// Creates the answer for a status of the service, which may carry a failure. Metadata that the service added is
    /// kept.
    pub(crate) fn of(status: Status, carried: Option<&Content>, boundary: &Boundary) -> Self {
        let Some(content) = carried else { return Self::of_untyped(status, boundary) };
        let failure = content.error.failure().clone();
        if content.context.as_ref().is_some_and(|context| context.is_same(boundary.context())) {
            let broken = content.broken.clone();
            return Self { status, failure, broken, is_untyped: false, is_rewritten: false };
        }
        // It was made without this context, for example in a detached task, so it lacks ids, language and catalog.
        Self::to(failure, boundary).keeping(&status)
    }

    fn of_untyped(status: Status, boundary: &Boundary) -> Self {
        let refusal = || untyped::refusal(status.code(), status.message());
        match caused(&status, boundary).or_else(refusal) {
            Some(failure) => Self::to(failure, boundary).keeping(&status),
            None => {
                let failure = untyped::left(status.code());
                Self { status, failure, broken: None, is_untyped: true, is_rewritten: false }
            }
        }
    }

    pub(crate) fn is_rewritten(&self) -> bool {
        self.is_rewritten
    }

    /// Adds the metadata that the service set.
    fn keeping(mut self, before: &Status) -> Self {
        let mut headers = before.metadata().clone().into_headers();
        for name in self.status.metadata().clone().into_headers().keys() {
            headers.remove(name);
        }
        headers.extend(self.status.metadata().clone().into_headers());
        *self.status.metadata_mut() = MetadataMap::from_headers(headers);
        self
    }

    /// Reports the failure with the HTTP status of its code.
    pub(crate) fn report(&self, boundary: &Boundary, mut served: Served<'_>) {
        served.http_status = Some(code::to_http(self.status.code()));
        if self.is_untyped {
            return boundary.report_untyped(&self.failure, served);
        }
        let catalog = boundary.context().catalog();
        served.http_status = boundary
            .call(|| catalog.map(|catalog| catalog.public(&self.failure).spec().status()))
            .ok()
            .flatten()
            .or(served.http_status);
        boundary.report(&self.failure, served, self.broken.as_deref());
    }
}

/// Returns the typed error that a status was made of, for example by `Status::from_error`, which gives it no code and
/// its `Display` text.
fn caused(status: &Status, boundary: &Boundary) -> Option<Failure> {
    status.source()?;
    let catalog = boundary.context().catalog()?;
    boundary.call(|| catalog.recognize(Box::new(status.clone())).ok()).ok().flatten()
}

/// Returns the status in headers or trailers, without its details and metadata.
pub(crate) fn status_in(headers: &HeaderMap) -> Option<Status> {
    let code = Code::from_bytes(headers.get("grpc-status")?.as_bytes());
    let message = headers.get("grpc-message").map(HeaderValue::as_bytes).unwrap_or_default();
    Some(Status::new(code, String::from_utf8_lossy(message).replace("%20", " ")))
}

/// Returns the answer for the failure in the trailers of a body, if there is one. `dropped` has the contents of the
/// statuses that were dropped while the trailers were made.
pub(crate) fn ended(
    trailers: &HeaderMap,
    dropped: &[Arc<Content>],
    boundary: &Boundary,
) -> Option<Answer> {
    let code = status_in(trailers).filter(|status| status.code() != Code::Ok)?;
    let metadata = MetadataMap::from_headers(trailers.clone());
    let details = metadata.get_bin("grpc-status-details-bin").and_then(|bin| bin.to_bytes().ok());
    let carried = dropped.iter().rev().find(|content| details.as_ref() == Some(&content.details));
    Some(Answer::of(code, carried.map(|content| &**content), boundary))
}

//! The parts for adapters of other protocols over HTTP, for example gRPC.
//!
//! [`Work`] runs a service in the [`Boundary`](errcode_runtime::boundary::Boundary) of a request, [`context_of`] and
//! [`write_ids`] read and write the ids, [`BodyEnd`] reports how a streaming body ended. An adapter of a web framework
//! needs none of it: it implements [`Framework`](crate::Framework).

#[cfg(feature = "inject")]
pub use crate::inject::drill_of;
pub use crate::{
    body_end::BodyEnd,
    headers::{context_of, write_ids},
    work::{InFlight, Work},
};
use crate::{error_of, matched::Matched, untyped};
use bytes::Bytes;
use errcode_core::Failure;
use http::Response;
use http_body::Body;

/// In a response's extensions: the adapter below reports how the request ended, so that a layer around it writes no
/// access event.
#[derive(Clone, Copy, Debug)]
pub struct Reported;

/// Returns the failure of a response with status 400 or more: its typed error, or else the fault that its
/// status, type and text indicate.
pub fn failure_of<B>(response: &mut Response<B>) -> Option<Failure>
where
    B: Body<Data = Bytes> + Unpin,
{
    if let Some(failure) = error_of(response) {
        return Some(failure.clone());
    }
    untyped::has_failed(response.status()).then(|| {
        let matched = Matched::<&str>::Unknown;
        untyped::failure_of(response, &matched, crate::Foreign::PlainText)
            .unwrap_or_else(|| untyped::left(response, &matched))
    })
}

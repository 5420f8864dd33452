//! The parts for adapters of other protocols over HTTP, for example gRPC.
//!
//! [`Work`] runs a service in the [`Boundary`](errcode_runtime::boundary::Boundary) of a request, [`context_of`] and
//! [`write_ids`] read and write the ids, [`BodyEnd`] reports how a streaming body ended, and [`watch`] does so for one
//! of plain HTTP. An adapter of a web framework needs none of it: it implements [`Framework`].
//!
//! ```
//! use bytes::Bytes;
//! use errcode_core::{Catalog, Failure, wire};
//! use errcode_http::{X_REQUEST_ID, adapter::{InFlight, Work, context_of, write_ids}};
//! use errcode_runtime::{Served, boundary::Boundary};
//! use http::{Request, Response};
//!
//! /// What the adapter keeps of a call.
//! struct Call {
//!     boundary: Boundary,
//!     path: String,
//! }
//!
//! impl InFlight for Call {
//!     fn boundary(&self) -> &Boundary {
//!         &self.boundary
//!     }
//!     fn path(&self) -> &str {
//!         &self.path
//!     }
//! }
//!
//! /// Answers a call of a protocol whose failures have the status 200, as in JSON-RPC.
//! async fn answer<F>(catalog: &'static Catalog, request: &Request<()>, handle: impl FnOnce() -> F) -> Response<Bytes>
//! where
//!     F: Future<Output = Result<Bytes, Failure>>,
//! {
//!     let context = context_of(request, &X_REQUEST_ID, catalog).build();
//!     let call = Call { boundary: Boundary::open(context), path: request.uri().path().to_owned() };
//!     let (call, ended) = Work::start(call, handle).await;
//!     let context = call.boundary.context();
//!     let body = ended.and_then(|result| result).unwrap_or_else(|failure| {
//!         call.boundary.within(|| call.boundary.report(&failure, Served::default(), None));
//!         wire::body(&failure, Some(catalog), context.ids()).into()
//!     });
//!     let mut response = Response::new(body);
//!     write_ids(context, &X_REQUEST_ID, response.headers_mut());
//!     response
//! }
//!
//! # #[derive(Debug, errcode_core::AppError)]
//! # #[error("no method {0}", code = "R1001", status = 404)]
//! # struct NoMethod(&'static str);
//! # errcode_core::catalog! { static CATALOG = [NoMethod]; }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let request = Request::post("/rpc").body(()).unwrap();
//! let response = answer(&CATALOG, &request, async || Err(NoMethod("sum"))?).await;
//! assert!(response.headers().contains_key("x-request-id"));
//! assert!(response.body().starts_with(br#"{"success":false,"error":{"code":"R1001","#));
//! # }
//! ```

#[cfg(feature = "inject")]
pub use crate::inject::drill_of;
use crate::{
    Framework, MaybeReplaced, Plain, Watched, beginning::unread, error_of, matched::Matched,
    untyped,
};
pub use crate::{
    body_end::BodyEnd,
    headers::{context_of, write_ids},
    work::{InFlight, Work},
};
use bytes::Bytes;
use errcode_core::Failure;
use errcode_runtime::boundary::BoxError;
use http::Response;
use http_body::Body;

/// In a response's extensions: the adapter below reports how the request ended, so that a layer around it writes no
/// access event.
#[derive(Clone, Copy, Debug)]
pub struct Reported;

/// Returns the response with a body that runs in the context of its request, and whose end is reported.
pub fn watch<R>(response: Response<R>, mut end: BodyEnd) -> Response<MaybeReplaced<R>>
where
    R: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    if response.body().is_end_stream() || !end.is_sent() {
        end.end(None);
        return response.map(<Plain as Framework<(), R>>::body);
    }
    let part = unread(&response);
    let watched = |body| Watched::new(body, part, end);
    response.map(|body| <Plain as Framework<(), R>>::streaming(watched(body)))
}

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

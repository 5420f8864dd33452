//! One call and its response.

use crate::{
    answer::{Answer, status_in},
    body::Watched,
    carried,
};
use bytes::Bytes;
use errcode_core::{Catalog, Failure};
use errcode_http::{
    MaybeReplaced,
    adapter::{self, BodyEnd, InFlight, Reported},
};
use errcode_runtime::{
    Served,
    boundary::{Boundary, BoxError},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, Uri, header};
use std::sync::Arc;
use tonic::{Code, Status, body::Body};

/// The settings of the layer.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) catalog: &'static Catalog,
    pub(crate) request_id: HeaderName,
    #[cfg(feature = "inject")]
    pub(crate) drill_key: Option<Arc<errcode_core::drill::DrillKey>>,
}

/// The facts about a call that its response needs.
pub(crate) struct Call {
    pub(crate) boundary: Boundary,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    /// The client speaks gRPC.
    pub(crate) is_grpc: bool,
    /// A layer for HTTP around this one has the request too.
    pub(crate) is_nested: bool,
    pub(crate) settings: Arc<Settings>,
}

impl InFlight for Call {
    fn boundary(&self) -> &Boundary {
        &self.boundary
    }

    fn path(&self) -> &str {
        self.uri.path()
    }

    fn abandoned(&self) {
        if !self.is_nested {
            self.boundary.abandoned(Some(self.path()));
        }
    }
}

/// Returns whether the headers are those of a gRPC message.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type.is_some_and(|kind| kind.starts_with(b"application/grpc"))
}

fn is_web(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type.is_some_and(|kind| kind.starts_with(b"application/grpc-web"))
}

impl Call {
    fn served(&self, status: u16) -> Served<'_> {
        let mut served = Served::default();
        served.method = Some(self.method.as_str());
        served.uri = Some(self.uri.path());
        served.http_status = Some(status);
        served.duration = self.boundary.elapsed();
        served
    }

    /// Adds the ids, and tells a layer around this one that the events are written here.
    fn seal<B>(&self, response: &mut Response<B>) {
        let context = self.boundary.context();
        adapter::write_ids(context, &self.settings.request_id, response.headers_mut());
        if self.is_nested {
            response.extensions_mut().insert(Reported);
        }
    }

    /// Returns the response to a failure of the service.
    pub(crate) fn fail(&self, failure: Failure) -> Response<Body> {
        self.boundary.within(|| {
            if !self.is_grpc {
                let mut response: Response<MaybeReplaced<Body>> =
                    errcode_http::respond(failure.clone());
                self.boundary.report(&failure, self.served(response.status().as_u16()), None);
                self.seal(&mut response);
                return response.map(Body::new);
            }
            self.send(&Answer::to(failure, &self.boundary))
        })
    }

    /// Returns the response to an error of the service. An error that is a `Status` is treated as one.
    pub(crate) fn fail_with(&self, error: BoxError) -> Response<Body> {
        use crate::deadline::Expired;
        use errcode_core::FrameworkFault;
        if error.is::<Expired>() {
            return self.fail(Failure::fault(FrameworkFault::DeadlineExceeded, error.to_string()));
        }
        match error.downcast::<Status>() {
            Ok(status) => self.boundary.within(|| {
                let carried = carried::of(&status).cloned();
                self.send(&Answer::of(*status, carried.as_deref(), &self.boundary))
            }),
            Err(error) => {
                let catalog = self.settings.catalog;
                self.fail(errcode_runtime::boundary::lower_error(Some(catalog), error))
            }
        }
    }

    /// Reports the failure and returns its status as a response without messages (gRPC over HTTP/2, "Trailers-Only").
    fn send(&self, answer: &Answer) -> Response<Body> {
        answer.report(&self.boundary, self.served(0));
        let mut response = answer.status.clone().into_http::<Body>();
        self.seal(&mut response);
        response
    }

    /// Returns the service's response with the ids. A failure in it is reported, and rewritten where needed.
    pub(crate) fn answer<R>(self, mut response: Response<R>) -> Response<Body>
    where
        R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static,
    {
        if let Some(ended) = status_in(response.headers()) {
            return self.boundary.within(|| self.answer_ended(ended, response));
        }
        if is_grpc(response.headers()) || !self.is_failed(&response) {
            return self.watch(response);
        }
        self.boundary.within(|| {
            let failure = adapter::failure_of(&mut response);
            match failure {
                // A gRPC client does not read the response of a layer for plain HTTP.
                Some(failure) if self.is_grpc => self.send(&Answer::to(failure, &self.boundary)),
                Some(failure) => {
                    self.boundary.report(&failure, self.served(response.status().as_u16()), None);
                    self.seal(&mut response);
                    response.map(Body::new)
                }
                None => response.map(Body::new),
            }
        })
    }

    fn is_failed<R>(&self, response: &Response<R>) -> bool {
        let status = response.status();
        status.is_client_error() || status.is_server_error()
    }

    /// Returns the response of a service that ended the call without a message.
    fn answer_ended<R>(&self, ended: Status, mut response: Response<R>) -> Response<Body>
    where
        R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        // tonic keeps the status of an error, also of one with the code `OK`, here.
        let error = response.extensions_mut().remove::<Status>();
        if ended.code() == Code::Ok && error.is_none() {
            self.seal(&mut response);
            self.served(200).emit_access();
            return response.map(Body::new);
        }
        let whole = error.unwrap_or(ended);
        let carried = carried::of(&whole).cloned();
        let kept = whole.clone();
        let answer = Answer::of(whole, carried.as_deref(), &self.boundary);
        if answer.is_rewritten() {
            return self.send(&answer);
        }
        answer.report(&self.boundary, self.served(0));
        self.seal(&mut response);
        response.extensions_mut().insert(kept);
        response.map(Body::new)
    }

    /// Returns the response with a body whose end is reported: its trailers have the status.
    fn watch<R>(self, mut response: Response<R>) -> Response<Body>
    where
        R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static,
    {
        self.seal(&mut response);
        let path = self.uri.path().to_owned();
        let end = BodyEnd::new(self.boundary, self.method, path, None, response.status());
        // gRPC-Web has its trailers in the body.
        if is_grpc(response.headers()) && !is_web(response.headers()) {
            return response.map(|body| Body::new(Watched::new(body, end)));
        }
        adapter::watch(response, end).map(Body::new)
    }
}

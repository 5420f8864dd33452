//! What differs between frameworks.

use crate::{matched::Matched, watched::Watched};
use bytes::Bytes;
use errcode_runtime::boundary::BoxError;
use http::{Request, Uri};
use http_body::{Body, Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// A framework, as [`ErrorLayerFor`](crate::ErrorLayerFor) sees it: how it marks the route that a request matched,
/// and the body of its responses. Everything else is the same for all frameworks.
///
/// An adapter implements it for a type without values and names the layer: `type ErrorLayer =
/// ErrorLayerFor<OurFramework>`. Its own tests should cover an unknown route, a handler's empty 404 and a streaming
/// body.
pub trait Framework<RequestBody, ResponseBody>: 'static {
    /// The pattern of a route, for example `/projects/{id}`.
    type Route: AsRef<str> + Send + 'static;

    /// The body of the layer's answers.
    type Body: Body<Data = Bytes> + From<Bytes> + Unpin;

    /// Returns the route that the request matched, when it reaches the layer.
    fn matched(request: &Request<RequestBody>) -> Matched<Self::Route>;

    /// Returns the address that the client asked for. A framework that shortens it for nested routers keeps it
    /// elsewhere.
    fn uri(request: &Request<RequestBody>) -> &Uri {
        request.uri()
    }

    /// Converts the body of a response that the layer passes on.
    fn body(body: ResponseBody) -> Self::Body;

    /// Converts a streaming body whose end the layer watches.
    fn streaming(body: Watched<ResponseBody>) -> Self::Body;
}

/// No framework: any service of `http` types, for example hyper's or tower's.
#[derive(Clone, Copy, Debug)]
pub enum Plain {}

impl<Q, R> Framework<Q, R> for Plain
where
    R: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    type Route = &'static str;
    type Body = MaybeReplaced<R>;

    fn matched(_: &Request<Q>) -> Matched<Self::Route> {
        Matched::Unknown
    }

    fn body(body: R) -> Self::Body {
        MaybeReplaced(Kind::Kept(body))
    }

    fn streaming(body: Watched<R>) -> Self::Body {
        MaybeReplaced(Kind::Watched(body))
    }
}

/// The body of a response without a framework: the service's own, or one that the layer rendered. Neither is boxed.
#[derive(Debug)]
pub struct MaybeReplaced<R>(Kind<R>);

#[derive(Debug)]
enum Kind<R> {
    Kept(R),
    Watched(Watched<R>),
    Whole(Option<Bytes>),
}

impl<R> From<Bytes> for MaybeReplaced<R> {
    fn from(bytes: Bytes) -> Self {
        Self(Kind::Whole(Some(bytes).filter(|bytes| !bytes.is_empty())))
    }
}

impl<R> Body for MaybeReplaced<R>
where
    R: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Kind::Kept(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
            Kind::Watched(body) => Pin::new(body).poll_frame(cx),
            Kind::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Kept(body) => body.is_end_stream(),
            Kind::Watched(body) => body.is_end_stream(),
            Kind::Whole(bytes) => bytes.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Kept(body) => body.size_hint(),
            Kind::Watched(body) => body.size_hint(),
            Kind::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
        }
    }
}

//! Bodies of HTTP responses as calls that go on.

use super::{CallEnd, Finish, Ongoing};
use http::Response;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::{
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// Ends a call when the body of its response ends; see
/// [`PolicyLayer::until_body_ends`](super::PolicyLayer::until_body_ends).
#[derive(Clone, Copy, Debug, Default)]
pub struct UntilBodyEnds;

impl<B: Body> Finish<Response<B>> for UntilBodyEnds {
    type Output = Response<OngoingBody<B>>;
    const GOES_ON: bool = true;

    fn finish(&self, begun: Ongoing<Response<B>>) -> Self::Output {
        let Ongoing { value, end } = begun;
        value.map(|body| {
            let mut body = OngoingBody { body, end: Some(end) };
            if is_over(&body.body) {
                end_well(&mut body.end);
            }
            body
        })
    }
}

pin_project! {
    /// A body that ends its call with itself: an error of it is a failure of the dependency, and one that is dropped
    /// before its end counts neither way.
    #[derive(Debug)]
    pub struct OngoingBody<B> {
        #[pin]
        body: B,
        end: Option<CallEnd>,
    }
}

/// Returns whether no frame follows: then a server may never ask for one.
fn is_over(body: &impl Body) -> bool {
    body.is_end_stream() || body.size_hint().exact() == Some(0)
}

fn end_well(end: &mut Option<CallEnd>) {
    if let Some(end) = end.take() {
        end.success();
    }
}

/// Runs a part of the body. A panic in it counts as a failure, as one in the call does.
fn on_panic<R>(end: &mut Option<CallEnd>, run: impl FnOnce() -> R) -> R {
    struct Running<'a>(&'a mut Option<CallEnd>);
    impl Drop for Running<'_> {
        fn drop(&mut self) {
            if let Some(end) = self.0.take() {
                end.failure();
            }
        }
    }
    let running = Running(end);
    let result = run();
    mem::forget(running);
    result
}

impl<B: Body> Body for OngoingBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let body = this.body.as_mut();
        let frame = ready!(on_panic(this.end, || body.poll_frame(context)));
        match &frame {
            Some(Err(_)) => {
                if let Some(end) = this.end.take() {
                    end.failure();
                }
            }
            Some(Ok(frame)) if !frame.is_trailers() && !is_over(&*this.body) => {}
            Some(Ok(_)) | None => end_well(this.end),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

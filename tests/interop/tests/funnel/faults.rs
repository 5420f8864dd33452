//! What fails, the same for every adapter.

use errcode_core::{AppError, Failure, prelude::*};
use errcode_runtime::Context;
use std::{
    error::Error,
    fmt,
    future::{Future, pending},
    pin::Pin,
    task::{self, Poll},
    time::Duration,
};
use tower::{
    BoxError, Layer, Service, ServiceExt as _, limit::ConcurrencyLimit, load_shed::LoadShed,
    service_fn, timeout::Timeout,
};

/// Panics when it is shown.
#[derive(Debug)]
pub(crate) struct Nasty;

impl fmt::Display for Nasty {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no display")
    }
}

impl Error for Nasty {}

#[derive(Debug, AppError)]
pub(crate) enum ShopError {
    #[error("no item {id}", code = "E1", status = 404)]
    Missing { id: u32 },
    #[error("closed", code = "E2", status = 503, retryable(after = "2s"))]
    Closed,
    #[error("hidden", code = "E3", status = 409, internal)]
    Hidden,
    #[error("account {}", &.0[..4], code = "E4", status = 404)]
    NoAccount(String),
    #[error("caused", code = "E5", status = 502)]
    Caused(#[source] Nasty),
    #[error("shown", code = "E6", status = 409, user_msg = "shown {nasty}")]
    Shown { nasty: Nasty },
}

errcode_core::catalog! { pub(crate) static CATALOG = [ShopError]; service = "shop"; }

/// The work of a handler.
pub(crate) async fn work(case: &str) -> Result<(), Failure> {
    match case {
        "typed" | "in a context" | "in a layer" => Err(ShopError::Missing { id: 17 })?,
        "delayed" => Err(ShopError::Closed)?,
        "internal" => Err(ShopError::Hidden)?,
        "unexpected" => "no number".parse::<u8>().map(drop).unexpected("reading")?,
        "doing" => Err(ShopError::Closed).context("charging the card")?,
        "panic" => panic!("no shop"),
        "display" => Err(ShopError::NoAccount("ab".into()))?,
        "source" => Err(ShopError::Caused(Nasty))?,
        "user message" => Err(ShopError::Shown { nasty: Nasty })?,
        "client gone" => {
            tracing::info!(target: "app", event = "began");
            pending::<()>().await;
        }
        _ => {}
    }
    Ok(())
}

/// Returns the next part of a body that fails after its first one.
pub(crate) fn next_part(case: &str, at: usize) -> Option<Result<&'static str, Failure>> {
    match (at, case) {
        (0, _) => Some(Ok("one")),
        (1, "body") => Some(Err(ShopError::Closed.into())),
        (1, "body panic") => panic!("no item"),
        _ => None,
    }
}

/// Returns the case that a path names.
pub(crate) fn case_of(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().replace('-', " ")
}

pub(crate) fn path_of(case: &str) -> String {
    case.replace(' ', "-")
}

#[derive(Debug)]
struct Around(BoxError);

impl fmt::Display for Around {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a layer failed")
    }
}

impl Error for Around {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

type Boxed<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// The layers below, which fail some requests before they reach the service.
#[derive(Clone, Copy)]
pub(crate) struct Lower;

#[derive(Clone)]
pub(crate) struct Below<S>(S);

impl<S> Layer<S> for Lower {
    type Service = Below<S>;
    fn layer(&self, inner: S) -> Below<S> {
        Below(inner)
    }
}

impl<S, Q> Service<http::Request<Q>> for Below<S>
where
    S: Service<http::Request<Q>, Future: Send + 'static, Error: Into<BoxError>>,
    S::Response: Send + 'static,
    Q: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Boxed<S::Response, BoxError>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, request: http::Request<Q>) -> Self::Future {
        let never = service_fn(|()| pending::<Result<S::Response, BoxError>>());
        match &*case_of(request.uri().path()) {
            "boxed" => Box::pin(async { Err(ShopError::Closed.into()) }),
            "boxed twice" => Box::pin(async { Err(Around(ShopError::Closed.into()).into()) }),
            "foreign" => Box::pin(async { Err("the disk is gone".into()) }),
            "timeout" => Box::pin(Timeout::new(never, Duration::ZERO).oneshot(())),
            "load shed" => Box::pin(LoadShed::new(ConcurrencyLimit::new(never, 0)).oneshot(())),
            _ => {
                let work = self.0.call(request);
                Box::pin(async { work.await.map_err(Into::into) })
            }
        }
    }
}

/// Runs requests within the context of other work.
#[derive(Clone)]
pub(crate) struct InOtherWork;

#[derive(Clone)]
pub(crate) struct Within<S>(S, Context);

impl<S> Layer<S> for InOtherWork {
    type Service = Within<S>;
    fn layer(&self, inner: S) -> Within<S> {
        Within(inner, Context::new())
    }
}

impl<S: Service<Q, Future: Send + 'static>, Q> Service<Q> for Within<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Boxed<S::Response, S::Error>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Q) -> Self::Future {
        let work = self.1.enter(|| self.0.call(request));
        Box::pin(self.1.scope(work))
    }
}

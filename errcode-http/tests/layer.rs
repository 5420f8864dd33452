//! The layer without a framework: any tower service, and a router that marks its routes in its own way.

use bytes::Bytes;
use errcode_core::{
    AppError, Failure, FrameworkFault, Journey,
    wire::{BodyFormat, ErrorView},
};
use errcode_http::{
    ErrorLayer, ErrorLayerFor, Foreign, Framework, Matched, MaybeReplaced, Watched, body_format,
    error_of,
};
use errcode_runtime::Context;
use http::{Request, Response, StatusCode, header};
use http_body::Body;
use http_body_util::{BodyExt as _, Empty, Full};
use std::convert::Infallible;
use tower::{BoxError, ServiceBuilder, ServiceExt as _, service_fn};
use tower_layer::Layer as _;

#[derive(Debug, AppError)]
enum ShopError {
    /// No item
    #[error("secret {id}", code = "E1", status = 404, user_msg = "no item {id}")]
    Missing { id: u32 },
}

errcode_core::catalog! { static CATALOG = [ShopError]; }

struct Seen {
    status: u16,
    code: Option<String>,
    content_type: Option<String>,
    length: Option<String>,
    body: Bytes,
}

async fn seen<B: Body<Data = Bytes, Error: std::fmt::Debug>>(response: Response<B>) -> Seen {
    let header = |name: &str| {
        response.headers().get(name).map(|value| value.to_str().expect("text").to_owned())
    };
    let (code, length) = (header("x-error-code"), header("content-length"));
    let (status, content_type) = (response.status().as_u16(), header("content-type"));
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    Seen { status, code, content_type, length, body }
}

fn get(path: &str) -> Request<()> {
    Request::get(path).body(()).expect("a request")
}

/// Answers by the path, with a full body, an empty one, or an error.
async fn answer(request: Request<()>) -> Result<Response<Full<Bytes>>, BoxError> {
    let (status, text) = match request.uri().path() {
        "/ok" => (StatusCode::OK, "fine"),
        "/missing" => return Err(ShopError::Missing { id: 17 }.into()),
        "/broken" => return Err("secret lower error".into()),
        "/panic" => panic!("secret panic"),
        "/busy" => (StatusCode::SERVICE_UNAVAILABLE, "secret text"),
        _ => (StatusCode::NOT_FOUND, ""),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    if !text.is_empty() {
        response.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse()?);
    }
    Ok(response)
}

async fn through(layer: ErrorLayer, request: Request<()>) -> Seen {
    seen(layer.layer(service_fn(answer)).oneshot(request).await.expect("infallible")).await
}

#[tokio::test]
async fn every_failure_of_a_plain_service_has_a_code() {
    for (path, status, code) in [
        ("/missing", 404, "E1"),
        ("/broken", 500, "SERVER_ERROR"),
        ("/panic", 500, "SERVER_ERROR"),
        ("/busy", 503, "HTTP_503"),
        ("/unknown", 404, "HTTP_404"),
    ] {
        let seen = through(ErrorLayer::new(&CATALOG), get(path)).await;
        assert_eq!((seen.status, seen.code.as_deref()), (status, Some(code)), "{path}");
        assert_eq!(seen.content_type.as_deref(), Some("application/json"), "{path}");
        let body = String::from_utf8_lossy(&seen.body).into_owned();
        assert!(body.contains(code) && !body.contains("secret"), "{path}: {body}");
    }
}

#[tokio::test]
async fn a_success_passes_with_the_ids() {
    let service = ErrorLayer::new(&CATALOG).layer(service_fn(answer));
    let response = service.oneshot(get("/ok")).await.expect("infallible");
    assert!(error_of(&response).is_none());
    assert!(response.headers().contains_key("x-request-id"));
    assert!(response.headers().contains_key("x-trace-id"));
    let seen = seen(response).await;
    assert_eq!((seen.status, seen.code, &*seen.body), (200, None, &b"fine"[..]));
}

/// Returns the `x-request-timeout-ms` of a call that a request with these headers makes.
async fn passed_on(headers: &[(&'static str, &'static str)]) -> Option<u64> {
    let mut request = get("/ok");
    request.headers_mut().extend(headers.iter().map(|(name, value)| {
        (http::HeaderName::from_static(name), http::HeaderValue::from_static(value))
    }));
    let (sender, receiver) = std::sync::mpsc::channel();
    let calling = service_fn(move |request| {
        let outgoing = Context::current().expect("a context").outgoing();
        let left = outgoing.into_iter().find(|(name, _)| *name == "x-request-timeout-ms");
        sender.send(left).expect("a receiver");
        answer(request)
    });
    let _ = ErrorLayer::new(&CATALOG).layer(calling).oneshot(request).await;
    let (_, left) = receiver.recv().expect("a call")?;
    left.parse().ok()
}

#[tokio::test]
async fn a_caller_s_timeout_shortens_the_calls_of_its_request() {
    assert_eq!(passed_on(&[]).await, None);
    assert_eq!(passed_on(&[("grpc-timeout", "20")]).await, None);
    for headers in [
        &[("x-request-timeout-ms", "20000")][..],
        &[("grpc-timeout", "20S")],
        &[("grpc-timeout", "20S"), ("x-request-timeout-ms", "90000")],
        &[("grpc-timeout", "90S"), ("x-request-timeout-ms", "20000")],
    ] {
        let left = passed_on(headers).await.expect("a deadline");
        assert!(left <= 20_000, "{headers:?}: {left}");
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let with = |method: &str| {
        Request::builder().method(method).uri("/missing").body(()).expect("a request")
    };
    let get = through(ErrorLayer::new(&CATALOG), with("GET")).await;
    let head = through(ErrorLayer::new(&CATALOG), with("HEAD")).await;
    assert_eq!(head.length.as_deref(), Some(get.body.len().to_string().as_str()));
    assert_eq!((head.body.len(), head.code.as_deref()), (0, Some("E1")));
}

#[tokio::test]
async fn accept_selects_a_standard_format() {
    let request = |accept: &str| {
        Request::get("/missing").header(header::ACCEPT, accept).body(()).expect("a request")
    };
    for (accept, negotiate, content_type) in [
        ("*/*", true, "application/json"),
        ("application/problem+json", true, "application/problem+json"),
        ("application/vnd.api+json", true, "application/vnd.api+json"),
        ("application/problem+json", false, "application/json"),
    ] {
        let layer = ErrorLayer::new(&CATALOG).negotiate(negotiate);
        let seen = through(layer, request(accept)).await;
        assert_eq!(seen.content_type.as_deref(), Some(content_type), "{accept} {negotiate}");
    }
}

/// `E1!`
struct Shout;

impl BodyFormat for Shout {
    fn content_type(&self) -> &'static str {
        "text/plain; charset=utf-8"
    }
    fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(error.spec().code().as_bytes());
        out.push(b'!');
    }
}

#[tokio::test]
async fn a_format_is_that_of_the_layer_or_of_an_inner_service() {
    let seen_by_layer =
        through(ErrorLayer::new(&CATALOG).body_format(Shout), get("/missing")).await;
    assert_eq!(&*seen_by_layer.body, b"E1!");

    let failed = async |_: Request<()>| -> Result<Response<Full<Bytes>>, Infallible> {
        Ok(errcode_http::respond::<Bytes>(ShopError::Missing { id: 17 }.into()).map(Full::new))
    };
    let service = ServiceBuilder::new()
        .layer(ErrorLayer::new(&CATALOG))
        .layer(body_format(Shout))
        .service(service_fn(failed));
    let seen_by_route = seen(service.oneshot(get("/")).await.expect("infallible")).await;
    assert_eq!(&*seen_by_route.body, b"E1!");
}

/// Answers with the status.
struct WithStatus(u16);

impl BodyFormat for WithStatus {
    fn content_type(&self) -> &'static str {
        Shout.content_type()
    }
    fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
        Shout.write(error, out);
    }
    fn status(&self, _: &ErrorView<'_>) -> u16 {
        self.0
    }
}

#[tokio::test]
async fn a_format_does_not_let_the_client_wait() {
    for (status, sent) in
        [(200, 200), (404, 404), (999, 999), (100, 500), (103, 500), (0, 500), (1000, 500)]
    {
        let layer = ErrorLayer::new(&CATALOG).body_format(WithStatus(status));
        let seen = through(layer, get("/missing")).await;
        assert_eq!((seen.status, &*seen.body), (sent, &b"E1!"[..]), "{status}");
    }
}

#[tokio::test]
async fn foreign_answers_are_kept_if_asked_for() {
    let layer = || ErrorLayer::new(&CATALOG).foreign(Foreign::EmptyOnly);
    let busy = through(layer(), get("/busy")).await;
    assert_eq!((busy.code, &*busy.body), (None, &b"secret text"[..]));
    assert_eq!(through(layer(), get("/unknown")).await.code.as_deref(), Some("HTTP_404"));
}

/// A router that puts the pattern of a matched route into the request's extensions.
enum OurRouter {}

#[derive(Clone)]
struct Pattern(&'static str);

impl<B> Framework<(), B> for OurRouter
where
    B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    type Route = &'static str;
    type Body = MaybeReplaced<B>;

    fn matched(request: &Request<()>) -> Matched<&'static str> {
        match request.extensions().get::<Pattern>() {
            Some(pattern) => Matched::Route(pattern.0),
            None => Matched::No,
        }
    }
    fn body(body: B) -> Self::Body {
        <errcode_http::Plain as Framework<(), B>>::body(body)
    }
    fn streaming(body: Watched<B>) -> Self::Body {
        <errcode_http::Plain as Framework<(), B>>::streaming(body)
    }
}

#[tokio::test]
async fn an_empty_404_is_an_unknown_route_only_if_no_route_matched() {
    let empty = async |_: Request<()>| -> Result<Response<Empty<Bytes>>, Infallible> {
        let mut response = Response::new(Empty::new());
        *response.status_mut() = StatusCode::NOT_FOUND;
        Ok(response)
    };
    let message = async |request: Request<()>| {
        let layer = ErrorLayerFor::<OurRouter>::new(&CATALOG);
        let response = layer.layer(service_fn(empty)).oneshot(request).await.expect("infallible");
        error_of(&response).expect("typed").to_string()
    };
    assert_eq!(message(get("/")).await, "no such route");
    let mut matched = get("/projects/1");
    matched.extensions_mut().insert(Pattern("/projects/{id}"));
    assert_eq!(message(matched).await, "answered 404 without a body");
}

/// Answers in part by a fallback, or fails after retries.
async fn degraded(request: Request<()>) -> Result<Response<Full<Bytes>>, BoxError> {
    match request.uri().path() {
        "/cached" => Context::mark_degraded("cache"),
        "/odd" => Context::mark_degraded("zweite Wahl\n"),
        "/open" => {
            let fault = FrameworkFault::CircuitOpen { dependency: "llm", retry_after: None };
            return Ok(errcode_http::respond(Failure::fault(fault, "open")));
        }
        "/spent" => {
            let mut journey = Journey::default();
            journey.exhausted = true;
            let failure = Failure::from(ShopError::Missing { id: 17 }).with_journey(journey);
            Context::mark_degraded("cache");
            return Ok(errcode_http::respond(failure));
        }
        _ => {}
    }
    answer(request).await
}

#[tokio::test]
async fn a_degraded_answer_and_one_after_retries_say_so() {
    for (path, fallback, exhausted) in [
        ("/ok", None, None),
        ("/missing", None, None),
        ("/cached", Some("cache"), None),
        ("/odd", Some("true"), None),
        ("/open", None, None),
        ("/spent", Some("cache"), Some("true")),
    ] {
        let layer = ErrorLayer::new(&CATALOG).layer(service_fn(degraded));
        let response = layer.oneshot(get(path)).await.expect("infallible");
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header(errcode_http::X_DEGRADED), fallback, "{path}");
        assert_eq!(header(errcode_http::X_RETRIES_EXHAUSTED), exhausted, "{path}");
    }
}

//! A real server and client on loopback: every failure of a call is a status with a code, the ids and one event.

mod support;

use errcode_core::{AppError, FieldViolation, Subject, prelude::*};
use errcode_runtime::{Event, observe};
use errcode_tonic::{ErrorLayer, IntoStatus as _, OrStatus as _};
use http::uri::PathAndQuery;
use std::{future::pending, sync::Mutex, time::Duration};
use support::{Items, Method, Shop, Text};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    Code, Request, Response, Status, Streaming,
    body::Body,
    transport::{Channel, Server},
};
use tonic_types::StatusExt as _;
use tower::{BoxError, ServiceExt as _, service_fn};

#[derive(Debug, AppError)]
enum ShopError {
    #[error(
        "secret {id}",
        code = "E1",
        status = 404,
        user_msg(en = "no item {id}", zh = "没有 {id}")
    )]
    Missing { id: u32 },
    #[error("limited", code = "E2", status = 429, retryable(after = "1500ms"))]
    Limited,
    #[error("secret cause", code = "E3", status = 409, internal)]
    Hidden,
    #[error("taken", code = "E4", status = 409, grpc = ALREADY_EXISTS)]
    Taken,
    #[error("invalid", code = "E5", status = 422)]
    Invalid {
        #[violations]
        violations: Vec<FieldViolation>,
    },
}

errcode_core::catalog! {
    static CATALOG = [ShopError];
    service = "shop";
    docs = "https://errors.example/{code}";
    languages = ["en", "zh"];
}

async fn unary(what: String) -> Result<Response<String>, Status> {
    match &*what {
        "missing" => Err(ShopError::Missing { id: 17 }).or_status()?,
        "limited" => Err(errcode_tonic::Failure::from(ShopError::Limited))?,
        "hidden" => Err(ShopError::Hidden).or_status()?,
        "taken" => Err(ShopError::Taken).or_status()?,
        "invalid" => {
            let place = Subject::Pointer("/items/3/price".into());
            let violations = vec![FieldViolation::new(place, "too low").rule("range")];
            Err(ShopError::Invalid { violations }).or_status()?;
        }
        "elsewhere" => {
            let made = std::thread::spawn(|| ShopError::Missing { id: 17 }.into_status()).join();
            return Err(made.expect("no panic"));
        }
        "unexpected" => Err("secret").unexpected("reading").or_status()?,
        "own" => return Err(Status::invalid_argument("secret value")),
        "broken" => return Err(Status::internal("the shelf fell")),
        "panic" => panic!("secret panic"),
        "slow" => pending().await,
        _ => {}
    }
    Ok(Response::new(what))
}

fn listing(what: String) -> Items {
    let mut sent = false;
    let items = tokio_stream::iter(std::iter::from_fn(move || {
        if !std::mem::replace(&mut sent, true) {
            return Some(Ok("one".to_owned()));
        }
        match &*what {
            "typed" => Some(Err(ShopError::Missing { id: 17 }.into_status())),
            "panic" => panic!("secret panic"),
            "own" => Some(Err(Status::data_loss("gone"))),
            _ => None,
        }
    }));
    Box::pin(items)
}

/// The methods of the shop.
fn method(path: &str) -> Option<Method> {
    match path {
        "/shop.Shop/Get" => Some(Method::Unary(|what| Box::pin(unary(what)))),
        "/shop.Shop/List" => Some(Method::Listing(listing)),
        _ => None,
    }
}

/// Fails some calls before they reach the service, as layers of tower do.
async fn lower(
    mut next: tonic::service::Routes,
    request: http::Request<Body>,
) -> Result<http::Response<Body>, BoxError> {
    match request.uri().path() {
        "/shop.Shop/Foreign" => Err("secret lower".into()),
        "/shop.Shop/Typed" => Err(ShopError::Limited.into()),
        "/shop.Shop/Status" => Err(Status::unauthenticated("who").into()),
        "/shop.Shop/Http" => {
            Ok(http::Response::builder().status(413).body(Body::empty()).expect("valid"))
        }
        _ => Ok(tower::Service::call(&mut next, request).await?),
    }
}

type Seen = (String, String, Option<u16>, Option<&'static str>, String);

/// The failures of each request: id, code, status, phase and message.
static FAILURES: Mutex<Vec<Seen>> = Mutex::new(Vec::new());
static REQUESTS: Mutex<Vec<(String, Option<&'static str>)>> = Mutex::new(Vec::new());

fn note(event: &Event<'_>) {
    match event {
        Event::Failure(failure) => {
            let id = failure.context.expect("a context").request_id().to_string();
            let code = failure.spec.code().to_string();
            let (status, phase) = (failure.served.http_status, failure.served.phase);
            FAILURES.lock().unwrap().push((id, code, status, phase, failure.message.to_owned()));
        }
        Event::Request(request) => {
            let id = request.context.expect("a context").request_id().to_string();
            REQUESTS.lock().unwrap().push((id, request.served.outcome));
        }
        _ => {}
    }
}

fn observed() {
    static OBSERVED: std::sync::Once = std::sync::Once::new();
    OBSERVED.call_once(|| {
        observe(note);
    });
}

async fn serve() -> tonic::client::Grpc<Channel> {
    observed();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let failing = tower::layer::layer_fn(|next: tonic::service::Routes| {
        service_fn(move |request| lower(next.clone(), request))
    });
    let server = Server::builder()
        .layer(ErrorLayer::new(&CATALOG))
        .layer(failing)
        .add_service(Shop(method))
        .serve_with_incoming(TcpListenerStream::new(listener));
    tokio::spawn(server);
    let channel = Channel::from_shared(address).expect("an address").connect().await;
    tonic::client::Grpc::new(channel.expect("a server"))
}

fn request(what: &str, id: &str) -> Request<String> {
    let mut request = Request::new(what.to_owned());
    request.metadata_mut().insert("x-request-id", id.parse().expect("an id"));
    request
}

async fn call(path: &'static str, request: Request<String>) -> Result<Response<String>, Status> {
    let mut client = serve().await;
    client.ready().await.expect("a server");
    client.unary(request, PathAndQuery::from_static(path), Text).await
}

fn failures(id: &str) -> Vec<Seen> {
    let all = FAILURES.lock().unwrap();
    all.iter().filter(|(of, ..)| of == id).cloned().collect()
}

fn text<'a>(status: &'a Status, name: &str) -> Option<&'a str> {
    status.metadata().get(name).map(|value| value.to_str().expect("a text"))
}

#[tokio::test]
async fn every_failure_of_a_unary_call() {
    let rows = [
        ("/shop.Shop/Get", "missing", Code::NotFound, "E1", "E1", 404),
        ("/shop.Shop/Get", "elsewhere", Code::NotFound, "E1", "E1", 404),
        ("/shop.Shop/Get", "limited", Code::ResourceExhausted, "E2", "E2", 429),
        ("/shop.Shop/Get", "hidden", Code::Internal, "SERVER_ERROR", "E3", 500),
        ("/shop.Shop/Get", "taken", Code::AlreadyExists, "E4", "E4", 409),
        ("/shop.Shop/Get", "invalid", Code::InvalidArgument, "E5", "E5", 422),
        ("/shop.Shop/Get", "unexpected", Code::Internal, "SERVER_ERROR", "SERVER_ERROR", 500),
        ("/shop.Shop/Get", "panic", Code::Internal, "SERVER_ERROR", "SERVER_ERROR", 500),
        (
            "/shop.Shop/Get",
            "more than sixty-four bytes, which is the largest message that is read",
            Code::ResourceExhausted,
            "HTTP_413",
            "HTTP_413",
            413,
        ),
        ("/shop.Shop/None", "", Code::Unimplemented, "HTTP_404", "HTTP_404", 404),
        ("/no.Such/Get", "", Code::Unimplemented, "HTTP_404", "HTTP_404", 404),
        ("/shop.Shop/Foreign", "", Code::Internal, "SERVER_ERROR", "SERVER_ERROR", 500),
        ("/shop.Shop/Typed", "", Code::ResourceExhausted, "E2", "E2", 429),
        ("/shop.Shop/Http", "", Code::ResourceExhausted, "HTTP_413", "HTTP_413", 413),
    ];
    for (at, (path, what, grpc, code, logged, http)) in rows.into_iter().enumerate() {
        let id = format!("unary-{at}");
        let status = call(path, request(what, &id)).await.expect_err(what);
        assert_eq!((status.code(), text(&status, "x-error-code")), (grpc, Some(code)), "{what}");
        assert_eq!(text(&status, "x-request-id"), Some(&*id));
        assert!(text(&status, "x-trace-id").is_some_and(|id| id.len() == 32));
        let info = status.get_details_error_info().expect("an ErrorInfo");
        assert_eq!((&*info.reason, &*info.domain), (code, "shop"));
        let of = status.get_details_request_info().expect("a RequestInfo");
        assert_eq!(of.request_id, id);
        assert!(!format!("{status:?}").contains("secret"), "{status:?}");
        let [failure] = &failures(&id)[..] else { panic!("{what}: {:?}", failures(&id)) };
        assert_eq!((&*failure.1, failure.2, failure.3), (logged, Some(http), None), "{what}");
    }
}

#[tokio::test]
async fn the_details_of_google_rpc() {
    let mut missing = request("missing", "details-1");
    missing.metadata_mut().insert("accept-language", "zh".parse().expect("a language"));
    let status = call("/shop.Shop/Get", missing).await.expect_err("a failure");
    assert_eq!(status.message(), "没有 17");
    let details = status.get_error_details();
    let message = details.localized_message().expect("a LocalizedMessage");
    assert_eq!((&*message.locale, &*message.message), ("zh", "没有 17"));
    let info = details.error_info().expect("an ErrorInfo");
    assert_eq!(info.metadata.get("id").map(String::as_str), Some("17"));
    let help = details.help().expect("a Help");
    assert_eq!(help.links[0].url, "https://errors.example/E1");
    assert!(details.retry_info().is_none() && details.bad_request().is_none());

    let limited = call("/shop.Shop/Get", request("limited", "details-2")).await.expect_err("429");
    assert_eq!(text(&limited, "grpc-retry-pushback-ms"), Some("1500"));
    let retry = limited.get_details_retry_info().expect("a RetryInfo");
    assert_eq!(retry.retry_delay, Some(Duration::from_millis(1500)));

    let invalid = call("/shop.Shop/Get", request("invalid", "details-3")).await.expect_err("422");
    let bad = invalid.get_details_bad_request().expect("a BadRequest");
    let field = &bad.field_violations[0];
    assert_eq!(
        (&*field.field, &*field.reason, &*field.description),
        ("items[3].price", "range", "too low")
    );
}

#[tokio::test]
async fn a_status_of_the_service_s_own_stays() {
    for (path, what, id, code, logged, message) in [
        ("/shop.Shop/Get", "own", "own-1", Code::InvalidArgument, "HTTP_400", "secret value"),
        ("/shop.Shop/Get", "broken", "own-2", Code::Internal, "SERVER_ERROR", "the shelf fell"),
        ("/shop.Shop/Status", "", "own-3", Code::Unauthenticated, "HTTP_401", "who"),
    ] {
        let status = call(path, request(what, id)).await.expect_err(what);
        assert_eq!((status.code(), status.message()), (code, message));
        assert_eq!(
            (text(&status, "x-error-code"), text(&status, "x-request-id")),
            (None, Some(id))
        );
        let [failure] = &failures(id)[..] else { panic!("{:?}", failures(id)) };
        assert_eq!(failure.1, logged);
        // A message of the service's own may repeat what the client sent, in any form.
        assert_eq!(failure.4, format!("the service answered {code:?} itself"));
    }
}

/// Without tonic's client, which has a timer of its own.
#[tokio::test(start_paused = true)]
async fn a_deadline_is_a_code_too() {
    observed();
    let slow = service_fn(async |_: http::Request<Body>| {
        assert!(errcode_runtime::deadline().is_some());
        pending::<Result<http::Response<Body>, std::convert::Infallible>>().await
    });
    let request = http::Request::builder()
        .method("POST")
        .uri("/shop.Shop/Get")
        .header("content-type", "application/grpc")
        .header("grpc-timeout", "20S")
        .header("x-request-id", "deadline-1");
    let service = tower::Layer::layer(&ErrorLayer::new(&CATALOG), slow);
    let response = service.oneshot(request.body(Body::empty()).expect("valid")).await;
    let response = response.expect("an answer");
    assert_eq!(response.status(), 200);
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    assert_eq!((header("grpc-status"), header("x-error-code")), (Some("4"), Some("HTTP_504")));
    assert_eq!(header("content-type"), Some("application/grpc"));
    assert_eq!(failures("deadline-1").len(), 1);
}

#[tokio::test]
async fn a_success_has_the_ids_and_one_access_event() {
    let response = call("/shop.Shop/Get", request("fine", "fine-1")).await.expect("a success");
    assert_eq!(
        response.metadata().get("x-request-id").map(tonic::metadata::MetadataValue::as_bytes),
        Some(&b"fine-1"[..])
    );
    assert_eq!(response.into_inner(), "fine");
    assert!(failures("fine-1").is_empty());
    let requests = REQUESTS.lock().unwrap();
    let of: Vec<_> = requests.iter().filter(|(id, _)| id == "fine-1").collect();
    assert_eq!(of, [&("fine-1".to_owned(), None)]);
}

async fn list(what: &str, id: &str) -> (Vec<String>, Status) {
    let mut client = serve().await;
    client.ready().await.expect("a server");
    let path = PathAndQuery::from_static("/shop.Shop/List");
    let answer = client.server_streaming(request(what, id), path, Text).await.expect("a head");
    assert!(answer.metadata().contains_key("x-request-id"));
    let mut items: Streaming<String> = answer.into_inner();
    let mut seen = Vec::new();
    loop {
        match items.message().await {
            Ok(item) => seen.push(item.expect("a failure at the end")),
            Err(status) => return (seen, status),
        }
    }
}

#[tokio::test]
async fn a_stream_that_fails_ends_with_the_status_in_its_trailers() {
    for (what, id, grpc, code, logged) in [
        ("typed", "stream-1", Code::NotFound, Some("E1"), "E1"),
        ("panic", "stream-2", Code::Internal, Some("SERVER_ERROR"), "SERVER_ERROR"),
        ("own", "stream-3", Code::DataLoss, None, "SERVER_ERROR"),
    ] {
        let (items, status) = list(what, id).await;
        // tonic sends what is ready as one frame, and a panic comes before that.
        assert_eq!(items.len(), usize::from(what != "panic"), "{what}");
        assert_eq!((status.code(), text(&status, "x-error-code")), (grpc, code), "{what}");
        assert!(!format!("{status:?}").contains("secret"), "{status:?}");
        let [failure] = &failures(id)[..] else { panic!("{what}: {:?}", failures(id)) };
        assert_eq!((&*failure.1, failure.3), (logged, Some("body")), "{what}");
    }
    assert_eq!(failures("stream-1")[0].4, "secret 17");
}

#[test]
fn large_values_leave_room_for_the_other_headers() {
    let violation = |at| {
        let place = Subject::Pointer(format!("/items/{at}").into());
        FieldViolation::new(place, "x".repeat(100))
    };
    let violations = (0..100).map(violation).collect();
    let status = ShopError::Invalid { violations }.into_status();
    assert!(status.details().len() <= 3072, "{}", status.details().len());
    let kept = status.get_details_bad_request().expect("a BadRequest").field_violations.len();
    assert!((1..100).contains(&kept), "{kept}");
}

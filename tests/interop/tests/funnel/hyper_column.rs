//! hyper without a framework, and the client of HTTP.

use crate::{
    Answer,
    faults::{self, CATALOG, InOtherWork, Lower},
    support::{Listener, Log},
};
use bytes::Bytes;
use errcode_http::ErrorLayer;
use http::{Method, Request, Response, StatusCode, header};
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Empty, Full, combinators::UnsyncBoxBody};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use serde_json::Value;
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tower::{BoxError, Layer as _, ServiceBuilder, ServiceExt as _, service_fn};

type AnyBody = UnsyncBoxBody<Bytes, BoxError>;

/// A body that fails after its first part, when that was sent.
pub(crate) struct Parts {
    case: String,
    polls: usize,
}

impl Parts {
    pub(crate) fn new(case: String) -> Self {
        Self { case, polls: 0 }
    }
}

impl Body for Parts {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.polls += 1;
        // The server sends what it has when there is nothing more for now.
        if self.polls == 2 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let part = faults::next_part(&self.case, usize::from(self.polls > 1));
        let part = part.map(|part| part.map(|text| Frame::data(Bytes::from(text))));
        Poll::Ready(part.map(|part| part.map_err(Into::into)))
    }
}

fn empty(status: StatusCode) -> Response<AnyBody> {
    let mut response = Response::new(Empty::new().map_err(Into::into).boxed_unsync());
    *response.status_mut() = status;
    response
}

fn full(status: StatusCode, kind: &'static str) -> Response<AnyBody> {
    let body = Full::new(Bytes::from("\"a secret\"")).map_err(Into::into).boxed_unsync();
    let response = Response::builder().status(status).header(header::CONTENT_TYPE, kind);
    response.body(body).expect("valid")
}

async fn handle(request: Request<Incoming>) -> Result<Response<AnyBody>, BoxError> {
    let path = request.uri().path();
    if path.matches('/').count() > 1 {
        return Ok(empty(StatusCode::NOT_FOUND));
    }
    if request.method() != Method::GET {
        return Ok(empty(StatusCode::METHOD_NOT_ALLOWED));
    }
    let case = faults::case_of(path);
    faults::work(&case).await?;
    Ok(match &*case {
        "empty 404" => empty(StatusCode::NOT_FOUND),
        "plain text" => full(StatusCode::CONFLICT, "text/plain"),
        "untyped 4xx" => full(StatusCode::CONFLICT, "application/json"),
        "untyped 5xx" => full(StatusCode::INTERNAL_SERVER_ERROR, "application/json"),
        "body" | "body panic" => Response::new(Parts::new(case).boxed_unsync()),
        _ => full(StatusCode::OK, "text/plain"),
    })
}

pub(crate) async fn send(case: &'static str) -> (Answer, Log) {
    let server = Listener::start(move |connections, _| async move {
        let (stream, _) = connections.into_inner().accept().await.expect("a client");
        let handle = service_fn(handle);
        let layers = ServiceBuilder::new().layer(ErrorLayer::new(&CATALOG)).layer(Lower);
        let service = layers.service(handle).map_err(|never: Infallible| match never {});
        let connection = http1::Builder::new();
        // The types differ, so each is served here.
        let _ = match case {
            "in a context" => {
                let service = TowerToHyperService::new(InOtherWork.layer(service));
                connection.serve_connection(TokioIo::new(stream), service).await
            }
            "in a layer" => {
                let service = ErrorLayer::new(&CATALOG).layer(service);
                let service = TowerToHyperService::new(service);
                connection.serve_connection(TokioIo::new(stream), service).await
            }
            _ => {
                let service = TowerToHyperService::new(service);
                connection.serve_connection(TokioIo::new(stream), service).await
            }
        };
    });
    exchange(server, case).await
}

/// Sends the case's request and reads until the server closes the connection.
pub(crate) async fn exchange(server: Listener, case: &str) -> (Answer, Log) {
    let mut stream = TcpStream::connect(server.address()).await.expect("a server");
    let (method, body) = sent(case);
    let path = if case == "unknown" { "no/such/route".to_owned() } else { faults::path_of(case) };
    let head = format!("{method} /{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
    stream.write_all(head.as_bytes()).await.expect("a server that reads");
    stream.write_all(body).await.expect("a server that reads");
    if case == "client gone" {
        server.log.has("began").await;
        drop(stream);
        server.log.has("client_gone").await;
        let answer = Answer { text: "gone".to_owned(), request_id: None };
        return (answer, server.stop().await);
    }
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    drop(stream);
    (read(case, &String::from_utf8_lossy(&bytes)), server.stop().await)
}

/// Returns the method of the case's request, and its body with the end of the head.
fn sent(case: &str) -> (&'static str, &'static [u8]) {
    match case {
        "wrong method" => ("POST", b"\r\n"),
        "bad text" => ("POST", b"Content-Length: 7\r\n\r\nsecret\xff"),
        // More than axum's default limit. What is declared is refused before it is read.
        "large bytes" | "large text" => ("POST", b"Content-Length: 2097153\r\n\r\n"),
        _ => ("GET", b"\r\n"),
    }
}

fn read(case: &str, text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{case}: {text:?}"));
    let header = |wanted: &str| {
        let fields = head.lines().filter_map(|line| line.split_once(": "));
        let mut found = fields.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.next().map(|(_, value)| value.to_owned())
    };
    let status = head.split(' ').nth(1).unwrap_or_default();
    let (code, request_id) = (header("x-error-code"), header("x-request-id"));
    if let Some(code) = &code {
        let body: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{case}: {text}"));
        assert_eq!((&body["success"], &body["error"]["code"]), (&false.into(), &code[..].into()));
        assert_eq!(body["request_id"].as_str(), request_id.as_deref(), "{case}");
        assert!(!text.contains("secret") && !text.contains("no display"), "{case}: {text}");
    }
    // The last chunk of a whole body is empty (RFC 9112 section 7.1).
    let is_cut = header("transfer-encoding").is_some() && !body.ends_with("0\r\n\r\n");
    let text =
        format!("{status} {}{}", code.as_deref().unwrap_or("-"), if is_cut { " cut" } else { "" });
    Answer { text, request_id }
}

//! The funnel: each way in which a request can fail, through each adapter, on a real listener. Whatever fails has one
//! answer with a catalogued code and one event in the log.
//!
//! A new adapter is a new column, and a new producer of failures is a new row.

mod axum_column;
mod faults;
mod grpc_column;
mod hyper_column;
mod one_port;
#[path = "../../../../errcode-tonic/tests/support/mod.rs"]
mod support;

use support::Log;

/// A way to fail, and what comes of it.
///
/// An answer is its status and its code: `-` for an answer that is left as the service made it, `cut` for a body that
/// ends early, `gone` for a client that does not wait, and nothing for what the adapter does not have. The event is
/// the failure's code and level, and the phase of the work.
struct Row {
    case: &'static str,
    axum: &'static str,
    hyper: &'static str,
    grpc: &'static str,
    event: &'static str,
}

#[rustfmt::skip]
const FUNNEL: [Row; 28] = [
    //  case            axum                hyper               gRPC                        event
    // What the handler returns or does.
    row("typed",        "404 E1",           "404 E1",           "NotFound E1",              "E1 WARN"),
    row("delayed",      "503 E2",           "503 E2",           "Unavailable E2",           "E2 ERROR"),
    row("internal",     "500 SERVER_ERROR", "500 SERVER_ERROR", "Internal SERVER_ERROR",    "E3 WARN"),
    row("unexpected",   "500 SERVER_ERROR", "500 SERVER_ERROR", "Internal SERVER_ERROR",    "SERVER_ERROR ERROR"),
    row("doing",        "503 E2",           "503 E2",           "Unavailable E2",           "E2 ERROR"),
    row("panic",        "500 SERVER_ERROR", "500 SERVER_ERROR", "Internal SERVER_ERROR",    "SERVER_ERROR ERROR"),
    row("display",      "404 E4",           "404 E4",           "NotFound E4",              "E4 WARN"),
    row("source",       "502 E5",           "502 E5",           "Unavailable E5",           "E5 ERROR"),
    row("user message", "409 E6",           "409 E6",           "Aborted E6",               "E6 WARN"),
    // What the framework refuses, and what the service answers itself.
    row("unknown",      "404 HTTP_404",     "404 HTTP_404",     "Unimplemented HTTP_404",   "HTTP_404 INFO"),
    row("wrong method", "405 HTTP_405",     "405 HTTP_405",     "",                         "HTTP_405 INFO"),
    row("empty 404",    "404 HTTP_404",     "404 HTTP_404",     "NotFound -",               "HTTP_404 INFO"),
    row("bad text",     "400 HTTP_400",     "",                 "",                         "HTTP_400 INFO"),
    row("large bytes",  "413 HTTP_413",     "",                 "",                         "HTTP_413 WARN"),
    row("large text",   "413 HTTP_413",     "",                 "",                         "HTTP_413 WARN"),
    row("plain text",   "409 HTTP_409",     "409 HTTP_409",     "",                         "HTTP_409 WARN"),
    row("untyped 4xx",  "409 -",            "409 -",            "Aborted -",                "HTTP_409 INFO"),
    row("untyped 5xx",  "500 -",            "500 -",            "Internal -",               "SERVER_ERROR ERROR"),
    // What the layers below do.
    row("boxed",        "503 E2",           "503 E2",           "Unavailable E2",           "E2 ERROR"),
    row("boxed twice",  "503 E2",           "503 E2",           "Unavailable E2",           "E2 ERROR"),
    row("foreign",      "500 SERVER_ERROR", "500 SERVER_ERROR", "Internal SERVER_ERROR",    "SERVER_ERROR ERROR"),
    row("timeout",      "504 HTTP_504",     "504 HTTP_504",     "DeadlineExceeded HTTP_504", "HTTP_504 ERROR"),
    row("load shed",    "503 HTTP_503",     "503 HTTP_503",     "Unavailable HTTP_503",     "HTTP_503 ERROR"),
    // What is around the layer.
    row("in a context", "404 E1",           "404 E1",           "NotFound E1",              "E1 WARN"),
    row("in a layer",   "404 E1",           "404 E1",           "NotFound E1",              "E1 WARN"),
    // What happens after the head, or without it.
    row("body",         "200 - cut",        "200 - cut",        "Unavailable E2",           "E2 ERROR body"),
    row("body panic",   "200 - cut",        "200 - cut",        "Internal SERVER_ERROR",    "SERVER_ERROR ERROR body"),
    row("client gone",  "gone",             "gone",             "gone",                     "client_gone"),
];

const fn row(
    case: &'static str,
    axum: &'static str,
    hyper: &'static str,
    grpc: &'static str,
    event: &'static str,
) -> Row {
    Row { case, axum, hyper, grpc, event }
}

/// An answer as the table has it, and the id of its request.
struct Answer {
    text: String,
    request_id: Option<String>,
}

/// Returns the one event that the request left, as the table has it.
#[track_caller]
fn event(case: &str, answer: &Answer, log: &Log) -> String {
    let all = log.lines();
    let ends = ["failure", "client_gone"].map(serde_json::Value::from);
    let events: Vec<_> = all.iter().filter(|line| ends.contains(&line["event"])).collect();
    let [line] = events[..] else { panic!("{case}: {}", log.text()) };
    if let Some(id) = &answer.request_id {
        assert_eq!(line["requestId"], id.as_str(), "{case}");
    }
    // Only a body that was begun has an access event too.
    let others = all.iter().filter(|line| line["event"] == "request");
    assert_eq!(others.count(), usize::from(line["phase"].is_string()), "{case}: {}", log.text());
    assert!(!log.text().contains("secret"), "{case}: {}", log.text());
    if line["event"] == "client_gone" {
        return "client_gone".to_owned();
    }
    let parts = ["code", "lvl", "phase"].map(|key| line[key].as_str());
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn every_failure_through_every_adapter() {
    for Row { case, axum, hyper, grpc, event: expected } in FUNNEL {
        let (answer, log) = axum_column::send(case).await;
        assert_eq!((&*answer.text, &*event(case, &answer, &log)), (axum, expected), "axum: {case}");
        if !hyper.is_empty() {
            let (answer, log) = hyper_column::send(case).await;
            assert_eq!(
                (&*answer.text, &*event(case, &answer, &log)),
                (hyper, expected),
                "hyper: {case}"
            );
        }
        if !grpc.is_empty() {
            let (answer, log) = grpc_column::send(case).await;
            assert_eq!(
                (&*answer.text, &*event(case, &answer, &log)),
                (grpc, expected),
                "gRPC: {case}"
            );
        }
    }
}

#[tokio::test]
async fn http_and_grpc_on_one_port_fail_as_they_do_apart() {
    for Row { case, axum, grpc, event: expected, .. } in FUNNEL {
        let (answer, log) = hyper_column::exchange(one_port::start(), case).await;
        assert_eq!((&*answer.text, &*event(case, &answer, &log)), (axum, expected), "axum: {case}");
        if !grpc.is_empty() {
            let server = one_port::start();
            let answer = grpc_column::call(&server, case).await;
            let log = server.stop().await;
            assert_eq!(
                (&*answer.text, &*event(case, &answer, &log)),
                (grpc, expected),
                "gRPC: {case}"
            );
        }
    }
}

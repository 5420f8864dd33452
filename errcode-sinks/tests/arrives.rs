//! What arrives at a receiver on loopback.

#![allow(missing_docs)]

use errcode_core::{AppError, Failure};
use errcode_runtime::{Context, Report, Served, ServiceInfo, TraceId, observe};
use errcode_sinks::{OtelLogs, SentryIssues};
use opentelemetry_otlp::{LogExporter, Protocol, WithExportConfig as _};
use opentelemetry_sdk::{Resource, logs::SdkLoggerProvider};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    thread::{self, JoinHandle},
};

/// What no tracker may get. It has no character that an escape would change.
const SECRET: &str = "hunter2secret";

#[derive(AppError)]
#[error(debug)]
enum ShopError {
    #[error(
        "the payment of order {order} failed", code = "S1002", category = external, owner = "payments",
        title = "Payment failed"
    )]
    Payment {
        order: u32,
        #[sensitive]
        card: String,
        #[source]
        cause: std::io::Error,
    },
    #[error("no order {order}", code = "S1001", status = 404)]
    NoOrder { order: u32 },
}

errcode_core::catalog! { static CATALOG = [ShopError]; }

/// A receiver of one request, and the head and body that came.
fn receiver() -> (String, JoinHandle<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let received = thread::spawn(move || {
        let mut reader = BufReader::new(listener.accept().unwrap().0);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(reader.read_line(&mut head).unwrap(), 0, "the head is whole: {head}");
        }
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse().expect("a number"))
        });
        let mut body = vec![0; length.unwrap_or_else(|| panic!("no length: {head}"))];
        reader.read_exact(&mut body).unwrap();
        let answer =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        reader.get_mut().write_all(answer.as_bytes()).unwrap();
        (head, String::from_utf8(body).expect("UTF-8"))
    });
    (address, received)
}

fn report() {
    ServiceInfo::new("shop").version("1.2.0").environment("staging").instance("shop-7").set();
    let trace = TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736");
    let context = Context::builder().trace_id(trace).task("APEX-17").catalog(&CATALOG).build();
    let mut served = Served::default();
    (served.method, served.uri, served.route) =
        (Some("POST"), Some("/orders/17"), Some("/orders/{id}"));
    served.http_status = Some(502);
    context.enter(|| {
        let url = format!("refused: https://shop:{SECRET}@pay.example/charge?key={SECRET}");
        let cause = std::io::Error::other(url);
        let error = ShopError::Payment { order: 17, card: SECRET.to_owned(), cause };
        let failure = Failure::from(error).context("charging the card");
        Report::new(&failure, served).emit();
    });
}

/// One test, since observers are the process's.
#[test]
fn a_failure_arrives_as_the_log_line_has_it() {
    sentry_gets_an_issue();
    opentelemetry_gets_a_record();
}

fn sentry_gets_an_issue() {
    let (address, received) = receiver();
    let guard = sentry::init(format!("http://key@{address}/42"));
    let observing = observe(SentryIssues::new());
    // Below the level, so nothing of it is sent.
    Report::new(&ShopError::NoOrder { order: 1 }.into(), Served::default()).emit();
    report();
    observing.stop();
    drop(guard);
    let (head, body) = received.join().unwrap();
    assert!(head.starts_with("POST /api/42/envelope/ HTTP/1.1\r\n"), "{head}");
    assert!(!body.contains(SECRET), "{body}");
    let event: Value = serde_json::from_str(body.lines().nth(2).expect("an event")).expect("JSON");
    assert_eq!(event["fingerprint"], json!(["S1002"]));
    assert_eq!(event["release"], "shop@1.2.0");
    assert_eq!(
        (&event["environment"], &event["server_name"]),
        (&json!("staging"), &json!("shop-7"))
    );
    assert_eq!(event["contexts"]["trace"]["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(event["transaction"], "POST /orders/{id}");
    let exception = &event["exception"]["values"][0];
    assert_eq!(
        (&exception["type"], &exception["value"]),
        (&json!("S1002"), &json!("the payment of order 17 failed"),)
    );
    let tags = &event["tags"];
    assert_eq!((&tags["owner"], &tags["task_id"]), (&json!("payments"), &json!("APEX-17")));
    assert_eq!(
        event["extra"],
        json!({
            "uri": "/orders/17",
            "cause": "refused: https://pay.example/charge",
            "context": "charging the card",
        })
    );
}

fn opentelemetry_gets_a_record() {
    let (address, received) = receiver();
    let exporter = LogExporter::builder().with_http().with_protocol(Protocol::HttpJson);
    let exporter = exporter.with_endpoint(format!("http://{address}/v1/logs")).build().unwrap();
    let resource = Resource::builder_empty().with_service_name("shop").build();
    let provider =
        SdkLoggerProvider::builder().with_resource(resource).with_simple_exporter(exporter).build();
    let observing = observe(OtelLogs::new(&provider));
    report();
    observing.stop();
    let (head, body) = received.join().unwrap();
    assert!(head.starts_with("POST /v1/logs HTTP/1.1\r\n"), "{head}");
    assert!(!body.contains(SECRET), "{body}");
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let scope = &body["resourceLogs"][0]["scopeLogs"][0];
    assert_eq!(scope["scope"]["name"], "errcode");
    let record = &scope["logRecords"][0];
    assert_eq!(record["body"], json!({"stringValue": "the payment of order 17 failed"}));
    assert_eq!((&record["severityNumber"], &record["severityText"]), (&json!(17), &json!("ERROR")));
    assert_eq!(record["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(record["eventName"], "failure");
    let attribute = |name: &str| {
        let all = record["attributes"].as_array().expect("attributes");
        let found = all.iter().find(|attribute| attribute["key"] == name);
        found.map(|attribute| attribute["value"].clone())
    };
    for (name, value) in [
        ("error.type", json!({"stringValue": "S1002"})),
        ("exception.message", json!({"stringValue": "the payment of order 17 failed"})),
        ("url.path", json!({"stringValue": "/orders/17"})),
        ("errcode.task.id", json!({"stringValue": "APEX-17"})),
        ("errcode.owner", json!({"stringValue": "payments"})),
        ("errcode.cause", json!({"stringValue": "refused: https://pay.example/charge"})),
        ("errcode.context", json!({"stringValue": "charging the card"})),
        ("code.file.path", json!({"stringValue": file!()})),
    ] {
        assert_eq!(attribute(name), Some(value), "{name}: {record:#}");
    }
    assert!(attribute("http.response.status_code").is_some(), "{record:#}");
}

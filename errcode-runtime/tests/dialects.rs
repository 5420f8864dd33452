//! Lines in the dialects `ecs` and `otel`, byte for byte but for the time, and with other names.

use errcode_core::{AppError, Failure, Journey};
use errcode_runtime::{
    Context, Dialect, Event, Id, JsonLines, Logging, Report, Served, ServiceInfo, TraceId,
    event::ExternalEvent,
};
use serde_json::{Map, Value};
use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing_subscriber::layer::SubscriberExt as _;

#[derive(Debug, AppError)]
enum DiskError {
    #[error("disk {name} is full", code = "D1", status = 507, owner = "storage")]
    Full {
        name: String,
        #[source]
        cause: std::io::Error,
    },
}

fn lines(dialect: Dialect, work: impl FnOnce()) -> Vec<String> {
    ServiceInfo::new("disks")
        .namespace("shop")
        .version("1.2.0")
        .environment("staging")
        .instance("disks-0")
        .set();
    let written = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&written);
    let layer = JsonLines::to(move |line| {
        to.lock().unwrap().push(String::from_utf8(line.to_vec()).expect("UTF-8"));
    });
    let subscriber = tracing_subscriber::registry().with(layer.dialect(dialect));
    let trace = TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736");
    let context =
        Context::builder().request_id(Id::parse("r-1")).trace_id(trace).task("nightly run").build();
    tracing::subscriber::with_default(subscriber, || context.enter(work));
    let span = context.span_id().to_string();
    let lines = std::mem::take(&mut *written.lock().unwrap());
    lines.iter().map(|line| line.replace(&span, "SPAN")).collect()
}

/// The line without its time, which is checked.
fn timeless(line: &str, key: &str) -> String {
    let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let time = value[key].as_str().expect("a time");
    assert_eq!((time.len(), time.ends_with('Z'), &time[10..11]), (24, true, "T"), "{time}");
    assert_eq!(line.matches('\n').count(), 1);
    line.trim_end().replace(time, "TIME")
}

fn full() {
    let cause = std::io::Error::other("os says no");
    let mut journey = Journey::default();
    (journey.dependency, journey.attempts) = (Some("nas"), 3);
    let failure = Failure::from(DiskError::Full { name: "sda".into(), cause })
        .attach("tenant.name", "acme")
        .with_journey(journey);
    let mut served = Served::default();
    (served.method, served.uri, served.http_status) = (Some("PUT"), Some("/disks/1"), Some(507));
    served.duration = Duration::from_millis(1250);
    Report::new(&failure, served).emit();
}

fn call() {
    Event::External(&ExternalEvent::new("nas", "GET", "http://nas/1", Duration::from_millis(7)))
        .emit();
}

#[test]
fn a_failure_in_the_names_of_ecs() {
    let lines = lines(Dialect::Ecs, full);
    let expected = concat!(
        r#"{"@timestamp":"TIME","log.level":"ERROR","message":"disk sda is full","#,
        r#""ecs.version":"8.11.0","log.logger":"app","service.name":"disks","#,
        r#""service.version":"1.2.0","service.environment":"staging","service.node.name":"disks-0","#,
        r#""event.dataset":"disks","event.action":"failure","#,
        r#""trace.id":"4bf92f3577b34da6a3ce929d0e0e4736","transaction.id":"SPAN","#,
        r#""http.request.id":"r-1","error.code":"D1","error.type":"DiskError::Full","#,
        r#""error.message":"disk sda is full","http.response.status_code":507,"url.path":"/disks/1","#,
        r#""http.request.method":"PUT","event.outcome":"failure","event.duration":1250000000,"#,
        r#""log.origin.file.name":"errcode-runtime/tests/dialects.rs","log.origin.file.line":LINE,"#,
        r#""labels":{"service_namespace":"shop","task_id":"nightly run","retry_count":2,"#,
        r#""category":"unknown","cause":"os says no","owner":"storage","#,
        r#""journey":"{\"dependency\":\"nas\",\"attempts\":3}","tenant_name":"acme"}}"#,
    );
    assert_eq!(numbered(&timeless(&lines[0], "@timestamp"), "log.origin.file.line"), expected);
}

#[test]
fn a_failure_in_the_names_of_opentelemetry() {
    let lines = lines(Dialect::Otel, full);
    let expected = concat!(
        r#"{"timestamp":"TIME","severity_text":"ERROR","severity_number":17,"#,
        r#""body":"disk sda is full","event.name":"failure","otel.scope.name":"app","#,
        r#""service.name":"disks","service.namespace":"shop","service.version":"1.2.0","#,
        r#""deployment.environment.name":"staging","service.instance.id":"disks-0","#,
        r#""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"SPAN","trace_flags":0,"#,
        r#""errcode.request.id":"r-1","errcode.task.id":"nightly run","error.type":"D1","#,
        r#""exception.type":"DiskError::Full","exception.message":"disk sda is full","#,
        r#""http.response.status_code":507,"url.path":"/disks/1","http.request.method":"PUT","#,
        r#""errcode.outcome":"failure","http.server.request.duration":1.250,"#,
        r#""http.request.resend_count":2,"errcode.category":"unknown","#,
        r#""code.file.path":"errcode-runtime/tests/dialects.rs","code.line.number":LINE,"#,
        r#""errcode.cause":"os says no","errcode.owner":"storage","#,
        r#""errcode.journey":{"dependency":"nas","attempts":3},"extra.tenant.name":"acme"}"#,
    );
    assert_eq!(numbered(&timeless(&lines[0], "timestamp"), "code.line.number"), expected);
}

/// The line with `LINE` for the number of this file's line.
fn numbered(line: &str, key: &str) -> String {
    let value: Map<String, Value> = serde_json::from_str(line).expect("JSON");
    let number = value[key].as_u64().expect("a number");
    line.replace(&format!("\"{key}\":{number}"), &format!("\"{key}\":LINE"))
}

#[test]
fn a_success_has_no_error_in_any_dialect() {
    let access = || {
        let mut served = Served::default();
        (served.method, served.uri, served.http_status) = (Some("GET"), Some("/disks"), Some(200));
        served.emit_access();
        call();
    };
    for (dialect, duration, of_call) in [
        (Dialect::Ecs, ("event.duration", 0.0), ("event.duration", 7e6)),
        (
            Dialect::Otel,
            ("http.server.request.duration", 0.0),
            ("http.client.request.duration", 0.007),
        ),
    ] {
        let lines = lines(dialect, access);
        let values: Vec<Map<String, Value>> =
            lines.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        for (value, (name, duration)) in values.iter().zip([duration, of_call]) {
            assert!(
                !value.keys().any(|key| key.starts_with("error.") || key.starts_with("exception."))
            );
            assert_eq!(value[name].as_f64(), Some(duration), "{value:?}");
        }
    }
}

#[test]
fn fields_with_any_values_do_not_break_a_line() {
    for dialect in [Dialect::Ecs, Dialect::Otel] {
        let lines = lines(dialect, || {
            tracing::info!(target: "app", duration_ms = "a\"b", location = 5, journey = true, "text");
            tracing::info!(target: "app", duration_ms = -1, location = "a\":12", code = 1.5, "text");
            tracing::info!(target: "external", duration_ms = false, location = ":", "text");
            tracing::info!(target: "app", duration_ms = u64::MAX, http_status = "\n", "text");
        });
        let values: Vec<Value> =
            lines.iter().map(|line| serde_json::from_str(line).expect(line)).collect();
        let duration = match dialect {
            Dialect::Ecs => "event.duration",
            _ => "http.server.request.duration",
        };
        let given: Vec<_> = values.iter().map(|line| line.get(duration).is_some()).collect();
        assert_eq!(given, [false, false, false, true]);
    }
}

#[test]
fn fields_with_any_names_do_not_break_a_line() {
    let events = || {
        let _span = tracing::info_span!("work", body = "span", depth = 1).entered();
        Context::with("a*b", "x\u{202e}\n");
        tracing::info!(target: "app", message = "hello", body = "own", trace_id = 9, a.b = true, a_b = 2);
    };
    let ecs = lines(Dialect::Ecs, events);
    assert!(
        ecs[0].ends_with(concat!(
            r#""labels":{"service_namespace":"shop","task_id":"nightly run","#,
            r#""body":"own","trace_id":9,"a_b":true,"depth":1}}"#,
            "\n"
        )),
        "{}",
        ecs[0]
    );
    let otel = lines(Dialect::Otel, events);
    assert!(
        otel[0].ends_with(concat!(
            r#""extra.body":"own","extra.trace_id":9,"a.b":true,"a_b":2,"depth":1,"#,
            r#""extra.a*b":"x\u202e\n"}"#,
            "\n"
        )),
        "{}",
        otel[0]
    );
    for line in [&ecs[0], &otel[0]] {
        let keys = line.matches("\"body\":").count();
        assert_eq!(keys, 1, "one member of each name: {line}");
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn members_have_the_names_that_a_service_gives_them() {
    let written = Written::default();
    let logging = Logging::new()
        .dialect(Dialect::Plain)
        .rename("msg", "message")
        .rename("ts", "time")
        .rename("nothing", "x")
        .rename("lvl", "logger")
        .writer(written.clone());
    let guard = logging.filter("info").install();
    assert!(guard.is_installed());
    tracing::info!(target: "app", message = "hello", time = 1);
    drop(guard);
    let text = String::from_utf8(written.0.lock().unwrap().clone()).expect("UTF-8");
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert!(
        messages[0].starts_with("logging: no member is named `nothing`; there are time, lvl, ")
    );
    assert_eq!(
        messages[1],
        "logging: `lvl` cannot be renamed to `logger`, which lines have already"
    );
    assert_eq!(messages[2], "hello");
    assert!(lines[2]["time"].is_string() && lines[2]["extra.time"] == 1, "{text}");
}

//! The binary as a user runs it: a free port, the script twice on the same database, a log of JSON lines.

mod support;

use evaluation_service::CATALOG;
use serde_json::Value;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};

/// Ends the service when a test is over, however it ends.
struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start() -> Running {
    let mut child = Command::new(env!("CARGO_BIN_EXE_evaluation-service"))
        .env("PORT", "0")
        .env("DATABASE_URL", "sqlite::memory:")
        .env("STORAGE_DIR", support::storage("process"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary");
    let stderr = BufReader::new(child.stderr.take().expect("stderr"));
    Running { child, stderr }
}

impl Running {
    fn base_url(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).expect("a line");
        line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line:?}")).to_owned()
    }

    /// Asks the service to end, as a container's runtime does, and returns its whole log.
    #[cfg(unix)]
    fn stop(mut self) -> (String, Vec<Value>) {
        let id = self.child.id().to_string();
        let signalled = Command::new("kill").args(["-TERM", &id]).status().expect("kill");
        assert!(signalled.success());
        let mut log = String::new();
        let mut stdout = self.child.stdout.take().expect("stdout");
        stdout.read_to_string(&mut log).expect("UTF-8");
        assert!(self.child.wait().expect("an exit status").success(), "{log}");
        let read = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        let events = log.lines().map(read).collect();
        (log, events)
    }

    /// Kills the service, since there is no signal for it.
    #[cfg(not(unix))]
    fn stop(mut self) -> (String, Vec<Value>) {
        self.child.kill().expect("a running service");
        let mut log = String::new();
        let mut stdout = self.child.stdout.take().expect("stdout");
        stdout.read_to_string(&mut log).expect("UTF-8");
        let read = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        let events = log.lines().map(read).collect();
        (log, events)
    }
}

fn provoke(base_url: &str) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/provoke.sh");
    let output = Command::new("sh").arg(script).env("BASE_URL", base_url).output().expect("sh");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    assert_eq!(printed.lines().count(), 30, "{printed}");
    assert_eq!(printed.lines().last(), Some("29 passed, 0 failed"), "{printed}");
}

#[test]
fn the_script_passes_twice_and_the_log_is_json_lines() {
    if !Command::new("curl").arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: no curl");
        return;
    }
    let mut service = start();
    let base_url = service.base_url();
    provoke(&base_url);
    provoke(&base_url);

    let (log, events) = service.stop();
    assert!(events.iter().all(Value::is_object));
    let with_code = |code: &str| events.iter().filter(|event| event["code"] == code).count();
    assert_eq!(with_code("E2002"), 2, "each failure is logged once:\n{log}");
    // The index skips the broken document, which is a failure too.
    assert_eq!(with_code("E3002"), 2 * 2, "{log}");
    assert_eq!(events.iter().filter(|event| event["code"].is_string()).count(), 2 * 30, "{log}");
}

#[test]
fn the_metrics_count_what_the_alert_rules_select() {
    let mut service = start();
    let base_url = service.base_url();
    let host = base_url.strip_prefix("http://").expect("an address");
    let refused = get(host, "/projects/17");
    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    let metrics = get(host, "/metrics");
    let value = |series: &str| metrics.lines().find_map(|line| line.strip_prefix(series));
    // `cargo errcode alerts` selects by the code, so each has a series before its first failure.
    for spec in CATALOG.errors() {
        let series = format!("errcode_errors_total{{code=\"{}\",", spec.code());
        let counted = value(&series).and_then(|rest| rest.rsplit(' ').next());
        let expected = if spec.code() == "E1003" { "1" } else { "0" };
        assert_eq!(counted, Some(expected), "{series}\n{metrics}");
    }
    let request = concat!(
        r#"http_server_request_duration_seconds_count{http_request_method="GET","#,
        r#"http_route="/projects/{id}",http_response_status_code="401",error_type="E1003"}"#
    );
    assert_eq!(value(request), Some(" 1"), "{metrics}");
}

/// Requests that end in many ways: served, refused by the framework, by an extractor, by a handler, by the database.
fn requests(token: &str) -> Vec<(&'static str, &'static str, String, &'static str)> {
    let signed = format!("Authorization: Bearer {token}\r\n");
    let json = format!("{signed}Content-Type: application/json\r\n");
    let text = format!("{signed}Content-Type: text/plain\r\n");
    let none = String::new();
    vec![
        ("GET", "/accounts/me", signed.clone(), ""),
        ("GET", "/errors", none.clone(), ""),
        ("GET", "/errors/E2001", none.clone(), ""),
        ("GET", "/errors/E9999", none.clone(), ""),
        ("GET", "/nowhere", none.clone(), ""),
        ("HEAD", "/nowhere", none.clone(), ""),
        ("DELETE", "/projects", signed.clone(), ""),
        ("OPTIONS", "/projects", signed.clone(), ""),
        ("GET", "/accounts/me", none.clone(), ""),
        ("GET", "/projects/17", signed.clone(), ""),
        ("GET", "/projects/seventeen", signed.clone(), ""),
        ("GET", "/projects?after=x", signed.clone(), ""),
        ("POST", "/projects", json.clone(), "{\"number\": "),
        ("POST", "/projects", json.clone(), "{\"number\": 17}"),
        ("POST", "/projects", json.clone(), r#"{"number":"P-1","project_name":"P-1","budget":1}"#),
        ("POST", "/projects", json.clone(), r#"{"number":"P-2","project_name":"b","budget":1}"#),
        ("POST", "/projects", text, "{}"),
        ("POST", "/documents/0/parse", json.clone(), "{}"),
        ("POST", "/evaluations/0/start", json, "{}"),
    ]
}

#[test]
fn each_failing_request_has_one_line_of_a_failure_and_no_other_has_one() {
    let mut service = start();
    let base_url = service.base_url();
    let host = base_url.strip_prefix("http://").expect("an address");
    let account = r#"{"name":"Mei","role":"manager"}"#;
    let json = "Content-Type: application/json\r\n";
    let registered = send(host, "POST", "/accounts", json, account);
    let token = registered.split(r#""token":""#).nth(1).and_then(|rest| rest.get(..64));
    let requests = requests(token.expect("a token"));
    let exchange = |round: usize| {
        let mut answers = Vec::new();
        for (number, (method, path, fields, body)) in requests.iter().enumerate() {
            let id = format!("round-{round}-request-{number}");
            let fields = format!("X-Request-Id: {id}\r\n{fields}");
            answers.push((id, send(host, method, path, &fields, body)));
        }
        answers
    };
    let answers: Vec<_> = std::thread::scope(|scope| {
        let rounds: Vec<_> = (0..8).map(|round| scope.spawn(move || exchange(round))).collect();
        rounds.into_iter().flat_map(|round| round.join().expect("no panic")).collect()
    });

    let (log, events) = service.stop();
    let mut failures: HashMap<&str, Vec<&str>> = HashMap::new();
    for event in events.iter().filter(|event| event["event"] == "failure") {
        let id = event["requestId"].as_str().unwrap_or_else(|| panic!("no id: {event}"));
        failures.entry(id).or_default().push(event["code"].as_str().expect("a code"));
    }
    for (id, answer) in &answers {
        let code = answer.lines().find_map(|line| line.strip_prefix("x-error-code: "));
        let failed = answer.get(9..12).is_some_and(|status| status >= "400");
        assert_eq!(failed, code.is_some(), "{answer}");
        let logged = failures.remove(id.as_str()).unwrap_or_default();
        assert!(logged.iter().eq(&code), "{id}: {logged:?}\n{answer}\n{log}");
    }
    assert!(failures.is_empty(), "{failures:?}\n{log}");
}

fn get(host: &str, path: &str) -> String {
    send(host, "GET", path, "", "")
}

/// Returns the whole response.
fn send(host: &str, method: &str, path: &str, fields: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(host).expect("the service listens");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{fields}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("a request");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("UTF-8");
    response
}

#[test]
fn a_failing_script_says_so() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/provoke.sh");
    let output =
        Command::new("sh").arg(script).env("BASE_URL", "http://127.0.0.1:1").output().expect("sh");
    assert!(!output.status.success());
}

/// Returns what the service writes to stderr when it does not start.
fn refused(setting: &str, value: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_evaluation-service"))
        .env("STORAGE_DIR", support::storage("settings"))
        .env("DATABASE_URL", "sqlite::memory:")
        .env(setting, value)
        .output()
        .expect("the binary");
    assert!(!output.status.success());
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn a_wrong_setting_is_reported_without_a_panic() {
    let told = refused("DATABASE_URL", "mysql://127.0.0.1/bids");
    assert!(told.starts_with("error: ") && !told.contains("panicked"), "{told}");
    let told = "error: invalid `PORT` `many`; write a number from 0 to 65535\n";
    assert_eq!(refused("PORT", "many"), told);
    let told = "error: invalid value of `FEATURE_RAG_ENHANCED`; write `true` or `false`\n";
    assert_eq!(refused("FEATURE_RAG_ENHANCED", "perhaps"), told);
}

#[test]
fn a_port_in_use_is_reported_with_the_fix() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = taken.local_addr().expect("an address").port();
    let told =
        format!("error: port {port} is in use; set `PORT` to another one, as in `PORT=3001`\n");
    assert_eq!(refused("PORT", &port.to_string()), told);
}

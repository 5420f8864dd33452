//! An ordinary service with hand-written statuses, `tests/service`, before and after `adopt`: it answers with the same
//! statuses, and all its errors in one form.

#[expect(dead_code, reason = "the fixture is used by other tests")]
mod support;
#[path = "support/workspace.rs"]
mod workspace;

use serde_json::Value;
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use support::{errcode_in, repository, scratch};
use workspace::{binary, cargo};

/// Copies the service, and gives it the versions of this workspace.
fn checkout(name: &str) -> PathBuf {
    let directory = scratch(name);
    support::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service"), &directory);
    fs::copy(repository().join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
    directory
}

/// The running service, which is stopped in the end.
struct Service {
    child: Child,
    address: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    body: String,
}

impl Service {
    /// Builds and runs the service. Returns also what cargo printed.
    fn start(directory: &Path) -> (Self, String) {
        let built = cargo(directory, &["build"]);
        let log = fs::File::create(directory.join("log")).unwrap();
        let mut child =
            Command::new(binary("shelf")).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap().to_owned();
        (Self { child, address }, built)
    }

    fn ask(&self, request: &Request) -> Answer {
        let Request { method, path, token, body, content_type } = request;
        let authorization =
            token.as_ref().map(|token| format!("authorization: Bearer {token}\r\n"));
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: {content_type}\r\n{}\
             content-length: {}\r\n\r\n",
            self.address,
            authorization.unwrap_or_default(),
            body.len()
        );
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all((head + body).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, body: body.to_owned() }
    }

    fn token(&self, name: &str, seconds: u64) -> String {
        let answer = self.ask(&login(name, "open sesame", seconds));
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        body["token"].as_str().unwrap().to_owned()
    }

    /// Makes each request in turn.
    fn answers(&self) -> Vec<(&'static str, Answer)> {
        let tokens = ["ada", "bob", "cyd"].map(|name| self.token(name, 600));
        let expired = self.token("ada", 0);
        let requests = requests(&tokens, &expired);
        requests.iter().map(|(what, request)| (*what, self.ask(request))).collect()
    }
}

struct Request {
    method: &'static str,
    path: &'static str,
    token: Option<String>,
    body: String,
    content_type: &'static str,
}

fn request(method: &'static str, path: &'static str) -> Request {
    Request { method, path, token: None, body: String::new(), content_type: "application/json" }
}

impl Request {
    fn with(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    fn body(self, body: &str) -> Self {
        Self { body: body.to_owned(), ..self }
    }
}

fn login(name: &str, password: &str, seconds: u64) -> Request {
    let body = format!(r#"{{"name": "{name}", "password": "{password}", "seconds": {seconds}}}"#);
    request("POST", "/tokens").body(&body)
}

/// Everything that can go wrong in the service, and what it needs to go wrong.
fn requests([ada, bob, cyd]: &[String; 3], expired: &str) -> Vec<(&'static str, Request)> {
    let add = |body: &str| request("POST", "/books").with(ada).body(body);
    let book = r#"{"isbn": "978-0-00-0001", "title": "Bridges"}"#;
    let text = Request { content_type: "text/plain", ..add(book) };
    vec![
        ("added", add(book)),
        ("unique violation", add(book)),
        ("malformed JSON", add(r#"{"isbn": "#)),
        ("wrong shape", add(r#"{"isbn": 7, "title": "Bridges"}"#)),
        ("no JSON", text),
        ("validation", add(r#"{"isbn": "1", "title": ""}"#)),
        ("no token", request("POST", "/books").body(book)),
        ("bad token", request("POST", "/books").with("a.b.c").body(book)),
        ("expired token", request("POST", "/books").with(expired).body(book)),
        ("not allowed", request("POST", "/books").with(bob).body(book)),
        ("wrong password", login("ada", "guess", 600)),
        ("no such book", request("GET", "/books/17")),
        ("no number", request("GET", "/books/seventeen")),
        ("lent", request("POST", "/books/1/loan").with(cyd)),
        ("on loan", request("POST", "/books/1/loan").with(ada)),
        ("fines", request("POST", "/books/1/loan").with(bob)),
        ("anyhow", request("GET", "/books/1/label")),
        ("failed query", request("GET", "/statistics?what=loans")),
        ("locked", request("GET", "/statistics?what=shelves")),
        ("no query", request("GET", "/statistics")),
        ("panic", request("GET", "/statistics?what=none")),
        ("unknown route", request("GET", "/shelves")),
        ("wrong method", request("DELETE", "/books/1")),
    ]
}

/// The statuses of the service as its authors wrote it, in the order of `requests`.
const STATUSES: [u16; 23] = [
    201, 409, 400, 422, 415, 422, 401, 401, 401, 403, 401, 404, 400, 204, 409, 402, 500, 500, 423,
    400, 500, 404, 405,
];

const ADOPTED: &str = "\
src/auth.rs:13: AuthError
  B0001  401  Missing
  B0002  401  Expired
  B0003  401  Token
  B0004  403  NotAllowed
src/error.rs:16: ApiError
  B0005  404  NoBook
  B0006  409  OnLoan
  B0007  402  Fines
  B0008  423  Stocktaking
  B0009  422  Invalid
  transparent  Auth
  transparent  Store
  B0010  500  Other
src/store.rs:9: StoreError
  B0011  409  Duplicate
  B0012  500  Query
  B0013  503  Connection
src/store.rs:20: QueryError (internal)
  B0014  500  QueryError
14 codes in 4 types of 3 files written

also written:
  src/error.rs:51: `impl IntoResponse for ApiError` is removed
  src/error.rs:35: `ApiError::status_code` is removed
  src/store.rs:26: `StoreError::status_code` is removed
  src/api.rs: the router gets the layer

next steps:
  1. run `cargo add -p shelf --git https://github.com/errcode-rs/errcode errcode-core errcode-axum errcode-runtime`
  2. call `errcode_runtime::init()` at the start of `main`: without a log, nobody sees the failures
  3. run `cargo fix --allow-dirty`, which removes unused imports, and delete what only the removed code used
  4. clients get another body with neutral messages: add `user_msg` or `public`; a `BodyFormat` keeps the old body
  5. check the statuses, then run `cargo errcode lock` and `cargo errcode lint`
";

/// Does what `adopt` prints, with the crates of this repository.
fn take_the_steps(directory: &Path, steps: &str) {
    for step in steps.lines() {
        for command in step.split('`').skip(1).step_by(2) {
            let words: Vec<&str> = command.split(' ').collect();
            match words.as_slice() {
                ["cargo", "add", "-p", package, "--git", _, crates @ ..] => {
                    let paths = crates.iter().map(|name| repository().join(name));
                    for path in paths {
                        cargo(directory, &["add", "-p", package, "--path", path.to_str().unwrap()]);
                    }
                }
                ["cargo", "errcode", command] => {
                    // From the binary, since the tool would build with the target directory of other tests.
                    cargo(directory, &["build"]);
                    let run = errcode_in(
                        directory,
                        [*command, "--from", binary("shelf").to_str().unwrap()],
                    );
                    assert_ne!(run.code, 2, "{command}: {}", run.stderr);
                }
                // It would check all dependencies once more; what it removes is in the warnings below.
                ["cargo", "fix", "--allow-dirty"] | [_] => {}
                _ => panic!("unknown step: {step}"),
            }
        }
    }
}

#[test]
fn an_adopted_service_answers_as_before_in_one_form() {
    let directory = checkout("service");
    let before = Service::start(&directory).0.answers();
    let statuses: Vec<u16> = before.iter().map(|(_, answer)| answer.status).collect();
    assert_eq!(statuses, STATUSES, "{before:#?}");

    let adopted = errcode_in(&directory, ["adopt", "--prefix", "B", "--write"]);
    assert_eq!(adopted.stderr, "");
    let adopted = adopted.exits(0);
    let (adopted, catalog) = adopted.split_once("\ncatalog for src/main.rs:\n\n").unwrap();
    assert_eq!(adopted, ADOPTED);
    let (_, steps) = adopted.split_once("next steps:\n").unwrap();
    take_the_steps(&directory, steps);
    let root = fs::read_to_string(directory.join("src/main.rs")).unwrap();
    assert!(root.ends_with(&format!("\n\n{catalog}")), "{root}");
    let (service, built) = Service::start(&directory);
    for warning in built.lines().filter(|line| line.starts_with("warning: ")) {
        let is_summary = warning.contains("(bin \"shelf\") generated ");
        assert!(warning.starts_with("warning: unused import") || is_summary, "{warning}");
    }
    let after = service.answers();
    for ((what, before), (_, after)) in before.iter().zip(&after) {
        assert_eq!(before.status, after.status, "{what}: {}", after.body);
        if after.status < 400 {
            assert_eq!(before.body, after.body, "{what}");
        } else {
            in_the_envelope(what, after);
        }
    }
    assert_eq!(errcode_in(&directory, ["adopt", "--prefix", "B"]).exits(0), "nothing to adopt\n");
}

/// Each error is in the envelope, with a public code and nothing of what caused it.
#[track_caller]
fn in_the_envelope(what: &str, answer: &Answer) {
    let body: Value =
        serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{what}: {answer:?}"));
    assert_eq!(body["success"], false, "{what}");
    for text in
        [&body["error"]["message"], &body["request_id"], &body["trace_id"], &body["timestamp"]]
    {
        assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{what}: {body}");
    }
    let code = body["error"]["code"].as_str().unwrap();
    assert_eq!(code, CODES.iter().find(|(of, _)| *of == what).unwrap().1, "{what}");
    for secret in ["loans", "978-0", "SELECT", "guess", "invalid digit", "no statistics"] {
        assert!(!answer.body.contains(secret), "{what}: {body}");
    }
}

const CODES: [(&str, &str); 21] = [
    ("unique violation", "B0011"),
    ("malformed JSON", "HTTP_400"),
    ("wrong shape", "HTTP_422"),
    ("no JSON", "HTTP_415"),
    ("validation", "B0009"),
    ("no token", "B0001"),
    ("bad token", "B0003"),
    ("expired token", "B0002"),
    ("not allowed", "B0004"),
    ("wrong password", "HTTP_401"),
    ("no such book", "B0005"),
    ("no number", "HTTP_400"),
    ("on loan", "B0006"),
    ("fines", "B0007"),
    ("anyhow", "B0010"),
    ("failed query", "B0012"),
    ("locked", "B0008"),
    ("no query", "HTTP_400"),
    ("panic", "SERVER_ERROR"),
    ("unknown route", "HTTP_404"),
    ("wrong method", "HTTP_405"),
];

//! A server on loopback that answers what a script says, and what the calls of a peer report.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

use errcode_reqwest::{HttpError, HttpFault, Peer};
use errcode_resilience::{CallError, CircuitBreaker, Dependency, Jitter, Policy, Reason, Retry};
use errcode_runtime::{Event, Observing, observe};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What the server does with a connection, which takes one request.
#[derive(Clone, Debug)]
pub enum Does {
    /// Writes these bytes and closes.
    Answers(String),
    /// Writes these bytes and keeps the connection open.
    Hangs(String),
}

pub use Does::{Answers, Hangs};

/// An answer with a status, headers that end with `\r\n`, and a whole body.
pub fn answer(status: u16, headers: &str, body: &str) -> Does {
    let length = body.len();
    Answers(format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{headers}\r\n{body}"))
}

pub fn ok(body: &str) -> Does {
    answer(200, "", body)
}

pub struct Server {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server whose connections take the steps in turn. The last one repeats.
    pub async fn start(script: impl Into<Vec<Does>>) -> Self {
        let (script, requests) = (script.into(), Arc::new(Mutex::new(Vec::new())));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let got = Arc::clone(&requests);
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((mut connection, _)) = listener.accept().await {
                let Some(request) = request(&mut connection).await else { continue };
                let at = {
                    let mut got = got.lock().unwrap();
                    got.push(request);
                    got.len() - 1
                };
                match &script[at.min(script.len() - 1)] {
                    Answers(bytes) => drop(connection.write_all(bytes.as_bytes()).await),
                    Hangs(bytes) => {
                        let _ = connection.write_all(bytes.as_bytes()).await;
                        open.push(connection);
                    }
                }
            }
        });
        Self { url, requests }
    }

    /// The requests, each as it came.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Reads a whole request: its head, and as much of a body as that says.
async fn request(connection: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some(head) = text.find("\r\n\r\n") {
            let length = header(&text, "content-length").map_or(0, |value| value.parse().unwrap());
            if read.len() >= head + 4 + length {
                return Some(text);
            }
        }
        let mut piece = [0; 4096];
        match connection.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => read.extend_from_slice(&piece[..length]),
        }
    }
}

/// The value of a header of a request.
pub fn header<'r>(request: &'r str, name: &str) -> Option<&'r str> {
    let head = request.split("\r\n\r\n").next()?;
    head.lines().skip(1).find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// A dependency of the test's own, so that its events, budget and breaker are.
pub fn dependency(name: &'static str) -> &'static Dependency {
    Box::leak(Box::new(Dependency::new(name)))
}

/// Three attempts without a real wait, and a breaker that the first failure opens at the end of the call.
pub fn policy(dependency: &'static Dependency) -> Policy {
    let retry = Retry::new(3).base(Duration::from_millis(1)).jitter(Jitter::None);
    Policy::new(dependency).retry(retry.max_after(Duration::from_millis(1)))
}

pub fn with_breaker(dependency: &'static Dependency, failures: u32) -> Peer {
    let breaker = CircuitBreaker::consecutive(failures, Duration::from_secs(60), 1);
    Peer::new(policy(dependency).breaker(breaker))
}

/// A client that asks no proxy, and that gives up on a peer that does not answer.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap()
}

/// The fault of the last attempt.
#[track_caller]
pub fn fault<T>(result: Result<T, CallError<HttpError>>) -> HttpFault {
    match result.err().expect("a failure").into_reason() {
        Reason::Failed(error) => error.fault(),
        other => panic!("{other:?}"),
    }
}

/// The `external` events of a dependency, as `METHOD URI STATUS RETRIES ERROR`.
pub struct Calls {
    lines: Arc<Mutex<Vec<String>>>,
    _observing: Observing,
}

impl Calls {
    pub fn of(dependency: &'static Dependency) -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (to, name) = (Arc::clone(&lines), dependency.name());
        let observing = observe(move |event: &Event<'_>| {
            if let Event::External(call) = event
                && call.dependency == name
            {
                let status = call.http_status.map_or("-".into(), |status| status.to_string());
                let (method, uri, retries) = (call.method, call.uri, call.retry_count);
                let error = call.error.unwrap_or("-");
                to.lock().unwrap().push(format!("{method} {uri} {status} {retries} {error}"));
            }
        });
        Self { lines, _observing: observing }
    }

    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

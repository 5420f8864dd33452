//! Runs a service on a real listener, sends it bytes, and sees the bytes that come back and the lines of its log.

use axum::Router;
use errcode_runtime::JsonLines;
use serde_json::Value;
use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};
use tokio::sync::oneshot;
use tracing_subscriber::layer::SubscriberExt as _;

/// A service on a port of its own, with a log of its own.
pub(crate) struct Server {
    address: SocketAddr,
    log: Arc<Mutex<Vec<u8>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(app: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let log = Arc::new(Mutex::new(Vec::new()));
        let (stop, stopped) = oneshot::channel();
        let lines = Arc::clone(&log);
        let serve = move || {
            let layer = JsonLines::to(move |line| {
                lines.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(line);
            });
            let subscriber = tracing_subscriber::registry().with(layer);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            tracing::subscriber::with_default(subscriber, || {
                runtime.expect("a runtime").block_on(async {
                    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                    let serving = axum::serve(listener, app).with_graceful_shutdown(async {
                        let _ = stopped.await;
                    });
                    serving.await.expect("the service runs");
                });
            });
        };
        let thread = std::thread::spawn(serve);
        Self { address, log, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).expect("the service listens")
    }

    /// Sends one request and reads until the service closes the connection.
    pub(crate) fn send(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        // A service that refuses a request may close the connection before it has read it.
        let _ = stream.write_all(request);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let _ = stream.shutdown(Shutdown::Both);
        Answer::read(&bytes)
    }

    /// Waits for the requests that are running, stops the service, and returns its log.
    pub(crate) fn stop(mut self) -> Log {
        self.join();
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Log(String::from_utf8(log).expect("lines are UTF-8"))
    }

    fn join(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.join();
    }
}

/// The lines of a service's log.
pub(crate) struct Log(pub(crate) String);

impl Log {
    pub(crate) fn lines(&self) -> Vec<Value> {
        let read =
            |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.0.lines().map(read).collect()
    }
}

/// An answer as it came over the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let body = bytes.get(end + 4..).unwrap_or_default().to_vec();
        let Some(status) = status else { panic!("not an answer: {head:?}") };
        let mut answer = Self { status, head, body };
        if answer.header("transfer-encoding").is_some() {
            answer.body = joined(&answer.body);
        }
        answer
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }

    pub(crate) fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        fields.filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The chunks of a body (RFC 9112 section 7.1), as far as they came.
fn joined(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).ok();
        let Some(size) = size.and_then(|size| usize::from_str_radix(size, 16).ok()) else { break };
        let Some(chunk) = rest.get(end + 2..end + 2 + size).filter(|chunk| !chunk.is_empty())
        else {
            break;
        };
        body.extend_from_slice(chunk);
        rest = rest.get(end + 4 + size..).unwrap_or_default();
    }
    body
}

/// A request with a body of this media type; further headers end with `\r\n` each.
pub(crate) fn post(path: &str, kind: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: {kind}\r\n\
         Content-Length: {}\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

/// A request without a body.
pub(crate) fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n").into_bytes()
}

/// One request to a service of its own.
pub(crate) fn exchange(app: Router, request: &[u8]) -> (Answer, Log) {
    let server = Server::start(app);
    let answer = server.send(request);
    (answer, server.stop())
}

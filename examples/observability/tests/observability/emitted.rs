//! Runs the examples, and keeps their metrics and lines.

use errcode_core::{AppError, Failure};
use errcode_resilience::{CircuitBreaker, Dependency, Policy, Retry, with_fallback};
use errcode_runtime::{
    Context, Dialect, Logging, ServiceInfo, TaskOutcome,
    alert::{Alerts, AlertsGuard, Webhook},
    guarded,
};
use evaluation_service::{Config, Service};
use serde_json::Value;
use std::{
    io::{self, Read as _, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    sync::{
        Arc, Condvar, LazyLock, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use ticket_bot::{Demonstration, Queue, Tracker, Work, bot};
use tokio::{net::TcpListener, runtime::Runtime};

/// What the examples emit. The service goes on, so that it can be scraped.
pub(crate) struct Emitted {
    pub(crate) address: SocketAddr,
    /// The lines of the log.
    pub(crate) lines: Vec<Value>,
    runtime: Runtime,
    _alerts: AlertsGuard,
}

/// Runs the examples once.
pub(crate) fn emitted() -> &'static Emitted {
    static EMITTED: OnceLock<Emitted> = OnceLock::new();
    EMITTED.get_or_init(|| {
        let out = Out::default();
        ServiceInfo::new("observability").version("1.0.0").environment("test").set();
        let log = Logging::new().json().dialect(Dialect::Ecs).capacity(64 << 10).filter("info");
        let guard = log.writer(out.clone()).install();
        let runtime = Runtime::new().unwrap();
        let address = runtime.block_on(serve());
        let alerts = runtime.block_on(run_the_bot());
        let mut emitted = Emitted { address, lines: Vec::new(), runtime, _alerts: alerts };
        emitted.provoke();
        out.overflow();
        assert!(guard.flush(Duration::from_secs(60)), "the lines are written");
        emitted.lines = out.lines();
        // The tests of this process log nothing more that is read.
        std::mem::forget(guard);
        emitted
    })
}

async fn serve() -> SocketAddr {
    let config = Config {
        database_url: "sqlite::memory:".to_owned(),
        storage: crate::scratch("storage"),
        // No request here asks questions.
        upstream_url: "http://127.0.0.1:1".to_owned(),
        open_time: Duration::from_secs(30),
        features_file: None,
    };
    let app = evaluation_service::app(Service::open(config).await.unwrap());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// Does the tasks of the bot's demonstration, with alerts.
async fn run_the_bot() -> AlertsGuard {
    let queue = Queue::open("sqlite::memory:").await.unwrap();
    for (ticket, _) in Demonstration::TICKETS {
        queue.add(ticket, Work::Comment).await.unwrap();
    }
    queue.add("APEX-9", Work::Mirror).await.unwrap();
    let demonstration = Demonstration::start().await.unwrap();
    let webhook = Webhook::new(&demonstration.webhook).unwrap();
    let alerts = Alerts::new().to(webhook).start().unwrap();
    let trackers = [&demonstration.tracker, &demonstration.mirror];
    let [tracker, mirror] = trackers.map(|address| Tracker::new(address).unwrap());
    bot(queue, tracker, mirror).run().await;
    alerts
}

#[derive(Debug, AppError)]
#[error("the archive answered {0}", code = "X1", category = external, retryable(after = "1ms"))]
struct Archive(u16);

static ARCHIVE: Dependency = Dependency::new("archive");

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let breaker = CircuitBreaker::consecutive(3, Duration::from_secs(3600), 1);
    Policy::new(&ARCHIVE).retry(Retry::new(2)).breaker(breaker)
});

impl Emitted {
    /// Lets requests and calls fail, so that all counters move.
    pub(crate) fn provoke(&self) {
        static ACCOUNTS: AtomicU32 = AtomicU32::new(0);
        let name = ACCOUNTS.fetch_add(1, Ordering::Relaxed);
        let account =
            format!(r#"{{"name": "ada {name}", "role": "manager", "requests_per_minute": 1}}"#);
        let account = self.post("/accounts", None, &account);
        let token = account.split_once("\"token\":\"").unwrap().1.split('"').next().unwrap();
        for _ in 0..2 {
            self.get("/accounts/me", Some(token)); // the second is one too many
        }
        self.get("/no/such/route", None);
        self.get("/projects/17", None);
        // A port that nobody listens on answers nothing: 502.
        let unused = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}/", unused.local_addr().unwrap());
        drop(unused);
        let failed =
            self.post("/demo/relay", None, &format!(r#"[{{"url": "{url}", "arguments": []}}]"#));
        assert!(failed.starts_with("HTTP/1.1 502 "), "{failed}");
        self.runtime.block_on(call_the_archive());
    }

    pub(crate) fn get(&self, path: &str, token: Option<&str>) -> String {
        self.send("GET", path, token, "")
    }

    fn post(&self, path: &str, token: Option<&str>, body: &str) -> String {
        self.send("POST", path, token, body)
    }

    /// Returns the whole response.
    fn send(&self, method: &str, path: &str, token: Option<&str>, body: &str) -> String {
        let token = token.map(|token| format!("authorization: Bearer {token}\r\n"));
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n{}\
             content-length: {}\r\n\r\n{body}",
            self.address,
            token.unwrap_or_default(),
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }
}

/// Calls a system that always fails: attempts, the end of the attempts, an open circuit breaker, fallbacks, and a task
/// that fails for it.
async fn call_the_archive() {
    for _ in 0..3 {
        let call = POLICY.call(|| async { Err::<String, _>(Archive(503)) });
        let answer: Result<_, Failure> =
            with_fallback(&ARCHIVE, call).or_value("empty", String::new).await;
        assert!(answer.is_ok());
    }
    let outcome = guarded(Context::task("archive"), async { Err::<(), _>(Archive(503)) }).await;
    assert!(matches!(outcome, TaskOutcome::Retry { .. }));
}

/// The output of the log, which can be shut.
#[derive(Clone, Default)]
struct Out(Arc<(Mutex<State>, Condvar)>);

#[derive(Default)]
struct State {
    is_shut: bool,
    text: Vec<u8>,
}

impl Out {
    fn shut(&self, is_shut: bool) {
        let (state, changed) = &*self.0;
        state.lock().unwrap_or_else(PoisonError::into_inner).is_shut = is_shut;
        changed.notify_all();
    }

    /// Logs more than the queue holds while nothing is written.
    fn overflow(&self) {
        self.shut(true);
        let long = "x".repeat(8 << 10);
        for _ in 0..64 {
            tracing::info!(target: "app", "{long}");
        }
        self.shut(false);
    }

    fn lines(&self) -> Vec<Value> {
        let text = &self.0.0.lock().unwrap_or_else(PoisonError::into_inner).text;
        let lines = std::str::from_utf8(text).unwrap().lines();
        lines.map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (state, changed) = &*self.0;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = changed
            .wait_while(state, |state| state.is_shut)
            .unwrap_or_else(PoisonError::into_inner);
        state.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

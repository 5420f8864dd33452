//! The upstream is killed and started again: the circuit breaker opens, lets probes through, and closes.

mod support;

use evaluation_service::Api;
use serde_json::json;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use support::{Answer, Client, Prepared, post, upload};
use utoipa::OpenApi as _;

/// How long the test waits for anything.
const PATIENCE: Duration = Duration::from_secs(30);
/// The time between two polls.
const INTERVAL: Duration = Duration::from_millis(100);

/// The upstream as a process. It ends with the test.
struct Upstream {
    process: Child,
    url: String,
}

impl Upstream {
    fn start(port: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_evaluation-service"))
            .arg("upstream")
            .env("PORT", port)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("stdout");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let url = line.trim().strip_prefix("listening on ").expect("an address").to_owned();
        Self { process, url }
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Searching {
    client: Client,
    prepared: Prepared,
}

impl Searching {
    async fn search(&self, degraded: bool) -> Answer {
        let path = format!("/projects/{}/search", self.prepared.project);
        let body = json!({"query": "price", "degraded": degraded});
        self.client.send(post(&path, &self.prepared.manager, &body)).await
    }

    /// The value of a metric of the vector store; `None` before its first change.
    async fn metric(&self, name: &str, labels: &str) -> Option<String> {
        let page = self.client.metrics().await;
        let series = format!("{name}{{dependency=\"vector-store\"{labels}}} ");
        page.lines().find_map(|line| line.strip_prefix(&series).map(str::to_owned))
    }

    async fn state(&self) -> Option<String> {
        self.metric("errcode_breaker_state", "").await
    }

    /// Searches until an answer fits, and returns it.
    async fn until(&self, degraded: bool, fits: impl Fn(&Answer) -> bool) -> Answer {
        let begin = Instant::now();
        loop {
            let answer = self.search(degraded).await;
            if fits(&answer) {
                return answer;
            }
            assert!(begin.elapsed() < PATIENCE, "{} {}", answer.status, answer.text);
            // An account has 600 requests a minute.
            tokio::time::sleep(INTERVAL).await;
        }
    }
}

fn is_degraded(answer: &Answer) -> bool {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.header("x-degraded") == "keyword-search"
}

#[tokio::test]
async fn the_breaker_opens_while_the_upstream_is_gone_and_closes_when_it_is_back() {
    let upstream = Upstream::start("0");
    let url = upstream.url.clone();
    let port = url.rsplit(':').next().expect("a port").to_owned();
    let (document, open_time) = (Api::openapi(), Duration::from_secs(3));
    let client = Client::open_at("sqlite::memory:", "restart", &document, url, open_time).await;
    let prepared = Prepared::new(&client).await;
    let documents = format!("/projects/{}/documents", prepared.project);
    let text = "Price\nten per day\n";
    client.prepare(upload(&documents, &prepared.manager, "terms.txt", text, None)).await;
    let searching = Searching { client, prepared };
    assert!(!is_degraded(&searching.search(true).await));

    // Gone: each answer is degraded, and after some failures the upstream is no longer called.
    drop(upstream);
    while searching.state().await.as_deref() != Some("2") {
        assert!(is_degraded(&searching.search(true).await));
    }
    assert!(is_degraded(&searching.search(true).await));
    let refused = searching.search(false).await;
    refused.assert_code("E5004", 503);
    let wait = |answer: &Answer| answer.header("retry-after").parse::<u64>().expect("seconds");
    let first = wait(&refused);
    assert!((1..=3).contains(&first), "{first}");
    let later = searching.until(false, |answer| wait(answer) < first).await;
    later.assert_code("E5004", 503);

    // Back: the next probe succeeds, and after three the breaker is closed.
    let _upstream = Upstream::start(&port);
    searching.until(true, |answer| !is_degraded(answer)).await;
    assert_eq!(searching.state().await.as_deref(), Some("1"), "half open");
    for _ in 0..2 {
        assert!(!is_degraded(&searching.search(true).await));
    }
    assert_eq!(searching.state().await.as_deref(), Some("0"), "closed");
    for to in ["open", "half_open", "closed"] {
        let labels = format!(",to=\"{to}\"");
        let changes = searching.metric("errcode_breaker_transitions_total", &labels).await;
        assert!(changes.is_some_and(|changes| changes != "0"), "{to}");
    }
}

//! The queries in Prometheus: the names that they select are scraped, and Prometheus itself finds something for each.

use crate::{
    emitted::{Emitted, emitted},
    file, grafana,
    promql::names,
    read, scratch,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const RULES: &str = "prometheus/evaluation-service.rules.json";

/// A query, where it is from, and the labels that its legend shows.
pub(crate) struct Query {
    pub(crate) place: String,
    pub(crate) expression: String,
    pub(crate) shown: BTreeSet<String>,
}

fn queries() -> Vec<Query> {
    let rules: Value = serde_json::from_str(&read(RULES)).unwrap();
    let groups = rules["groups"].as_array().unwrap().iter();
    let rules = groups.flat_map(|group| group["rules"].as_array().unwrap());
    let rules = rules.map(|rule| Query {
        place: format!("rule {}", rule["alert"]),
        expression: rule["expr"].as_str().unwrap().to_owned(),
        shown: BTreeSet::new(),
    });
    let queries: Vec<Query> = grafana::queries().into_iter().chain(rules).collect();
    assert!(queries.len() > 20, "all queries are found");
    queries
}

/// The labels of each metric that was scraped.
fn scraped(emitted: &Emitted) -> BTreeMap<String, BTreeSet<String>> {
    let mut metrics = BTreeMap::<String, BTreeSet<String>>::new();
    let page = emitted.get("/metrics", None);
    let (_, page) = page.split_once("\r\n\r\n").unwrap();
    for series in page.lines().filter(|line| line.contains(' ') && !line.starts_with('#')) {
        let found = names(series.rsplit_once(' ').unwrap().0);
        for (name, labels) in found.metrics {
            metrics.entry(name).or_default().extend(labels);
        }
    }
    metrics
}

#[test]
fn each_name_in_a_query_is_emitted() {
    let metrics = scraped(emitted());
    // Prometheus adds it to each series that it scrapes.
    let is_added = |label: &String| label == "job";
    for Query { place, expression, shown } in queries() {
        let found = names(&expression);
        assert!(!found.metrics.is_empty(), "{place}");
        let mut all = BTreeSet::new();
        for (metric, selected) in &found.metrics {
            let Some(labels) = metrics.get(metric) else {
                panic!("{place}: nothing emits `{metric}`\n{metrics:#?}");
            };
            for label in selected.iter().filter(|label| !is_added(label)) {
                assert!(
                    labels.contains(label),
                    "{place}: `{metric}` has no label `{label}`: {labels:?}"
                );
            }
            all.extend(labels);
        }
        for label in found.groups.iter().chain(&shown).filter(|label| !is_added(label)) {
            assert!(all.contains(label), "{place}: no metric has the label `{label}`: {all:?}");
        }
    }
}

/// Returns whether the tool is installed; else says so.
fn is_there(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        println!("skipped: no {tool}");
    }
    found
}

#[test]
fn promtool_accepts_configuration_and_rules() {
    if !is_there("promtool") {
        return;
    }
    for (what, path) in [("config", "prometheus/prometheus.yml"), ("rules", RULES)] {
        let output =
            Command::new("promtool").args(["check", what]).arg(file(path)).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{printed}");
    }
}

/// A real Prometheus, with the files of this package.
struct Prometheus {
    child: Child,
    address: SocketAddr,
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Prometheus {
    fn start(scraped: SocketAddr) -> Self {
        let directory = scratch("prometheus");
        let configuration = read("prometheus/prometheus.yml")
            .replace("127.0.0.1:3000", &scraped.to_string())
            .replace("15s", "1s");
        fs::write(directory.join("prometheus.yml"), configuration).unwrap();
        let rules = Path::new(RULES).file_name().unwrap();
        fs::copy(file(RULES), directory.join(rules)).unwrap();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", directory.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", directory.join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(fs::File::create(directory.join("log")).unwrap())
            .spawn()
            .unwrap();
        Self { child, address }
    }

    /// Returns the answer of the API, or `None` while Prometheus starts.
    fn ask(&self, path: &str, form: &str) -> Option<Value> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        let method = if form.is_empty() { "GET" } else { "POST" };
        let request = format!(
            "{method} {path} HTTP/1.0\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{form}",
            self.address,
            form.len()
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
    }

    /// Returns what the query finds now.
    fn query(&self, expression: &str) -> Option<Vec<Value>> {
        let expression = ["$__rate_interval", "$__range"]
            .iter()
            .fold(expression.replace("$job", ".+"), |text, name| text.replace(name, "1m"));
        let encoded: String = expression.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let answer = self.ask("/api/v1/query", &format!("query={encoded}"))?;
        assert_ne!(answer["status"], "error", "{expression}: {answer}");
        answer["data"]["result"].as_array().cloned()
    }
}

/// Alerts that do not fire find nothing, so this is about the dashboard, and about whether the rules are evaluated.
#[test]
fn prometheus_finds_something_for_each_panel() {
    if !is_there("prometheus") {
        return;
    }
    let emitted = emitted();
    let prometheus = Prometheus::start(emitted.address);
    let deadline = Instant::now() + Duration::from_secs(120);
    let mut waiting = grafana::queries();
    while !waiting.is_empty() {
        assert!(
            Instant::now() < deadline,
            "nothing found for {:?}",
            waiting.iter().map(|query| (&query.place, &query.expression)).collect::<Vec<_>>()
        );
        emitted.provoke();
        waiting.retain(|query| {
            let found = prometheus.query(&query.expression).unwrap_or_default();
            let has = |series: &Value, label: &String| {
                series["metric"][label].as_str().is_some_and(|value| !value.is_empty())
            };
            !found.iter().any(|series| query.shown.iter().all(|label| has(series, label)))
        });
        thread::sleep(Duration::from_millis(100));
    }
    while !evaluated(&prometheus) {
        assert!(Instant::now() < deadline, "the rules are not evaluated");
        thread::sleep(Duration::from_millis(100));
    }
}

/// Returns whether all rules are healthy.
fn evaluated(prometheus: &Prometheus) -> bool {
    let Some(answer) = prometheus.ask("/api/v1/rules", "") else { return false };
    let groups = answer["data"]["groups"].as_array().unwrap().iter();
    let mut rules = groups.flat_map(|group| group["rules"].as_array().unwrap()).peekable();
    rules.peek().is_some() && rules.all(|rule| rule["health"] == "ok")
}

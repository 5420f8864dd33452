//! An hour of virtual time with a dependency that becomes slow, goes down, flaps and recovers, under a whole policy.
//!
//! `ERRCODE_HOUR_LOG=PATH` writes the log of the hour to a file.

use errcode_core::{AppError, Failure};
use errcode_resilience::{
    Answer, Budget, CircuitBreaker, Dependency, Limits, Policy, Retry, event::BreakerState,
    with_fallback,
};
use errcode_runtime::{Event, Logging, Report, Served, observe};
use std::{
    collections::HashMap,
    fmt::Write as _,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::Duration,
};
use tokio::time::{Instant, sleep, sleep_until};

#[derive(Debug, AppError)]
enum LlmError {
    #[error("unavailable", code = "E5004", category = external)]
    Unavailable,
    #[error("no answer", code = "E5006", status = 502)]
    NoAnswer,
}

static LLM: Dependency = Dependency::new("hour").retry_budget(Budget::new(10, 0.1));

const HOUR: u64 = 3_600;
/// How many probes the half-open state lets through.
const PROBES: u32 = 3;

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// How the dependency is at a second of the hour.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Health {
    Good,
    /// Slower than an attempt may take.
    Slow,
    Down,
    /// Every third call fails.
    Flaky,
}

/// The script of the hour, in parts of ten minutes. In the fifth one, the dependency is down and up every 20 seconds.
fn health(second: u64) -> Health {
    match second / 600 {
        0 | 5 => Health::Good,
        1 => Health::Slow,
        2 => Health::Down,
        3 => Health::Flaky,
        _ if (second / 20).is_multiple_of(2) => Health::Down,
        _ => Health::Good,
    }
}

/// The dependency, and what it has seen.
#[derive(Default)]
struct Leaf {
    calls: AtomicU64,
    /// How often the breaker has become half-open.
    half_open: AtomicU64,
    /// The probes that are running, by the time that the breaker has become half-open.
    probes: Mutex<HashMap<u64, u32>>,
    most_probes: AtomicU64,
}

/// A running call, which is a probe if the breaker is half-open.
struct Running<'a> {
    leaf: &'a Leaf,
    probe: Option<u64>,
}

impl<'a> Running<'a> {
    fn new(leaf: &'a Leaf, state: BreakerState) -> Self {
        let number = leaf.half_open.load(Ordering::SeqCst);
        let probe = (state == BreakerState::HalfOpen).then_some(number);
        if let Some(number) = probe {
            let mut probes = leaf.probes.lock().unwrap();
            let running = probes.entry(number).or_default();
            *running += 1;
            leaf.most_probes.fetch_max((*running).into(), Ordering::SeqCst);
        }
        Self { leaf, probe }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.probe {
            let mut probes = self.leaf.probes.lock().unwrap();
            *probes.get_mut(&number).expect("its own") -= 1;
        }
    }
}

impl Leaf {
    async fn answer(&self, start: Instant, policy: &Policy) -> Result<&'static str, LlmError> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        let breaker = policy.circuit_breaker().expect("a breaker");
        let _running = Running::new(self, breaker.state());
        let (takes, answer) = match health(start.elapsed().as_secs()) {
            Health::Slow => (secs(30), Ok("late")),
            Health::Down => (Duration::from_millis(5), Err(LlmError::Unavailable)),
            Health::Flaky if number.is_multiple_of(3) => (secs(1), Err(LlmError::Unavailable)),
            Health::Good | Health::Flaky => (Duration::from_millis(200), Ok("42")),
        };
        sleep(takes).await;
        answer
    }
}

/// An output of the log that takes nothing until it is told to.
struct Output {
    begin: mpsc::Receiver<()>,
    written: Arc<Mutex<Vec<u8>>>,
}

impl io::Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // An error says that it was told so before.
        let _ = self.begin.recv();
        self.written.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns how many lines there are, and how many were dropped where.
fn lines_and_dropped(written: &[u8]) -> (u64, u64) {
    let (mut lines, mut dropped) = (0, 0);
    for line in written.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line: serde_json::Value = serde_json::from_slice(line).expect("a line of JSON");
        match line["event"].as_str() {
            Some("lines_dropped") => dropped += line["dropped"].as_u64().expect("a number"),
            _ => lines += 1,
        }
    }
    (lines, dropped)
}

/// What the observers have seen of the dependency.
#[derive(Default)]
struct Seen {
    log: String,
    states: Vec<(BreakerState, BreakerState)>,
    events: u64,
    failures: u64,
    fallbacks: u64,
    retries: u64,
    refusals: u64,
}

impl Seen {
    fn see(&mut self, at: Duration, event: &Event<'_>) {
        let line = match event {
            Event::Failure(it) => {
                self.failures += 1;
                format!("failure {}", it.spec.code())
            }
            Event::Fallback(it) if it.dependency == LLM.name() => {
                self.fallbacks += 1;
                format!("fallback {} ({})", it.fallback, it.error)
            }
            Event::Attempt(it) if it.dependency == LLM.name() => {
                self.retries += 1;
                format!("attempt {} failed ({}), wait {:?}", it.attempt, it.error, it.delay)
            }
            Event::GiveUp(it) if it.dependency == LLM.name() => {
                format!("gave up after {}: {}", it.attempts, it.reason.as_str())
            }
            Event::Refusal(it) if it.dependency == LLM.name() => {
                self.refusals += 1;
                format!("refused by {}", it.by.as_str())
            }
            Event::Breaker(it) if it.dependency == LLM.name() => {
                self.states.push((it.from, it.to));
                format!("breaker {} → {}", it.from, it.to)
            }
            _ => return,
        };
        self.events += 1;
        let _ = writeln!(self.log, "{:9.3} {line}", at.as_secs_f64());
    }
}

fn policy() -> Policy {
    Policy::new(&LLM)
        .deadline(secs(8))
        .retry(Retry::new(3).base(Duration::from_millis(200)).seed(17))
        .limits(Limits::new().concurrency(64))
        .breaker(
            CircuitBreaker::time_window(secs(30), 0.5)
                .minimum_calls(10)
                .open_for(secs(10))
                .open_jitter(0.0)
                .half_open_calls(PROBES),
        )
        .attempt_timeout(secs(2))
}

/// A client's request: every second one has a fallback, the others fail, and are reported where they end.
async fn request(number: u64, start: Instant, policy: &Policy, leaf: &Leaf) -> Outcome {
    let call = with_fallback(&LLM, policy.call(|| leaf.answer(start, policy)));
    let answer: Result<Answer<_>, Failure> = if number.is_multiple_of(2) {
        call.or_value("apology", || "Please ask again later.").await
    } else {
        call.or("cache", async |_| Err::<&str, _>(LlmError::NoAnswer)).await
    };
    match answer {
        Ok(Answer { degraded: Some(_), .. }) => Outcome::Degraded,
        Ok(_) => Outcome::Answered,
        Err(failure) => {
            // What a boundary does, and one around it does not do again.
            for _ in 0..2 {
                if failure.report_once() {
                    Report::new(&failure, Served::default()).emit();
                }
            }
            Outcome::Failed
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    Answered,
    Degraded,
    Failed,
}

/// Sends four requests a second for an hour. Returns each one's second and outcome.
async fn hour(policy: &Arc<Policy>, leaf: &Arc<Leaf>, start: Instant) -> Vec<(u64, Outcome)> {
    let mut requests = tokio::task::JoinSet::new();
    for number in 0..HOUR * 4 {
        sleep_until(start + Duration::from_millis(number * 250)).await;
        let (policy, leaf) = (Arc::clone(policy), Arc::clone(leaf));
        requests.spawn(async move { (number / 4, request(number, start, &policy, &leaf).await) });
    }
    requests.join_all().await
}

/// No state follows one that it cannot follow, and each begins where the one before it ended.
fn assert_states(states: &[(BreakerState, BreakerState)]) {
    use BreakerState::{Closed, HalfOpen, Open};
    let mut state = Closed;
    for (from, to) in states {
        assert_eq!(*from, state);
        assert!(
            matches!((from, to), (Closed, Open) | (Open, HalfOpen) | (HalfOpen, Open | Closed)),
            "{from} → {to}"
        );
        state = *to;
    }
    assert_eq!(state, Closed, "it recovers");
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_faults_keeps_every_promise() {
    let (policy, leaf, start) = (Arc::new(policy()), Arc::new(Leaf::default()), Instant::now());
    let seen = Arc::new(Mutex::new(Seen::default()));
    let (to, half_open) = (Arc::clone(&seen), Arc::clone(&leaf));
    let observing = observe(move |event: &Event<'_>| {
        if matches!(event, Event::Breaker(it) if it.to == BreakerState::HalfOpen) {
            half_open.half_open.fetch_add(1, Ordering::SeqCst);
        }
        to.lock().unwrap().see(start.elapsed(), event);
    });
    // A log whose output takes no line in the first half of the hour.
    let (take, begin) = mpsc::channel();
    let written = Arc::new(Mutex::new(Vec::new()));
    let output = Output { begin, written: Arc::clone(&written) };
    let log = Logging::new().json().filter("trace").capacity(64 * 1024).writer(output).install();
    tokio::spawn(async move {
        sleep_until(start + secs(HOUR / 2)).await;
        drop(take);
    });
    let outcomes = hour(&policy, &leaf, start).await;
    observing.stop();
    assert!(log.flush(secs(60)));
    let seen = seen.lock().unwrap();
    if let Some(path) = std::env::var_os("ERRCODE_HOUR_LOG") {
        std::fs::write(path, &seen.log).expect("the log");
    }
    assert_outcomes(&outcomes, &seen);
    assert_spared(&leaf, &seen);
    assert_states(&seen.states);
    // What the log has, and what it says that it has not, are all events.
    let (lines, dropped) = lines_and_dropped(&written.lock().unwrap());
    assert!(dropped > 0, "the output took nothing for half an hour");
    assert_eq!(lines + dropped, seen.events);
}

fn assert_outcomes(outcomes: &[(u64, Outcome)], seen: &Seen) {
    let [answered, degraded, failed] = [Outcome::Answered, Outcome::Degraded, Outcome::Failed]
        .map(|which| outcomes.iter().filter(|(_, outcome)| *outcome == which).count() as u64);
    assert_eq!(answered + degraded + failed, HOUR * 4);
    // Each failure is reported once, each degraded answer is one event, and nothing else is.
    assert_eq!((seen.failures, seen.fallbacks), (failed, degraded));
    // While the dependency is well, everything is answered, but for the open time after an outage.
    let good = |second: u64| (0..600).contains(&second) || (3_020..HOUR).contains(&second);
    assert!(outcomes.iter().all(|(at, outcome)| !good(*at) || *outcome == Outcome::Answered));
    // While it is slow or down, nobody waits for it in vain: there is another answer or a failure.
    let bad = |second: u64| (620..1_800).contains(&second);
    assert!(outcomes.iter().all(|(at, outcome)| !bad(*at) || *outcome != Outcome::Answered));
}

/// Retries are bounded by the budget, and probes by the breaker.
fn assert_spared(leaf: &Leaf, seen: &Seen) {
    let (requests, calls) = (HOUR * 4, leaf.calls.load(Ordering::SeqCst));
    assert!(seen.retries <= 10 + requests / 10, "{} retries", seen.retries);
    assert!(calls <= requests + seen.retries, "{calls} calls");
    assert!(seen.refusals > requests / 6, "{} refusals", seen.refusals);
    assert_eq!(leaf.most_probes.load(Ordering::SeqCst), u64::from(PROBES));
}

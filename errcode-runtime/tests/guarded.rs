//! Tasks in a boundary: what they give back, and the one line of each.

use errcode_core::{AppError, Failure, FrameworkFault, ResultExt as _};
use errcode_runtime::{
    Context, JsonLines, TaskOutcome, TaskSource, guarded, guarded_blocking, worker,
};
use serde_json::{Value, json};
use std::{
    fmt,
    future::pending,
    process::{ExitCode, Termination as _},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;
use tracing_subscriber::layer::SubscriberExt as _;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, AppError)]
enum BotError {
    #[error("no ticket {0}", code = "B1", status = 404)]
    NoTicket(u32),
    #[error("the tracker answered {0}", code = "B2", category = external, retryable(after = "30s"))]
    Tracker(u16),
    #[error("too many calls", code = "B3", status = 429, retryable(after = wait))]
    Limited { wait: Duration },
    #[error("{0}", code = "B4", status = 500)]
    Broken(Panics),
    #[error("not allowed", code = "B5", status = 403, level = warn)]
    Forbidden,
    #[error("odd", code = "B6", status = 500, retryable(when = panics()))]
    Odd,
}

fn panics() -> bool {
    panic!("in `when`")
}

#[derive(Debug)]
struct Panics;

impl fmt::Display for Panics {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("in `Display`")
    }
}

struct PanicsInDrop;

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        panic!("in `Drop`");
    }
}

/// Runs the future on paused time and returns the lines of its log.
fn logged<R>(work: impl Future<Output = R>) -> (R, Vec<Value>) {
    let written = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&written);
    let layer = JsonLines::to(move |line| {
        to.lock().unwrap().push(serde_json::from_slice::<Value>(line).expect("a line of JSON"));
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let subscriber = tracing_subscriber::registry().with(layer);
    let result = tracing::subscriber::with_default(subscriber, || runtime.block_on(work));
    drop(runtime);
    let lines = std::mem::take(&mut *written.lock().unwrap());
    (result, lines)
}

fn ends(work: impl FnOnce() -> Result<(), BotError>) -> (TaskOutcome<()>, Value) {
    let (outcome, mut lines) = logged(guarded(Context::task("APEX-17"), async { work() }));
    assert_eq!(lines.len(), 1, "{lines:?}");
    (outcome, lines.remove(0))
}

#[test]
fn a_task_that_is_done_is_one_line_of_access() {
    let (outcome, line) = ends(|| Ok(()));
    assert!(outcome.is_done() && outcome.failure().is_none());
    assert_eq!(outcome.to_string(), "done");
    assert_eq!(
        (&line["logger"], &line["event"], &line["status"]),
        (&"access".into(), &"task".into(), &"success".into())
    );
    assert_eq!((&line["taskId"], &line["lvl"]), (&"APEX-17".into(), &"INFO".into()));
    assert!(line["traceId"].is_string() && line["durationMs"].is_u64());
}

#[test]
fn the_code_says_what_to_do_about_a_failure() {
    let second = Duration::from_secs(1);
    let cases: [(BotError, &str, &str, u8); 6] = [
        (BotError::NoTicket(3), "B1", "failed: B1", 66),
        (BotError::Forbidden, "B5", "failed: B5", 77),
        (BotError::Tracker(503), "B2", "retry: B2 (after 30s)", 75),
        (BotError::Limited { wait: second }, "B3", "defer: B3 (after 1s)", 75),
        (BotError::Broken(Panics), "B4", "failed: B4", 70),
        (BotError::Odd, "B6", "failed: B6", 70),
    ];
    for (error, code, shown, status) in cases {
        let (outcome, line) = ends(move || Err(error));
        assert_eq!((outcome.to_string().as_str(), outcome.exit_status()), (shown, status));
        assert_eq!((&line["code"], &line["status"]), (&code.into(), &"failure".into()), "{line}");
        assert_eq!(line["taskId"], "APEX-17");
        // What `main` returns ends the process with the status.
        assert_eq!(format!("{:?}", outcome.report()), format!("{:?}", ExitCode::from(status)));
    }
}

#[test]
fn a_refusal_before_the_call_costs_no_attempt() {
    let faults = [
        FrameworkFault::Overloaded,
        FrameworkFault::Status(429),
        FrameworkFault::LimitExceeded { retry_after: None },
        FrameworkFault::CircuitOpen {
            dependency: "llm",
            retry_after: Some(Duration::from_secs(4)),
        },
    ];
    for fault in faults {
        let work = async { Err::<(), _>(Failure::fault(fault, "refused")) };
        let (outcome, lines) = logged(guarded(Context::new(), work));
        assert!(matches!(outcome, TaskOutcome::Defer { .. }), "{outcome}");
        assert_eq!(lines.len(), 1);
    }
    let non_idempotent = Context::builder().non_idempotent(true).build();
    let (outcome, _) =
        logged(guarded(non_idempotent, async { Err::<(), _>(BotError::Tracker(502)) }));
    assert!(matches!(outcome, TaskOutcome::Failed(_)), "{outcome}");
}

#[test]
fn panics_and_foreign_errors_have_a_code_too() {
    let work = async { if true { panic!("why") } else { Ok::<(), Failure>(()) } };
    let (outcome, lines) = logged(guarded(Context::task("t"), work));
    assert!(matches!(outcome, TaskOutcome::Failed(_)));
    assert_eq!((lines.len(), &lines[0]["msg"]), (1, &"panicked: why".into()));

    let held = PanicsInDrop;
    let (outcome, lines) = logged(guarded(Context::task("t"), async move {
        let _held = &held;
        Ok::<_, Failure>(1)
    }));
    assert_eq!((outcome.is_done(), lines.len()), (false, 1), "{lines:?}");

    let work = async { Err::<(), BoxError>(std::io::Error::other("no disk").into()) };
    let (outcome, lines) = logged(guarded(Context::task("t"), work));
    assert_eq!(
        outcome.failure().map(|failure| failure.spec().code().to_string()).as_deref(),
        Some("SERVER_ERROR")
    );
    assert_eq!((lines.len(), &lines[0]["msg"]), (1, &"a layer below failed: no disk".into()));

    let boxed = BoxError::from(Failure::from(BotError::Tracker(1)));
    let (outcome, lines) = logged(guarded(Context::task("t"), async { Err::<(), _>(boxed) }));
    assert_eq!((outcome.to_string().as_str(), lines.len()), ("retry: B2 (after 30s)", 1));
}

#[test]
fn a_failure_is_reported_by_the_innermost_boundary_alone() {
    let inner = || guarded(Context::task("inner"), async { Err::<(), _>(BotError::NoTicket(1)) });
    let outer = guarded(Context::task("outer"), async {
        inner().await.into_result().map_err(|failure| failure.context("in the outer task"))
    });
    let (outcome, lines) = logged(outer);
    assert_eq!(outcome.to_string(), "failed: B1");
    let said: Vec<_> =
        lines.iter().map(|line| [&line["taskId"], &line["event"], &line["code"]]).collect();
    assert_eq!(json!(said), json!([["inner", "failure", "B1"], ["outer", "task", "B1"]]));
    assert_eq!(lines[1]["status"], "failure");
}

#[test]
fn work_that_hangs_ends_at_the_deadline_of_its_context() {
    let (outcome, lines) = logged(async {
        let deadline = Instant::now() + Duration::from_secs(5);
        let context = Context::builder().task("slow").deadline(Some(deadline)).build();
        guarded(context, pending::<Result<(), Failure>>()).await
    });
    let code = outcome.failure().map(|failure| failure.spec().code().to_string());
    assert_eq!((code.as_deref(), lines.len()), (Some("HTTP_504"), 1), "{lines:?}");
    assert_eq!(lines[0]["msg"], "the task was not done by its deadline");
}

#[test]
fn a_closure_is_guarded_like_a_future() {
    let context = Context::task("report");
    let (outcome, lines) = logged(async {
        guarded_blocking(context.clone(), || {
            assert!(Context::current().is_some_and(|now| now.is_same(&context)));
            std::fs::read_to_string("/no such file").unexpected("reading the template")
        })
    });
    assert_eq!(outcome.exit_status(), 70);
    assert_eq!((lines.len(), &lines[0]["taskId"]), (1, &"report".into()));
    let (outcome, lines) = logged(async {
        guarded_blocking(Context::new(), || -> Result<(), BotError> { panic!("why") })
    });
    assert_eq!((outcome.is_done(), lines.len()), (false, 1));
}

/// Numbers, of which some are odd tasks; what became of each is in `ended`.
struct Numbers {
    left: Mutex<Vec<u32>>,
    ended: Mutex<Vec<String>>,
    broken: AtomicUsize,
    endless: bool,
}

impl Numbers {
    fn new(left: impl IntoIterator<Item = u32>) -> Self {
        let left = Mutex::new(left.into_iter().collect());
        Self { left, ended: Mutex::default(), broken: AtomicUsize::new(0), endless: false }
    }
}

impl TaskSource for &'static Numbers {
    type Task = u32;
    type Output = u32;

    async fn next(&self) -> Result<Option<u32>, Failure> {
        match self.broken.fetch_sub(1, Ordering::Relaxed) {
            0 => self.broken.store(0, Ordering::Relaxed),
            1 => panic!("the source panics"),
            _ => return Err(Failure::fault(FrameworkFault::StoreUnavailable, "no table")),
        }
        let next = self.left.lock().unwrap().pop();
        if next.is_none() && self.endless {
            pending::<()>().await;
        }
        Ok(next)
    }

    fn context(&self, number: &u32) -> Context {
        assert_ne!(*number, 13, "no context for 13");
        Context::task(&number.to_string())
    }

    async fn ended(&self, number: &u32, outcome: TaskOutcome<u32>) -> Result<(), Failure> {
        self.ended.lock().unwrap().push(format!("{number} {outcome}"));
        if *number == 14 {
            return Err(Failure::fault(FrameworkFault::StoreUnavailable, "no table"));
        }
        assert_ne!(*number, 15, "cannot record 15");
        Ok(())
    }

    async fn give_back(&self, number: &u32) -> Result<(), Failure> {
        self.ended.lock().unwrap().push(format!("{number} given back"));
        Ok(())
    }
}

async fn handle(number: Arc<u32>) -> Result<u32, BotError> {
    match *number {
        2 => Err(BotError::NoTicket(2)),
        3 => Err(BotError::Tracker(502)),
        4 => Err(BotError::Limited { wait: Duration::from_secs(9) }),
        5 => panic!("on 5"),
        6 => pending().await,
        number => Ok(number),
    }
}

fn leak(numbers: Numbers) -> &'static Numbers {
    Box::leak(Box::new(numbers))
}

#[test]
fn no_task_stops_the_loop() {
    let source = leak(Numbers::new([8, 7, 6, 5, 4, 3, 2, 1]));
    let (tally, lines) = logged(worker(source, handle).time_limit(Duration::from_secs(30)).run());
    let counts = (tally.done, tally.failed, tally.retried, tally.deferred, tally.given_back);
    assert_eq!(counts, (3, 2, 2, 1, 0));
    assert_eq!(lines.len(), 8, "one line a task: {lines:?}");
    let ended = source.ended.lock().unwrap().clone();
    assert_eq!(
        ended,
        [
            "1 done",
            "2 failed: B1",
            "3 retry: B2 (after 30s)",
            "4 defer: B3 (after 9s)",
            "5 failed: SERVER_ERROR",
            "6 retry: HTTP_504",
            "7 done",
            "8 done"
        ]
    );
}

#[test]
fn a_source_that_fails_is_asked_again() {
    let source = leak(Numbers::new([15, 14, 13]));
    source.broken.store(4, Ordering::Relaxed);
    let started = std::sync::OnceLock::new();
    let (tally, lines) = logged(async {
        let _ = started.set(Instant::now());
        let tally = worker(source, handle).run().await;
        (tally, started.get().map(Instant::elapsed))
    });
    // 100, 200, 400 and 800 milliseconds of pauses.
    assert_eq!((tally.0.done, tally.1), (3, Some(Duration::from_millis(1500))));
    let failures = lines.iter().filter(|line| line["status"] == "failure");
    let messages: Vec<_> = failures.filter_map(|line| line["msg"].as_str()).collect();
    assert_eq!(messages.len(), 4 + 2, "{messages:?}");
}

#[test]
fn a_shutdown_waits_for_what_runs_and_gives_the_rest_back() {
    let mut numbers = Numbers::new([9, 6, 1]);
    numbers.endless = true;
    let source = leak(numbers);
    let (tally, _) = logged(async {
        let stop = tokio::time::sleep(Duration::from_secs(60));
        let work = worker(source, async |number: Arc<u32>| {
            if *number == 9 {
                tokio::time::sleep(Duration::from_secs(65)).await;
            }
            handle(number).await
        });
        work.concurrency(3).drain_within(Duration::from_secs(20)).stop_on(stop).run().await
    });
    assert_eq!((tally.done, tally.given_back), (2, 1));
    assert_eq!(*source.ended.lock().unwrap(), ["1 done", "9 done", "6 given back"]);
}

#[test]
fn a_shutdown_ends_although_the_source_takes_nothing_back() {
    /// Its store does not answer.
    struct Stuck(Mutex<Vec<u32>>);

    impl TaskSource for Stuck {
        type Task = u32;
        type Output = u32;

        async fn next(&self) -> Result<Option<u32>, Failure> {
            Ok(self.0.lock().unwrap().pop())
        }
        fn context(&self, number: &u32) -> Context {
            Context::task(&number.to_string())
        }
        async fn ended(&self, _: &u32, _: TaskOutcome<u32>) -> Result<(), Failure> {
            Ok(())
        }
        async fn give_back(&self, number: &u32) -> Result<(), Failure> {
            if *number == 1 { Ok(()) } else { pending().await }
        }
    }

    let (ended, lines) = logged(async {
        let started = Instant::now();
        let work = worker(Stuck(Mutex::new(vec![3, 2, 1])), async |_: Arc<u32>| {
            pending::<Result<u32, Failure>>().await
        });
        // A limit that is never reached.
        let work = work.concurrency(4).time_limit(Duration::MAX);
        let tally = work.drain_within(Duration::from_secs(5)).run().await;
        (tally.given_back, started.elapsed())
    });
    assert_eq!(ended, (3, Duration::from_secs(10)));
    let [line] = &lines[..] else { panic!("one line: {lines:?}") };
    assert_eq!(line["msg"], "2 tasks were not given back in time");
}

//! Logging of a whole process: this binary runs itself, once for each way in which a process can go wrong.

use errcode_core::{AppError, Failure};
use errcode_runtime::{
    Context, Event, Logging, Report, Served, TaskOutcome, TaskSource,
    boundary::{Boundary, discard},
    init, observe, spawn, spawn_blocking, worker,
};
use serde_json::Value;
use std::{
    cell::RefCell,
    env, fmt,
    io::{self, BufRead as _, BufReader, Read as _},
    panic::catch_unwind,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

const ROLE: &str = "ERRCODE_TEST_ROLE";

/// Runs this binary again as the process that the test is about.
fn child(role: &str) -> Child {
    command(role).spawn().unwrap()
}

fn command(role: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "the_process_of_a_test", "--nocapture", "--test-threads=1"])
        .env(ROLE, role)
        .env_remove("RUST_LOG")
        .env_remove("RUST_BACKTRACE")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The lines of the log among what the test harness prints. Its first line has no newline before ours.
fn log(out: impl Iterator<Item = String>) -> Vec<Value> {
    out.filter_map(|line| serde_json::from_str(&line[line.find('{')?..]).ok()).collect()
}

fn output(role: &str) -> (Vec<Value>, String) {
    output_of(child(role))
}

fn output_of(child: Child) -> (Vec<Value>, String) {
    let output = child.wait_with_output().unwrap();
    let (out, err) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    (log(out.lines().map(str::to_owned)), err)
}

/// What the other tests run; by itself it does nothing.
#[test]
fn the_process_of_a_test() {
    match env::var(ROLE).as_deref() {
        Ok("unread") => log_more_than_a_pipe_holds(),
        Ok("detached") => panic_without_a_join(),
        Ok("caught") => {
            init();
            let boundary = Boundary::open(Context::new());
            let failure = boundary.call(|| panic!("a secret")).unwrap_err();
            boundary.report(&failure, Served::default(), None);
        }
        Ok("swallowed") => swallow_panics(),
        Ok("double") => panic_twice(),
        Ok("double, caught") => {
            init();
            let _ = Boundary::open(Context::task("T-1")).call(panic_twice_within);
        }
        Ok("worker") => work_until_a_signal(),
        Ok("loud") => log_within_values(),
        Ok("endless") => {
            init();
            report(Endless);
            tracing::info!(target: "app", endless = ?Endless, "the end");
        }
        Ok("destructors") => log_in_destructors(),
        Ok("discarded") => discard_bombs(),
        Ok("writer") => log_while_writing(),
        Ok("observer") => panic_in_an_observer(),
        Ok("locked") => panic_while_an_observer_is_locked_out(),
        Ok("last") => {
            init();
            tracing::info!(target: "app", "the last words");
            log::warn!(target: "library", "a record");
        }
        _ => {}
    }
}

#[derive(Debug, AppError)]
#[error("shown {0}", code = "P1", status = 500)]
struct Shown<E: fmt::Display + fmt::Debug + Send + Sync + 'static>(E);

fn report(error: impl fmt::Display + fmt::Debug + Send + Sync + 'static) {
    Report::new(&Shown(error).into(), Served::default()).emit();
}

/// Panics when it is dropped.
#[derive(Debug)]
struct Bomb(&'static str);

impl fmt::Display for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a bomb")
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("{}", self.0);
    }
}

fn discard_bombs() {
    init();
    discard(Shown(Bomb("of a task")).into(), Some(&Context::task("T-1")));
    Context::task("T-2").enter(|| discard(Shown(Bomb("within another")).into(), None));
    let shared = Failure::from(Shown(Bomb("the last owner")));
    discard(shared.clone(), Some(&Context::task("T-3")));
    discard(shared, Some(&Context::task("T-4")));
}

fn swallow_panics() {
    init();
    let swallow = |text: &'static str| drop(catch_unwind(|| panic!("{text}")));
    let boundary = Boundary::open(Context::new());
    let ended = boundary.call(|| {
        swallow("the first");
        swallow("the second");
    });
    assert!(ended.is_ok());
    let failed = boundary.call(|| {
        swallow("the third");
        panic!("the last");
    });
    let failure = failed.unwrap_err();
    boundary.within(|| boundary.report(&failure, Served::default(), None));
}

/// Logs while it is shown.
struct Loud;

impl fmt::Display for Loud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tracing::info!(target: "app", "shown");
        f.write_str("loud")
    }
}

fn log_within_values() {
    init();
    let span = tracing::info_span!("work", first = %Loud, later = tracing::field::Empty);
    let _entered = span.enter();
    span.record("later", tracing::field::display(Loud));
    span.record("first", "replaced");
    tracing::info!(target: "app", "within");
}

/// Reports and logs itself while it is shown.
struct Endless;

impl fmt::Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        report(Self);
        f.write_str("reported")
    }
}

impl fmt::Debug for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tracing::info!(target: "app", itself = ?self, "logged");
        f.write_str("Endless")
    }
}

/// Logs, reports and ends work when its thread ends.
struct Last(Option<Boundary>);

impl Drop for Last {
    fn drop(&mut self) {
        tracing::info!(target: "app", "from a destructor");
        report("one of its thread");
        if let Some(boundary) = &self.0 {
            assert!(boundary.call(|| panic!("ignored")).is_err());
            boundary.abandoned(None);
        }
    }
}

thread_local! { static LAST: RefCell<Last> = const { RefCell::new(Last(None)) }; }

fn log_in_destructors() {
    init();
    let work = || {
        // Its destructor runs after those of the values that this thread uses later.
        LAST.with_borrow_mut(|last| last.0 = Some(Boundary::open(Context::new())));
        tracing::info!(target: "app", "from a thread");
        report("an error");
    };
    thread::spawn(work).join().expect("no destructor that panics");
    tracing::info!(target: "app", "after the thread");
}

/// Logs what it writes.
struct LoudOutput(io::Stdout);

impl io::Write for LoudOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        tracing::info!(target: "app", bytes = bytes.len(), "written");
        self.0.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn log_while_writing() {
    let guard = Logging::new().writer(LoudOutput(io::stdout())).json().install();
    tracing::info!(target: "app", "one");
    assert!(guard.flush(Duration::from_secs(60)));
    tracing::info!(target: "app", "two");
    assert!(guard.flush(Duration::from_secs(60)));
}

fn panic_in_an_observer() {
    init();
    observe(|_: &Event<'_>| panic!("a bug in an observer"));
    Context::new().enter(|| report("an error"));
    let inside = Context::new();
    let _ = thread::spawn(move || {
        inside.enter(|| {
            let _span = tracing::info_span!("work", step = 2).entered();
            panic!("in a thread")
        })
    })
    .join();
    tracing::info!(target: "app", "the end");
}

/// The observer waits for a lock that the thread holds while it panics.
fn panic_while_an_observer_is_locked_out() {
    static BUSY: Mutex<()> = Mutex::new(());
    init();
    observe(|_: &Event<'_>| drop(BUSY.lock()));
    let inside = Context::new();
    let _ = thread::spawn(move || {
        let _busy = BUSY.lock();
        inside.enter(|| panic!("with a lock"))
    })
    .join();
    tracing::info!(target: "app", "the end");
}

fn messages(log: &[Value]) -> Vec<&str> {
    log.iter().filter_map(|line| line["msg"].as_str()).collect()
}

#[test]
fn a_value_that_logs_while_a_span_records_it_does_not_wait_for_itself() {
    let (log, err) = output("loud");
    assert_eq!(messages(&log), ["shown", "shown", "within"], "{err}");
    assert_eq!((&log[1]["first"], &log[1]["later"]), (&"loud".into(), &Value::Null));
    assert_eq!((&log[2]["first"], &log[2]["later"]), (&"replaced".into(), &"loud".into()));
}

#[test]
fn an_error_that_reports_itself_while_it_is_shown_ends() {
    let (log, err) = output("endless");
    assert_eq!(messages(&log).last(), Some(&"the end"), "{err}");
    assert!(log.iter().filter(|line| line["code"] == "P1").count() > 1);
    assert!(log.len() < 100, "{}", log.len());
}

#[test]
fn destructors_of_a_thread_can_log() {
    let (log, err) = output("destructors");
    let expected = [
        "from a thread",
        "shown an error",
        "from a destructor",
        "shown one of its thread",
        "after the thread",
    ];
    assert_eq!(messages(&log), expected, "{err}");
}

#[test]
fn a_panic_with_a_lock_that_an_observer_needs_ends() {
    let (log, err) = output("locked");
    assert!(messages(&log).contains(&"the end"), "{err}");
}

#[test]
fn an_observer_that_panics_does_not_end_the_process() {
    let (log, err) = output("observer");
    let expected = [
        "shown an error",
        "an observer panicked",
        "panicked: in a thread",
        "an observer panicked",
        "the end",
    ];
    let told: Vec<_> = messages(&log).into_iter().filter(|text| expected.contains(text)).collect();
    assert_eq!(
        told,
        [expected[0], expected[1], expected[1], expected[2], expected[3], expected[4]]
    );
    assert!(log[1]["location"].as_str().is_some_and(|place| place.contains("process.rs")));
    let panic = log.iter().find(|line| line["event"] == "panic").expect("the event");
    assert_eq!((&panic["step"], panic["requestId"].is_string()), (&2.into(), true), "{panic}");
    assert!(!err.contains("a bug in an observer"), "{err}");
}

/// The hook has not printed them, since a boundary was there to report them.
#[test]
fn a_panic_that_the_work_catches_itself_is_told_too() {
    let (log, err) = output("swallowed");
    let expected = ["the first", "the second", "the third", "the last"]
        .map(|text| format!("panicked: {text}"));
    assert_eq!(messages(&log), expected, "{err}");
    let events: Vec<_> = log.iter().map(|line| &line["event"]).collect();
    assert_eq!(events, ["panic", "panic", "panic", "failure"]);
    for line in &log {
        assert_eq!(line["requestId"], log[3]["requestId"], "{line}");
        assert!(line.to_string().contains("process.rs"), "the place: {line}");
    }
}

#[test]
fn what_a_writer_logs_is_not_written() {
    let (log, err) = output("writer");
    assert_eq!(messages(&log), ["one", "two"], "{err}");
}

const LINES: u64 = 40_000;

fn log_more_than_a_pipe_holds() {
    init();
    for number in 0..LINES {
        tracing::info!(target: "app", number, "{}", "x".repeat(200));
    }
    // The work is done although no line was read.
    eprintln!("logged");
}

fn panic_twice_within() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("the second");
        }
    }
    let _bomb = Bomb;
    panic!("the first");
}

fn panic_twice() {
    init();
    Context::task("T-1").enter(panic_twice_within);
}

fn panic_without_a_join() {
    init();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let context = |name: &str| {
        let context = Context::new();
        context.attach("where", name);
        context
    };
    runtime.block_on(async {
        // Joined only so that the process lives until the panics happened, one after the other.
        let _ = context("task").enter(|| spawn(async { panic!("in a task") })).await;
        let _ = context("blocking").enter(|| spawn_blocking(|| panic!("in blocking"))).await;
    });
    let inside = context("thread");
    let _ = thread::spawn(move || inside.enter(|| panic!("in a thread"))).join();
    let _ = thread::spawn(|| panic!("outside")).join();
}

/// A queue of one task, which never ends.
struct OneTask;

impl TaskSource for OneTask {
    type Task = ();
    type Output = ();

    async fn next(&self) -> Result<Option<()>, Failure> {
        if TAKEN.swap(true, Ordering::Relaxed) {
            std::future::pending().await
        } else {
            Ok(Some(()))
        }
    }
    fn context(&self, (): &()) -> Context {
        Context::task("endless")
    }
    async fn ended(&self, (): &(), _: TaskOutcome<()>) -> Result<(), Failure> {
        Ok(())
    }
    async fn give_back(&self, (): &()) -> Result<(), Failure> {
        tracing::info!(target: "app", "given back");
        Ok(())
    }
}

static TAKEN: AtomicBool = AtomicBool::new(false);

fn work_until_a_signal() {
    init();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let handler = async |_: Arc<()>| {
        eprintln!("running");
        std::future::pending::<Result<(), Failure>>().await
    };
    let tally = runtime.block_on(async {
        worker(OneTask, handler).concurrency(2).drain_within(Duration::ZERO).run().await
    });
    tracing::info!(target: "app", given_back = tally.given_back, "the worker has ended");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_worker_which_gives_its_task_back() {
    let mut child = child("worker");
    let mut said = String::new();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    while !said.contains("running") {
        assert_ne!(err.read_line(&mut said).unwrap(), 0, "the process ended early: {said}");
    }
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let out = rest(BufReader::new(child.stdout.take().unwrap()));
    let said: Vec<_> = out.iter().map(|line| line["msg"].as_str().unwrap_or_default()).collect();
    assert_eq!(said, ["given back", "the worker has ended"]);
    assert_eq!(out[1]["given_back"], 1);
    assert!(child.wait().unwrap().success());
}

/// The lines after those that were read already.
fn rest(out: BufReader<ChildStdout>) -> Vec<Value> {
    log(out.lines().map(Result::unwrap))
}

#[test]
fn a_pipe_that_is_not_read_stops_nothing_and_the_lines_add_up() {
    let mut child = child("unread");
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("logged") {
        assert_ne!(err.read_line(&mut said).unwrap(), 0, "the process ended early: {said}");
    }
    let out = rest(BufReader::new(child.stdout.take().unwrap()));
    let dropped: u64 = out.iter().filter_map(|line| line["dropped"].as_u64()).sum();
    let written = out.iter().filter(|line| line["number"].is_u64()).count() as u64;
    assert!(dropped > 0, "a pipe and 4 MiB hold less than all lines");
    assert_eq!(written + dropped, LINES);
    let told = out.iter().find(|line| line["event"] == "lines_dropped").unwrap();
    assert_eq!((&told["lvl"], &told["logger"]), (&"WARN".into(), &"app".into()));
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_panic_without_a_join_is_one_event_with_its_ids() {
    let (log, err) = output("detached");
    let panics: Vec<_> = log.iter().filter(|line| line["event"] == "panic").collect();
    let told: Vec<_> = panics
        .iter()
        .map(|line| (line["msg"].as_str().unwrap(), line["extra"]["where"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("panicked: in a task", "task"),
            ("panicked: in blocking", "blocking"),
            ("panicked: in a thread", "thread")
        ]
    );
    for line in &panics {
        assert!(line["requestId"].is_string() && line["traceId"].is_string(), "{line}");
        assert!(line["location"].as_str().unwrap().contains("process.rs:"), "{line}");
    }
    // Outside a context the hook before ours is called, and inside it is not.
    assert!(err.contains("outside") && !err.contains("in a t"), "{err}");
}

#[test]
fn a_panic_of_a_discarded_error_is_one_event_with_the_ids_of_its_context() {
    let (log, err) = output("discarded");
    let told: Vec<_> =
        log.iter().map(|line| (&line["event"], &line["msg"], &line["taskId"])).collect();
    let line =
        |text: &str, task: &str| (Value::from("panic"), Value::from(text), Value::from(task));
    let expected = [
        line("panicked: of a task", "T-1"),
        line("panicked: within another", "T-2"),
        line("panicked: the last owner", "T-4"),
    ];
    assert_eq!(told, expected.each_ref().map(|(event, text, task)| (event, text, task)));
    for line in &log {
        assert!(line["location"].as_str().unwrap().contains("process.rs:"), "{line}");
    }
    assert!(!err.contains("panicked"), "{err}");
}

/// The process ends then, whoever would catch the first one.
#[test]
fn a_panic_because_of_a_panic_ends_the_process_and_both_are_written_before() {
    for role in ["double", "double, caught"] {
        let (log, _) = output(role);
        let last = "panicked: panic in a destructor during cleanup";
        assert_eq!(messages(&log), ["panicked: the first", "panicked: the second", last], "{role}");
        for line in &log {
            assert_eq!((&line["event"], &line["taskId"]), (&"panic".into(), &"T-1".into()));
        }
    }
}

#[test]
fn a_panic_in_a_boundary_has_a_backtrace_in_its_one_line_where_asked_for() {
    for asked in [false, true] {
        let mut command = command("caught");
        if asked {
            command.env("RUST_BACKTRACE", "1");
        }
        let (log, err) = output_of(command.spawn().unwrap());
        let [line] = &log[..] else { panic!("{log:?}") };
        assert_eq!(
            (&line["event"], &line["msg"]),
            (&"failure".into(), &"panicked: a secret".into())
        );
        assert!(line["extra"]["panickedAt"].as_str().unwrap().contains("process.rs:"), "{line}");
        let backtrace = line["backtrace"].as_str();
        assert_eq!(backtrace.is_some_and(|text| text.contains("the_process_of_a_test")), asked);
        assert!(!err.contains("a secret"), "{err}");
    }
}

#[test]
fn the_end_of_main_writes_what_is_logged_and_records_of_log_are_events() {
    let (log, _) = output("last");
    assert_eq!((&log[0]["msg"], &log[0]["logger"]), (&"the last words".into(), &"app".into()));
    assert_eq!(
        (&log[1]["msg"], &log[1]["logger"], &log[1]["lvl"]),
        (&"a record".into(), &"library".into(), &"WARN".into())
    );
    assert_eq!(log[1].get("log.target"), None);
}

#[test]
fn a_closed_output_ends_nothing() {
    let mut child = child("unread");
    // The harness of the child needs its output until it has listed the tests.
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    while !first.contains('{') {
        assert_ne!(out.read_line(&mut first).unwrap(), 0);
    }
    drop(out);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("logged"), "{said}");
    child.wait().unwrap();
}

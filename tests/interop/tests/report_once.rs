//! A failure is reported once, wherever it passes: counted by an observer, and in the lines of the log.
//!
//! Each [`WAYS`] of a failure through the work is taken in each entrance: a handler of axum, a call of gRPC, a guarded
//! task, a worker's task. A new way is a new row, and a new entrance a new function.

use axum::{Router, body::Body, routing::get};
use errcode_axum::ErrorLayer;
use errcode_core::{AppError, Failure, prelude::*};
use errcode_runtime::{
    Context, Event, JsonLines, TaskOutcome, TaskSource, boundary, guarded, guarded_blocking,
    observe, spawn, worker,
};
use errcode_tonic::OrStatus as _;
use http::{Request, Response};
use serde_json::Value;
use std::{
    cell::RefCell,
    convert::Infallible,
    error::Error,
    sync::{Arc, Mutex, Once},
};
use tonic::Status;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tracing_subscriber::layer::SubscriberExt as _;

#[derive(Debug, AppError)]
enum StockError {
    #[error("no item {0}", code = "S1", status = 404)]
    Missing(u32),
}

#[derive(Debug, AppError)]
enum OrderError {
    #[error(transparent)]
    Stock(#[from] StockError),
}

#[derive(Debug, AppError)]
enum ShopError {
    #[error(transparent)]
    Order(#[from] OrderError),
}

errcode_core::catalog! { static CATALOG = [StockError, OrderError, ShopError]; service = "shop"; }

/// How a failure comes to the end of the work, and its code.
const WAYS: [(&str, &str); 14] = [
    ("typed", "S1"),
    ("transparent", "S1"),
    ("with a context", "S1"),
    ("boxed", "S1"),
    ("panic", "SERVER_ERROR"),
    // Reported already, and raised again.
    ("of a task", "S1"),
    ("of a task, with a context", "S1"),
    ("of a task, boxed", "S1"),
    ("of a task in a task", "S1"),
    ("of a blocking task", "S1"),
    ("of a spawned task", "S1"),
    ("panic of a task", "SERVER_ERROR"),
    ("a clone", "S1"),
    ("of an app's answer", "S1"),
];

async fn missing() -> Result<(), Failure> {
    Err(StockError::Missing(17))?
}

async fn task() -> Result<(), Failure> {
    guarded(Context::task("inner"), missing()).await.into_result()
}

async fn work(way: &str) -> Result<(), Failure> {
    match way {
        "typed" => missing().await,
        "transparent" => Err(ShopError::from(OrderError::from(StockError::Missing(17))))?,
        "with a context" => missing().await.context("reading the stock"),
        "boxed" => through_a_library(missing().await),
        "panic" => panic!("no shop"),
        "of a task" => task().await,
        "of a task, with a context" => task().await.context("waiting for the task"),
        "of a task, boxed" => through_a_library(task().await),
        "of a task in a task" => guarded(Context::task("outer"), task()).await.into_result(),
        "of a blocking task" => {
            let work = || Err::<(), _>(StockError::Missing(17));
            guarded_blocking(Context::task("inner"), work).into_result()
        }
        "of a spawned task" => spawn(task()).await.expect("the task does not panic"),
        "panic of a task" => {
            let work = async { if true { panic!("no task") } else { Ok::<_, Failure>(()) } };
            guarded(Context::task("inner"), work).await.into_result()
        }
        "a clone" => {
            let failure = Failure::from(StockError::Missing(17));
            let clone = failure.clone();
            let outcome = guarded(Context::task("inner"), async { Err::<(), _>(failure) }).await;
            assert!(!outcome.is_done());
            Err(clone)
        }
        "of an app's answer" => {
            let request = Request::get("/typed").body(Body::empty()).expect("a request");
            let answer = app().oneshot(request).await.expect("an answer");
            Err(errcode_axum::error_of(&answer).expect("a failure").clone())
        }
        _ => unreachable!("{way}"),
    }
}

fn through_a_library(result: Result<(), Failure>) -> Result<(), Failure> {
    let boxed: Result<(), Box<dyn Error + Send + Sync>> = result.map_err(Into::into);
    boxed.map_err(|error| boundary::lower_error(Some(&CATALOG), error))
}

fn way_of(path: &str) -> &'static str {
    let asked = path.rsplit('/').next().unwrap_or_default();
    let named = |(way, _): &&(&'static str, &str)| way.replace([' ', ','], "-") == asked;
    WAYS.iter().find(named).map_or("typed", |(way, _)| way)
}

fn path_of(way: &str) -> String {
    format!("/{}", way.replace([' ', ','], "-"))
}

fn app() -> Router {
    async fn handle(request: Request<Body>) -> errcode_axum::Result<&'static str> {
        work(way_of(request.uri().path())).await?;
        Ok("fine")
    }
    Router::new().route("/{way}", get(handle)).layer(ErrorLayer::new(&CATALOG))
}

type Id = Option<String>;

/// Returns the id under which the answer's line is found, as each entrance does.
fn id<B>(answer: &Response<B>) -> String {
    let id = answer.headers().get("x-request-id").expect("an id");
    id.to_str().expect("a text").to_owned()
}

async fn through_axum(way: &'static str) -> Id {
    let request = Request::get(path_of(way)).body(Body::empty()).expect("a request");
    Some(id(&app().oneshot(request).await.expect("an answer")))
}

async fn through_two_layers(way: &'static str) -> Id {
    let request = Request::get(path_of(way)).body(Body::empty()).expect("a request");
    let app = app().layer(ErrorLayer::new(&CATALOG));
    Some(id(&app.oneshot(request).await.expect("an answer")))
}

async fn through_grpc(way: &'static str) -> Id {
    async fn call(request: Request<Body>) -> Result<Response<tonic::body::Body>, Infallible> {
        let done: Result<(), Status> = work(way_of(request.uri().path())).await.or_status();
        Ok(done.expect_err("each way fails").into_http())
    }
    let call = errcode_tonic::ErrorLayer::new(&CATALOG).layer(service_fn(call));
    let request = Request::post(path_of(way)).header("content-type", "application/grpc");
    let request = request.body(Body::empty()).expect("a request");
    Some(id(&call.oneshot(request).await.expect("an answer")))
}

/// An app that is called in a worker's task, which fails because the app's answer does.
async fn through_a_worker(way: &'static str) -> Id {
    let source = Ways(Mutex::new(vec![way]));
    let tally = worker(source, async |way: Arc<&'static str>| work(&way).await).run().await;
    assert_eq!(tally.failed, 1);
    None
}

async fn through_guarded(way: &'static str) -> Id {
    let context = Context::builder().task("outer").catalog(&CATALOG).build();
    let outcome = guarded(context.clone(), work(way)).await;
    assert!(outcome.failure().is_some());
    Some(context.request_id().as_str().to_owned())
}

struct Ways(Mutex<Vec<&'static str>>);

impl TaskSource for Ways {
    type Task = &'static str;
    type Output = ();
    async fn next(&self) -> Result<Option<&'static str>, Failure> {
        Ok(self.0.lock().expect("no panic").pop())
    }
    fn context(&self, way: &&'static str) -> Context {
        Context::task(way)
    }
    /// Raises the failure of the task again.
    async fn ended(&self, _: &&'static str, outcome: TaskOutcome<()>) -> Result<(), Failure> {
        outcome.into_result().context("recording the end")
    }
    async fn give_back(&self, _: &&'static str) -> Result<(), Failure> {
        Ok(())
    }
}

thread_local! {
    /// The codes of the failure events of this thread, on which a test and its runtime run.
    static COUNTED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn count(event: &Event<'_>) {
    if let Event::Failure(failure) = event {
        COUNTED.with_borrow_mut(|counted| counted.push(failure.spec.code().to_string()));
    }
}

/// Runs the work on a runtime of its own; the codes that the observer counted, and the lines.
fn reported<R>(work: impl Future<Output = R>) -> (R, Vec<String>, Vec<Value>) {
    static OBSERVE: Once = Once::new();
    OBSERVE.call_once(|| {
        // For all tests of the process.
        let _ = observe(count);
    });
    COUNTED.take();
    let written = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&written);
    let layer = JsonLines::to(move |line| {
        to.lock().unwrap().push(serde_json::from_slice::<Value>(line).expect("a line of JSON"));
    });
    let subscriber = tracing_subscriber::registry().with(layer);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("one");
    let result = tracing::subscriber::with_default(subscriber, || runtime.block_on(work));
    drop(runtime);
    let lines = std::mem::take(&mut *written.lock().unwrap());
    (result, COUNTED.take(), lines)
}

/// Takes each way through an entrance: one event, one line of the failure, and one line of the answer with its code.
fn once<F: Future<Output = Id>>(entrance: impl Fn(&'static str) -> F) {
    for (way, code) in WAYS {
        let (id, counted, lines) = reported(entrance(way));
        assert_eq!(counted, [code], "{way}: {lines:#?}");
        let failures: Vec<_> = lines.iter().filter(|line| line["event"] == "failure").collect();
        assert!(matches!(failures[..], [line] if line["code"] == code), "{way}: {lines:#?}");
        if let Some(id) = id {
            let of_the_answer = |line: &&Value| line["requestId"] == id && line["code"] == code;
            assert_eq!(lines.iter().filter(of_the_answer).count(), 1, "{way}: {lines:#?}");
        }
    }
}

#[test]
fn by_the_layer() {
    once(through_axum);
}

#[test]
fn by_one_of_two_layers() {
    once(through_two_layers);
}

#[test]
fn by_the_layer_of_grpc() {
    once(through_grpc);
}

#[test]
fn by_guarded() {
    once(through_guarded);
}

#[test]
fn by_a_worker() {
    once(through_a_worker);
}

#[test]
fn an_app_in_a_task_reports_its_own_request() {
    let called = guarded(Context::task("outer"), async {
        let request = Request::get("/typed").body(Body::empty()).expect("a request");
        let answer = app().oneshot(request).await.expect("an answer");
        Ok::<_, Failure>(answer.status().as_u16())
    });
    let (outcome, counted, lines) = reported(called);
    assert_eq!(outcome.into_result().ok(), Some(404));
    assert_eq!(counted, ["S1"]);
    let said: Vec<_> = lines.iter().map(|line| (&line["event"], &line["taskId"])).collect();
    assert_eq!(said, [(&"failure".into(), &"outer".into()), (&"task".into(), &"outer".into())]);
}

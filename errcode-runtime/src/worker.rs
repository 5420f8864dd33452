//! A loop that takes tasks from a queue and runs each in a boundary of its own.

use crate::{Context, Served, TaskOutcome, boundary::Boundary, contain, guarded};
use errcode_core::{Failure, FrameworkFault, IntoFailure};
use std::{
    collections::HashMap,
    fmt,
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::Duration,
};
use tokio::{
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep},
};

/// Where a [`Worker`] takes its tasks from, and where it records how they ended: a table, a broker, a channel.
///
/// A failure or panic of a method is reported, and the loop goes on.
///
/// A channel of tokio, whose tasks run once:
///
/// ```
/// use errcode_core::Failure;
/// use errcode_runtime::{Context, TaskOutcome, TaskSource};
/// use tokio::sync::{Mutex, mpsc};
///
/// struct Mails(Mutex<mpsc::Receiver<String>>);
///
/// impl TaskSource for Mails {
///     type Task = String;
///     type Output = ();
///
///     async fn next(&self) -> Result<Option<String>, Failure> {
///         Ok(self.0.lock().await.recv().await)
///     }
///     fn context(&self, to: &String) -> Context {
///         Context::task(to)
///     }
///     async fn ended(&self, _: &String, _: TaskOutcome<()>) -> Result<(), Failure> {
///         Ok(()) // a table would store the outcome, and when to try again
///     }
///     async fn give_back(&self, _: &String) -> Result<(), Failure> {
///         Ok(())
///     }
/// }
/// ```
pub trait TaskSource: Send + Sync + 'static {
    /// A task. It stays with the worker until its end is recorded.
    type Task: Send + Sync + 'static;
    /// What a task that is done gives.
    type Output: Send + 'static;

    /// Takes the next task, and waits until there is one. `None` ends the worker.
    ///
    /// At shutdown the future is dropped, so it must not hold a task at an `await`.
    fn next(&self) -> impl Future<Output = Result<Option<Self::Task>, Failure>> + Send;

    /// Returns the context of a task: [`Context::task`] with its id, or [`Context::from_message`].
    fn context(&self, task: &Self::Task) -> Context;

    /// Records how a task ended.
    fn ended(
        &self,
        task: &Self::Task,
        outcome: TaskOutcome<Self::Output>,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Gives back a task that was not done in time before the shutdown, for another worker to take.
    fn give_back(&self, task: &Self::Task) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Returns a worker, which [`Worker::run`] runs: each task of the source goes to the handler, in a boundary as of
/// [`guarded`](crate::guarded).
///
/// ```
/// use errcode_core::Failure;
/// use errcode_runtime::{Context, TaskOutcome, TaskSource, worker};
/// use std::sync::Mutex;
///
/// struct Numbers(Mutex<Vec<u32>>);
///
/// impl TaskSource for Numbers {
///     type Task = u32;
///     type Output = u32;
///
///     async fn next(&self) -> Result<Option<u32>, Failure> {
///         Ok(self.0.lock().unwrap().pop())
///     }
///     fn context(&self, number: &u32) -> Context {
///         Context::task(&format!("number-{number}"))
///     }
///     async fn ended(&self, number: &u32, outcome: TaskOutcome<u32>) -> Result<(), Failure> {
///         println!("{number}: {outcome}");
///         Ok(())
///     }
///     async fn give_back(&self, number: &u32) -> Result<(), Failure> {
///         self.0.lock().unwrap().push(*number);
///         Ok(())
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let source = Numbers(Mutex::new(vec![1, 2, 3]));
/// let tally = worker(source, async |number| Ok::<_, Failure>(*number * 2)).concurrency(2).run().await;
/// assert_eq!(tally.done, 3);
/// # });
/// ```
pub fn worker<S, H, F>(source: S, handler: H) -> Worker<S, H>
where
    S: TaskSource,
    // Here and not only on `run`, so that the closure's argument needs no type.
    H: Fn(Arc<S::Task>) -> F,
{
    Worker {
        source: Arc::new(source),
        handler: Arc::new(handler),
        concurrency: 1,
        time_limit: None,
        drain: Duration::from_secs(10),
        stop: None,
    }
}

type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The settings of a loop over tasks, which [`worker`] returns.
///
/// ```
/// # use errcode_core::Failure;
/// # use errcode_runtime::{Context, TaskOutcome, TaskSource, worker};
/// # use std::time::Duration;
/// # struct Mails;
/// # impl TaskSource for Mails {
/// #     type Task = String;
/// #     type Output = ();
/// #     async fn next(&self) -> Result<Option<String>, Failure> { Ok(None) }
/// #     fn context(&self, to: &String) -> Context { Context::task(to) }
/// #     async fn ended(&self, _: &String, _: TaskOutcome<()>) -> Result<(), Failure> { Ok(()) }
/// #     async fn give_back(&self, _: &String) -> Result<(), Failure> { Ok(()) }
/// # }
/// # async fn send(to: &str) -> Result<(), Failure> { Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let tally = worker(Mails, async |to| send(&to).await)
///     .concurrency(8)
///     .time_limit(Duration::from_secs(60)) // of each task
///     .drain_within(Duration::from_secs(5)) // at a shutdown
///     .run()
///     .await;
/// println!("{} done, {} failed", tally.done, tally.failed);
/// # });
/// ```
#[must_use = "call `run`"]
pub struct Worker<S, H> {
    source: Arc<S>,
    handler: Arc<H>,
    concurrency: usize,
    time_limit: Option<Duration>,
    drain: Duration,
    stop: Option<Stop>,
}

/// How many tasks of a [`Worker`] ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Done.
    pub done: u64,
    /// Failed for good.
    pub failed: u64,
    /// To be repeated.
    pub retried: u64,
    /// To be done later.
    pub deferred: u64,
    /// Given back at shutdown.
    pub given_back: u64,
}

impl<S, H> Worker<S, H> {
    /// Sets how many tasks run at once. Default: 1; 0 counts as 1.
    pub fn concurrency(self, tasks: usize) -> Self {
        Self { concurrency: tasks.max(1), ..self }
    }

    /// Sets how long a task may take. One that takes longer is dropped, and fails with
    /// [`DeadlineExceeded`](errcode_core::FrameworkFault::DeadlineExceeded). Default: as long as its context says.
    pub fn time_limit(self, limit: Duration) -> Self {
        Self { time_limit: Some(limit), ..self }
    }

    /// Sets how long a shutdown waits for the tasks that run, and then as long again, but at least a second, for the
    /// source to take back the others. Default: 10 seconds.
    pub fn drain_within(self, time: Duration) -> Self {
        Self { drain: time, ..self }
    }

    /// Sets when the worker stops taking tasks, for example a channel or a token of the application. Default: at
    /// SIGTERM or Ctrl-C with the feature `signal`, otherwise when the source ends.
    pub fn stop_on(self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { stop: Some(Box::pin(stop)), ..self }
    }
}

impl<S, H, F, E> Worker<S, H>
where
    S: TaskSource,
    H: Fn(Arc<S::Task>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<S::Output, E>> + Send + 'static,
    E: IntoFailure + Send + 'static,
{
    /// Runs the loop until the source ends or the worker is told to stop. Then it waits for the running tasks, and
    /// gives back those that are not done in time.
    ///
    /// A source that fails is asked again after a pause that grows from 100 milliseconds to 30 seconds.
    ///
    /// # Panics
    ///
    /// Panics if called outside a tokio runtime with a timer.
    pub async fn run(mut self) -> Tally {
        let mut stop = self.stop.take().unwrap_or_else(default_stop);
        let mut running = Running::new();
        let mut pause = Pause::default();
        loop {
            if running.set.len() >= self.concurrency {
                if unless(&mut stop, running.join()).await.is_none() {
                    break;
                }
                continue;
            }
            match unless(&mut stop, self.take(&mut running)).await {
                Some(Ok(Some(task))) => {
                    pause = Pause::default();
                    self.start(task, &mut running);
                }
                Some(Err(())) => {
                    if unless(&mut stop, sleep(pause.next())).await.is_none() {
                        break;
                    }
                }
                Some(Ok(None)) | None => break,
            }
        }
        self.drain(running).await
    }

    /// Takes the next task while those that end are collected.
    async fn take(&self, running: &mut Running<S::Task>) -> Result<Option<S::Task>, ()> {
        let mut next = pin!(caught(self.source.next()));
        poll_fn(|cx| {
            while running.poll_join(cx) {}
            next.as_mut().poll(cx)
        })
        .await
        .map_err(|failure| report(&failure))
    }

    fn start(&self, task: S::Task, running: &mut Running<S::Task>) {
        let task = Arc::new(task);
        let (source, handler) = (Arc::clone(&self.source), Arc::clone(&self.handler));
        let limit = self.time_limit.and_then(|limit| Instant::now().checked_add(limit));
        let handed = Arc::clone(&task);
        let work = async move {
            // The source's code may panic too. The task then runs under an id of its own.
            let context = contain::run(|| source.context(&handed)).unwrap_or_default();
            let context = match limit {
                Some(limit) => context.until(limit),
                None => context,
            };
            let handle = async { handler(Arc::clone(&handed)).await };
            let outcome = guarded(context.clone(), handle).await;
            let kind = Kind::of(&outcome);
            let recorded = context.scope(caught(source.ended(&handed, outcome))).await;
            if let Err(failure) = recorded {
                context.enter(|| report(&failure));
            }
            kind
        };
        running.start(task, work);
    }

    async fn drain(&self, mut running: Running<S::Task>) -> Tally {
        let mut late: Stop = Box::pin(sleep(self.drain));
        while !running.set.is_empty() {
            if unless(&mut late, running.join()).await.is_none() {
                break;
            }
        }
        running.set.abort_all();
        // One that blocks its thread cannot be aborted.
        let mut blocked: Stop = Box::pin(sleep(Duration::from_secs(1)));
        while !running.set.is_empty() {
            if unless(&mut blocked, running.join()).await.is_none() {
                break;
            }
        }
        let unfinished = running.unfinished();
        running.tally.given_back = unfinished.len() as u64;
        self.give_back(unfinished).await;
        running.tally
    }

    /// Gives the tasks back at once: a source that does not answer must not keep the process from ending.
    async fn give_back(&self, tasks: Vec<Arc<S::Task>>) {
        const LEAST: Duration = Duration::from_secs(1);
        let mut giving = JoinSet::new();
        for task in tasks {
            let source = Arc::clone(&self.source);
            giving.spawn(async move {
                if let Err(failure) = caught(source.give_back(&task)).await {
                    report(&failure);
                }
            });
        }
        let mut late: Stop = Box::pin(sleep(self.drain.max(LEAST)));
        while !giving.is_empty() {
            if unless(&mut late, giving.join_next()).await.is_none() {
                let text = format!("{} tasks were not given back in time", giving.len());
                return report(&Failure::fault(FrameworkFault::DeadlineExceeded, text));
            }
        }
    }
}

/// The tasks that run, each with what to give back if it is aborted.
struct Running<T> {
    set: JoinSet<Kind>,
    tasks: HashMap<Id, Arc<T>>,
    tally: Tally,
}

/// A [`TaskOutcome`] without what it holds.
#[derive(Clone, Copy)]
enum Kind {
    Done,
    Failed,
    Retry,
    Defer,
}

impl Kind {
    fn of<T>(outcome: &TaskOutcome<T>) -> Self {
        match outcome {
            TaskOutcome::Done(_) => Self::Done,
            TaskOutcome::Failed(_) => Self::Failed,
            TaskOutcome::Retry { .. } => Self::Retry,
            TaskOutcome::Defer { .. } => Self::Defer,
        }
    }
}

impl<T> Running<T> {
    fn new() -> Self {
        Self { set: JoinSet::new(), tasks: HashMap::new(), tally: Tally::default() }
    }

    fn start(&mut self, task: Arc<T>, work: impl Future<Output = Kind> + Send + 'static) {
        let id = self.set.spawn(work).id();
        self.tasks.insert(id, task);
    }

    /// Waits until a task has ended.
    async fn join(&mut self) {
        poll_fn(|cx| if self.poll_join(cx) { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    fn poll_join(&mut self, cx: &mut std::task::Context<'_>) -> bool {
        match self.set.poll_join_next_with_id(cx) {
            Poll::Ready(Some(ended)) => {
                self.ended(ended);
                true
            }
            Poll::Ready(None) | Poll::Pending => false,
        }
    }

    /// Counts the task. One that was aborted stays in the list.
    fn ended(&mut self, ended: Result<(Id, Kind), JoinError>) {
        let Ok((id, kind)) = ended else { return };
        self.tasks.remove(&id);
        let count = match kind {
            Kind::Done => &mut self.tally.done,
            Kind::Failed => &mut self.tally.failed,
            Kind::Retry => &mut self.tally.retried,
            Kind::Defer => &mut self.tally.deferred,
        };
        *count += 1;
    }

    fn unfinished(&mut self) -> Vec<Arc<T>> {
        self.tasks.drain().map(|(_, task)| task).collect()
    }
}

/// The growing pause between calls of a source that fails.
#[derive(Default)]
struct Pause(u32);

impl Pause {
    fn next(&mut self) -> Duration {
        let pause = Duration::from_millis(100).saturating_mul(1 << self.0);
        self.0 = (self.0 + 1).min(9);
        pause.min(Duration::from_secs(30))
    }
}

/// Waits for the work unless `stop` comes first.
async fn unless<R>(stop: &mut Stop, work: impl Future<Output = R>) -> Option<R> {
    let mut work = pin!(work);
    poll_fn(|cx| match stop.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => work.as_mut().poll(cx).map(Some),
    })
    .await
}

/// Runs code of the source. A panic in it is a failure.
async fn caught<R>(work: impl Future<Output = Result<R, Failure>>) -> Result<R, Failure> {
    let mut work = Box::pin(work);
    poll_fn(|cx| match contain::run(|| work.as_mut().poll(cx)) {
        Ok(polled) => polled,
        Err(panicked) => Poll::Ready(Err(panicked.into_failure())),
    })
    .await
}

/// Reports a failure of the source, which is that of no task.
fn report(failure: &Failure) {
    let boundary = Boundary::open(Context::current().unwrap_or_default());
    boundary.within(|| boundary.report(failure, Served::default(), None));
}

fn default_stop() -> Stop {
    #[cfg(feature = "signal")]
    return Box::pin(crate::shutdown_signal());
    #[cfg(not(feature = "signal"))]
    Box::pin(std::future::pending())
}

impl<S, H> fmt::Debug for Worker<S, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("concurrency", &self.concurrency)
            .field("time_limit", &self.time_limit)
            .field("drain_within", &self.drain)
            .finish_non_exhaustive()
    }
}

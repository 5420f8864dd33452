//! The tasks, in memory. Replace it by the queue that your tasks come from.

use crate::CATALOG;
use errcode_core::Failure;
use errcode_runtime::{Context, TaskOutcome, TaskSource};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

/// The largest number of attempts of a task.
const ATTEMPTS: u32 = 3;

/// A task.
#[derive(Clone, Debug)]
pub struct Task {
    /// What to check.
    pub address: String,
    attempts: u32,
    not_before: Instant,
}

/// The tasks that are left, and how those that are not ended. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    state: Arc<Mutex<State>>,
    changed: Arc<Notify>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Task>,
    running: usize,
    ended: Vec<(String, String)>,
}

impl Queue {
    /// Creates a queue of these addresses. It ends when all of them are checked.
    pub fn new(addresses: impl IntoIterator<Item = String>) -> Self {
        let now = Instant::now();
        let task = |address| Task {
            address,
            attempts: 0,
            not_before: now,
        };
        let queue = Self::default();
        queue
            .state()
            .waiting
            .extend(addresses.into_iter().map(task));
        queue
    }

    /// Returns each address with how its check ended.
    pub fn ended(&self) -> Vec<(String, String)> {
        self.state().ended.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_back(&self, task: Task) {
        let mut state = self.state();
        state.running -= 1;
        state.waiting.push_back(task);
        self.changed.notify_one();
    }
}

impl State {
    /// Takes a task that is due, else returns when to look again; `None` if nothing is left.
    fn take(&mut self) -> Option<Result<Task, Option<Instant>>> {
        let now = Instant::now();
        if let Some(at) = self.waiting.iter().position(|task| task.not_before <= now) {
            self.running += 1;
            return self.waiting.remove(at).map(Ok);
        }
        let next = self.waiting.iter().map(|task| task.not_before).min();
        (self.running > 0 || next.is_some()).then_some(Err(next))
    }
}

impl TaskSource for Queue {
    type Task = Task;
    type Output = ();

    async fn next(&self) -> Result<Option<Task>, Failure> {
        loop {
            let changed = self.changed.notified();
            let taken = self.state().take();
            match taken {
                Some(Ok(task)) => return Ok(Some(task)),
                Some(Err(Some(due))) => {
                    tokio::select! { () = changed => {}, () = sleep_until(due) => {} }
                }
                Some(Err(None)) => changed.await,
                None => return Ok(None),
            }
        }
    }

    fn context(&self, task: &Task) -> Context {
        Context::builder()
            .task(&task.address)
            .catalog(&CATALOG)
            .build()
    }

    async fn ended(&self, task: &Task, outcome: TaskOutcome<()>) -> Result<(), Failure> {
        let again = match &outcome {
            TaskOutcome::Retry { after, .. } if task.attempts + 1 < ATTEMPTS => {
                Some((task.attempts + 1, after.unwrap_or_default()))
            }
            TaskOutcome::Defer { after, .. } => Some((task.attempts, after.unwrap_or_default())),
            _ => None,
        };
        match again {
            Some((attempts, after)) => {
                let not_before = Instant::now() + after;
                self.put_back(Task {
                    attempts,
                    not_before,
                    ..task.clone()
                });
            }
            None => {
                let end = match outcome {
                    // It is not repeated: this was the last attempt.
                    TaskOutcome::Retry { failure, .. } => TaskOutcome::Failed(failure),
                    outcome => outcome,
                };
                let mut state = self.state();
                state.running -= 1;
                state.ended.push((task.address.clone(), end.to_string()));
                self.changed.notify_one();
            }
        }
        Ok(())
    }

    async fn give_back(&self, task: &Task) -> Result<(), Failure> {
        self.put_back(task.clone());
        Ok(())
    }
}

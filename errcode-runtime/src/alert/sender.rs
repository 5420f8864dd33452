//! A thread that sends messages to one channel.

use super::channel::{AlertMessage, Channel};
use crate::contain;
use std::{
    io,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

/// How many messages wait for a channel. They are few: one a window for each group.
const QUEUED: usize = 64;
const ATTEMPTS: u32 = 6;
/// The longest delay between two attempts, also if the receiver asks for a longer one.
const LONGEST_DELAY: Duration = Duration::from_secs(300);

pub(super) struct Sender {
    queue: Option<SyncSender<AlertMessage>>,
    state: Arc<State>,
}

/// What the thread and its owner share.
struct State {
    stage: Mutex<Stage>,
    changed: Condvar,
    backoff: Duration,
    sent: AtomicU64,
    failed: AtomicU64,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Runs,
    /// No more waits between attempts.
    Stops,
    Ended,
}

impl Sender {
    pub(super) fn start(channel: Box<dyn Channel>, backoff: Duration) -> io::Result<Self> {
        let (queue, messages) = sync_channel(QUEUED);
        let state = Arc::new(State {
            stage: Mutex::new(Stage::Runs),
            changed: Condvar::new(),
            backoff,
            sent: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        });
        let of_thread = Arc::clone(&state);
        thread::Builder::new().name("errcode-alerts".into()).spawn(move || {
            of_thread.run(&*channel, &messages);
            of_thread.set(Stage::Ended);
        })?;
        Ok(Self { queue: Some(queue), state })
    }

    /// Queues the message, and returns whether there was room.
    pub(super) fn send(&self, message: &AlertMessage) -> bool {
        self.queue.as_ref().is_some_and(|queue| queue.try_send(message.clone()).is_ok())
    }

    pub(super) fn sent(&self) -> u64 {
        self.state.sent.load(Ordering::Relaxed)
    }

    pub(super) fn failed(&self) -> u64 {
        self.state.failed.load(Ordering::Relaxed)
    }

    /// Takes no more messages.
    pub(super) fn close(&mut self) {
        // Before the queue is dropped: then the thread ends, and sets the last stage.
        self.state.set(Stage::Stops);
        self.queue = None;
    }

    /// Waits until the thread has ended. A channel that hangs does not hold the process: its thread is left behind.
    pub(super) fn wait(&self, until: Instant) -> bool {
        let mut stage = self.state.stage();
        while *stage != Stage::Ended {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            stage = self
                .state
                .changed
                .wait_timeout(stage, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }
}

impl State {
    fn run(&self, channel: &dyn Channel, messages: &Receiver<AlertMessage>) {
        while let Ok(message) = messages.recv() {
            let count = if self.deliver(channel, &message) { &self.sent } else { &self.failed };
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn deliver(&self, channel: &dyn Channel, message: &AlertMessage) -> bool {
        let mut backoff = self.backoff;
        for attempt in 1..=ATTEMPTS {
            let why = match contain::run(|| channel.send(message)) {
                Ok(Ok(())) => return true,
                Ok(Err(error)) => error,
                Err(panicked) => super::Undelivered::refused(format!("the channel {panicked}")),
            };
            let delay = why.next(backoff).filter(|_| attempt < ATTEMPTS);
            // Not a failure: an alert about alerts could go on forever.
            tracing::warn!(target: "app", event = "alert_undelivered", attempt, again = delay.is_some(), "{why}");
            let Some(delay) = delay else { return false };
            if !self.pause(delay.min(LONGEST_DELAY)) {
                return false;
            }
            backoff = backoff.saturating_mul(2);
        }
        false
    }

    /// Waits, and returns whether another attempt may follow: none does once the process ends.
    fn pause(&self, delay: Duration) -> bool {
        let until = Instant::now() + delay;
        let mut stage = self.stage();
        while *stage == Stage::Runs {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            stage =
                self.changed.wait_timeout(stage, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        false
    }

    fn set(&self, stage: Stage) {
        *self.stage() = stage;
        self.changed.notify_all();
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

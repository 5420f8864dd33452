//! Alerts: messages to people about failures that need them, few enough to be read.
//!
//! The code says whether its failures raise one: `alert`, `alert(page, over = "20/1m")`. [`Alerts`] observes
//! the failures and sends messages to [`Channel`]s:
//!
//! - The first failure of a group is sent at once, or the one that reaches the code's threshold: then the message
//!   counts the failures within the threshold's window.
//! - Then at most one message a window (1 minute) says how many more there were, exactly.
//! - Once there was none for a quiet time (5 minutes), a last message says that it is over.
//!
//! A group is all failures of one dependency, whatever their codes; other failures are grouped by code and place. A
//! message has facts of the code, the service and the first failure's route, cause, trace and what
//! [`Context::with`](crate::Context::with) added. It has no other value.
//!
//! ```
//! use errcode_core::AppError;
//! use errcode_runtime::{Context, alert::{Alerts, AlertMessage, Channel, Undelivered}, guarded};
//! use std::sync::{Arc, Mutex};
//!
//! #[derive(Debug, AppError)]
//! #[error("tracker unreachable", code = "E2301", category = external, title = "Tracker unreachable")]
//! struct Unreachable;
//!
//! #[derive(Default)]
//! struct Sent(Mutex<Vec<String>>);
//!
//! impl Channel for Sent {
//!     fn send(&self, message: &AlertMessage) -> Result<(), Undelivered> {
//!         self.0.lock().unwrap().push(message.text.clone());
//!         Ok(())
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let sent = Arc::new(Sent::default());
//! let alerts = Alerts::new().to(Arc::clone(&sent)).start().unwrap();
//! for _ in 0..3 {
//!     let _ = guarded(Context::task("APEX-17"), async { Err::<(), _>(Unreachable) }).await;
//! }
//! drop(alerts); // sends what is left to say
//! let sent = sent.0.lock().unwrap();
//! assert!(sent[0].starts_with("[notice] E2301 Tracker unreachable: 1 failure"));
//! assert!(sent[1].starts_with("[notice] E2301 Tracker unreachable: 2 more failures"));
//! # });
//! ```

mod channel;
mod groups;
mod mutes;
mod samples;
mod sender;
mod text;
#[cfg(feature = "webhook")]
mod webhook;

pub use channel::{AlertKind, AlertMessage, Channel, Notice, Undelivered};
#[cfg(feature = "webhook")]
pub use webhook::{InvalidWebhook, Webhook};

use crate::{Event, Observer, Observing, event::FailureEvent, observe};
use errcode_core::{Alert, FaultError, FrameworkFault};
use groups::{Due, DueKind, Groups, Key, Noted};
use mutes::Mutes;
use samples::Samples;
use sender::Sender;
use std::{
    fmt, io,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};
use text::Facts;

/// The settings of the process's alerts.
///
/// ```no_run
/// use errcode_runtime::alert::{Alerts, Notice};
/// use std::time::Duration;
///
/// fn main() -> std::io::Result<()> {
///     errcode_runtime::init();
///     let _alerts = Alerts::new()
///         .to(Notice) // the log; with the feature `webhook`, also a chat
///         .window(Duration::from_secs(300))
///         .mute_file("muted.txt")
///         .sample("E2301", 10) // every tenth failure
///         .start()?;
///     // … the service …
///     Ok(())
/// }
/// ```
#[must_use = "call `start`"]
pub struct Alerts {
    channels: Vec<Box<dyn Channel>>,
    window: Duration,
    quiet: Duration,
    most: usize,
    backoff: Duration,
    mute_file: Option<PathBuf>,
    samples: Samples,
}

impl Alerts {
    /// Creates the default settings, without a channel.
    pub fn new() -> Self {
        Self {
            channels: Vec::new(),
            window: Duration::from_secs(60),
            quiet: Duration::from_secs(300),
            most: 1024,
            backoff: Duration::from_secs(1),
            mute_file: None,
            samples: Samples::default(),
        }
    }

    /// Adds a channel. Each gets every message.
    ///
    /// ```
    /// use errcode_runtime::alert::{AlertMessage, Alerts, Channel, Notice, Undelivered};
    ///
    /// struct Pager;
    ///
    /// impl Channel for Pager {
    ///     fn send(&self, message: &AlertMessage) -> Result<(), Undelivered> {
    ///         // … calls the pager's API …
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let alerts = Alerts::new().to(Notice).to(Pager).start()?;
    /// # drop(alerts);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn to(mut self, channel: impl Channel + 'static) -> Self {
        self.channels.push(Box::new(channel));
        self
    }

    /// Sets the least time between two messages of a group. Default: 1 minute.
    pub fn window(self, window: Duration) -> Self {
        Self { window, ..self }
    }

    /// Sets how long a group must have no failure until it is resolved. Default: 5 minutes.
    pub fn resolved_after(self, quiet: Duration) -> Self {
        Self { quiet, ..self }
    }

    /// Sets how many groups are counted at once. The failures of further groups are dropped, and counted as such.
    /// Default: 1024.
    pub fn max_groups(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Sets the delay before a message is sent again after its channel failed. It doubles, up to five times. Default:
    /// 1 second.
    pub fn backoff(self, first: Duration) -> Self {
        Self { backoff: first, ..self }
    }

    /// Sets a file of codes that are muted, which is read again while the process runs. A line is a code and a time
    /// in UTC, such as `E5004 2026-12-01T08:00:00Z`.
    pub fn mute_file(self, path: impl Into<PathBuf>) -> Self {
        Self { mute_file: Some(path.into()), ..self }
    }

    /// Looks only at each `one_in`-th failure of a code, for codes that fail often and matter little. Messages then
    /// count the sample, and say so. 0 counts as 1, which is all failures.
    ///
    /// ```
    /// use errcode_runtime::alert::Alerts;
    ///
    /// let alerts = Alerts::new().sample("E1007", 100).sample("E2301", 10);
    /// ```
    pub fn sample(mut self, code: impl Into<String>, one_in: u32) -> Self {
        self.samples.add(code.into(), one_in);
        self
    }

    /// Starts observing. The guard sends the last messages when it is dropped, so keep it in `main`.
    ///
    /// # Errors
    ///
    /// Returns the error of the system if it has no thread left.
    pub fn start(self) -> io::Result<AlertsGuard> {
        let senders = self.channels.into_iter().map(|channel| Sender::start(channel, self.backoff));
        let shared = Arc::new(Shared {
            groups: Mutex::new(Groups::new(self.window, self.quiet, self.most)),
            mutes: Mutex::new(Mutes::of_file(self.mute_file)),
            senders: Mutex::new(senders.collect::<io::Result<_>>()?),
            counts: Counts::default(),
            samples: self.samples,
            window: self.window,
            quiet: self.quiet,
        });
        shared.read_mutes();
        let (stop, stopped) = mpsc::channel::<()>();
        let ticking = Arc::clone(&shared);
        let tick = Duration::from_secs(1).min(self.window / 2).max(Duration::from_millis(1));
        thread::Builder::new().name("errcode-alerts".into()).spawn(move || {
            while stopped.recv_timeout(tick) == Err(RecvTimeoutError::Timeout) {
                ticking.tick(Instant::now());
            }
        })?;
        let observing = Some(observe(Arc::clone(&shared)));
        Ok(AlertsGuard { shared, observing, _stop: stop })
    }
}

impl Default for Alerts {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Alerts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alerts")
            .field("channels", &self.channels.len())
            .field("window", &self.window)
            .field("resolved_after", &self.quiet)
            .finish_non_exhaustive()
    }
}

/// The running alerts. When this is dropped, they stop: what is left to say is sent, for at most five seconds.
///
/// ```
/// use errcode_runtime::alert::{Alerts, Notice};
///
/// # fn serve() {}
/// let alerts = Alerts::new().to(Notice).start()?; // not `let _ =`, which drops it at once
/// serve();
/// drop(alerts);
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "dropping it stops the alerts"]
pub struct AlertsGuard {
    shared: Arc<Shared>,
    observing: Option<Observing>,
    /// Ends the thread when it is dropped.
    _stop: mpsc::Sender<()>,
}

/// What became of the failures whose codes raise alerts. Each is counted once, in one of the first five fields.
///
/// ```
/// use errcode_runtime::alert::AlertCounts;
///
/// fn failures(counts: AlertCounts) -> u64 {
///     counts.fired + counts.suppressed + counts.dropped + counts.muted + counts.sampled
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlertCounts {
    /// Those that raised an alert.
    pub fired: u64,
    /// Those that another message counts, or that did not reach the threshold.
    pub suppressed: u64,
    /// Those that no message counts, since there were too many groups or messages.
    pub dropped: u64,
    /// Those of muted codes.
    pub muted: u64,
    /// Those that are not in the sample of their code.
    pub sampled: u64,
    /// The messages that channels took.
    pub sent: u64,
    /// The messages that no attempt delivered.
    pub failed: u64,
}

impl AlertsGuard {
    /// Sends no alerts of a code until a time. Its failures are still logged and counted.
    ///
    /// ```
    /// use errcode_runtime::alert::{Alerts, Notice};
    /// use std::time::{Duration, SystemTime};
    ///
    /// let alerts = Alerts::new().to(Notice).start()?;
    /// alerts.mute("E2301", SystemTime::now() + Duration::from_secs(3600));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn mute(&self, code: &str, until: SystemTime) {
        lock(&self.shared.mutes).mute(code, until);
    }

    /// Returns what became of the failures so far.
    ///
    /// ```
    /// use errcode_runtime::alert::{Alerts, Notice};
    ///
    /// let alerts = Alerts::new().to(Notice).start()?;
    /// let counts = alerts.counts();
    /// println!("{} sent, {} lost", counts.sent, counts.dropped + counts.failed);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn counts(&self) -> AlertCounts {
        self.shared.counts()
    }
}

impl Drop for AlertsGuard {
    fn drop(&mut self) {
        if let Some(observing) = self.observing.take() {
            observing.stop();
        }
        let rest = lock(&self.shared.groups).rest();
        rest.iter().for_each(|due| self.shared.say(due));
        let mut senders = lock(&self.shared.senders);
        senders.iter_mut().for_each(Sender::close);
        let until = Instant::now() + Duration::from_secs(5);
        for sender in &*senders {
            sender.wait(until);
        }
    }
}

impl fmt::Debug for AlertsGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlertsGuard").field("counts", &self.counts()).finish_non_exhaustive()
    }
}

struct Shared {
    groups: Mutex<Groups>,
    mutes: Mutex<Mutes>,
    senders: Mutex<Vec<Sender>>,
    counts: Counts,
    samples: Samples,
    window: Duration,
    quiet: Duration,
}

#[derive(Default)]
struct Counts {
    fired: AtomicU64,
    suppressed: AtomicU64,
    dropped: AtomicU64,
    muted: AtomicU64,
    sampled: AtomicU64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Observer for Shared {
    fn event(&self, event: &Event<'_>) {
        if let Event::Failure(event) = event
            && event.spec.alert() != Alert::None
        {
            self.failed(event);
        }
    }
}

impl Shared {
    fn failed(&self, event: &FailureEvent<'_>) {
        let (spec, counts) = (event.spec, &self.counts);
        let code = spec.code().as_str();
        let (count, _outcome) = if lock(&self.mutes).is_muted(code, SystemTime::now()) {
            (&counts.muted, "muted")
        } else if !self.samples.take(code) {
            (&counts.sampled, "sampled")
        } else {
            let key = Key::new(code, dependency(event), event.location);
            // The lock is held for the counting alone.
            let noted = lock(&self.groups).note(key, spec, Instant::now());
            match noted {
                Noted::Fires(count) => self.fire(count, event),
                Noted::Counts => (&counts.suppressed, "suppressed"),
                Noted::Full => (&counts.dropped, "dropped"),
            }
        };
        count.fetch_add(1, Ordering::Relaxed);
        #[cfg(feature = "metrics")]
        crate::metrics::count_alert(_outcome);
    }

    fn fire(&self, count: u64, event: &FailureEvent<'_>) -> (&AtomicU64, &'static str) {
        let message = text::fired(event.spec, count, &self.samples, &Facts::of(event));
        if self.send(&message) {
            (&self.counts.fired, "fired")
        } else {
            (&self.counts.dropped, "dropped")
        }
    }

    /// Queues the message for every channel, and returns whether one had room.
    fn send(&self, message: &AlertMessage) -> bool {
        lock(&self.senders).iter().filter(|sender| sender.send(message)).count() > 0
    }

    fn tick(&self, now: Instant) {
        self.read_mutes();
        let due = lock(&self.groups).due(now);
        due.iter().for_each(|due| self.say(due));
    }

    fn say(&self, due: &Due) {
        let message = match due.kind {
            DueKind::Again => text::again(due.key, &due.codes, &self.samples, self.window),
            DueKind::Resolved(all) => {
                text::resolved(due.key, &due.codes, all, &self.samples, self.quiet)
            }
        };
        self.send(&message);
    }

    fn read_mutes(&self) {
        let mistakes = lock(&self.mutes).read();
        for mistake in mistakes {
            tracing::warn!(target: "app", event = "mute_file", "the file of muted codes: {mistake}");
        }
    }

    fn counts(&self) -> AlertCounts {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let senders = lock(&self.senders);
        AlertCounts {
            fired: count(&self.counts.fired),
            suppressed: count(&self.counts.suppressed),
            dropped: count(&self.counts.dropped),
            muted: count(&self.counts.muted),
            sampled: count(&self.counts.sampled),
            sent: senders.iter().map(Sender::sent).sum(),
            failed: senders.iter().map(Sender::failed).sum(),
        }
    }
}

/// Returns the dependency that the failed call was to.
fn dependency(event: &FailureEvent<'_>) -> Option<&'static str> {
    let of_journey = event.failure.journey().and_then(|journey| journey.dependency);
    let fault = event.failure.downcast_ref::<FaultError>().map(FaultError::fault);
    of_journey.or(match fault {
        Some(FrameworkFault::CircuitOpen { dependency, .. }) => Some(dependency),
        _ => None,
    })
}

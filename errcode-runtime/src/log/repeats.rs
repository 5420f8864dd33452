//! Failures whose causes have just been logged.

use crate::event::FailureEvent;
use std::{
    collections::HashMap,
    sync::{Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

static REPEATS: OnceLock<Mutex<Repeats>> = OnceLock::new();

/// How many places are remembered. Failures of further ones are logged whole.
const MOST: usize = 1024;

/// Begins to suppress repeats.
pub(super) fn suppress_within(window: Duration) {
    let _ = REPEATS.set(Mutex::new(Repeats { window, whole: HashMap::new() }));
}

/// Returns whether a failure with the code of this one, from the same place, was logged whole within the window.
#[inline]
pub(super) fn is_repeat(event: &FailureEvent<'_>) -> bool {
    REPEATS.get().is_some_and(|repeats| is_among(repeats, event))
}

fn is_among(repeats: &Mutex<Repeats>, event: &FailureEvent<'_>) -> bool {
    if event.cause.is_none() && event.backtrace.is_none() {
        return false;
    }
    let place = event.location.map_or(("", 0), |location| (location.file(), location.line()));
    let mut repeats = repeats.lock().unwrap_or_else(PoisonError::into_inner);
    repeats.note((event.spec.code().as_str(), place.0, place.1), Instant::now())
}

/// A code, and the file and line where its error became a failure.
type Key = (&'static str, &'static str, u32);

struct Repeats {
    window: Duration,
    /// When a failure was last logged whole.
    whole: HashMap<Key, Instant>,
}

impl Repeats {
    /// Returns whether this is a repeat. If not, it is logged whole, now.
    fn note(&mut self, key: Key, now: Instant) -> bool {
        let window = self.window;
        let within = |whole: &Instant| now.saturating_duration_since(*whole) < window;
        if self.whole.get(&key).is_some_and(within) {
            return true;
        }
        if self.whole.len() >= MOST {
            self.whole.retain(|_, whole| within(whole));
        }
        if self.whole.len() < MOST {
            self.whole.insert(key, now);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Repeats};
    use std::{
        collections::HashMap,
        time::{Duration, Instant},
    };

    #[test]
    fn one_failure_a_window_of_each_place_is_whole() {
        let window = Duration::from_secs(60);
        let mut repeats = Repeats { window, whole: HashMap::new() };
        let start = Instant::now();
        let mut at = |code, line, seconds| {
            repeats.note((code, "a.rs", line), start + Duration::from_secs(seconds))
        };
        assert!(!at("E1", 1, 0) && at("E1", 1, 1) && at("E1", 1, 59));
        assert!(!at("E1", 2, 2) && !at("E2", 1, 3));
        // The window begins with the whole line, so an error that never stops is whole again.
        assert!(!at("E1", 1, 60) && at("E1", 1, 119) && !at("E1", 1, 120));
    }

    #[test]
    fn the_table_is_bounded_and_what_does_not_fit_is_whole() {
        let mut repeats = Repeats { window: Duration::from_secs(60), whole: HashMap::new() };
        let start = Instant::now();
        for line in 0..2 * MOST as u32 {
            assert!(!repeats.note(("E1", "a.rs", line), start));
        }
        assert_eq!(repeats.whole.len(), MOST);
        assert!(!repeats.note(("E1", "a.rs", 2 * MOST as u32), start));
        let later = start + Duration::from_secs(60);
        assert!(!repeats.note(("E1", "a.rs", 2 * MOST as u32), later));
        assert_eq!(repeats.whole.len(), 1);
    }
}

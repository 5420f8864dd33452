//! Which failures raise an alert: a table of groups, with the time as an argument.

use errcode_core::{Alert, AlertThreshold, ErrorSpec};
use std::{
    collections::{HashMap, VecDeque},
    panic::Location,
    time::{Duration, Instant},
};

/// How many times a code keeps for its threshold. Of a higher one, a time is that of several failures.
const MOST_TIMES: u32 = 1024;

/// What an alert is about: the failures of one dependency, or of one code at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Dependency(&'static str),
    Code(&'static str, Option<Place>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place(&'static str, u32);

impl Key {
    pub(super) fn new(
        code: &'static str,
        dependency: Option<&'static str>,
        location: Option<&'static Location<'static>>,
    ) -> Self {
        let place = location.map(|location| Place(location.file(), location.line()));
        dependency.map_or(Self::Code(code, place), Self::Dependency)
    }
}

/// What a failure did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noted {
    /// It raises an alert, which says that there were so many failures.
    Fires(u64),
    /// It is counted: the threshold is not reached, or an alert was sent within the window.
    Counts,
    /// The table is full.
    Full,
}

/// What a group has to say when its window has passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) key: Key,
    pub(super) kind: DueKind,
    /// Each code with its failures since the last message, in the order in which they appeared. Of a group that is
    /// resolved, the code that raised the alert.
    pub(super) codes: Vec<(ErrorSpecByCode, u64)>,
}

/// A row that is compared by its code.
#[derive(Clone, Copy, Debug)]
pub(super) struct ErrorSpecByCode(pub(super) ErrorSpec);

impl PartialEq for ErrorSpecByCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.code() == other.0.code()
    }
}

impl Eq for ErrorSpecByCode {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DueKind {
    /// The failures go on.
    Again,
    /// There was none for the quiet time. The number counts all failures of the alert.
    Resolved(u64),
}

pub(super) struct Groups {
    window: Duration,
    quiet: Duration,
    most: usize,
    groups: HashMap<Key, Group>,
}

struct Group {
    codes: Vec<(ErrorSpecByCode, u64)>,
    /// The failures of codes whose threshold is not reached.
    recent: Vec<(ErrorSpecByCode, Recent)>,
    /// The code that raised the alert, and when the last message was sent.
    sent: Option<(ErrorSpecByCode, Instant)>,
    last: Instant,
    all: u64,
}

impl Groups {
    pub(super) fn new(window: Duration, quiet: Duration, most: usize) -> Self {
        Self { window, quiet, most, groups: HashMap::new() }
    }

    /// Counts a failure.
    pub(super) fn note(&mut self, key: Key, spec: ErrorSpec, now: Instant) -> Noted {
        if self.groups.len() >= self.most && !self.groups.contains_key(&key) {
            return Noted::Full;
        }
        let group = self.groups.entry(key).or_insert_with(|| Group::new(now));
        group.count(spec, now);
        if group.sent.is_some() {
            return Noted::Counts;
        }
        let Some(count) = group.fires(spec, now) else { return Noted::Counts };
        group.sent = Some((ErrorSpecByCode(spec), now));
        // Earlier failures, which did not reach the threshold in time, are in no message.
        group.all = count;
        group.codes.clear();
        group.recent = Vec::new();
        Noted::Fires(count)
    }

    /// Returns what the groups have to say, and forgets those that are quiet.
    pub(super) fn due(&mut self, now: Instant) -> Vec<Due> {
        let mut all = Vec::new();
        let (window, quiet) = (self.window, self.quiet);
        self.groups.retain(|key, group| {
            let Some((first, sent)) = group.sent else {
                return now.saturating_duration_since(group.last) < group.longest(window);
            };
            if !group.codes.is_empty() && now.saturating_duration_since(sent) >= window {
                group.sent = Some((first, now));
                let codes = std::mem::take(&mut group.codes);
                all.push(Due { key: *key, kind: DueKind::Again, codes });
                return true;
            }
            let is_quiet = now.saturating_duration_since(group.last) >= quiet;
            let is_over = is_quiet && group.codes.is_empty();
            if is_over {
                let kind = DueKind::Resolved(group.all);
                all.push(Due { key: *key, kind, codes: vec![(first, 0)] });
            }
            !is_over
        });
        all
    }

    /// Returns what was counted and not said yet, for the end of the process.
    pub(super) fn rest(&mut self) -> Vec<Due> {
        let said = self.groups.drain().filter(|(_, group)| group.sent.is_some());
        let rest = said.filter(|(_, group)| !group.codes.is_empty());
        rest.map(|(key, group)| Due { key, kind: DueKind::Again, codes: group.codes }).collect()
    }
}

impl Group {
    fn new(now: Instant) -> Self {
        Self { codes: Vec::new(), recent: Vec::new(), sent: None, last: now, all: 0 }
    }

    fn count(&mut self, spec: ErrorSpec, now: Instant) {
        (self.last, self.all) = (now, self.all + 1);
        let spec = ErrorSpecByCode(spec);
        match self.codes.iter_mut().find(|(known, _)| *known == spec) {
            Some((_, count)) => *count += 1,
            None => self.codes.push((spec, 1)),
        }
    }

    /// Returns the number of failures within the window of the code's threshold, if they reach it.
    fn fires(&mut self, spec: ErrorSpec, now: Instant) -> Option<u64> {
        let Some(over) = spec.alert_over() else { return Some(1) };
        let spec = ErrorSpecByCode(spec);
        let at = self.recent.iter().position(|(known, _)| *known == spec).unwrap_or_else(|| {
            self.recent.push((spec, Recent::default()));
            self.recent.len() - 1
        });
        let count = self.recent[at].1.note(over, now);
        (count >= u64::from(over.count)).then_some(count)
    }

    /// Returns the longest window of its codes, after which nothing of it counts.
    fn longest(&self, window: Duration) -> Duration {
        let over = self.codes.iter().filter_map(|(spec, _)| spec.0.alert_over());
        over.map(AlertThreshold::window).fold(window, Duration::max)
    }
}

/// The failures of a code within the window of its threshold.
#[derive(Default)]
struct Recent {
    /// The time of the first of some failures, and their number.
    steps: VecDeque<(Instant, u64)>,
    sum: u64,
}

impl Recent {
    /// Counts a failure, and returns how many there are within the window.
    fn note(&mut self, over: AlertThreshold, now: Instant) -> u64 {
        let most = u64::from(over.count.div_ceil(MOST_TIMES));
        while let Some(&(first, failures)) = self.steps.front()
            && now.saturating_duration_since(first) > over.window()
        {
            self.sum -= failures;
            self.steps.pop_front();
        }
        match self.steps.back_mut() {
            Some((_, failures)) if *failures < most => *failures += 1,
            _ => self.steps.push_back((now, 1)),
        }
        self.sum += 1;
        self.sum
    }
}

/// Returns the most severe alert of the codes.
pub(super) fn severest(codes: &[(ErrorSpecByCode, u64)]) -> Alert {
    codes.iter().map(|(spec, _)| spec.0.alert()).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Due, DueKind, Groups, Key, Noted};
    use errcode_core::{AppError, Coded as _, ErrorSpec};
    use std::time::{Duration, Instant};

    #[derive(Debug, AppError)]
    enum LlmError {
        #[error("timed out", code = "L1", category = external)]
        TimedOut,
        #[error("refused", code = "L2", category = external)]
        Refused,
        #[error("slow", code = "L3", category = external, alert(page, over = "3/10s"))]
        Slow,
        #[error("busy", code = "L4", category = external, alert(page, over = "5000/1h"))]
        Busy,
    }

    fn groups() -> (Groups, Instant) {
        (Groups::new(Duration::from_secs(60), Duration::from_secs(120), 3), Instant::now())
    }

    fn key(spec: ErrorSpec) -> Key {
        Key::new(spec.code().as_str(), None, None)
    }

    /// A message without its rows: kind, codes and counts.
    fn said(due: Vec<Due>) -> Vec<(DueKind, Vec<(&'static str, u64)>)> {
        let codes = |due: &Due| {
            due.codes.iter().map(|(spec, count)| (spec.0.code().as_str(), *count)).collect()
        };
        due.iter().map(|due| (due.kind, codes(due))).collect()
    }

    #[test]
    fn the_first_fires_then_one_message_a_window_and_one_when_it_is_quiet() {
        let (mut groups, start) = groups();
        let at = |seconds| start + Duration::from_secs(seconds);
        let spec = LlmError::TimedOut.spec();
        assert_eq!(groups.note(key(spec), spec, at(0)), Noted::Fires(1));
        for second in 1..=37 {
            assert_eq!(groups.note(key(spec), spec, at(second)), Noted::Counts);
            assert_eq!(groups.due(at(second)), []);
        }
        assert_eq!(said(groups.due(at(60))), [(DueKind::Again, vec![("L1", 37)])]);
        assert_eq!(groups.note(key(spec), spec, at(61)), Noted::Counts);
        assert_eq!(groups.due(at(119)), []);
        assert_eq!(said(groups.due(at(120))), [(DueKind::Again, vec![("L1", 1)])]);
        assert_eq!(groups.due(at(180)), []);
        assert_eq!(said(groups.due(at(181))), [(DueKind::Resolved(39), vec![("L1", 0)])]);
        assert_eq!(groups.due(at(500)), []);
        assert_eq!(groups.note(key(spec), spec, at(501)), Noted::Fires(1));
    }

    #[test]
    fn a_threshold_counts_within_its_window() {
        let (mut groups, start) = groups();
        let at = |seconds| start + Duration::from_secs(seconds);
        let spec = LlmError::Slow.spec();
        // Never three within ten seconds.
        for second in [0, 5, 11, 16, 22] {
            assert_eq!(groups.note(key(spec), spec, at(second)), Noted::Counts, "{second}");
        }
        assert_eq!(groups.note(key(spec), spec, at(25)), Noted::Fires(3));
        // A group that never reached it is forgotten without a message.
        assert_eq!(groups.note(key(spec), spec, at(26)), Noted::Counts);
        // Nor is what another code of the group has counted.
        let one = Key::Dependency("llm");
        assert_eq!(groups.note(one, LlmError::Busy.spec(), at(26)), Noted::Counts);
        assert_eq!(groups.note(one, spec, at(26)), Noted::Counts);
        assert_eq!(groups.note(one, spec, at(26)), Noted::Counts);
        assert_eq!(groups.note(one, spec, at(26)), Noted::Fires(3));
        assert_eq!(said(groups.rest()), [(DueKind::Again, vec![("L3", 1)])]);
        let (mut groups, _) = self::groups();
        let other = LlmError::Busy.spec();
        assert_eq!(groups.note(key(other), other, at(27)), Noted::Counts);
        assert_eq!(groups.due(at(3600)), []);
        assert_eq!(groups.groups.len(), 1);
        assert_eq!(groups.due(at(3700)), []);
        assert_eq!(groups.groups.len(), 0);
    }

    #[test]
    fn a_high_threshold_needs_little_memory() {
        let (mut groups, now) = groups();
        let spec = LlmError::Busy.spec();
        let fired =
            (1..=6000_u32).find(|_| matches!(groups.note(key(spec), spec, now), Noted::Fires(_)));
        assert_eq!(fired, Some(5000));
        let (mut groups, now) = self::groups();
        (1..5000_u32).for_each(|_| assert_eq!(groups.note(key(spec), spec, now), Noted::Counts));
        let times = groups.groups.values().flat_map(|group| &group.recent);
        assert!(times.map(|(_, recent)| recent.steps.len()).sum::<usize>() <= 1024);
    }

    #[test]
    fn the_codes_of_a_dependency_are_one_group_and_the_table_is_bounded() {
        let (mut groups, now) = groups();
        let llm = |error: LlmError| {
            (Key::new(error.spec().code().as_str(), Some("llm"), None), error.spec())
        };
        let (key, spec) = llm(LlmError::TimedOut);
        assert_eq!(groups.note(key, spec, now), Noted::Fires(1));
        let (key, refused) = llm(LlmError::Refused);
        assert_eq!(groups.note(key, refused, now), Noted::Counts);
        assert_eq!(groups.note(key, spec, now), Noted::Counts);
        let later = now + Duration::from_secs(60);
        assert_eq!(said(groups.due(later)), [(DueKind::Again, vec![("L2", 1), ("L1", 1)])]);

        for (dependency, noted) in
            [("a", Noted::Fires(1)), ("b", Noted::Fires(1)), ("c", Noted::Full)]
        {
            let key = Key::new("L1", Some(dependency), None);
            assert_eq!(groups.note(key, spec, later), noted, "{dependency}");
        }
        assert_eq!(groups.note(Key::Dependency("a"), spec, later), Noted::Counts);
        assert_eq!(said(groups.rest()), [(DueKind::Again, vec![("L1", 1)])]);
    }
}

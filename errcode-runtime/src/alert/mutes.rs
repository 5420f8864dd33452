//! Codes that raise no alert until a time.

use std::{
    collections::HashMap,
    fs,
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The codes that are muted, by a call or by a file.
#[derive(Default)]
pub(super) struct Mutes {
    set: HashMap<String, SystemTime>,
    file: Option<PathBuf>,
    of_file: HashMap<String, SystemTime>,
    /// The file as it was read last, so that each mistake in it is reported once.
    text: String,
}

impl Mutes {
    pub(super) fn of_file(file: Option<PathBuf>) -> Self {
        Self { file, ..Self::default() }
    }

    pub(super) fn mute(&mut self, code: &str, until: SystemTime) {
        self.set.insert(code.to_owned(), until);
    }

    pub(super) fn is_muted(&self, code: &str, now: SystemTime) -> bool {
        let until = [&self.set, &self.of_file].into_iter().filter_map(|mutes| mutes.get(code));
        until.max().is_some_and(|until| *until > now)
    }

    /// Reads the file again, and returns the mistakes in it if it has changed. A file that is not there mutes nothing.
    pub(super) fn read(&mut self) -> Vec<String> {
        let Some(file) = &self.file else { return Vec::new() };
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            // What was read last counts: a file that cannot be read now must not cause a flood.
            Err(_) => return Vec::new(),
        };
        if text == self.text {
            return Vec::new();
        }
        let (mutes, mistakes) = parse(&text);
        (self.of_file, self.text) = (mutes, text);
        mistakes
    }
}

/// Reads lines of a code and a time in UTC, such as `E5004 2026-12-01T08:00:00Z`. `#` begins a comment.
fn parse(text: &str) -> (HashMap<String, SystemTime>, Vec<String>) {
    let (mut mutes, mut mistakes) = (HashMap::new(), Vec::new());
    for (at, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let Some((code, time)) = line.split_once(char::is_whitespace) else {
            if !line.is_empty() {
                mistakes.push(format!("line {}: write `CODE 2026-12-01T08:00:00Z`", at + 1));
            }
            continue;
        };
        match time_of(time.trim()) {
            Some(until) => drop(mutes.insert(code.to_owned(), until)),
            None => mistakes.push(format!(
                "line {}: invalid time; write it in UTC, as `2026-12-01T08:00:00Z`",
                at + 1
            )),
        }
    }
    (mutes, mistakes)
}

/// Parses `2026-12-01T08:00:00Z` (RFC 3339 section 5.6, in UTC and whole seconds).
fn time_of(text: &str) -> Option<SystemTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time, ':')?;
    let is_valid = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !is_valid {
        return None;
    }
    let years = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum::<u64>();
    let months = (1..month).map(|month| days_of(year, month)).sum::<u64>();
    let days = years + months + day - 1;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

fn numbers(text: &str, separator: char) -> Option<[u64; 3]> {
    let parts = text.split(separator).map(|part| {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse().ok()).flatten()
    });
    parts.collect::<Option<Vec<u64>>>()?.try_into().ok()
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, time_of};
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn times_are_utc() {
        let at = |text| {
            time_of(text).map(|time| time.duration_since(UNIX_EPOCH).expect("after 1970").as_secs())
        };
        assert_eq!(at("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(at("2026-11-28T13:37:42Z"), Some(1_795_873_062));
        assert_eq!(at("2024-02-29T23:59:59Z"), Some(1_709_251_199));
        for wrong in [
            "",
            "Z",
            "2023-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-1-1T+1:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00+01:00",
            "99999999999999999999-01-01T00:00:00Z",
        ] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_line_that_is_wrong_leaves_the_others() {
        let text = "# planned work\nE1 1970-01-01T00:00:09Z\nE2\nE3 tomorrow # perhaps\n\n";
        let (mutes, mistakes) = parse(text);
        assert_eq!(mutes.get("E1"), Some(&(UNIX_EPOCH + Duration::from_secs(9))));
        assert_eq!(mutes.len(), 1);
        assert_eq!(
            mistakes,
            [
                "line 3: write `CODE 2026-12-01T08:00:00Z`",
                "line 4: invalid time; write it in UTC, as `2026-12-01T08:00:00Z`"
            ]
        );
    }
}

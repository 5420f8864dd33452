//! Alerts and their thresholds.

use crate::{
    ParseError,
    duration::{UNITS, parse_millis},
    named::{named, serde_as_text},
};
use core::{fmt, str::FromStr, time::Duration};

named! {
    "alert"
    /// The alert that a code raises, the least severe first.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[non_exhaustive]
    pub enum Alert {
        /// No alert.
        #[default]
        None = "none",
        /// A message in a channel.
        Notice = "notice",
        /// A page to the engineer on call.
        Page = "page",
    }
}

/// The number of failures in a window that raises an alert, written as in `alert(over = "20/1m")`.
///
/// ```
/// use errcode_format::AlertThreshold;
///
/// let threshold: AlertThreshold = "20/1m".parse()?;
/// assert_eq!(threshold, AlertThreshold::new(20, 60_000));
/// assert_eq!(AlertThreshold::new(5, 90_000).to_string(), "5/90s");
/// # Ok::<(), errcode_format::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AlertThreshold {
    /// The number of failures, at least 1.
    pub count: u32,
    /// The window in milliseconds, at least 1.
    pub window_ms: u64,
}

impl AlertThreshold {
    /// Returns the threshold of `count` failures within `window_ms` milliseconds.
    #[must_use]
    pub const fn new(count: u32, window_ms: u64) -> Self {
        Self { count, window_ms }
    }

    /// Returns the window.
    #[must_use]
    pub const fn window(self) -> Duration {
        Duration::from_millis(self.window_ms)
    }

    /// Parses `20/1m`, or `20/m` for a window of one unit.
    fn parse(text: &str) -> Option<Self> {
        let (count, window) = text.split_once('/')?;
        let (count, window) = (count.trim(), window.trim());
        let is_number = count.bytes().all(|byte| byte.is_ascii_digit());
        let count = count.parse().ok().filter(|count| is_number && *count > 0)?;
        let is_unit = UNITS.into_iter().any(|(name, _)| name == window);
        let window_ms =
            if is_unit { parse_millis(&format!("1{window}")) } else { parse_millis(window) };
        Some(Self { count, window_ms: window_ms.filter(|window| *window > 0)? })
    }
}

/// Writes the window in the longest unit that divides it.
impl fmt::Display for AlertThreshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let divides = |unit: u64| self.window_ms > 0 && self.window_ms.is_multiple_of(unit);
        let (name, unit) = UNITS.into_iter().find(|(_, unit)| divides(*unit)).unwrap_or(("ms", 1));
        write!(f, "{}/{}{name}", self.count, self.window_ms / unit)
    }
}

impl FromStr for AlertThreshold {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text).ok_or(ParseError::THRESHOLD)
    }
}

serde_as_text!(AlertThreshold);

#[cfg(test)]
mod tests {
    use super::AlertThreshold;

    #[test]
    fn thresholds_are_written_as_they_are_read() {
        for (text, count, window_ms, written) in [
            ("20/1m", 20, 60_000, "20/1m"),
            ("20/60s", 20, 60_000, "20/1m"),
            ("5/s", 5, 1_000, "5/1s"),
            ("5 / 90 s", 5, 90_000, "5/90s"),
            ("1/1500ms", 1, 1_500, "1/1500ms"),
            ("1/2h", 1, 7_200_000, "1/2h"),
        ] {
            let threshold = AlertThreshold::new(count, window_ms);
            assert_eq!(text.parse(), Ok(threshold), "{text}");
            assert_eq!(threshold.to_string(), written);
            assert_eq!(written.parse(), Ok(threshold), "{written}");
        }
        for text in [
            "",
            "20",
            "20/",
            "/1m",
            "0/1m",
            "20/0s",
            "-1/1m",
            "+1/1m",
            "20/1.5s",
            "20/1d",
            "20/1m]",
            "4294967296/1m",
            "1/99999999999999999999ms",
            "1/9999999999999999999h",
        ] {
            assert!(text.parse::<AlertThreshold>().is_err(), "{text}");
        }
        assert_eq!(AlertThreshold::new(0, 0).to_string(), "0/0ms");
    }
}

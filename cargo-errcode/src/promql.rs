//! What alert rules are written in: expressions, templates and YAML. Codes and texts may come from a file of somebody else's, so each is escaped for
//! where it stands.

use crate::digits::whole;
use std::{fmt, str::FromStr};

/// One more condition on the counter's labels, as `job="billing"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Matcher(String);

impl FromStr for Matcher {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| {
            Err(format!(
                "{why}; a matcher is a label, `=`, `!=`, `=~` or `!~`, and a text in double quotes, as 'job=\"billing\"' with the shell's own quotes around it"
            ))
        };
        let text = text.trim();
        let end = text.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
        let (label, rest) = text.split_at(end.unwrap_or(text.len()));
        if label.is_empty() || label.starts_with(|letter: char| letter.is_ascii_digit()) {
            return wrong("it begins with no label");
        }
        if label == "code" || label == "__name__" {
            return Err(format!("each rule has its own matcher of `{label}` already"));
        }
        let rest = rest.trim_start();
        let Some(operator) =
            ["=~", "!~", "!=", "="].into_iter().find(|operator| rest.starts_with(operator))
        else {
            return wrong("no operator follows the label");
        };
        let value = rest[operator.len()..].trim_start();
        let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        match inner {
            Some(inner) if is_string(inner) => Ok(Self(format!("{label}{operator}{value}"))),
            _ => wrong("the value is no text in double quotes"),
        }
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether this may stand between double quotes (<https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals>).
fn is_string(text: &str) -> bool {
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let fits = match letter {
            '\\' => letters.next().is_some_and(|escaped| "abfnrtv\\\"".contains(escaped)),
            letter => letter != '"' && !letter.is_control(),
        };
        if !fits {
            return false;
        }
    }
    true
}

/// A text as a string of PromQL.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if letter.is_control() => out.push_str(&escaped(letter)),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// So many failures within that time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Threshold {
    pub(crate) count: u64,
    /// A duration of PromQL.
    pub(crate) window: String,
}

impl Threshold {
    /// Reads `20/1m`, and `20/1.5s` as Rust shows a duration; nothing else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (count, window) = text.split_once('/')?;
        Some(Self { count: whole(count).filter(|count| *count > 0)?, window: duration(window)? })
    }
}

/// The duration as PromQL writes it: a whole number of one unit.
fn duration(text: &str) -> Option<String> {
    /// Prometheus counts nanoseconds in 64 bits with a sign.
    const LONGEST: u64 = i64::MAX.unsigned_abs() / 1_000_000;

    let (number, unit) = text.split_at(text.find(|letter: char| letter.is_ascii_alphabetic())?);
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 604_800_000,
        _ => return None,
    };
    let (number, part) = number.split_once('.').unwrap_or((number, "0"));
    let tenths = 10_u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let part = whole::<u64>(part)?.checked_mul(millis)?;
    let number: u64 = whole(number)?;
    let total = number.checked_mul(millis)?.checked_add(part / tenths)?;
    let fits = part % tenths == 0 && (1..=LONGEST).contains(&total);
    fits.then(|| if part == 0 { format!("{number}{unit}") } else { format!("{total}ms") })
}

/// A text that Prometheus, which takes labels and annotations for templates of Go, shows as it is.
pub(crate) fn no_template(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// A string of YAML: one of JSON, without the letters that YAML calls not printable or takes for the end of a line
/// (<https://yaml.org/spec/1.2.2/#51-character-set>).
pub(crate) fn yaml_string(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                out.push_str(&escaped(letter));
            }
            letter => out.push(letter),
        }
    }
    out
}

fn escaped(letter: char) -> String {
    format!("\\u{:04x}", u32::from(letter))
}

#[cfg(test)]
mod tests {
    use super::{Matcher, Threshold, no_template, quoted, yaml_string};

    #[test]
    fn matchers() {
        for (text, expected) in [
            ("job=\"billing\"", Some("job=\"billing\"")),
            (" job != \"\" ", Some("job!=\"\"")),
            ("pod=~\"billing-\\\\d+|b\\\"c\"", Some("pod=~\"billing-\\\\d+|b\\\"c\"")),
            ("_a1!~\"项目\"", Some("_a1!~\"项目\"")),
            ("job=billing", None),
            ("job='billing'", None),
            ("job", None),
            ("job=\"", None),
            ("job=\"a\\\"", None),
            ("job=\"a\\d\"", None),
            ("job=\"a\"} or vector(1) or x{a=\"b\"", None),
            ("job=\"a\",b=\"c\"", None),
            ("job=\"a\nb\"", None),
            ("1job=\"a\"", None),
            ("=\"a\"", None),
            ("job==\"a\"", None),
            ("code=\"E1\"", None),
        ] {
            let read = text.parse::<Matcher>();
            assert_eq!(read.as_ref().map(ToString::to_string).ok().as_deref(), expected, "{text}");
        }
        assert_eq!(
            "job=billing".parse::<Matcher>().unwrap_err(),
            "the value is no text in double quotes; a matcher is a label, `=`, `!=`, `=~` or `!~`, and a text in double quotes, as 'job=\"billing\"' with the shell's own quotes around it"
        );
    }

    #[test]
    fn thresholds() {
        for (text, expected) in [
            ("20/60s", Some((20, "60s"))),
            ("1/5m", Some((1, "5m"))),
            ("20/1.5s", Some((20, "1500ms"))),
            ("20/500ms", Some((20, "500ms"))),
            ("20/0.25h", Some((20, "900000ms"))),
            ("2/010s", Some((2, "10s"))),
            ("20/1.5ms", None),
            ("20/0s", None),
            ("0/1m", None),
            ("-1/1m", None),
            ("+1/1m", None),
            ("20/+1m", None),
            ("20/1m30s", None),
            ("20/1y", None),
            ("20/m", None),
            ("20/.5s", None),
            ("20/1.s", None),
            ("20", None),
            ("/", None),
            ("", None),
            ("20/1µs", None),
            ("5/1m]) or vector(1)", None),
            ("20/99999999999999999999s", None),
            ("20/9999999999999999999ms", None),
            ("20/1.00000000000000000000000001s", None),
        ] {
            let read = Threshold::parse(text).map(|threshold| (threshold.count, threshold.window));
            assert_eq!(read, expected.map(|(count, window)| (count, window.to_owned())), "{text}");
        }
    }

    #[test]
    fn texts_stay_what_they_are() {
        assert_eq!(
            quoted("E1\"} or vector(1) #\\\n\u{85}项"),
            "\"E1\\\"} or vector(1) #\\\\\\u000a\\u0085项\""
        );
        assert_eq!(
            no_template("{{{ x }}} {{ .Value }} {"),
            "{{ \"{{\" }}{ x }}} {{ \"{{\" }} .Value }} {"
        );
        assert_eq!(
            yaml_string("a\u{7f}b\u{85}c\u{2028}d\u{2029}e\u{feff}f\n\"项"),
            "\"a\\u007fb\\u0085c\\u2028d\\u2029e\\ufefff\\n\\\"项\""
        );
    }
}

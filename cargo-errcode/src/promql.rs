//! The languages of alert rules: expressions, templates and YAML. Codes and texts may come from a
//! foreign file, so they are escaped.

use crate::output::is_harmful;
use std::{fmt, str::FromStr};

/// An additional label matcher for the counter, such as `job="billing"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Matcher(String);

impl FromStr for Matcher {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| {
            Err(format!(
                "{why}; write a label, `=`, `!=`, `=~` or `!~`, and a text in double quotes, with \
                 shell quotes around it: 'job=\"billing\"'"
            ))
        };
        let text = text.trim();
        let end = text.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
        let (label, rest) = text.split_at(end.unwrap_or(text.len()));
        if label.is_empty() || label.starts_with(|letter: char| letter.is_ascii_digit()) {
            return wrong("missing label");
        }
        if label == "code" || label == "__name__" {
            return Err(format!("each rule already has a matcher for `{label}`"));
        }
        let rest = rest.trim_start();
        let Some(operator) =
            ["=~", "!~", "!=", "="].into_iter().find(|operator| rest.starts_with(operator))
        else {
            return wrong("missing operator after the label");
        };
        let value = rest[operator.len()..].trim_start();
        let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        match inner {
            Some(inner) if is_string(inner) => Ok(Self(format!("{label}{operator}{value}"))),
            _ => wrong("the value is not in double quotes"),
        }
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns whether this is the content of a double-quoted string
/// (<https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals>).
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

/// Returns a text as a PromQL string.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if letter.is_control() || is_harmful(letter) => out.push_str(&escaped(letter)),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// Returns a duration in PromQL, in the longest unit that divides it.
pub(crate) fn duration(millis: u64) -> String {
    let units = [("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let whole = units.into_iter().find(|(_, unit)| millis > 0 && millis.is_multiple_of(*unit));
    let (name, unit) = whole.unwrap_or(("ms", 1));
    format!("{}{name}", millis / unit)
}

/// Escapes a text for labels and annotations, which Prometheus expands as Go templates.
pub(crate) fn no_template(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// Turns JSON into YAML by escaping the characters that YAML does not allow or treats as line
/// breaks (<https://yaml.org/spec/1.2.2/#51-character-set>). In JSON they occur in strings only.
pub(crate) fn yaml(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            letter if is_harmful(letter) => out.push_str(&escaped(letter)),
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
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
    use super::{Matcher, duration, no_template, quoted, yaml};

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
            "the value is not in double quotes; write a label, `=`, `!=`, `=~` or `!~`, and a \
             text in double quotes, with shell quotes around it: 'job=\"billing\"'"
        );
    }

    #[test]
    fn durations() {
        for (millis, written) in [
            (1, "1ms"),
            (1_500, "1500ms"),
            (90_000, "90s"),
            (60_000, "1m"),
            (7_200_000, "2h"),
            (u64::MAX, "18446744073709551615ms"),
            (0, "0ms"),
        ] {
            assert_eq!(duration(millis), written);
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
            yaml("\"a\u{7f}b\u{85}c\u{2028}d\u{2029}e\u{feff}f\\n项\""),
            "\"a\\u007fb\\u0085c\\u2028d\\u2029e\\ufefff\\n项\""
        );
    }
}

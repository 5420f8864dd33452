//! What alert rules are written in: expressions, templates and YAML. Codes and texts may come from a file of somebody else's, so each is escaped for
//! where it stands.

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

/// A duration as PromQL writes it, in the longest unit that divides it.
pub(crate) fn duration(millis: u64) -> String {
    let units = [("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let whole = units.into_iter().find(|(_, unit)| millis > 0 && millis.is_multiple_of(*unit));
    let (name, unit) = whole.unwrap_or(("ms", 1));
    format!("{}{name}", millis / unit)
}

/// A text that Prometheus, which takes labels and annotations for templates of Go, shows as it is.
pub(crate) fn no_template(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// Makes YAML of JSON: escapes the characters that YAML calls not printable or takes for the end of a line
/// (<https://yaml.org/spec/1.2.2/#51-character-set>). In JSON they occur in strings only.
pub(crate) fn yaml(json: &str) -> String {
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
            "the value is no text in double quotes; a matcher is a label, `=`, `!=`, `=~` or `!~`, and a text in double quotes, as 'job=\"billing\"' with the shell's own quotes around it"
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

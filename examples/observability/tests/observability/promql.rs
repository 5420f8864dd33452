//! The names in a PromQL expression.

use std::collections::BTreeSet;

const KEYWORDS: [&str; 19] = [
    "and",
    "avg",
    "bool",
    "bottomk",
    "count",
    "group_left",
    "group_right",
    "ignoring",
    "max",
    "min",
    "offset",
    "on",
    "or",
    "quantile",
    "sum",
    "topk",
    "unless",
    "inf",
    "nan",
];

/// What an expression names.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Names {
    /// Each metric, with the labels that it is selected by.
    pub(crate) metrics: Vec<(String, BTreeSet<String>)>,
    /// The labels that results are grouped by.
    pub(crate) groups: BTreeSet<String>,
}

/// Reads the names. An expression that is not PromQL is refused by Prometheus, not here.
pub(crate) fn names(expression: &str) -> Names {
    let mut names = Names::default();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        let word = rest.split(|letter| !is_letter(letter)).next().unwrap_or_default();
        let after = &rest[word.len()..];
        let space = after.len() - after.trim_start().len();
        rest = match (first, after.trim_start().chars().next()) {
            ('"', _) => after_string(rest),
            ('[', _) => rest.split_once(']').map_or("", |(_, rest)| rest),
            _ if word.is_empty() => &rest[first.len_utf8()..],
            _ if first.is_ascii_digit() || KEYWORDS.contains(&word) => after,
            (_, Some('(')) if word == "by" || word == "without" => {
                let (labels, rest) = after[space + 1..].split_once(')').unwrap_or_default();
                names.groups.extend(labels.split(',').map(|label| label.trim().to_owned()));
                rest
            }
            (_, Some('(')) => after,
            (_, Some('{')) => {
                let (labels, rest) = matchers(&after[space + 1..]);
                names.metrics.push((word.to_owned(), labels));
                rest
            }
            _ => {
                names.metrics.push((word.to_owned(), BTreeSet::new()));
                after
            }
        };
    }
    names
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == ':'
}

/// Returns what follows the string at the begin.
fn after_string(text: &str) -> &str {
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '"' => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

/// Reads `name="value", …}`.
fn matchers(text: &str) -> (BTreeSet<String>, &str) {
    let (mut labels, mut rest) = (BTreeSet::new(), text);
    while let Some(first) = rest.chars().next() {
        let word = rest.split(|letter| !is_letter(letter)).next().unwrap_or_default();
        rest = match first {
            '}' => return (labels, &rest[1..]),
            '"' => after_string(rest),
            _ if word.is_empty() => &rest[first.len_utf8()..],
            _ => {
                labels.insert(word.to_owned());
                &rest[word.len()..]
            }
        };
    }
    (labels, rest)
}

#[test]
fn names_are_found_in_expressions() {
    let names = names(
        r#"topk(10, sum by (code, le) (rate(errors_total{job=~"a\"}b",code!="1"}[$__range]) > 0.5))
        / max(up offset 5m)"#,
    );
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(
        names.metrics,
        [("errors_total".to_owned(), set(&["code", "job"])), ("up".to_owned(), set(&[]))]
    );
    assert_eq!(names.groups, set(&["code", "le"]));
}

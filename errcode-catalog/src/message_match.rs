//! Matching of a rendered message with the template that it came from.

use std::collections::{BTreeMap, HashSet};

/// The template of a message, split at its placeholders.
pub(crate) struct Template {
    /// The literal text before each placeholder, and the name of the placeholder.
    pieces: Vec<(String, String)>,
    tail: String,
}

/// A match of a text with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fit {
    /// The message is the whole text.
    pub(crate) whole: bool,
    /// The number of letters in the literal text of the template.
    pub(crate) letters: usize,
    pub(crate) values: BTreeMap<String, String>,
}

/// Longer text between two literals is not a value but unrelated text.
const LONGEST_VALUE: usize = 200;

impl Template {
    /// Parses a template, in which `{name}` is a placeholder, and `{{` and `}}` are braces. The
    /// values of adjacent placeholders cannot be told apart, so the first takes all.
    pub(crate) fn parse(text: &str) -> Self {
        let (mut pieces, mut literal) = (Vec::new(), String::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            literal.push_str(before);
            let after = &brace[1..];
            if let Some(after) = after.strip_prefix(&brace[..1]) {
                literal.push_str(&brace[..1]);
                rest = after;
            } else if let Some((name, after)) =
                after.split_once('}').filter(|_| brace.starts_with('{'))
            {
                if pieces.is_empty() || !literal.is_empty() {
                    pieces.push((core::mem::take(&mut literal), name.to_owned()));
                }
                rest = after;
            } else {
                literal.push_str(&brace[..1]);
                rest = after;
            }
        }
        literal.push_str(rest);
        Self { pieces, tail: literal }
    }

    /// Returns the template without the period at its end, which people leave out of what they select.
    pub(crate) fn without_period(mut self) -> Self {
        let end = self.tail.trim_end_matches(['.', '。', '!', '！']).len();
        self.tail.truncate(end);
        self
    }

    /// Finds the message in a text. If it may begin at several places, the match with the shortest
    /// values wins.
    pub(crate) fn fit(&self, text: &str) -> Option<Fit> {
        /// Bounds the work on a text that repeats the beginning of the message.
        const MOST: usize = 64;
        let text = text.trim();
        if self.letters() < 2 {
            return None;
        }
        let first = self.pieces.first().map_or(&self.tail, |(literal, _)| literal);
        let starts = text.match_indices(first.as_str()).map(|(start, _)| start);
        let starts = starts.take(if first.is_empty() { 1 } else { MOST });
        let length = |fit: &Fit| fit.values.values().map(String::len).sum::<usize>();
        starts.filter_map(|start| self.fit_at(text, start, first.len())).min_by_key(length)
    }

    fn fit_at(&self, text: &str, start: usize, first: usize) -> Option<Fit> {
        let (mut at, mut values) = (start + first, BTreeMap::new());
        for (number, (_, name)) in self.pieces.iter().enumerate() {
            let rest = &text[at..];
            let (literal, length) = match self.pieces.get(number + 1) {
                Some((literal, _)) => (literal, rest.find(literal.as_str())?),
                None => (&self.tail, last_value(rest, &self.tail)?),
            };
            if !is_value(&rest[..length]) {
                return None;
            }
            values.insert(name.clone(), rest[..length].to_owned());
            at += length + literal.len();
        }
        Some(Fit { whole: start == 0 && at == text.len(), letters: self.letters(), values })
    }

    fn letters(&self) -> usize {
        let literals = self.pieces.iter().map(|(literal, _)| literal).chain([&self.tail]);
        literals
            .flat_map(|literal| literal.chars())
            .filter(|letter| letter.is_alphanumeric())
            .count()
    }
}

/// Returns the length of the last value. The text after it most likely ends the line, since a value
/// may contain it too, such as the period in `1.5.`.
fn last_value(rest: &str, tail: &str) -> Option<usize> {
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let to_end = line.strip_suffix(tail).filter(|value| is_value(value));
    to_end.map(str::len).or_else(|| rest.find(tail))
}

fn is_value(text: &str) -> bool {
    !text.is_empty() && !text.contains(['\n', '\r']) && text.chars().nth(LONGEST_VALUE).is_none()
}

/// The pieces of a text, which rule out most templates quickly.
pub(crate) struct Pieces(HashSet<[u8; PIECE]>);

/// In UTF-8 a Chinese character and one more byte, or four ASCII letters.
const PIECE: usize = 4;

impl Pieces {
    pub(crate) fn of(text: &str) -> Self {
        Self(pieces(text).collect())
    }

    /// Returns whether the text may contain all literals of the template.
    pub(crate) fn may_hold(&self, template: &Template) -> bool {
        let literals = template.pieces.iter().map(|(literal, _)| literal).chain([&template.tail]);
        literals.flat_map(|literal| pieces(literal)).all(|piece| self.0.contains(&piece))
    }
}

fn pieces(text: &str) -> impl Iterator<Item = [u8; PIECE]> {
    text.as_bytes().windows(PIECE).filter_map(|piece| piece.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::{Pieces, Template};

    fn values(template: &str, text: &str) -> Option<(bool, String)> {
        let fit = Template::parse(template).fit(text)?;
        let values: Vec<String> =
            fit.values.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Some((fit.whole, values.join(",")))
    }

    #[test]
    fn finds_the_values() {
        for (template, text, found) in [
            ("项目 {id} 不存在", "项目 17 不存在", Some((true, "id=17"))),
            ("项目 {id} 不存在", "错误：项目 17 不存在。", Some((false, "id=17"))),
            ("项目 {id} 不存在", "项目  不存在", None),
            ("no {a} in {b}", "no x in y z", Some((true, "a=x,b=y z"))),
            ("{a}: gone", "it: gone", Some((true, "a=it"))),
            ("{{}} of {a}", "{} of 1", Some((true, "a=1"))),
            ("plain", "it is plain", Some((false, ""))),
            ("项目 {id} 不存在", "项目管理系统报错：项目 17 不存在", Some((false, "id=17"))),
            ("项目 {id} 不存在", "项目 x\n项目 17 不存在", Some((false, "id=17"))),
            ("{a}{b} gone", "12 gone", Some((true, "a=12"))),
            ("no {a}{b}{c}", "no 12", Some((true, "a=12"))),
            ("no {a}{b}: {c}", "no 12: 3", Some((true, "a=12,c=3"))),
            ("took {a} s in {b}.", "took 2 s in 1.5.", Some((true, "a=2,b=1.5"))),
            ("in {b}.", "in 1.5.\nat 7.", Some((false, "b=1.5"))),
            ("in {b}.", "in 1. Then more", Some((false, "b=1"))),
            ("{a}", "anything", None),
            ("", "anything", None),
            ("{a", "{a", None),
            ("a {", "a {", None),
        ] {
            let found = found.map(|(whole, values): (bool, &str)| (whole, values.to_owned()));
            assert_eq!(values(template, text), found, "{template} in {text}");
        }
    }

    #[test]
    fn a_value_is_as_long_as_its_letters() {
        let fits = |value: &str| values("no {a} here", &format!("no {value} here")).is_some();
        assert!(fits(&"项".repeat(200)) && fits(&"x".repeat(200)));
        assert!(!fits(&"项".repeat(201)) && !fits(&"x".repeat(201)) && !fits(""));
        // The tail at the end of the text is too far away, so the nearer one counts.
        let long = format!("in 1. {}.", "x".repeat(300));
        assert_eq!(values("in {b}.", &long), Some((false, "b=1".to_owned())));
    }

    #[test]
    fn pieces_leave_out_only_what_does_not_fit() {
        let text = "项目 17 不存在, no 1 in a";
        for (template, may) in [
            ("项目 {id} 不存在", true),
            ("no {a} in {b}", true),
            ("{a}", true),
            ("项目 {id} 已存在", false),
        ] {
            assert_eq!(Pieces::of(text).may_hold(&Template::parse(template)), may, "{template}");
        }
        assert!(!Pieces::of("").may_hold(&Template::parse("long enough")));
    }
}

//! A message that somebody pasted, and the template it came from.

use std::collections::BTreeMap;

/// A message's template, taken apart.
pub(crate) struct Template {
    /// The text before each placeholder, and the placeholder.
    pieces: Vec<(String, String)>,
    tail: String,
}

/// How well a text fits a template, and the values in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fit {
    /// Nothing stands around the message.
    pub(crate) whole: bool,
    /// The letters that are the template's own.
    pub(crate) letters: usize,
    pub(crate) values: BTreeMap<String, String>,
}

/// A value longer than this is no value, but what stands between two messages.
const LONGEST_VALUE: usize = 200;

impl Template {
    /// `{name}` is a placeholder, `{{` and `}}` are braces.
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
            } else if let Some((name, after)) = after.split_once('}').filter(|_| brace.starts_with('{')) {
                pieces.push((core::mem::take(&mut literal), name.to_owned()));
                rest = after;
            } else {
                literal.push_str(&brace[..1]);
                rest = after;
            }
        }
        literal.push_str(rest);
        Self { pieces, tail: literal }
    }

    /// Finds the message in the text.
    pub(crate) fn fit(&self, text: &str) -> Option<Fit> {
        let text = text.trim();
        let letters = self.letters();
        if letters < 2 {
            return None;
        }
        let first = self.pieces.first().map_or(&self.tail, |(literal, _)| literal);
        let start = text.find(first.as_str())?;
        let (mut at, mut values) = (start + first.len(), BTreeMap::new());
        for (number, (_, name)) in self.pieces.iter().enumerate() {
            let literal = self.pieces.get(number + 1).map_or(&self.tail, |(literal, _)| literal);
            let rest = &text[at..];
            let length = if literal.is_empty() { end_of_value(rest) } else { rest.find(literal.as_str())? };
            if length == 0 || length > LONGEST_VALUE {
                return None;
            }
            values.insert(name.clone(), rest[..length].to_owned());
            at += length + literal.len();
        }
        Some(Fit { whole: start == 0 && at == text.len(), letters, values })
    }

    fn letters(&self) -> usize {
        let literals = self.pieces.iter().map(|(literal, _)| literal).chain([&self.tail]);
        literals.flat_map(|literal| literal.chars()).filter(|letter| letter.is_alphanumeric()).count()
    }
}

/// A value that no text follows ends with its line.
fn end_of_value(text: &str) -> usize {
    text.find(['\n', '\r']).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::Template;

    fn values(template: &str, text: &str) -> Option<(bool, String)> {
        let fit = Template::parse(template).fit(text)?;
        let values: Vec<String> = fit.values.iter().map(|(name, value)| format!("{name}={value}")).collect();
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
            ("{a}{b} and", "xy and", None),
            ("{a}", "anything", None),
            ("", "anything", None),
            ("{a", "{a", None),
            ("a {", "a {", None),
        ] {
            let found = found.map(|(whole, values): (bool, &str)| (whole, values.to_owned()));
            assert_eq!(values(template, text), found, "{template} in {text}");
        }
    }
}

//! JSON with a member a line, its members in the order they were written.

/// The text of a JSON value indented; any other text as it is.
pub(crate) fn pretty(body: &str) -> String {
    if serde_json::from_str::<serde::de::IgnoredAny>(body).is_err() {
        return body.to_owned();
    }
    let mut out = Indented { text: String::with_capacity(body.len() * 2), depth: 0 };
    let (mut quoted, mut escaped) = (false, false);
    let mut letters = body.chars().peekable();
    while let Some(letter) = letters.next() {
        if quoted {
            out.text.push(letter);
            quoted = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        match letter {
            '{' | '[' => {
                while letters.peek().is_some_and(char::is_ascii_whitespace) {
                    letters.next();
                }
                let is_empty = matches!(letters.peek(), Some('}' | ']'));
                out.open(letter, is_empty);
            }
            '}' | ']' => out.close(letter),
            ',' => out.line(",", 0),
            ':' => out.text.push_str(": "),
            _ if letter.is_ascii_whitespace() => {}
            _ => {
                quoted = letter == '"';
                out.text.push(letter);
            }
        }
    }
    out.text
}

struct Indented {
    text: String,
    depth: usize,
}

impl Indented {
    fn line(&mut self, before: &str, deeper: usize) {
        self.text.push_str(before);
        self.depth += deeper;
        self.text.push('\n');
        self.text.extend(core::iter::repeat_n("  ", self.depth));
    }

    fn open(&mut self, letter: char, is_empty: bool) {
        self.text.push(letter);
        if is_empty {
            self.depth += 1;
        } else {
            self.line("", 1);
        }
    }

    fn close(&mut self, letter: char) {
        self.depth = self.depth.saturating_sub(1);
        if !self.text.ends_with(['{', '[']) {
            self.line("", 0);
        }
        self.text.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn keeps_the_order() {
        let json = r#"{"b":[1,{"x":"a,\"{"}],"a":{},"c":[ ], "d" : true}"#;
        let text = "{\n  \"b\": [\n    1,\n    {\n      \"x\": \"a,\\\"{\"\n    }\n  ],\n  \"a\": {},\n  \"c\": [],\n  \"d\": true\n}";
        assert_eq!(pretty(json), text);
        assert_eq!(pretty("plain: {"), "plain: {");
    }
}

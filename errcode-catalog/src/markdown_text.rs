//! Plain text in Markdown.

/// Escapes a text as one line of Markdown that shows it literally, also in a table cell.
///
/// ```
/// assert_eq!(errcode_catalog::markdown_text::inline("a|b_c"), r"a\|b\_c");
/// ```
#[must_use]
pub fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' | '!' => {
                out.extend(['\\', letter]);
            }
            _ => out.push(letter),
        }
    }
    out
}

/// Returns a code span of a text. Its fence is longer than any run of backticks inside
/// (<https://spec.commonmark.org/0.31.2/#code-spans>).
///
/// ```
/// assert_eq!(errcode_catalog::markdown_text::code("let `x`"), "`` let `x` ``");
/// ```
#[must_use]
pub fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace(['\n', '\r'], " "))
}

/// Returns a fenced code block (<https://spec.commonmark.org/0.31.2/#fenced-code-blocks>).
#[must_use]
pub fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    format!("{fence}{language}\n{text}\n{fence}\n")
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for letter in text.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::{code, fenced, inline};

    #[test]
    fn texts_stay_what_they_are() {
        assert_eq!(inline("a|b *c*\n<d>"), r"a\|b \*c\* \<d\>");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(fenced("json", "{}"), "```json\n{}\n```\n");
        assert_eq!(fenced("", "```"), "````\n```\n````\n");
    }
}

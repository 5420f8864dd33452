//! Plain text in Markdown.

use crate::prose::is_harmless;
use pulldown_cmark::{Event, Parser, Tag};

/// A text as one line of Markdown that shows it letter for letter, in a table cell too.
pub(crate) fn inline(text: &str) -> String {
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

/// A code span that shows the text letter for letter: its fence is longer than any run of backticks within (<https://spec.commonmark.org/0.31.2/#code-spans>).
pub(crate) fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace(['\n', '\r'], " "))
}

/// A text that is Markdown itself, below headings of ours: its own become bold lines; its HTML, and links that lead elsewhere than to
/// the web, become text.
pub(crate) fn prose(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut at = 0;
    for (event, range) in Parser::new(markdown).into_offset_iter() {
        let replaced = match event {
            // A block of HTML takes whole lines, with what would be Markdown without it.
            Event::Html(_) | Event::InlineHtml(_) => {
                markdown[range.clone()].split('\n').map(inline).collect::<Vec<_>>().join("\n")
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. })
                if !is_harmless(&dest_url) =>
            {
                inline(&markdown[range.clone()])
            }
            Event::Start(Tag::Heading { .. }) => {
                format!("**{}**\n", markdown[range.clone()].trim_matches(['#', '=', '-', ' ', '\n']))
            }
            _ => continue,
        };
        if range.start >= at {
            out.push_str(&markdown[at..range.start]);
            out.push_str(&replaced);
            at = range.end;
        }
    }
    out.push_str(&markdown[at..]);
    out.trim_end().to_owned()
}

/// A fenced block (<https://spec.commonmark.org/0.31.2/#fenced-code-blocks>).
pub(crate) fn fenced(language: &str, text: &str) -> String {
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
    use super::{code, fenced, inline, prose};

    #[test]
    fn texts_stay_what_they_are() {
        assert_eq!(inline("a|b *c*\n<d>"), r"a\|b \*c\* \<d\>");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(fenced("json", "{}"), "```json\n{}\n```\n");
        assert_eq!(fenced("", "```"), "````\n```\n````\n");
        assert_eq!(
            prose("`Vec<T>` <b>x</b>\n\n## Note\n\nmore"),
            "`Vec<T>` \\<b\\>x\\</b\\>\n\n**Note**\n\nmore"
        );
    }
}

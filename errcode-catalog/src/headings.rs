//! Headings that are meant to be `# Internal`.

/// Returns the first heading of a Markdown text that seems to begin a part for engineers. The derive cuts a doc comment
/// only at a heading that begins with "internal".
pub(crate) fn like_internal(markdown: &str) -> Option<&str> {
    let lines: Vec<&str> = markdown.lines().collect();
    let mut in_code = false;
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim();
        if line.starts_with("```") || line.starts_with("~~~") {
            in_code = !in_code;
        }
        let underlined = lines.get(at + 1).is_some_and(|next| is_underline(next.trim()));
        let is_heading = underlined || line.starts_with('#') || is_emphasized(line);
        if is_heading && !in_code && is_like_internal(line) {
            return Some(line);
        }
    }
    None
}

fn is_underline(line: &str) -> bool {
    line.len() > 1
        && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

/// Returns whether the line is a heading of HTML, or only strong text.
fn is_emphasized(line: &str) -> bool {
    let html =
        line.strip_prefix("<h").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let strong = ["**", "__"]
        .into_iter()
        .any(|mark| line.starts_with(mark) && line.trim_end_matches(':').ends_with(mark));
    html || strong
}

/// Beginnings of words near "internal" that mean something else.
const OTHERS: [&str; 3] = ["interval", "internet", "integral"];

fn is_like_internal(heading: &str) -> bool {
    let mut words = heading.split(|letter: char| !letter.is_alphabetic());
    words.any(|word| {
        let word = word.to_lowercase();
        let other = || OTHERS.iter().any(|other| word.starts_with(other));
        let near = || word.starts_with("in") && strsim::osa_distance(&word, "internal") <= 2;
        word.starts_with("内部") || word.starts_with("internal") || near() && !other()
    })
}

#[cfg(test)]
mod tests {
    use super::like_internal;

    #[test]
    fn headings_that_are_meant_to_be_internal() {
        for heading in [
            "# Intenral",
            "## Interal notes",
            "# For internal use",
            "Internel\n---",
            "**Internal:**",
            "__internal__",
            "<h2>Internal</h2>",
            "# 内部",
            "# Intern",
        ] {
            let text = format!("Why.\n\n{heading}\n\nThe shard map.");
            assert_eq!(like_internal(&text), heading.lines().next(), "{heading}");
        }
    }

    #[test]
    fn other_headings() {
        for text in [
            "# External services",
            "# Interval",
            "The internal state.",
            "```\n# Internal\n```",
            "# Internet",
            "a | b\n---",
        ] {
            assert_eq!(like_internal(text), None, "{text}");
        }
    }
}

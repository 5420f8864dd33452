//! The parts of a doc comment: title, explanation, and internal note.

use super::value::as_written;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// A doc comment in its parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Documentation {
    /// The first paragraph.
    pub(crate) title: String,
    /// Further paragraphs, up to the heading `# Internal`.
    pub(crate) explanation: String,
    /// The text after that heading.
    pub(crate) internal: String,
}

impl Documentation {
    pub(crate) fn read(attributes: &[Attribute]) -> Self {
        let mut lines = Vec::new();
        for text in attributes.iter().filter_map(text) {
            lines.append(&mut unindent(&text));
        }
        let heading = lines.iter().enumerate().find_map(|(at, line)| {
            Some((at, heading_lines(line, lines.get(at + 1).map(String::as_str))?))
        });
        let (public_end, heading) = heading.unwrap_or((lines.len(), 0));
        let (public, internal) = lines.split_at(public_end);
        let start = public.iter().position(|line| !line.trim().is_empty()).unwrap_or(public.len());
        let public = &public[start..];
        let title_end =
            public.iter().position(|line| line.trim().is_empty()).unwrap_or(public.len());
        let (title, explanation) = public.split_at(title_end);
        Self {
            title: title.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "),
            explanation: join(explanation),
            internal: join(internal.get(heading..).unwrap_or_default()),
        }
    }

    /// Returns title and explanation in one text.
    pub(crate) fn public(self) -> String {
        if self.explanation.is_empty() {
            self.title
        } else {
            format!("{}\n\n{}", self.title, self.explanation)
        }
    }
}

/// Returns the text of `#[doc = "…"]`; `#[doc(hidden)]` and `include_str!` have none.
fn text(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(doc) if doc.path.is_ident("doc") => match &doc.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                Some(as_written(&text.token()).unwrap_or_else(|| text.value()))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Returns the lines without the space after `///`, or the stars of a block comment.
fn unindent(text: &str) -> Vec<String> {
    if !text.contains('\n') {
        return vec![text.strip_prefix(' ').unwrap_or(text).trim_end().to_owned()];
    }
    text.lines().map(|line| line.trim().trim_start_matches('*').trim().to_owned()).collect()
}

/// Returns the number of lines of a heading that begins with "internal", however Markdown lets one write it: with marks
/// before it or a line below it, in any case, with any space and emphasis.
fn heading_lines(line: &str, next: Option<&str>) -> Option<usize> {
    let line = line.trim_start();
    let marks = line.trim_start_matches('#');
    let text =
        marks.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`'));
    if !text.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("internal")) {
        return None;
    }
    if marks.len() < line.len() {
        return Some(1);
    }
    let below = next.unwrap_or_default().trim();
    let is_line = |mark: char| !below.is_empty() && below.chars().all(|c| c == mark);
    (is_line('=') || is_line('-')).then_some(2)
}

fn join(lines: &[String]) -> String {
    lines.join("\n").trim_matches('\n').trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn three_parts() {
        let item: syn::DeriveInput = parse_quote! {
            /// No project has
            /// this id.
            ///
            /// Check the id.
            ///
            /// # Internal
            /// See the shard map.
            struct NotFound;
        };
        assert_eq!(
            Documentation::read(&item.attrs),
            Documentation {
                title: "No project has this id.".to_owned(),
                explanation: "Check the id.".to_owned(),
                internal: "See the shard map.".to_owned(),
            }
        );
    }

    #[test]
    fn any_spelling_of_the_heading_ends_the_public_part() {
        for heading in [
            "# Internal",
            "#  Internal",
            "## internal",
            "  # INTERNAL notes",
            "#Internal",
            "### **Internal**",
            "# Internals:",
        ] {
            assert_eq!(heading_lines(heading, None), Some(1), "{heading}");
        }
        assert_eq!(heading_lines("Internal notes", Some("===")), Some(2));
        assert_eq!(heading_lines("_internal_", Some("  -")), Some(2));
        for line in ["Internal", "# Inter", "# Not internal", "internal # Internal", ""] {
            assert_eq!(heading_lines(line, Some("The text.")), None, "{line}");
        }
    }

    #[test]
    fn no_comment_says_nothing() {
        let item: syn::DeriveInput = parse_quote! { #[doc(hidden)] #[derive(Debug)] struct X; };
        assert_eq!(Documentation::read(&item.attrs), Documentation::default());
    }
}

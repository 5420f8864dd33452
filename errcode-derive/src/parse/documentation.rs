//! The parts of a doc comment: title, explanation, and internal note.

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
        let lines: Vec<String> =
            attributes.iter().filter_map(text).flat_map(|text| unindent(&text)).collect();
        let public_end = lines.iter().position(|line| is_internal(line)).unwrap_or(lines.len());
        let (public, internal) = lines.split_at(public_end);
        let start = public.iter().position(|line| !line.trim().is_empty()).unwrap_or(public.len());
        let public = &public[start..];
        let title_end =
            public.iter().position(|line| line.trim().is_empty()).unwrap_or(public.len());
        let (title, explanation) = public.split_at(title_end);
        Self {
            title: title.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "),
            explanation: join(explanation),
            internal: join(internal.get(1..).unwrap_or_default()),
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
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
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

/// Returns whether the line is a heading that begins with "internal", however Markdown lets one write it: up to three
/// spaces before the marks, any space after them, any case, emphasis.
fn is_internal(line: &str) -> bool {
    let marks = line.trim_start().trim_start_matches('#');
    let is_heading = marks.len() < line.trim_start().len();
    let text =
        marks.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`'));
    is_heading && text.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("internal"))
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
            assert!(is_internal(heading), "{heading}");
        }
        for line in ["Internal", "# Inter", "# Not internal", "internal # Internal", ""] {
            assert!(!is_internal(line), "{line}");
        }
    }

    #[test]
    fn no_comment_says_nothing() {
        let item: syn::DeriveInput = parse_quote! { #[doc(hidden)] #[derive(Debug)] struct X; };
        assert_eq!(Documentation::read(&item.attrs), Documentation::default());
    }
}

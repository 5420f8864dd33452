//! The texts of a code other than its message.

use errcode_format::tag;

/// A constant text of a code, which may be in several languages.
///
/// ```
/// use errcode_core::{AppError, Coded, TextKind};
///
/// #[derive(Debug, AppError)]
/// #[error("no project", code = "E2001", status = 404, title(en = "Project not found", zh = "项目不存在"))]
/// struct NotFound;
///
/// assert_eq!(NotFound.spec().text_in(TextKind::Title, "zh"), Some("项目不存在"));
/// assert_eq!(TextKind::Title.as_str(), "title"); // `E2001.title = …` in a translation file
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TextKind {
    /// The short summary.
    Title,
    /// Why the error happens, in Markdown.
    Explanation,
    /// What to do about the error, in Markdown.
    Help,
    /// Why the code should no longer be produced.
    Deprecated,
}

impl TextKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Title, Self::Explanation, Self::Help, Self::Deprecated];

    /// Returns the name of the key, which a translation file has after the code: `E2001.title = …`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Explanation => "explanation",
            Self::Help => "help",
            Self::Deprecated => "deprecated",
        }
    }

    pub(crate) const fn tag(self) -> u8 {
        match self {
            Self::Title => tag::TITLE,
            Self::Explanation => tag::EXPLANATION,
            Self::Help => tag::HELP,
            Self::Deprecated => tag::DEPRECATED,
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

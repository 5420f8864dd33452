//! Names of fields in Rust, converted to those that clients send.

use std::borrow::Cow;

/// The names of fields that clients know, for validators, which know only Rust's.
///
/// Set it for a service with [`ErrorLayerFor::rename`](crate::ErrorLayerFor::rename), or for some routes as an
/// extension of their requests, which wins.
///
/// ```
/// use errcode_http::request::Rename;
///
/// assert_eq!(Rename::CamelCase.apply("project_name"), "projectName");
///
/// let ours = Rename::With(|name| if name == "kind" { "type".to_owned() } else { name.to_owned() });
/// assert_eq!(ours.apply("kind"), "type");
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub enum Rename {
    /// `project_name`
    #[default]
    Keep,
    /// `projectName`
    CamelCase,
    /// `ProjectName`
    PascalCase,
    /// `project-name`
    KebabCase,
    /// `PROJECT_NAME`
    ScreamingSnakeCase,
    /// A custom rule, for example for single fields with `#[serde(rename = "…")]`.
    With(fn(&str) -> String),
}

impl Rename {
    /// Returns the name that clients know.
    #[must_use]
    pub fn apply(self, name: &str) -> Cow<'_, str> {
        match self {
            Self::Keep => Cow::Borrowed(name),
            Self::CamelCase => joined(name, false).into(),
            Self::PascalCase => joined(name, true).into(),
            Self::KebabCase => name.replace('_', "-").into(),
            Self::ScreamingSnakeCase => name.to_ascii_uppercase().into(),
            Self::With(rule) => rule(name).into(),
        }
    }
}

/// Returns the words without underscores, each with a capital (the first only if `capital`), as serde's `rename_all`
/// does.
fn joined(name: &str, mut capital: bool) -> String {
    let mut joined = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '_' => capital = true,
            _ if capital => {
                joined.push(character.to_ascii_uppercase());
                capital = false;
            }
            _ => joined.push(character),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::Rename;

    #[test]
    fn as_serde_does() {
        for (rename, name) in [
            (Rename::Keep, "project_name2"),
            (Rename::CamelCase, "projectName2"),
            (Rename::PascalCase, "ProjectName2"),
            (Rename::KebabCase, "project-name2"),
            (Rename::ScreamingSnakeCase, "PROJECT_NAME2"),
            (Rename::With(|name| name.replace("project_", "")), "name2"),
        ] {
            assert_eq!(rename.apply("project_name2"), name);
        }
    }
}

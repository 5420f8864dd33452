//! The types of documents that the service reads.

use serde::{Deserialize, Serialize};
use std::error::Error;
use std::str;
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

/// A type of document, determined by the extension of the file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, EnumString, IntoStaticStr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub(crate) enum Format {
    /// `.txt`: UTF-8. An empty line ends a section; the first line of a section is its heading.
    Text,
    /// `.json`: `{"sections": [{"heading": "…", "text": "…"}]}`.
    Json,
}

/// One part of a parsed document.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Section {
    pub(crate) heading: String,
    pub(crate) text: String,
}

#[derive(Deserialize)]
struct Outline {
    sections: Vec<Section>,
}

impl Format {
    /// Returns `None` for an unsupported type.
    pub(crate) fn of(file_name: &str) -> Option<Self> {
        match file_name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Returns the document's sections in order.
    pub(crate) fn parse(
        self,
        content: &[u8],
    ) -> Result<Vec<Section>, Box<dyn Error + Send + Sync>> {
        match self {
            Self::Text => Ok(sections(str::from_utf8(content)?)),
            Self::Json => Ok(serde_json::from_slice::<Outline>(content)?.sections),
        }
    }
}

fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        match sections.last_mut() {
            _ if line.is_empty() => inside = false,
            Some(section) if inside => {
                section.text.push_str(line);
                section.text.push('\n');
            }
            _ => {
                inside = true;
                sections.push(Section { heading: line.to_owned(), text: String::new() });
            }
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(format: Format, content: &[u8]) -> Option<Vec<String>> {
        let sections = format.parse(content).ok()?;
        Some(sections.into_iter().map(|section| section.heading).collect())
    }

    #[test]
    fn text_is_split_at_empty_lines() {
        assert_eq!(
            Format::Text.parse(b"\n Price \n10\n11\n\n\nTerm\n").unwrap(),
            [
                Section { heading: "Price".to_owned(), text: "10\n11\n".to_owned() },
                Section { heading: "Term".to_owned(), text: String::new() },
            ]
        );
        assert_eq!(headings(Format::Text, b""), Some(vec![]));
        assert_eq!(headings(Format::Text, b"\xff"), None);
    }

    #[test]
    fn json_is_an_outline() {
        let outline = br#"{"sections": [{"heading": "Price", "text": "10"}]}"#;
        assert_eq!(headings(Format::Json, outline), Some(vec!["Price".to_owned()]));
        assert_eq!(headings(Format::Json, br#"{"sections": [{"heading": "#), None);
        assert_eq!(headings(Format::Json, b"[]"), None);
    }

    #[test]
    fn the_end_of_the_name_tells_the_type() {
        assert_eq!(Format::of("bid.TXT"), Some(Format::Text));
        assert_eq!(Format::of("bid.v2.json"), Some(Format::Json));
        assert_eq!(Format::of("bid.exe"), None);
        assert_eq!(Format::of("txt"), None);
    }
}

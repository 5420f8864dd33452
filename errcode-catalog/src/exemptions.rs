//! Findings that are accepted, with a reason.

use crate::{
    read_error::{BYTE_ORDER_MARK, ReadError},
    rules,
};
use serde::{Deserialize, Serialize};

/// An exemption of one code from one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Exemption {
    /// The id of the rule.
    pub rule: String,
    /// The code.
    pub code: String,
    /// The reason for the exemption.
    pub reason: String,
}

/// The exemptions of a project: `errcode.exemptions.json`, a list of `{"rule": …, "code": …, "reason": …}`.
///
/// An exemption that no finding needs is reported too. `diff` checks the exemptions of its own
/// rules, and `lint` those of its own.
///
/// ```
/// use errcode_catalog::Exemptions;
///
/// let file = r#"[{"rule": "wire-status", "code": "E2001", "reason": "nobody used it yet"}]"#;
/// assert!(Exemptions::parse("errcode.exemptions.json", file).is_ok());
///
/// let typo = r#"[{"rule": "wire-statos", "code": "E2001", "reason": "…"}]"#;
/// let error = Exemptions::parse("errcode.exemptions.json", typo).unwrap_err();
/// assert_eq!(error.message(), "unknown rule `wire-statos`; did you mean `wire-status`?");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Exemptions(Vec<Exemption>);

impl Exemptions {
    /// Returns an empty list.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Parses the text of the file.
    ///
    /// # Errors
    ///
    /// Returns an error with the line if the text is not such a list, names an unknown rule, or
    /// lacks a reason.
    pub fn parse(name: &str, text: &str) -> Result<Self, ReadError> {
        let text = text.trim_start_matches(BYTE_ORDER_MARK);
        let list: Vec<Exemption> =
            serde_json::from_str(text).map_err(|error| ReadError::of_json(name, &error))?;
        for exemption in &list {
            let at = |message: String| ReadError::new(name, line_of(text, exemption), 1, message);
            rules::known(&exemption.rule).map_err(|error| at(error.to_string()))?;
            if exemption.reason.trim().is_empty() {
                return Err(at(format!("the exemption of `{}` lacks a reason", exemption.code)));
            }
        }
        Ok(Self(list))
    }

    /// Returns the exemption of a code from a rule.
    pub(crate) fn find(&self, rule: &str, code: &str) -> Option<&Exemption> {
        self.0
            .iter()
            .find(|exemption| exemption.rule == rule && exemption.code.eq_ignore_ascii_case(code))
    }

    /// Returns the exemptions from the checked rules that no finding needed.
    pub(crate) fn unneeded(
        &self,
        looked_at: impl Fn(&str) -> bool,
        found: impl Fn(&Exemption) -> bool,
    ) -> impl Iterator<Item = &Exemption> {
        self.0.iter().filter(move |exemption| looked_at(&exemption.rule) && !found(exemption))
    }
}

/// Returns the line that names both the rule and the code, else the first one that names the rule.
fn line_of(text: &str, exemption: &Exemption) -> usize {
    let quoted = |text: &str| format!("\"{text}\"");
    let (rule, code) = (quoted(&exemption.rule), quoted(&exemption.code));
    let find = |wanted: &dyn Fn(&str) -> bool| text.lines().position(wanted);
    find(&|line| line.contains(&rule) && line.contains(&code))
        .or_else(|| find(&|line| line.contains(&rule)))
        .map_or(1, |at| at + 1)
}

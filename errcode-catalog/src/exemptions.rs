//! What a rule may overlook, and why.

use crate::{
    read_error::{BYTE_ORDER_MARK, ReadError},
    rules,
};
use serde::{Deserialize, Serialize};

/// One rule that does not count for one code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// The rule's id.
    pub rule: String,
    /// The code.
    pub code: String,
    /// Why it may be so.
    pub reason: String,
}

/// The exemptions of a project: `errcode.exemptions.json`, a list of `{"rule": …, "code": …, "reason": …}`.
///
/// They are checked both ways: what they name must still be needed, or they are reported themselves. `diff` looks at those of its rules, `lint` at those
/// of its own.
///
/// ```
/// use errcode_catalog::Exemptions;
///
/// let file = r#"[{"rule": "wire-status", "code": "E2001", "reason": "nobody used it yet"}]"#;
/// assert!(Exemptions::parse("errcode.exemptions.json", file).is_ok());
///
/// let typo = r#"[{"rule": "wire-statos", "code": "E2001", "reason": "…"}]"#;
/// let error = Exemptions::parse("errcode.exemptions.json", typo).unwrap_err();
/// assert_eq!(error.to_string(), "errcode.exemptions.json:1:1: unknown rule `wire-statos`; did you mean `wire-status`?");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Exemptions(Vec<Exemption>);

impl Exemptions {
    /// Nothing is exempt.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads the file's text.
    ///
    /// # Errors
    ///
    /// Where it is no such list, names a rule that does not exist, or gives no reason, with the line.
    pub fn parse(name: &str, text: &str) -> Result<Self, ReadError> {
        let text = text.trim_start_matches(BYTE_ORDER_MARK);
        let list: Vec<Exemption> =
            serde_json::from_str(text).map_err(|error| ReadError::of_json(name, &error))?;
        for exemption in &list {
            let at = |message: String| ReadError::new(name, line_of(text, exemption), 1, message);
            rules::known(&exemption.rule).map_err(at)?;
            if exemption.reason.trim().is_empty() {
                return Err(at(format!("the exemption of `{}` has no reason", exemption.code)));
            }
        }
        Ok(Self(list))
    }

    /// The exemption of a rule for a code.
    pub(crate) fn find(&self, rule: &str, code: &str) -> Option<&Exemption> {
        self.0
            .iter()
            .find(|exemption| exemption.rule == rule && exemption.code.eq_ignore_ascii_case(code))
    }

    /// Those that nothing needed, of the rules that were looked at.
    pub(crate) fn unneeded(
        &self,
        looked_at: impl Fn(&str) -> bool,
        found: impl Fn(&Exemption) -> bool,
    ) -> impl Iterator<Item = &Exemption> {
        self.0.iter().filter(move |exemption| looked_at(&exemption.rule) && !found(exemption))
    }
}

/// The line that names both the rule and the code, else the first that names the rule.
fn line_of(text: &str, exemption: &Exemption) -> usize {
    let quoted = |text: &str| format!("\"{text}\"");
    let (rule, code) = (quoted(&exemption.rule), quoted(&exemption.code));
    let find = |wanted: &dyn Fn(&str) -> bool| text.lines().position(wanted);
    find(&|line| line.contains(&rule) && line.contains(&code))
        .or_else(|| find(&|line| line.contains(&rule)))
        .map_or(1, |at| at + 1)
}

//! The levels of the rules of `lint`.

use crate::{
    name_error::NameError,
    read_error::{BYTE_ORDER_MARK, ReadError},
    report::Finding,
    rules::{self, Bump, Class},
};
use core::str::FromStr;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a finding of a rule means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LintLevel {
    /// It is not reported.
    Allow,
    /// It is a warning.
    Warn,
    /// It is an error.
    Deny,
}

/// The levels of rules, where they differ from the usual ones: `errcode.lint.json`, an object such as
/// `{"text-help": "allow", "warnings": "deny"}`.
///
/// `warnings` stands for every rule whose findings are warnings.
///
/// ```
/// use errcode_catalog::{LintLevel, LintLevels};
///
/// let mut levels = LintLevels::parse("errcode.lint.json", r#"{"text-help": "deny"}"#).unwrap();
/// levels.set("text-title", LintLevel::Allow).unwrap();
///
/// let error = LintLevels::parse("errcode.lint.json", r#"{"text-hlep": "deny"}"#).unwrap_err();
/// assert_eq!(error.message(), "unknown rule `text-hlep`; did you mean `text-help`?");
/// ```
#[derive(Clone, Debug, Default)]
pub struct LintLevels {
    rules: BTreeMap<String, LintLevel>,
    warnings: Option<LintLevel>,
}

impl LintLevels {
    /// Parses the text of the file.
    ///
    /// # Errors
    ///
    /// Returns an error with the line if the text is not such an object, or names a rule that `lint` does not have.
    pub fn parse(name: &str, text: &str) -> Result<Self, ReadError> {
        let text = text.trim_start_matches(BYTE_ORDER_MARK);
        let given: BTreeMap<String, LintLevel> =
            serde_json::from_str(text).map_err(|error| ReadError::of_json(name, &error))?;
        let mut levels = Self::default();
        for (rule, level) in given {
            let quoted = format!("\"{rule}\"");
            let line = text.lines().position(|line| line.contains(&quoted)).map_or(1, |at| at + 1);
            let at = |error: NameError| ReadError::new(name, line, 1, error.to_string());
            levels.set(&rule, level).map_err(at)?;
        }
        Ok(levels)
    }

    /// Sets the level of a rule, or of `warnings`.
    ///
    /// # Errors
    ///
    /// Returns an error if `lint` has no such rule.
    pub fn set(&mut self, rule: &str, level: LintLevel) -> Result<(), NameError> {
        if rule == "warnings" {
            self.warnings = Some(level);
            return Ok(());
        }
        let known = rules::known(rule)?;
        if known.class != Class::Lint {
            let text = format!("`{rule}` is a rule of `diff`, whose findings have no levels");
            return Err(NameError::new(text));
        }
        self.rules.insert(rule.to_owned(), level);
        Ok(())
    }

    /// Returns the finding at the level of its rule; `None` if it is allowed.
    pub(crate) fn apply(&self, mut finding: Finding) -> Option<Finding> {
        let set = |finding: &mut Finding, level| match level {
            LintLevel::Allow => false,
            LintLevel::Warn => {
                finding.bump = Bump::Minor;
                true
            }
            LintLevel::Deny => {
                finding.bump = Bump::Major;
                true
            }
        };
        if finding.class != Class::Lint {
            return Some(finding);
        }
        let own = self.rules.get(finding.rule).copied();
        let mut stays = own.is_none_or(|level| set(&mut finding, level));
        if finding.bump == Bump::Minor && own != Some(LintLevel::Allow) {
            stays = self.warnings.is_none_or(|level| set(&mut finding, level));
        }
        stays.then_some(finding)
    }
}

impl FromStr for LintLevel {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        match name {
            "allow" => Ok(Self::Allow),
            "warn" => Ok(Self::Warn),
            "deny" => Ok(Self::Deny),
            _ => Err(NameError::unknown("level", name, &["allow", "warn", "deny"])),
        }
    }
}

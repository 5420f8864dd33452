//! The next free code.

use crate::{
    grammar::{Field, Grammar, Numbers},
    model::CatalogData,
};
use core::fmt;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The request for a free code. Module and kind are given by name or number, if the grammar has
/// them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// The module.
    pub module: Option<&'a str>,
    /// The kind.
    pub kind: Option<&'a str>,
    /// Codes that are taken in addition to those of the catalog, such as those of a lock.
    pub taken: &'a [String],
}

/// A free code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Next {
    /// The code.
    pub code: String,
    /// The module's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<u32>,
    /// The kind's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<u32>,
    /// The serial number.
    pub serial: u32,
    /// The number of further free codes of this module and kind.
    pub free: u32,
}

/// Why there is no next code, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextError(String);

/// Returns the next free code by the grammar of the catalog: the one after the highest that is or
/// was in use, else the lowest gap. Retired codes are not free.
///
/// ```
/// # use errcode_core::AppError;
/// #[derive(Debug, AppError)]
/// #[error(retired("E2202" = "merged into E2201"))]
/// enum ProjectError {
///     #[error("not found", code = "E2201", status = 404)]
///     NotFound,
/// }
/// errcode_core::catalog! {
///     static CATALOG = [ProjectError];
///     grammar = "E{module:1}{kind:1}{serial:2}";
///     modules = { 1 = "common", 2 = "project" };
///     kinds = { 2 = "business", 3 = "system" };
/// }
/// use errcode_catalog::{Audience, CatalogData, next::{Wanted, next}};
///
/// let data = CatalogData::of(&CATALOG, Audience::Internal);
/// let free = next(&data, &Wanted { module: Some("project"), kind: Some("business"), ..Wanted::default() }).unwrap();
/// assert_eq!(free.code, "E2203");
///
/// let error = next(&data, &Wanted { module: Some("projekt"), ..Wanted::default() }).unwrap_err();
/// assert_eq!(error.to_string(), "unknown module `projekt`; the catalog has 1 = common, 2 = project");
/// ```
///
/// # Errors
///
/// Returns an error if the catalog has no grammar, lacks the module or kind, or has no free code
/// left.
pub fn next(data: &CatalogData, wanted: &Wanted<'_>) -> Result<Next, NextError> {
    let text = data.grammar.as_deref().ok_or_else(|| {
        NextError(
            "the catalog has no grammar; add one: `grammar = \"E{module:1}{serial:3}\";`"
                .to_owned(),
        )
    })?;
    let grammar =
        Grammar::parse(text).ok_or_else(|| NextError(format!("invalid grammar `{text}`")))?;
    let width = grammar.width(Field::Serial).ok_or_else(|| {
        NextError(format!("the grammar `{text}` lacks `{{serial:N}}`, so there is no next code"))
    })?;
    let module = number(&grammar, Field::Module, wanted.module, &data.modules)?;
    let kind = number(&grammar, Field::Kind, wanted.kind, &data.kinds)?;
    let numbers = Numbers { module, kind, serial: None };
    let taken =
        taken(data.codes().chain(wanted.taken.iter().map(String::as_str)), &grammar, numbers);
    let last = 10_u32.pow(width as u32) - 1;
    let after = taken.last().map_or(1, |highest| highest + 1);
    let serial = Some(after)
        .filter(|serial| *serial <= last)
        .or_else(|| (1..=last).find(|serial| !taken.contains(serial)));
    let code =
        serial.and_then(|serial| grammar.write(&Numbers { serial: Some(serial), ..numbers }));
    let (Some(serial), Some(code)) = (serial, code) else {
        return Err(NextError(format!(
            "no free code is left in the grammar `{text}`; widen `{{serial:{width}}}`"
        )));
    };
    let used = taken.range(1..=last).count() as u32;
    Ok(Next { code, module, kind, serial, free: last - used })
}

/// Returns the serial numbers of this module and kind that are or were in use.
fn taken<'c>(
    codes: impl Iterator<Item = &'c str>,
    grammar: &Grammar,
    wanted: Numbers,
) -> BTreeSet<u32> {
    codes
        .filter_map(|code| grammar.read(code))
        .filter(|found| (found.module, found.kind) == (wanted.module, wanted.kind))
        .filter_map(|found| found.serial)
        .collect()
}

fn number(
    grammar: &Grammar,
    field: Field,
    wanted: Option<&str>,
    names: &BTreeMap<u32, String>,
) -> Result<Option<u32>, NextError> {
    let name = field.name();
    let Some(width) = grammar.width(field) else {
        return match wanted {
            Some(_) => {
                Err(NextError(format!("the grammar `{grammar}` has no {name}; remove `--{name}`")))
            }
            None => Ok(None),
        };
    };
    let listed = names
        .iter()
        .map(|(number, name)| format!("{number} = {name}"))
        .collect::<Vec<_>>()
        .join(", ");
    let listed =
        if listed.is_empty() { String::new() } else { format!("; the catalog has {listed}") };
    let Some(wanted) = wanted else {
        return Err(NextError(format!(
            "the grammar `{grammar}` requires a {name}; add `--{name}`{listed}"
        )));
    };
    let by_name =
        names.iter().find(|(_, name)| name.eq_ignore_ascii_case(wanted)).map(|(number, _)| *number);
    let by_number =
        || wanted.parse().ok().filter(|number| names.is_empty() || names.contains_key(number));
    let number = by_name
        .or_else(by_number)
        .ok_or_else(|| NextError(format!("unknown {name} `{wanted}`{listed}")))?;
    if number.to_string().len() > width {
        return Err(NextError(format!(
            "{name} {number} does not fit into `{{{name}:{width}}}` in the grammar"
        )));
    }
    Ok(Some(number))
}

impl fmt::Display for NextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NextError {}

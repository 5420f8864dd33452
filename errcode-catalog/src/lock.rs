//! `errcode.lock.json`, the committed record of a catalog's codes.

mod alert;
mod change;
mod line;
mod to_data;

use crate::{
    grammar::is_code,
    model::CatalogData,
    read_error::{BYTE_ORDER_MARK, ReadError},
};
pub use alert::LockedAlert;
pub use change::{Dropped, Unlocked};
pub use line::Line;
use line::{Head, Row};
use std::collections::BTreeMap;

/// The JSON Schema of the file.
pub const SCHEMA: &str = include_str!("lock/schema.json");

/// The version of the format.
const VERSION: u32 = 1;

/// The lock of a catalog: each code as clients and operators know it, and the retired codes.
///
/// The file is a JSON array with one line per code, sorted. Two branches that add the same code
/// change the same place, so git reports a conflict. Each line but the first begins with its comma,
/// so adding a code at the end changes no other line.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no project", code = "E2001", status = 404)]
/// # struct NotFound;
/// # errcode_core::catalog! { static CATALOG = [NotFound]; }
/// use errcode_catalog::{Audience, CatalogData, lock::Lock};
///
/// let lock = Lock::of(&CatalogData::of(&CATALOG, Audience::Internal));
/// let text = lock.to_text();
/// assert!(text.contains("\n,{\"code\":\"E2001\",\"status\":404,"));
/// assert_eq!(Lock::parse("errcode.lock.json", &text).unwrap(), lock);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    pub(crate) head: Head,
    pub(crate) codes: BTreeMap<String, Line>,
    /// The retired codes and the reasons.
    pub(crate) retired: BTreeMap<String, String>,
}

impl Lock {
    /// Returns the lock of a catalog. The catalog must be made for
    /// [`Audience::Internal`](crate::Audience::Internal), since a public one lacks the internal
    /// codes.
    #[must_use]
    pub fn of(data: &CatalogData) -> Self {
        let codes = data.errors.iter().map(|entry| (entry.code.clone(), Line::of(entry)));
        let retired =
            data.retired.iter().map(|retired| (retired.code.clone(), retired.reason.clone()));
        let head = Head {
            errcode_lock: VERSION,
            service: data.service.clone(),
            languages: data.languages.clone(),
            docs: data.docs.clone(),
            grammar: data.grammar.clone(),
            modules: data.modules.clone(),
            kinds: data.kinds.clone(),
        };
        Self { head, codes: codes.collect(), retired: retired.collect() }
    }

    /// Parses the text of the file; errors name the file by `name`.
    ///
    /// # Errors
    ///
    /// Returns an error with the line if the text is not valid: malformed JSON, an unknown member
    /// or value, a duplicate code, or a conflict marker of git.
    pub fn parse(name: &str, text: &str) -> Result<Self, ReadError> {
        let text = text.trim_start_matches(BYTE_ORDER_MARK);
        let own_lines = reformatted(text);
        let text = own_lines.as_deref().unwrap_or(text);
        let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
        let (_, head) = lines.next().unwrap_or((1, ""));
        let mut reader = Reader { name, lock: Self::default(), seen: BTreeMap::new() };
        reader.head(head)?;
        let mut closed = false;
        for (at, line) in lines {
            match line.trim() {
                "" => {}
                _ if closed => {
                    return Err(ReadError::new(
                        name,
                        at,
                        1,
                        "unexpected text after the closing `]`",
                    ));
                }
                "]" => closed = true,
                line => reader.line(at, line)?,
            }
        }
        if closed {
            Ok(reader.lock)
        } else {
            Err(ReadError::new(name, text.lines().count().max(1), 1, "missing closing `]`"))
        }
    }

    /// Returns the line of a code or alias, in any case.
    pub(crate) fn named(&self, name: &str) -> Option<&Line> {
        let line = self.codes.get(name);
        line.or_else(|| {
            self.codes
                .values()
                .find(|line| line.names().any(|known| known.eq_ignore_ascii_case(name)))
        })
    }

    pub(crate) fn is_retired(&self, name: &str) -> bool {
        self.retired.contains_key(name)
            || self.retired.keys().any(|code| code.eq_ignore_ascii_case(name))
    }

    /// Returns whether the text is exactly what [`to_text`](Self::to_text) returns. In unsorted
    /// lines git would not see that two branches added the same code.
    #[must_use]
    pub fn is_sorted_in(&self, text: &str) -> bool {
        text.trim_start_matches(BYTE_ORDER_MARK).replace("\r\n", "\n") == self.to_text()
    }

    /// Returns the text of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("[{}\n", json(&Head { errcode_lock: VERSION, ..self.head.clone() }));
        for row in self.rows() {
            text.push(',');
            text.push_str(&row);
            text.push('\n');
        }
        text.push_str("]\n");
        text
    }

    /// Returns the lines, sorted by code, without the leading comma.
    fn rows(&self) -> impl Iterator<Item = String> {
        let retired = self.retired.iter().map(|(code, reason)| {
            (code, json(&Row::Retired { code: code.clone(), retired: reason.clone() }))
        });
        let codes = self.codes.iter().map(|(code, line)| (code, json(line)));
        let sorted: BTreeMap<&String, String> = retired.chain(codes).collect();
        sorted.into_values()
    }
}

/// Returns the lines of a lock that a formatter of JSON has written; `None` for any other text.
fn reformatted(text: &str) -> Option<String> {
    let first = text.lines().next()?.trim_end().strip_prefix('[')?;
    if serde_json::from_str::<Head>(first).is_ok() {
        return None;
    }
    let values: Vec<serde_json::Value> = serde_json::from_str(text).ok()?;
    values.first()?.get("errcode_lock")?;
    let lines: Vec<String> = values.iter().map(json).collect();
    Some(format!("[{}\n]\n", lines.join("\n,")))
}

fn json(value: &impl serde::Serialize) -> String {
    // Serializing strings, numbers and maps with string keys cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}

struct Reader<'a> {
    name: &'a str,
    lock: Lock,
    /// The codes and aliases so far, in upper case, with their line numbers.
    seen: BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn head(&mut self, line: &str) -> Result<(), ReadError> {
        let Some(json) = line.trim_end().strip_prefix('[') else {
            let message = "not a lock file: the first line must begin with \
                 `[{\"errcode_lock\":1,`; regenerate the file with `cargo errcode lock`";
            return Err(ReadError::new(self.name, 1, 1, message));
        };
        let head: Head = serde_json::from_str(json)
            .map_err(|error| ReadError::of_line(self.name, 1, 1, &error))?;
        if head.errcode_lock != VERSION {
            let message = format!(
                "unsupported lock version {}; this errcode supports version {VERSION}",
                head.errcode_lock
            );
            return Err(ReadError::new(self.name, 1, 1, message));
        }
        self.lock.head = head;
        Ok(())
    }

    fn line(&mut self, at: usize, line: &str) -> Result<(), ReadError> {
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
            .iter()
            .any(|marker| line.starts_with(marker))
        {
            let message = "unresolved git conflict: two branches changed the same codes; if both \
                 added the same code, change one of them";
            return Err(ReadError::new(self.name, at, 1, message));
        }
        let Some(json) = line.strip_prefix(',') else {
            return Err(ReadError::new(
                self.name,
                at,
                1,
                "a line must begin with a comma and contain one code: `,{\"code\":\"E2001\",…}`",
            ));
        };
        let row: Row = serde_json::from_str(json)
            .map_err(|error| ReadError::of_line(self.name, at, 1, &error))?;
        let error = |message| Err(ReadError::new(self.name, at, 1, message));
        for name in row.names() {
            if !is_code(name) {
                return error(format!("invalid code `{}`", name.escape_debug()));
            }
            if let Some(first) = self.seen.insert(name.to_ascii_uppercase(), at) {
                return error(format!(
                    "duplicate code `{name}`, first used in line {first}; change one of them"
                ));
            }
        }
        match row {
            Row::Retired { code, retired } => self.lock.retired.insert(code, retired).map(|_| ()),
            Row::Code(line) => self.lock.codes.insert(line.code.clone(), *line).map(|_| ()),
        };
        Ok(())
    }
}

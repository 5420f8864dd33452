//! The formats that are plain data: JSON, CSV and fixtures.

use crate::{file::File, page::file_name, printable::printable};
use errcode_catalog::{CatalogData, Entry};

/// Returns the catalog as JSON.
pub(crate) fn json(data: &CatalogData) -> String {
    let mut json = serde_json::to_string_pretty(data).unwrap_or_default();
    json.push('\n');
    json
}

/// Returns one line per code (RFC 4180).
pub(crate) fn csv(data: &CatalogData) -> String {
    let mut text = String::from(
        "code,status,category,retryable,title,message,explanation,help,owner,since,deprecated,replaced_by\r\n",
    );
    for entry in &data.errors {
        let owner = entry.source.as_ref().and_then(|source| source.owner.as_deref());
        let status = entry.answered_status().to_string();
        let cells = [
            entry.code.as_str(),
            &status,
            entry.category.as_str(),
            entry.retryable.as_str(),
            &entry.title,
            &entry.message,
            entry.explanation.as_deref().unwrap_or_default(),
            entry.help.as_deref().unwrap_or_default(),
            owner.unwrap_or_default(),
            entry.since.as_deref().unwrap_or_default(),
            entry.deprecated.as_deref().unwrap_or_default(),
            entry.replaced_by.as_deref().unwrap_or_default(),
        ];
        let line: Vec<String> = cells.into_iter().map(cell).collect();
        text.push_str(&line.join(","));
        text.push_str("\r\n");
    }
    printable(text)
}

/// What a spreadsheet takes for the beginning of a formula, also in the full width of East Asian texts
/// (OWASP, "CSV Injection").
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Returns a text as a cell. A formula gets an apostrophe, which makes it a text.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) { "'" } else { "" };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

/// Returns each example body as a file, byte for byte as the service sends it.
pub(crate) fn fixtures(data: &CatalogData) -> Vec<File> {
    data.entries().flat_map(of_entry).collect()
}

fn of_entry(entry: &Entry) -> impl Iterator<Item = File> {
    let name = file_name(&entry.code);
    entry.examples.iter().filter(|example| is_directory_name(&example.format)).map(move |example| {
        let ending = if example.content_type.contains("json") { "json" } else { "txt" };
        File::new(format!("fixtures/{}/{name}.{ending}", example.format), example.body.clone())
    })
}

/// Returns whether the name of a body format is a safe directory name. A foreign `catalog.json` may
/// contain any text, such as `../..`.
fn is_directory_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::{cell, is_directory_name};

    #[test]
    fn directories_of_formats() {
        for (name, fits) in [
            ("envelope", true),
            ("json-api", true),
            ("own_2", true),
            ("", false),
            ("..", false),
            ("../..", false),
            ("/etc", false),
            ("a\\b", false),
            ("C:", false),
        ] {
            assert_eq!(is_directory_name(name), fits, "{name}");
        }
    }

    #[test]
    fn cells() {
        for (text, expected) in [
            ("a", "a"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "'=1+1"),
            ("=1,2", "\"'=1,2\""),
            ("＝1+1", "'＝1+1"),
            ("\n=1", "\"'\n=1\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}

//! A catalog's codes as a table.

use errcode_catalog::{CatalogData, Entry};

/// The catalog's own codes as a table with a line per code.
pub(crate) fn table(data: &CatalogData) -> String {
    let head = ["CODE", "STATUS", "CATEGORY", "RETRYABLE", "TITLE"].map(str::to_owned);
    let row = |entry: &Entry| {
        [
            entry.code.clone(),
            entry.status.to_string(),
            entry.category.clone(),
            entry.retryable.to_string(),
            entry.title.replace(['\n', '\r'], " "),
        ]
    };
    let rows: Vec<[String; 5]> =
        core::iter::once(head).chain(data.errors.iter().map(row)).collect();
    let widths: [usize; 5] = core::array::from_fn(|column| {
        rows.iter().map(|row| width(&row[column])).max().unwrap_or(0)
    });
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, wide) in row.iter().zip(widths) {
            line.push_str(cell);
            line.extend(core::iter::repeat_n(' ', wide.saturating_sub(width(cell)) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// How many columns a terminal shows the text in: East Asian wide letters take two (Unicode Annex 11, the blocks that matter for prose).
fn width(text: &str) -> usize {
    let is_wide = |letter: char| {
        matches!(letter, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
    };
    text.chars().map(|letter| if is_wide(letter) { 2 } else { 1 }).sum()
}

//! The table of `list`.

use errcode_catalog::{CatalogData, Entry};
use unicode_width::UnicodeWidthStr as _;

/// Returns the codes of the catalog as a table.
pub(crate) fn table(data: &CatalogData) -> String {
    let head = ["CODE", "STATUS", "CATEGORY", "RETRYABLE", "TITLE"].map(str::to_owned);
    let row = |entry: &Entry| {
        [
            entry.code.clone(),
            entry.status.to_string(),
            entry.category.to_string(),
            entry.retryable.to_string(),
            entry.title.replace(['\n', '\r'], " "),
        ]
    };
    let rows: Vec<[String; 5]> =
        core::iter::once(head).chain(data.errors.iter().map(row)).collect();
    let widths: [usize; 5] = core::array::from_fn(|column| {
        rows.iter().map(|row| row[column].width()).max().unwrap_or(0)
    });
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, wide) in row.iter().zip(widths) {
            line.push_str(cell);
            line.extend(core::iter::repeat_n(' ', wide.saturating_sub(cell.width()) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

//! Writes all formats of a synthetic catalog, or one of them:
//! `cargo run --release -p errcode-docs --example generate -- 10000 /tmp/docs openapi`.

use errcode_docs::{CatalogData, Docs, Format, Mode, put};
use serde_json::{Value, json};
use std::{error::Error, path::Path, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments.next().map_or(Ok(10_000), |count| count.parse())?;
    let dir = arguments.next().unwrap_or_else(|| "/tmp/errcode-docs".to_owned());
    let only: Option<Format> = arguments.next().map(|name| name.parse()).transpose()?;
    let data = synthetic(count)?;
    for format in Format::ALL.into_iter().filter(|format| only.is_none_or(|only| only == *format)) {
        let start = Instant::now();
        let files = Docs::new(&data).files(format)?;
        let made = start.elapsed();
        let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
        put(Path::new(&dir), &files, Mode::Write)?;
        println!(
            "{format:9} {:6} files {:10} bytes  made in {made:.2?}, written in {:.2?}",
            files.len(),
            bytes,
            start.elapsed() - made
        );
    }
    Ok(())
}

/// Returns a catalog with this many codes, read from JSON.
fn synthetic(count: usize) -> Result<CatalogData, Box<dyn Error>> {
    let entries: Vec<Value> = (0..count).map(entry).collect();
    let catalog = json!({
        "service": "synthetic",
        "audience": "internal",
        "languages": ["zh", "en"],
        "errors": entries,
    });
    Ok(CatalogData::read("synthetic", &catalog.to_string())?)
}

fn entry(number: usize) -> Value {
    let (status, category) = [
        (404, "business"),
        (409, "business"),
        (422, "business"),
        (502, "external"),
        (500, "unknown"),
    ][number % 5];
    let body = json!({
        "success": false,
        "error": {
            "code": format!("S{number:05}"),
            "message": format!("对象 1 的第 {number} 项检查失败"),
            "retryable": false,
            "details": { "id": "1" },
        },
        "request_id": "req_01KHZ4QG80Z4T5W6R7S8V9X0A1",
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "timestamp": "2026-02-21T10:00:00Z",
    });
    let body = body.to_string();
    let example = |format: &str, media: &str| json!({ "format": format, "content_type": media, "body": body });
    let zh = format!("对象 {{id}} 的第 {number} 项检查失败");
    json!({
        "code": format!("S{number:05}"),
        "status": status,
        "category": category,
        "retryable": number.is_multiple_of(7),
        "title": format!("第 {number} 项检查失败"),
        "message": zh,
        "messages": { "zh": zh, "en": format!("Check {number} of object {{id}} failed") },
        "explanation": format!(
            "The object does not pass check {number}: one of its values is out of range."
        ),
        "help": "Correct the value, then repeat the request.",
        "details": [{ "name": "id", "type": "u64", "text": true }],
        "examples": [
            example("envelope", "application/json"),
            example("problem", "application/problem+json"),
            example("json-api", "application/vnd.api+json"),
        ],
        "level": "warn",
        "enum": format!("Check{}", number / 1000),
        "variant": format!("Failed{number}"),
        "module": "synthetic::checks",
        "file": "src/checks.rs",
        "line": number,
        "owner": format!("team-{}", number % 9),
        "alert": "none",
    })
}

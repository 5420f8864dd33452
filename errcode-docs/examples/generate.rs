//! Writes every format of a synthetic catalog: `cargo run --release -p errcode-docs --example generate -- 10000 /tmp/docs`.

use errcode_docs::{CatalogData, Docs, Format, Mode, put};
use std::{error::Error, path::Path, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments.next().map_or(Ok(10_000), |count| count.parse())?;
    let dir = arguments.next().unwrap_or_else(|| "/tmp/errcode-docs".to_owned());
    let data = synthetic(count)?;
    for format in Format::ALL {
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

/// A catalog as a service with so many codes would have it: read from JSON, since a catalog stands in the source.
fn synthetic(count: usize) -> Result<CatalogData, Box<dyn Error>> {
    let entries: Vec<String> = (0..count).map(entry).collect();
    let json = format!(
        r#"{{"service":"synthetic","audience":"internal","languages":["zh","en"],"errors":[{}],"framework":[]}}"#,
        entries.join(",")
    );
    Ok(CatalogData::read("synthetic", &json)?)
}

fn entry(number: usize) -> String {
    let (status, category) = [
        (404, "business"),
        (409, "business"),
        (422, "business"),
        (502, "external"),
        (500, "unknown"),
    ][number % 5];
    let body = format!(
        r#"{{\"success\":false,\"error\":{{\"code\":\"S{number:05}\",\"message\":\"对象 1 的第 {number} 项检查失败\",\"retryable\":false,\"details\":{{\"id\":\"1\"}}}},\"request_id\":\"req_01KHZ4QG80Z4T5W6R7S8V9X0A1\",\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"timestamp\":\"2026-02-21T10:00:00Z\"}}"#
    );
    let example = |form: &str, media: &str| {
        format!(r#"{{"form":"{form}","content_type":"{media}","body":"{body}"}}"#)
    };
    format!(
        r#"{{"code":"S{number:05}","status":{status},"category":"{category}","retryable":{},"title":"第 {number} 项检查失败","message":"对象 {{id}} 的第 {number} 项检查失败","messages":{{"zh":"对象 {{id}} 的第 {number} 项检查失败","en":"Check {number} of object {{id}} failed"}},"explanation":"The object does not pass check {number}: one of the values it was made from is out of range.","help":"Correct the value, then repeat the request.","details":[{{"name":"id","type":"u64","text":true}}],"examples":[{},{},{}],"level":"warn","enum":"Check{}","variant":"Failed{number}","module":"synthetic::checks","file":"src/checks.rs","line":{number},"owner":"team-{}","alert":"none"}}"#,
        number.is_multiple_of(7),
        example("envelope", "application/json"),
        example("problem", "application/problem+json"),
        example("json-api", "application/vnd.api+json"),
        number / 1000,
        number % 9,
    )
}

//! `cargo errcode drill` against a service that answers by the order in the header.

use errcode_core::drill::DrillKey;
use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

const SECRET: &str = "0123456789abcdef";

/// Starts a service. E5004 comes back, a fallback answers for E5005, and any other order is ignored.
fn service() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/ask", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            answer(&mut stream.unwrap());
        }
    });
    url
}

fn answer(stream: &mut TcpStream) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\nwork") {
        let mut piece = [0; 1024];
        let count = stream.read(&mut piece).unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&request));
        request.extend_from_slice(&piece[..count]);
    }
    let request = String::from_utf8(request).unwrap();
    assert!(request.starts_with("POST /ask HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Bearer t\r\n"), "{request}");
    let order = request.lines().find_map(|line| line.strip_prefix("errcode-inject: ")).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let drill = DrillKey::new(SECRET).unwrap().verify(order, now).unwrap();
    assert!(drill.concerns("llm") && !drill.concerns("tracker"));
    let body = r#"{"success":false,"error":{"code":"E5004","message":"","retryable":true}}"#;
    let (head, body) = match drill.code() {
        "E5004" => ("503 X\r\nX-Error-Code: E5004\r\nRetry-After: 7", body),
        "E5005" => ("200 OK\r\nX-Degraded: cache", "{}"),
        _ => ("200 OK", "{}"),
    };
    let length = body.len();
    let text =
        format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(text.as_bytes()).unwrap();
}

/// Runs the command: its exit code, output, and error.
fn drill(url: &str, key: &str, more: &[&str]) -> (i32, String, String) {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR"))
        .with_file_name("examples/evaluation-service/errcode.lock.json");
    // A file for each call: the tests run at the same time, and a write begins with an empty file.
    static KEYS: AtomicUsize = AtomicUsize::new(0);
    let number = KEYS.fetch_add(1, Ordering::Relaxed);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("drill-{number}.key"));
    fs::write(&file, format!("{key}\n")).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_cargo-errcode"))
        .args(["errcode", "drill", "--url", url, "--dependency", "llm", "--from"])
        .arg(lock)
        .arg("--key-file")
        .arg(file)
        .args(["--method", "POST", "--header", "Authorization: Bearer t", "--body", "work"])
        .args(more)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (run.status.code().unwrap(), text(run.stdout), text(run.stderr))
}

#[test]
fn each_code_is_held_against_what_came_back() {
    let url = service();
    let (code, table, _) = drill(&url, SECRET, &["--codes", "E5004,E5005"]);
    let expected = "\
code       retryable  came back                  result
E5004 503  yes        503 E5004, yes, after 7 s  same
E5005 503  yes        200 cache, -               degraded
";
    assert_eq!((code, table.as_str()), (0, expected));

    let (code, json, _) = drill(&url, SECRET, &["--codes", "E5003", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &report["failed"]), (1, &true.into()));
    assert_eq!(report["codes"][0]["expected"]["code"], "E5003");
    assert_eq!(report["codes"][0]["came"]["status"], 200);
    assert_eq!(report["codes"][0]["result"], "different");
}

#[test]
fn what_is_wrong_is_said_with_the_fix() {
    let url = "http://127.0.0.1:1/";
    for (url, key, more, said) in [
        (url, "short", &[][..], "the key has fewer than 16 bytes"),
        (url, SECRET, &["--codes", "E9"], "the catalog has no public code `E9`"),
        (url, SECRET, &["--header", "nope"], "invalid header `nope`; write `NAME: VALUE`"),
        ("ftp://x", SECRET, &[], "write an address that begins with `http://`"),
        (url, SECRET, &["--codes", "E5004"], "http://127.0.0.1:1/: "),
    ] {
        let (code, _, error) = drill(url, key, more);
        assert!(code == 2 && error.contains(said), "{code} {error}");
    }
}

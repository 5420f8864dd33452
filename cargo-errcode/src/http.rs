//! `--from http://…`: one GET, for a service at hand. What needs TLS goes through curl.

use crate::output::Result;
use std::{
    io::{Read as _, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    time::Duration,
};

const TIMEOUT: Duration = Duration::from_secs(10);
/// A catalog of 10,000 codes has some 10 MiB.
const MAX_BYTES: u64 = 256 << 20;

/// The body of the answer. An address without a path means `/errors`, where the service lists its codes.
pub(crate) fn get(url: &str) -> Result<String> {
    let Some(rest) = url.strip_prefix("http://") else {
        let rest = url.trim_start_matches("https://").trim_end_matches('/');
        let path = if rest.contains('/') { "" } else { "/errors" };
        return Err(format!(
            "only http:// is read here; for TLS: curl -s https://{rest}{path} > catalog.json, then --from catalog.json"
        )
        .into());
    };
    let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
    let path = if path.is_empty() { "errors" } else { path };
    let answer = exchange(host, path).map_err(|error| format!("{url}: {error}"))?;
    body(&answer).map_err(|error| format!("{url}: {error}").into())
}

fn exchange(host: &str, path: &str) -> std::io::Result<Vec<u8>> {
    let authority = if host.rsplit(']').next().is_some_and(|end| end.contains(':')) {
        host.to_owned()
    } else {
        format!("{host}:80")
    };
    let address = authority.to_socket_addrs()?.next().ok_or(std::io::ErrorKind::NotFound)?;
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    // HTTP/1.0: the answer ends with the connection and comes in one piece.
    write!(stream, "GET /{path} HTTP/1.0\r\nHost: {host}\r\nAccept: application/json\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(MAX_BYTES).read_to_end(&mut answer)?;
    Ok(answer)
}

fn body(answer: &[u8]) -> std::result::Result<String, String> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").ok_or("the answer is not HTTP")?;
    let head = String::from_utf8_lossy(&answer[..end]);
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    if status != "200" {
        return Err(format!("the answer has status {status}"));
    }
    String::from_utf8(answer[end + 4..].to_vec()).map_err(|_| "the answer is not UTF-8".to_owned())
}

//! `--from http://…`: one GET, for a service at hand. What needs TLS goes through curl.

use crate::{digits::whole, output::Result};
use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    time::{Duration, Instant},
};

/// For everything together: a service that sends a byte now and then is not waited for.
const TIMEOUT: Duration = Duration::from_secs(30);
/// A catalog of 10,000 codes has some 10 MiB.
const MAX_BYTES: usize = 256 << 20;

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
    get_within(rest, TIMEOUT).map_err(|error| format!("{url}: {error}").into())
}

/// The address is without its scheme.
fn get_within(address: &str, timeout: Duration) -> std::result::Result<String, String> {
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let path = if path.is_empty() { "errors" } else { path };
    if address.contains(|letter: char| letter.is_control() || letter == ' ') {
        return Err("an address has no spaces and no control characters".to_owned());
    }
    let deadline = Deadline { at: Instant::now() + timeout, timeout };
    let mut connection = Connection::open(host, deadline)?;
    // HTTP/1.0 asks for an answer in one piece. In one write: a service may take the first packet for the whole.
    let request = format!(
        "GET /{path} HTTP/1.0\r\nHost: {host}\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
    );
    connection.send(request.as_bytes())?;
    let body = connection.answer(&format!("http://{host}/{path}"))?;
    String::from_utf8(body).map_err(|_| "the answer is not UTF-8".to_owned())
}

#[derive(Clone, Copy)]
struct Deadline {
    at: Instant,
    timeout: Duration,
}

impl Deadline {
    /// How long the next step may take: never nothing, which would mean for ever.
    fn left(self) -> std::result::Result<Duration, String> {
        let left = self.at.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(self.passed()) } else { Ok(left) }
    }

    fn passed(self) -> String {
        format!("there was no whole answer within {:?}", self.timeout)
    }

    fn told(self, error: &io::Error) -> String {
        match error.kind() {
            // Which of the two it is, the system decides.
            ErrorKind::TimedOut | ErrorKind::WouldBlock => self.passed(),
            _ => error.to_string(),
        }
    }
}

struct Connection {
    stream: TcpStream,
    deadline: Deadline,
    /// What came.
    bytes: Vec<u8>,
}

impl Connection {
    /// A host may have several addresses, as `localhost` has, and listen on one of them only.
    fn open(host: &str, deadline: Deadline) -> std::result::Result<Self, String> {
        let has_port = host.rsplit(']').next().is_some_and(|end| end.contains(':'));
        let authority = if has_port { host.to_owned() } else { format!("{host}:80") };
        let mut last = "the host has no address".to_owned();
        for address in authority.to_socket_addrs().map_err(|error| error.to_string())? {
            match TcpStream::connect_timeout(&address, deadline.left()?) {
                Ok(stream) => return Ok(Self { stream, deadline, bytes: Vec::new() }),
                Err(error) => last = deadline.told(&error),
            }
        }
        Err(last)
    }

    fn send(&mut self, request: &[u8]) -> std::result::Result<(), String> {
        let wrote = self.stream.set_write_timeout(Some(self.deadline.left()?));
        wrote
            .and_then(|()| self.stream.write_all(request))
            .map_err(|error| self.deadline.told(&error))
    }

    /// Reads on; `false` at the end.
    fn read(&mut self) -> std::result::Result<bool, String> {
        let mut buffer = [0; 1 << 14];
        loop {
            let read = self.stream.set_read_timeout(Some(self.deadline.left()?));
            match read.and_then(|()| self.stream.read(&mut buffer)) {
                Ok(count) => {
                    self.bytes.extend_from_slice(&buffer[..count]);
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.deadline.told(&error)),
            }
        }
    }

    /// The body of the answer from this address.
    fn answer(&mut self, url: &str) -> std::result::Result<Vec<u8>, String> {
        let start = self.head_end()?;
        let head = Head::parse(&self.bytes[..start])?;
        if head.status != 200 {
            return Err(format!("the answer has status {}", head.status));
        }
        if head.has_transfer_encoding {
            return Err(format!(
                "the answer has a `Transfer-Encoding`, which no answer to HTTP/1.0 may have; read it with curl: curl -s {url} > catalog.json, then --from catalog.json"
            ));
        }
        let end = head.length.map(|length| start.saturating_add(length));
        // A connection that is kept open has no end to wait for.
        while end.is_none_or(|end| self.bytes.len() < end) {
            if self.bytes.len().max(end.unwrap_or(0)) > MAX_BYTES {
                return Err(format!("the answer has more than {MAX_BYTES} bytes"));
            }
            if !self.read()? {
                break;
            }
        }
        let came = self.bytes.len();
        if end.is_some_and(|end| came < end) {
            let length = head.length.unwrap_or(0);
            return Err(format!("the answer ends after {} of {length} bytes", came - start));
        }
        Ok(self.bytes[start..end.unwrap_or(came)].to_vec())
    }

    /// Where the body begins.
    fn head_end(&mut self) -> std::result::Result<usize, String> {
        const LONGEST: usize = 1 << 16;
        let mut seen = 0;
        loop {
            if let Some(end) =
                self.bytes[seen..].windows(4).position(|window| window == b"\r\n\r\n")
            {
                return Ok(seen + end + 4);
            }
            // The end may have come in part.
            seen = self.bytes.len().saturating_sub(3);
            if seen > LONGEST || !self.read()? {
                return Err("the answer is not HTTP".to_owned());
            }
        }
    }
}

/// What the answer says before its body (RFC 9112).
struct Head {
    status: u16,
    length: Option<usize>,
    has_transfer_encoding: bool,
}

impl Head {
    fn parse(bytes: &[u8]) -> std::result::Result<Self, String> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(status).ok_or("the answer is not HTTP")?;
        let mut head = Self { status, length: None, has_transfer_encoding: false };
        for line in lines {
            let Some((name, value)) = line.split_once(':') else { continue };
            if name.eq_ignore_ascii_case("transfer-encoding") {
                head.has_transfer_encoding = true;
            } else if name.eq_ignore_ascii_case("content-length") {
                let length = whole(value.trim())
                    .ok_or("the answer has a `Content-Length` that is no number")?;
                if head.length.is_some_and(|known| known != length) {
                    return Err("the answer has two values of `Content-Length`".to_owned());
                }
                head.length = Some(length);
            }
        }
        Ok(head)
    }
}

/// `HTTP/1.1 200 OK`: three digits and nothing else of it gets to the terminal.
fn status(line: &str) -> Option<u16> {
    let mut words = line.strip_prefix("HTTP/")?.split(' ');
    let status = words.nth(1).filter(|status| status.len() == 3)?;
    whole(status)
}

#[cfg(test)]
mod tests {
    use super::{TIMEOUT, get_within};
    use std::{
        io::{Read as _, Write as _},
        net::{TcpListener, TcpStream},
        sync::mpsc,
        thread,
        time::Duration,
    };

    /// What the tool says to an answer; the service holds the connection open until the tool has said it.
    fn answered(
        timeout: Duration,
        answer: impl FnOnce(&mut TcpStream) + Send + 'static,
    ) -> Result<String, String> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (done, wait) = mpsc::channel::<()>();
        let service = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let count = stream.read(&mut request).unwrap();
            assert!(request[..count].ends_with(b"\r\n\r\n"), "one write brings the whole request");
            answer(&mut stream);
            let _ = wait.recv();
        });
        let result = get_within(&address, timeout);
        drop(done);
        service.join().unwrap();
        result
    }

    fn says(text: &'static str) -> Result<String, String> {
        answered(TIMEOUT, move |stream| stream.write_all(text.as_bytes()).unwrap())
    }

    #[test]
    fn an_answer_ends_where_it_says() {
        let kept =
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nConnection: keep-alive\r\n\r\n{}and more";
        assert_eq!(says(kept).as_deref(), Ok("{}"));
        assert_eq!(says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").as_deref(), Ok(""));
        let pieces = answered(TIMEOUT, |stream| {
            for piece in "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n项".as_bytes().chunks(1) {
                stream.write_all(piece).unwrap();
            }
        });
        assert_eq!(pieces.as_deref(), Ok("项"));
    }

    #[test]
    fn an_answer_without_a_length_ends_with_the_connection() {
        let ends = |text: &'static str| {
            answered(TIMEOUT, move |stream| {
                stream.write_all(text.as_bytes()).unwrap();
                stream.shutdown(std::net::Shutdown::Write).unwrap();
            })
        };
        assert_eq!(ends("HTTP/1.1 200 OK\r\n\r\n{}").as_deref(), Ok("{}"));
        assert_eq!(
            ends("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}").unwrap_err(),
            "the answer ends after 2 of 9 bytes"
        );
        assert_eq!(ends("HTTP/1.1 200 OK\r\n").unwrap_err(), "the answer is not HTTP");
    }

    #[test]
    fn a_service_that_never_ends_is_left() {
        let dripping = answered(Duration::from_millis(300), |stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            // Until the tool has gone.
            while stream.write_all(b" ").is_ok() {
                thread::sleep(Duration::from_millis(10));
            }
        });
        assert_eq!(dripping.unwrap_err(), "there was no whole answer within 300ms");
        let silent = answered(Duration::from_millis(300), |_| ());
        assert_eq!(silent.unwrap_err(), "there was no whole answer within 300ms");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let chunked =
            says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
                .unwrap_err();
        assert!(chunked.starts_with("the answer has a `Transfer-Encoding`, "), "{chunked}");
        assert!(chunked.contains("curl -s http://127.0.0.1:"), "{chunked}");
        for (answer, message) in [
            ("HTTP/1.1 503 \u{1b}[31mGone\r\n\r\n", "the answer has status 503"),
            ("HTTP/1.1 \u{1b}[31m503 Gone\r\n\r\n", "the answer is not HTTP"),
            ("HTTP/1.1 +20 OK\r\n\r\n", "the answer is not HTTP"),
            ("SSH-2.0-OpenSSH\r\n\r\n", "the answer is not HTTP"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "the answer has a `Content-Length` that is no number",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
                "the answer has two values of `Content-Length`",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n",
                "the answer has more than 268435456 bytes",
            ),
        ] {
            assert_eq!(says(answer).unwrap_err(), message, "{answer}");
        }
        let spaced = get_within("127.0.0.1/a HTTP/1.1\r\nEvil: x", TIMEOUT).unwrap_err();
        assert_eq!(spaced, "an address has no spaces and no control characters");
    }
}

//! `--from http://…`: one GET request to a service.

use crate::output::Result;
use std::{ffi::OsStr, time::Duration};
use ureq::{
    Agent, Error,
    http::{HeaderMap, Uri},
};

/// For the whole exchange, so that a service that keeps sending single bytes cannot block the tool.
const TIMEOUT: Duration = Duration::from_secs(30);
/// A catalog of 10,000 codes has about 10 MiB.
const MAX_BYTES: u64 = 256 << 20;

const MAX_REDIRECTS: u32 = 10;

/// Returns the argument if it is the address of a service, and not a file's.
pub(crate) fn address(argument: &OsStr) -> Option<&str> {
    let text = argument.to_str()?;
    (text.starts_with("http://") || text.starts_with("https://")).then_some(text)
}

/// Returns the body of the response, in the language if one is given. A URL without a path means `/errors`, where
/// services list their codes.
pub(crate) fn get(url: &str, language: Option<&str>) -> Result<String> {
    get_within(url, language, TIMEOUT).map_err(|error| format!("{url}: {error}").into())
}

fn get_within(
    url: &str,
    language: Option<&str>,
    timeout: Duration,
) -> std::result::Result<String, String> {
    let uri: Uri = url.parse().map_err(|_| "invalid address".to_owned())?;
    let is_bare = uri.path_and_query().is_none_or(|path| path.as_str() == "/");
    let url =
        if is_bare { format!("{}/errors", url.trim_end_matches('/')) } else { url.to_owned() };
    let by_curl = |option: &str| {
        format!("TLS is not supported; use `curl {option} {url} | cargo errcode … --from -`")
    };
    if uri.scheme_str() != Some("http") {
        return Err(by_curl("-sS"));
    }
    let get = |redirects: u32| {
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .proxy(None)
            .max_redirects(redirects)
            .max_redirects_will_error(redirects > 0)
            .build();
        let mut request =
            Agent::new_with_config(config).get(&url).header("Accept", "application/json");
        if let Some(language) = language {
            request = request.header("Accept-Language", language);
        }
        request.call()
    };
    let read = || {
        let mut response = get(0)?;
        if response.status().is_redirection() {
            // Where another crate of the build turns on TLS, ureq would follow.
            if redirects_to_tls(response.headers()) {
                return Err(Error::TlsRequired);
            }
            response = get(MAX_REDIRECTS)?;
        }
        response.body_mut().with_config().limit(MAX_BYTES).read_to_string()
    };
    read().map_err(|error| match error {
        Error::TlsRequired => format!("it redirects to https, and {}", by_curl("-sSL")),
        error => text(&error, timeout),
    })
}

fn redirects_to_tls(headers: &HeaderMap) -> bool {
    let location = headers.get("location").and_then(|location| location.to_str().ok());
    let scheme = location.and_then(|location| location.split_once(':')).map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
}

fn text(error: &Error, timeout: Duration) -> String {
    match error {
        Error::Timeout(_) => format!("no complete response within {timeout:?}"),
        Error::StatusCode(status) => format!("the response has status {status}"),
        Error::BodyExceedsLimit(limit) => format!("the response is larger than {limit} bytes"),
        Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
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

    /// Gets from a service that responds like this and then keeps the connection open.
    fn answered(
        timeout: Duration,
        answer: impl FnOnce(&mut TcpStream) + Send + 'static,
    ) -> Result<String, String> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (done, wait) = mpsc::channel::<()>();
        let service = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut buffer = [0; 1024];
                let count = stream.read(&mut buffer).unwrap();
                request.extend_from_slice(&buffer[..count]);
            }
            assert!(request.starts_with(b"GET /errors HTTP/1.1\r\n"));
            answer(&mut stream);
            let _ = wait.recv();
        });
        let result = get_within(&address, None, timeout);
        drop(done);
        service.join().unwrap();
        result
    }

    fn says(text: &'static str) -> Result<String, String> {
        answered(TIMEOUT, move |stream| stream.write_all(text.as_bytes()).unwrap())
    }

    fn ends(text: &'static str) -> Result<String, String> {
        answered(TIMEOUT, move |stream| {
            stream.write_all(text.as_bytes()).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
        })
    }

    #[test]
    fn a_response_ends_where_it_says() {
        let kept =
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nConnection: keep-alive\r\n\r\n{}and more";
        assert_eq!(says(kept).as_deref(), Ok("{}"));
        assert_eq!(says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").as_deref(), Ok(""));
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        assert_eq!(says(chunked).as_deref(), Ok("{}"));
        let pieces = answered(TIMEOUT, |stream| {
            for piece in "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n项".as_bytes().chunks(1) {
                stream.write_all(piece).unwrap();
            }
        });
        assert_eq!(pieces.as_deref(), Ok("项"));
        assert_eq!(ends("HTTP/1.1 200 OK\r\n\r\n{}").as_deref(), Ok("{}"));
    }

    #[test]
    fn a_response_that_is_cut_short_is_not_taken_for_a_whole_one() {
        for cut in [
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
            "HTTP/1.1 200 OK\r\n",
        ] {
            let error = ends(cut).unwrap_err();
            assert!(!error.is_empty() && !error.contains(char::is_control), "{error}");
        }
    }

    #[test]
    fn a_redirect_to_tls_is_told() {
        let redirect = answered(TIMEOUT, |stream| {
            let port = stream.local_addr().unwrap().port();
            let head =
                format!("HTTP/1.1 301 Moved\r\nLocation: https://127.0.0.1:{port}/errors\r\n");
            stream
                .write_all((head + "Connection: close\r\nContent-Length: 0\r\n\r\n").as_bytes())
                .unwrap();
        });
        let error = redirect.unwrap_err();
        let start =
            "it redirects to https, and TLS is not supported; use `curl -sSL http://127.0.0.1:";
        assert!(error.starts_with(start), "{error}");
    }

    #[test]
    fn a_service_that_never_ends_is_left() {
        let dripping = answered(Duration::from_millis(300), |stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
            // Until the client closes the connection; it sends nothing more.
            while stream.write_all(b" ").is_ok() && stream.read(&mut [0]).is_err() {}
        });
        assert_eq!(dripping.unwrap_err(), "no complete response within 300ms");
        let silent = answered(Duration::from_millis(300), |_| ());
        assert_eq!(silent.unwrap_err(), "no complete response within 300ms");
    }

    #[test]
    fn what_cannot_be_read_is_reported() {
        assert_eq!(
            says("HTTP/1.1 503 Gone\r\nContent-Length: 0\r\n\r\n").unwrap_err(),
            "the response has status 503"
        );
        for answer in [
            "HTTP/1.1 \u{1b}[31m503 Gone\r\n\r\n",
            "SSH-2.0-OpenSSH\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\u{ff}\u{80}",
        ] {
            let error = says(answer).unwrap_err();
            assert!(!error.is_empty() && !error.contains(char::is_control), "{error}");
        }
        let spaced =
            get_within("http://127.0.0.1/a HTTP/1.1\r\nEvil: x", None, TIMEOUT).unwrap_err();
        assert_eq!(spaced, "invalid address");
        assert_eq!(
            get_within("https://errors.example", None, TIMEOUT).unwrap_err(),
            "TLS is not supported; use `curl -sS https://errors.example/errors | cargo errcode … --from -`"
        );
    }
}

//! The program as a newcomer runs it, on a real port.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Output, Stdio},
};

/// A running service, which ends with the test.
struct Service {
    child: Child,
    address: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn quickstart(port: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quickstart"));
    command.env("PORT", port).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

impl Service {
    fn start() -> Self {
        let mut child = quickstart("0").spawn().expect("the binary");
        let mut line = String::new();
        let mut stderr = BufReader::new(child.stderr.take().expect("stderr"));
        stderr.read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on http://");
        Self { address: address.unwrap_or_else(|| panic!("{line:?}")).to_owned(), child }
    }

    /// Returns the head and the body of the response.
    fn get(&self, path: &str, accept: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: {accept}\r\nConnection: close\r\n\r\n",
            self.address
        )
        .expect("a request");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("a response");
        let (head, body) = response.split_once("\r\n\r\n").expect("a head");
        (head.to_owned(), body.to_owned())
    }
}

/// What the program says when it does not start.
fn refusal(port: &str) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = quickstart(port).output().expect("the binary");
    (status.code(), String::from_utf8(stderr).expect("UTF-8"))
}

#[test]
fn it_serves_errors_and_their_pages() {
    let service = Service::start();
    let (head, body) = service.get("/projects/17", "*/*");
    assert!(head.starts_with("HTTP/1.1 404 Not Found\r\n"), "{head}");
    assert!(head.contains("\r\nx-error-code: E2001"), "{head}");
    assert!(body.contains(r#""message":"there is no project 17""#), "{body}");

    let (head, catalog) = service.get("/errors", "application/json");
    assert!(head.contains("\r\ncontent-type: application/json"), "{head}");
    assert!(catalog.contains("E2301"), "{catalog}");
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let (head, page) = service.get("/errors", browser);
    assert!(head.contains("\r\ncontent-type: text/html"), "{head}");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("E2301"), "{page}");
}

#[test]
fn a_port_that_is_in_use_is_reported_in_one_line() {
    let service = Service::start();
    let (_, port) = service.address.rsplit_once(':').expect("a port");
    let expected =
        format!("error: port {port} is in use; set `PORT` to another one, as in `PORT=3001`\n");
    assert_eq!(refusal(port), (Some(1), expected));
}

#[test]
fn a_port_that_is_not_a_number_is_reported_in_one_line() {
    let expected = "error: invalid `PORT` `many`; write a number from 0 to 65535\n";
    assert_eq!(refusal("many"), (Some(1), expected.to_owned()));
}

//! Serves the bid evaluation system on `PORT`, and its upstream in a child process.

#![forbid(unsafe_code)]

use errcode_runtime::shutdown_signal;
use evaluation_service::{Config, Service, app, upstream};
use std::env::{self, VarError};
use std::error::Error;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{ExitCode, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::time::sleep;

const HELP: &str = "\
A bid evaluation system whose every failure is a catalogued error code

Usage: evaluation-service            Serve it, with its upstream in a child process
       evaluation-service upstream   Serve the upstream alone: a vector store and language models that fail as told

Variables:
  PORT          The port, 3000 by default, or 3001 for the upstream; 0 picks a free one
  DATABASE_URL  `sqlite::memory:` by default, `sqlite:PATH` or `postgres://…`
  STORAGE_DIR   The folder of uploaded files
  UPSTREAM_URL  The address of another upstream, so that there is no child process
  OPEN_SECONDS  How long a circuit breaker stays open, 30 by default
  FEATURE_RAG_ENHANCED, FEATURE_DEGRADED_ANSWERS
                `false` switches the feature off
  FEATURES_FILE  A file such as {\"rag-enhanced\": false}, which is read again while the service runs
";

/// An argument for the child process only: it ends when its standard input does, however its parent ends.
const CHILD: &str = "--child";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> =
        env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] => {
            errcode_runtime::init();
            serve().await
        }
        ["upstream"] => serve_upstream(false).await,
        ["upstream", CHILD] => serve_upstream(true).await,
        ["--help" | "-h"] => {
            let _ = io::stdout().write_all(HELP.as_bytes());
            Ok(())
        }
        [one, ..] => {
            let message = "see `evaluation-service --help`";
            Err(format!("unexpected argument `{one}`; {message}").into())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let port = port(3000)?;
    let (upstream_url, _child) = match env::var("UPSTREAM_URL") {
        Ok(url) => (url, None),
        Err(_) => {
            let (url, child) = start_upstream().await?;
            (url, Some(child))
        }
    };
    let service = Service::open(Config::from_env(upstream_url)?).await?;
    let listener = listen(port).await?;
    greet(listener.local_addr()?);
    let serving = axum::serve(listener, app(service)).with_graceful_shutdown(shutdown_signal());
    tokio::select! {
        served = serving => served?,
        () = late() => {}
    }
    Ok(())
}

/// Waits until the requests that ran at the signal to stop had their time.
async fn late() {
    shutdown_signal().await;
    sleep(Duration::from_secs(10)).await;
}

/// Starts the upstream as a child process, on a free port. Returns its address.
async fn start_upstream() -> Result<(String, Child), Box<dyn Error>> {
    let mut child = Command::new(env::current_exe()?)
        .args(["upstream", CHILD])
        .env("PORT", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stdout = child.stdout.take().ok_or("the upstream has no output")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).await?;
    let url = line.trim().strip_prefix("listening on ").ok_or("the upstream did not start")?;
    Ok((url.to_owned(), child))
}

/// Serves the upstream until it is told to stop, or as a child until its standard input ends.
async fn serve_upstream(is_child: bool) -> Result<(), Box<dyn Error>> {
    let (url, server) = upstream(port(3001)?).await?;
    let _ = writeln!(io::stdout(), "listening on {url}");
    let ended = async {
        if is_child {
            drop(tokio::io::stdin().read_to_end(&mut Vec::new()).await);
        } else {
            shutdown_signal().await;
        }
    };
    tokio::select! {
        result = server => Ok(result?),
        () = ended => Ok(()),
    }
}

/// `PORT`; 0 picks a free one.
fn port(default: u16) -> Result<u16, Box<dyn Error>> {
    match env::var("PORT") {
        Ok(port) => port
            .parse()
            .map_err(|_| format!("invalid `PORT` `{port}`; write a number from 0 to 65535").into()),
        Err(VarError::NotPresent) => Ok(default),
        Err(VarError::NotUnicode(_)) => Err("`PORT` is not a number".into()),
    }
}

async fn listen(port: u16) -> Result<TcpListener, String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    listener.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("port {port} is in use; set `PORT` to another one, as in `PORT=3001`")
        }
        _ => format!("cannot listen on port {port}: {error}"),
    })
}

/// Writes the address and what to try to stderr, since stdout is the log's. A closed stderr is not an error.
fn greet(address: SocketAddr) {
    let greeting = format!(
        "listening on http://{address}
try:
  curl -i http://{address}/projects/17
  curl -s http://{address}/errors
  curl -s http://{address}/accounts --json '{{\"name\": \"ada\", \"role\": \"manager\"}}'
  curl -s http://{address}/projects/17 -H 'Authorization: Bearer TOKEN'
in a browser, every code as a page: http://{address}/errors\n"
    );
    let _ = io::stderr().write_all(greeting.as_bytes());
}

//! Serves the bid evaluation system on `PORT`.

#![forbid(unsafe_code)]

use errcode_runtime::shutdown_signal;
use evaluation_service::{Config, Service, app};
use std::env::{self, VarError};
use std::error::Error;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::sleep;

#[tokio::main]
async fn main() -> ExitCode {
    errcode_runtime::init();
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let service = Service::open(Config::from_env()).await?;
    let listener = listen(port()?).await?;
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

/// `PORT`, 3000 by default; 0 picks a free one.
fn port() -> Result<u16, Box<dyn Error>> {
    match env::var("PORT") {
        Ok(port) => port
            .parse()
            .map_err(|_| format!("invalid `PORT` `{port}`; write a number from 0 to 65535").into()),
        Err(VarError::NotPresent) => Ok(3000),
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

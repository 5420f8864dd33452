//! Serves the bid evaluation system on `PORT`.

#![forbid(unsafe_code)]

use evaluation_service::{Config, Service, app};
use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    errcode_runtime::init();
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("evaluation-service: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let service = Service::open(Config::from_env()).await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port()?)).await?;
    greet(listener.local_addr()?);
    axum::serve(listener, app(service)).with_graceful_shutdown(interrupt()).await?;
    Ok(())
}

/// `PORT`, 3000 by default; 0 picks a free one.
fn port() -> Result<u16, Box<dyn Error>> {
    match env::var("PORT") {
        Ok(port) => port.parse().map_err(|error| format!("PORT is {port:?}: {error}").into()),
        Err(_) => Ok(3000),
    }
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

/// Waits for Ctrl-C. If the handler cannot be installed, the service runs until it is killed.
async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

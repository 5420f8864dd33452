//! Serves the example on `PORT`, 3000 by default; 0 picks a free port.

use axum::Router;
use std::{
    env,
    io::{self, ErrorKind, Write as _},
    net::Ipv4Addr,
    process::ExitCode,
};
use tokio::net::TcpListener;

/// Serves until the process ends, and writes the address to stderr, since stdout is the log's.
pub async fn on_port(app: Router) -> ExitCode {
    let served = match listen().await {
        Ok(listener) => axum::serve(listener, app).await.map_err(|error| error.to_string()),
        Err(message) => Err(message),
    };
    if let Err(message) = served {
        let _ = writeln!(io::stderr(), "error: {message}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

async fn listen() -> Result<TcpListener, String> {
    let port = port()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            format!("port {port} is in use; set `PORT` to another one, as in `PORT=3001`")
        }
        _ => format!("cannot listen on port {port}: {error}"),
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    // Not `eprintln!`, which panics on a closed stderr.
    let _ = writeln!(
        io::stderr(),
        "listening on http://{address}\ntry http://{address}/projects/17 and, in a browser, http://{address}/errors"
    );
    Ok(listener)
}

fn port() -> Result<u16, String> {
    let Some(port) = env::var_os("PORT") else { return Ok(3000) };
    let number = port.to_str().and_then(|port| port.parse().ok());
    number.ok_or_else(|| {
        format!("invalid `PORT` `{}`; write a number from 0 to 65535", port.to_string_lossy())
    })
}

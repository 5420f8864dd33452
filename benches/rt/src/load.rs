//! Real servers, for the CPU time of a request: `rt serve NAME` prints its address and answers `GET /fail` until it is
//! killed. The log goes to standard output.

use crate::service;
use axum::{Router, routing::get};
use std::io;
use tracing_subscriber::{
    filter::LevelFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// The names of the servers. Each but the first logs a line for each request that fails.
pub const SERVERS: [&str; 3] = ["by-hand", "errcode", "tower-http"];

fn app(name: &str) -> Router {
    match name {
        "errcode" => {
            errcode_runtime::init();
            service::with_layer()
        }
        "tower-http" => {
            let lines = tracing_subscriber::fmt::layer().json();
            tracing_subscriber::registry().with(LevelFilter::INFO).with(lines).init();
            service::with_tower_http()
        }
        _ => Router::new().route("/fail", get(service::failing_without_log)),
    }
}

/// Serves until the process is killed.
pub fn serve(name: &str) -> io::Result<()> {
    assert!(SERVERS.contains(&name), "no server `{name}`");
    let app = app(name);
    tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        eprintln!("{}", listener.local_addr()?);
        axum::serve(listener, app).await
    })
}

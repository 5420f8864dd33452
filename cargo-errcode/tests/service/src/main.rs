//! A lending library.

mod api;
mod auth;
mod error;
mod store;

use anyhow::Context as _;
use store::Store;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let store = Store::open("sqlite::memory:").await.context("opening the database")?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("binding")?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, api::router(store)).await?;
    Ok(())
}

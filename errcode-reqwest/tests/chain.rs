//! Services that call each other by HTTP: attempts do not multiply, and each service answers with its own code.

mod support;

use axum::{Router, extract::State, routing::get};
use errcode_axum::ErrorLayer;
use errcode_core::AppError;
use errcode_reqwest::{HttpError, Peer};
use support::{Server, answer, client, dependency, policy};
use tokio::net::TcpListener;

#[derive(Debug, AppError)]
enum HopError {
    #[error("the next service failed", code = "E5001", status = 503, category = external)]
    Next(#[source] HttpError),
}

errcode_core::catalog! {
    static CATALOG = [HopError];
}

/// Starts a service whose answer is that of the next one, with three attempts. Returns its address.
async fn service(next: String) -> String {
    async fn handle(State(next): State<String>) -> errcode_axum::Result<String> {
        let peer = Peer::new(policy(dependency("next")));
        let answer = peer.call(client().get(next)).text().await;
        Ok(answer.map_err(|error| error.map(HopError::Next))?)
    }
    let app = Router::new().route("/", get(handle)).with_state(next);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let app = app.layer(ErrorLayer::new(&CATALOG));
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

#[tokio::test]
async fn three_services_of_three_attempts_call_the_last_one_three_times() {
    let leaf = Server::start([answer(503, "", "")]).await;
    let third = service(leaf.url.clone()).await;
    let first = service(service(third).await).await;
    let response = client().get(first).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 503);
    assert_eq!(response.headers()["x-error-code"], "E5001");
    assert_eq!(response.headers()["x-retries-exhausted"], "true");
    assert_eq!(leaf.requests().len(), 3);
}

#[tokio::test]
async fn an_error_without_retries_says_nothing_about_them() {
    let leaf = Server::start([answer(404, "", "")]).await;
    let response = client().get(service(leaf.url.clone()).await).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 503);
    assert!(!response.headers().contains_key("x-retries-exhausted"));
    assert_eq!(leaf.requests().len(), 1);
}

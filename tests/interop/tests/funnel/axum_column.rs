//! axum.

use crate::{
    Answer,
    faults::{self, CATALOG, InOtherWork, Lower},
    hyper_column::exchange,
    support::{Listener, Log},
};
use axum::{
    Json, Router,
    body::Body,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use errcode_axum::{
    ErrorLayer,
    extract::{Bytes, Text},
};
use tower::ServiceBuilder;

async fn handle(Path(path): Path<String>) -> errcode_axum::Result<Response> {
    let case = faults::case_of(&path);
    faults::work(&case).await?;
    Ok(match &*case {
        "empty 404" => StatusCode::NOT_FOUND.into_response(),
        "plain text" => (StatusCode::CONFLICT, "a secret is taken").into_response(),
        "untyped 4xx" => (StatusCode::CONFLICT, Json("a secret")).into_response(),
        "untyped 5xx" => (StatusCode::INTERNAL_SERVER_ERROR, Json("a secret")).into_response(),
        "body" | "body panic" => Response::new(Body::new(crate::hyper_column::Parts::new(case))),
        _ => "fine".into_response(),
    })
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/{case}", get(handle))
        .route("/large-bytes", post(async |_: Bytes| {}))
        .route("/large-text", post(async |_: Text| {}))
        .route("/bad-text", post(async |_: Text| {}))
}

fn app(case: &str) -> Router {
    let layers = ServiceBuilder::new().layer(ErrorLayer::new(&CATALOG)).layer(Lower);
    let app = routes().layer(layers);
    match case {
        "in a context" => app.layer(InOtherWork),
        "in a layer" => app.layer(ErrorLayer::new(&CATALOG)),
        _ => app,
    }
}

pub(crate) async fn send(case: &'static str) -> (Answer, Log) {
    let server = Listener::start(move |connections, stopped| async move {
        let stopped = async { drop(stopped.await) };
        let serving = axum::serve(connections.into_inner(), app(case));
        serving.with_graceful_shutdown(stopped).await.expect("the service runs");
    });
    exchange(server, case).await
}

//! tonic.

use crate::{
    Answer,
    faults::{self, CATALOG, InOtherWork, Lower},
    support::{Items, Listener, Log, Method, Shop},
};
use errcode_tonic::{ErrorLayer, IntoStatus as _, OrStatus as _};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};
use tonic_types::StatusExt as _;
use tower::layer::util::Identity;

async fn unary(case: String) -> Result<Response<String>, Status> {
    faults::work(&case).await.or_status()?;
    match &*case {
        "empty 404" => Err(Status::not_found("")),
        "untyped 4xx" => Err(Status::aborted("a secret is taken")),
        "untyped 5xx" => Err(Status::internal("a secret")),
        _ => Ok(Response::new("fine".to_owned())),
    }
}

fn listing(case: String) -> Items {
    let mut at = 0;
    Box::pin(tokio_stream::iter(std::iter::from_fn(move || {
        let part = faults::next_part(&case, at)?;
        at += 1;
        Some(part.map(str::to_owned).map_err(|failure| failure.into_status()))
    })))
}

/// Each case has a method.
pub(crate) const SHOP: Shop = Shop(|path| match &*faults::case_of(path) {
    "unknown" => None,
    "body" | "body panic" => Some(Method::Listing(listing)),
    _ => Some(Method::Unary(|case| Box::pin(unary(case)))),
});

async fn serve(case: &str, connections: TcpListenerStream, stopped: impl Future<Output = ()>) {
    let layer = || ErrorLayer::new(&CATALOG);
    let server = Server::builder();
    let served = match case {
        "in a context" => {
            let server = server.layer(InOtherWork).layer(layer()).layer(Lower).add_service(SHOP);
            server.serve_with_incoming_shutdown(connections, stopped).await
        }
        "in a layer" => {
            let server = server.layer(layer()).layer(layer()).layer(Lower).add_service(SHOP);
            server.serve_with_incoming_shutdown(connections, stopped).await
        }
        _ => {
            let server =
                server.layer(Identity::new()).layer(layer()).layer(Lower).add_service(SHOP);
            server.serve_with_incoming_shutdown(connections, stopped).await
        }
    };
    served.expect("the server runs");
}

pub(crate) async fn send(case: &'static str) -> (Answer, Log) {
    let server = Listener::start(move |connections, stopped| async move {
        serve(case, connections, async { drop(stopped.await) }).await;
    });
    let answer = call(&server, case).await;
    (answer, server.stop().await)
}

/// Calls the case's method.
pub(crate) async fn call(server: &Listener, case: &'static str) -> Answer {
    let client = server.client().await;
    let path = format!("/shop.Shop/{}", faults::path_of(case));
    if case == "client gone" {
        let calling =
            tokio::spawn(async move { client.call(&path, Request::new(case.into())).await });
        server.log.has("began").await;
        calling.abort();
        server.log.has("client_gone").await;
        return Answer { text: "gone".to_owned(), request_id: None };
    }
    let status = client.call(&path, Request::new(case.to_owned())).await.expect_err(case);
    let text = |name: &str| {
        status.metadata().get(name).map(|value| value.to_str().expect("a text").to_owned())
    };
    let code = text("x-error-code");
    if let Some(code) = &code {
        let info = status.get_details_error_info().expect("an ErrorInfo");
        assert_eq!((&info.reason, &*info.domain), (code, "shop"), "{case}");
        assert!(!format!("{status:?}").contains("secret"), "{case}: {status:?}");
    }
    // Trailers have the id in the details only: it is in the head.
    let detail = status.get_details_request_info().map(|info| info.request_id);
    let request_id = text("x-request-id").or(detail);
    let text = format!("{:?} {}", status.code(), code.as_deref().unwrap_or("-"));
    Answer { text, request_id }
}

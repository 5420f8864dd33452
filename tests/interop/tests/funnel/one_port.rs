//! axum and tonic on one port: the layer for gRPC inside the one for HTTP.

use crate::{
    axum_column::routes,
    faults::{CATALOG, Lower},
    grpc_column::SHOP,
    support::Listener,
};
use tonic::service::Routes;
use tower::ServiceBuilder;

pub(crate) fn start() -> Listener {
    Listener::start(move |connections, stopped| async move {
        let layers = ServiceBuilder::new().layer(errcode_tonic::ErrorLayer::new(&CATALOG));
        let calls = layers.layer(Lower).service(Routes::new(SHOP));
        let app = routes()
            .layer(
                ServiceBuilder::new().layer(errcode_axum::ErrorLayer::new(&CATALOG)).layer(Lower),
            )
            .route_service("/shop.Shop/{method}", calls)
            .layer(errcode_axum::ErrorLayer::new(&CATALOG));
        let stopped = async { drop(stopped.await) };
        let serving = axum::serve(connections.into_inner(), app);
        serving.with_graceful_shutdown(stopped).await.expect("the service runs");
    })
}

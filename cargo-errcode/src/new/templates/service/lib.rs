//! A service that keeps notes. Each of its failures has a code of [`CATALOG`].

mod errors;
mod metrics;
mod notes;
mod store;

pub use errors::{CATALOG, NoteError};
pub use store::Store;

use axum::Router;
use errcode_axum::{ErrorLayer, catalog_routes};

/// Returns the whole service.
pub fn app(store: Store) -> Router {
    Router::new()
        .merge(notes::routes(store))
        .merge(metrics::routes())
        .merge(catalog_routes(&CATALOG))
        .layer(ErrorLayer::new(&CATALOG))
}

//! A bid evaluation system: projects, their suppliers and documents, and evaluation sessions in which people
//! score and review. Each of its failures is one of the 29 codes in [`CATALOG`].

#![forbid(unsafe_code)]

mod accounts;
mod api;
mod config;
mod database;
mod digest;
mod documents;
mod errors;
mod evaluation_items;
mod evaluations;
mod features;
mod formats;
mod metrics;
mod project_status;
mod projects;
mod rag;
mod rag_routes;
mod rate_limit;
mod relay;
mod session;
mod storage;
mod stored;
mod suppliers;
mod upstream;
mod validation;

pub use api::Api;
pub use config::Config;
pub use errors::{
    CATALOG, CommonError, DocumentError, EvaluationError, Faults, ProjectError, RagError,
};
pub use features::Feature;
pub use project_status::ProjectStatus;
pub use upstream::{Mode, Modes, upstream};

use axum::Router;
use errcode_axum::ErrorLayer;
use errcode_resilience::Flags;
use rag::Rag;
use rate_limit::RateLimiter;
use relay::Relay;
use sqlx::AnyPool;
use std::error::Error;
use std::sync::Arc;
use storage::Storage;
use utoipa::OpenApi as _;

/// The state of every handler.
#[derive(Clone)]
pub struct Service {
    database: AnyPool,
    storage: Storage,
    rate_limiter: Arc<RateLimiter>,
    relay: Relay,
    rag: Arc<Rag>,
    features: Arc<Flags<Feature>>,
}

impl Service {
    /// Opens the storage, connects to the database and migrates it.
    ///
    /// # Errors
    ///
    /// Fails if the folder cannot be created, if the database cannot be reached or migrated, or if a variable of a
    /// feature is neither on nor off.
    ///
    /// # Panics
    ///
    /// Panics if called outside a tokio runtime.
    pub async fn open(config: Config) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            storage: Storage::open(config.storage).await?,
            database: database::connect(&config.database_url).await?,
            rate_limiter: Arc::default(),
            relay: Relay::new()?,
            rag: Arc::new(Rag::new(config.upstream_url, config.open_time)?),
            features: features::open(config.features_file)?,
        })
    }

    /// Returns the features, which can be switched while the service runs.
    #[must_use]
    pub fn features(&self) -> &Flags<Feature> {
        &self.features
    }
}

/// Returns the whole service as a router.
pub fn app(service: Service) -> Router {
    let openapi = Api::openapi();
    Router::new()
        .merge(accounts::routes())
        .merge(projects::routes())
        .merge(suppliers::routes())
        .merge(documents::routes())
        .merge(evaluations::routes())
        .merge(evaluation_items::routes())
        .merge(rag_routes::routes())
        .merge(relay::routes())
        .merge(metrics::routes())
        .merge(errcode_axum::catalog_routes(&CATALOG).with_openapi(&openapi))
        .merge(errcode_axum::openapi::openapi_routes(&openapi))
        .layer(layer())
        .with_state(service)
}

fn layer() -> ErrorLayer {
    let layer = ErrorLayer::new(&CATALOG);
    #[cfg(feature = "inject")]
    if let Ok(secret) = std::env::var("ERRCODE_INJECT_KEY")
        && let Ok(key) = errcode_core::drill::DrillKey::new(secret)
    {
        return layer.fault_drill(key);
    }
    layer
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}

use axum::{Json, Router, extract::Path, routing::get};
use errcode_core::AppError;

#[derive(Debug, AppError)]
pub enum ProjectError {
    /// No project has this id.
    #[error(
        "project {id} not found",
        code = "E2001",
        status = 404,
        user_msg = "there is no project {id}"
    )]
    NotFound { id: u64 },

    /// The tracker did not answer.
    #[error("tracker answered {upstream}", code = "E2301", category = external, retryable(after = "2s"))]
    Tracker { upstream: u16 },
}

errcode_core::catalog! { pub static CATALOG = [ProjectError]; service = "quickstart"; }

async fn show(Path(id): Path<u64>) -> errcode_axum::Result<Json<u64>> {
    match id {
        1 => Ok(Json(id)),
        2 => Err(ProjectError::Tracker { upstream: 503 })?,
        _ => Err(ProjectError::NotFound { id })?,
    }
}

pub fn app() -> Router {
    Router::new()
        .route("/projects/{id}", get(show))
        .merge(errcode_axum::catalog_routes(&CATALOG))
        .layer(errcode_axum::ErrorLayer::new(&CATALOG))
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    errcode_runtime::init();
    serve::on_port(app()).await
}

mod serve;
#[cfg(test)]
mod tests;

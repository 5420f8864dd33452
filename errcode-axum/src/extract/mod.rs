//! axum's extractors, whose rejections are answered in the service's format and name the field that does not fit.
//!
//! | extractor | feature | rejects with |
//! | --- | --- | --- |
//! | [`Path`] | – | 400 |
//! | [`Bytes`], [`Text`] | – | 400 if it breaks off or is not UTF-8, 413 |
//! | `Json` | `json` | 400 if it is malformed, 413, 415, 422 if it does not fit the type |
//! | `Query` | `query` | 400 |
//! | `Form` | `form` | 400 (in the query), 413, 415, 422 |
//! | `Multipart` | `multipart` | 400, 413, 415 |
//! | `Valid` | `validator`, `garde` | what its extractor rejects with, and 422 with every broken rule |
//!
//! Each status is that of a [`FrameworkFault`](errcode_core::FrameworkFault), which the catalog's
//! [`FaultCodes`](errcode_core::FaultCodes) turn into one of the service's codes. Whatever code that is, clients get
//! the violations with it: the field, the rule that was broken and what was expected. Neither the body nor the log
//! contains the value that was sent.
//!
//! ```
//! use axum::{Router, routing::post};
//! use errcode_axum::extract::{Json, Path};
//!
//! #[derive(serde::Deserialize)]
//! struct Rename { project_name: String }
//!
//! async fn rename(Path(id): Path<u64>, Json(body): Json<Rename>) -> String {
//!     format!("{id} is now {}", body.project_name)
//! }
//!
//! let app: Router = Router::new().route("/projects/{id}", post(rename));
//! ```

/// Dereferences an extractor to its value.
macro_rules! transparent {
    ($extractor:ident) => {
        impl<T> std::ops::Deref for $extractor<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> std::ops::DerefMut for $extractor<T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.0
            }
        }
    };
}
use transparent;

#[cfg(feature = "form")]
mod form;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "multipart")]
mod multipart;
mod path;
#[cfg(feature = "query")]
mod query;
mod raw;
#[cfg(any(feature = "validator", feature = "garde"))]
mod valid;

pub use errcode_http::Rename;
#[cfg(any(feature = "validator", feature = "garde"))]
pub use errcode_http::request::{
    Garde, Library, Origin, RequestPart, Rules, Step, Validator, Violations,
};
#[cfg(feature = "form")]
pub use form::Form;
#[cfg(feature = "json")]
pub use json::Json;
#[cfg(feature = "multipart")]
pub use multipart::{Field, Multipart};
pub use path::Path;
#[cfg(feature = "query")]
pub use query::Query;
pub use raw::{Bytes, Text};
#[cfg(any(feature = "validator", feature = "garde"))]
pub use valid::{Extracted, Valid};

/// Returns the request with its body up to the limit that [`DefaultBodyLimit`](axum::extract::DefaultBodyLimit) or a
/// layer sets. A body that is declared longer is refused before it is read, and before `Expect: 100-continue` is
/// answered; one without a declared length counts as it arrives.
fn limited(request: axum::extract::Request) -> Result<axum::extract::Request, crate::Failure> {
    use axum::RequestExt as _;
    use http_body::Body as _;
    let declared = request.body().size_hint().lower();
    let request = request.with_limited_body();
    if request.body().size_hint().upper().is_some_and(|limit| limit < declared) {
        return Err(errcode_http::request::too_large().into());
    }
    Ok(request)
}

/// Returns the whole body.
async fn body<S: Send + Sync>(
    request: axum::extract::Request,
    state: &S,
) -> Result<bytes::Bytes, crate::Failure> {
    use axum::extract::FromRequest as _;
    use errcode_http::request::{broken_off, too_large};
    bytes::Bytes::from_request(limited(request)?, state).await.map_err(|rejection| {
        let is_over = rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE;
        if is_over { too_large() } else { broken_off() }.into()
    })
}

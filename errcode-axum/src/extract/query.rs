//! Query parameters.

use crate::Failure;
use axum::extract::FromRequestParts;
#[cfg(doc)]
use errcode_core::FrameworkFault;
use errcode_http::request::urlencoded;
use http::{Uri, request::Parts};
use serde_core::de::DeserializeOwned;

/// The parameters of the query. Use it like `axum::extract::Query`; a rejection names the parameter.
///
/// ```
/// use errcode_axum::extract::Query;
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Page { size: u8 }
///
/// let Query(page) = Query::<Page>::from_uri(&"/items?size=20".parse().unwrap()).unwrap();
/// assert_eq!(page.size, 20);
/// assert!(Query::<Page>::from_uri(&"/items?size=many".parse().unwrap()).is_err());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> Query<T> {
    /// Reads the query of a URI.
    ///
    /// # Errors
    ///
    /// Returns [`BadRequest`](FrameworkFault::BadRequest) if a parameter is missing or does not fit its type.
    pub fn from_uri(uri: &Uri) -> Result<Self, Failure> {
        Ok(Self(urlencoded::from_query(uri.query())?))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Self::from_uri(&parts.uri)
    }
}

super::transparent!(Query);

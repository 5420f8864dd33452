//! JSON:API documents as responses.

use axum::response::{IntoResponse, Response};
use serde_core::{Serialize, Serializer};
use std::borrow::Cow;

/// A JSON:API 1.1 document with a primary resource, or a list of them: `{"data": …, "meta": …, "links": …}`.
///
/// It is errcode-http's [`Document`](errcode_http::Document) as a response. A document that cannot be written as JSON
/// is answered as a failure.
///
/// ```
/// use errcode_axum::{Document, Resource};
/// use serde_json::{Value, json};
///
/// async fn users() -> Document<Vec<Resource<Value>>> {
///     let user = Resource::new("users", 1, json!({"username": "alice"}));
///     Document::new(vec![user]).meta("total_count", 1).link("self", "/users")
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Document<T>(errcode_http::Document<T>);

impl<T: Serialize> Document<T> {
    /// Creates a document with a [`Resource`](crate::Resource), a list of them, or `None` for an empty to-one resource.
    pub fn new(data: T) -> Self {
        Self(errcode_http::Document::new(data))
    }

    /// Adds a member of `meta`. A value that cannot be written as JSON is `null`.
    #[must_use]
    pub fn meta(self, name: impl Into<Cow<'static, str>>, value: impl Serialize) -> Self {
        Self(self.0.meta(name, value))
    }

    /// Adds a link, for example `self` or `next`.
    #[must_use]
    pub fn link(self, name: impl Into<Cow<'static, str>>, address: impl Into<String>) -> Self {
        Self(self.0.link(name, address))
    }
}

impl<T: Serialize> Serialize for Document<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: Serialize> IntoResponse for Document<T> {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

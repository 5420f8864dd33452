//! Successful responses by JSON:API 1.1: one resource or a list, with `meta` and `links`.

use crate::respond::json_as;
use bytes::Bytes;
use http::{HeaderValue, Response};
use serde_core::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeStruct},
};
use std::borrow::Cow;

/// A JSON:API 1.1 document with a primary resource, or a list of them: `{"data": …, "meta": …, "links": …}`.
///
/// ```
/// use errcode_http::{Document, Resource};
/// use serde_json::json;
///
/// let user = Resource::new("users", 1, json!({"username": "alice"})).to_one("team", "teams", 7);
/// let document = Document::new([user]).meta("total_count", 1).link("self", "/users");
/// assert_eq!(
///     serde_json::to_value(&document).unwrap(),
///     json!({
///         "data": [{
///             "id": "1", "type": "users", "attributes": {"username": "alice"},
///             "relationships": {"team": {"data": {"type": "teams", "id": "7"}}},
///         }],
///         "meta": {"total_count": 1},
///         "links": {"self": "/users"},
///     })
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Document<T> {
    data: T,
    meta: Members<serde_json::Value>,
    links: Members<String>,
}

impl<T: Serialize> Document<T> {
    /// Creates a document with a [`Resource`], a list of them, or `None` for an empty to-one resource.
    pub fn new(data: T) -> Self {
        Self { data, meta: Members::default(), links: Members::default() }
    }

    /// Adds a member of `meta`. A value that cannot be written as JSON is `null`.
    #[must_use]
    pub fn meta(mut self, name: impl Into<Cow<'static, str>>, value: impl Serialize) -> Self {
        self.meta.0.push((name.into(), serde_json::to_value(value).unwrap_or_default()));
        self
    }

    /// Adds a link, for example `self` or `next`.
    #[must_use]
    pub fn link(mut self, name: impl Into<Cow<'static, str>>, address: impl Into<String>) -> Self {
        self.links.0.push((name.into(), address.into()));
        self
    }
}

impl<T: Serialize> Serialize for Document<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_struct("Document", 3)?;
        document.serialize_field("data", &self.data)?;
        if !self.meta.0.is_empty() {
            document.serialize_field("meta", &self.meta)?;
        }
        if !self.links.0.is_empty() {
            document.serialize_field("links", &self.links)?;
        }
        document.end()
    }
}

impl<T: Serialize> Document<T> {
    /// Returns the document as a response with status 200. A document that cannot be written as JSON is
    /// answered as [`FrameworkFault::Unexpected`](errcode_core::FrameworkFault::Unexpected).
    pub fn into_response<B: From<Bytes>>(self) -> Response<B> {
        json_as(&self, MEDIA_TYPE)
    }
}

const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/vnd.api+json");

/// A resource object: `id`, `type`, `attributes`, `relationships`.
#[derive(Clone, Debug)]
pub struct Resource<A> {
    kind: Cow<'static, str>,
    id: String,
    attributes: A,
    relationships: Members<Relationship>,
}

impl<A: Serialize> Resource<A> {
    /// Creates a resource of a type. Its attributes are an object without the members `id` and `type`.
    pub fn new(kind: impl Into<Cow<'static, str>>, id: impl ToString, attributes: A) -> Self {
        Self {
            kind: kind.into(),
            id: id.to_string(),
            attributes,
            relationships: Members::default(),
        }
    }

    /// Adds a relationship to one other resource.
    #[must_use]
    pub fn to_one(
        self,
        name: impl Into<Cow<'static, str>>,
        kind: impl Into<Cow<'static, str>>,
        id: impl ToString,
    ) -> Self {
        let other = Identifier { kind: kind.into(), id: id.to_string() };
        self.related(name, Relationship::One(other))
    }

    /// Adds a relationship to several other resources of one type.
    #[must_use]
    pub fn to_many<I: ToString>(
        self,
        name: impl Into<Cow<'static, str>>,
        kind: impl Into<Cow<'static, str>>,
        ids: impl IntoIterator<Item = I>,
    ) -> Self {
        let kind = kind.into();
        let others = ids
            .into_iter()
            .map(|id| Identifier { kind: kind.clone(), id: id.to_string() })
            .collect();
        self.related(name, Relationship::Many(others))
    }

    fn related(mut self, name: impl Into<Cow<'static, str>>, relationship: Relationship) -> Self {
        self.relationships.0.push((name.into(), relationship));
        self
    }
}

impl<A: Serialize> Serialize for Resource<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut resource = serializer.serialize_struct("Resource", 4)?;
        resource.serialize_field("id", &self.id)?;
        resource.serialize_field("type", &self.kind)?;
        resource.serialize_field("attributes", &self.attributes)?;
        if !self.relationships.0.is_empty() {
            resource.serialize_field("relationships", &self.relationships)?;
        }
        resource.end()
    }
}

#[derive(Clone, Debug)]
enum Relationship {
    One(Identifier),
    Many(Vec<Identifier>),
}

impl Serialize for Relationship {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut relationship = serializer.serialize_struct("Relationship", 1)?;
        match self {
            Self::One(other) => relationship.serialize_field("data", other)?,
            Self::Many(others) => relationship.serialize_field("data", others)?,
        }
        relationship.end()
    }
}

#[derive(Clone, Debug)]
struct Identifier {
    kind: Cow<'static, str>,
    id: String,
}

impl Serialize for Identifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut identifier = serializer.serialize_struct("Identifier", 2)?;
        identifier.serialize_field("type", &self.kind)?;
        identifier.serialize_field("id", &self.id)?;
        identifier.end()
    }
}

/// Named members in the order they were added.
#[derive(Clone, Debug)]
struct Members<V>(Vec<(Cow<'static, str>, V)>);

impl<V> Default for Members<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V: Serialize> Serialize for Members<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            members.serialize_entry(name, value)?;
        }
        members.end()
    }
}

//! What a value was read from, by which its fields are named.

use super::RequestPart;
#[cfg(any(feature = "json", feature = "urlencoded"))]
use super::sent::{Indexes, Sent};
#[cfg(any(feature = "json", feature = "urlencoded"))]
use bytes::Bytes;
#[cfg(any(feature = "json", feature = "urlencoded"))]
use serde_core::de::DeserializeOwned;
use std::fmt;

/// What a value was read from, by which its fields are named.
///
/// They are named as they are there: `/h/pear/qty` for an item of a map, `/qty` for a field of a struct that is
/// flattened, and the name that the client sent for a field with another one in Rust.
///
/// Validators know only the names of Rust's fields, and not the keys of maps. Where the name cannot be known, the
/// violation is at the value around the field.
///
/// A [`RequestPart`] is an origin of which nothing else is known: then the names are Rust's.
#[cfg_attr(
    all(feature = "json", feature = "validator"),
    doc = "
```
use errcode_http::request::{Origin, Rename, Validator, check};
use validator::Validate;

#[derive(serde::Deserialize, Validate)]
struct Order {
    #[serde(rename = \"amount\")]
    #[validate(range(min = 1))]
    quantity: u32,
}

let body = br#\"{\"amount\": 0}\"#.as_slice();
let order: Order = errcode_http::request::json::from_bytes(body).unwrap();
let origin = Origin::json::<Order>(body);
let failure = check::<Order, Validator>(&order, origin, Rename::Keep).unwrap_err();
let violation = &failure.downcast_ref::<errcode_core::FaultError>().unwrap().violations()[0];
assert_eq!(violation.source.as_ref().unwrap().member(), (\"pointer\", \"/amount\"));
```
"
)]
#[derive(Clone)]
pub struct Origin {
    pub(super) part: RequestPart,
    #[cfg(any(feature = "json", feature = "urlencoded"))]
    read: Option<(Bytes, Read)>,
}

/// How the text is read again, once a rule is broken.
#[cfg(any(feature = "json", feature = "urlencoded"))]
type Read = fn(&[u8], &Indexes) -> Option<Sent>;

impl Origin {
    /// Returns the origin of a value that was read from a JSON text.
    #[cfg(feature = "json")]
    #[must_use]
    pub fn json<T: DeserializeOwned>(text: impl Into<Bytes>) -> Self {
        Self::new(RequestPart::Body, text, Sent::json::<T>)
    }

    /// Returns the origin of a value that was read from a form in a body.
    #[cfg(feature = "urlencoded")]
    #[must_use]
    pub fn form<T: DeserializeOwned>(text: impl Into<Bytes>) -> Self {
        Self::new(RequestPart::Body, text, Sent::pairs::<T>)
    }

    /// Returns the origin of a value that was read from a query.
    #[cfg(feature = "urlencoded")]
    #[must_use]
    pub fn query<T: DeserializeOwned>(query: Option<&str>) -> Self {
        let text = Bytes::copy_from_slice(query.unwrap_or_default().as_bytes());
        Self::new(RequestPart::Parameters, text, Sent::pairs::<T>)
    }

    /// Returns the origin of a value that was read from the parameters of a path.
    #[cfg(feature = "urlencoded")]
    #[must_use]
    pub fn path<'p, T: DeserializeOwned>(
        parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
    ) -> Self {
        let mut text = form_urlencoded::Serializer::new(String::new());
        let text = text.extend_pairs(parameters).finish();
        Self::new(RequestPart::Parameters, text, Sent::pairs::<T>)
    }

    #[cfg(any(feature = "json", feature = "urlencoded"))]
    fn new(part: RequestPart, text: impl Into<Bytes>, read: Read) -> Self {
        Self { part, read: Some((text.into(), read)) }
    }

    /// Returns what was sent. Of long lists, it has the items at these indexes.
    #[cfg(any(feature = "json", feature = "urlencoded"))]
    pub(super) fn sent(&self, indexes: &Indexes) -> Option<Sent> {
        let (text, read) = self.read.as_ref()?;
        read(text, indexes)
    }
}

impl From<RequestPart> for Origin {
    fn from(part: RequestPart) -> Self {
        Self {
            part,
            #[cfg(any(feature = "json", feature = "urlencoded"))]
            read: None,
        }
    }
}

/// Without the text, which may be secret.
impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin").field("part", &self.part).finish_non_exhaustive()
    }
}

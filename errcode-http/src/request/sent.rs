//! The part of a request that a value was read from, read once more as it was sent.

#[cfg(feature = "json")]
use super::kept::Kept;
use super::{shape::Shape, track};
use serde_core::de::DeserializeOwned;
#[cfg(feature = "json")]
use serde_core::de::DeserializeSeed as _;
#[cfg(feature = "urlencoded")]
use serde_json::Map;
use serde_json::Value;
#[cfg(feature = "urlencoded")]
use std::borrow::Cow;
use std::collections::HashSet;

/// The indexes of items that are looked at.
pub(super) type Indexes = HashSet<usize>;

/// What was sent.
pub(super) struct Sent {
    /// The members and items. Of a long list, only the items that are looked at; the others are null.
    pub(super) body: Value,
    /// Some members of long maps are missing.
    pub(super) is_cut: bool,
    /// What the type asks for.
    pub(super) shape: Shape,
    /// Returns the error of the type for a body.
    pub(super) refuse: fn(&Value) -> Option<String>,
}

/// The number of items and members up to which a list or map is kept whole.
pub(super) const SHORT: usize = 1024;

impl Sent {
    #[cfg(feature = "json")]
    pub(super) fn json<T: DeserializeOwned>(text: &[u8], indexes: &Indexes) -> Option<Self> {
        let mut is_cut = false;
        let kept = Kept { short: SHORT, indexes, is_cut: &mut is_cut };
        let body = kept.deserialize(&mut serde_json::Deserializer::from_slice(text)).ok()?;
        let shape = track::shape::<T, _>(&mut serde_json::Deserializer::from_slice(text));
        let refuse = |body: &Value| T::deserialize(body).err().map(|error| error.to_string());
        Some(Self { body, is_cut, shape, refuse })
    }

    #[cfg(feature = "urlencoded")]
    #[allow(clippy::unnecessary_wraps, reason = "a JSON text may be malformed")]
    pub(super) fn pairs<T: DeserializeOwned>(text: &[u8], _: &Indexes) -> Option<Self> {
        let pairs = form_urlencoded::parse(text);
        let member =
            |(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into_owned(), Value::from(value));
        let body: Map<String, Value> = pairs.take(SHORT).map(member).collect();
        let is_cut = form_urlencoded::parse(text).nth(SHORT).is_some();
        let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text));
        let shape = track::shape::<T, _>(reader);
        let refuse = |body: &Value| {
            let pairs =
                body.as_object()?.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
            let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            serde_urlencoded::from_str::<T>(&text).err().map(|error| error.to_string())
        };
        Some(Self { body: body.into(), is_cut, shape, refuse })
    }
}

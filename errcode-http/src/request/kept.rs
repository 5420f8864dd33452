//! Reading of a JSON text without most of its items.

use serde_core::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use std::{collections::HashSet, fmt};

/// Reads a value without most items of long lists and maps: a small request could fill the memory.
pub(super) struct Kept<'k> {
    /// The number of items and members up to which a list or map is kept whole.
    pub(super) short: usize,
    /// The items that are kept in longer lists.
    pub(super) indexes: &'k HashSet<usize>,
    pub(super) is_cut: &'k mut bool,
}

impl<'de> DeserializeSeed<'de> for Kept<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Kept<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            if items.len() >= self.short && !self.indexes.contains(&items.len()) {
                if from.next_element::<IgnoredAny>()?.is_none() {
                    break;
                }
                items.push(Value::Null);
                continue;
            }
            let kept = Kept { is_cut: &mut *self.is_cut, ..self };
            match from.next_element_seed(kept)? {
                Some(item) => items.push(item),
                None => break,
            }
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            if members.len() >= self.short && !members.contains_key(&name) {
                *self.is_cut = true;
                from.next_value::<IgnoredAny>()?;
                continue;
            }
            let kept = Kept { is_cut: &mut *self.is_cut, ..self };
            let value = from.next_value_seed(kept)?;
            members.insert(name, value);
        }
        Ok(members.into())
    }
}

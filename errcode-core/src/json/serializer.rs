//! serde's data model as JSON, as `serde_json` writes it: externally tagged enums, units as `null`, bytes as an
//! array.

use super::{
    escape::{Escaped, LONGEST, push_string},
    number::{push_i64, push_u64},
    unserializable::Unserializable,
};
use serde_core::ser::{self, Error as _, Serialize};
use std::fmt::{Display, Write as _};

type Done = Result<(), Unserializable>;

/// How deep values are within each other, at most. A value that contains itself would otherwise end the process.
/// Clients read little more: `serde_json` refuses 128 levels, of which a body needs up to five.
const DEEPEST: u8 = 120;

/// Appends to the buffer.
pub(super) struct Serializer<'a> {
    out: &'a mut Vec<u8>,
    /// How many values this one is within.
    depth: u8,
    /// The next string is JSON already.
    is_json: bool,
}

/// The names of the structs by which `serde_json` hands over JSON: its `RawValue`, and its numbers if any crate in the
/// program enables its feature `arbitrary_precision`.
const OF_JSON: [&str; 2] = ["$serde_json::private::RawValue", "$serde_json::private::Number"];

impl<'a> Serializer<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, depth: 0, is_json: false }
    }

    /// Returns the serializer of a value within this one.
    fn inner(self) -> Result<Self, Unserializable> {
        if self.depth == DEEPEST {
            return Err(Unserializable::custom("a value is too deep"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    fn open(self, open: &[u8], close: &'static [u8]) -> Result<Compound<'a>, Unserializable> {
        let Self { out, depth, .. } = self.inner()?;
        out.extend_from_slice(open);
        Ok(Compound { out, depth, empty: true, has_key: false, is_json: false, close })
    }

    fn tagged(
        self,
        variant: &str,
        open: u8,
        close: &'static [u8],
    ) -> Result<Compound<'a>, Unserializable> {
        self.out.push(b'{');
        push_string(self.out, variant);
        self.open(&[b':', open], close)
    }
}

/// Inside an array, an object, or a tagged variant of either.
pub(super) struct Compound<'a> {
    out: &'a mut Vec<u8>,
    depth: u8,
    empty: bool,
    /// A key waits for its value.
    has_key: bool,
    is_json: bool,
    close: &'static [u8],
}

impl Compound<'_> {
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(Serializer { out: self.out, depth: self.depth, is_json: self.is_json })
    }

    fn separate(&mut self) -> Done {
        if self.out.len() > LONGEST {
            return Err(Unserializable::custom("a value is too long"));
        }
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        Ok(())
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.separate()?;
        self.value(value)
    }

    /// Writes a key. It must be a string; numbers and booleans become one.
    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.expect_key(false)?;
        self.has_key = true;
        self.separate()?;
        let start = self.out.len();
        self.value(key)?;
        match self.out.get(start) {
            Some(b'"') => {}
            Some(b'0'..=b'9' | b'-' | b't' | b'f') => {
                self.out.insert(start, b'"');
                self.out.push(b'"');
            }
            _ => return Err(Unserializable::custom("a map key must be a string")),
        }
        self.out.push(b':');
        Ok(())
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Done {
        if self.is_json {
            return self.value(value);
        }
        self.separate()?;
        push_string(self.out, name);
        self.out.push(b':');
        self.value(value)
    }

    /// Fails if a map's `Serialize` does not alternate between keys and values.
    fn expect_key(&self, expected: bool) -> Done {
        if self.has_key == expected {
            return Ok(());
        }
        Err(Unserializable::custom("a map must have a value for each key"))
    }

    fn finish(self) {
        self.out.extend_from_slice(self.close);
    }
}

/// Writes a number by its `Display`, which is valid JSON for every finite number.
fn push_number(out: &mut Vec<u8>, number: impl Display) -> Done {
    write!(Escaped(out), "{number}").map_err(Unserializable::custom)
}

impl<'a> ser::Serializer for Serializer<'a> {
    type Ok = ();
    type Error = Unserializable;
    type SerializeSeq = Compound<'a>;
    type SerializeTuple = Compound<'a>;
    type SerializeTupleStruct = Compound<'a>;
    type SerializeTupleVariant = Compound<'a>;
    type SerializeMap = Compound<'a>;
    type SerializeStruct = Compound<'a>;
    type SerializeStructVariant = Compound<'a>;

    fn serialize_bool(self, value: bool) -> Done {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }
    fn serialize_i8(self, value: i8) -> Done {
        self.serialize_i64(i64::from(value))
    }
    fn serialize_i16(self, value: i16) -> Done {
        self.serialize_i64(i64::from(value))
    }
    fn serialize_i32(self, value: i32) -> Done {
        self.serialize_i64(i64::from(value))
    }
    fn serialize_i64(self, value: i64) -> Done {
        push_i64(self.out, value);
        Ok(())
    }
    fn serialize_i128(self, value: i128) -> Done {
        push_number(self.out, value)
    }
    fn serialize_u8(self, value: u8) -> Done {
        self.serialize_u64(u64::from(value))
    }
    fn serialize_u16(self, value: u16) -> Done {
        self.serialize_u64(u64::from(value))
    }
    fn serialize_u32(self, value: u32) -> Done {
        self.serialize_u64(u64::from(value))
    }
    fn serialize_u64(self, value: u64) -> Done {
        push_u64(self.out, value);
        Ok(())
    }
    fn serialize_u128(self, value: u128) -> Done {
        push_number(self.out, value)
    }
    fn serialize_f32(self, value: f32) -> Done {
        if value.is_finite() { push_number(self.out, value) } else { self.serialize_unit() }
    }
    fn serialize_f64(self, value: f64) -> Done {
        if value.is_finite() { push_number(self.out, value) } else { self.serialize_unit() }
    }
    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, value: &str) -> Done {
        match self.is_json {
            true => self.out.extend_from_slice(value.as_bytes()),
            false => push_string(self.out, value),
        }
        Ok(())
    }
    fn serialize_bytes(self, value: &[u8]) -> Done {
        self.collect_seq(value)
    }
    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self.inner()?)
    }
    fn serialize_unit(self) -> Done {
        self.out.extend_from_slice(b"null");
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self.inner()?)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        let mut object = self.open(b"{", b"}")?;
        object.field(variant, value)?;
        object.finish();
        Ok(())
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'a>, Unserializable> {
        self.open(b"[", b"]")
    }
    fn serialize_tuple(self, _: usize) -> Result<Compound<'a>, Unserializable> {
        self.open(b"[", b"]")
    }
    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Compound<'a>, Unserializable> {
        self.open(b"[", b"]")
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'a>, Unserializable> {
        self.tagged(variant, b'[', b"]}")
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'a>, Unserializable> {
        self.open(b"{", b"}")
    }
    fn serialize_struct(
        self,
        name: &'static str,
        _: usize,
    ) -> Result<Compound<'a>, Unserializable> {
        if OF_JSON.contains(&name) {
            return Ok(Compound { is_json: true, ..self.open(b"", b"")? });
        }
        self.open(b"{", b"}")
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'a>, Unserializable> {
        self.tagged(variant, b'{', b"}}")
    }
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Done {
        self.out.push(b'"');
        write!(Escaped(self.out), "{value}").map_err(Unserializable::custom)?;
        self.out.push(b'"');
        Ok(())
    }
}

/// The compound traits only differ in their names.
macro_rules! elements {
    ($($trait:ident :: $method:ident),*) => {$(
        impl ser::$trait for Compound<'_> {
            type Ok = ();
            type Error = Unserializable;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                self.element(value)
            }
            fn end(self) -> Done {
                self.finish();
                Ok(())
            }
        }
    )*};
}
elements!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

macro_rules! fields {
    ($($trait:ident),*) => {$(
        impl ser::$trait for Compound<'_> {
            type Ok = ();
            type Error = Unserializable;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
                self.field(name, value)
            }
            fn end(self) -> Done {
                self.finish();
                Ok(())
            }
        }
    )*};
}
fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = Unserializable;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.key(key)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.expect_key(true)?;
        self.has_key = false;
        self.value(value)
    }
    fn end(self) -> Done {
        self.expect_key(false)?;
        self.finish();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::json::ToJson;
    use serde::{Serialize, Serializer, ser::SerializeMap as _};
    use std::collections::BTreeMap;

    #[derive(Serialize)]
    enum Shape {
        Unit,
        Newtype(u8),
        Tuple(u8, char),
        Struct { a: Option<f64>, b: () },
    }

    /// `serde_json` is the reference.
    fn assert_same<T: Serialize>(value: &T) {
        let mut ours = Vec::new();
        value.to_json(&mut ours).unwrap();
        assert_eq!(String::from_utf8(ours).unwrap(), serde_json::to_string(value).unwrap());
    }

    #[test]
    fn writes_what_serde_json_writes() {
        assert_same(&(1u8, -7i64, u64::MAX, i64::MIN, u128::MAX, true, "q\"\\\n\t\u{1}項", 'x'));
        assert_same(&(0.1f32, -1.5f64, f64::NAN));
        assert_same(&[
            Shape::Unit,
            Shape::Newtype(1),
            Shape::Tuple(2, '"'),
            Shape::Struct { a: Some(0.5), b: () },
        ]);
        assert_same(&BTreeMap::from([(1u8, "a"), (2, "b")]));
        assert_same(&BTreeMap::from([("k\"", vec![1, 2]), ("l", vec![])]));
        assert_same(&(None::<u8>, Some(1u8), Vec::<u8>::new()));
    }

    #[derive(Serialize)]
    #[serde(rename = "$serde_json::private::Number")]
    struct Precise {
        #[serde(rename = "$serde_json::private::Number")]
        digits: &'static str,
    }

    #[derive(Serialize)]
    #[serde(rename = "$serde_json::private::RawValue")]
    struct Raw {
        #[serde(rename = "$serde_json::private::RawValue")]
        json: String,
    }

    #[test]
    fn json_stays_as_it_is() {
        let raw = Raw { json: r#"{"a": "q\"", "b": [null]}"#.to_owned() };
        let value = [(Precise { digits: "1e400" }, raw)];
        let mut out = Vec::new();
        value.to_json(&mut out).unwrap();
        assert_eq!(out, br#"[[1e400,{"a": "q\"", "b": [null]}]]"#);
    }

    #[test]
    fn a_key_must_be_a_string() {
        let map = BTreeMap::from([((1u8, 2u8), 3u8)]);
        assert_eq!(
            map.to_json(&mut Vec::new()).unwrap_err().to_string(),
            "a map key must be a string"
        );
    }

    /// So many arrays, options or new types within each other.
    struct Deep(u32, u8);

    impl Serialize for Deep {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let Some(left) = self.0.checked_sub(1) else { return serializer.serialize_unit() };
            let inner = Self(left, self.1);
            match self.1 {
                0 => serializer.collect_seq([inner]),
                1 => serializer.serialize_some(&inner),
                2 => serializer.serialize_newtype_struct("Deep", &inner),
                _ => serializer.serialize_newtype_variant("Deep", 0, "deep", &inner),
            }
        }
    }

    #[test]
    fn a_value_that_contains_itself_ends() {
        for kind in 0..4 {
            assert_same(&Deep(120, kind));
            for depth in [121, u32::MAX] {
                let error = Deep(depth, kind).to_json(&mut Vec::new()).unwrap_err();
                assert_eq!(error.to_string(), "a value is too deep");
            }
        }
    }

    struct Endless;

    impl Serialize for Endless {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(std::iter::repeat("and so on"))
        }
    }

    #[test]
    fn a_value_without_an_end_ends() {
        let error = Endless.to_json(&mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "a value is too long");
    }

    /// A map that writes keys and values in the order of the letters.
    struct Uneven(&'static str);

    impl Serialize for Uneven {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            for letter in self.0.chars() {
                match letter {
                    'k' => map.serialize_key("k")?,
                    _ => map.serialize_value(&1)?,
                }
            }
            map.end()
        }
    }

    #[test]
    fn keys_and_values_alternate() {
        assert_same(&Uneven(""));
        assert_same(&Uneven("kv"));
        for order in ["k", "v", "kk", "kvk", "kvv", "vk"] {
            let error = Uneven(order).to_json(&mut Vec::new()).unwrap_err();
            assert_eq!(error.to_string(), "a map must have a value for each key", "{order}");
        }
    }
}

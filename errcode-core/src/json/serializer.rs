//! serde's data model as JSON, as `serde_json` writes it: externally tagged enums, units as `null`, bytes as an
//! array.

use super::{
    escape::{Escaped, push_string},
    number::{push_i64, push_u64},
    unserializable::Unserializable,
};
use serde_core::ser::{self, Error as _, Serialize};
use std::fmt::{Display, Write as _};

type Done = Result<(), Unserializable>;

/// Appends to the buffer.
pub(super) struct Serializer<'a>(pub(super) &'a mut Vec<u8>);

/// Inside an array, an object, or a tagged variant of either.
pub(super) struct Compound<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
    close: &'static [u8],
}

impl<'a> Compound<'a> {
    fn open(out: &'a mut Vec<u8>, open: &[u8], close: &'static [u8]) -> Self {
        out.extend_from_slice(open);
        Self { out, empty: true, close }
    }

    fn tagged(out: &'a mut Vec<u8>, variant: &str, open: u8, close: &'static [u8]) -> Self {
        out.push(b'{');
        push_string(out, variant);
        Self::open(out, &[b':', open], close)
    }

    fn separate(&mut self) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.separate();
        value.serialize(Serializer(self.out))
    }

    /// Writes a key. It must be a string; numbers and booleans become one.
    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.separate();
        let start = self.out.len();
        key.serialize(Serializer(self.out))?;
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
        self.separate();
        push_string(self.out, name);
        self.out.push(b':');
        value.serialize(Serializer(self.out))
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
        self.0.extend_from_slice(if value { b"true" } else { b"false" });
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
        push_i64(self.0, value);
        Ok(())
    }
    fn serialize_i128(self, value: i128) -> Done {
        push_number(self.0, value)
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
        push_u64(self.0, value);
        Ok(())
    }
    fn serialize_u128(self, value: u128) -> Done {
        push_number(self.0, value)
    }
    fn serialize_f32(self, value: f32) -> Done {
        if value.is_finite() { push_number(self.0, value) } else { self.serialize_unit() }
    }
    fn serialize_f64(self, value: f64) -> Done {
        if value.is_finite() { push_number(self.0, value) } else { self.serialize_unit() }
    }
    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, value: &str) -> Done {
        push_string(self.0, value);
        Ok(())
    }
    fn serialize_bytes(self, value: &[u8]) -> Done {
        self.collect_seq(value)
    }
    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Done {
        self.0.extend_from_slice(b"null");
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        let mut object = Compound::open(self.0, b"{", b"}");
        object.field(variant, value)?;
        object.finish();
        Ok(())
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'a>, Unserializable> {
        Ok(Compound::open(self.0, b"[", b"]"))
    }
    fn serialize_tuple(self, _: usize) -> Result<Compound<'a>, Unserializable> {
        Ok(Compound::open(self.0, b"[", b"]"))
    }
    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Compound<'a>, Unserializable> {
        Ok(Compound::open(self.0, b"[", b"]"))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'a>, Unserializable> {
        Ok(Compound::tagged(self.0, variant, b'[', b"]}"))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'a>, Unserializable> {
        Ok(Compound::open(self.0, b"{", b"}"))
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Compound<'a>, Unserializable> {
        Ok(Compound::open(self.0, b"{", b"}"))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'a>, Unserializable> {
        Ok(Compound::tagged(self.0, variant, b'{', b"}}"))
    }
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Done {
        self.0.push(b'"');
        write!(Escaped(self.0), "{value}").map_err(Unserializable::custom)?;
        self.0.push(b'"');
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
        value.serialize(Serializer(self.out))
    }
    fn end(self) -> Done {
        self.finish();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::json::ToJson;
    use serde::Serialize;
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

    #[test]
    fn a_key_must_be_a_string() {
        let map = BTreeMap::from([((1u8, 2u8), 3u8)]);
        assert_eq!(
            map.to_json(&mut Vec::new()).unwrap_err().to_string(),
            "a map key must be a string"
        );
    }
}

//! Where in a value a deserializer failed, and which names on the way there are the type's own.
//!
//! `serde_path_to_error` reports neither: a struct's field and a map's key look alike, and so do an error at a value
//! and one inside it that serde found only after it had buffered the value (`flatten`, `untagged`, internally tagged
//! enums).

use super::shape::{Kind, Shape, Step};
use serde_core::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, EnumAccess, Error, Expected, IntoDeserializer as _,
        MapAccess, SeqAccess, VariantAccess, Visitor,
    },
    forward_to_deserialize_any,
};
use std::{cell::RefCell, fmt, marker::PhantomData};

/// How a type asks for its value.
#[derive(Clone, Copy, Debug, Default)]
enum Asked {
    #[default]
    Directly,
    Struct(&'static [&'static str]),
    Enum,
    /// As a map, or as any value: the type may read the members later.
    Buffered,
}

#[derive(Debug, Default)]
struct Level {
    step: Option<Step>,
    asked: Asked,
    /// Members or items were read.
    entered: bool,
    /// A list came where a struct was asked for.
    list_for_struct: bool,
}

/// The way to the value that did not fit; the empty one leads to the whole.
#[derive(Debug, Default)]
pub(super) struct Trail {
    pub(super) steps: Vec<Step>,
    /// What does not fit may be inside the value at the end of the way.
    pub(super) inside: bool,
    /// The value is a list, and the type a struct, so it does not fit, with any items.
    pub(super) list_for_struct: bool,
}

/// Deserializes a value, and returns the path to what did not fit.
pub(super) fn deserialize<'de, T, D>(from: D) -> Result<T, (Trail, D::Error)>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let track = Track::default();
    T::deserialize(track.whole(from)).map_err(|error| (track.into_trail(), error))
}

/// Returns what the type asks for while it reads a value.
pub(super) fn shape<'de, T, D>(from: D) -> Shape
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let track = Track::default();
    let _ = T::deserialize(track.whole(from));
    track.shape.into_inner()
}

struct Track {
    levels: RefCell<Vec<Level>>,
    shape: RefCell<Shape>,
}

impl Default for Track {
    fn default() -> Self {
        let levels = RefCell::new(vec![Level::default()]);
        Self { levels, shape: RefCell::default() }
    }
}

impl Track {
    fn whole<I>(&self, inner: I) -> Tracked<'_, I> {
        Tracked { inner, at: At { track: self, depth: 0, place: Shape::ROOT } }
    }

    fn into_trail(self) -> Trail {
        let mut levels = self.levels.into_inner();
        let list = levels.iter().position(|level| level.list_for_struct);
        if let Some(at) = list {
            levels.truncate(at + 1);
        }
        let inside = list.is_none()
            && levels
                .last()
                .is_some_and(|last| last.entered && matches!(last.asked, Asked::Buffered));
        let steps = levels.into_iter().filter_map(|level| level.step).collect();
        Trail { steps, inside, list_for_struct: list.is_some() }
    }
}

/// A level of the value that is being read.
#[derive(Clone, Copy)]
struct At<'t> {
    track: &'t Track,
    depth: usize,
    place: usize,
}

impl At<'_> {
    /// Changes this level. Deeper ones are done: their errors, if any, were handled by the type.
    fn level(self, change: impl FnOnce(&mut Level)) {
        let mut levels = self.track.levels.borrow_mut();
        levels.truncate(self.depth + 1);
        if let Some(level) = levels.get_mut(self.depth) {
            change(level);
        }
    }

    fn asked(self, asked: Asked) -> Self {
        self.level(|level| level.asked = asked);
        let kind = match asked {
            Asked::Directly => return self,
            Asked::Struct(fields) => Kind::Struct(fields),
            Asked::Enum => Kind::Enum,
            Asked::Buffered => Kind::Members,
        };
        let mut shape = self.track.shape.borrow_mut();
        if !matches!((shape.kind(self.place), kind), (Kind::Map, Kind::Members)) {
            shape.set_kind(self.place, kind);
        }
        self
    }

    /// Tells a map from a struct with flattened fields, by what the visitor says that it expects.
    fn found_members<'de>(self, visitor: &impl Visitor<'de>) {
        let mut shape = self.track.shape.borrow_mut();
        if matches!(shape.kind(self.place), Kind::Members)
            && (visitor as &dyn Expected).to_string().starts_with("a map")
        {
            shape.set_kind(self.place, Kind::Map);
        }
    }

    fn entered(self) -> Self {
        self.level(|level| level.entered = true);
        self
    }

    fn into(self, step: Step) -> Self {
        self.level(|_| {});
        let place = self.track.shape.borrow_mut().enter(self.place, &step);
        self.track.levels.borrow_mut().push(Level { step: Some(step), ..Level::default() });
        Self { depth: self.depth + 1, place, ..self }
    }

    fn into_member(self, name: &str) -> Self {
        let mut is_field = false;
        self.level(|level| {
            is_field = matches!(level.asked, Asked::Struct(fields) if fields.contains(&name));
        });
        self.into(if is_field { Step::Field(name.into()) } else { Step::Key(name.into()) })
    }

    fn done<T, E>(self, result: Result<T, E>) -> Result<T, E> {
        if result.is_ok() {
            self.level(|_| {});
        }
        result
    }
}

/// A deserializer, visitor, seed or access, at its level.
struct Tracked<'t, I> {
    inner: I,
    at: At<'t>,
}

impl<'t, I> Tracked<'t, I> {
    fn visitor<V>(self, inner: V, asked: Asked) -> (I, Tracked<'t, V>) {
        (self.inner, Tracked { inner, at: self.at.asked(asked) })
    }
}

macro_rules! deserialize_as {
    ($asked:expr; $($method:ident($($argument:ident: $kind:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(
            self,
            $($argument: $kind,)*
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            let (inner, visitor) = self.visitor(visitor, $asked);
            inner.$method($($argument,)* visitor)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Tracked<'_, D> {
    type Error = D::Error;

    deserialize_as! { Asked::Buffered; deserialize_any() deserialize_map() }
    deserialize_as! { Asked::Directly;
        deserialize_bool() deserialize_char() deserialize_str() deserialize_string()
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64() deserialize_bytes() deserialize_byte_buf()
        deserialize_option() deserialize_unit() deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str) deserialize_seq()
        deserialize_tuple(len: usize) deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_identifier() deserialize_ignored_any()
    }

    deserialize_as! { Asked::Enum;
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let (inner, visitor) = self.visitor(visitor, Asked::Struct(fields));
        inner.deserialize_struct(name, fields, visitor)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

macro_rules! visit_value {
    ($($method:ident: $kind:ty;)*) => {$(
        fn $method<E: Error>(self, value: $kind) -> Result<V::Value, E> {
            self.inner.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Tracked<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    visit_value! {
        visit_bool: bool; visit_char: char; visit_f32: f32; visit_f64: f64;
        visit_i8: i8; visit_i16: i16; visit_i32: i32; visit_i64: i64; visit_i128: i128;
        visit_u8: u8; visit_u16: u16; visit_u32: u32; visit_u64: u64; visit_u128: u128;
        visit_str: &str; visit_borrowed_str: &'de str; visit_string: String;
        visit_bytes: &[u8]; visit_borrowed_bytes: &'de [u8]; visit_byte_buf: Vec<u8>;
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(Tracked { inner, at: self.at })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.inner.visit_newtype_struct(Tracked { inner, at: self.at })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.at.entered().level(|level| {
            level.list_for_struct = matches!(level.asked, Asked::Struct(_));
        });
        let value = self.inner.visit_seq(Items { inner, at: self.at, next: 0 });
        if value.is_ok() {
            self.at.level(|level| level.list_for_struct = false);
        }
        value
    }

    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.at.found_members(&self.inner);
        self.inner.visit_map(Members { inner, at: self.at.entered(), key: String::new() })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.inner.visit_enum(Tracked { inner, at: self.at })
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Tracked<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        let at = self.at;
        at.done(self.inner.deserialize(Tracked { inner, at }))
    }
}

struct Items<'t, A> {
    inner: A,
    at: At<'t>,
    next: usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        inner: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let at = self.at.into(Step::Index(self.next));
        self.next += 1;
        let item = self.inner.next_element_seed(Tracked { inner, at })?;
        self.at.level(|_| {});
        Ok(item)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

struct Members<'t, A> {
    inner: A,
    at: At<'t>,
    key: String,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.at.level(|_| {});
        let Some(key) = self.inner.next_key::<String>()? else { return Ok(None) };
        self.key.clone_from(&key);
        seed.deserialize(Name { text: key, error: PhantomData }).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, inner: S) -> Result<S::Value, A::Error> {
        let at = self.at.into_member(&self.key);
        let value = self.inner.next_value_seed(Tracked { inner, at })?;
        self.at.level(|_| {});
        Ok(value)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, 't, A: EnumAccess<'de>> EnumAccess<'de> for Tracked<'t, A> {
    type Error = A::Error;
    type Variant = Variant<'t, A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let (name, inner) = self.inner.variant_seed(PhantomData::<String>)?;
        let value = seed.deserialize(Name { text: name.clone(), error: PhantomData })?;
        Ok((value, Variant { inner, at: self.at, name }))
    }
}

struct Variant<'t, A> {
    inner: A,
    at: At<'t>,
    name: String,
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Variant<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, inner: S) -> Result<S::Value, A::Error> {
        let at = self.at.into(Step::Variant(self.name));
        self.inner.newtype_variant_seed(Tracked { inner, at })
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, inner: V) -> Result<V::Value, A::Error> {
        let at = self.at.into(Step::Variant(self.name));
        self.inner.tuple_variant(len, Tracked { inner, at })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        inner: V,
    ) -> Result<V::Value, A::Error> {
        let at = self.at.into(Step::Variant(self.name)).asked(Asked::Struct(fields));
        self.inner.struct_variant(fields, Tracked { inner, at })
    }
}

/// A name that was read already, as `serde_json` reads the keys of maps: numbers and booleans are text.
struct Name<E> {
    text: String,
    error: PhantomData<fn() -> E>,
}

macro_rules! deserialize_number {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
            self.number(visitor)
        }
    )*};
}

impl<E: Error> Name<E> {
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        if let Ok(number) = self.text.parse() {
            return visitor.visit_u64(number);
        }
        if let Ok(number) = self.text.parse() {
            return visitor.visit_i64(number);
        }
        match self.text.parse() {
            Ok(number) => visitor.visit_f64(number),
            Err(_) => visitor.visit_string(self.text),
        }
    }
}

impl<'de, E: Error> Deserializer<'de> for Name<E> {
    type Error = E;

    deserialize_number! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_string(self.text)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.text.parse() {
            Ok(value) => visitor.visit_bool(value),
            Err(_) => visitor.visit_string(self.text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        visitor.visit_enum(self.text.into_deserializer())
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

//! Which members of a request the fields of a value were read from.
//!
//! Validators know a field by the names and indexes of Rust's types. These differ from what was sent where serde
//! renames a field, flattens a struct or encloses the value of an enum, and where the items of a map or set have
//! indexes. So the path is followed through what was sent, by what the type asked for. `validator` also says the value
//! of the field, which tells the items of a map apart.

use super::{
    Rename, Step,
    mismatch::is_name,
    place::Place,
    sent::Sent,
    shape::{Kind, Shape},
};
use serde_json::{Map, Value};
use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, HashMap},
};

/// A field that breaks a rule.
pub(super) struct Field<'f> {
    pub(super) path: &'f [Step],
    pub(super) rule: Option<&'f str>,
    /// The value of the field, if it is known.
    pub(super) value: Option<Value>,
}

/// Returns the place of each field.
pub(super) fn places(sent: &Sent, rename: Rename, fields: &[Field<'_>]) -> Vec<Place> {
    let (left, probes) = (Cell::new(Search::MOST), Cell::new(Search::PROBES));
    let (most, aliases) = (fields.len(), RefCell::default());
    let search = Search { sent, rename, most, left, probes, aliases };
    let mut places = vec![None; fields.len()];
    for exactly in [true, false] {
        let mut candidates: HashMap<(Vec<Place>, Option<&str>), Vec<usize>> = HashMap::new();
        for (at, field) in fields.iter().enumerate().filter(|(at, _)| places[*at].is_none()) {
            let wanted = Wanted { value: field.value.as_ref().filter(|_| exactly), ..Wanted::ANY };
            if exactly && field.value.is_none() {
                continue;
            }
            let found = search.of(field.path, wanted);
            if !found.is_empty() {
                candidates.entry((found, field.rule)).or_default().push(at);
            }
        }
        for ((found, _), group) in candidates {
            // As many places as fields: each field has one of them, in whichever order.
            let paths: BTreeSet<&[Step]> = group.iter().map(|at| fields[*at].path).collect();
            if paths.len() == found.len() {
                let by_path: BTreeMap<&[Step], Place> = paths.into_iter().zip(found).collect();
                for at in group {
                    places[at] = by_path.get(fields[at].path).cloned();
                }
            }
        }
    }
    let around = |at: usize| search.around(fields[at].path);
    places.into_iter().enumerate().map(|(at, place)| place.unwrap_or_else(|| around(at))).collect()
}

/// A search for places.
struct Search<'s> {
    sent: &'s Sent,
    rename: Rename,
    /// The number of fields.
    most: usize,
    /// The number of steps that are left: a small request must not cause much work.
    left: Cell<usize>,
    /// The number of bodies that may still be tried with the type.
    probes: Cell<usize>,
    aliases: RefCell<HashMap<AliasKey, Option<&'static str>>>,
}

/// The place of a struct in the shape, a field of it, and the members around it that were sent.
type AliasKey = (Option<usize>, String, Vec<&'static str>);

/// What is searched for.
#[derive(Clone, Copy)]
struct Wanted<'w> {
    /// The value of the field, if only places with this value count.
    value: Option<&'w Value>,
    /// A field that was not sent counts.
    absent: bool,
}

impl Wanted<'_> {
    const ANY: Self = Self { value: None, absent: true };
}

/// A value that was sent, and its place.
#[derive(Clone)]
struct At<'s> {
    value: &'s Value,
    /// The place in the type's shape.
    shape: Option<usize>,
    place: Place,
}

impl<'s> Search<'s> {
    const MOST: usize = 200_000;
    const PROBES: usize = 32;

    /// Returns the places that a path may lead to.
    fn of(&self, path: &[Step], wanted: Wanted<'_>) -> Vec<Place> {
        let whole =
            At { value: &self.sent.body, shape: Some(Shape::ROOT), place: Place::default() };
        let mut found = Vec::new();
        self.follow(&whole, path, wanted, &mut found);
        if self.left.get() == 0 || found.len() > self.most {
            found.clear();
        }
        found
    }

    /// Returns whether this many steps are left, and takes them.
    fn spend(&self, steps: usize) -> bool {
        let left = self.left.get().saturating_sub(steps);
        self.left.set(left);
        left > 0
    }

    /// Returns the place of the value around a field: the longest part of the path that leads to one place.
    fn around(&self, path: &[Step]) -> Place {
        let wanted = Wanted { absent: false, ..Wanted::ANY };
        let parts = (1..path.len()).rev().filter_map(|length| {
            let mut found = self.of(path.get(..length)?, wanted);
            if found.len() == 1 { found.pop() } else { None }
        });
        parts.into_iter().next().unwrap_or_default()
    }

    /// Adds the places that the rest of a path may lead to.
    fn follow(&self, at: &At<'s>, path: &[Step], wanted: Wanted<'_>, found: &mut Vec<Place>) {
        /// A deep value with long keys must not make each of many places long.
        const LONGEST: usize = 512;
        // More places than fields are ambiguous.
        if at.place.pointer.len() > LONGEST || found.len() > self.most || !self.spend(1) {
            return;
        }
        let Some((step, rest)) = path.split_first() else {
            if wanted.value.is_none_or(|value| is_same(value, at.value)) {
                found.push(at.place.clone());
            }
            return;
        };
        let inner = self.within_variant(at);
        let at = inner.as_ref().unwrap_or(at);
        match (step, at.value) {
            (Step::Field(name), Value::Object(members)) => {
                let is_static = matches!(name, Cow::Borrowed(_));
                let field = Named { name, is_static, path };
                self.field(at, members, field, wanted, found);
            }
            (Step::Item(index), Value::Array(items)) => {
                self.item(at, items, (*index, rest), wanted, found);
            }
            (Step::Item(_), Value::Object(members)) if !self.is_struct(at) => {
                self.each_member(at, members, rest, wanted, found);
            }
            // A newtype is written as its value.
            (Step::Item(0), _) => self.follow(at, rest, wanted, found),
            _ => {}
        }
    }
}

/// A step to a field of a struct.
#[derive(Clone, Copy)]
struct Named<'p> {
    name: &'p str,
    /// The name is in the program, so it is not the client's.
    is_static: bool,
    /// The path from this step on.
    path: &'p [Step],
}

impl Named<'_> {
    fn rest(&self) -> &[Step] {
        self.path.get(1..).unwrap_or_default()
    }
}

impl<'s> Search<'s> {
    fn kind(&self, at: &At<'_>) -> Kind {
        at.shape.map_or(Kind::Other, |place| self.sent.shape.kind(place))
    }

    fn is_struct(&self, at: &At<'_>) -> bool {
        matches!(self.kind(at), Kind::Struct(_))
    }

    fn member(&self, at: &At<'_>, name: &str, logged: &str, value: &'s Value) -> At<'s> {
        let shape = at.shape.and_then(|place| self.sent.shape.named(place, name));
        At { value, shape, place: at.place.with(name, logged) }
    }

    /// Returns the value in the variant of an enum; `None` if the value is not such an enum.
    fn within_variant(&self, at: &At<'s>) -> Option<At<'s>> {
        let Value::Object(members) = at.value else { return None };
        let (name, value) = members.iter().next().filter(|_| members.len() == 1)?;
        if !matches!(self.kind(at), Kind::Enum) {
            return None;
        }
        let inner = self.member(at, name, name, value);
        Some(self.within_variant(&inner).unwrap_or(inner))
    }

    fn item(
        &self,
        at: &At<'s>,
        items: &'s [Value],
        (index, rest): (usize, &[Step]),
        wanted: Wanted<'_>,
        found: &mut Vec<Place>,
    ) {
        let shape = at.shape.and_then(|place| self.sent.shape.each(place));
        let item = |index: usize, value| At { value, shape, place: at.place.with(index, index) };
        if let Some(value) = items.get(index) {
            let before = found.len();
            self.follow(&item(index, value), rest, wanted, found);
            if found.len() > before {
                return;
            }
        }
        // A set has another order than the list that was sent.
        if wanted.value.is_some() {
            for (other, value) in items.iter().enumerate().filter(|(other, _)| *other != index) {
                self.follow(&item(other, value), rest, wanted, found);
            }
        }
    }

    /// Follows the path in each value of a map, whose keys have no names in the path.
    fn each_member(
        &self,
        at: &At<'s>,
        members: &'s Map<String, Value>,
        rest: &[Step],
        wanted: Wanted<'_>,
        found: &mut Vec<Place>,
    ) {
        if self.sent.is_cut {
            return;
        }
        for (name, value) in members.iter().filter(|(name, _)| is_name(name)) {
            self.follow(&self.member(at, name, "*", value), rest, wanted, found);
        }
    }

    fn field(
        &self,
        at: &At<'s>,
        members: &'s Map<String, Value>,
        field: Named<'_>,
        wanted: Wanted<'_>,
        found: &mut Vec<Place>,
    ) {
        let fields = match self.kind(at) {
            Kind::Map => return self.key(at, members, field, wanted, found),
            Kind::Struct(fields) => Some(fields),
            _ => None,
        };
        let before = found.len();
        for name in self.names(at, members, fields, field) {
            let Some((name, value)) = members.get_key_value(&*name) else { continue };
            let is_own = field.is_static || fields.is_some();
            let logged = if is_own { name.as_str() } else { "*" };
            self.follow(&self.member(at, name, logged, value), field.rest(), wanted, found);
            if found.len() > before {
                return;
            }
        }
        match fields {
            Some(fields) => match self.own_name(fields, field.name) {
                Some(name) if !members.contains_key(name) => {
                    if field.rest().is_empty() && wanted.absent && wanted.value.is_none() {
                        found.push(at.place.with(name, name));
                    }
                }
                Some(_) => {}
                None => self.renamed(at, members, (fields, field), wanted, found),
            },
            None => self.flattened(at, members, field, wanted, found),
        }
    }

    /// Follows the path at the key of a map.
    fn key(
        &self,
        at: &At<'s>,
        members: &'s Map<String, Value>,
        field: Named<'_>,
        wanted: Wanted<'_>,
        found: &mut Vec<Place>,
    ) {
        if let Some(value) = members.get(field.name).filter(|_| is_name(field.name)) {
            let member = self.member(at, field.name, "*", value);
            self.follow(&member, field.rest(), wanted, found);
        }
    }

    /// Returns the names under which the field may have been sent, the most likely first.
    fn names(
        &self,
        at: &At<'_>,
        members: &'s Map<String, Value>,
        fields: Option<&'static [&'static str]>,
        field: Named<'_>,
    ) -> Vec<Cow<'s, str>> {
        let Some(fields) = fields else {
            let exact = [self.rename.apply(field.name), Cow::Borrowed(field.name)];
            let exact = exact.into_iter().filter(|name| members.contains_key(&**name));
            let exact: Vec<_> = exact.map(|name| Cow::Owned(name.into_owned())).collect();
            if !exact.is_empty() || !self.spend(members.len()) {
                return exact;
            }
            let alike = members.keys().filter(|name| is_alike(name, field.name));
            return alike.map(|name| Cow::Borrowed(name.as_str())).collect();
        };
        let Some(own) = self.own_name(fields, field.name) else { return Vec::new() };
        let sent = if members.contains_key(own) {
            Some(own)
        } else {
            self.alias(at, members, fields, own)
        };
        sent.map(Cow::Borrowed).into_iter().collect()
    }

    /// Returns serde's name for a field of Rust's.
    fn own_name(&self, fields: &'static [&'static str], name: &str) -> Option<&'static str> {
        let renamed = self.rename.apply(name);
        let of = |wanted: &str| fields.iter().copied().find(|known| *known == wanted);
        of(&renamed).or_else(|| of(name)).or_else(|| {
            let mut alike = fields.iter().copied().filter(|known| is_alike(known, name));
            alike.next().filter(|_| alike.next().is_none())
        })
    }

    /// Returns the alias under which a field was sent.
    fn alias(
        &self,
        at: &At<'_>,
        members: &Map<String, Value>,
        fields: &'static [&'static str],
        own: &str,
    ) -> Option<&'static str> {
        const NEAR: usize = 4;
        let place = fields.iter().position(|known| *known == own)?;
        // serde lists the aliases of a field next to it.
        let near = fields.get(place.saturating_sub(NEAR)..(place + NEAR + 1).min(fields.len()))?;
        let near: Vec<_> =
            near.iter().copied().filter(|name| members.contains_key(*name)).collect();
        let key = (at.shape, own.to_owned(), near);
        if let Some(known) = self.aliases.borrow().get(&key) {
            return *known;
        }
        // The field is there twice, and without its alias once.
        let alias = key.2.iter().copied().find(|name| {
            let value = || members.get(*name).cloned().unwrap_or_default();
            self.repeats(at, (own, value()), None) && !self.repeats(at, (own, value()), Some(name))
        });
        self.aliases.borrow_mut().insert(key, alias);
        alias
    }

    /// Returns whether the struct has a field twice with this member, and without that one. serde refuses it then,
    /// whichever of its names the field has.
    fn repeats(&self, at: &At<'_>, (name, value): (&str, Value), without: Option<&str>) -> bool {
        let left = self.probes.get();
        if left == 0 {
            return false;
        }
        self.probes.set(left - 1);
        let mut body = self.sent.body.clone();
        let object = body.pointer_mut(&at.place.pointer).and_then(Value::as_object_mut);
        let Some(object) = object else { return false };
        object.insert(name.to_owned(), value);
        if let Some(without) = without {
            object.remove(without);
        }
        (self.sent.refuse)(&body).is_some_and(|error| error.starts_with("duplicate field `"))
    }

    /// Follows the path in a struct whose serde name for the field is unknown, or in an enum whose tag and content are
    /// members.
    fn renamed(
        &self,
        at: &At<'s>,
        members: &'s Map<String, Value>,
        (fields, field): (&'static [&'static str], Named<'_>),
        wanted: Wanted<'_>,
        found: &mut Vec<Place>,
    ) {
        let own = || {
            let sent = fields.iter().filter_map(|name| members.get_key_value(*name));
            sent.map(|(name, value)| self.member(at, name, name, value))
        };
        if self.only(own(), field.path, wanted, found) {
            return;
        }
        if !field.rest().is_empty() {
            self.only(own(), field.rest(), wanted, found);
            return;
        }
        let is_sent = |name: &&str| {
            members.contains_key(*name) || self.alias(at, members, fields, name).is_some()
        };
        let is_whole = fields.iter().all(is_sent);
        if wanted.value.is_some_and(|value| is_whole || !is_empty(value)) {
            self.only(own(), &[], wanted, found);
        }
    }

    /// Follows the path in a value that the type looked at on its own: the fields of a flattened struct are members of
    /// the struct around it.
    fn flattened(
        &self,
        at: &At<'s>,
        members: &'s Map<String, Value>,
        field: Named<'_>,
        wanted: Wanted<'_>,
        found: &mut Vec<Place>,
    ) {
        let before = found.len();
        if !field.rest().is_empty() {
            self.follow(at, field.rest(), wanted, found);
        }
        if found.len() > before {
            return;
        }
        let all = || {
            let named = members.iter().filter(|(name, _)| is_name(name));
            named.map(|(name, value)| self.member(at, name, "*", value))
        };
        if members.len() == 1 && self.only(all(), field.path, wanted, found) {
            return;
        }
        if field.rest().is_empty() && wanted.value.is_some_and(|value| !is_empty(value)) {
            self.only(all(), &[], wanted, found);
        }
    }

    /// Follows the path in each of the values, and takes what is found if it is in one of them only. Returns whether
    /// anything was found.
    fn only(
        &self,
        values: impl Iterator<Item = At<'s>>,
        path: &[Step],
        wanted: Wanted<'_>,
        found: &mut Vec<Place>,
    ) -> bool {
        let before = found.len();
        let wanted = Wanted { absent: false, ..wanted };
        let hits = values
            .filter(|value| {
                let before = found.len();
                self.follow(value, path, wanted, found);
                found.len() > before
            })
            .count();
        if hits > 1 {
            found.truncate(before);
        }
        hits > 0
    }
}

/// Returns whether two names differ only in case and in the characters between words.
fn is_alike(a: &str, b: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = char> {
        let letters = name.chars().filter(|letter| !matches!(letter, '_' | '-'));
        letters.flat_map(char::to_lowercase)
    }
    letters(a).eq(letters(b))
}

/// Returns whether the value may be that of a field that was not sent.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

/// Returns whether the value of a field is the one that was sent. Forms and queries send text.
fn is_same(value: &Value, sent: &Value) -> bool {
    match (value, sent) {
        (Value::Number(value), Value::Number(sent)) => {
            let [value, sent] = [value, sent].map(|number| number.as_f64().unwrap_or(f64::NAN));
            value == sent || value as f32 == sent as f32
        }
        (Value::Number(_) | Value::Bool(_), Value::String(sent)) => {
            sent.parse().is_ok_and(|sent: Value| !sent.is_string() && is_same(value, &sent))
        }
        _ => value == sent,
    }
}

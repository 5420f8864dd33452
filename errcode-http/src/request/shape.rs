//! What a type asks its deserializer for, by the places in its values.

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A field that the type has.
    Field(String),
    /// A key of a map, which the client chose.
    Key(String),
    /// An item of a list.
    Index(usize),
    /// A variant of an enum, which encloses its value.
    Variant(String),
}

/// A tree of places. The items of a list share one, and so do the values of a map.
#[derive(Debug)]
pub(super) struct Shape {
    places: Vec<Place>,
}

#[derive(Debug, Default)]
struct Place {
    kind: Kind,
    inner: Vec<(Edge, usize)>,
}

/// What a type asks for at a place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Kind {
    /// Anything else, for example a list or a number.
    #[default]
    Other,
    /// A struct with these members, and no others that are flattened into it.
    Struct(&'static [&'static str]),
    /// An enum whose variant encloses its value.
    Enum,
    /// A map, whose keys the client chooses.
    Map,
    /// Any members: those of a struct with flattened fields, or of an enum that looks at the value first.
    Members,
}

#[derive(Debug, PartialEq, Eq)]
enum Edge {
    Named(String),
    Each,
}

impl Default for Shape {
    fn default() -> Self {
        Self { places: vec![Place::default()] }
    }
}

impl Shape {
    pub(super) const ROOT: usize = 0;

    pub(super) fn kind(&self, place: usize) -> Kind {
        self.places.get(place).map_or(Kind::Other, |place| place.kind)
    }

    pub(super) fn set_kind(&mut self, place: usize, kind: Kind) {
        if let Some(place) = self.places.get_mut(place) {
            place.kind = kind;
        }
    }

    /// Returns the place of a member with this name.
    pub(super) fn named(&self, place: usize, name: &str) -> Option<usize> {
        let inner = &self.places.get(place)?.inner;
        let is = |edge: &Edge| matches!(edge, Edge::Named(known) if known == name);
        let own = inner.iter().find(|(edge, _)| is(edge));
        own.map(|(_, place)| *place).or_else(|| self.each(place))
    }

    /// Returns the place of the items of a list, or of the values of a map.
    pub(super) fn each(&self, place: usize) -> Option<usize> {
        let inner = &self.places.get(place)?.inner;
        inner.iter().find(|(edge, _)| *edge == Edge::Each).map(|(_, place)| *place)
    }

    /// Adds the place that a step leads to, unless it is known.
    pub(super) fn enter(&mut self, place: usize, step: &Step) -> usize {
        /// A client may send any number of members that a type does not have.
        const MOST: usize = 256;
        let Some(from) = self.places.get(place) else { return place };
        let edge = match step {
            Step::Field(name) | Step::Variant(name) => Edge::Named(name.clone()),
            Step::Key(name)
                if !matches!(from.kind, Kind::Map | Kind::Struct(_)) && from.inner.len() < MOST =>
            {
                Edge::Named(name.clone())
            }
            Step::Key(_) | Step::Index(_) => Edge::Each,
        };
        if let Some((_, known)) = from.inner.iter().find(|(known, _)| *known == edge) {
            return *known;
        }
        let new = self.places.len();
        self.places.push(Place::default());
        if let Some(from) = self.places.get_mut(place) {
            from.inner.push((edge, new));
        }
        new
    }
}

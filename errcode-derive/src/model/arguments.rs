//! The values that a variant passes to core: one for each field and each of its uses.

use super::field::Field;

/// What the value of a field is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Use {
    Text,
    Debug,
    Json,
    After,
    Violations,
}

/// A constructor of core's `Arg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Maker {
    Text,
    TextRef,
    /// For a path, by method resolution.
    AsText,
    Json,
    JsonRef,
    Both,
    BothRef,
    Debug,
    After,
    Violations,
    Redacted,
}

#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) maker: Maker,
    /// The type of the field as tokens. Variants whose arguments have the same makers and types share a match arm.
    pub(crate) ty: String,
    pub(crate) field: usize,
    uses: Vec<Use>,
}

/// The arguments of one variant, sorted by maker and type.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) list: Vec<Argument>,
}

impl Arguments {
    pub(crate) fn new(uses: &[(usize, Use)], fields: &[Field<'_>]) -> Self {
        let mut arguments = Self::default();
        for field in fields {
            for (maker, uses) in of_field(field, uses) {
                let ty = field.written_type();
                arguments.insert(Argument { maker, ty, field: field.index, uses });
            }
        }
        arguments
    }

    fn insert(&mut self, argument: Argument) {
        let order = |of: &Argument| {
            (of.maker, &of.ty, of.field).cmp(&(argument.maker, &argument.ty, argument.field))
        };
        let place = self.list.partition_point(|before| order(before).is_le());
        self.list.insert(place, argument);
    }

    /// Returns the number by which templates and details refer to the field's value.
    pub(crate) fn number(&self, field: usize, used: Use) -> u8 {
        let place = self
            .list
            .iter()
            .position(|argument| argument.field == field && argument.uses.contains(&used));
        place.and_then(|place| u8::try_from(place).ok()).unwrap_or(crate::format::NO_ARG)
    }
}

/// Returns the makers of a field's arguments, each with its uses.
fn of_field(field: &Field<'_>, uses: &[(usize, Use)]) -> Vec<(Maker, Vec<Use>)> {
    let used = |wanted| uses.contains(&(field.index, wanted));
    let shown: Vec<Use> =
        [Use::Text, Use::Debug, Use::Json].into_iter().filter(|wanted| used(*wanted)).collect();
    let mut makers: Vec<(Maker, Vec<Use>)> = Vec::new();
    if field.is_sensitive() && !shown.is_empty() {
        makers.push((Maker::Redacted, shown));
    } else if used(Use::Text) && used(Use::Json) && !field.is_path() {
        makers.push((either(field, Maker::Both, Maker::BothRef), vec![Use::Text, Use::Json]));
        makers.extend(used(Use::Debug).then_some((Maker::Debug, vec![Use::Debug])));
    } else {
        makers.extend(shown.into_iter().map(|used| (shown_by(field, used), vec![used])));
    }
    makers.extend(used(Use::After).then_some((Maker::After, vec![Use::After])));
    makers.extend(used(Use::Violations).then_some((Maker::Violations, vec![Use::Violations])));
    makers
}

fn shown_by(field: &Field<'_>, used: Use) -> Maker {
    match used {
        Use::Text if field.is_path() => Maker::AsText,
        Use::Text => either(field, Maker::Text, Maker::TextRef),
        Use::Json => either(field, Maker::Json, Maker::JsonRef),
        Use::Debug => Maker::Debug,
        Use::After => Maker::After,
        Use::Violations => Maker::Violations,
    }
}

/// Returns the maker for the field: core recognizes scalars by `Any`, which only `'static` types implement.
fn either(field: &Field<'_>, is_static: Maker, borrows: Maker) -> Maker {
    if field.may_borrow || field.is_unsized { borrows } else { is_static }
}

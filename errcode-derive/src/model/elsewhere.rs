//! Who writes `Display` under `extend`, as far as attributes tell.

use super::{Model, Variant};
use crate::parse::item::Item;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elsewhere {
    /// Another derive, from a message.
    Message,
    /// The function in `fmt = …`.
    Function,
    /// The only field.
    Forward,
    /// No attribute says it: the user, by hand.
    Unknown,
}

/// Returns who writes the text of an item that has attributes of its own, and perhaps an enum around it.
pub(crate) fn of_item(item: &Item, container: Option<&Item>) -> Elsewhere {
    let said = [Some(item), container].into_iter().flatten().filter_map(said).next();
    said.unwrap_or(Elsewhere::Unknown)
}

/// Returns who writes the text of the variant.
pub(crate) fn elsewhere(model: &Model<'_>, variant: &Variant<'_>) -> Elsewhere {
    of_item(&variant.item, Some(&model.item))
}

fn said(item: &Item) -> Option<Elsewhere> {
    let word = item.foreign_word.as_ref();
    if item.keys.transparent.is_on() || word.is_some_and(|word| word == "transparent") {
        return Some(Elsewhere::Forward);
    }
    if word.is_some_and(|word| word == "fmt") {
        return Some(Elsewhere::Function);
    }
    item.message.is_set().then_some(Elsewhere::Message)
}

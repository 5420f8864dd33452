//! The codes that `public_as` and `replaced_by` name. `catalog!` checks those of other types.

use crate::{
    errors::Errors,
    model::{Model, row::Row},
    parse::{
        key::{Key, Keys},
        value::Pair,
    },
    spanned::Spanned,
};

/// A code with its keys.
struct Coded<'m> {
    row: &'m Row,
    keys: &'m Keys,
}

impl Coded<'_> {
    fn is(&self, code: &str) -> bool {
        let mut names = [&self.row.code].into_iter().chain(&self.row.aliases);
        names.any(|name| name.eq_ignore_ascii_case(code))
    }
}

pub(crate) fn check(model: &Model<'_>, errors: &Errors) {
    // The keys of a shared code are the enum's.
    let codes: Vec<Coded<'_>> = model
        .rows()
        .filter(|(row, _)| !row.is_shared)
        .map(|(row, variant)| {
            let keys = variant.map_or(&model.item.keys, |variant| &variant.item.keys);
            Coded { row, keys }
        })
        .collect();
    for code in &codes {
        check_visible(code.keys, errors);
        if let Some(public) = code.keys.public_as.get() {
            check_one(model, code, (Key::PublicAs, public), errors);
            let known = codes.iter().find(|other| other.is(public) && !other.is(&code.row.code));
            if known.is_some_and(|known| known.row.internal) {
                let message = format!(
                    "`public_as` names `{}`, which is internal itself; name a code that clients may see",
                    public.value
                );
                errors.at(public.span, message);
            }
        }
        if let Some(successor) = code.keys.replaced_by.get() {
            check_one(model, code, (Key::ReplacedBy, successor), errors);
            check_cycle(&codes, code, successor, errors);
        }
    }
    if model.is_enum && model.shared.is_none() {
        check_visible(&model.item.keys, errors);
    }
}

/// `public_as` implies `internal`.
fn check_visible(keys: &Keys, errors: &Errors) {
    if let (Some(false), Some(span)) = (keys.internal.get(), keys.public_as.span()) {
        errors.at(
            span,
            "`internal = false` shows clients this code, and `public_as` another one; remove one of them",
        );
    }
}

/// A reference cannot be to the code itself, nor to a retired one.
fn check_one(
    model: &Model<'_>,
    from: &Coded<'_>,
    (key, named): (Key, &Spanned<String>),
    errors: &Errors,
) {
    let (key, code) = (key.name(), &named.value);
    if from.is(code) {
        errors.at(
            named.span,
            format_args!("`{key}` names the code itself; name another one, or remove `{key}`"),
        );
    }
    let mut retired = model.item.keys.retired.get().into_iter().flatten();
    if let Some(Pair { name, value }) = retired.find(|pair| pair.name.eq_ignore_ascii_case(code)) {
        errors.at(
            named.span,
            format_args!(
                "`{key}` names `{code}`, which is retired ({}); name a code that is in use",
                value.value
            ),
        );
        errors.at(name.span, format_args!("the code `{}` is retired here", name.value));
    }
}

/// Somewhere, there must be a code that is in use.
fn check_cycle(codes: &[Coded<'_>], from: &Coded<'_>, first: &Spanned<String>, errors: &Errors) {
    let mut path = vec![from.row.code.value.as_str()];
    let mut next = Some(first);
    while let Some(code) = next.filter(|_| path.len() <= codes.len()) {
        path.push(&code.value);
        if from.is(code) {
            // Of a code that names itself, `check_one` says so.
            if path.len() > 2 {
                let path = path.join("` → `");
                let message = format!(
                    "`replaced_by` leads back to the code itself: `{path}`; remove it from the code that stays"
                );
                errors.at(first.span, message);
            }
            return;
        }
        let known = codes.iter().find(|known| known.is(code));
        next = known.and_then(|known| known.keys.replaced_by.get());
    }
}

//! Checks that involve several keys, fields or variants.

mod codes;
mod container;
mod fields;
mod headers;
mod references;
mod secrets;
mod sources;
mod texts;
mod transparent;

use crate::{
    errors::Errors,
    model::{Model, Variant},
};

pub(crate) fn check(model: &Model<'_>, errors: &Errors) {
    container::check_key_places(model, errors);
    container::check_extend(model, errors);
    container::check_shared_code(model, errors);
    container::check_functions(model, errors);
    codes::check_presence(model, errors);
    codes::check_spelling(model, errors);
    codes::check_unique(model, errors);
    codes::check_prefix(model, errors);
    codes::check_retired(model, errors);
    references::check(model, errors);
    headers::check_shared(model, errors);
    secrets::check_debug(model, errors);
    sources::check_conversions(model, errors);
    for variant in &model.variants {
        check_variant(model, variant, errors);
    }
}

fn check_variant(model: &Model<'_>, variant: &Variant<'_>, errors: &Errors) {
    container::check_shared_variant(variant, errors);
    transparent::check(model, variant, errors);
    texts::check_one_message(variant, errors);
    texts::check_public(model, variant, errors);
    texts::check_title(variant, errors);
    texts::check_lengths(variant, errors);
    sources::check_one_each(variant, errors);
    sources::check_from(model, variant, errors);
    sources::check_lifetime(model, variant, errors);
    sources::check_inherit(model, variant, errors);
    fields::check_details(variant, errors);
    fields::check_detail_names(variant, errors);
    fields::check_rejected_values(variant, errors);
    fields::check_violations(variant, errors);
    fields::check_subject(variant, errors);
    headers::check(variant, errors);
    secrets::check_uses(model, variant, errors);
}

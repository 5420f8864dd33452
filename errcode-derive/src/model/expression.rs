//! The fields that an expression in an attribute mentions.

use super::{context::Context, field::Field, template};
use crate::parse::argument::{Argument, Mention};
use proc_macro2::Ident;

/// Reports fields that do not exist, and `self.field` where `self` is an enum. `inherited_by` is the variant that has
/// the expression from its enum.
pub(crate) fn check(
    expression: &Argument,
    fields: &[Field<'_>],
    inherited_by: Option<&Ident>,
    context: &Context<'_>,
) {
    let unknown = |mention: &Mention| {
        let (name, errors) = (mention.name.as_str(), context.errors);
        match inherited_by {
            None => template::unknown_field(name, mention.span, fields, errors),
            Some(variant) => errors.at(
                mention.span,
                format_args!("unknown field `{name}` in an expression that `{variant}` inherits"),
            ),
        }
    };
    let exists = |name: &str| fields.iter().any(|field| field.name == name);
    for mention in expression.fields.iter().filter(|mention| !exists(&mention.name)) {
        unknown(mention);
    }
    let is_enum = context.container.is_some();
    for mention in expression.of_self.iter().filter(|_| is_enum) {
        if exists(&mention.name) {
            context.errors.at(
                mention.span,
                format_args!("`self` is the enum, which has no fields; write `.{}`", mention.name),
            );
        } else {
            unknown(mention);
        }
    }
}

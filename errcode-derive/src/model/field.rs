//! Fields.

use super::{
    context::Context,
    types::{self, Answers},
};
use crate::parse::{argument, documentation::Documentation, field::FieldItem};
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Fields, Index, Member, Type, ext::IdentExt, spanned::Spanned};

pub(crate) struct Field<'a> {
    pub(crate) ty: &'a Type,
    pub(crate) index: usize,
    pub(crate) member: Member,
    /// The name without `r#`; the number of a tuple's field.
    pub(crate) name: String,
    pub(crate) item: FieldItem,
    /// The doc comment, up to the heading `# Internal`.
    pub(crate) docs: String,
    /// The type contains a type parameter.
    pub(crate) is_generic: bool,
    /// What its type is.
    answers: Answers,
    /// The type has no size, or may have none.
    pub(crate) is_unsized: bool,
    /// The type may hold a borrow that is not `'static`.
    pub(crate) may_borrow: bool,
}

impl<'a> Field<'a> {
    /// Returns the fields of an item; a unit has none.
    pub(crate) fn all(fields: &'a Fields, context: &Context<'_>) -> Vec<Self> {
        let fields = fields.iter().enumerate();
        fields.map(|(index, field)| Self::new(index, field, context)).collect()
    }

    fn new(index: usize, original: &'a syn::Field, context: &Context<'_>) -> Self {
        let member = match &original.ident {
            Some(ident) => Member::Named(ident.clone()),
            None => Member::Unnamed(Index { index: number(index), span: original.ty.span() }),
        };
        let name = match &member {
            Member::Named(ident) => ident.unraw().to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        };
        let answers = Answers::new(&original.ty);
        Self {
            ty: &original.ty,
            index,
            member,
            name,
            item: FieldItem::read(&original.attrs, context.errors),
            docs: Documentation::read(&original.attrs).public(),
            is_generic: context.params.in_type(&original.ty),
            answers,
            is_unsized: answers.is_unsized || context.params.may_be_unsized(&original.ty),
            may_borrow: context.params.may_borrow(&original.ty),
        }
    }

    /// Returns where it is declared.
    pub(crate) fn written(&self) -> Span {
        match &self.member {
            Member::Named(ident) => ident.span(),
            Member::Unnamed(index) => index.span,
        }
    }

    /// Returns where it is declared, with the hygiene of the expansion, so that errors in generated code are reported
    /// there.
    pub(crate) fn span(&self) -> Span {
        self.written().resolved_at(Span::call_site())
    }

    /// Returns the name that the user's expressions use.
    pub(crate) fn local(&self) -> Ident {
        match &self.member {
            Member::Named(ident) => argument::local(ident),
            Member::Unnamed(index) => argument::local_index(index.index, index.span),
        }
    }

    /// Returns the tokens of its type, by which equal types are found.
    pub(crate) fn written_type(&self) -> String {
        match self.ty {
            Type::Path(path) if path.qself.is_none() => match path.path.get_ident() {
                Some(name) => name.to_string(),
                None => path.to_token_stream().to_string(),
            },
            ty => ty.to_token_stream().to_string(),
        }
    }

    /// Returns the type that `#[from]` converts: that of the field, or the one in an `Option`.
    pub(crate) fn converted(&self) -> &'a Type {
        types::optional(self.ty).unwrap_or(self.ty)
    }

    /// Returns whether it is sensitive, and its type does not redact itself.
    pub(crate) fn is_secret(&self) -> bool {
        self.item.sensitive.is_set() && !self.answers.is_self_redacting
    }

    /// Returns whether it is left out of details, alerts and docs.
    pub(crate) fn is_sensitive(&self) -> bool {
        self.item.sensitive.is_set() || self.answers.is_self_redacting
    }

    /// Returns whether it holds a backtrace. `#[backtrace]` on a source does not count: it asks for delegation, which
    /// only nightly has.
    pub(crate) fn is_backtrace(&self) -> bool {
        self.answers.is_backtrace
    }

    /// Returns whether it holds the location of the error.
    pub(crate) fn is_location(&self) -> bool {
        self.item.location.is_set() || self.answers.is_location
    }

    /// Returns whether it is a path, which has no `Display`.
    pub(crate) fn is_path(&self) -> bool {
        self.answers.is_path
    }

    /// Returns whether it has values that a validation rejected.
    pub(crate) fn has_rejected_values(&self) -> bool {
        self.answers.has_rejected_values
    }

    /// Returns whether it is filled where the error is made.
    pub(crate) fn is_captured(&self) -> bool {
        self.is_backtrace() || self.is_location()
    }

    /// Returns whether it is named `source` rather than `r#source`.
    pub(crate) fn is_called_source(&self) -> bool {
        matches!(&self.member, Member::Named(ident) if ident == "source")
    }

    /// Returns the name of the member in `details`.
    pub(crate) fn detail_name(&self) -> String {
        let rename = self.item.detail.get().and_then(|detail| detail.rename.as_ref());
        rename.map_or_else(|| self.name.clone(), |rename| rename.value.clone())
    }
}

/// Converts the number of a field, which is always far below the limit.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

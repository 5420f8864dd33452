//! `catalog!`: its head and list, its settings, and the static that they make. Mistakes are reported like those of the
//! derive; what is right is expanded all the same, so that core checks the codes in the same compile.

mod declaration;
mod expand;
mod settings;
mod value;

use crate::errors::Errors;
use declaration::Declaration;
use proc_macro2::TokenStream;
use settings::Settings;
use syn::parse::{ParseStream, Parser};

/// Expands the tokens of `catalog!`, after `[$crate]`.
pub(crate) fn catalog(input: TokenStream) -> TokenStream {
    let errors = Errors::new();
    let parser = |input: ParseStream<'_>| {
        let declaration = Declaration::parse(input, &errors)?;
        let settings = Settings::parse(input, &errors);
        Ok((declaration, settings))
    };
    let parsed = errors.ok(parser.parse2(input));
    let mistakes = errors.finish().err().map(syn::Error::into_compile_error);
    let expansion = parsed.map(|(declaration, settings)| expand::catalog(&declaration, &settings));
    quote::quote!(#mistakes #expansion)
}

//! The lints that the user allows.

use proc_macro2::TokenStream;
use quote::{TokenStreamExt, quote};
use syn::{Attribute, Data, DeriveInput, Meta};

/// Returns `#[allow(…)]` for each lint that the type, a variant or a field allows or expects. The expansion has types
/// and expressions of theirs, which rustc checks again; what it then says twice, it shows once. An `allow` of ours
/// would be an error in a crate that forbids the lint.
pub(crate) fn allowed(input: &DeriveInput) -> TokenStream {
    let mut allowed = TokenStream::new();
    add(&input.attrs, &mut allowed);
    match &input.data {
        Data::Struct(data) => data.fields.iter().for_each(|field| add(&field.attrs, &mut allowed)),
        Data::Enum(data) => {
            for variant in &data.variants {
                add(&variant.attrs, &mut allowed);
                variant.fields.iter().for_each(|field| add(&field.attrs, &mut allowed));
            }
        }
        Data::Union(_) => {}
    }
    allowed
}

fn add(attributes: &[Attribute], allowed: &mut TokenStream) {
    for attribute in attributes {
        if let Meta::List(list) = &attribute.meta
            && (list.path.is_ident("allow") || list.path.is_ident("expect"))
        {
            let lints = &list.tokens;
            allowed.append_all(quote!(#[allow(#lints)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn expectations_become_permissions() {
        let input = parse_quote! {
            #[allow(deprecated, clippy::pedantic)]
            #[deny(missing_docs)]
            enum E {
                #[expect(dead_code, reason = "later")]
                A {
                    #[allow(unused_qualifications)]
                    a: u8,
                },
            }
        };
        let expected = quote! {
            #[allow(deprecated, clippy::pedantic)]
            #[allow(dead_code, reason = "later")]
            #[allow(unused_qualifications)]
        };
        assert_eq!(allowed(&input).to_string(), expected.to_string());
    }
}

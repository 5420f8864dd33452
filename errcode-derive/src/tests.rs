//! Tests of the pipeline, from tokens to tokens.

use crate::{
    derive,
    errors::Errors,
    format::DetailKind,
    model::{
        Model,
        row::{Entry, TextKind},
    },
    validate,
};
use proc_macro2::TokenStream;
use quote::quote;

/// Returns the texts of all mistakes.
fn mistakes(input: TokenStream) -> Vec<String> {
    let input = syn::parse2(input).unwrap();
    let errors = Errors::new();
    validate::check(&Model::new(&input, &errors), &errors);
    errors
        .finish()
        .err()
        .map_or_else(Vec::new, |all| all.into_iter().map(|error| error.to_string()).collect())
}

#[test]
fn the_expansion_parses() {
    let expansion = derive::derive(quote! {
        #[error(category = business, constructors, predicates)]
        enum ProjectError {
            #[error("project {id} not found", code = "E2001", status = 404, user_msg = "no project {id}")]
            NotFound { id: u64 },
            #[error(transparent)]
            Inner(#[from] Inner),
        }
    });
    let file = expansion.to_string();
    assert!(file.contains("fn __errcode_row"), "{file}");
    assert!(!file.contains("compile_error"), "{file}");
}

#[test]
fn variants_of_one_shape_share_an_arm() {
    let expansion = derive::derive(quote! {
        enum E {
            #[error("a {x} {y}", code = "A")]
            A { x: u64, y: String },
            #[error("b {name} {id}", code = "B")]
            B { name: String, id: u64 },
        }
    });
    let arm = "Self :: A { y : __0 , x : __1 , } | Self :: B { name : __0 , id : __1 , } => \
               [__e :: Arg :: text (__0) , __e :: Arg :: text (__1)]";
    let expansion = expansion.to_string();
    assert!(expansion.contains(arm), "{expansion}");
}

#[test]
fn an_arm_has_at_most_64_patterns() {
    let variants = (0..130).map(|i| {
        let (name, code) = (quote::format_ident!("V{i}"), format!("E{i}"));
        quote!(#[error("{id}", code = #code)] #name { id: u64 },)
    });
    let expansion = derive::derive(quote!(enum E { #(#variants)* })).to_string();
    assert_eq!(expansion.matches("=> [__e :: Arg :: text (__0)]").count(), 3);
}

#[test]
fn mistakes_come_with_impls_that_stop_others() {
    let expansion = derive::derive(quote! {
        enum E { #[error("x", code = "E1", statsu = 404)] A(#[from] Inner) }
    });
    let expansion = expansion.to_string();
    for expected in [
        "compile_error",
        "Display for E",
        "Error for E",
        "Fields for E",
        "Coded for E",
        "Catalogued for E",
        "From < Inner > for E",
    ] {
        assert!(expansion.contains(expected), "{expected}: {expansion}");
    }
}

#[test]
fn all_mistakes_are_reported() {
    let told = mistakes(quote! {
        #[error(catagory = business)]
        enum E {
            #[error("{di}", code = "E1", status = 200)]
            A { id: u64 },
            #[error("b", code = "E1")]
            B,
            #[error("c")]
            C,
        }
    });
    for expected in
        ["catagory", "from 400 to 599", "`di`", "used twice", "used here first", "`C` has no code"]
    {
        assert!(told.iter().any(|told| told.contains(expected)), "{expected}: {told:#?}");
    }
    assert_eq!(told.len(), 6, "{told:#?}");
}

#[test]
fn an_argument_may_have_a_keys_name_with_app() {
    assert_eq!(
        mistakes(quote! {
            enum E {
                #[error("{code} failed with {status}", code = .inner.code(), status = 4)]
                #[app(code = "E1", status = 404)]
                A { inner: Inner },
            }
        }),
        [""; 0]
    );
}

#[test]
fn fields_with_the_names_of_keys_are_fields() {
    assert_eq!(
        mistakes(quote! {
            #[error("{code} {status} {level} {title}", code = "E1", status = 404, level = info, title = "x")]
            struct E { code: String, status: u16, level: u8, title: String }
        }),
        [""; 0]
    );
}

#[test]
fn a_row_has_its_entries() {
    let input = syn::parse_quote! {
        /// Not there.
        ///
        /// Look elsewhere.
        #[error("{id} not found", code = "E1", user_msg = "no {id}", retryable(after = "2s"), tags("a"), owner = "me")]
        struct E { #[detail(rename = "number", example = 17)] id: u64 }
    };
    let errors = Errors::new();
    let model = Model::new(&input, &errors);
    errors.finish().unwrap();
    let (row, _) = model.rows().next().unwrap();
    let text = |kind| {
        row.entries.iter().find_map(|entry| match entry {
            Entry::Text(found, text) if *found == kind => Some(text.as_str()),
            _ => None,
        })
    };
    assert_eq!(text(TextKind::Title), Some("Not there."));
    assert_eq!(text(TextKind::Explanation), Some("Look elsewhere."));
    assert_eq!(text(TextKind::Owner), Some("me"));
    assert_eq!(text(TextKind::Tag), Some("a"));
    assert!(row.entries.iter().any(|entry| matches!(entry, Entry::After(2_000))));
    assert!(row.entries.iter().any(|entry| matches!(
        entry,
        Entry::Detail { name, kind: DetailKind::Json, example, .. }
            if name == "number" && example == "17"
    )));
    assert!(
        row.entries.iter().any(|entry| matches!(entry, Entry::Name { name, .. } if name == "id"))
    );
}

/// Counts the tokens; the delimiters of a group are two.
fn tokens(stream: TokenStream) -> usize {
    let count = |tree| match tree {
        proc_macro2::TokenTree::Group(group) => 2 + tokens(group.stream()),
        _ => 1,
    };
    stream.into_iter().map(count).sum()
}

/// rustc's work grows with the number of tokens.
#[test]
fn a_plain_variant_costs_few_tokens() {
    let emitted = |count: usize| {
        let variants = (0..count).map(|i| {
            let (name, code) = (quote::format_ident!("V{i}"), format!("E{i}"));
            let message = format!("operation {i} on {{name}} failed after {{count}} attempts");
            quote!(#[error(#message, code = #code, status = 404)] #name { name: String, count: u64 },)
        });
        tokens(derive::derive(quote!(enum E { #(#variants)* })))
    };
    let each = (emitted(200) - emitted(100)) / 100;
    assert!(each <= 32, "{each} tokens a variant");
}

#[test]
fn a_code_made_from_a_name_obeys_the_grammar() {
    let emitted = derive::derive(quote!(
        #[error(codes = "snake_case")]
        enum Uni {
            #[error("one")]
            Überlauf,
            #[error("two")]
            Plain,
        }
    ))
    .to_string();
    assert!(emitted.contains("invalid code `überlauf`"), "{emitted}");
    assert!(!emitted.contains("`plain`"), "{emitted}");
}

//! The settings of `catalog!`.

use super::value;
use crate::{
    errors::Errors,
    format, nearest,
    parse::{self, slot::Slot},
};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::{LitStr, Token, ext::IdentExt, parse::ParseStream};

/// The settings, each with how it is written.
const SETTINGS: [(&str, &str); 9] = [
    ("service", "`service = \"projects\";`"),
    ("docs", "`docs = \"https://errors.example.com/{code}\";`"),
    ("languages", "`languages = [\"zh\", \"en\"];`"),
    ("grammar", "`grammar = \"E{module:1}{serial:3}\";`"),
    ("modules", "`modules = { 1 = \"common\" };`"),
    ("kinds", "`kinds = { 0 = \"general\" };`"),
    ("translations", "`translations = { \"fr\" = include_str!(\"fr.txt\") };`"),
    ("faults", "`faults = MyFaults;`"),
    ("format", "`format = MyFormat;`"),
];

#[derive(Default)]
pub(crate) struct Settings {
    /// The calls of the builder.
    pub(crate) calls: Vec<TokenStream>,
    written: [Slot<()>; SETTINGS.len()],
    grammar: Option<LitStr>,
    modules: Vec<(u32, Span)>,
    kinds: Vec<(u32, Span)>,
}

impl Settings {
    /// Parses `; name = value; …`. A mistake in one setting does not hide those in the next.
    pub(crate) fn parse(input: ParseStream<'_>, errors: &Errors) -> Self {
        let mut settings = Self::default();
        if !input.is_empty() {
            separator(input, "the list", input.span(), errors);
        }
        while !input.is_empty() {
            if input.peek(Token![;]) {
                errors.at(input.span(), "unexpected `;`; remove it");
                errors.ok(input.parse::<Token![;]>());
                continue;
            }
            settings.setting(input, errors);
        }
        settings.check_numbers("modules", &settings.modules, 0, errors);
        settings.check_numbers("kinds", &settings.kinds, 1, errors);
        settings
    }

    fn setting(&mut self, input: ParseStream<'_>, errors: &Errors) {
        let span = input.span();
        let Ok(key) = input.call(Ident::parse_any) else {
            errors.at(
                span,
                format_args!(
                    "expected a setting; the settings are {}",
                    nearest::list(&names(), "and")
                ),
            );
            value_tokens(input);
            return;
        };
        let equals = input.span();
        if input.peek(Token![=]) {
            errors.ok(input.parse::<Token![=]>());
        } else {
            errors.at(equals, format_args!("expected `=` after `{key}`"));
            if input.peek(Token![:]) {
                errors.ok(input.parse::<Token![:]>());
            }
        }
        let value = value_tokens(input);
        let last = value.clone().into_iter().last().map_or(equals, |token| token.span());
        separator(input, &format!("the value of `{key}`"), last, errors);
        let name = key.unraw().to_string();
        let Some(place) = SETTINGS.iter().position(|(known, _)| *known == name) else {
            errors.at(key.span(), unknown(&name));
            return;
        };
        if value.is_empty() {
            errors
                .at(key.span(), format_args!("`{name}` has no value; write {}", SETTINGS[place].1));
            return;
        }
        if self.written[place].is_set() {
            // The first one counts.
            self.written[place].set(format_args!("`{name}`"), key.span(), (), errors);
            return;
        }
        self.written[place].set(format_args!("`{name}`"), key.span(), (), errors);
        self.value(place, &key, value, errors);
    }

    /// Adds the call for a value, unless it has a mistake.
    fn value(&mut self, place: usize, key: &Ident, value: TokenStream, errors: &Errors) {
        let before = errors.count();
        let (name, form) = SETTINGS[place];
        let argument = match name {
            "docs" => {
                value::docs(&value, errors);
                value
            }
            "languages" => languages(&value, form, errors),
            "grammar" => {
                self.grammar = value::grammar(&value, errors);
                value
            }
            "modules" => numbers(&value, form, &mut self.modules, errors),
            "kinds" => numbers(&value, form, &mut self.kinds, errors),
            "translations" => translations(&value, form, errors),
            "faults" => quote!(&#value),
            "format" => {
                quote!(&__e::Own(&#value), ::core::stringify!(#value))
            }
            _ => {
                value::text(&value, errors);
                value
            }
        };
        if errors.count() == before {
            let call = Ident::new(name, key.span().resolved_at(Span::call_site()));
            self.calls.push(quote!(.#call(#argument)));
        }
    }

    /// Returns where the setting is written.
    fn span(&self, setting: &str) -> Option<Span> {
        SETTINGS.iter().zip(&self.written).find(|((name, _), _)| *name == setting)?.1.span()
    }

    /// The numbers are digits of the grammar.
    fn check_numbers(&self, setting: &str, numbers: &[(u32, Span)], field: usize, errors: &Errors) {
        let name = format::GRAMMAR_FIELDS[field];
        let Some(span) = self.span(setting) else { return };
        let Some(grammar) = self.grammar.as_ref().map(LitStr::value) else {
            if self.span("grammar").is_none() {
                errors.at(span, format_args!("`{setting}` has no effect without a `grammar`"));
            }
            return;
        };
        let Some(width) = format::grammar_width(&grammar, field) else {
            errors.at(span, format_args!("the grammar `{grammar}` has no `{{{name}:N}}`"));
            return;
        };
        for (number, span) in numbers {
            if number.to_string().len() > width {
                let digits = if width == 1 { "digit" } else { "digits" };
                errors.at(
                    *span,
                    format_args!("the {name} of a code has {width} {digits} in `{grammar}`"),
                );
            }
        }
    }
}

fn names() -> [&'static str; SETTINGS.len()] {
    SETTINGS.map(|(name, _)| name)
}

fn unknown(name: &str) -> String {
    let elsewhere = match name {
        "types" | "errors" | "enums" => Some("the list: `static CATALOG = [ProjectError];`"),
        "language" | "locales" | "default_language" => Some("`languages`"),
        "url" | "docs_url" | "base_url" => Some("`docs`"),
        "name" => Some("`service`"),
        _ => None,
    };
    let hint = match elsewhere {
        Some(meant) => format!("; did you mean {meant}?"),
        None => nearest::hint(name, &names()),
    };
    format!("unknown setting `{name}`{hint}\nthe settings are {}", nearest::list(&names(), "and"))
}

/// Parses the `;` after `what`, whose last token is at `last`.
fn separator(input: ParseStream<'_>, what: &str, last: Span, errors: &Errors) {
    let span = if input.is_empty() { last } else { input.span() };
    if input.peek(Token![;]) {
        errors.ok(input.parse::<Token![;]>());
    } else if input.peek(Token![,]) {
        errors.at(span, format_args!("expected `;` after {what}, not `,`"));
        errors.ok(input.parse::<Token![,]>());
    } else {
        errors.at(span, format_args!("expected `;` after {what}"));
    }
}

/// Returns the tokens up to `;`, or up to what is the next setting although a `;` is missing.
fn value_tokens(input: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while !(input.is_empty() || input.peek(Token![;]) || !tokens.is_empty() && next_begins(input)) {
        match input.parse::<TokenTree>() {
            Ok(token) => tokens.extend([token]),
            Err(_) => break,
        }
    }
    tokens
}

fn next_begins(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    if ahead.peek(Token![,]) && ahead.parse::<Token![,]>().is_err() {
        return false;
    }
    // A trailing comma at the end is one instead of `;`.
    ahead.is_empty()
        || ahead.call(Ident::parse_any).is_ok() && ahead.peek(Token![=]) && !ahead.peek(Token![==])
}

fn languages(value: &TokenStream, form: &str, errors: &Errors) -> TokenStream {
    let list = value::list(value, form, errors).unwrap_or_default();
    if list.is_empty() && value.to_string().replace(' ', "") == "[]" {
        errors.on(
            value,
            format_args!("no language is specified; write {form}, or remove `languages`"),
        );
    }
    let mut seen: Vec<(String, Span)> = Vec::new();
    for item in &list {
        if let Some(tag) = value::text(item, errors) {
            language(&tag, &mut seen, errors);
        }
    }
    quote!(&[#(#list),*])
}

/// Checks a tag, which must not be among the ones seen before.
fn language(tag: &LitStr, seen: &mut Vec<(String, Span)>, errors: &Errors) {
    let text = tag.value();
    if let Err(message) = parse::localized::language(&text) {
        errors.at(tag.span(), message);
    }
    if let Some((_, first)) = seen.iter().find(|(known, _)| known.eq_ignore_ascii_case(&text)) {
        errors.at(tag.span(), format_args!("the language `{text}` is specified twice"));
        errors.at(*first, format_args!("`{text}` is first specified here"));
    } else {
        seen.push((text, tag.span()));
    }
}

/// Parses `{ 1 = "common" }`, and adds the numbers.
fn numbers(
    value: &TokenStream,
    form: &str,
    seen: &mut Vec<(u32, Span)>,
    errors: &Errors,
) -> TokenStream {
    let pairs = value::pairs(value, form, errors).unwrap_or_default();
    for (number, name) in &pairs {
        let Some((number, span)) = value::number(number, errors) else { continue };
        value::text(name, errors);
        if let Some((_, first)) = seen.iter().find(|(known, _)| *known == number) {
            errors.at(span, format_args!("the number {number} is specified twice"));
            errors.at(*first, format_args!("{number} is first specified here"));
        } else {
            seen.push((number, span));
        }
    }
    let pairs = pairs.iter().map(|(number, name)| quote!((#number, #name)));
    quote!(&[#(#pairs),*])
}

fn translations(value: &TokenStream, form: &str, errors: &Errors) -> TokenStream {
    let pairs = value::pairs(value, form, errors).unwrap_or_default();
    let mut seen = Vec::new();
    for (tag, _) in &pairs {
        if let Some(tag) = value::text(&quote!(#tag), errors) {
            language(&tag, &mut seen, errors);
        }
    }
    let pairs = pairs.iter().map(|(tag, text)| quote!((#tag, #text)));
    quote!(&[#(#pairs),*])
}

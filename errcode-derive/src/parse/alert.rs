//! The value of `alert`.

use super::{
    punctuation::{comma, parentheses},
    value::{flag, text, twice},
};
use crate::{
    format::{Alert, AlertThreshold},
    nearest,
    spanned::Spanned,
};
use proc_macro2::Ident;
use syn::{
    ext::IdentExt,
    parse::{ParseStream, Result},
    token::Paren,
};

/// `alert` and its parentheses.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AlertRule {
    pub(crate) alert: Alert,
    pub(crate) over: Option<AlertThreshold>,
}

pub(crate) fn alert(input: ParseStream<'_>) -> Result<AlertRule> {
    if !input.peek(Paren) {
        let alert = if flag(input)? { Alert::Notice } else { Alert::None };
        return Ok(AlertRule { alert, over: None });
    }
    let content = parentheses(input, "")?;
    let mut rule = AlertRule { alert: Alert::Notice, over: None };
    let mut page = None;
    while !content.is_empty() {
        let key = content.call(Ident::parse_any)?;
        if key == "page" && page.is_some() || key == "over" && rule.over.is_some() {
            return Err(twice(&key));
        }
        if key == "page" {
            let yes = *page.insert(flag(&content)?);
            rule.alert = if yes { Alert::Page } else { Alert::Notice };
        } else if key == "over" {
            rule.over = Some(threshold(&text(&content)?)?);
        } else {
            let hint = nearest::hint(&key.to_string(), &["page", "over"]);
            return Err(syn::Error::new(
                key.span(),
                format_args!(
                    "unknown key `{key}` in `alert`{hint}\n`alert` takes `page` and `over`"
                ),
            ));
        }
        comma(&content)?;
    }
    Ok(rule)
}

fn threshold(text: &Spanned<String>) -> Result<AlertThreshold> {
    text.parse().map_err(|_| {
        syn::Error::new(
            text.span,
            format_args!(
                "invalid threshold `{}`; write a count and a time, as in `20/1m`",
                text.value
            ),
        )
    })
}

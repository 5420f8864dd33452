//! Response headers.

use crate::{
    errors::Errors,
    model::{Model, Variant},
    parse::value::Pair,
    spanned::Spanned,
};

/// The headers that a code cannot have, in lower case, and why. Two of them would describe another message than the one
/// that is sent.
const REFUSED: [(&[&str], &str); 7] = [
    (
        &["content-length", "transfer-encoding", "trailer"],
        "it says where the message ends, and the server writes it",
    ),
    (
        &["connection", "proxy-connection", "keep-alive", "te", "upgrade"],
        "it is about the connection, which the server manages",
    ),
    (
        &["proxy-authenticate", "proxy-authorization", "proxy-authentication-info"],
        "it is between a client and its proxy",
    ),
    (
        &["content-type", "content-encoding", "content-language", "vary"],
        "it describes the body, which errcode writes",
    ),
    (&["cache-control"], "errcode writes `no-store`, since an error must not be cached"),
    (&["retry-after"], "errcode writes it for `retryable(after = …)`"),
    (
        &["x-error-code", "x-request-id", "x-trace-id", "x-task-id"],
        "errcode writes the code and the ids of the request there",
    ),
];

/// The statuses that require a header which is otherwise refused (RFC 9110 sections 15.5.8 and 15.5.22).
const REQUIRED: [(&str, u16); 2] = [("proxy-authenticate", 407), ("upgrade", 426)];

/// A header that may have several lines, because its values cannot be joined by commas (RFC 9110 section 5.3).
const SEVERAL: &str = "set-cookie";

/// Checks the headers of a code that variants share.
pub(crate) fn check_shared(model: &Model<'_>, errors: &Errors) {
    if let Some(row) = &model.shared {
        let declared = model.item.keys.headers.get().into_iter().flatten();
        check_names(declared.map(|pair| &pair.name), row.status, errors);
    }
}

pub(crate) fn check(variant: &Variant<'_>, errors: &Errors) {
    let Some(row) = &variant.row else { return };
    let constant = variant.item.keys.headers.get().into_iter().flatten();
    let constant = constant.map(|Pair { name, .. }| name);
    let fields = variant.fields.iter().filter_map(|field| field.item.header.get());
    check_names(constant.chain(fields), row.status, errors);
}

fn check_names<'n>(names: impl Iterator<Item = &'n Spanned<String>>, status: u16, errors: &Errors) {
    let mut seen: Vec<(String, &Spanned<String>)> = Vec::new();
    for name in names {
        let lower = name.to_ascii_lowercase();
        let refused = REFUSED.iter().find(|(names, _)| names.contains(&lower.as_str()));
        if let Some((_, why)) = refused
            && !REQUIRED.contains(&(lower.as_str(), status))
        {
            errors.at(name.span, format_args!("a code cannot have the header `{}`: {why}", **name));
        }
        if let Some((_, first)) = seen.iter().find(|(known, _)| *known == lower && lower != SEVERAL)
        {
            errors.at(
                name.span,
                format_args!(
                    "the header `{}` is specified twice; join the values with a comma",
                    **name
                ),
            );
            errors.at(first.span, format_args!("`{}` is first specified here", ***first));
        } else {
            seen.push((lower, name));
        }
    }
}

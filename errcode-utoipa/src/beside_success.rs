//! Failures that are answered with the status of a success, by a body format of the service's own.
//!
//! An operation has one response per status, and the success of the operation is not known to `codes!`. So the
//! failures get a name of their own, and [`ErrorSchemas`](crate::ErrorSchemas) adds them to the success.

use std::collections::BTreeMap;
use utoipa::openapi::{
    Content, OpenApi, PathItem, RefOr, Response, example::ExampleBuilder, extensions::Extensions,
    path::Operation, schema::AnyOfBuilder,
};

/// The beginning of the name; a member with `x-` is allowed beside the statuses.
const BESIDE: &str = "x-errors-";

/// The extension of a response that documents failures beside a success.
pub(crate) const HAS_SUCCESS: &str = "x-has-success";

/// Returns the name of the failures with this status.
pub(crate) fn name(status: u16) -> String {
    if status < 400 { format!("{BESIDE}{status}") } else { status.to_string() }
}

/// Returns the status of a response with this name.
pub(crate) fn status(name: &str) -> Option<u16> {
    name.strip_prefix(BESIDE).unwrap_or(name).parse().ok()
}

/// Adds the failures to the successes with the same status.
pub(crate) fn join_all(openapi: &mut OpenApi) {
    for operation in openapi.paths.paths.values_mut().flat_map(operations) {
        let responses = &mut operation.responses.responses;
        let names: Vec<String> =
            responses.keys().filter(|name| name.starts_with(BESIDE)).cloned().collect();
        for name in names {
            join(responses, &name);
        }
    }
}

/// Returns the operations of a path.
pub(crate) fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.options,
        &mut item.head,
        &mut item.patch,
        &mut item.trace,
    ]
    .into_iter()
    .filter_map(Option::as_mut)
}

fn join(responses: &mut BTreeMap<String, RefOr<Response>>, name: &str) {
    let Some(failures) = responses.remove(name) else { return };
    let status = name.trim_start_matches(BESIDE);
    match (responses.get_mut(status), failures) {
        (Some(RefOr::T(success)), RefOr::T(failures)) => add(success, failures),
        (None, failures) => {
            responses.insert(status.to_owned(), failures);
        }
        // The success is elsewhere, and other operations may have it too.
        (Some(_), failures) => {
            responses.insert(name.to_owned(), failures);
        }
    }
}

fn add(success: &mut Response, failures: Response) {
    success.description = [success.description.as_str(), &failures.description]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("  \n");
    success.headers.extend(failures.headers);
    for (media_type, failure) in failures.content {
        match (success.content.get_mut(&media_type), failure) {
            (Some(RefOr::T(known)), RefOr::T(failure)) => add_content(known, failure),
            (Some(_), _) => {}
            (None, failure) => {
                success.content.insert(media_type, failure);
            }
        }
    }
    let mark = Extensions::builder().add(HAS_SUCCESS, true).build();
    let extensions = success.extensions.get_or_insert_default();
    extensions.merge(failures.extensions.unwrap_or_default());
    extensions.merge(mark);
}

fn add_content(success: &mut Content, failure: Content) {
    let schemas = [success.schema.take(), failure.schema].into_iter().flatten();
    let either = schemas.fold(AnyOfBuilder::new(), AnyOfBuilder::item).build();
    success.schema = Some(RefOr::T(either.into()));
    // A content has either one example or several.
    if let Some(example) = success.example.take() {
        let example = ExampleBuilder::new().value(Some(example)).build();
        success.examples.insert("success".to_owned(), example.into());
    }
    success.examples.extend(failure.examples);
}

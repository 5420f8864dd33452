//! The errors that are measured, and their way to a response.

use errcode_core::{
    AppError, Failure, Public,
    wire::{self, BodyFormat, ErrorView, Ids, JsonApi, Problem},
};
use errcode_runtime::{Context, Id};
use std::hint::black_box;

#[derive(Debug, AppError)]
pub enum OrderError {
    #[error(
        "resource '{resource}' with id {id} was not found",
        code = "E2001",
        status = 404,
        public
    )]
    NotFound {
        resource: String,
        #[detail]
        id: u64,
    },
    #[error("resource '{resource}' is in conflict", code = "E2002", status = 409, public)]
    #[allow(dead_code)]
    Conflict { resource: String },
}

errcode_core::catalog! { pub static CATALOG = [OrderError]; service = "bench"; }
errcode_core::catalog! { static PROBLEMS = [OrderError]; format = Problem; }
errcode_core::catalog! { static JSON_API = [OrderError]; format = JsonApi::new(); }

/// The values of the error, which every peer has too.
#[inline(never)]
pub fn values() -> (String, u64) {
    (String::from(black_box("orders/2026/invoice")), black_box(48_151_623))
}

pub fn error() -> OrderError {
    let (resource, id) = values();
    OrderError::NotFound { resource, id }
}

pub const REQUEST_ID: &str = "01JD8Z3V5K9QW2X7RBNC4M6T8Y";
pub const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn ids() -> Ids<'static> {
    Ids::default().request_id(black_box(REQUEST_ID))
}

/// The body's bytes.
pub fn body(failure: &Failure) -> Vec<u8> {
    wire::body(failure, None, ids())
}

/// The same through a view, as formats other than the default one are written.
pub fn body_in(format: &dyn BodyFormat, failure: &Failure) -> Vec<u8> {
    let public = Public::without_catalog(failure);
    wire::render(format, &ErrorView::new(&public, None, ids()))
}

fn within(catalog: &'static errcode_core::Catalog) -> Context {
    Context::builder().catalog(catalog).request_id(Id::parse(REQUEST_ID)).build()
}

/// Calls `work` in the context of a service with the default format.
pub fn in_envelopes(work: impl FnOnce()) {
    within(&CATALOG).enter(work);
}

/// Calls `work` in the context of a service whose format is [`Problem`].
pub fn in_problems(work: impl FnOnce()) {
    within(&PROBLEMS).enter(work);
}

/// Calls `work` in the context of a service whose format is [`JsonApi`].
pub fn in_json_api(work: impl FnOnce()) {
    within(&JSON_API).enter(work);
}

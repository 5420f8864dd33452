//! What extractors and routers refuse, by the names that `codes!` uses, for example `faults::json`.
//!
//! Each is a list of [`FrameworkFault`]s. The catalog's setting `faults` gives them codes.

#![allow(non_upper_case_globals, reason = "they are read as the names of extractors")]

use errcode_core::DatabaseFault;
use errcode_core::FrameworkFault::{
    self, BadRequest, Database, GatewayTimeout, MethodNotAllowed, Overloaded, Panic,
    PayloadTooLarge, RequestTimeout, Unexpected, UnknownRoute, Unprocessable, UnsupportedMediaType,
    Validation,
};

/// A body by `errcode_axum::extract::Json` or axum's: malformed JSON, not of the type, over the limit, or
/// not declared as JSON.
pub const json: &[FrameworkFault] =
    &[BadRequest, Unprocessable, PayloadTooLarge, UnsupportedMediaType];

/// A form in the body: malformed, not of the type, over the limit, or not declared as a form.
pub const form: &[FrameworkFault] = json;

/// A multipart form by `errcode_axum::extract::Multipart`: malformed or cut off, over the limit, or not declared as
/// one. For axum's own extractor, which answers the last with 400 too, use [`body`].
pub const multipart: &[FrameworkFault] = &[BadRequest, PayloadTooLarge, UnsupportedMediaType];

/// A body of any kind: malformed or cut off, or over the limit.
pub const body: &[FrameworkFault] = &[BadRequest, PayloadTooLarge];

/// A segment of the path that does not fit its type.
pub const path: &[FrameworkFault] = &[BadRequest];

/// A query that does not fit its type.
pub const query: &[FrameworkFault] = &[BadRequest];

/// A value that breaks a rule of `errcode_axum::extract::Valid`.
pub const valid: &[FrameworkFault] = &[Validation];

/// No route, or no such method on it. Only a fallback answers with these, never an operation.
pub const routing: &[FrameworkFault] = &[UnknownRoute, MethodNotAllowed];

/// `.unexpected(…)`, and a panic.
pub const unexpected: &[FrameworkFault] = &[Unexpected, Panic];

/// A timeout layer.
pub const timeout: &[FrameworkFault] = &[RequestTimeout, GatewayTimeout];

/// What any statement of a database may fail with, by `errcode-sqlx`.
///
/// The database is unavailable, takes too long, or reports an error that is the service's. Missing rows and the
/// constraints that clients can violate usually have codes of their own.
pub const database: &[FrameworkFault] = &[
    Database(DatabaseFault::PoolTimeout),
    Database(DatabaseFault::TooManyConnections),
    Database(DatabaseFault::ConnectionLost),
    Database(DatabaseFault::Busy),
    Database(DatabaseFault::Deadlock),
    Database(DatabaseFault::SerializationFailure),
    Database(DatabaseFault::Cancelled),
    Database(DatabaseFault::CommitUnknown),
    Database(DatabaseFault::Check),
    Database(DatabaseFault::NotNull),
    Database(DatabaseFault::Other),
];

/// A load shed layer.
pub const overload: &[FrameworkFault] = &[Overloaded];

//! The same answer by others: code, message, whether to retry, the details, ids where ours has them, the time, and the
//! same headers. Those that cannot have a member leave it out.

use crate::ours::{REQUEST_ID, values};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use masterror::{AppCode, AppErrorKind, Masterror};
use serde::Serialize;
use std::hint::black_box;

#[derive(Debug, thiserror::Error)]
pub enum HandError {
    #[error("resource '{resource}' with id {id} was not found")]
    NotFound { resource: String, id: u64 },
    #[error("resource '{resource}' is in conflict")]
    #[allow(dead_code)]
    Conflict { resource: String },
}

#[derive(Serialize)]
struct Body<'a> {
    success: bool,
    error: Inner<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    timestamp: String,
}

#[derive(Serialize)]
struct Inner<'a> {
    code: &'a str,
    message: String,
    retryable: bool,
    details: Details<'a>,
}

#[derive(Serialize)]
struct Details<'a> {
    resource: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
}

#[derive(Serialize)]
struct Problem<'a> {
    title: &'a str,
    status: u16,
    detail: String,
    code: &'a str,
    request_id: Option<&'a str>,
    timestamp: String,
    retryable: bool,
    details: Details<'a>,
}

#[derive(Serialize)]
struct Document<'a> {
    errors: [Object<'a>; 1],
}

#[derive(Serialize)]
struct Object<'a> {
    id: Option<&'a str>,
    status: String,
    code: &'a str,
    title: &'a str,
    detail: String,
    meta: Meta<'a>,
}

#[derive(Serialize)]
struct Meta<'a> {
    details: Details<'a>,
    timestamp: String,
    retryable: bool,
}

const TITLE: &str = "not found";

/// The body of RFC 9457.
pub fn problem_by_hand() -> Vec<u8> {
    let error = by_hand();
    let problem = Problem {
        title: TITLE,
        status: error.status().as_u16(),
        detail: error.to_string(),
        code: error.code(),
        request_id: Some(black_box(REQUEST_ID)),
        timestamp: now(),
        retryable: false,
        details: error.details(),
    };
    serde_json::to_vec(&problem).unwrap()
}

/// The body of JSON:API.
pub fn json_api_by_hand() -> Vec<u8> {
    let error = by_hand();
    let object = Object {
        id: Some(black_box(REQUEST_ID)),
        status: error.status().as_str().to_owned(),
        code: error.code(),
        title: TITLE,
        detail: error.to_string(),
        meta: Meta { details: error.details(), timestamp: now(), retryable: false },
    };
    serde_json::to_vec(&Document { errors: [object] }).unwrap()
}

fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

impl HandError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "E2001",
            Self::Conflict { .. } => "E2002",
        }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::Conflict { .. } => StatusCode::CONFLICT,
        }
    }

    fn details(&self) -> Details<'_> {
        match self {
            Self::NotFound { resource, id } => Details { resource, id: Some(*id) },
            Self::Conflict { resource } => Details { resource, id: None },
        }
    }

    fn body(&self, request_id: Option<&str>) -> Vec<u8> {
        let error = Inner {
            code: self.code(),
            message: self.to_string(),
            retryable: false,
            details: self.details(),
        };
        let body = Body { success: false, error, request_id, timestamp: now() };
        serde_json::to_vec(&body).unwrap()
    }
}

impl IntoResponse for HandError {
    fn into_response(self) -> Response {
        (self.status(), headers(self.code()), self.body(None)).into_response()
    }
}

fn headers(code: &'static str) -> [(header::HeaderName, &'static str); 4] {
    [
        (header::CONTENT_TYPE, "application/json"),
        (header::HeaderName::from_static("x-error-code"), code),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "Accept, Accept-Language"),
    ]
}

pub fn by_hand() -> HandError {
    let (resource, id) = values();
    HandError::NotFound { resource, id }
}

pub fn body_by_hand() -> Vec<u8> {
    by_hand().body(Some(black_box(REQUEST_ID)))
}

#[derive(Serialize)]
struct Extensions<'a> {
    success: bool,
    code: &'static str,
    retryable: bool,
    details: Details<'a>,
    timestamp: String,
}

pub fn problem_details() -> Response {
    let error = by_hand();
    let (code, details) = (error.code(), error.details());
    let (success, retryable, timestamp) = (false, false, now());
    let problem = problem_details::ProblemDetails::from_status_code(error.status())
        .with_detail(error.to_string())
        .with_extensions(Extensions { success, code, retryable, details, timestamp });
    let mut response = problem.into_response();
    let [_, rest @ ..] = headers(code);
    for (name, value) in rest {
        response.headers_mut().insert(name, header::HeaderValue::from_static(value));
    }
    response
}

#[derive(Debug, Masterror)]
enum MasterError {
    #[error("resource '{resource}' with id {id} was not found")]
    #[masterror(
        code = AppCode::new("E_2001"),
        category = AppErrorKind::NotFound,
        message,
        telemetry(
            Some(masterror::field::str("resource", resource.clone())),
            Some(masterror::field::u64("id", id))
        )
    )]
    NotFound { resource: String, id: u64 },
}

/// Its codes have their own grammar. It has neither the other headers nor the time of its own.
pub fn masterror() -> Response {
    let (resource, id) = values();
    let error = masterror::Error::from(MasterError::NotFound { resource, id });
    error.with_field(masterror::field::str("timestamp", now())).into_response()
}

/// Code and message only.
#[derive(Debug, thiserror::Error, axum_error_handler::AxumErrorResponse)]
enum HandledError {
    #[error("resource '{0}' with id {1} was not found")]
    #[status_code("404")]
    #[code("E2001")]
    NotFound(String, u64),
}

pub fn axum_error_handler() -> Response {
    let (resource, id) = values();
    HandledError::NotFound(resource, id).into_response()
}

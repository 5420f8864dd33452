//! Accounts, their tokens and roles. The extractors [`Account`] and [`Manager`] check the token, the rate limit
//! and the role.

use crate::Service;
use crate::database::named;
use crate::digest::{hexadecimal, sha256};
use crate::errors::{CATALOG, CommonError};
use crate::validation;
use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::routing::{get, post};
use errcode_axum::extract::Json;
use errcode_axum::{Failure, Result};
use errcode_core::prelude::*;
use errcode_sqlx::DatabaseResult;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, FromRow, Row};
use std::time::Instant;
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

const NAME: [&str; 2] = ["accounts_name_key", "accounts.name"];

/// The rate limit of an account that was registered without one.
const REQUESTS_PER_MINUTE: i64 = 600;

/// What an account may do.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, ToSchema,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub(crate) enum Role {
    /// Everything.
    Manager,
    /// Reads, scores and reviews.
    Evaluator,
}

/// A sender of requests.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Account {
    pub(crate) id: i64,
    name: String,
    role: Role,
    requests_per_minute: i64,
}

/// An account whose role is manager.
pub(crate) struct Manager;

errcode_axum::codes! {
    /// The errors of every request with a token.
    pub(crate) SignedIn = [CommonError::{Unauthorized, RateLimited}, faults::unexpected]
}

errcode_axum::codes! {
    /// The errors of every request of a manager.
    pub(crate) AsManager = [..SignedIn, CommonError::Forbidden]
}

pub(crate) fn routes() -> Router<Service> {
    Router::new().route("/accounts", post(register)).route("/accounts/me", get(me))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Registration {
    #[schema(min_length = 1, max_length = 100, example = "Mei")]
    name: String,
    role: Role,
    /// 600 by default.
    #[schema(minimum = 1, maximum = 600)]
    requests_per_minute: Option<i64>,
}

/// The only response that has the token: the database keeps its hash.
#[derive(Serialize, ToSchema)]
pub(crate) struct Registered {
    #[serde(flatten)]
    account: Account,
    /// For `Authorization: Bearer TOKEN`.
    token: String,
}

errcode_axum::codes!(RegisterErrors = [CommonError::{Invalid, Conflict}, faults::{json, unexpected}]);

/// Registers an account
///
/// Anyone can register, since this is an example. Only this response has the token, which all other requests
/// need.
#[utoipa::path(
    post, path = "/accounts", operation_id = "registerAccount", tag = "accounts", security(()),
    request_body = Registration,
    responses((status = 200, description = "The account with its token.", body = Registered), RegisterErrors)
)]
pub(crate) async fn register(
    State(service): State<Service>,
    Json(registration): Json<Registration>,
) -> Result<Json<Registered>> {
    let name = validation::text("/name", registration.name, 100)?;
    let rate = registration.requests_per_minute.unwrap_or(REQUESTS_PER_MINUTE);
    let rate = validation::number("/requests_per_minute", rate, 1..=REQUESTS_PER_MINUTE)?;
    let token = new_token()?;
    let account = sqlx::query_as(
        "INSERT INTO accounts (name, role, token_hash, requests_per_minute) VALUES ($1, $2, $3, $4)
         RETURNING id, name, role, requests_per_minute",
    )
    .bind(&name)
    .bind(<&str>::from(registration.role))
    .bind(sha256(&token))
    .bind(rate)
    .fetch_one(&service.database)
    .await
    .on_unique(NAME, |cause| CommonError::taken("account", name, cause))
    .context("registering an account")?;
    Ok(Json(Registered { account, token }))
}

/// Shows the account of the token
///
/// Counts towards the account's rate limit, as every request with a token does.
#[utoipa::path(
    get, path = "/accounts/me", operation_id = "showOwnAccount", tag = "accounts",
    responses((status = 200, description = "The account.", body = Account), SignedIn)
)]
pub(crate) async fn me(account: Account) -> Json<Account> {
    Json(account)
}

impl FromRequestParts<Service> for Account {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self> {
        let token = bearer_token(&parts.headers).unwrap_or_default();
        // A request without a possible token costs no query, since anyone can send it.
        let found = if is_token(token) { find(&service.database, token).await? } else { None };
        let Some(account) = found else {
            return Err(CommonError::Unauthorized { token: token.to_owned() }.into());
        };
        service.rate_limiter.admit(account.id, account.requests_per_minute, Instant::now())?;
        Ok(account)
    }
}

impl FromRequestParts<Service> for Manager {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self> {
        let account = Account::from_request_parts(parts, service).await?;
        if account.role != Role::Manager {
            let refused = format!("account {}", account.id);
            return Err(CommonError::Forbidden { refused, required: Role::Manager.into() }.into());
        }
        Ok(Self)
    }
}

/// The token of `Authorization: Bearer TOKEN` (RFC 6750 section 2.1; the scheme in any case).
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn find(database: &AnyPool, token: &str) -> Result<Option<Account>> {
    let account = sqlx::query_as(
        "SELECT id, name, role, requests_per_minute FROM accounts WHERE token_hash = $1",
    )
    .bind(sha256(token))
    .fetch_optional(database)
    .await
    .or_fault("finding the account of a token")?;
    Ok(account)
}

/// Returns whether [`new_token`] can have made it.
fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// 256 random bits in hexadecimal.
fn new_token() -> Result<String> {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).unexpected("making a token")?;
    Ok(hexadecimal(&bits))
}

impl FromRow<'_, AnyRow> for Account {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            role: named(row, "role")?,
            requests_per_minute: row.try_get("requests_per_minute")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{is_token, new_token};

    #[test]
    fn only_a_possible_token_is_looked_up() {
        let token = new_token().unwrap();
        assert!(is_token(&token));
        for text in ["", "of nobody", &token[1..], &"F".repeat(64), &"é".repeat(32)] {
            assert!(!is_token(text), "{text}");
        }
    }
}

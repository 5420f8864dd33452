//! Who asks: a signed token in the header.

use crate::error::ApiError;
use axum::{extract::FromRequestParts, http::request::Parts};
use hmac::{Hmac, Mac as _};
use jwt::{SignWithKey as _, VerifyWithKey as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::time::{SystemTime, UNIX_EPOCH};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum AuthError {
    #[error("no token")]
    Missing,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid")]
    Token(#[from] jwt::Error),
    #[error("{reader} may not do this")]
    NotAllowed { reader: String },
}

/// The content of a token.
#[derive(Debug, Deserialize, Serialize)]
pub struct Reader {
    pub name: String,
    pub is_librarian: bool,
    expires: u64,
}

fn key() -> Hmac<Sha256> {
    Hmac::new_from_slice(b"the key of the library").expect("any length will do")
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Makes a token that is valid for this many seconds.
pub fn token(name: String, is_librarian: bool, seconds: u64) -> Result<String, AuthError> {
    let reader = Reader { name, is_librarian, expires: now() + seconds };
    Ok(reader.sign_with_key(&key())?)
}

impl Reader {
    fn read(token: &str) -> Result<Self, AuthError> {
        let reader: Self = token.verify_with_key(&key())?;
        if reader.expires <= now() { Err(AuthError::Expired) } else { Ok(reader) }
    }

    pub fn require_librarian(&self) -> Result<(), AuthError> {
        if self.is_librarian {
            return Ok(());
        }
        Err(AuthError::NotAllowed { reader: self.name.clone() })
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let header = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
        let token = header.and_then(|header| header.strip_prefix("Bearer "));
        Ok(Self::read(token.ok_or(AuthError::Missing)?)?)
    }
}

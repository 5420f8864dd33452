//! The Content-Security-Policy of the pages (<https://www.w3.org/TR/CSP3/>).

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

/// Returns a policy that allows this style and this script only, and forbids to load anything.
pub(crate) fn policy(style: &str, script: &str) -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        BASE64_STANDARD.encode(Sha256::digest(style)),
        BASE64_STANDARD.encode(Sha256::digest(script))
    )
}

//! Fault drills: a signed order with an end, by which the calls to a dependency fail with a code of the catalog.
//!
//! The order is the value of a header, [`HEADER`], which travels on with the calls of a request:
//!
//! ```text
//! Errcode-Inject: E5004@llm;rate=1;expires=1795000000;sig=5f0c…
//! ```
//!
//! `llm` is the name of the dependency, or `*` for any; `rate` the share of the calls that fail, from 0 to 1; `expires`
//! the end in seconds since 1970; `sig` the HMAC-SHA256 (RFC 2104) of all before `;sig=`, in lower-case hexadecimal.
//!
//! ```
//! use errcode_core::drill::{Drill, DrillKey};
//!
//! let key = DrillKey::new("a secret of the staging system").unwrap();
//! let signed = key.sign("E5004", "llm", 1.0, 1_795_000_000).unwrap();
//! let drill = key.verify(&signed, 1_794_999_990).unwrap();
//! assert!(drill.concerns("llm") && !drill.concerns("tracker"));
//!
//! let late = key.verify(&signed, 1_795_000_001).unwrap_err();
//! assert_eq!(late.to_string(), "it has expired");
//! ```

use crate::{
    Catalog, Coded, Failure,
    spec::{
        arg::Arg,
        error_spec::ErrorSpec,
        rows::{Dynamic, Fields, OfValue, Rows as _},
    },
    wire::Example,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::{error::Error, fmt};

/// The name of the header, in lower case as in HTTP/2.
pub const HEADER: &str = "errcode-inject";

/// The longest order that is read, in bytes.
const LONGEST: usize = 512;
/// The farthest end of an order, in seconds from now: a stolen one is of no use the next day.
const LONGEST_VALIDITY: u64 = 3_600;

/// The secret that signs orders and checks them.
#[derive(Clone)]
pub struct DrillKey(Box<[u8]>);

/// An order that a key has accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Drill {
    text: String,
    code: String,
    dependency: String,
    rate: f64,
}

/// Why an order, a key or a value is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DrillError {
    /// A key has fewer than 16 bytes.
    ShortKey,
    /// The order is not of the form `CODE@DEPENDENCY;rate=RATE;expires=SECONDS;sig=HEX`.
    Malformed,
    /// There is no signature.
    Unsigned,
    /// The signature is not that of the key.
    WrongSignature,
    /// Its end has passed.
    Expired,
    /// Its end is more than an hour away.
    TooLong,
}

impl DrillKey {
    /// Creates a key from a secret of at least 16 bytes.
    ///
    /// # Errors
    ///
    /// Returns [`DrillError::ShortKey`].
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, DrillError> {
        let secret = secret.as_ref();
        if secret.len() < 16 { Err(DrillError::ShortKey) } else { Ok(Self(secret.into())) }
    }

    /// Signs an order. `expires` is in seconds since 1970.
    ///
    /// # Errors
    ///
    /// Returns [`DrillError::Malformed`] for a code or a dependency that no order can have, and for a rate outside of
    /// 0 to 1.
    pub fn sign(
        &self,
        code: &str,
        dependency: &str,
        rate: f64,
        expires: u64,
    ) -> Result<String, DrillError> {
        let order = format!("{code}@{dependency};rate={rate};expires={expires}");
        Parts::parse(&order).ok_or(DrillError::Malformed)?;
        let signature: String = self
            .mac(&order)
            .finalize()
            .into_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Ok(format!("{order};sig={signature}"))
    }

    /// Checks the value of a header at this time, in seconds since 1970.
    ///
    /// # Errors
    ///
    /// Returns why it is refused.
    pub fn verify(&self, text: &str, now: u64) -> Result<Drill, DrillError> {
        if text.len() > LONGEST {
            return Err(DrillError::Malformed);
        }
        let (order, signature) = match text.rsplit_once(";sig=") {
            Some(parts) => parts,
            None if Parts::parse(text).is_some() => return Err(DrillError::Unsigned),
            None => return Err(DrillError::Malformed),
        };
        let signature = from_hexadecimal(signature).ok_or(DrillError::WrongSignature)?;
        // In constant time.
        self.mac(order).verify_slice(&signature).map_err(|_| DrillError::WrongSignature)?;
        let parts = Parts::parse(order).ok_or(DrillError::Malformed)?;
        let left = parts.expires.checked_sub(now).ok_or(DrillError::Expired)?;
        if left > LONGEST_VALIDITY {
            return Err(DrillError::TooLong);
        }
        let Parts { code, dependency, rate, .. } = parts;
        let (code, dependency) = (code.to_owned(), dependency.to_owned());
        Ok(Drill { text: text.to_owned(), code, dependency, rate })
    }

    fn mac(&self, order: &str) -> Hmac<Sha256> {
        // HMAC takes keys of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .unwrap_or_else(|_| Hmac::new(&Default::default()));
        mac.update(order.as_bytes());
        mac
    }
}

/// The parts of an order before its signature.
struct Parts<'t> {
    code: &'t str,
    dependency: &'t str,
    rate: f64,
    expires: u64,
}

impl<'t> Parts<'t> {
    fn parse(order: &'t str) -> Option<Self> {
        let mut parts = order.split(';');
        let (code, dependency) = parts.next()?.split_once('@')?;
        let rate: f64 = parts.next()?.strip_prefix("rate=")?.parse().ok()?;
        let expires = parts.next()?.strip_prefix("expires=")?.parse().ok()?;
        let is_name = |name: &str| {
            let is_of_name =
                |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'@');
            !name.is_empty() && name.len() <= 128 && name.bytes().all(is_of_name)
        };
        let is_valid = is_name(code) && is_name(dependency) && (0.0..=1.0).contains(&rate);
        (is_valid && parts.next().is_none()).then_some(Self { code, dependency, rate, expires })
    }
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let is_hexadecimal = digits.iter().all(u8::is_ascii_hexdigit) && digits.len().is_multiple_of(2);
    let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    is_hexadecimal.then(|| digits.chunks(2).filter_map(byte).collect())
}

impl Drill {
    /// Returns the value of the header, which is passed on as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns whether the order is about calls to this dependency.
    #[must_use]
    pub fn concerns(&self, dependency: &str) -> bool {
        self.dependency == "*" || self.dependency == dependency
    }

    /// Returns the share of the calls that fail, from 0 to 1.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Returns the failure, with the example values of its code; `None` if the catalog does not have the code.
    ///
    /// It has the code's row and not its type, of which no value can be made: [`Failure::downcast_ref`] finds none of
    /// the user's errors in it. Code that must treat a drill as the accident compares codes, as in
    /// `failure.spec().code() == "E5004"`.
    #[must_use]
    #[track_caller]
    pub fn failure(&self, catalog: &Catalog) -> Option<Failure> {
        let spec = catalog.lookup(&self.code)?;
        Some(Failure::without_place(Injected(Example::new(spec))))
    }
}

/// An error of a drill: a row with example values.
#[derive(Debug)]
struct Injected(Example);

/// For the log, which must tell a drill from an accident. Clients get the code's own message.
impl fmt::Display for Injected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fault drill: {}", self.0.spec().title())
    }
}

impl Error for Injected {}

impl Fields for Injected {
    type Row = OfValue;

    fn row_of_value(&self) -> ErrorSpec {
        self.0.row()
    }
    fn args(&self, then: &mut dyn FnMut(&[Arg<'_>])) {
        self.0.args(then);
    }
    fn shows_template(&self) -> bool {
        false
    }
    fn dynamic(&self) -> Dynamic<'_> {
        self.0.dynamic()
    }
}

impl Coded for Injected {}

impl fmt::Display for DrillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ShortKey => "the key has fewer than 16 bytes",
            Self::Malformed => {
                "it is not of the form `CODE@DEPENDENCY;rate=RATE;expires=SECONDS;sig=HEX`"
            }
            Self::Unsigned => "it is not signed",
            Self::WrongSignature => "its signature is wrong",
            Self::Expired => "it has expired",
            Self::TooLong => "it expires in more than an hour",
        })
    }
}

impl Error for DrillError {}

/// Without the secret.
impl fmt::Debug for DrillKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DrillKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{DrillError, DrillKey};

    const NOW: u64 = 1_795_000_000;

    fn key() -> DrillKey {
        DrillKey::new("0123456789abcdef").unwrap()
    }

    #[test]
    fn what_is_signed_is_accepted_until_its_end() {
        let signed = key().sign("E5004", "llm", 0.25, NOW + 60).unwrap();
        assert!(signed.starts_with("E5004@llm;rate=0.25;expires=1795000060;sig="), "{signed}");
        let drill = key().verify(&signed, NOW).unwrap();
        assert_eq!((drill.code(), drill.rate(), drill.as_str()), ("E5004", 0.25, signed.as_str()));
        assert!(key().verify(&signed, NOW + 60).is_ok());
        assert_eq!(key().verify(&signed, NOW + 61), Err(DrillError::Expired));
        assert_eq!(key().verify(&signed, NOW - 3_600), Err(DrillError::TooLong));
    }

    #[test]
    fn the_signature_is_that_of_rfc_2104_over_the_text() {
        // By `printf 'E1@x;rate=1;expires=1795000060' | openssl dgst -sha256 -hmac 0123456789abcdef`.
        let signature = "12c3919968c1e8b90c9e8c90655ee45506693741083aa12334fa64a095ddbd3c";
        let signed = format!("E1@x;rate=1;expires=1795000060;sig={signature}");
        assert_eq!(key().sign("E1", "x", 1.0, NOW + 60).unwrap(), signed);
        assert!(key().verify(&signed, NOW).is_ok());
    }

    #[test]
    fn anything_else_is_refused() {
        let signed = key().sign("E5004", "*", 1.0, NOW + 60).unwrap();
        let (order, signature) = signed.split_once(";sig=").unwrap();
        for (text, error) in [
            (order.to_owned(), DrillError::Unsigned),
            (format!("{order};sig="), DrillError::WrongSignature),
            (format!("{order};sig=xyz"), DrillError::WrongSignature),
            (format!("{order};sig={}", &signature[2..]), DrillError::WrongSignature),
            (signed.replace("E5004", "E5005"), DrillError::WrongSignature),
            (signed.replace('*', "llm"), DrillError::WrongSignature),
            (String::new(), DrillError::Malformed),
            ("E5004".into(), DrillError::Malformed),
            ("E5004@llm;rate=2;expires=1".into(), DrillError::Malformed),
            ("E5004@llm;rate=NaN;expires=1".into(), DrillError::Malformed),
            ("E5004@llm;expires=1;rate=1".into(), DrillError::Malformed),
            ("@llm;rate=1;expires=1".into(), DrillError::Malformed),
            (format!("{signed}{}", "0".repeat(512)), DrillError::Malformed),
        ] {
            assert_eq!(key().verify(&text, NOW).unwrap_err(), error, "{text}");
        }
        let other = DrillKey::new("another key, long enough").unwrap();
        assert_eq!(other.verify(&signed, NOW), Err(DrillError::WrongSignature));
        for (code, dependency, rate) in [
            ("", "llm", 1.0),
            ("E1", "a b", 1.0),
            ("E1", "a;b", 1.0),
            ("E1", "a", 1.5),
            ("E1", "a", -1.0),
        ] {
            assert_eq!(key().sign(code, dependency, rate, NOW), Err(DrillError::Malformed));
        }
        assert_eq!(DrillKey::new("short").unwrap_err(), DrillError::ShortKey);
    }
}

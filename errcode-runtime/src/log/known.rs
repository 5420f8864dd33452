//! The fields that dialects have names for.

use std::iter;

macro_rules! known {
    ($($known:ident $field:literal $plain:literal;)*) => {
        /// The fields that dialects have names for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Known { $($known,)* }

        impl Known {
            pub(super) const ALL: &[Self] = &[$(Self::$known,)*];

            /// Returns the fields after event and message of the dialect `plain`, which has no type, as far as they
            /// are among these.
            pub(super) fn rest_of_plain(mut among: u32) -> impl Iterator<Item = Self> {
                among &= !(Self::Event.bit() | Self::Message.bit() | Self::ErrorType.bit());
                iter::from_fn(move || {
                    let known = *Self::ALL.get(among.trailing_zeros() as usize)?;
                    among ^= known.bit();
                    Some(known)
                })
            }

            /// Returns the bit of the field in a set.
            pub(super) const fn bit(self) -> u32 {
                1 << self as u32
            }

            /// Returns the field by its name in events.
            pub(super) const fn from_name(name: &str) -> Option<Self> {
                match name.as_bytes() {
                    $(name if is_same(name, $field.as_bytes()) => Some(Self::$known),)*
                    _ => None,
                }
            }

            /// Returns whether the dialect `plain` writes a known field under this name.
            pub(super) fn is_written_as(name: &str) -> bool {
                matches!(name, $($plain)|*)
            }

            /// Returns the beginning of the member in the dialect `plain`.
            pub(super) fn plain(self) -> &'static str {
                match self { $(Self::$known => concat!(",\"", $plain, "\":"),)* }
            }
        }
    };
}

/// Compares texts in a constant, where `==` cannot.
const fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

// In the order of the line.
known! {
    Event "event" "event";
    Message "message" "msg";
    Code "code" "code";
    HttpStatus "http_status" "httpStatus";
    Uri "uri" "uri";
    Method "method" "method";
    Outcome "outcome" "status";
    DurationMs "duration_ms" "durationMs";
    RetryCount "retry_count" "retryCount";
    Category "category" "category";
    Location "location" "location";
    Cause "cause" "cause";
    Owner "owner" "owner";
    Context "context" "context";
    Broken "broken" "broken";
    Phase "phase" "phase";
    Journey "journey" "journey";
    Backtrace "backtrace" "backtrace";
    ErrorType "error_type" "errorType";
    Extra "errcode.extra" "extra";
}

//! The fields that dialects have names for.

macro_rules! known {
    ($($known:ident $field:literal $plain:literal;)*) => {
        /// The fields that dialects have names for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Known { $($known,)* }

        impl Known {
            pub(super) const ALL: &[Self] = &[$(Self::$known,)*];

            /// The fields after event and message of the dialect `plain`, which has no type.
            pub(super) fn rest_of_plain() -> impl Iterator<Item = Self> {
                Self::ALL[2..].iter().copied().filter(|known| *known != Self::ErrorType)
            }

            /// Returns the field by its name in events.
            pub(super) fn from_name(name: &str) -> Option<Self> {
                match name { $($field => Some(Self::$known),)* _ => None }
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

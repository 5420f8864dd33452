//! How a body names the part of the request that is at fault.

use crate::named::named;

named! {
    "subject"
    /// How the bodies of a code name the part of the request that is at fault.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum SubjectKind {
        /// A JSON pointer into the body (RFC 6901).
        Pointer = "pointer",
        /// The name of a path or query parameter.
        Parameter = "parameter",
        /// The name of a header.
        Header = "header",
        /// A list of violations, each with its own subject.
        Violations = "violations",
    }
}

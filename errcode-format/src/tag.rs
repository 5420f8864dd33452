//! The tags of entries, and what their text and data are.

/// Ends the row's entries.
pub const END: u8 = 0;
/// Localized text: the title. The data is empty, or the `u8` length of the language tag that the text begins with.
pub const TITLE: u8 = 1;
/// Template: `Display`. Absent if the message needs the compiler.
pub const DISPLAY: u8 = 2;
/// Template: a user message. Data: `u8` length of the language tag, then the template's; the text begins with the
/// language tag. An untagged text is in the catalog's default language.
pub const USER: u8 = 3;
/// Template: the log line's message. Before [`DISPLAY`], which is the message otherwise.
pub const LOG: u8 = 4;
/// A detail. Data: [`DetailData`](crate::DetailData); text: name, type, example.
pub const DETAIL: u8 = 5;
/// The part of the request at fault. Data: [`SubjectData`](crate::SubjectData); text: the constant, if there is
/// no argument.
pub const SUBJECT: u8 = 6;
/// Data: `u64` milliseconds to wait before a retry.
pub const AFTER: u8 = 7;
/// Data: `u8` argument that says how long to wait before a retry.
pub const AFTER_ARG: u8 = 8;
/// Text: the code that clients see instead.
pub const PUBLIC_AS: u8 = 9;
/// Localized text: what to do about the error.
pub const HELP: u8 = 10;
/// Text: the version in which the code was added.
pub const SINCE: u8 = 11;
/// Localized text: why the code should no longer be produced.
pub const DEPRECATED: u8 = 12;
/// Text: the code that replaces this one.
pub const REPLACED_BY: u8 = 13;
/// Text: who owns the code.
pub const OWNER: u8 = 14;
/// Text: the runbook's address, with `{code}` where the code goes.
pub const RUNBOOK: u8 = 15;
/// Text: one tag.
pub const TAG: u8 = 16;
/// Text: another name of the code.
pub const ALIAS: u8 = 17;
/// A response header. Data: [`HeaderData`](crate::HeaderData); text: name, constant value.
pub const HEADER: u8 = 18;
/// The alert's threshold. Data: [`ThresholdData`](crate::ThresholdData).
pub const ALERT_OVER: u8 = 19;
/// Data: `u8` number of the gRPC status code.
pub const GRPC: u8 = 20;
/// Localized text: why the error happens, by default the doc comment's further paragraphs.
pub const EXPLANATION: u8 = 21;
/// Text: the doc comment after the heading `# Internal`.
pub const INTERNAL_NOTE: u8 = 22;
/// Data: `u8` argument that holds several violations.
pub const VIOLATIONS: u8 = 23;
/// The row shares the code of another row. Data: `u32` number of that row.
pub const SHARED: u8 = 24;
/// Text: the expression of `retryable(when = …)`, as it was written.
pub const WHEN: u8 = 25;
/// Text: the name of a field that a user message shows and that is not a detail of that name. Data: `u8` argument.
pub const ARG_NAME: u8 = 26;
/// Text: the log line's message as it is written, if the row has no template with all names of it.
pub const MESSAGE: u8 = 27;
/// Text: the doc comment of the field of a detail. Data: `u8` argument of the detail.
pub const DETAIL_DOCS: u8 = 28;
/// Text: the name of a sensitive field, where `Display` is written by hand and may show it.
pub const UNREDACTED: u8 = 29;

#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "opentelemetry-logs")]
mod otel_logs;
#[cfg(feature = "sentry")]
mod sentry;

#[cfg(feature = "opentelemetry-logs")]
pub use otel_logs::OtelLogs;
#[cfg(feature = "sentry")]
pub use sentry::SentryIssues;

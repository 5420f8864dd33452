#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "batch")]
mod batch;
mod breaker;
mod budget;
mod call_error;
mod classify;
mod clock;
mod dependency;
mod fallback;
#[cfg(feature = "flags")]
mod flags;
#[cfg(feature = "inject")]
mod inject;
mod limits;
mod policy;
mod refusal;
mod retry;
#[cfg(feature = "retry-after")]
mod retry_after;
mod sync;

#[cfg(feature = "batch")]
pub use batch::{Batch, Skipped};
pub use breaker::{BreakerMetrics, CircuitBreaker, CircuitBreakerBuilder, Permit};
pub use budget::Budget;
pub use call_error::{CallError, Reason};
pub use classify::{ByHints, Class, Classify};
pub use dependency::Dependency;
/// The typed events that policies emit.
pub use errcode_runtime::event;
pub use fallback::{Answer, Failed, WithFallback, with_fallback};
#[cfg(feature = "flags")]
#[doc(hidden)]
pub use flags::are_distinct;
#[cfg(feature = "flags")]
pub use flags::{EnvFlags, FileFlags, Flag, FlagError, FlagSource, Flags};
pub use limits::Limits;
#[cfg(feature = "tower")]
pub use policy::{AtOnce, ByClone, Finish, PolicyFuture, PolicyLayer, PolicyService, Repeat};
pub use policy::{CallEnd, Ongoing, Policy};
#[cfg(feature = "http")]
pub use policy::{OngoingBody, UntilBodyEnds};
pub use refusal::Refusal;
pub use retry::{Delays, Jitter, Retry};
#[cfg(feature = "retry-after")]
pub use retry_after::retry_after;

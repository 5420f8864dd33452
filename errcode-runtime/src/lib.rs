#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod alert;
mod attempt;
mod baggage;
pub mod boundary;
mod conflict;
mod contain;
mod context;
mod emit;
pub mod event;
mod guarded;
pub mod header_names;
mod id;
mod log;
#[cfg(feature = "metrics")]
mod metrics;
mod observer;
mod panic;
mod panic_hook;
mod random;
mod report;
mod service_info;
#[cfg(feature = "signal")]
mod shutdown;
mod span;
mod spawn;
mod texts;
mod traceparent;
mod tracestate;
mod worker;

#[doc(hidden)]
pub use attempt::earlier;
pub use attempt::{Attempt, Attempted, deadline, deadline_in_grpc_timeout, deadline_in_millis};
pub use context::{Context, ContextBuilder, Scoped};
pub use event::Event;
pub use guarded::{TaskOutcome, guarded, guarded_blocking};
pub use id::{Id, SpanId, TraceId};
pub use log::{Dialect, Guard, JsonLines, Logging, flush, init};
#[cfg(feature = "metrics")]
pub use metrics::register_metrics;
pub use observer::{Observer, Observing, observe};
pub use panic::Panicked;
pub use report::{Report, Served};
pub use service_info::ServiceInfo;
#[cfg(feature = "signal")]
pub use shutdown::shutdown_signal;
pub use spawn::{spawn, spawn_blocking};
pub use traceparent::TraceParent;
pub use tracestate::TraceState;
pub use worker::{Tally, TaskSource, Worker, worker};

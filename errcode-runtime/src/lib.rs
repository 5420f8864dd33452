#![doc = include_str!("../README.md")]

mod context;
mod id;
mod log;
mod panic;
mod random;
mod report;
mod service;
mod span;
mod spawn;
mod traceparent;
mod tracestate;

pub use context::{Context, ContextBuilder, Scoped};
pub use id::{Id, SpanId, TraceId};
pub use log::{JsonLines, init};
pub use panic::Panicked;
pub use report::{Outcome, Report};
pub use service::Service;
pub use spawn::{spawn, spawn_blocking};
pub use traceparent::TraceParent;
pub use tracestate::TraceState;

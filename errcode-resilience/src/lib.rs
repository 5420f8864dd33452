#![doc = include_str!("../README.md")]

mod breaker;
mod budget;
mod clock;
mod dependency;
mod refusal;
mod sync;

pub use breaker::{BreakerMetrics, CircuitBreaker, CircuitBreakerBuilder, Permit};
pub use budget::Budget;
pub use dependency::Dependency;
/// The typed events that policies emit.
pub use errcode_runtime::event;
pub use refusal::Refusal;

//! The atomics and locks of the circuit breaker.
//!
//! The crate's unit tests build the breaker on shuttle's, which run interleavings of their own choice. Everything else,
//! the integration tests included, has the standard library's, and pays nothing for the choice.

#[cfg(not(test))]
pub(crate) use std::sync::{
    Arc, Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};

#[cfg(test)]
pub(crate) use shuttle::sync::{
    Arc, Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};

//! The atomics and locks of the circuit breaker.
//!
//! The crate's unit tests build the breaker on shuttle's types, which run chosen interleavings. Everything
//! else, including the integration tests, uses the standard library's types at no cost.

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

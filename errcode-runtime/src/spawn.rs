//! Spawning with the context.

use crate::Context;
use tokio::task::{self, JoinHandle};
use tracing::{Instrument as _, Span};

/// Spawns a task like [`tokio::spawn`], in the current context and span.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use errcode_runtime::{Context, spawn};
///
/// let context = Context::new();
/// let seen = context.scope(async {
///     spawn(async { Context::current().map(|now| now.request_id().clone()) }).await.unwrap()
/// });
/// assert_eq!(seen.await.as_ref(), Some(context.request_id()));
/// # });
/// ```
///
/// # Panics
///
/// Panics if called outside a tokio runtime.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    match Context::current() {
        Some(context) => task::spawn(context.fork().scope(future).in_current_span()),
        None => task::spawn(future.in_current_span()),
    }
}

/// Runs a closure like [`tokio::task::spawn_blocking`], in the current context and span.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use errcode_runtime::{Context, spawn_blocking};
///
/// let context = Context::task("APEX-17");
/// let seen = context.scope(async {
///     spawn_blocking(|| Context::current().and_then(|now| now.task_id().cloned())).await.unwrap()
/// });
/// assert_eq!(seen.await.as_ref(), context.task_id());
/// # });
/// ```
///
/// # Panics
///
/// Panics if called outside a tokio runtime.
pub fn spawn_blocking<T: Send + 'static>(
    run: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    let (context, span) = (Context::current().map(|context| context.fork()), Span::current());
    task::spawn_blocking(move || {
        span.in_scope(|| match context {
            Some(context) => context.enter(run),
            None => run(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::spawn_blocking;
    use crate::Context;

    #[tokio::test]
    async fn a_blocking_closure_has_the_context() {
        let context = Context::new();
        let seen = context
            .scope(async { spawn_blocking(Context::current).await.expect("no panic") })
            .await;
        assert!(seen.is_some_and(|seen| seen.is_same(&context)));
        assert!(spawn_blocking(Context::current).await.expect("no panic").is_none());
    }
}

//! The signal that ends a process.

/// Waits until the process is asked to end: SIGTERM or SIGINT, elsewhere Ctrl-C.
///
/// It never ends if the signals cannot be listened for; that is an event of level warn.
///
/// ```no_run
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let accept = std::future::pending::<()>();
/// tokio::select! {
///     () = accept => {}
///     () = errcode_runtime::shutdown_signal() => {} // stop taking connections, and let requests end
/// }
/// # });
/// ```
///
/// # Panics
///
/// Panics if polled outside a tokio runtime with I/O enabled.
pub async fn shutdown_signal() {
    if let Err(error) = signal().await {
        tracing::warn!(target: "app", %error, "the process cannot be shut down gracefully by a signal");
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    std::future::poll_fn(|cx| {
        if term.poll_recv(cx).is_ready() {
            std::task::Poll::Ready(())
        } else {
            int.poll_recv(cx).map(drop)
        }
    })
    .await;
    Ok(())
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

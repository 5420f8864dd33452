#![cfg(unix)]

#[derive(Debug, ::thiserror::Error)]
pub enum SignalError {
    #[error("signal {0} is unknown")]
    Unknown(i32),
    #[error("the child is busy")]
    Child,
}

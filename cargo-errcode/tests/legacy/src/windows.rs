#![cfg(windows)]

#[derive(Debug, ::thiserror::Error)]
pub enum HandleError {
    #[error("signal {0} is unknown")]
    Unknown(i32),
    #[error("the child is busy")]
    Child,
}

use thiserror::Error;

#[derive(Debug, Error)]
pub enum SocketError {
    #[error("the address is in use")]
    InUse,
    #[error("unreachable")]
    Unreachable,
}

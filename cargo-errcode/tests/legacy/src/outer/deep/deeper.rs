#[derive(Debug, thiserror::Error)]
#[error("the same for all")]
pub enum DeeperError {
    InvalidDepth,
    #[error("own")]
    Own,
}

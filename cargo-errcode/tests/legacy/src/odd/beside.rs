#[derive(Debug, thiserror::Error)]
pub enum BesideError {
    #[error("a")]
    A,
    #[error("b")]
    B(#[from] std::fmt::Error),
}

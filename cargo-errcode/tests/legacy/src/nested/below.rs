use super::Error;

#[derive(Debug, Error)]
pub enum NestedError {
    #[error("invalid case {0}")]
    Case(u8),
    #[error("forbidden")]
    Door,
    /** A block comment. */
    #[error("none of {0:?}")]
    None(Option<u8>), // the last
}

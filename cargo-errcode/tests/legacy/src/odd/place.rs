pub mod beside;

pub use beside::BesideError as Renamed;

#[derive(Debug, thiserror::Error)]
pub enum PlacedError {
    #[error(transparent)]
    Beside(#[from] Renamed),
    #[error("rate limit reached")]
    Limit,
}

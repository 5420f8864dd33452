pub mod deeper;

use self::deeper::DeeperError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum DeepError {
    #[error(transparent)]
    Deeper(#[from] DeeperError),
    #[error("shallow")]
    Shallow,
    #[error("{}", self.text())]
    Called,
}

impl DeepError {
    fn text(&self) -> &'static str {
        "called"
    }
}

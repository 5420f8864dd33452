//! This file begins with a byte order mark.
mod tabs {
	use super::*;

	#[derive(Debug, Error, PartialEq)]
	pub(crate) enum Tabs {
		#[error("a")] A, #[error("b")] B,
		#[error("c")]
		C,
	}
}
use thiserror::Error;
pub mod below;

mod private {
    #[derive(Debug, thiserror::Error)]
    pub enum Exported {
        #[error("seen from outside")]
        Seen,
    }
    pub mod further {
        #[derive(Debug, thiserror::Error)]
        #[error("seen by a star")]
        pub struct Starred;
    }
}
pub(crate) use private::{Exported as Reexported, further::*};

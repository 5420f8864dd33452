use errcode_core::AppError;
use std::{error::Error, fmt::Debug, io, path::PathBuf};

/// Every kind of variant.
#[derive(Debug, AppError)]
#[error(prefix = "U", owner = "users")]
pub enum UserError<T: Debug> {
    /// A unit.
    #[error("unit", code = "U1", status = 404)]
    Unit,
    /// A tuple with a source.
    #[error("tuple {0:?}", code = "U2", status = 409, user_msg = "tuple {1}")]
    Tuple(T, #[detail(rename = "rest")] u8, #[source] io::Error),
    /// A struct with everything.
    #[error("{path} {width:>4} {}", .tag.len(), code = "U3", status = 422, retryable(when = *.width > 3),
        user_msg(en = "{width}", zh = "{width} 个"))]
    Struct {
        /// A path.
        path: PathBuf,
        /// A detail.
        #[detail]
        width: u32,
        /// A field by its keyword.
        r#type: String,
        /// A text.
        tag: String,
    },
    /// Another error.
    #[error(transparent, code = "U4", status = 500)]
    Other(#[from] Box<dyn Error + Send + Sync>),
}

/// A struct.
#[derive(AppError)]
#[error("{secret} is refused", code = "V1", status = 403, debug)]
pub struct Refused {
    /// A secret.
    #[sensitive]
    pub secret: String,
}

errcode_core::catalog! {
    /// The codes.
    pub static CODES = [UserError<u8>, Refused];
    service = "user";
    languages = ["en", "zh"];
}

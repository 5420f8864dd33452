/// The request has no token.
#[derive(Debug, AppError)]
#[error("no token", code = "E1003", status = 401, help = "sign in")]
pub struct NoToken;

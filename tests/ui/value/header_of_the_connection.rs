use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("one", code = "E1", status = 400, headers("Content-Length" = "3", "x-ok" = "1", "Keep-Alive" = "9"))]
    Constant,
    #[error("two", code = "E2", status = 400)]
    Field {
        #[header("transfer-encoding")]
        coding: String,
        #[header("Proxy-Authenticate")]
        challenge: String,
    },
    #[error("three", code = "E3", status = 426, headers("Upgrade" = "HTTP/3"))]
    Allowed,
}

#[derive(Debug, AppError)]
#[error(code = "E4", status = 401, headers("TE" = "trailers"))]
enum Shared {
    #[error("four")]
    One,
}

fn main() {}

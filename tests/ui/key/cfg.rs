use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", #[cfg(feature = "rpc")] grpc = NOT_FOUND)]
    NotFound,
}

fn main() {}

use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("a", code = "E1", level = tracing::Level::WARN)]
    Level,
    #[error("b", code = "E2", category = Category::Bussiness)]
    Category,
    #[error("c", code = "E3", grpc = tonic::Code::NotFound)]
    Grpc,
}

fn main() {}

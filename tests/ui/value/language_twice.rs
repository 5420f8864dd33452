use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", user_msg(zh = "a", en = "b", zh = "c"))]
    NotFound,
    #[error("gone", code = "E2", user_msg("pt-BR" = "a", "pt-br" = "b"))]
    Gone,
}

fn main() {}

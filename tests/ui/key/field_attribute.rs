use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("a", code = "E1", detail)]
struct Detail {
    id: u64,
}

#[derive(Debug, AppError)]
enum Error {
    #[error("b", code = "E2", from)]
    From(std::io::Error),
    #[error("c", code = "E3", subject = "/name")]
    Subject,
    #[error("d", code = "E4")]
    Fields {
        #[app(detail)]
        id: u64,
        #[error(sensitive)]
        name: String,
    },
}

fn main() {}

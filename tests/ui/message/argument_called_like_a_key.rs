use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("{status}", status = .0.to_string(), code = "E1")]
    Status(u16),
    #[error("{code}", code = .0.code())]
    Code(String),
    #[error("{title}", title = title.to_uppercase(), code = "E3")]
    Title { title: String },
    #[error("{owner}", owner = "team", code = "E4")]
    Owner,
    #[error("{}", status, code = "E5")]
    Bare { status: u16 },
    #[error(status = *.0, code = "E6", "{status:>3}")]
    First(u16),
}

fn main() {}

use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("{r#type} is unknown", code = "E1")]
    Raw { r#type: u8 },
    #[error("{name.len()} characters", code = "E2")]
    Call { name: String },
    #[error("{0.1} is taken", code = "E3", user_msg = "{0.1} is taken")]
    Part((u8, u8)),
}

fn main() {}

use errcode_core::AppError;

mod validator {
    #[derive(Debug)]
    pub struct ValidationErrors;

    impl std::fmt::Display for ValidationErrors {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("password: length [{\"value\": \"hunter2\"}]")
        }
    }

    impl std::error::Error for ValidationErrors {}
}

#[derive(Debug, AppError)]
enum Error {
    #[error("{0}", code = "E1", status = 422, public)]
    Public(#[from] #[detail(skip)] validator::ValidationErrors),
    #[error("invalid", code = "E2", status = 422)]
    Detail {
        #[detail]
        rejected: Box<validator::ValidationErrors>,
    },
    #[error("invalid: {source}", code = "E3", status = 422)]
    OnlyInTheLog { source: validator::ValidationErrors },
}

fn main() {}

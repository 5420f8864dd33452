use errcode_core::{AppError, FieldViolation};

#[derive(Debug, AppError)]
#[error("invalid", code = "E1")]
struct Invalid {
    #[detail]
    #[violations]
    violations: Vec<FieldViolation>,
}

fn main() {}

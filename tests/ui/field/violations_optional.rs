use errcode_core::{AppError, FieldViolation};

#[derive(Debug, AppError)]
#[error("invalid", code = "E1")]
struct Invalid {
    #[violations]
    violations: Option<Vec<FieldViolation>>,
}

fn main() {}

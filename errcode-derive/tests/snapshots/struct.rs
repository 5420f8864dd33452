/// The form has invalid fields.
#[derive(Debug, AppError, IntoResponse)]
#[error(
    "{form} of {owner} has {count} violations",
    code = "F1001",
    status = 422,
    user_msg = "{form} is not valid",
    log = "{form} is not valid",
    constructors,
    axum = ::service::axum
)]
pub struct FormError<'a, T: Clone>
where
    T: std::fmt::Display + Send + Sync,
{
    form: &'a str,
    owner: T,
    count: usize,
    #[violations]
    violations: Vec<FieldViolation>,
    #[subject(pointer)]
    place: String,
}

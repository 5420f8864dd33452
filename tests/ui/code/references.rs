use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error(retired("E9" = "merged into E1"))]
enum Error {
    #[error("itself", code = "E1", alias = "ONE", replaced_by = "one")]
    Itself,
    #[error("public itself", code = "E2", public_as = "E2")]
    PublicItself,
    #[error("retired", code = "E3", replaced_by = "E9")]
    Retired,
    #[error("hidden", code = "E4", public_as = "E5")]
    Hidden,
    #[error("hidden too", code = "E5", internal)]
    HiddenToo,
    #[error("circle", code = "E6", replaced_by = "E7")]
    Circle,
    #[error("circle", code = "E7", replaced_by = "E6")]
    Back,
    #[error("into the circle", code = "E8", replaced_by = "E6")]
    Into,
}

#[derive(Debug, AppError)]
#[error("shown and hidden", code = "E1", internal = false, public_as = "E2")]
struct Struct;

#[derive(Debug, AppError)]
#[error(internal = false, public_as = "E2")]
enum Container {
    #[error("shown and hidden", code = "E1")]
    Variant,
}

fn main() {}

use errcode_core::AppError;

#[derive(AppError)]
#[error("{}", self.password, code = "E1", debug)]
struct Named {
    #[sensitive]
    password: String,
}

#[derive(AppError)]
#[error("{n}", n = self.0.len(), code = "E2", debug)]
struct Tuple(#[sensitive] String);

fn main() {}

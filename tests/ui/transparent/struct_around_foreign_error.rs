use errcode_core::AppError;
use std::io;

#[derive(Debug, AppError)]
#[error(transparent)]
struct Error(io::Error);

fn main() {}

use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("one", code = "E1", status = 400)]
struct One;

errcode_core::catalog! { static A = [One]; grammar = "E{serial}"; }
errcode_core::catalog! { static B = [One]; grammar = "E1"; }
errcode_core::catalog! { static C = [One]; grammar = "E {serial:1}"; }
errcode_core::catalog! { static D = [One]; grammar = "E{serial:1}{serial:1}"; }
errcode_core::catalog! { static F = [One]; grammar = "E{serial:1"; }

fn main() {}

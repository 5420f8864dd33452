use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("a", code = "E1", title = "project {id} not found")]
    Named { id: u64 },
    #[error("b", code = "E2", title(zh = "项目 {0} 不存在", en = "{1} is not a field"))]
    Tuple(u64),
}

fn main() {}

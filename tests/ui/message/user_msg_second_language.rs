use errcode_core::AppError;

#[derive(Debug, AppError)]
enum Error {
    #[error("not found", code = "E1", user_msg(en = "no project {id}", zh = "项目 {ID} 不存在"))]
    NotFound { id: u64 },
}

fn main() {}

use errcode_core::AppError;

#[derive(Debug, AppError)]
#[error("slow", code = "E1", status = 503, headers("Content-Type" = "text/html", "CACHE-CONTROL" = "public"))]
struct Slow {
    #[header("Retry-After")]
    seconds: u64,
    #[header("X-Error-Code")]
    code: String,
}

fn main() {}

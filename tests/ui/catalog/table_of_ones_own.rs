use errcode_core::{AppError, Catalogued, Table};

#[derive(Debug, AppError)]
#[error("one", code = "E1", status = 400)]
struct One;

struct Liar;

static TABLE: Table = Table { keys: &[1], ..*One::TABLE };

impl Catalogued for Liar {
    const TABLE: &'static Table = &TABLE;
}

fn main() {}

#[derive(Debug, AppError)]
pub enum MemberError {
    #[error("member {id} not found", code = "M1", statsu = 404)]
    NotFound { id: u64 },

    #[error("the store failed", code = "M2")]
    Store(#[from] StoreError),
}

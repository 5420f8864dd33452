use errcode_core::AppError;

/// Errors of retrieval, which other services provide. No route uses them yet.
#[derive(Debug, AppError)]
#[error(category = external)]
pub enum RagError {
    /// The search for passages failed.
    ///
    /// The retrieval service did not answer the search.
    #[error(
        "retrieval failed",
        code = "E5001",
        status = 500,
        title = "检索失败",
        user_msg = "检索失败，请稍后重试",
        help = "Try again later."
    )]
    RetrievalFailed,

    /// A document could not be added to the index.
    ///
    /// The document is stored, but searches do not find it yet.
    #[error(
        "indexing failed",
        code = "E5002",
        status = 500,
        title = "索引失败",
        user_msg = "索引失败，请稍后重试",
        help = "Try to index it again later."
    )]
    IndexingFailed,

    /// The search timed out.
    ///
    /// The search had no result within its time limit.
    #[error(
        "the query timed out",
        code = "E5003",
        status = 504,
        title = "查询超时",
        user_msg = "查询超时，请稍后重试",
        help = "Try again, or narrow the search."
    )]
    QueryTimeout,

    /// The vector store does not answer.
    ///
    /// Everything except retrieval works without it.
    #[error(
        "the vector store is unavailable",
        code = "E5004",
        status = 503,
        title = "向量服务不可用",
        user_msg = "向量服务不可用，请稍后重试",
        help = "Try again later."
    )]
    VectorStoreUnavailable,

    /// The language model does not answer.
    ///
    /// Scores and reviews work without it.
    #[error(
        "the language model is unavailable",
        code = "E5005",
        status = 503,
        title = "LLM 服务不可用",
        user_msg = "LLM 服务不可用，请稍后重试",
        help = "Try again later."
    )]
    LlmUnavailable,
}

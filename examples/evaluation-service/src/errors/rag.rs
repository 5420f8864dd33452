use errcode_core::AppError;
use errcode_reqwest::{HttpError, HttpFault};
use std::time::Duration;

/// Errors of retrieval, which other services provide.
#[derive(Debug, AppError)]
#[error(category = external)]
pub enum RagError {
    /// The search for passages failed.
    #[error(
        "retrieval failed",
        code = "E5001",
        status = 500,
        title(zh = "检索失败", en = "Retrieval failed"),
        user_msg(zh = "检索失败，请稍后重试", en = "The search failed. Please try again later."),
        explanation(
            zh = "检索服务没有响应。",
            en = "The retrieval service did not answer the search."
        ),
        help(zh = "请稍后重试。", en = "Try again later.")
    )]
    RetrievalFailed(#[source] HttpError),

    /// A document could not be added to the index.
    #[error(
        "indexing failed",
        code = "E5002",
        status = 500,
        title(zh = "索引失败", en = "Indexing failed"),
        user_msg(
            zh = "索引失败，请稍后重试",
            en = "The document could not be indexed. Please try again later."
        ),
        explanation(
            zh = "文档已保存，但暂时无法被检索到。",
            en = "The document is stored, but searches do not find it yet."
        ),
        help(zh = "请稍后重新建立索引。", en = "Try to index it again later.")
    )]
    IndexingFailed(#[source] HttpError),

    /// The search timed out.
    #[error(
        "the query timed out",
        code = "E5003",
        status = 504,
        title(zh = "查询超时", en = "Query timed out"),
        user_msg(
            zh = "查询超时，请稍后重试",
            en = "The search timed out. Please try again later."
        ),
        explanation(
            zh = "检索在时限内没有返回结果。",
            en = "The search had no result within its time limit."
        ),
        help(zh = "请重试，或缩小检索范围。", en = "Try again, or narrow the search.")
    )]
    QueryTimeout,

    /// The vector store does not answer.
    #[error(
        "the vector store is unavailable",
        code = "E5004",
        status = 503,
        retryable(after = after),
        title(zh = "向量服务不可用", en = "Vector store unavailable"),
        user_msg(
            zh = "向量服务不可用，请稍后重试",
            en = "The vector store is unavailable. Please try again later."
        ),
        explanation(
            zh = "除检索外，其他功能不受影响。",
            en = "Everything except retrieval works without it."
        ),
        help(zh = "请稍后重试。", en = "Try again later.")
    )]
    VectorStoreUnavailable {
        /// The delay that the service asks for.
        after: Option<Duration>,
        /// Absent if it was not called.
        #[source]
        cause: Option<HttpError>,
    },

    /// The language model does not answer.
    #[error(
        "the language model is unavailable",
        code = "E5005",
        status = 503,
        retryable(after = after),
        title(zh = "LLM 服务不可用", en = "Language model unavailable"),
        user_msg(
            zh = "LLM 服务不可用，请稍后重试",
            en = "The language model is unavailable. Please try again later."
        ),
        explanation(zh = "评分和审核不受影响。", en = "Scores and reviews work without it."),
        help(zh = "请稍后重试。", en = "Try again later.")
    )]
    LlmUnavailable {
        /// The delay that the service asks for.
        after: Option<Duration>,
        /// Absent if it was not called.
        #[source]
        cause: Option<HttpError>,
    },
}

impl RagError {
    /// Returns the code of a failed search. A call that was refused or took too long has its code from
    /// [`Faults`](crate::Faults).
    pub(crate) fn search(error: HttpError) -> Self {
        match error.fault() {
            HttpFault::Timeout | HttpFault::Idle | HttpFault::Deadline => Self::QueryTimeout,
            HttpFault::Unreachable | HttpFault::Disconnected | HttpFault::Status(429 | 503) => {
                Self::VectorStoreUnavailable { after: error.retry_after(), cause: Some(error) }
            }
            _ => Self::RetrievalFailed(error),
        }
    }

    /// Returns the code of a failed answer of a language model.
    pub(crate) fn llm(error: HttpError) -> Self {
        Self::LlmUnavailable { after: error.retry_after(), cause: Some(error) }
    }
}

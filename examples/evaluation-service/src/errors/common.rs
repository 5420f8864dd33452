use errcode_core::AppError;
use std::borrow::Cow;

/// Errors of every part of the service.
#[derive(AppError)]
#[error(debug)]
pub enum CommonError {
    /// An unexpected error.
    ///
    /// The service failed unexpectedly. The request itself may be valid.
    #[error(
        "unexpected error",
        code = "E1000",
        status = 500,
        title = "未知错误",
        user_msg = "未知错误，请稍后重试",
        help = "Try again later. If the error persists, send the request id to support."
    )]
    Unknown,

    /// The request cannot be read.
    ///
    /// The body is malformed JSON or multipart, or an id in the path is not a number. Nothing was changed.
    #[error(
        "the request cannot be read",
        code = "E1001",
        status = 400,
        title = "请求参数无效",
        user_msg = "请求参数无效，请检查请求的格式",
        help = "Correct the request before sending it again."
    )]
    InvalidRequest,

    /// A field of the request is missing or invalid.
    ///
    /// `field` names the invalid field; `details` has the expected and the received value. Nothing was changed.
    #[error(
        "{pointer}: expected {expected}, received {received}",
        code = "E1002",
        status = 422,
        title = "参数验证失败",
        user_msg = "参数验证失败",
        help = "Correct the field before sending the request again."
    )]
    Invalid {
        #[subject(pointer)]
        pointer: Cow<'static, str>,
        #[detail(example = "string")]
        expected: String,
        #[detail(example = "null")]
        received: String,
    },

    /// The request has no valid token.
    ///
    /// The request has no token, or its token belongs to no account.
    #[error(
        "no account has the token {token}",
        code = "E1003",
        status = 401,
        title = "未授权访问",
        user_msg = "未授权访问，请先登录",
        help = "Send `Authorization: Bearer TOKEN` with the token that `POST /accounts` returned.",
        headers("WWW-Authenticate" = "Bearer")
    )]
    Unauthorized {
        #[sensitive]
        token: String,
    },

    /// The account or the target is not allowed.
    ///
    /// The request is valid but not allowed. `details` names the requirement: a role of the account, or a
    /// target on this machine.
    #[error(
        "{refused} is not a {required}",
        code = "E1004",
        status = 403,
        title = "权限不足",
        user_msg = "权限不足，需要 {required}",
        help = "Use an account with the required role, or an allowed target."
    )]
    Forbidden {
        refused: String,
        #[detail(example = "manager")]
        required: &'static str,
    },

    /// No resource has this path.
    ///
    /// No route has this path. A missing project, document or evaluation has its own code.
    #[error(
        "no such path",
        code = "E1005",
        status = 404,
        title = "资源不存在",
        user_msg = "资源不存在，请检查路径",
        help = "Check the path in the list of routes."
    )]
    NotFound,

    /// The resource already exists, was changed by someone else, or can no longer be changed.
    ///
    /// The name is taken, the version is out of date, or the evaluation session has ended.
    #[error(
        "conflict with {resource} {name}",
        code = "E1006",
        status = 409,
        title = "资源冲突",
        user_msg = "资源冲突：{resource} {name} 已存在、已被修改或已结束",
        help = "Read the resource again, then choose another name or repeat the change on its current version."
    )]
    Conflict {
        #[detail(example = "supplier")]
        resource: &'static str,
        #[detail(example = "Acme")]
        name: String,
        #[source]
        cause: Option<sqlx::Error>,
    },

    /// The account has used up its requests for this minute.
    ///
    /// Each account has a limit of requests per minute, which is in `details`.
    #[error(
        "account {account} exceeded {limit} requests per minute",
        code = "E1007",
        status = 429,
        title = "请求过于频繁",
        user_msg = "请求过于频繁，请 {retry_after} 秒后重试",
        help = "Wait `retry_after` seconds before the next request.",
        retryable(after = retry_after)
    )]
    RateLimited {
        account: i64,
        #[detail(example = "600")]
        limit: i64,
        #[detail(as = "string", example = "17")]
        retry_after: u64,
    },
}

impl CommonError {
    /// Returns E1002 for one field of the body.
    pub(crate) fn invalid(
        pointer: impl Into<Cow<'static, str>>,
        expected: impl Into<String>,
        received: impl Into<String>,
    ) -> Self {
        Self::Invalid {
            pointer: pointer.into(),
            expected: expected.into(),
            received: received.into(),
        }
    }

    /// Returns E1002 for the whole body: JSON, but not with the members or types of the route.
    pub(crate) fn wrong_shape() -> Self {
        Self::invalid("", "the members and types of this route", "others")
    }

    /// Returns E1006 for a conflict that the service found itself; see [`taken`](Self::taken) for the
    /// database's.
    pub(crate) fn conflict(resource: &'static str, name: impl ToString) -> Self {
        Self::Conflict { resource, name: name.to_string(), cause: None }
    }

    /// Returns E1006 for a name that violates a unique constraint.
    pub(crate) fn taken(resource: &'static str, name: String, cause: sqlx::Error) -> Self {
        Self::Conflict { resource, name, cause: Some(cause) }
    }
}

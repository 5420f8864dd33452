use errcode_core::AppError;
use std::borrow::Cow;

/// What any part of the service may answer.
#[derive(AppError)]
#[error(debug)]
pub enum CommonError {
    /// Something failed that nobody foresaw.
    ///
    /// The service failed in a way that nobody foresaw; the request may be right.
    #[error(
        "unforeseen",
        code = "E1000",
        status = 500,
        title = "未知错误",
        user_msg = "未知错误，请稍后重试",
        help = "Try again later. If it fails again, give support the request id: they find the cause by it."
    )]
    Unknown,

    /// The request cannot be read.
    ///
    /// The body is not well-formed JSON or multipart, or an id in the path is no number. Nothing was changed.
    #[error(
        "the request cannot be read",
        code = "E1001",
        status = 400,
        title = "请求参数无效",
        user_msg = "请求参数无效，请检查请求的格式",
        help = "Correct the request before sending it again."
    )]
    InvalidRequest,

    /// A field of the request is missing or breaks a rule.
    ///
    /// `field` names the field at fault, `details` says what was expected and what came instead. Nothing was
    /// changed.
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

    /// The request bears no token, or one that belongs to no account.
    ///
    /// No account has the request's token, or the request has none.
    #[error(
        "no account has the token {token}",
        code = "E1003",
        status = 401,
        title = "未授权访问",
        user_msg = "未授权访问，请先登录",
        help = "Send `Authorization: Bearer TOKEN` with the token that `POST /accounts` gave.",
        headers("WWW-Authenticate" = "Bearer")
    )]
    Unauthorized {
        #[sensitive]
        token: String,
    },

    /// Whoever asks, or what is asked for, may not do this.
    ///
    /// The request is understood and refused; `details` names what it would take: a role of the account, or a
    /// target on this machine.
    #[error(
        "{refused} is no {required}",
        code = "E1004",
        status = 403,
        title = "权限不足",
        user_msg = "权限不足，需要 {required}",
        help = "Use an account that has the role, or such a target."
    )]
    Forbidden {
        refused: String,
        #[detail(example = "manager")]
        required: &'static str,
    },

    /// The service has nothing at this path.
    ///
    /// No route has this path. A project, document or evaluation that is missing has a code of its own.
    #[error(
        "no such path",
        code = "E1005",
        status = 404,
        title = "资源不存在",
        user_msg = "资源不存在，请检查路径",
        help = "Check the path against the list of routes."
    )]
    NotFound,

    /// The resource exists already, was changed by someone else, or takes no more changes.
    ///
    /// The name is taken, the version is not the current one, or the evaluation session is over.
    #[error(
        "conflict about {resource} {name}",
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
    /// Each account may send so many requests a minute; `details` has the limit.
    #[error(
        "account {account} may send {limit} requests a minute",
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
    /// E1002 about one field of the body.
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

    /// E1002 about the whole body: it is JSON, but not the members or types that the route takes.
    pub(crate) fn wrong_shape() -> Self {
        Self::invalid("", "the members and types of this route", "others")
    }

    /// E1006 where the service itself found the conflict; [`taken`](Self::taken) where the database did.
    pub(crate) fn conflict(resource: &'static str, name: impl ToString) -> Self {
        Self::Conflict { resource, name: name.to_string(), cause: None }
    }

    /// E1006 for a name that a unique constraint refused.
    pub(crate) fn taken(resource: &'static str, name: String, cause: sqlx::Error) -> Self {
        Self::Conflict { resource, name, cause: Some(cause) }
    }
}

use errcode_core::AppError;
use errcode_sqlx::DatabaseError;
use std::borrow::Cow;

/// Errors of every part of the service.
#[derive(AppError)]
#[error(debug)]
pub enum CommonError {
    /// An unexpected error.
    #[error(
        "unexpected error",
        code = "E1000",
        status = 500,
        title(zh = "未知错误", en = "Unexpected error"),
        user_msg(
            zh = "未知错误，请稍后重试",
            en = "An unexpected error occurred. Please try again later."
        ),
        explanation(
            zh = "服务发生意外故障，请求本身可能是有效的。",
            en = "The service failed unexpectedly. The request itself may be valid."
        ),
        help(
            zh = "请稍后重试；若问题持续，请将请求 ID 发给技术支持。",
            en = "Try again later. If the error persists, send the request id to support."
        )
    )]
    Unknown,

    /// The request cannot be read.
    #[error(
        "the request cannot be read",
        code = "E1001",
        status = 400,
        title(zh = "请求参数无效", en = "Invalid request"),
        user_msg(
            zh = "请求参数无效，请检查请求的格式",
            en = "The request cannot be read. Please check its format."
        ),
        explanation(
            zh = "请求体不是有效的 JSON 或 multipart，或路径中的 ID 不是数字。未做任何修改。",
            en = "The body is malformed JSON or multipart, or an id in the path is not a number. Nothing was changed."
        ),
        help(zh = "修正请求后再发送。", en = "Correct the request before sending it again.")
    )]
    InvalidRequest,

    /// A field of the request is missing or invalid.
    #[error(
        "{pointer}: expected {expected}, received {received}",
        code = "E1002",
        status = 422,
        title(zh = "参数验证失败", en = "Invalid field"),
        user_msg(zh = "参数验证失败", en = "A field of the request is invalid."),
        explanation(
            zh = "`field` 指出无效的字段，`details` 给出期望值和实际值。未做任何修改。",
            en = "`field` names the invalid field; `details` has the expected and the received \
                  value. Nothing was changed."
        ),
        help(
            zh = "修正该字段后再发送请求。",
            en = "Correct the field before sending the request again."
        )
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
    #[error(
        "no account has the token {token}",
        code = "E1003",
        status = 401,
        title(zh = "未授权访问", en = "Unauthorized"),
        user_msg(zh = "未授权访问，请先登录", en = "Please sign in first."),
        explanation(
            zh = "请求没有携带令牌，或令牌不属于任何账户。",
            en = "The request has no token, or its token belongs to no account."
        ),
        help(
            zh = "发送 `Authorization: Bearer TOKEN`，令牌由 `POST /accounts` 返回。",
            en = "Send `Authorization: Bearer TOKEN` with the token that `POST /accounts` returned."
        ),
        headers("WWW-Authenticate" = "Bearer")
    )]
    Unauthorized {
        #[sensitive]
        token: String,
    },

    /// The account or the target is not allowed.
    #[error(
        "{refused} is not a {required}",
        code = "E1004",
        status = 403,
        title(zh = "权限不足", en = "Forbidden"),
        user_msg(
            zh = "权限不足，需要 {required}",
            en = "This is not allowed; it requires {required}."
        ),
        explanation(
            zh = "请求有效但不被允许。`details` 指出所需条件：账户的角色，或本机上的目标。",
            en = "The request is valid but not allowed. `details` names the requirement: a role of \
                  the account, or a target on this machine."
        ),
        help(
            zh = "使用具有所需角色的账户，或允许的目标。",
            en = "Use an account with the required role, or an allowed target."
        )
    )]
    Forbidden {
        refused: String,
        #[detail(example = "manager")]
        required: &'static str,
    },

    /// No resource has this path.
    #[error(
        "no such path",
        code = "E1005",
        status = 404,
        title(zh = "资源不存在", en = "No such path"),
        user_msg(
            zh = "资源不存在，请检查路径",
            en = "There is nothing at this path. Please check it."
        ),
        explanation(
            zh = "没有与该路径匹配的路由。项目、文档或评估会话不存在时另有错误码。",
            en = "No route has this path. A missing project, document or evaluation has its own code."
        ),
        help(zh = "在路由列表中核对路径。", en = "Check the path in the list of routes.")
    )]
    NotFound,

    /// The resource already exists, was changed by someone else, or can no longer be changed.
    #[error(
        "conflict with {resource} {name}",
        code = "E1006",
        status = 409,
        title(zh = "资源冲突", en = "Conflict"),
        user_msg(
            zh = "资源冲突：{resource} {name} 已存在、已被修改或已结束",
            en = "Conflict: {resource} {name} already exists, was changed or has ended."
        ),
        explanation(
            zh = "名称已被占用、版本已过期，或评估会话已结束。",
            en = "The name is taken, the version is out of date, or the evaluation session has ended."
        ),
        help(
            zh = "重新读取资源，然后换用其他名称，或在当前版本上重新修改。",
            en = "Read the resource again, then choose another name or repeat the change on its current version."
        )
    )]
    Conflict {
        #[detail(example = "supplier")]
        resource: &'static str,
        #[detail(example = "Acme")]
        name: String,
        #[source]
        cause: Option<DatabaseError>,
    },

    /// The account has used up its requests for this minute.
    #[error(
        "account {account} exceeded {limit} requests per minute",
        code = "E1007",
        status = 429,
        title(zh = "请求过于频繁", en = "Too many requests"),
        user_msg(
            zh = "请求过于频繁，请 {retry_after} 秒后重试",
            en = "Too many requests. Please try again in {retry_after} seconds."
        ),
        explanation(
            zh = "每个账户每分钟的请求数有上限，见 `details`。",
            en = "Each account has a limit of requests per minute, which is in `details`."
        ),
        help(
            zh = "等待 `retry_after` 秒后再发送下一个请求。",
            en = "Wait `retry_after` seconds before the next request."
        ),
        retryable(after = retry_after)
    )]
    RateLimited {
        account: i64,
        #[detail(example = "600")]
        limit: i64,
        #[detail(example = "17")]
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
    pub(crate) fn taken(resource: &'static str, name: String, cause: DatabaseError) -> Self {
        Self::Conflict { resource, name, cause: Some(cause) }
    }
}

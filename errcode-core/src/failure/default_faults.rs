//! The codes of faults to which the user gives no code.

use crate::spec::{coded::Catalogued, error_spec::ErrorSpec};
use errcode_derive::AppError;

/// One code for each status that frameworks and errcode's own crates produce. A catalog's grammar does not apply to
/// them, and they are listed separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AppError)]
#[non_exhaustive]
pub enum DefaultFaults {
    /// Bad request.
    #[error(
        "bad request",
        code = "HTTP_400",
        status = 400,
        level = info,
        title(en = "Bad request", zh = "请求错误"),
        explanation(
            en = "The request is not valid HTTP, or a part of it cannot be read: its path, its query or its body.",
            zh = "请求不是有效的 HTTP，或其中某一部分（路径、查询参数或请求体）无法解析。"
        ),
        help(
            en = "Correct the part that `details` names. The same request fails again.",
            zh = "修正 `details` 指出的部分；原样重发仍会失败。"
        ),
        user_msg(en = "The request is malformed.", zh = "请求格式错误。")
    )]
    BadRequest,
    /// Unauthorized.
    #[error(
        "unauthorized",
        code = "HTTP_401",
        status = 401,
        title(en = "Unauthorized", zh = "未登录"),
        explanation(
            en = "The request has no credentials, or they are no longer valid.",
            zh = "请求没有携带凭据，或凭据已失效。"
        ),
        help(
            en = "Sign in again and repeat the request with the new credentials.",
            zh = "重新登录，并用新的凭据重发请求。"
        ),
        user_msg(en = "Authentication is required.", zh = "需要登录。")
    )]
    Unauthorized,
    /// Forbidden.
    #[error(
        "forbidden",
        code = "HTTP_403",
        status = 403,
        title(en = "Forbidden", zh = "没有权限"),
        explanation(
            en = "The service knows who asks, but does not allow them to do this.",
            zh = "服务已识别请求者，但其没有执行该操作的权限。"
        ),
        help(
            en = "Ask for the permission. Signing in again does not help.",
            zh = "申请相应权限；重新登录无法解决。"
        ),
        user_msg(en = "This is not allowed.", zh = "没有权限。")
    )]
    Forbidden,
    /// Not found.
    #[error(
        "not found",
        code = "HTTP_404",
        status = 404,
        level = info,
        title(en = "Not found", zh = "资源不存在"),
        explanation(
            en = "No route of the service matches the path.",
            zh = "服务中没有与该路径匹配的路由。"
        ),
        help(
            en = "Check the address and its spelling.",
            zh = "检查请求地址及其拼写。"
        ),
        user_msg(en = "There is nothing here.", zh = "资源不存在。")
    )]
    NotFound,
    /// Method not allowed.
    #[error(
        "method not allowed",
        code = "HTTP_405",
        status = 405,
        level = info,
        title(en = "Method not allowed", zh = "不支持的请求方法"),
        explanation(
            en = "The path exists, but not for this method.",
            zh = "路径存在，但不支持该请求方法。"
        ),
        help(
            en = "Use one of the methods that the header `Allow` lists.",
            zh = "使用响应头 `Allow` 列出的方法。"
        ),
        user_msg(en = "This resource does not support the method.", zh = "该资源不支持此请求方法。")
    )]
    MethodNotAllowed,
    /// Not acceptable.
    #[error(
        "not acceptable",
        code = "HTTP_406",
        status = 406,
        title(en = "Not acceptable", zh = "没有可接受的表示形式"),
        explanation(
            en = "The service has no representation that the header `Accept` allows.",
            zh = "服务没有符合请求头 `Accept` 的表示形式。"
        ),
        help(
            en = "Accept another media type, for example `application/json`.",
            zh = "在 `Accept` 中接受其他媒体类型，例如 `application/json`。"
        ),
        user_msg(en = "No acceptable representation is available.", zh = "没有可接受的表示形式。")
    )]
    NotAcceptable,
    /// Request timeout.
    #[error(
        "request timeout",
        code = "HTTP_408",
        status = 408,
        retryable,
        title(en = "Request timeout", zh = "请求超时"),
        explanation(
            en = "The service waited too long for the whole request.",
            zh = "服务等待完整请求的时间过长。"
        ),
        help(
            en = "Send the request again, over a better connection if possible.",
            zh = "重发请求；如有可能，请改善网络连接。"
        ),
        user_msg(en = "The request took too long.", zh = "请求超时。")
    )]
    RequestTimeout,
    /// Conflict.
    #[error(
        "conflict",
        code = "HTTP_409",
        status = 409,
        title(en = "Conflict", zh = "资源冲突"),
        explanation(
            en = "The request does not fit the state of the resource, which someone else may have changed.",
            zh = "请求与资源的当前状态不符，例如资源已被他人修改。"
        ),
        help(
            en = "Read the resource again and decide whether the change still makes sense.",
            zh = "重新读取资源，再决定是否仍需修改。"
        ),
        user_msg(
            en = "The request conflicts with the current state.",
            zh = "请求与当前状态冲突。"
        )
    )]
    Conflict,
    /// Gone.
    #[error(
        "gone",
        code = "HTTP_410",
        status = 410,
        title(en = "Gone", zh = "资源已移除"),
        explanation(
            en = "The resource existed, but was removed for good.",
            zh = "资源曾经存在，现已永久移除。"
        ),
        help(en = "Remove the links to it.", zh = "移除指向该资源的链接。"),
        user_msg(en = "The resource is gone.", zh = "资源已被移除。")
    )]
    Gone,
    /// Length required.
    #[error(
        "length required",
        code = "HTTP_411",
        status = 411,
        title(en = "Length required", zh = "缺少长度"),
        explanation(
            en = "The request has a body but no `Content-Length`, which this service requires.",
            zh = "请求带有请求体但没有 `Content-Length`，而该服务要求提供。"
        ),
        help(en = "Send the header `Content-Length`.", zh = "发送请求头 `Content-Length`。"),
        user_msg(en = "The request needs a Content-Length.", zh = "请求缺少 Content-Length。")
    )]
    LengthRequired,
    /// Precondition failed.
    #[error(
        "precondition failed",
        code = "HTTP_412",
        status = 412,
        title(en = "Precondition failed", zh = "前提条件不成立"),
        explanation(
            en = "A condition such as `If-Match` does not hold: the resource has changed since it was read.",
            zh = "`If-Match` 等条件不成立：资源在读取之后已被修改。"
        ),
        help(
            en = "Read the resource again and repeat the request with its new version.",
            zh = "重新读取资源，并用新的版本重发请求。"
        ),
        user_msg(
            en = "A precondition of the request does not hold.",
            zh = "请求的前提条件不成立。"
        )
    )]
    PreconditionFailed,
    /// Payload too large.
    #[error(
        "payload too large",
        code = "HTTP_413",
        status = 413,
        title(en = "Payload too large", zh = "请求体过大"),
        explanation(
            en = "The body is larger than the service accepts.",
            zh = "请求体超过服务允许的大小。"
        ),
        help(en = "Send less, or in several requests.", zh = "减小请求体，或分多次发送。"),
        user_msg(en = "The request body is too large.", zh = "请求体过大。")
    )]
    PayloadTooLarge,
    /// URI too long.
    #[error(
        "URI too long",
        code = "HTTP_414",
        status = 414,
        title(en = "URI too long", zh = "请求地址过长"),
        explanation(
            en = "The address is longer than the service accepts, most likely because of its query.",
            zh = "请求地址超过服务允许的长度，通常是查询参数过长。"
        ),
        help(en = "Send the data in the body.", zh = "改用请求体传递数据。"),
        user_msg(en = "The request address is too long.", zh = "请求地址过长。")
    )]
    UriTooLong,
    /// Unsupported media type.
    #[error(
        "unsupported media type",
        code = "HTTP_415",
        status = 415,
        title(en = "Unsupported media type", zh = "不支持的媒体类型"),
        explanation(
            en = "The service does not read bodies of the type in `Content-Type`, or the header is missing.",
            zh = "服务不支持 `Content-Type` 指定的请求体类型，或缺少该请求头。"
        ),
        help(
            en = "Set `Content-Type` to the type that the operation expects, for example `application/json`.",
            zh = "将 `Content-Type` 设为接口要求的类型，例如 `application/json`。"
        ),
        user_msg(en = "The media type of the body is not supported.", zh = "不支持的媒体类型。")
    )]
    UnsupportedMediaType,
    /// Range not satisfiable.
    #[error(
        "range not satisfiable",
        code = "HTTP_416",
        status = 416,
        title(en = "Range not satisfiable", zh = "范围无法满足"),
        explanation(
            en = "The header `Range` asks for a part that the resource does not have.",
            zh = "请求头 `Range` 指定的部分不存在。"
        ),
        help(
            en = "Ask for a part within the size that `Content-Range` names.",
            zh = "请求 `Content-Range` 所示大小之内的部分。"
        ),
        user_msg(en = "The requested range cannot be served.", zh = "请求的范围无法满足。")
    )]
    RangeNotSatisfiable,
    /// Expectation failed.
    #[error(
        "expectation failed",
        code = "HTTP_417",
        status = 417,
        title(en = "Expectation failed", zh = "期望无法满足"),
        explanation(
            en = "The service cannot meet the header `Expect`.",
            zh = "服务无法满足请求头 `Expect`。"
        ),
        help(en = "Send the request without `Expect`.", zh = "去掉 `Expect` 后重发请求。"),
        user_msg(
            en = "The expectation of the request cannot be met.",
            zh = "请求的期望无法满足。"
        )
    )]
    ExpectationFailed,
    /// Misdirected request.
    #[error(
        "misdirected request",
        code = "HTTP_421",
        status = 421,
        title(en = "Misdirected request", zh = "请求目标错误"),
        explanation(
            en = "The request reached a server that does not answer for this host.",
            zh = "请求到达了不负责该主机的服务器。"
        ),
        help(en = "Send it again over a new connection.", zh = "使用新的连接重发请求。"),
        user_msg(
            en = "The request was sent to the wrong server.",
            zh = "请求发送到了错误的服务器。"
        )
    )]
    MisdirectedRequest,
    /// Unprocessable content.
    #[error(
        "unprocessable content",
        code = "HTTP_422",
        status = 422,
        level = info,
        title(en = "Unprocessable content", zh = "请求不符合要求"),
        explanation(
            en = "The request can be parsed, but a value in it is missing, of another type, or breaks a rule.",
            zh = "请求可以解析，但其中某个值缺失、类型不符或违反规则。"
        ),
        help(
            en = "Correct the fields that `details` names.",
            zh = "修正 `details` 指出的字段。"
        ),
        user_msg(en = "The request does not meet the requirements.", zh = "请求不符合要求。")
    )]
    Unprocessable,
    /// Too early.
    #[error(
        "too early",
        code = "HTTP_425",
        status = 425,
        retryable,
        title(en = "Too early", zh = "请求过早"),
        explanation(
            en = "The request came before the connection was fully established, so that it could be replayed.",
            zh = "请求在连接完全建立之前到达，可能被重放。"
        ),
        help(en = "Send it again.", zh = "重发请求。"),
        user_msg(en = "The request came too early.", zh = "请求过早。")
    )]
    TooEarly,
    /// Upgrade required.
    #[error(
        "upgrade required",
        code = "HTTP_426",
        status = 426,
        title(en = "Upgrade required", zh = "需要升级协议"),
        explanation(
            en = "The service does not answer over this version of the protocol.",
            zh = "服务不支持当前协议版本。"
        ),
        help(
            en = "Use the protocol that the header `Upgrade` names.",
            zh = "使用响应头 `Upgrade` 指定的协议。"
        ),
        user_msg(en = "The protocol must be upgraded.", zh = "需要升级协议。")
    )]
    UpgradeRequired,
    /// Precondition required.
    #[error(
        "precondition required",
        code = "HTTP_428",
        status = 428,
        title(en = "Precondition required", zh = "缺少前提条件"),
        explanation(
            en = "The service accepts the change only with a condition, so that no change of others is lost.",
            zh = "服务要求修改请求附带条件，以免覆盖他人的修改。"
        ),
        help(
            en = "Add `If-Match` with the version that you have read.",
            zh = "添加 `If-Match`，其值为已读取的版本。"
        ),
        user_msg(en = "The request must be conditional.", zh = "请求必须附带前提条件。")
    )]
    PreconditionRequired,
    /// Too many requests.
    #[error(
        "too many requests",
        code = "HTTP_429",
        status = 429,
        retryable,
        title(en = "Too many requests", zh = "请求过于频繁"),
        explanation(
            en = "The client sends requests faster than the service allows.",
            zh = "请求速度超过服务允许的上限。"
        ),
        help(
            en = "Wait as long as `Retry-After` says, then send fewer requests.",
            zh = "按 `Retry-After` 等待后重试，并降低请求频率。"
        ),
        user_msg(
            en = "Too many requests. Please try again later.",
            zh = "请求过于频繁，请稍后重试。"
        )
    )]
    TooManyRequests,
    /// Header fields too large.
    #[error(
        "header fields too large",
        code = "HTTP_431",
        status = 431,
        title(en = "Header fields too large", zh = "请求头过大"),
        explanation(
            en = "The headers are larger than the service accepts, most likely because of cookies.",
            zh = "请求头超过服务允许的大小，通常是 Cookie 过多。"
        ),
        help(
            en = "Delete the cookies of the service, or send fewer headers.",
            zh = "清除该服务的 Cookie，或减少请求头。"
        ),
        user_msg(en = "The request headers are too large.", zh = "请求头过大。")
    )]
    HeaderFieldsTooLarge,
    /// Unavailable for legal reasons.
    #[error(
        "unavailable for legal reasons",
        code = "HTTP_451",
        status = 451,
        title(en = "Unavailable for legal reasons", zh = "因法律原因不可用"),
        explanation(
            en = "The service must not provide the resource for legal reasons.",
            zh = "由于法律原因，服务不能提供该资源。"
        ),
        help(en = "Ask the operator of the service.", zh = "请联系服务运营方。"),
        user_msg(en = "The resource is unavailable for legal reasons.", zh = "因法律原因不可用。")
    )]
    UnavailableForLegalReasons,
    /// Server error.
    #[error(
        "server error",
        code = "SERVER_ERROR",
        status = 500,
        title(en = "Server error", zh = "服务器错误"),
        explanation(
            en = "The service met a condition that it does not expect. Its operators see the cause in the log.",
            zh = "服务遇到意外情况，原因记录在服务端日志中。"
        ),
        help(
            en = "Try again later. If it persists, report the `request_id`.",
            zh = "请稍后重试；若问题持续，请提供 `request_id`。"
        ),
        user_msg(
            en = "Something went wrong. Please try again later.",
            zh = "系统繁忙，请稍后重试。"
        )
    )]
    Unexpected,
    /// Not implemented.
    #[error(
        "not implemented",
        code = "HTTP_501",
        status = 501,
        title(en = "Not implemented", zh = "尚未实现"),
        explanation(
            en = "The service does not support what the request needs, or not yet.",
            zh = "服务不支持或尚未支持该请求所需的功能。"
        ),
        help(en = "Do not repeat the request.", zh = "请勿重复请求。"),
        user_msg(en = "This is not implemented.", zh = "尚未实现。")
    )]
    NotImplemented,
    /// Bad gateway.
    #[error(
        "bad gateway",
        code = "HTTP_502",
        status = 502,
        retryable,
        title(en = "Bad gateway", zh = "上游服务异常"),
        explanation(
            en = "A system that the service depends on returned an invalid answer or none.",
            zh = "服务所依赖的系统返回了无效响应或没有响应。"
        ),
        help(
            en = "Try again later. A change may have been made already, so check before you repeat it.",
            zh = "请稍后重试。修改可能已经生效，重复之前请先确认。"
        ),
        user_msg(en = "A system behind the service failed.", zh = "上游服务异常。")
    )]
    BadGateway,
    /// Service unavailable.
    #[error(
        "service unavailable",
        code = "HTTP_503",
        status = 503,
        retryable,
        title(en = "Service unavailable", zh = "服务不可用"),
        explanation(
            en = "The service has too much to do, or is being maintained.",
            zh = "服务负载过高或正在维护。"
        ),
        help(
            en = "Wait as long as `Retry-After` says, then send the request again.",
            zh = "按 `Retry-After` 等待后重发请求。"
        ),
        user_msg(
            en = "The service is overloaded. Please try again later.",
            zh = "服务繁忙，请稍后重试。"
        )
    )]
    Overloaded,
    /// Gateway timeout.
    #[error(
        "gateway timeout",
        code = "HTTP_504",
        status = 504,
        retryable,
        title(en = "Gateway timeout", zh = "上游服务超时"),
        explanation(
            en = "The request took longer than its time limit, or a system that the service depends on did.",
            zh = "请求或服务所依赖的系统超过了时间限制。"
        ),
        help(
            en = "Try again later. A change may have been made already, so check before you repeat it.",
            zh = "请稍后重试。修改可能已经生效，重复之前请先确认。"
        ),
        user_msg(en = "A system behind the service took too long.", zh = "上游服务超时。")
    )]
    GatewayTimeout,
    /// HTTP version not supported.
    #[error(
        "HTTP version not supported",
        code = "HTTP_505",
        status = 505,
        title(en = "HTTP version not supported", zh = "不支持的 HTTP 版本"),
        explanation(
            en = "The service does not support this version of HTTP.",
            zh = "服务不支持该 HTTP 版本。"
        ),
        help(en = "Use HTTP/1.1 or HTTP/2.", zh = "使用 HTTP/1.1 或 HTTP/2。"),
        user_msg(en = "The HTTP version is not supported.", zh = "不支持的 HTTP 版本。")
    )]
    VersionNotSupported,
    /// Insufficient storage.
    #[error(
        "insufficient storage",
        code = "HTTP_507",
        status = 507,
        title(en = "Insufficient storage", zh = "存储空间不足"),
        explanation(
            en = "The service cannot store what the request contains.",
            zh = "服务没有足够空间存储请求中的数据。"
        ),
        help(
            en = "Delete what is no longer needed, or try again later.",
            zh = "删除不再需要的数据，或稍后重试。"
        ),
        user_msg(en = "There is not enough storage.", zh = "存储空间不足。")
    )]
    InsufficientStorage,
    /// Network authentication required.
    #[error(
        "network authentication required",
        code = "HTTP_511",
        status = 511,
        title(en = "Network authentication required", zh = "需要网络认证"),
        explanation(
            en = "The network between client and service asks for a sign-in.",
            zh = "客户端与服务之间的网络要求认证。"
        ),
        help(
            en = "Sign in to the network, for example in a browser.",
            zh = "先登录所在网络，例如通过浏览器。"
        ),
        user_msg(en = "The network requires authentication.", zh = "需要网络认证。")
    )]
    NetworkAuthenticationRequired,
}

impl DefaultFaults {
    /// Returns the variant of a status. An unlisted 4xx counts as 400 and anything else as 500 (RFC 9110 section 15).
    #[must_use]
    pub const fn from_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            406 => Self::NotAcceptable,
            408 => Self::RequestTimeout,
            409 => Self::Conflict,
            410 => Self::Gone,
            411 => Self::LengthRequired,
            412 => Self::PreconditionFailed,
            413 => Self::PayloadTooLarge,
            414 => Self::UriTooLong,
            415 => Self::UnsupportedMediaType,
            416 => Self::RangeNotSatisfiable,
            417 => Self::ExpectationFailed,
            421 => Self::MisdirectedRequest,
            422 => Self::Unprocessable,
            425 => Self::TooEarly,
            426 => Self::UpgradeRequired,
            428 => Self::PreconditionRequired,
            429 => Self::TooManyRequests,
            431 => Self::HeaderFieldsTooLarge,
            451 => Self::UnavailableForLegalReasons,
            501 => Self::NotImplemented,
            502 => Self::BadGateway,
            503 => Self::Overloaded,
            504 => Self::GatewayTimeout,
            505 => Self::VersionNotSupported,
            507 => Self::InsufficientStorage,
            511 => Self::NetworkAuthenticationRequired,
            400..=499 => Self::BadRequest,
            _ => Self::Unexpected,
        }
    }

    /// Returns whether the row is one of these codes for a request that may have been processed, or may still be.
    pub(crate) fn may_have_run(spec: ErrorSpec) -> bool {
        matches!(spec.status(), 408 | 502 | 504) && Self::has(spec)
    }

    /// Returns whether the row is one of these codes.
    pub(crate) fn has(spec: ErrorSpec) -> bool {
        spec.table().is(<Self as Catalogued>::TABLE)
    }
}

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
        title = "Bad request",
        user_msg(en = "The request is malformed.", zh = "请求格式错误。")
    )]
    BadRequest,
    /// Unauthorized.
    #[error(
        "unauthorized",
        code = "HTTP_401",
        status = 401,
        title = "Unauthorized",
        user_msg(en = "Authentication is required.", zh = "需要登录。")
    )]
    Unauthorized,
    /// Forbidden.
    #[error(
        "forbidden",
        code = "HTTP_403",
        status = 403,
        title = "Forbidden",
        user_msg(en = "This is not allowed.", zh = "没有权限。")
    )]
    Forbidden,
    /// Not found.
    #[error(
        "not found",
        code = "HTTP_404",
        status = 404,
        level = info,
        title = "Not found",
        user_msg(en = "There is nothing here.", zh = "资源不存在。")
    )]
    NotFound,
    /// Method not allowed.
    #[error(
        "method not allowed",
        code = "HTTP_405",
        status = 405,
        level = info,
        title = "Method not allowed",
        user_msg(en = "This resource does not support the method.", zh = "该资源不支持此请求方法。")
    )]
    MethodNotAllowed,
    /// Not acceptable.
    #[error(
        "not acceptable",
        code = "HTTP_406",
        status = 406,
        title = "Not acceptable",
        user_msg(en = "No acceptable representation is available.", zh = "没有可接受的表示形式。")
    )]
    NotAcceptable,
    /// Request timeout.
    #[error(
        "request timeout",
        code = "HTTP_408",
        status = 408,
        retryable,
        title = "Request timeout",
        user_msg(en = "The request took too long.", zh = "请求超时。")
    )]
    RequestTimeout,
    /// Conflict.
    #[error(
        "conflict",
        code = "HTTP_409",
        status = 409,
        title = "Conflict",
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
        title = "Gone",
        user_msg(en = "The resource is gone.", zh = "资源已被移除。")
    )]
    Gone,
    /// Length required.
    #[error(
        "length required",
        code = "HTTP_411",
        status = 411,
        title = "Length required",
        user_msg(en = "The request needs a Content-Length.", zh = "请求缺少 Content-Length。")
    )]
    LengthRequired,
    /// Precondition failed.
    #[error(
        "precondition failed",
        code = "HTTP_412",
        status = 412,
        title = "Precondition failed",
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
        title = "Payload too large",
        user_msg(en = "The request body is too large.", zh = "请求体过大。")
    )]
    PayloadTooLarge,
    /// URI too long.
    #[error(
        "URI too long",
        code = "HTTP_414",
        status = 414,
        title = "URI too long",
        user_msg(en = "The request address is too long.", zh = "请求地址过长。")
    )]
    UriTooLong,
    /// Unsupported media type.
    #[error(
        "unsupported media type",
        code = "HTTP_415",
        status = 415,
        title = "Unsupported media type",
        user_msg(en = "The media type of the body is not supported.", zh = "不支持的媒体类型。")
    )]
    UnsupportedMediaType,
    /// Range not satisfiable.
    #[error(
        "range not satisfiable",
        code = "HTTP_416",
        status = 416,
        title = "Range not satisfiable",
        user_msg(en = "The requested range cannot be served.", zh = "请求的范围无法满足。")
    )]
    RangeNotSatisfiable,
    /// Expectation failed.
    #[error(
        "expectation failed",
        code = "HTTP_417",
        status = 417,
        title = "Expectation failed",
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
        title = "Misdirected request",
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
        title = "Unprocessable content",
        user_msg(en = "The request does not meet the requirements.", zh = "请求不符合要求。")
    )]
    Unprocessable,
    /// Too early.
    #[error(
        "too early",
        code = "HTTP_425",
        status = 425,
        retryable,
        title = "Too early",
        user_msg(en = "The request came too early.", zh = "请求过早。")
    )]
    TooEarly,
    /// Upgrade required.
    #[error(
        "upgrade required",
        code = "HTTP_426",
        status = 426,
        title = "Upgrade required",
        user_msg(en = "The protocol must be upgraded.", zh = "需要升级协议。")
    )]
    UpgradeRequired,
    /// Precondition required.
    #[error(
        "precondition required",
        code = "HTTP_428",
        status = 428,
        title = "Precondition required",
        user_msg(en = "The request must be conditional.", zh = "请求必须附带前提条件。")
    )]
    PreconditionRequired,
    /// Too many requests.
    #[error(
        "too many requests",
        code = "HTTP_429",
        status = 429,
        retryable,
        title = "Too many requests",
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
        title = "Header fields too large",
        user_msg(en = "The request headers are too large.", zh = "请求头过大。")
    )]
    HeaderFieldsTooLarge,
    /// Unavailable for legal reasons.
    #[error(
        "unavailable for legal reasons",
        code = "HTTP_451",
        status = 451,
        title = "Unavailable for legal reasons",
        user_msg(en = "The resource is unavailable for legal reasons.", zh = "因法律原因不可用。")
    )]
    UnavailableForLegalReasons,
    /// Server error.
    #[error(
        "server error",
        code = "SERVER_ERROR",
        status = 500,
        title = "Server error",
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
        title = "Not implemented",
        user_msg(en = "This is not implemented.", zh = "尚未实现。")
    )]
    NotImplemented,
    /// Bad gateway.
    #[error(
        "bad gateway",
        code = "HTTP_502",
        status = 502,
        retryable,
        title = "Bad gateway",
        user_msg(en = "A system behind the service failed.", zh = "上游服务异常。")
    )]
    BadGateway,
    /// Service unavailable.
    #[error(
        "service unavailable",
        code = "HTTP_503",
        status = 503,
        retryable,
        title = "Service unavailable",
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
        title = "Gateway timeout",
        user_msg(en = "A system behind the service took too long.", zh = "上游服务超时。")
    )]
    GatewayTimeout,
    /// HTTP version not supported.
    #[error(
        "HTTP version not supported",
        code = "HTTP_505",
        status = 505,
        title = "HTTP version not supported",
        user_msg(en = "The HTTP version is not supported.", zh = "不支持的 HTTP 版本。")
    )]
    VersionNotSupported,
    /// Insufficient storage.
    #[error(
        "insufficient storage",
        code = "HTTP_507",
        status = 507,
        title = "Insufficient storage",
        user_msg(en = "There is not enough storage.", zh = "存储空间不足。")
    )]
    InsufficientStorage,
    /// Network authentication required.
    #[error(
        "network authentication required",
        code = "HTTP_511",
        status = 511,
        title = "Network authentication required",
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

    /// Returns the title in Chinese.
    pub(crate) const fn title_in_chinese(self) -> &'static str {
        match self {
            Self::BadRequest => "请求错误",
            Self::Unauthorized => "未登录",
            Self::Forbidden => "没有权限",
            Self::NotFound => "资源不存在",
            Self::MethodNotAllowed => "不支持的请求方法",
            Self::NotAcceptable => "没有可接受的表示形式",
            Self::RequestTimeout => "请求超时",
            Self::Conflict => "资源冲突",
            Self::Gone => "资源已移除",
            Self::LengthRequired => "缺少长度",
            Self::PreconditionFailed => "前提条件不成立",
            Self::PayloadTooLarge => "请求体过大",
            Self::UriTooLong => "请求地址过长",
            Self::UnsupportedMediaType => "不支持的媒体类型",
            Self::RangeNotSatisfiable => "范围无法满足",
            Self::ExpectationFailed => "期望无法满足",
            Self::MisdirectedRequest => "请求目标错误",
            Self::Unprocessable => "请求不符合要求",
            Self::TooEarly => "请求过早",
            Self::UpgradeRequired => "需要升级协议",
            Self::PreconditionRequired => "缺少前提条件",
            Self::TooManyRequests => "请求过于频繁",
            Self::HeaderFieldsTooLarge => "请求头过大",
            Self::UnavailableForLegalReasons => "因法律原因不可用",
            Self::Unexpected => "服务器错误",
            Self::NotImplemented => "尚未实现",
            Self::BadGateway => "上游服务异常",
            Self::Overloaded => "服务不可用",
            Self::GatewayTimeout => "上游服务超时",
            Self::VersionNotSupported => "不支持的 HTTP 版本",
            Self::InsufficientStorage => "存储空间不足",
            Self::NetworkAuthenticationRequired => "需要网络认证",
        }
    }

    /// Returns whether the row is one of these codes for a request that may have been processed, or may still be.
    pub(crate) fn may_have_run(spec: ErrorSpec) -> bool {
        matches!(spec.status(), 408 | 502 | 504) && Self::has(spec)
    }

    /// Returns whether the row is one of these codes.
    pub(crate) fn has(spec: ErrorSpec) -> bool {
        core::ptr::eq(spec.table(), <Self as Catalogued>::TABLE)
    }
}

use crate::projects::Status;
use errcode_core::AppError;

/// Errors of projects.
#[derive(Debug, AppError)]
pub enum ProjectError {
    /// No project has this id.
    ///
    /// The project never existed: projects are archived, never deleted.
    #[error(
        "project {id} not found",
        code = "E2001",
        status = 404,
        title = "项目不存在",
        user_msg = "项目 {id} 不存在",
        help = "Check the id, or list the projects with `GET /projects`."
    )]
    NotFound { id: i64 },

    /// Another project has this number.
    ///
    /// Project numbers are unique.
    #[error(
        "project number {number} is taken",
        code = "E2002",
        status = 409,
        title = "项目编号已存在",
        user_msg = "项目编号 {number} 已存在",
        help = "Choose another number, or use the project that has it."
    )]
    NumberTaken {
        #[detail(example = "P-17")]
        number: String,
        #[source]
        cause: sqlx::Error,
    },

    /// The project's status does not allow this.
    ///
    /// An archived project cannot be changed, gets no documents or evaluations, and cannot become active again.
    #[error(
        "project {id} is {status}",
        code = "E2003",
        status = 400,
        title = "项目状态无效",
        user_msg = "项目 {id} 的状态 {status} 不允许此操作",
        help = "Use another project."
    )]
    StatusInvalid {
        id: i64,
        #[detail(as = "string", example = "archived")]
        status: Status,
    },

    /// The project has an open evaluation session.
    ///
    /// A project has at most one open evaluation session, and cannot be archived while it has one.
    #[error(
        "project {id} has an open evaluation",
        code = "E2004",
        status = 409,
        title = "项目已有进行中的评估",
        user_msg = "项目 {id} 已有进行中的评估",
        help = "Review the session's last item, or cancel it with `POST /evaluations/{id}/cancel`; then retry."
    )]
    EvaluationOpen {
        id: i64,
        #[source]
        cause: Option<sqlx::Error>,
    },
}

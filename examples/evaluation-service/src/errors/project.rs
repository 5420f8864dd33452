use crate::projects::Status;
use errcode_core::AppError;

/// What can go wrong with a project.
#[derive(Debug, AppError)]
pub enum ProjectError {
    /// No project has this id.
    ///
    /// The project may never have existed. Check the id, or list the projects with `GET /projects`.
    #[error(
        "project {id} not found",
        code = "E2001",
        status = 404,
        title = "项目不存在",
        user_msg = "项目 {id} 不存在"
    )]
    NotFound { id: i64 },

    /// Another project has this number.
    ///
    /// Project numbers are unique. Choose another one, or use the project that has it.
    #[error(
        "project number {number} is taken",
        code = "E2002",
        status = 409,
        title = "项目编号已存在",
        user_msg = "项目编号 {number} 已存在"
    )]
    NumberTaken {
        number: String,
        #[source]
        cause: sqlx::Error,
    },

    /// The project's status does not allow this.
    ///
    /// An archived project takes no changes, documents or evaluations, and is never active again. Use another
    /// project.
    #[error(
        "project {id} is {status}",
        code = "E2003",
        status = 400,
        title = "项目状态无效",
        user_msg = "项目 {id} 的状态 {status} 不允许此操作"
    )]
    StatusInvalid { id: i64, status: Status },

    /// The project has an evaluation session that is not over.
    ///
    /// Review its last item or cancel it with `POST /evaluations/{id}/cancel`, then repeat the request.
    #[error(
        "project {id} has an open evaluation",
        code = "E2004",
        status = 409,
        title = "项目已有进行中的评估",
        user_msg = "项目 {id} 已有进行中的评估"
    )]
    EvaluationOpen {
        id: i64,
        #[source]
        cause: Option<sqlx::Error>,
    },
}

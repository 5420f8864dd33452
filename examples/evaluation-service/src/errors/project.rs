use crate::ProjectStatus;
use errcode_core::AppError;
use errcode_sqlx::DatabaseError;

/// Errors of projects.
#[derive(Debug, AppError)]
pub enum ProjectError {
    /// No project has this id.
    #[error(
        "project {id} not found",
        code = "E2001",
        status = 404,
        title(zh = "项目不存在", en = "Project not found"),
        user_msg(zh = "项目 {id} 不存在", en = "There is no project {id}."),
        explanation(
            zh = "该项目从未存在：项目只会归档，不会删除。",
            en = "The project never existed: projects are archived, never deleted."
        ),
        help(
            zh = "核对 ID，或用 `GET /projects` 列出项目。",
            en = "Check the id, or list the projects with `GET /projects`."
        )
    )]
    NotFound { id: i64 },

    /// Another project has this number.
    #[error(
        "project number {number} is taken",
        code = "E2002",
        status = 409,
        title(zh = "项目编号已存在", en = "Project number taken"),
        user_msg(zh = "项目编号 {number} 已存在", en = "The project number {number} is taken."),
        explanation(zh = "项目编号不可重复。", en = "Project numbers are unique."),
        help(
            zh = "换用其他编号，或使用已有该编号的项目。",
            en = "Choose another number, or use the project that has it."
        )
    )]
    NumberTaken {
        #[detail(example = "P-17")]
        number: String,
        #[source]
        cause: DatabaseError,
    },

    /// The project's status does not allow this.
    #[error(
        "project {id} is {status}",
        code = "E2003",
        status = 400,
        title(zh = "项目状态无效", en = "Invalid project status"),
        user_msg(
            zh = "项目 {id} 的状态 {status} 不允许此操作",
            en = "The status {status} of project {id} does not allow this."
        ),
        explanation(
            zh = "已归档的项目不能修改，不能添加文档或评估，也不能重新激活。",
            en = "An archived project cannot be changed, gets no documents or evaluations, and \
                  cannot become active again."
        ),
        help(zh = "使用其他项目。", en = "Use another project.")
    )]
    StatusInvalid {
        id: i64,
        #[detail(as = "string", example = "archived")]
        status: ProjectStatus,
    },

    /// The project has an open evaluation session.
    #[error(
        "project {id} has an open evaluation",
        code = "E2004",
        status = 409,
        title(zh = "项目已有进行中的评估", en = "Evaluation already open"),
        user_msg(zh = "项目 {id} 已有进行中的评估", en = "Project {id} has an open evaluation."),
        explanation(
            zh = "一个项目最多有一个进行中的评估会话；有进行中的会话时不能归档。",
            en = "A project has at most one open evaluation session, and cannot be archived while it has one."
        ),
        help(
            zh = "审核会话的最后一项，或用 `POST /evaluations/{id}/cancel` 取消会话，然后重试。",
            en = "Review the session's last item, or cancel it with `POST /evaluations/{id}/cancel`; then retry."
        )
    )]
    EvaluationOpen {
        id: i64,
        #[source]
        cause: Option<DatabaseError>,
    },
}

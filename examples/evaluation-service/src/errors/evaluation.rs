use errcode_core::AppError;

/// Errors of evaluation sessions and their items.
#[derive(Debug, AppError)]
pub enum EvaluationError {
    /// No evaluation session has this id.
    ///
    /// No session was created with this id.
    #[error(
        "evaluation {id} not found",
        code = "E4001",
        status = 404,
        title = "评估会话不存在",
        user_msg = "评估会话 {id} 不存在",
        help = "Use the id that `POST /projects/{id}/evaluations` returned."
    )]
    NotFound { id: i64 },

    /// The session was already started.
    ///
    /// A running session cannot be started again, and its items cannot be extended.
    #[error(
        "evaluation {id} is running",
        code = "E4002",
        status = 409,
        title = "评估已在进行中",
        user_msg = "评估 {id} 已在进行中",
        help = "Review the session's items, or cancel it."
    )]
    Running { id: i64 },

    /// The session is not ready for this step.
    ///
    /// `details` names what is missing. The start needs a parsed `document` and an `item`; a review needs the
    /// `start`.
    #[error(
        "evaluation {id} lacks {missing}",
        code = "E4003",
        status = 400,
        title = "评估未准备好",
        user_msg = "评估 {id} 未准备好，缺少 {missing}",
        help = "Add what is missing, then repeat the request."
    )]
    NotReady {
        id: i64,
        #[detail(example = "document")]
        missing: &'static str,
    },

    /// The supplier is not part of the session's project.
    ///
    /// Only suppliers of the session's project can be scored.
    #[error(
        "supplier {supplier} is not in project {project}",
        code = "E4004",
        status = 400,
        title = "供应商不在项目中",
        user_msg = "供应商 {supplier} 不在项目 {project} 中",
        help = "List the suppliers with `GET /projects/{id}/suppliers`."
    )]
    SupplierNotInProject { supplier: i64, project: i64 },

    /// The session has no item with this id.
    ///
    /// The item belongs to another session or does not exist.
    #[error(
        "item {item} not found in evaluation {evaluation}",
        code = "E4005",
        status = 404,
        title = "评估项不存在",
        user_msg = "评估 {evaluation} 中没有评估项 {item}",
        help = "List the session's items with `GET /evaluations/{id}`."
    )]
    ItemNotFound { evaluation: i64, item: i64 },

    /// The item was already reviewed.
    ///
    /// A review is final.
    #[error(
        "item {item} is already reviewed",
        code = "E4006",
        status = 400,
        title = "已审核不能修改",
        user_msg = "评估项 {item} 已审核，不能修改",
        help = "Read the reviewed score with `GET /evaluations/{id}`; to score again, create another session."
    )]
    ItemReviewed { item: i64 },
}

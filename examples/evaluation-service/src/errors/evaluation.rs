use errcode_core::AppError;

/// What can go wrong with an evaluation session and its items.
#[derive(Debug, AppError)]
pub enum EvaluationError {
    /// No evaluation session has this id.
    ///
    /// No session was created under this id. Check it; `POST /projects/{id}/evaluations` gave it.
    #[error(
        "evaluation {id} not found",
        code = "E4001",
        status = 404,
        title = "评估会话不存在",
        user_msg = "评估会话 {id} 不存在"
    )]
    NotFound { id: i64 },

    /// The session was started already.
    ///
    /// A running session is not started again and takes no further items. Review its items, or cancel it.
    #[error(
        "evaluation {id} is running",
        code = "E4002",
        status = 409,
        title = "评估已在进行中",
        user_msg = "评估 {id} 已在进行中"
    )]
    Running { id: i64 },

    /// The session lacks something that this step needs.
    ///
    /// `details` says what is missing: a parsed `document` and an `item` before the start, the `start` before a
    /// review. Add it, then repeat the request.
    #[error(
        "evaluation {id} lacks {missing}",
        code = "E4003",
        status = 400,
        title = "评估未准备好",
        user_msg = "评估 {id} 未准备好，缺少 {missing}"
    )]
    NotReady { id: i64, missing: &'static str },

    /// The supplier does not take part in the session's project.
    ///
    /// Only suppliers of the session's own project are scored. List them with `GET /projects/{id}/suppliers`.
    #[error(
        "supplier {supplier} is not in project {project}",
        code = "E4004",
        status = 400,
        title = "供应商不在项目中",
        user_msg = "供应商 {supplier} 不在项目 {project} 中"
    )]
    SupplierNotInProject { supplier: i64, project: i64 },

    /// The session has no item with this id.
    ///
    /// The item belongs to another session or does not exist. `GET /evaluations/{id}` lists the session's
    /// items.
    #[error(
        "item {item} not found in evaluation {evaluation}",
        code = "E4005",
        status = 404,
        title = "评估项不存在",
        user_msg = "评估 {evaluation} 中没有评估项 {item}"
    )]
    ItemNotFound { evaluation: i64, item: i64 },

    /// The item has been reviewed.
    ///
    /// A review is final. Read the reviewed score with `GET /evaluations/{id}`; to judge anew, create another
    /// session.
    #[error(
        "item {item} is reviewed",
        code = "E4006",
        status = 400,
        title = "已审核不能修改",
        user_msg = "评估项 {item} 已审核，不能修改"
    )]
    ItemReviewed { item: i64 },
}

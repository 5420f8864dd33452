use errcode_core::AppError;

/// Errors of evaluation sessions and their items.
#[derive(Debug, AppError)]
pub enum EvaluationError {
    /// No evaluation session has this id.
    #[error(
        "evaluation {id} not found",
        code = "E4001",
        status = 404,
        title(zh = "评估会话不存在", en = "Evaluation not found"),
        user_msg(zh = "评估会话 {id} 不存在", en = "There is no evaluation session {id}."),
        explanation(zh = "没有创建过该 ID 的会话。", en = "No session was created with this id."),
        help(
            zh = "使用 `POST /projects/{id}/evaluations` 返回的 ID。",
            en = "Use the id that `POST /projects/{id}/evaluations` returned."
        )
    )]
    NotFound { id: i64 },

    /// The session was already started.
    #[error(
        "evaluation {id} is running",
        code = "E4002",
        status = 409,
        title(zh = "评估已在进行中", en = "Evaluation already running"),
        user_msg(zh = "评估 {id} 已在进行中", en = "Evaluation {id} is already running."),
        explanation(
            zh = "进行中的会话不能再次开始，也不能增加评估项。",
            en = "A running session cannot be started again, and its items cannot be extended."
        ),
        help(
            zh = "审核会话的评估项，或取消会话。",
            en = "Review the session's items, or cancel it."
        )
    )]
    Running { id: i64 },

    /// The session is not ready for this step.
    #[error(
        "evaluation {id} lacks {missing}",
        code = "E4003",
        status = 400,
        title(zh = "评估未准备好", en = "Evaluation not ready"),
        user_msg(
            zh = "评估 {id} 未准备好，缺少 {missing}",
            en = "Evaluation {id} is not ready: it lacks {missing}."
        ),
        explanation(
            zh = "`details` 指出缺少的内容。开始之前需要已解析的 `document` 和 `item`，审核之前需要 `start`。",
            en = "`details` names what is missing. The start needs a parsed `document` and an \
                  `item`; a review needs the `start`."
        ),
        help(
            zh = "补齐缺少的内容，然后重发请求。",
            en = "Add what is missing, then repeat the request."
        )
    )]
    NotReady {
        id: i64,
        #[detail(example = "document")]
        missing: &'static str,
    },

    /// The supplier is not part of the session's project.
    #[error(
        "supplier {supplier} is not in project {project}",
        code = "E4004",
        status = 400,
        title(zh = "供应商不在项目中", en = "Supplier not in project"),
        user_msg(
            zh = "供应商 {supplier} 不在项目 {project} 中",
            en = "Supplier {supplier} is not in project {project}."
        ),
        explanation(
            zh = "只能为会话所属项目的供应商评分。",
            en = "Only suppliers of the session's project can be scored."
        ),
        help(
            zh = "用 `GET /projects/{id}/suppliers` 列出供应商。",
            en = "List the suppliers with `GET /projects/{id}/suppliers`."
        )
    )]
    SupplierNotInProject { supplier: i64, project: i64 },

    /// The session has no item with this id.
    #[error(
        "item {item} not found in evaluation {evaluation}",
        code = "E4005",
        status = 404,
        title(zh = "评估项不存在", en = "Item not found"),
        user_msg(
            zh = "评估 {evaluation} 中没有评估项 {item}",
            en = "Evaluation {evaluation} has no item {item}."
        ),
        explanation(
            zh = "该评估项属于其他会话，或不存在。",
            en = "The item belongs to another session or does not exist."
        ),
        help(
            zh = "用 `GET /evaluations/{id}` 列出会话的评估项。",
            en = "List the session's items with `GET /evaluations/{id}`."
        )
    )]
    ItemNotFound { evaluation: i64, item: i64 },

    /// The item was already reviewed.
    #[error(
        "item {item} is already reviewed",
        code = "E4006",
        status = 400,
        title(zh = "已审核不能修改", en = "Item already reviewed"),
        user_msg(
            zh = "评估项 {item} 已审核，不能修改",
            en = "Item {item} is reviewed and cannot be changed."
        ),
        explanation(zh = "审核结果不可更改。", en = "A review is final."),
        help(
            zh = "用 `GET /evaluations/{id}` 读取已审核的评分；如需重新评分，请创建新的会话。",
            en = "Read the reviewed score with `GET /evaluations/{id}`; to score again, create another session."
        )
    )]
    ItemReviewed { item: i64 },
}

/// What goes wrong with projects.
#[derive(AppError)]
#[error(category = business, module = "project", owner = "team-projects", constructors, predicates, debug)]
pub enum ProjectError {
    /// No project has this id.
    ///
    /// It may have been deleted.
    #[error(
        "project {id} not found",
        code = "E2001",
        alias = "project_gone",
        status = 404,
        user_msg(en = "there is no project {id}", zh = "项目 {id} 不存在"),
        help = "check the id"
    )]
    NotFound { id: u64 },

    /// The number is taken.
    #[error("number {number:>8} is taken by {}", .holder.name(), code = "E2002", status = 409, public_as = "E2001")]
    NumberTaken {
        number: String,
        #[detail(rename = "holder_id", example = 17, as = "string")]
        holder: Holder,
        #[source]
        cause: std::io::Error,
    },

    /// The tracker did not answer.
    #[error(
        "tracker answered {upstream}",
        code = "E2301",
        category = external,
        retryable(after = wait, when = *.upstream >= 500),
        headers("X-Tracker" = "down"),
        tags("tracker", "upstream"),
        alert(page, over = "20/1m")
    )]
    Tracker {
        upstream: u16,
        wait: std::time::Duration,
        #[header("RateLimit-Remaining")]
        left: u32,
    },

    #[error("token {token} is expired", code = "E2401", status = 401, grpc = UNAUTHENTICATED, level = info)]
    Expired {
        #[sensitive]
        token: String,
    },

    #[error("the store failed", code = "E2501", internal, breaker = count)]
    Store {
        #[from]
        cause: StoreError,
        location: &'static Location<'static>,
        backtrace: Backtrace,
    },

    #[error(transparent)]
    Member(#[from] MemberError),
}

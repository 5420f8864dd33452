//! A small catalog with everything that a tool can show.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test binary uses a part of it")]

use errcode_core::{AppError, catalog};

/// Errors of the project module.
#[derive(Debug, AppError)]
#[error(retired("E2209" = "merged into E2203"), owner = "project-team")]
pub enum ProjectError {
    /// No project has this id.
    ///
    /// The project may *never* have existed. See [the guide](https://example.com/guide).
    ///
    /// # Internal
    ///
    /// Look at the table `projects`.
    #[error(
        "project {id} not found",
        code = "E2201",
        status = 404,
        title = "项目不存在",
        user_msg(zh = "项目 {id} 不存在", en = "There is no project {id}."),
        help = "Check the id, or list the projects.",
        alias = "PROJECT_NOT_FOUND",
        since = "1.0",
        tags("read", "project")
    )]
    NotFound { id: u64 },

    /// The number is taken.
    ///
    /// Numbers are unique.
    #[error(
        "number {number} is taken",
        code = "E2202",
        status = 409,
        title = "项目编号已存在",
        user_msg(zh = "项目编号 {number} 已存在", en = "The number {number} is taken."),
        help = "Choose another one.",
        deprecated = "numbers are made by the service now",
        replaced_by = "E2203"
    )]
    NumberTaken {
        #[detail(example = "P-17")]
        number: String,
    },

    /// The project is locked.
    ///
    /// Somebody else changes it.
    #[error(
        "locked by {user} for {retry_after} s",
        code = "E2203",
        status = 423,
        title(zh = "项目已锁定", en = "Project locked"),
        user_msg(zh = "项目已被 {user} 锁定", en = "The project is locked by {user}."),
        help(zh = "请稍候。", en = "Wait."),
        retryable(after = retry_after),
        headers("X-Locked" = "yes")
    )]
    Locked {
        user: String,
        #[detail(example = "30")]
        retry_after: u64,
        #[detail]
        tries: Option<u32>,
        #[detail]
        holders: Vec<String>,
    },

    /// The database is gone.
    ///
    /// It does not answer.
    #[error(
        "database",
        code = "E2301",
        category = external,
        internal,
        public_as = "E2302",
        runbook = "https://run.example.com/{code}",
        alert(page, over = "20/1m")
    )]
    Database,

    /// The reader may not know whether the project exists.
    ///
    /// It is shown without a value.
    #[error(
        "{user} may not read project {id}",
        code = "E2303",
        status = 403,
        internal,
        public_as = "E2202"
    )]
    Hidden { id: u64, user: String },

    /// Out of order.
    ///
    /// A system behind the service failed.
    #[error(
        "out of order",
        code = "E2302",
        status = 503,
        retryable(after = "5s"),
        user_msg(zh = "系统维护中", en = "Out of order."),
        title = "系统维护中",
        help = "Try again later."
    )]
    OutOfOrder,
}

catalog! {
    pub static CATALOG = [ProjectError];
    service   = "project-service";
    docs      = "https://errors.example.com/{code}";
    languages = ["zh", "en"];
    grammar   = "E{module:1}{kind:1}{serial:2}";
    modules   = { 1 = "common", 2 = "project" };
    kinds     = { 2 = "business", 3 = "system" };
}

//! The table of tasks. Several bots may take from it: each task goes to one of them.

use crate::TicketError;
use errcode_core::Failure;
use errcode_runtime::{Context, TaskOutcome, TaskSource, boundary::wire_error};
use sqlx::{AnyPool, AssertSqlSafe, Row as _, any::AnyPoolOptions};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often a task is done at most.
const ATTEMPTS: i64 = 3;
/// How often a task is put off at most.
const DEFERRALS: i64 = 10;
/// A bot that has not ended a task by then has died, and another one takes it.
const LEASE: Duration = Duration::from_secs(60);
/// How often an empty table is asked.
const POLL: Duration = Duration::from_millis(50);

/// The table.
#[derive(Clone, Debug)]
pub struct Queue {
    pool: AnyPool,
    take: &'static str,
    waits: bool,
}

/// What a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Reads the ticket from the tracker, and comments on it.
    Comment,
    /// The same with the tracker's mirror.
    Mirror,
    /// Runs into a bug of the bot's.
    Bug,
}

/// A task that a bot has taken.
#[derive(Debug)]
pub struct Task {
    pub(crate) id: i64,
    /// The ticket.
    pub ticket: String,
    /// What to do.
    pub work: Work,
    attempts: i64,
    deferrals: i64,
    context: String,
}

/// A task as it is in the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The ticket.
    pub ticket: String,
    /// `ready`, `taken`, `done` or `failed`.
    pub state: String,
    /// How often it was done.
    pub attempts: i64,
    /// How often it was put off.
    pub deferrals: i64,
    /// The code and text of its last failure, or what was done.
    pub result: String,
}

const CREATE: &str = "CREATE TABLE IF NOT EXISTS tasks (
    id {identity}, ticket TEXT NOT NULL, work BIGINT NOT NULL, context TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'ready', not_before BIGINT NOT NULL DEFAULT 0, attempts BIGINT NOT NULL DEFAULT 0,
    deferrals BIGINT NOT NULL DEFAULT 0, result TEXT NOT NULL DEFAULT ''
)";

/// Bots that create the table at the same time would fail.
const LOCK_POSTGRES: &str = "SELECT pg_advisory_xact_lock(hashtext('tasks')); ";

const TAKE_SQLITE: &str = "UPDATE tasks SET state = 'taken', not_before = $2 WHERE id = (
    SELECT id FROM tasks WHERE state IN ('ready', 'taken') AND not_before <= $1 ORDER BY not_before, id LIMIT 1
) RETURNING id, ticket, work, context, attempts, deferrals";

/// Without the last words a second bot would wait for the first one's row, and then take it too.
const TAKE_POSTGRES: &str = "UPDATE tasks SET state = 'taken', not_before = $2 WHERE id = (
    SELECT id FROM tasks WHERE state IN ('ready', 'taken') AND not_before <= $1 ORDER BY not_before, id LIMIT 1
    FOR UPDATE SKIP LOCKED
) RETURNING id, ticket, work, context, attempts, deferrals";

impl Queue {
    /// Opens `sqlite::memory:`, `sqlite:PATH` (created if missing) or `postgres://…`, and creates the table.
    ///
    /// # Errors
    ///
    /// Returns the database's error.
    pub async fn open(url: &str) -> sqlx::Result<Self> {
        sqlx::any::install_default_drivers();
        let is_sqlite = url.starts_with("sqlite:");
        // A database in memory lives as long as its one connection.
        let options = AnyPoolOptions::new().max_connections(if is_sqlite { 1 } else { 8 });
        let options = options.idle_timeout(None).max_lifetime(None);
        let is_file = is_sqlite && !url.starts_with("sqlite::memory:") && !url.contains('?');
        let url = if is_file { format!("{url}?mode=rwc") } else { url.to_owned() };
        let pool = options.connect(&url).await?;
        let (take, identity, lock) = if is_sqlite {
            (TAKE_SQLITE, "INTEGER PRIMARY KEY", "")
        } else {
            (TAKE_POSTGRES, "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", LOCK_POSTGRES)
        };
        let create = format!("{lock}{}", CREATE.replace("{identity}", identity));
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&pool).await?;
        Ok(Self { pool, take, waits: false })
    }

    /// Lets the bot wait for new tasks, instead of ending after the last one.
    #[must_use]
    pub fn waiting(self) -> Self {
        Self { waits: true, ..self }
    }

    /// Adds a task. It continues the trace of the calling context.
    ///
    /// # Errors
    ///
    /// Returns the database's error.
    pub async fn add(&self, ticket: &str, work: Work) -> sqlx::Result<()> {
        let context = Context::builder().task(ticket);
        let context = match Context::current() {
            Some(current) => context.child_of(&current),
            None => context,
        };
        sqlx::query("INSERT INTO tasks (ticket, work, context) VALUES ($1, $2, $3)")
            .bind(ticket)
            .bind(work as i64)
            .bind(context.build().to_message())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Returns all tasks in the order in which they were added.
    ///
    /// # Errors
    ///
    /// Returns the database's error.
    pub async fn rows(&self) -> sqlx::Result<Vec<Row>> {
        let query = "SELECT ticket, state, attempts, deferrals, result FROM tasks ORDER BY id";
        let rows = sqlx::query(query).fetch_all(&self.pool).await?;
        let row = |row: &sqlx::any::AnyRow| {
            Ok(Row {
                ticket: row.try_get(0)?,
                state: row.try_get(1)?,
                attempts: row.try_get(2)?,
                deferrals: row.try_get(3)?,
                result: row.try_get(4)?,
            })
        };
        rows.iter().map(row).collect()
    }

    async fn take(&self) -> sqlx::Result<Option<Task>> {
        let now = now();
        let taken = sqlx::query(self.take)
            .bind(now)
            .bind(now + LEASE.as_millis() as i64)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = taken else { return Ok(None) };
        let work: i64 = row.try_get(2)?;
        Ok(Some(Task {
            id: row.try_get(0)?,
            ticket: row.try_get(1)?,
            work: [Work::Comment, Work::Mirror, Work::Bug][work.clamp(0, 2) as usize],
            context: row.try_get(3)?,
            attempts: row.try_get(4)?,
            deferrals: row.try_get(5)?,
        }))
    }

    async fn is_empty(&self) -> sqlx::Result<bool> {
        let query = "SELECT COUNT(*) FROM tasks WHERE state IN ('ready', 'taken')";
        let (open,): (i64,) = sqlx::query_as(query).fetch_one(&self.pool).await?;
        Ok(open == 0)
    }

    async fn put(&self, task: &Task, end: End<'_>) -> Result<(), TicketError> {
        let query = "UPDATE tasks SET state = $2, not_before = $3, attempts = $4, deferrals = $5, result = $6
            WHERE id = $1";
        sqlx::query(query)
            .bind(task.id)
            .bind(end.state)
            .bind(now().saturating_add(i64::try_from(end.after.as_millis()).unwrap_or(i64::MAX)))
            .bind(end.attempts)
            .bind(end.deferrals)
            .bind(end.result)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

/// What is written back.
struct End<'a> {
    state: &'static str,
    after: Duration,
    attempts: i64,
    deferrals: i64,
    result: &'a str,
}

impl TaskSource for Queue {
    type Task = Task;
    type Output = String;

    async fn next(&self) -> Result<Option<Task>, Failure> {
        loop {
            if let Some(task) = self.take().await.map_err(TicketError::Table)? {
                return Ok(Some(task));
            }
            if !self.waits && self.is_empty().await.map_err(TicketError::Table)? {
                return Ok(None);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    fn context(&self, task: &Task) -> Context {
        Context::from_message(&task.context, Some(&crate::CATALOG))
    }

    async fn ended(&self, task: &Task, outcome: TaskOutcome<String>) -> Result<(), Failure> {
        let (attempts, deferrals) = (task.attempts + 1, task.deferrals);
        let text = match &outcome {
            TaskOutcome::Done(text) => text.clone(),
            other => failed_with(other),
        };
        let result = text.as_str();
        let none = Duration::ZERO;
        let end = match outcome {
            TaskOutcome::Done(_) => End { state: "done", after: none, attempts, deferrals, result },
            TaskOutcome::Retry { after, .. } if attempts < ATTEMPTS => End {
                state: "ready",
                after: after.unwrap_or_default(),
                attempts,
                deferrals,
                result,
            },
            TaskOutcome::Defer { after, .. } if deferrals < DEFERRALS => End {
                state: "ready",
                after: after.unwrap_or_default(),
                attempts: task.attempts,
                deferrals: deferrals + 1,
                result,
            },
            _ => End { state: "failed", after: none, attempts, deferrals, result },
        };
        Ok(self.put(task, end).await?)
    }

    async fn give_back(&self, task: &Task) -> Result<(), Failure> {
        let Task { attempts, deferrals, .. } = *task;
        let end = End { state: "ready", after: Duration::ZERO, attempts, deferrals, result: "" };
        Ok(self.put(task, end).await?)
    }
}

/// Returns the code and what the person who asked may read: the table is shown to them.
fn failed_with(outcome: &TaskOutcome<String>) -> String {
    let Some(failure) = outcome.failure() else { return String::new() };
    let error = wire_error(failure, Context::current().as_ref());
    format!("{} {}", error.code, error.message)
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

{% set pool = "SqlitePool" if database == "sqlite" else "PgPool" %}
//! The table of tasks. Several bots may take from it: each task goes to one of them.

use crate::{CATALOG, TaskError};
use errcode_core::Failure;
use errcode_runtime::{Context, TaskOutcome, TaskSource, boundary::wire_error};
{% if database == "sqlite" %}
use sqlx::{
    Row as _, SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
{% else %}
use sqlx::{PgPool, Row as _};
{% endif %}
use std::{
{% if database == "sqlite" %}
    str::FromStr,
{% endif %}
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::time::sleep;

/// The largest number of attempts of a task.
const ATTEMPTS: i64 = 3;
/// A bot that has not ended a task by then has died, and another one takes it.
const LEASE: Duration = Duration::from_secs(60);
/// How long the bot waits before it looks into an empty table again.
const POLL: Duration = Duration::from_millis(200);

{% if database == "postgres" %}
/// With a lock, since bots that create a table at the same time fail.
const CREATE: &str = "SELECT pg_advisory_xact_lock(hashtext('tasks'));
CREATE TABLE IF NOT EXISTS tasks (
{% else %}
const CREATE: &str = "CREATE TABLE IF NOT EXISTS tasks (
{% endif %}
    id {{ "INTEGER PRIMARY KEY" if database == "sqlite" else "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY" }},
    address TEXT NOT NULL, context TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'ready',
    not_before BIGINT NOT NULL DEFAULT 0, attempts BIGINT NOT NULL DEFAULT 0, result TEXT NOT NULL DEFAULT ''
)";

const TAKE: &str = "UPDATE tasks SET state = 'taken', not_before = $2 WHERE id = (
    SELECT id FROM tasks WHERE state IN ('ready', 'taken') AND not_before <= $1 ORDER BY not_before, id LIMIT 1
{% if database == "postgres" %}
    FOR UPDATE SKIP LOCKED
{% endif %}
) RETURNING id, address, context, attempts";

/// A task.
#[derive(Debug)]
pub struct Task {
    id: i64,
    /// What to check.
    pub address: String,
    context: String,
    attempts: i64,
}

/// The table. Clones share it.
#[derive(Clone, Debug)]
pub struct Queue {
    pool: {{ pool }},
    waits: bool,
}

impl Queue {
{% if database == "sqlite" %}
    /// Opens `sqlite:PATH`, which is created if it is missing, or `sqlite::memory:`.
    pub async fn open(url: &str) -> Result<Self, TaskError> {
        let options = SqliteConnectOptions::from_str(url)?.create_if_missing(true);
        // A database in memory lives as long as its one connection.
        let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let pool = pool.connect_with(options).await?;
{% else %}
    /// Connects to `postgres://…`, and creates the table if it is missing.
    pub async fn open(url: &str) -> Result<Self, TaskError> {
        let pool = {{ pool }}::connect(url).await?;
{% endif %}
        sqlx::raw_sql(CREATE).execute(&pool).await?;
        Ok(Self { pool, waits: false })
    }

    /// Lets the bot wait for new tasks, instead of ending after the last one.
    pub fn waiting(self) -> Self {
        Self { waits: true, ..self }
    }

    /// Adds a task. It continues the trace of the calling context.
    pub async fn add(&self, address: &str) -> Result<(), TaskError> {
        let context = Context::builder().task(address);
        let context = match Context::current() {
            Some(current) => context.child_of(&current),
            None => context,
        };
        sqlx::query("INSERT INTO tasks (address, context) VALUES ($1, $2)")
            .bind(address)
            .bind(context.build().to_message())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Returns the address, state and result of each task.
    pub async fn rows(&self) -> Result<Vec<(String, String, String)>, TaskError> {
        let query = "SELECT address, state, result FROM tasks ORDER BY id";
        Ok(sqlx::query_as(query).fetch_all(&self.pool).await?)
    }

    async fn take(&self) -> Result<Option<Task>, TaskError> {
        let query = sqlx::query(TAKE).bind(now()).bind(now() + millis(LEASE));
        let Some(row) = query.fetch_optional(&self.pool).await? else { return Ok(None) };
        Ok(Some(Task {
            id: row.try_get(0)?,
            address: row.try_get(1)?,
            context: row.try_get(2)?,
            attempts: row.try_get(3)?,
        }))
    }

    async fn is_empty(&self) -> Result<bool, TaskError> {
        let query = "SELECT COUNT(*) FROM tasks WHERE state IN ('ready', 'taken')";
        let open: i64 = sqlx::query_scalar(query).fetch_one(&self.pool).await?;
        Ok(open == 0)
    }

    async fn put(
        &self,
        id: i64,
        state: &str,
        after: Duration,
        attempts: i64,
        result: &str,
    ) -> Result<(), TaskError> {
        let query = "UPDATE tasks SET state = $2, not_before = $3, attempts = $4, result = $5 WHERE id = $1";
        let query = sqlx::query(query).bind(id).bind(state).bind(now() + millis(after));
        query.bind(attempts).bind(result).execute(&self.pool).await?;
        Ok(())
    }
}

impl TaskSource for Queue {
    type Task = Task;
    type Output = ();

    async fn next(&self) -> Result<Option<Task>, Failure> {
        loop {
            if let Some(task) = self.take().await? {
                return Ok(Some(task));
            }
            if !self.waits && self.is_empty().await? {
                return Ok(None);
            }
            sleep(POLL).await;
        }
    }

    fn context(&self, task: &Task) -> Context {
        Context::from_message(&task.context, Some(&CATALOG))
    }

    async fn ended(&self, task: &Task, outcome: TaskOutcome<()>) -> Result<(), Failure> {
        // What people may read: the table is not the log.
        let error = |failure| wire_error(failure, Context::current().as_ref());
        let result = outcome.failure().map(error);
        let result = result.map(|error| format!("{} {}", error.code, error.message));
        let result = result.unwrap_or_default();
        let attempts = task.attempts + 1;
        let (state, after, attempts) = match outcome {
            TaskOutcome::Done(()) => ("done", None, attempts),
            TaskOutcome::Retry { after, .. } if attempts < ATTEMPTS => ("ready", after, attempts),
            TaskOutcome::Defer { after, .. } => ("ready", after, task.attempts),
            _ => ("failed", None, attempts),
        };
        Ok(self.put(task.id, state, after.unwrap_or_default(), attempts, &result).await?)
    }

    async fn give_back(&self, task: &Task) -> Result<(), Failure> {
        Ok(self.put(task.id, "ready", Duration::ZERO, task.attempts, "").await?)
    }
}

/// Returns the time in milliseconds, by which all bots take tasks.
fn now() -> i64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 2)
}

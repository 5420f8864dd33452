//! Transactions.

use crate::{DatabaseError, DatabaseFault, DatabaseResult as _, kind};
use errcode_core::{Failure, FrameworkFault, Hinted, Hints, Retry as RetryHint};
use errcode_resilience::{Dependency, Jitter, Retry};
use sqlx::{Database, Pool, Transaction};
#[cfg(feature = "postgres")]
use std::any::Any;
use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Runs transactions, and repeats those that the database aborts.
///
/// A transaction is rolled back if its work fails, panics or is dropped. It is run again, after a delay, if the failure
/// has a database error that may not occur again: a serialization failure, a deadlock, a lock that another connection
/// holds, or a connection that was lost before the commit. So the work must have no effect outside of the transaction,
/// or one that may be repeated.
///
/// A connection that is lost *during* the commit leaves its outcome unknown: that is
/// [`DatabaseFault::CommitUnknown`], and nothing is repeated. For the same reason, a policy around a transaction must
/// not repeat it: use [`Policy::call_once`](errcode_resilience::Policy::call_once).
///
/// PostgreSQL aborts a transaction at the first error of a statement, and answers its COMMIT with a rollback but no
/// error. So the work must return an error of a statement, or make the statement in a savepoint
/// (`transaction.begin()`).
///
/// ```
/// use errcode_core::Failure;
/// use errcode_resilience::Dependency;
/// use errcode_sqlx::{DatabaseResult, Transactions};
/// use sqlx::PgPool;
///
/// static DATABASE: Dependency = Dependency::new("database");
/// static SERIALIZABLE: Transactions =
///     Transactions::new(&DATABASE).begin("BEGIN ISOLATION LEVEL SERIALIZABLE");
///
/// async fn transfer(pool: &PgPool, from: i64, to: i64, amount: i64) -> Result<(), Failure> {
///     SERIALIZABLE
///         .run(pool, async |mut transaction| {
///             for (account, amount) in [(from, -amount), (to, amount)] {
///                 sqlx::query("UPDATE accounts SET balance = balance + $2 WHERE id = $1")
///                     .bind(account)
///                     .bind(amount)
///                     .execute(&mut **transaction)
///                     .await
///                     .or_fault("transferring")?;
///             }
///             Ok(())
///         })
///         .await
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Transactions {
    dependency: &'static Dependency,
    retry: Retry,
    begin: Option<&'static str>,
}

impl Transactions {
    /// Creates transactions of at most three attempts, with delays of up to 10 ms and 20 ms between them. Retries take
    /// from the dependency's budget.
    #[must_use]
    pub const fn new(dependency: &'static Dependency) -> Self {
        let retry = Retry::new(3).base(Duration::from_millis(10)).jitter(Jitter::Full);
        Self { dependency, retry, begin: None }
    }

    /// Sets the number of attempts and the delays between them.
    #[must_use]
    pub const fn retry(self, retry: Retry) -> Self {
        Self { dependency: self.dependency, retry, begin: self.begin }
    }

    /// Sets the statement that begins a transaction, for example `BEGIN ISOLATION LEVEL SERIALIZABLE` with PostgreSQL
    /// or `BEGIN IMMEDIATE` with SQLite. Default: `BEGIN`.
    #[must_use]
    pub const fn begin(self, statement: &'static str) -> Self {
        Self { dependency: self.dependency, retry: self.retry, begin: Some(statement) }
    }

    /// Runs the work in a transaction and commits it.
    ///
    /// # Errors
    ///
    /// Returns the failure of the last attempt: of the work, or of the database.
    pub async fn run<DB, T, W, F>(&self, pool: &Pool<DB>, work: W) -> Result<T, Failure>
    where
        DB: Database,
        W: Fn(OpenTransaction<DB>) -> F,
        F: Future<Output = Result<T, Failure>>,
    {
        let failure = match self.attempt(pool, &work).await {
            Err(failure) if is_worth_repeating(&failure) => failure,
            result => {
                self.dependency.budget().deposit();
                return result;
            }
        };
        let mut first = Some(failure);
        let attempts = self.retry.call(self.dependency, || {
            let (first, work) = (first.take(), &work);
            async move {
                match first {
                    Some(failure) => Err(Attempted(failure)),
                    None => self.attempt(pool, work).await.map_err(Attempted),
                }
            }
        });
        attempts.await.map_err(|error| error.map(|attempted| attempted.0).into())
    }

    async fn attempt<DB, T, W, F>(&self, pool: &Pool<DB>, work: &W) -> Result<T, Failure>
    where
        DB: Database,
        W: Fn(OpenTransaction<DB>) -> F,
        F: Future<Output = Result<T, Failure>>,
    {
        let begun = match self.begin {
            None => pool.begin().await,
            Some(statement) => pool.begin_with(statement).await,
        };
        let home = Home::default();
        let open = OpenTransaction::new(begun.or_fault("beginning a transaction")?, &home);
        let result = work(open).await;
        let transaction = home.take();
        match (result, transaction) {
            (Ok(value), Some(transaction)) => commit(transaction).await.map(|()| value),
            (Ok(_), None) => {
                let kept = "the transaction was not committed, because something still holds it";
                Err(Failure::fault(FrameworkFault::Unexpected, kept))
            }
            (Err(failure), transaction) => {
                if let Some(transaction) = transaction {
                    // Its locks must be free before the next attempt. If this fails, the connection is gone, and so
                    // are the locks.
                    let _ = transaction.rollback().await;
                }
                Err(failure)
            }
        }
    }
}

/// The transaction that [`Transactions::run`] has begun. It dereferences to sqlx's [`Transaction`].
///
/// It is a value, and not a reference, so that the work's future can be sent to other threads. At the end of the work
/// it returns to `run`, which commits it.
pub struct OpenTransaction<DB: Database> {
    /// `None` only while it is dropped.
    transaction: Option<Transaction<'static, DB>>,
    home: Home<DB>,
}

/// Where a transaction returns to.
struct Home<DB: Database>(Arc<Mutex<Option<Transaction<'static, DB>>>>);

impl<DB: Database> Default for Home<DB> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<DB: Database> Home<DB> {
    fn take(&self) -> Option<Transaction<'static, DB>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<DB: Database> OpenTransaction<DB> {
    fn new(transaction: Transaction<'static, DB>, home: &Home<DB>) -> Self {
        Self { transaction: Some(transaction), home: Home(Arc::clone(&home.0)) }
    }
}

const HELD: &str = "it is held until it is dropped";

impl<DB: Database> Deref for OpenTransaction<DB> {
    type Target = Transaction<'static, DB>;

    fn deref(&self) -> &Self::Target {
        self.transaction.as_ref().expect(HELD)
    }
}

impl<DB: Database> DerefMut for OpenTransaction<DB> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.transaction.as_mut().expect(HELD)
    }
}

impl<DB: Database> Drop for OpenTransaction<DB> {
    fn drop(&mut self) {
        let transaction = self.transaction.take();
        *self.home.0.lock().unwrap_or_else(PoisonError::into_inner) = transaction;
    }
}

impl<DB: Database> fmt::Debug for OpenTransaction<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenTransaction").finish_non_exhaustive()
    }
}

/// Commits a transaction. An error that leaves it open whether the transaction was committed is
/// [`DatabaseFault::CommitUnknown`].
///
/// # Errors
///
/// Returns the database's error; then nothing was committed, unless the outcome is unknown. So it is with
/// [`FrameworkFault::Unexpected`] for a transaction that PostgreSQL has aborted, because of a statement whose error was
/// not returned.
///
/// ```
/// use errcode_core::Failure;
/// use errcode_sqlx::{DatabaseResult, commit};
/// use sqlx::PgPool;
///
/// async fn archive(pool: &PgPool, id: i64) -> Result<(), Failure> {
///     let mut transaction = pool.begin().await.or_fault("archiving")?;
///     let update = sqlx::query("UPDATE projects SET status = 'archived' WHERE id = $1").bind(id);
///     update.execute(&mut *transaction).await.or_fault("archiving")?;
///     commit(transaction).await
/// }
/// ```
pub async fn commit<DB: Database>(mut transaction: Transaction<'_, DB>) -> Result<(), Failure> {
    if let Some(error) = aborted(&mut transaction).await {
        let text = "the transaction was aborted by a statement whose error was not returned";
        let failure = Failure::fault_of(FrameworkFault::Unexpected, text, None, Some(error));
        return Err(failure.context("committing a transaction"));
    }
    let Err(error) = transaction.commit().await else { return Ok(()) };
    let error = match kind::of(&error) {
        // The server may have committed before the connection was lost.
        DatabaseFault::ConnectionLost => {
            DatabaseError::of_kind(DatabaseFault::CommitUnknown, error)
        }
        _ => error.into(),
    };
    Err(Failure::from(error).context("committing a transaction"))
}

/// Returns the error of a transaction that PostgreSQL has aborted. It answers `COMMIT` of such a transaction with
/// `ROLLBACK`, which is not an error, and sqlx does not tell the two apart.
#[cfg(feature = "postgres")]
async fn aborted<DB: Database>(transaction: &mut Transaction<'_, DB>) -> Option<DatabaseError> {
    const IN_FAILED_TRANSACTION: &str = "25P02";
    let connection: &mut (dyn Any + Send) = &mut **transaction;
    let connection = connection.downcast_mut::<sqlx::PgConnection>()?;
    let error = DatabaseError::from(sqlx::raw_sql("SELECT 1").execute(connection).await.err()?);
    // Others are those of the commit too, which knows what they mean.
    (error.code() == Some(IN_FAILED_TRANSACTION)).then_some(error)
}

#[cfg(not(feature = "postgres"))]
async fn aborted<DB: Database>(_: &mut Transaction<'_, DB>) -> Option<DatabaseError> {
    None
}

fn is_worth_repeating(failure: &Failure) -> bool {
    DatabaseError::kind_within(failure).is_some_and(kind::is_worth_repeating)
}

/// The failure of an attempt, which is repeated because of its database error only: a code that clients may retry is
/// not for the transaction to retry.
struct Attempted(Failure);

impl Hinted for Attempted {
    fn hints(&self) -> Hints {
        let hints = self.0.hints();
        let retry = RetryHint::new(is_worth_repeating(&self.0), None);
        Hints::new(retry, hints.breaker).exhausted(hints.exhausted).refused(hints.refused)
    }
}

impl fmt::Display for Attempted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The error itself names the constraint; the failure's own text is the kind.
        match DatabaseError::of(&self.0) {
            Some(error) if self.0.is_fault() => error.fmt(f),
            _ => self.0.fmt(f),
        }
    }
}

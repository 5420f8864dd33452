//! Transactions that are aborted, killed, cut off and dropped.

mod support;

use errcode_core::{AppError, Failure, FrameworkFault};
use errcode_resilience::{Budget, Dependency};
use errcode_runtime::{Event, observe};
use errcode_sqlx::{
    DatabaseError, DatabaseFault, DatabaseResult, OpenTransaction, Transactions, commit,
};
use sqlx::{Acquire as _, PgPool, Postgres, Transaction, postgres::PgPoolOptions};
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use support::{Postgres as Server, Sqlite};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Barrier, Notify},
};

#[derive(Debug, AppError)]
enum OrderError {
    #[error("try later", code = "E7001", status = 503, retryable)]
    Later,
    #[error("reading", code = "E7002", status = 500)]
    Database(#[from] sqlx::Error),
}

/// Each test has a dependency of its own, so that its events and its budget are.
macro_rules! transactions {
    ($name:literal) => {{
        static DEPENDENCY: Dependency = Dependency::new($name);
        Transactions::new(&DEPENDENCY)
    }};
}

fn kind(failure: &Failure) -> DatabaseFault {
    DatabaseError::of(failure).expect("a database error").kind()
}

/// Counts the attempts of the work.
#[derive(Default)]
struct Attempts(AtomicU32);

impl Attempts {
    fn next(&self) -> u32 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn count(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

async fn two_projects(pool: &PgPool) {
    let insert = "INSERT INTO projects (number, budget) VALUES ('P-1', 1), ('P-2', 1)";
    sqlx::raw_sql(insert).execute(pool).await.expect("two projects");
}

const COUNT: &str = "SELECT COUNT(*) FROM projects";

#[tokio::test]
async fn a_transaction_that_cannot_be_serialized_is_repeated() {
    let Some(postgres) = Server::open("serialize").await else { return };
    two_projects(&postgres.pool).await;
    let transactions = transactions!("serialize").begin("BEGIN ISOLATION LEVEL REPEATABLE READ");
    let attempts = Attempts::default();
    let pool = &postgres.pool;
    let raise = "UPDATE projects SET budget = budget + 1 WHERE number = 'P-1' RETURNING budget";
    let budget: i64 = transactions
        .run(pool, async |mut transaction| {
            sqlx::query(COUNT).fetch_one(&mut **transaction).await.or_fault("counting")?;
            if attempts.next() == 1 {
                sqlx::query(raise).execute(pool).await.or_fault("competing")?;
            }
            sqlx::query_scalar(raise).fetch_one(&mut **transaction).await.or_fault("raising")
        })
        .await
        .expect("the second attempt");
    assert_eq!((budget, attempts.count()), (3, 2));
    postgres.close().await;
}

const SERIALIZABLE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
const SUM: &str = "SELECT SUM(budget)::BIGINT FROM projects";
const TAKE: &str = "UPDATE projects SET budget = budget - 1 WHERE number = $1";

/// Takes one away where both have two. If two transactions do so, that is write skew, which is detected only when the
/// later one commits.
async fn take_away(pool: &PgPool, number: &str) -> sqlx::Result<Transaction<'static, Postgres>> {
    let mut transaction = pool.begin_with(SERIALIZABLE).await?;
    sqlx::query(SUM).fetch_one(&mut *transaction).await?;
    sqlx::query(TAKE).bind(number).execute(&mut *transaction).await?;
    Ok(transaction)
}

#[tokio::test]
async fn a_commit_that_cannot_be_serialized_is_repeated() {
    let Some(postgres) = Server::open("skew").await else { return };
    two_projects(&postgres.pool).await;
    let transactions = transactions!("skew").begin(SERIALIZABLE);
    let attempts = Attempts::default();
    let pool = &postgres.pool;
    let left: i64 = transactions
        .run(pool, async |mut transaction| {
            let left: i64 =
                sqlx::query_scalar(SUM).fetch_one(&mut **transaction).await.or_fault("reading")?;
            if left < 2 {
                return Ok(left);
            }
            let other = take_away(pool, "P-2").await.or_fault("competing")?;
            let mine = sqlx::query(TAKE).bind("P-1").execute(&mut **transaction);
            mine.await.or_fault("taking")?;
            other.commit().await.or_fault("competing")?;
            attempts.next();
            Ok(left)
        })
        .await
        .expect("the second attempt");
    assert_eq!((left, attempts.count()), (1, 1));
    postgres.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_ends_and_both_transactions_do_their_work() {
    let Some(postgres) = Server::open("deadlock").await else { return };
    two_projects(&postgres.pool).await;
    let (attempts, barrier) = (Arc::new(Attempts::default()), Arc::new(Barrier::new(2)));
    let run = |first: &'static str, second: &'static str| {
        let (attempts, barrier) = (Arc::clone(&attempts), Arc::clone(&barrier));
        let (pool, transactions) = (postgres.pool.clone(), transactions!("deadlock"));
        // The future of a transaction can be sent to another thread.
        tokio::spawn(async move {
            transactions
                .run(&pool, async |mut transaction| {
                    let is_first = attempts.next() <= 2;
                    for number in [first, second] {
                        sqlx::query("UPDATE projects SET budget = budget + 1 WHERE number = $1")
                            .bind(number)
                            .execute(&mut **transaction)
                            .await
                            .or_fault("raising")?;
                        if is_first && number == first {
                            barrier.wait().await;
                        }
                    }
                    Ok(())
                })
                .await
        })
    };
    let (one, other) = tokio::join!(run("P-1", "P-2"), run("P-2", "P-1"));
    one.expect("no panic").expect("one transaction");
    other.expect("no panic").expect("the other transaction");
    let budgets: Vec<i64> = sqlx::query_scalar("SELECT budget FROM projects")
        .fetch_all(&postgres.pool)
        .await
        .expect("the budgets");
    assert_eq!((budgets, attempts.count()), (vec![3, 3], 3));
    postgres.close().await;
}

#[tokio::test]
async fn sqlite_s_snapshot_that_is_out_of_date_is_repeated() {
    let Some(sqlite) = Sqlite::open("snapshot").await else { return };
    let (transactions, attempts) = (transactions!("snapshot"), Attempts::default());
    let pool = &sqlite.pool;
    let insert = "INSERT INTO projects (number) VALUES ($1)";
    transactions
        .run(pool, async |mut transaction| {
            sqlx::query(COUNT).fetch_one(&mut **transaction).await.or_fault("counting")?;
            if attempts.next() == 1 {
                sqlx::query(insert).bind("P-1").execute(pool).await.or_fault("competing")?;
            }
            let mine = sqlx::query(insert).bind("P-2").execute(&mut **transaction);
            mine.await.or_fault("creating").map(drop)
        })
        .await
        .expect("the second attempt");
    let count: i64 = sqlx::query_scalar(COUNT).fetch_one(pool).await.expect("a count");
    assert_eq!((count, attempts.count()), (2, 2));
}

#[tokio::test]
async fn attempts_end_with_their_number_or_the_budget_and_keep_their_history() {
    let Some(sqlite) = Sqlite::open("attempts").await else { return };
    let _writing = sqlite.pool.begin_with("BEGIN IMMEDIATE").await.expect("the lock");
    static POOR: Dependency = Dependency::new("attempts-poor").retry_budget(Budget::new(1, 0.0));
    let many = transactions!("attempts-many");
    for (transactions, attempts, gave_up) in
        [(many, 3, "attempts"), (Transactions::new(&POOR), 2, "budget")]
    {
        let transactions = transactions.begin("BEGIN IMMEDIATE");
        let failure = transactions.run(&sqlite.pool, async |_| Ok(())).await.unwrap_err();
        assert_eq!(kind(&failure), DatabaseFault::Busy);
        let journey = failure.journey().expect("a journey");
        assert_eq!((journey.attempts, journey.gave_up), (attempts, Some(gave_up)));
        assert!(journey.exhausted);
        assert_eq!(journey.history[0], "another connection holds the lock: result code 5");
    }
}

#[tokio::test]
async fn a_failure_rolls_back_and_only_the_database_s_reasons_repeat() {
    let Some(sqlite) = Sqlite::open("rollback").await else { return };
    let (transactions, attempts) = (transactions!("rollback"), Attempts::default());
    let gave_up = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&gave_up);
    let observing = observe(move |event: &Event<'_>| {
        if matches!(event, Event::GiveUp(it) if it.dependency == "rollback") {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let insert = "INSERT INTO projects (number) VALUES ('P-1')";
    let failure = transactions
        .run(&sqlite.pool, async |mut transaction| {
            attempts.next();
            sqlx::query(insert).execute(&mut **transaction).await.or_fault("creating")?;
            Err::<(), _>(OrderError::Later.into())
        })
        .await
        .unwrap_err();
    observing.stop();
    assert_eq!((failure.spec().code().as_str(), attempts.count()), ("E7001", 1));
    // An ordinary failure is no reason for an event of a retry.
    assert_eq!((gave_up.load(Ordering::SeqCst), failure.journey()), (0, None));
    let count: i64 = sqlx::query_scalar(COUNT).fetch_one(&sqlite.pool).await.expect("a count");
    assert_eq!(count, 0);
}

#[tokio::test]
async fn a_reason_is_found_within_codes_of_the_user_s() {
    let Some(sqlite) = Sqlite::open("within").await else { return };
    let (transactions, attempts) = (transactions!("within"), Attempts::default());
    let writing = sqlite.pool.begin_with("BEGIN IMMEDIATE").await.expect("the lock");
    let insert = "INSERT INTO projects (number) VALUES ('P-1')";
    let failure = transactions
        .run(&sqlite.pool, async |mut transaction| {
            attempts.next();
            let insert = sqlx::query(insert).execute(&mut **transaction);
            Ok(insert.await.map_err(OrderError::from).map(drop)?)
        })
        .await
        .unwrap_err();
    assert_eq!((failure.spec().code().as_str(), attempts.count()), ("E7002", 3));
    drop(writing);
}

#[tokio::test]
async fn a_transaction_that_is_dropped_is_rolled_back() {
    let Some(postgres) = Server::open("dropped").await else { return };
    let transactions = transactions!("dropped");
    let inserted = Notify::new();
    {
        let running = transactions.run(&postgres.pool, async |mut transaction| {
            let insert = sqlx::query("INSERT INTO projects (number) VALUES ('P-1')");
            insert.execute(&mut **transaction).await.or_fault("creating")?;
            inserted.notify_one();
            std::future::pending().await
        });
        let mut running = pin!(running);
        tokio::select! {
            result = running.as_mut() => panic!("it waits forever: {:?}", result.map(|()| "done")),
            () = inserted.notified() => {}
        }
    }
    // The same number would wait for the other transaction if it were still open.
    let again = sqlx::query("INSERT INTO projects (number) VALUES ('P-1')");
    again.execute(&postgres.pool).await.expect("a free number");
    postgres.close().await;
}

const BACKEND: &str = "SELECT pg_backend_pid()";

#[tokio::test]
async fn a_connection_that_is_killed_before_the_commit_is_repeated() {
    let Some(postgres) = Server::open("killed").await else { return };
    let (transactions, attempts) = (transactions!("killed"), Attempts::default());
    let insert = "INSERT INTO projects (number) VALUES ('P-1') RETURNING id";
    transactions
        .run(&postgres.pool, async |mut transaction| {
            let backend = sqlx::query_scalar(BACKEND).fetch_one(&mut **transaction);
            let backend = backend.await.or_fault("asking")?;
            if attempts.next() == 1 {
                postgres.kill(backend).await;
            }
            let insert = sqlx::query(insert).fetch_one(&mut **transaction);
            insert.await.or_fault("creating").map(drop)
        })
        .await
        .expect("the second attempt");
    let count: i64 = sqlx::query_scalar(COUNT).fetch_one(&postgres.pool).await.expect("a count");
    assert_eq!((count, attempts.count()), (1, 2));
    postgres.close().await;
}

#[tokio::test]
async fn a_commit_on_a_killed_connection_is_unknown_and_not_repeated() {
    let Some(postgres) = Server::open("unknown").await else { return };
    let (transactions, attempts) = (transactions!("unknown"), Attempts::default());
    let failure = transactions
        .run(&postgres.pool, async |mut transaction| {
            attempts.next();
            let backend = sqlx::query_scalar(BACKEND).fetch_one(&mut **transaction);
            postgres.kill(backend.await.or_fault("asking")?).await;
            Ok(())
        })
        .await
        .unwrap_err();
    assert_eq!((kind(&failure), attempts.count()), (DatabaseFault::CommitUnknown, 1));
    assert_eq!(failure.spec().status(), 500);
    assert!(!failure.retry().retryable);
    postgres.close().await;
}

/// Passes bytes between a client and PostgreSQL until the client sends a COMMIT. Then the connection is cut: before the
/// server gets it, or after it has answered.
async fn cut_at_commit(address: (String, u16), delivers: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server =
                TcpStream::connect((address.0.as_str(), address.1)).await.expect("the server");
            let (mut up, mut down) = ([0; 4096], [0; 4096]);
            loop {
                tokio::select! {
                    read = client.read(&mut up) => {
                        let Ok(length @ 1..) = read else { break };
                        let is_commit = up[..length].windows(7).any(|part| part == b"COMMIT\0");
                        if delivers || !is_commit {
                            server.write_all(&up[..length]).await.expect("the server");
                        }
                        if is_commit {
                            if delivers {
                                assert_ne!(server.read(&mut down).await.expect("an answer"), 0);
                            }
                            break;
                        }
                    }
                    read = server.read(&mut down) => {
                        let Ok(length @ 1..) = read else { break };
                        if client.write_all(&down[..length]).await.is_err() { break }
                    }
                }
            }
        }
    });
    port
}

#[tokio::test]
async fn a_connection_that_is_cut_during_the_commit_is_unknown_and_not_repeated() {
    let Some(postgres) = Server::open("cut").await else { return };
    for (delivers, committed) in [(false, 0), (true, 1)] {
        let address = (postgres.options.get_host().to_owned(), postgres.options.get_port());
        let port = cut_at_commit(address, delivers).await;
        let options = postgres.options.clone().host("127.0.0.1").port(port);
        let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        let (transactions, attempts) = (transactions!("cut"), Attempts::default());
        let failure = transactions
            .run(&pool, async |mut transaction| {
                attempts.next();
                let insert = sqlx::query("INSERT INTO projects (number) VALUES ('P-1')");
                insert.execute(&mut **transaction).await.or_fault("creating").map(drop)
            })
            .await
            .unwrap_err();
        assert_eq!((kind(&failure), attempts.count()), (DatabaseFault::CommitUnknown, 1));
        let count: i64 =
            sqlx::query_scalar(COUNT).fetch_one(&postgres.pool).await.expect("a count");
        assert_eq!(count, committed);
        let cause = "the outcome of the commit is unknown: ";
        assert!(failure.causes().expect("a cause").starts_with(cause), "{failure:?}");
    }
    postgres.close().await;
}

#[tokio::test]
async fn what_a_commit_refuses_is_known() {
    let Some(postgres) = Server::open("deferred").await else { return };
    let defer = "ALTER TABLE suppliers ALTER CONSTRAINT suppliers_project_id_fkey
                 DEFERRABLE INITIALLY DEFERRED";
    sqlx::raw_sql(defer).execute(&postgres.pool).await.expect("a deferred constraint");
    let attempts = Attempts::default();
    let result = transactions!("deferred")
        .run(&postgres.pool, async |mut transaction| {
            attempts.next();
            let insert =
                sqlx::query("INSERT INTO suppliers (project_id, name) VALUES (17, 'Acme')");
            insert.execute(&mut **transaction).await.or_fault("creating").map(drop)
        })
        .await;
    let failure =
        result.on_foreign_key("suppliers_project_id_fkey", |_| OrderError::Later).unwrap_err();
    assert_eq!((failure.spec().code().as_str(), attempts.count()), ("E7001", 1));
    postgres.close().await;
}

/// PostgreSQL aborts a transaction at the first error, and then answers `COMMIT` with `ROLLBACK`.
#[tokio::test]
async fn a_transaction_that_was_aborted_is_not_taken_for_committed() {
    let Some(postgres) = Server::open("aborted").await else { return };
    let insert = "INSERT INTO projects (number) VALUES ('P-1')";
    let attempts = Attempts::default();
    let failure = transactions!("aborted")
        .run(&postgres.pool, async |mut transaction| {
            attempts.next();
            sqlx::query(insert).execute(&mut **transaction).await.or_fault("creating")?;
            let second = sqlx::query(insert).execute(&mut **transaction).await;
            assert!(second.is_err(), "the number is taken");
            Ok(())
        })
        .await
        .expect_err("nothing was committed");
    let by_hand = async {
        let mut transaction = postgres.pool.begin().await.expect("a transaction");
        let _ = sqlx::query("SELECT 1 / 0").execute(&mut *transaction).await;
        commit(transaction).await.expect_err("nothing was committed")
    };
    for failure in [failure, by_hand.await] {
        assert_eq!(failure.spec().code(), "SERVER_ERROR");
        assert!(failure.to_string().contains("a statement whose error was not returned"));
        assert_eq!(DatabaseError::of(&failure).and_then(DatabaseError::code), Some("25P02"));
    }
    let count: i64 = sqlx::query_scalar(COUNT).fetch_one(&postgres.pool).await.expect("a count");
    assert_eq!((count, attempts.count()), (0, 1));

    // An error within a savepoint leaves the rest as it was.
    let insert_twice = async |mut transaction: OpenTransaction<Postgres>| {
        sqlx::query(insert).execute(&mut **transaction).await.or_fault("creating")?;
        let mut savepoint = transaction.begin().await.or_fault("creating")?;
        let second = sqlx::query(insert).execute(&mut *savepoint).await;
        assert!(second.is_err(), "the number is taken");
        savepoint.rollback().await.or_fault("creating")
    };
    transactions!("savepoint").run(&postgres.pool, insert_twice).await.expect("a commit");
    let count: i64 = sqlx::query_scalar(COUNT).fetch_one(&postgres.pool).await.expect("a count");
    assert_eq!(count, 1);
    postgres.close().await;
}

#[test]
fn a_fault_without_a_database_error_has_none() {
    let fault = Failure::fault(FrameworkFault::Database(DatabaseFault::Deadlock), "");
    assert!(DatabaseError::of(&fault).is_none());
}

//! What each database reports, as codes and as faults.

mod support;

use errcode_core::{AppError, Failure};
use errcode_sqlx::{DatabaseError, DatabaseFault, DatabaseResult, UNNAMED};

#[derive(Debug, AppError)]
enum ProjectError {
    #[error("no project {id}", code = "E2001", status = 404)]
    NotFound { id: i64 },
    #[error("project number {number} is taken", code = "E2002", status = 409)]
    NumberTaken {
        number: String,
        #[source]
        cause: DatabaseError,
    },
    #[error("project {id} was changed", code = "E2005", status = 409)]
    Changed { id: i64 },
    #[error("the budget must not be negative", code = "E2006", status = 422)]
    Budget,
    #[error("another code", code = "E2999", status = 400)]
    Other,
}

const NUMBER: [&str; 2] = ["projects_number_key", "projects.number"];
const NAME: [&str; 2] = ["suppliers_project_id_name_key", "suppliers.project_id, suppliers.name"];

/// Runs a test on each database.
macro_rules! on_both {
    ($(async fn $test:ident($pool:ident) $body:block)*) => {
        mod postgres {
            use super::*;
            $(
                #[tokio::test]
                async fn $test() {
                    let Some(database) = support::Postgres::open(stringify!($test)).await else { return };
                    let $pool = &database.pool;
                    $body
                    database.close().await;
                }
            )*
        }
        mod sqlite {
            use super::*;
            $(
                #[tokio::test]
                async fn $test() {
                    let Some(database) = support::Sqlite::open(stringify!($test)).await else { return };
                    let $pool = &database.pool;
                    $body
                    database.close().await;
                }
            )*
        }
    };
}

/// The macro's bodies are the same text on both databases, whose types differ.
macro_rules! insert {
    ($pool:expr, $number:expr, $budget:expr) => {
        sqlx::query_scalar::<_, i64>(
            "INSERT INTO projects (number, budget) VALUES ($1, $2) RETURNING id",
        )
        .bind($number)
        .bind($budget)
        .fetch_one($pool)
        .await
    };
}

macro_rules! supplier {
    ($pool:expr, $project:expr, $name:expr) => {
        sqlx::query("INSERT INTO suppliers (project_id, name) VALUES ($1, $2)")
            .bind($project)
            .bind($name)
            .execute($pool)
            .await
    };
}

fn code(failure: &Failure) -> &str {
    failure.spec().code().as_str()
}

/// The kind, the constraint and the table.
fn facts(failure: &Failure) -> (DatabaseFault, &str, &str) {
    let error = DatabaseError::of(failure).expect("a database error");
    (error.kind(), error.constraint().unwrap_or_default(), error.table().unwrap_or_default())
}

#[tokio::test]
async fn an_exclusion_has_its_code() {
    let Some(database) = support::Postgres::open("exclusion").await else { return };
    let rooms = "CREATE TABLE rooms (
        during INT4RANGE, CONSTRAINT rooms_during_excl EXCLUDE USING gist (during WITH &&))";
    sqlx::raw_sql(rooms).execute(&database.pool).await.expect("a table");
    let book = || sqlx::query("INSERT INTO rooms VALUES ('[1,5)')").execute(&database.pool);
    book().await.expect("a free room");
    let failure =
        book().await.on_exclusion("rooms_during_excl", |_| ProjectError::Other).unwrap_err();
    assert_eq!(code(&failure), "E2999");
    assert_eq!(code(&book().await.or_fault("booking").unwrap_err()), "HTTP_409");
    database.close().await;
}

on_both! {
    async fn a_unique_constraint_has_its_code(pool) {
        insert!(pool, "P-1", 0).expect("a project");
        let taken = |number: &str| {
            let number = number.to_owned();
            |cause| ProjectError::NumberTaken { number, cause }
        };
        let failure = insert!(pool, "P-1", 0).on_unique(NUMBER, taken("P-1")).unwrap_err();
        assert_eq!(code(&failure), "E2002");
        let (kind, name, table) = facts(&failure);
        assert_eq!((kind, table), (DatabaseFault::Unique, "projects"));
        assert!(NUMBER.contains(&name), "{name}");
        assert!(failure.location().file().ends_with("constraints.rs"));
        // Another constraint is not this one.
        let failure = insert!(pool, "P-1", 0).on_unique(NAME, taken("P-1")).unwrap_err();
        assert_eq!(code(&failure), "HTTP_409");
        insert!(pool, "P-2", 0).on_unique(NUMBER, taken("P-2")).expect("a project");
    }

    async fn a_unique_constraint_of_several_columns_has_its_code(pool) {
        let project = insert!(pool, "P-1", 0).expect("a project");
        supplier!(pool, project, "Acme").expect("a supplier");
        let failure =
            supplier!(pool, project, "Acme").on_unique(NAME, |_| ProjectError::Other).unwrap_err();
        assert_eq!(code(&failure), "E2999");
    }

    async fn a_primary_key_is_a_unique_constraint(pool) {
        sqlx::raw_sql("CREATE TABLE tokens (hash TEXT PRIMARY KEY)").execute(pool).await.unwrap();
        let insert = || sqlx::query("INSERT INTO tokens (hash) VALUES ('x')").execute(pool);
        insert().await.expect("the first");
        let names = ["tokens_pkey", "tokens.hash"];
        let failure = insert().await.on_unique(names, |_| ProjectError::Other).unwrap_err();
        assert_eq!(code(&failure), "E2999");
    }

    async fn a_foreign_key_has_its_code(pool) {
        let names = ["suppliers_project_id_fkey", UNNAMED];
        let missing = |_| ProjectError::NotFound { id: 17 };
        let failure = supplier!(pool, 17_i64, "Acme").on_foreign_key(names, missing).unwrap_err();
        assert_eq!(code(&failure), "E2001");
        // A row that others refer to cannot be deleted.
        let project = insert!(pool, "P-1", 0).expect("a project");
        supplier!(pool, project, "Acme").expect("a supplier");
        let delete = sqlx::query("DELETE FROM projects").execute(pool).await;
        let failure = delete.or_fault("deleting projects").unwrap_err();
        assert_eq!((code(&failure), facts(&failure).0), ("HTTP_409", DatabaseFault::ForeignKey));
    }

    async fn a_check_has_its_code(pool) {
        let check = |_| ProjectError::Budget;
        let failure =
            insert!(pool, "P-1", -1).on_check("projects_budget_check", check).unwrap_err();
        assert_eq!(code(&failure), "E2006");
        let failure = insert!(pool, "P-1", -1).or_fault("creating a project").unwrap_err();
        assert_eq!((code(&failure), facts(&failure).0), ("SERVER_ERROR", DatabaseFault::Check));
        assert_eq!(failure.contexts().collect::<Vec<_>>(), ["creating a project"]);
    }

    async fn a_null_has_the_code_of_its_column(pool) {
        let failure = insert!(pool, None::<String>, 0)
            .on_not_null("projects.number", |_| ProjectError::Other)
            .unwrap_err();
        assert_eq!(code(&failure), "E2999");
        let failure = insert!(pool, None::<String>, 0).or_fault("creating a project").unwrap_err();
        assert_eq!(facts(&failure), (DatabaseFault::NotNull, "projects.number", "projects"));
    }

    async fn a_missing_row_has_its_code(pool) {
        let find = || sqlx::query_scalar::<_, i64>("SELECT id FROM projects").fetch_one(pool);
        let missing = |_| ProjectError::NotFound { id: 17 };
        assert_eq!(code(&find().await.on_row_not_found(missing).unwrap_err()), "E2001");
        assert_eq!(code(&find().await.or_fault("finding it").unwrap_err()), "HTTP_404");
    }

    async fn a_lost_lock_has_its_code(pool) {
        let id = insert!(pool, "P-1", 0).expect("a project");
        let changed = |_| ProjectError::Changed { id };
        let raise = |version: i64| {
            sqlx::query("UPDATE projects SET version = version + 1 WHERE id = $1 AND version = $2")
                .bind(id)
                .bind(version)
        };
        let done = raise(1).execute(pool).await.or_lock_lost().on_lock_lost(changed).unwrap();
        assert_eq!(done.rows_affected(), 1);
        let lost = raise(1).execute(pool).await.or_lock_lost();
        assert_eq!(code(&lost.on_lock_lost(changed).unwrap_err()), "E2005");
        assert_eq!(code(&raise(1).execute(pool).await.or_lock_lost().unwrap_err()), "HTTP_409");
        // With `RETURNING`, the row itself says it.
        let budget = |version: i64| {
            sqlx::query_scalar::<_, i64>(
                "UPDATE projects SET budget = 5 WHERE version = $1 RETURNING budget",
            )
            .bind(version)
        };
        assert_eq!(budget(2).fetch_optional(pool).await.or_lock_lost().unwrap(), 5);
        let lost = budget(1).fetch_optional(pool).await.or_lock_lost().unwrap_err();
        assert_eq!(facts(&lost).0, DatabaseFault::OptimisticLock);
    }

    async fn the_first_match_counts_and_a_code_is_kept(pool) {
        insert!(pool, "P-1", 0).expect("a project");
        let failure = insert!(pool, "P-1", 0)
            .on_check("projects_budget_check", |_| ProjectError::Budget)
            .on_unique(NUMBER, |_| ProjectError::Other)
            .on(DatabaseFault::Unique, |_| ProjectError::Budget)
            .unwrap_err();
        assert_eq!(code(&failure), "E2999");
        let taken = |cause| ProjectError::NumberTaken { number: "P-1".to_owned(), cause };
        let failure = insert!(pool, "P-1", 0)
            .on_unique(NUMBER, taken)
            .on_unique(NUMBER, |_| ProjectError::Other)
            .unwrap_err();
        assert_eq!(code(&failure), "E2002");
    }

    async fn an_error_of_the_statement_is_unexpected(pool) {
        let gone = sqlx::query("SELECT * FROM no_such_table").execute(pool).await;
        let failure = gone.or_fault("reading").unwrap_err();
        assert_eq!((code(&failure), facts(&failure).0), ("SERVER_ERROR", DatabaseFault::Other));
    }
}

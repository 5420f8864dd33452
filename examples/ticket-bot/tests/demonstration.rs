//! The bot as a user runs it, and several bots on one table.

use serde_json::Value;
use sqlx::{AnyPool, AssertSqlSafe};
use std::{
    collections::BTreeMap,
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
};
use ticket_bot::{Demonstration, Queue, Tracker, Work, bot};

#[test]
fn the_demonstration_ends_by_itself_with_a_table_of_its_tasks() {
    let output = Command::new(env!("CARGO_BIN_EXE_ticket-bot"))
        .env("DATABASE_URL", "sqlite::memory:")
        .env_remove("RUST_LOG")
        .output()
        .expect("the bot");
    assert!(output.status.success(), "{output:?}");
    let table = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(
        table.lines().take(11).collect::<Vec<_>>(),
        [
            "ticket   state   attempts  deferred  result",
            "APEX-1   done           1         0  commented on “Ticket APEX-1”",
            "APEX-2   failed         1         0  T1001 There is no ticket APEX-2.",
            "APEX-3   failed         3         0  T2001 An external system is unavailable. Please try again later.",
            "APEX-4   done           1         1  commented on “Ticket APEX-4”",
            "APEX-5   done           1         0  commented on “Ticket APEX-5”",
            "APEX-6   failed         3         0  T2004 An external system is unavailable. Please try again later.",
            "APEX-7   failed         1         0  T2005 An external system is unavailable. Please try again later.",
            concat!(
                "APEX-8   failed         1         0  ",
                "T1002 The request could not be completed. Please check it and try again."
            ),
            "APEX-9   failed         3         0  T2002 An external system is unavailable. Please try again later.",
            "APEX-10  failed         1         0  SERVER_ERROR Something went wrong. Please try again later.",
        ]
    );
    let mut alerts: Vec<_> = table.lines().skip(13).collect();
    alerts.sort_unstable();
    // Whatever the tracker does is one group: the first failure, and the number of the others.
    assert_eq!(alerts.len(), 3, "{alerts:?}");
    assert_eq!(alerts[0], "[notice] SERVER_ERROR Server error: 1 failure");
    assert!(
        alerts[1].starts_with("[notice] T2") && alerts[1].ends_with(": 1 failure"),
        "{alerts:?}"
    );
    assert_eq!(alerts[2], "[page] tracker: 9 more failures in 60s");
    each_time_a_task_is_done_is_one_line(&String::from_utf8(output.stderr).expect("UTF-8"));
}

#[cfg(unix)]
#[test]
fn a_task_of_another_service_continues_its_trace_until_the_bot_is_asked_to_end() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("an address").to_string();
    drop(free);
    let mut bot = Command::new(env!("CARGO_BIN_EXE_ticket-bot"))
        .arg("--watch")
        .envs([("DATABASE_URL", "sqlite::memory:"), ("ADDRESS", &address)])
        .env_remove("RUST_LOG")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the bot");
    let mut lines = BufReader::new(bot.stderr.take().expect("stderr")).lines().map(Result::unwrap);
    // The first line comes from a task, after the intake listens.
    lines.next().expect("a line");
    let body = r#"{"ticket":"APEX-6"}"#;
    let request = format!(
        "POST /tasks HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(&address).expect("the bot listens");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("UTF-8");
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
    let failed = lines.find(|line| {
        line.contains("4bf92f3577b34da6a3ce929d0e0e4736") && line.contains(r#""event":"failure""#)
    });
    let failed: Value = serde_json::from_str(&failed.expect("a failure")).expect("JSON");
    assert_eq!((&failed["taskId"], &failed["code"]), (&"APEX-6".into(), &"T2004".into()));

    let id = bot.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill").success());
    lines.for_each(drop);
    assert!(bot.wait().expect("an exit status").success());
}

fn each_time_a_task_is_done_is_one_line(log: &str) {
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect();
    let mut ends = BTreeMap::<(&str, &str), usize>::new();
    for line in lines.iter().filter(|line| line["event"] == "failure" || line["event"] == "task") {
        let task = line["taskId"].as_str().expect("each line has its task");
        *ends.entry((task, line["code"].as_str().unwrap_or("done"))).or_default() += 1;
    }
    let expected = [
        (("APEX-1", "done"), 1),
        (("APEX-10", "SERVER_ERROR"), 1),
        (("APEX-2", "T1001"), 1),
        (("APEX-3", "T2001"), 3),
        (("APEX-4", "T2003"), 1),
        (("APEX-4", "done"), 1),
        (("APEX-5", "done"), 1),
        (("APEX-6", "T2004"), 3),
        (("APEX-7", "T2005"), 1),
        (("APEX-8", "T1002"), 1),
        (("APEX-9", "T2002"), 3),
    ];
    assert_eq!(ends, BTreeMap::from(expected));
}

/// Runs two bots on the tasks of one table.
async fn each_task_goes_to_one_bot(url: &str) {
    const TASKS: usize = 40;
    let demonstration = Demonstration::start().await.expect("two ports");
    let queues =
        [Queue::open(url).await.expect("a table"), Queue::open(url).await.expect("a table")];
    for number in 0..TASKS {
        queues[0].add(&format!("BASE-{number}"), Work::Comment).await.expect("a task");
    }
    let tracker = || Tracker::new(&demonstration.tracker).expect("a client");
    let [one, other] =
        queues.each_ref().map(|queue| bot(queue.clone(), tracker(), tracker()).run());
    let (one, other) = tokio::join!(one, other);
    assert_eq!(one.done + other.done, TASKS as u64);
    assert!(one.done > 0 && other.done > 0, "{one:?} {other:?}");
    let rows = queues[1].rows().await.expect("the table");
    for row in &rows {
        assert_eq!((row.state.as_str(), row.attempts), ("done", 1), "{row:?}");
        assert_eq!(demonstration.calls(&row.ticket), 1, "{row:?}");
        assert_eq!(demonstration.comments(&row.ticket), 1, "{row:?}");
    }
    assert_eq!(rows.len(), TASKS);
}

/// The tracker comments, but its answer is lost: the same call again does not comment twice.
#[tokio::test]
async fn a_comment_whose_answer_is_lost_is_made_once() {
    let demonstration = Demonstration::start().await.expect("two ports");
    let queue = Queue::open("sqlite::memory:").await.expect("a table");
    queue.add("APEX-5", Work::Comment).await.expect("a task");
    let tracker = || Tracker::new(&demonstration.tracker).expect("a client");
    assert_eq!(bot(queue.clone(), tracker(), tracker()).run().await.done, 1);
    assert_eq!(demonstration.comments("APEX-5"), 1);
    // Another task is another comment.
    queue.add("APEX-5", Work::Comment).await.expect("a task");
    assert_eq!(bot(queue, tracker(), tracker()).run().await.done, 1);
    assert_eq!(demonstration.comments("APEX-5"), 2);
}

#[tokio::test]
async fn two_bots_on_sqlite_take_each_task_once() {
    let file = env::temp_dir().join(format!("ticket-bot-{}.db", std::process::id()));
    let _ = fs::remove_file(&file);
    each_task_goes_to_one_bot(&format!("sqlite:{}", file.display())).await;
    fs::remove_file(&file).expect("the database");
}

#[tokio::test]
async fn two_bots_on_postgresql_take_each_task_once() {
    let Some(url) = env::var("DATABASE_URL").ok().filter(|url| url.starts_with("postgres")) else {
        println!("skipped: DATABASE_URL names no PostgreSQL");
        return;
    };
    sqlx::any::install_default_drivers();
    let admin = AnyPool::connect(&url).await.expect("a PostgreSQL");
    let schema = format!("ticket_bot_{}", std::process::id());
    let fresh = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    sqlx::raw_sql(AssertSqlSafe(fresh)).execute(&admin).await.expect("a schema");
    let separator = if url.contains('?') { '&' } else { '?' };
    each_task_goes_to_one_bot(&format!("{url}{separator}options[search_path]={schema}")).await;
    let gone = format!("DROP SCHEMA {schema} CASCADE");
    sqlx::raw_sql(AssertSqlSafe(gone)).execute(&admin).await.expect("the schema goes");
}

#[test]
fn what_is_wrong_on_the_command_line_is_said_with_the_fix() {
    let run = |argument: &str| {
        Command::new(env!("CARGO_BIN_EXE_ticket-bot")).arg(argument).output().expect("the bot")
    };
    let wrong = run("--wach");
    assert_eq!(wrong.status.code(), Some(64));
    let said = String::from_utf8_lossy(&wrong.stderr);
    assert_eq!(said, "error: unexpected argument `--wach`; see `ticket-bot --help`\n");
    let help = run("--help");
    assert!(help.status.success() && help.stdout.starts_with(b"Comment on tickets"));
}

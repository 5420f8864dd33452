//! Runs the bot, with a tracker and a chat of its own, until its tasks are done.

#![forbid(unsafe_code)]

use errcode_runtime::{
    Dialect, Guard, Logging, ServiceInfo,
    alert::{Alerts, Webhook},
};
use std::{
    env,
    error::Error,
    fmt::Write as _,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};
use ticket_bot::{Demonstration, Queue, Row, Tracker, Work, bot, intake};
use tokio::net::TcpListener;

const HELP: &str = "\
Comment on tickets: a bot, with a tracker that fails in every way

Usage: ticket-bot [--watch]

  --watch  Wait for more tasks after the first ones, until Ctrl-C or SIGTERM

DATABASE_URL is the table's database: `sqlite::memory:` (default), `sqlite:PATH` or `postgres://…`.
ADDRESS, for example `127.0.0.1:4000`, is where `POST /tasks` adds tasks, with --watch.
The table of tasks goes to standard output, the log to standard error.
";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let watch = match arguments.as_slice() {
        [] => false,
        [one] if one == "--watch" => true,
        [one] if one == "--help" || one == "-h" => {
            let _ = io::stdout().write_all(HELP.as_bytes());
            return ExitCode::SUCCESS;
        }
        [one, ..] => {
            let shown = one.to_string_lossy();
            let _ = writeln!(
                io::stderr(),
                "error: unexpected argument `{shown}`; see `ticket-bot --help`"
            );
            return ExitCode::from(64);
        }
    };
    ServiceInfo::new("ticket-bot")
        .version(env!("CARGO_PKG_VERSION"))
        .environment("demonstration")
        .set();
    let _log = log();
    match run(watch).await {
        Ok(text) => {
            let _ = io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Logs to standard error: standard output has the table.
fn log() -> Guard {
    let logging = Logging::new().dialect(Dialect::Plain);
    let logging = if io::stderr().is_terminal() { logging.pretty() } else { logging };
    logging.writer(io::stderr()).install()
}

async fn run(watch: bool) -> Result<String, Box<dyn Error>> {
    let url = env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite::memory:".to_owned());
    let queue = Queue::open(&url).await?;
    for (ticket, _) in Demonstration::TICKETS {
        queue.add(ticket, Work::Comment).await?;
    }
    queue.add("APEX-9", Work::Mirror).await?;
    queue.add("APEX-10", Work::Bug).await?;

    let demonstration = Demonstration::start().await?;
    let (tracker, mirror) =
        (Tracker::new(&demonstration.tracker)?, Tracker::new(&demonstration.mirror)?);
    let alerts = Alerts::new().to(Webhook::new(&demonstration.webhook)?).start()?;
    let tasks = if watch {
        listen(queue.clone()).await?;
        queue.clone().waiting()
    } else {
        queue.clone()
    };
    bot(tasks, tracker, mirror).run().await;
    // Sends what is left to say, on threads of its own; the chat runs on this one's runtime.
    tokio::task::spawn_blocking(move || drop(alerts)).await?;
    Ok(report(&queue.rows().await?, &demonstration.alerts()))
}

/// Takes tasks of other services, if there is an address for it.
async fn listen(queue: Queue) -> Result<(), Box<dyn Error>> {
    let Ok(address) = env::var("ADDRESS") else { return Ok(()) };
    let listener = TcpListener::bind(&address).await;
    let listener = listener.map_err(|error| format!("cannot listen on `{address}`: {error}"))?;
    tokio::spawn(async move { axum::serve(listener, intake(queue)).await });
    Ok(())
}

/// Returns the table of tasks, and the first line of each alert.
fn report(rows: &[Row], alerts: &[String]) -> String {
    let mut out = String::from("ticket   state   attempts  deferred  result\n");
    for Row { ticket, state, attempts, deferrals, result } in rows {
        let _ = writeln!(out, "{ticket:<8} {state:<7} {attempts:>8}  {deferrals:>8}  {result}");
    }
    let _ = writeln!(out, "\n{} alerts", alerts.len());
    for alert in alerts {
        let _ = writeln!(out, "{}", alert.lines().next().unwrap_or_default());
    }
    out
}

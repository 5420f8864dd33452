{% if database %}
//! Checks the addresses of the table, after those that are its arguments.
{% else %}
//! Checks the addresses that are its arguments.
{% endif %}

use errcode_runtime::{
    ServiceInfo,
    alert::{Alerts, AlertsGuard, Notice, Webhook},
};
use std::{env, error::Error, process::ExitCode};
use tokio::net::TcpListener;
use {{ crate }}::{Queue, metrics_routes, run};

#[tokio::main]
async fn main() -> ExitCode {
    errcode_runtime::init();
    let environment = setting("ENVIRONMENT", "development").leak();
    ServiceInfo::new("{{ name }}").version(env!("CARGO_PKG_VERSION")).environment(environment).set();
    match work().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn work() -> Result<(), Box<dyn Error>> {
    let _alerts = alerts()?;
    let listener = TcpListener::bind(setting("METRICS_ADDRESS", "127.0.0.1:9464")).await?;
    eprintln!("metrics at http://{}/metrics", listener.local_addr()?);
    tokio::spawn(async { axum::serve(listener, metrics_routes()).await });
{% if database %}
{% if database == "sqlite" %}
    let queue = Queue::open(&setting("DATABASE_URL", "sqlite:{{ name }}.db")).await?;
{% else %}
    let url = env::var("DATABASE_URL").map_err(|_| "set `DATABASE_URL` to `postgres://…`")?;
    let queue = Queue::open(&url).await?;
{% endif %}
    // With arguments it ends when all tasks are done, otherwise it waits for more.
    let mut waits = true;
    for address in env::args().skip(1) {
        queue.add(&address).await?;
        waits = false;
    }
    run(if waits { queue.waiting() } else { queue }).await;
{% else %}
    let queue = Queue::new(env::args().skip(1));
    run(queue.clone()).await;
    for (address, end) in queue.ended() {
        println!("{address} {end}");
    }
{% endif %}
    Ok(())
}

/// Sends alerts to the chat whose webhook is in `ALERT_WEBHOOK`, or to the log.
fn alerts() -> Result<AlertsGuard, Box<dyn Error>> {
    let alerts = match env::var("ALERT_WEBHOOK") {
        Ok(webhook) => Alerts::new().to(Webhook::new(&webhook)?),
        Err(_) => Alerts::new().to(Notice),
    };
    Ok(alerts.start()?)
}

fn setting(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}

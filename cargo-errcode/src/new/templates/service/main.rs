//! Serves the notes.

use errcode_runtime::{
    ServiceInfo,
    alert::{Alerts, AlertsGuard, Notice, Webhook},
    shutdown_signal,
};
use std::{env, error::Error, process::ExitCode, time::Duration};
use tokio::{net::TcpListener, time::sleep};
use {{ crate }}::{Store, app};

/// How long a shutdown waits for the requests that run.
const DRAIN: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> ExitCode {
    errcode_runtime::init();
    let environment = setting("ENVIRONMENT", "development").leak();
    ServiceInfo::new("{{ name }}").version(env!("CARGO_PKG_VERSION")).environment(environment).set();
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let _alerts = alerts()?;
{% if database == "sqlite" %}
    let store = Store::open(&setting("DATABASE_URL", "sqlite:{{ name }}.db")).await?;
{% elif database == "postgres" %}
    let url = env::var("DATABASE_URL").map_err(|_| "set `DATABASE_URL` to `postgres://…`")?;
    let store = Store::open(&url).await?;
{% else %}
    let store = Store::default();
{% endif %}
    let listener = TcpListener::bind(setting("ADDRESS", "127.0.0.1:3000")).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    let serving = axum::serve(listener, app(store)).with_graceful_shutdown(shutdown_signal());
    tokio::select! {
        served = serving => served?,
        () = late() => {}
    }
    Ok(())
}

/// Waits until the requests that ran at SIGTERM had their time.
async fn late() {
    shutdown_signal().await;
    sleep(DRAIN).await;
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

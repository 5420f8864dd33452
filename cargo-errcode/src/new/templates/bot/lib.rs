//! A bot that checks whether addresses accept connections. Each of its failures has a code of [`CATALOG`].

mod check;
mod errors;
mod metrics;
mod queue;

pub use check::check;
pub use errors::{CATALOG, TaskError};
pub use metrics::routes as metrics_routes;
pub use queue::{Queue, Task};

use errcode_runtime::{Tally, worker};
use std::{sync::Arc, time::Duration};

/// Does the tasks of the queue until it ends or the process gets SIGTERM. Then the tasks that run have ten seconds, and
/// the others are given back.
pub async fn run(queue: Queue) -> Tally {
    worker(queue, async |task: Arc<Task>| check(&task.address).await)
        .concurrency(4)
        .time_limit(Duration::from_secs(30))
        .drain_within(Duration::from_secs(10))
        .run()
        .await
}

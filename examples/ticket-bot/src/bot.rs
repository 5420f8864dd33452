//! What the bot does with a task.

use crate::{Queue, Task, Tracker, Work};
use errcode_core::Failure;
use errcode_runtime::{Worker, worker};
use std::{future::Future, sync::Arc, time::Duration};

/// Returns the bot: a worker over the table, whose tasks call the tracker.
pub fn bot(
    queue: Queue,
    tracker: Tracker,
    mirror: Tracker,
) -> Worker<Queue, impl Fn(Arc<Task>) -> Handled + Send + Sync + 'static> {
    let handle = move |task: Arc<Task>| -> Handled {
        let (tracker, mirror) = (tracker.clone(), mirror.clone());
        Box::pin(async move { handle(&task, &tracker, &mirror).await })
    };
    worker(queue, handle)
        .concurrency(4)
        .time_limit(Duration::from_secs(10))
        .drain_within(Duration::from_secs(5))
}

/// The work of a task.
pub type Handled = std::pin::Pin<Box<dyn Future<Output = Result<String, Failure>> + Send>>;

async fn handle(task: &Task, tracker: &Tracker, mirror: &Tracker) -> Result<String, Failure> {
    let tracker = match task.work {
        Work::Comment => tracker,
        Work::Mirror => mirror,
        Work::Bug => panic!("a bug of the bot's"),
    };
    let title = tracker.title(&task.ticket).await?;
    // The same work has the same key, however often the task is done.
    let key = format!("ticket-bot/{}/{}", task.ticket, task.id);
    tracker.comment(&task.ticket, &format!("The bot has seen “{title}”."), &key).await?;
    Ok(format!("commented on “{title}”"))
}

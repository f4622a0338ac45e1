//! What a website does without being asked, again and again until the process stops.

use std::time::Duration;

use server::Stop;

use crate::{alerts, app::App, given, notice, overdue};

/// How often it is looked whether there is something to do.
const LOOK: Duration = Duration::from_secs(5);

/// Tells the business of new leads, visitors of new homes, and members of leads they were given and of what they did not
/// do.
pub(crate) async fn work(app: App, stop: Stop) {
    while !stop.is_stopping() {
        if let Err(error) = notice::round(&app).await {
            tracing::warn!("new leads could not be told of: {error:#}");
        }
        if let Err(error) = alerts::round(&app).await {
            tracing::warn!("new homes could not be told of: {error:#}");
        }
        if let Err(error) = overdue::round(&app).await {
            tracing::warn!("overdue reminders could not be told of: {error:#}");
        }
        if let Err(error) = given::round(&app).await {
            tracing::warn!("members could not be told of leads they were given: {error:#}");
        }
        tokio::select! {
            () = stop.stopped() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

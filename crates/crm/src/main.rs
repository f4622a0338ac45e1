//! The CRM as a process of its own.

use std::process::ExitCode;

use server::{Context, Duty, Settings, StartError};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}

async fn run() -> Result<(), StartError> {
    let context = Context::open(Settings::load_or_exit(Duty::Answers)).await?;
    let db = context.db.clone();
    crm::start(context).await?.ended().await?;
    db.close().await;
    Ok(())
}

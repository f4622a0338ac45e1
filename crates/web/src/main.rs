//! The process that serves the tenants' websites.

use std::process::ExitCode;

use server::{Context, Duty, Settings, StartError};

#[tokio::main]
async fn main() -> ExitCode {
    let settings = Settings::load_or_exit(Duty::Answers);
    match run(settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}

async fn run(settings: Settings) -> Result<(), StartError> {
    let context = Context::open(settings).await?;
    web::start(context).await?.ended().await?;
    Ok(())
}

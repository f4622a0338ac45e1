//! Signing in to one of our processes, as programs do.

use anyhow::{Context as _, Result};
use reqwest::Client;
use serde_json::{Value, json};

/// The token of a new session at this origin, for somebody with this address and password.
pub(crate) async fn sign_in(
    client: &Client,
    origin: &str,
    (email, password): (&str, &str),
) -> Result<String> {
    let session: Value = client
        .post(format!("{origin}/api/session"))
        .json(&json!({ "email": email, "password": password }))
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let token = session["token"]
        .as_str()
        .context("signing in answers with a token")?;
    Ok(token.to_owned())
}

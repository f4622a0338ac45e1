//! PostgreSQL's own tools, which know best how to copy it. Passwords go by the environment, never by the command line.

use std::{path::Path, process::Stdio};

use anyhow::{Context as _, anyhow};
use db::archive::Inspection;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::process::Command;

use crate::Refusal;

/// A tool with the address of the database. Row-level security lets who says `*` see every tenant's rows.
fn tool(name: &str, url: &SecretString) -> Command {
    let (address, password) = without_password(url.expose_secret());
    let mut command = Command::new(name);
    command
        .arg("--dbname")
        .arg(address)
        .env("PGOPTIONS", "-c app.tenant_id=*")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command
}

/// The URL and the password that stood in it.
fn without_password(url: &str) -> (String, Option<String>) {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let (who, place) = rest.split_once('@')?;
        let (user, password) = who.split_once(':')?;
        Some((format!("{scheme}://{user}@{place}"), unescaped(password)))
    });
    parts.map_or_else(
        || (url.to_owned(), None),
        |(address, password)| (address, Some(password)),
    )
}

/// Text in which `%41` stands for `A`.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%');
        let byte = digits
            .and_then(|digits| str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Writes the whole database to a file.
pub(super) async fn dump(file: &Path, url: &SecretString) -> Result<(), Refusal> {
    let mut command = tool("pg_dump", url);
    command
        .args(["--format=custom", "--no-owner", "--enable-row-security", "--file"])
        .arg(file);
    run("pg_dump", command).await.map(drop)
}

/// Reads a file into an empty database, all of it or nothing.
pub(super) async fn load(file: &Path, url: &SecretString) -> Result<(), Refusal> {
    let mut command = tool("pg_restore", url);
    command
        .args(["--no-owner", "--exit-on-error", "--single-transaction"])
        .arg(file);
    run("pg_restore", command).await.map(drop)
}

/// Reads the version of the schema, and how many tenants there are, back out of a file.
pub(super) async fn inspect(file: &Path) -> Result<Inspection, Refusal> {
    let versions = table(file, "_sqlx_migrations").await?;
    let first_cell = |row: &String| row.split('\t').next().and_then(|cell| cell.parse::<i64>().ok());
    let schema = versions.iter().filter_map(first_cell).max();
    let schema = schema.ok_or_else(|| {
        let detail = format!("{} is not a backup of Freehold.", file.display());
        Refusal::invalid("/file", "not_a_backup", detail)
    })?;
    let count = |rows: Vec<String>| i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(Inspection {
        schema,
        newest: db::archive::newest_schema(),
        tenants: count(table(file, "tenants").await?),
        leads: count(table(file, "leads").await?),
        damage: None,
    })
}

/// The rows of a table in a file.
async fn table(file: &Path, name: &str) -> Result<Vec<String>, Refusal> {
    let mut command = Command::new("pg_restore");
    command
        .args(["--data-only", "--file=-", "--table", name])
        .arg(file)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let printed = run("pg_restore", command).await?;
    let rows = printed
        .lines()
        .skip_while(|line| !line.starts_with("COPY "))
        .skip(1);
    Ok(rows
        .take_while(|line| *line != "\\.")
        .map(str::to_owned)
        .collect())
}

async fn run(name: &str, mut command: Command) -> Result<String, Refusal> {
    let done = command.output().await.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Refusal::NotAllowed(format!(
            "{name} is not installed here: install PostgreSQL's client programs, of the server's version or newer"
        )),
        _ => Refusal::Unexpected(anyhow::Error::new(error).context(format!("running {name}"))),
    })?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        let last = said
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("nothing");
        return Err(Refusal::Unexpected(anyhow!("{name} said: {last}")));
    }
    String::from_utf8(done.stdout)
        .with_context(|| format!("reading what {name} printed"))
        .map_err(Refusal::Unexpected)
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_leaves_the_address() {
        for (url, address, password) in [
            (
                "postgres://ann:p%40ss@db/free",
                "postgres://ann@db/free",
                Some("p@ss"),
            ),
            (
                "postgres://ann:100%@db/free",
                "postgres://ann@db/free",
                Some("100%"),
            ),
            ("postgres://ann@db/free", "postgres://ann@db/free", None),
            ("postgres://db/free", "postgres://db/free", None),
        ] {
            let expected = (address.to_owned(), password.map(str::to_owned));
            assert_eq!(without_password(url), expected, "{url}");
        }
    }
}

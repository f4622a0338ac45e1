//! `admin migrate`: brings the schema to the newest version, or tells whether it is there.

use clap::Args;
use db::{Access, Db};
use serde_json::json;
use server::{Context, Settings, StartError};

use super::{output::Output, trouble::Trouble};

/// Bring the database's schema to the version this program needs.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin migrate
  admin migrate --check || echo 'deploy: run admin migrate first'")]
pub(super) struct Migrate {
    /// Change nothing; leave with 5 when the schema is not the one this program needs.
    #[arg(long)]
    check: bool,
}

impl Migrate {
    /// Opens the database itself: the schema of any other command's must be current.
    pub(super) async fn run(&self, settings: Settings, output: &mut Output<'_>) -> Result<(), Trouble> {
        let access = if self.check {
            Access::Existing
        } else {
            Access::Create
        };
        let context = match Context::open_any_schema(settings, access).await {
            // A file that is not there is as far behind as can be.
            Err(StartError::Unusable(error)) if self.check && error.is::<db::SchemaError>() => {
                return tell(output, Some(error.to_string()));
            }
            opened => opened?,
        };
        let done = self.carry_out(&context.db, output).await;
        context.db.close().await;
        done
    }

    pub(super) async fn carry_out(&self, db: &Db, output: &mut Output<'_>) -> Result<(), Trouble> {
        if self.check {
            return check(db, output).await;
        }
        let applied = db.migrate().await?;
        output.one(
            &json!({ "event": "migrate_result", "applied": applied }),
            |_| match applied {
                0 => "The schema is current already.".to_owned(),
                1 => "Applied 1 migration; the schema is current.".to_owned(),
                _ => format!("Applied {applied} migrations; the schema is current."),
            },
        )
    }
}

async fn check(db: &Db, output: &mut Output<'_>) -> Result<(), Trouble> {
    let trouble = match db.check_schema().await {
        Ok(()) => None,
        Err(db::Error::Schema(error)) => Some(error.to_string()),
        Err(error) => return Err(error.into()),
    };
    tell(output, trouble)
}

fn tell(output: &mut Output<'_>, trouble: Option<String>) -> Result<(), Trouble> {
    let result = json!({ "event": "migrate_check_result", "current": trouble.is_none(), "detail": trouble });
    output.one(&result, |_| match trouble {
        None => "The schema is current.".to_owned(),
        Some(_) => "The schema is not current.".to_owned(),
    })?;
    trouble.map_or(Ok(()), |sentence| Err(Trouble::CheckFailed(sentence)))
}

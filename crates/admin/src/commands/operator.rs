//! `admin operator …`: who runs the platform, and the way back in for whoever lost theirs.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use server::password::NewPassword;
use types::{Email, Operator as Profile, OperatorRole, text::Text};

use super::{ask, output::Output, trouble::Trouble};
use crate::{
    Acting, Refusal, account,
    operators::{self, OperatorChange},
    people::{self, Newcomer},
};

/// Let people into the operators' console, change what they may do, and let them go.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  admin operator add --email ops@example.com --role admin < password.txt
  admin operator list")]
pub(super) enum Operator {
    Add(AddOperator),
    List(ListOperators),
    SetRole(SetRole),
    Remove(RemoveOperator),
    Recover(Recover),
}

/// Make somebody an operator. The password is read from standard input.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin operator add --email mara@freehold.example --role admin --name 'Mara Quill' < password.txt")]
pub(super) struct AddOperator {
    /// Role: admin, operator, support or viewer.
    #[arg(long)]
    role: OperatorRole,
    /// E-mail address they sign in with.
    #[arg(long)]
    email: Email,
    /// What colleagues call them; the address up to its @ when left out.
    #[arg(long)]
    name: Option<Text<200>>,
}

/// List the operators.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  admin operator list --json")]
pub(super) struct ListOperators;

/// Give an operator another role. An admin always stays.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  admin operator set-role --email sam@freehold.example --role viewer")]
pub(super) struct SetRole {
    /// E-mail address they sign in with.
    #[arg(long)]
    email: Email,
    /// Role: admin, operator, support or viewer.
    #[arg(long)]
    role: OperatorRole,
}

/// Make somebody an operator no more. An admin always stays.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  admin operator remove --email sam@freehold.example --yes")]
pub(super) struct RemoveOperator {
    /// E-mail address they sign in with.
    #[arg(long)]
    email: Email,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

/// Give an operator a new password and forget their authenticator app. The password is read from standard input.
///
/// This is the way back in for an admin who lost phone and recovery codes. Their sessions end.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  admin operator recover --email ops@freehold.example < password.txt")]
pub(super) struct Recover {
    /// E-mail address they sign in with.
    #[arg(long)]
    email: Email,
}

impl Operator {
    /// Asks what must be asked, before anything is opened.
    pub(super) fn ask(&self) -> Result<Option<NewPassword>, Trouble> {
        match self {
            Self::Add(_) | Self::Recover(_) => Ok(Some(ask::password()?)),
            Self::Remove(remove) if !remove.yes => {
                ask::confirm(&format!("Make {} an operator no more?", remove.email))?;
                Ok(None)
            }
            Self::Remove(_) | Self::List(_) | Self::SetRole(_) => Ok(None),
        }
    }

    pub(super) async fn run(
        self,
        acting: &Acting<'_>,
        password: impl FnOnce() -> NewPassword,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        match self {
            Self::List(_) => list(acting, output).await,
            Self::Add(add) => {
                let newcomer = Newcomer::new(add.email, add.name, add.role, password());
                let made = people::add_operator(acting, newcomer).await?;
                output.one(&told(&made), |_| {
                    format!("{} signs in to the console as {} now.", made.email, made.role)
                })
            }
            Self::SetRole(SetRole { email, role }) => {
                let found = find(acting, &email).await?;
                let change = OperatorChange {
                    role: Some(role),
                    ..OperatorChange::default()
                };
                let changed = operators::change(acting, found.id, change).await?;
                output.one(&told(&changed), |_| format!("{email} is {role} now."))
            }
            Self::Remove(RemoveOperator { email, .. }) => {
                let found = find(acting, &email).await?;
                let gone = operators::remove(acting, found.id).await?;
                output.one(&told(&gone), |_| format!("{email} is no operator any more."))
            }
            Self::Recover(Recover { email }) => {
                let back = account::recover(acting, &email, password()).await?;
                output.one(&told(&back), |_| {
                    format!("{email} signs in with the new password, and may set up another app.")
                })
            }
        }
    }
}

async fn list(acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
    let all = operators::list(acting).await?;
    let all: Vec<Value> = all
        .iter()
        .map(|found| {
            let mut told = told(&found.operator);
            told["hasSecondFactor"] = json!(found.has_second_factor);
            told
        })
        .collect();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    output.many(&all, ["E-mail", "Name", "Role", "Second factor"], |found| {
        let factor = if found["hasSecondFactor"] == true {
            "on"
        } else {
            "off"
        };
        [
            text(&found["email"]),
            text(&found["name"]),
            text(&found["role"]),
            factor.to_owned(),
        ]
    })
}

fn told(operator: &Profile) -> Value {
    json!({
        "operatorId": operator.id,
        "email": operator.email,
        "name": operator.name,
        "role": operator.role,
    })
}

async fn find(acting: &Acting<'_>, email: &Email) -> Result<Profile, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    db::platform::operators::find_by_email(&mut tx, acting.platform, email)
        .await?
        .ok_or_else(|| Refusal::NotFound(format!("There is no operator {email}.")))
}

//! `admin member add`: lets people into a tenant's CRM.

use clap::{Args, Subcommand};
use serde_json::json;
use server::password::NewPassword;
use types::{Email, Role, text::Text};

use super::{output::Output, trouble::Trouble};
use crate::{
    Acting,
    people::{self, Acquaintance, Newcomer},
};

/// Let people into a tenant's CRM.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  admin member add --tenant acme --email ann@acme.example --role owner < password.txt")]
pub(super) enum Member {
    Add(AddMember),
}

/// Make somebody a member of a tenant. The password is read from standard input.
///
/// Somebody who is a member of another tenant already keeps the name and the password they have.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin member add --tenant acme --email ann@acme.example --role owner --name 'Ann Smith' < password.txt
  pass show acme/ann | admin member add --tenant acme --email ann@acme.example --role agent")]
pub(super) struct AddMember {
    /// Id or slug of the tenant.
    #[arg(long)]
    tenant: String,
    #[arg(long, help = "Role: owner, agent, assistant or read_only")]
    role: Role,
    #[command(flatten)]
    who: Who,
}

#[derive(Debug, Args)]
struct Who {
    /// E-mail address they sign in with.
    #[arg(long)]
    email: Email,
    /// What colleagues call them; the address up to its @ when left out.
    #[arg(long)]
    name: Option<Text<200>>,
}

impl Who {
    fn newcomer<R>(self, role: R, password: NewPassword) -> Newcomer<R> {
        Newcomer::new(self.email, self.name, role, password)
    }
}

impl Member {
    pub(super) async fn run(
        self,
        acting: &Acting<'_>,
        password: NewPassword,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        let Self::Add(add) = self;
        let newcomer = add.who.newcomer(add.role, password);
        let (member, acquaintance) = people::add_member(acting, &add.tenant, newcomer).await?;
        if acquaintance == Acquaintance::Known {
            output.note("they were known already and keep the name and the password they have");
        }
        let result = json!({
            "personId": member.person_id,
            "email": member.email,
            "name": member.name,
            "role": member.role,
        });
        output.one(&result, |_| {
            format!("{} is {} of {} now.", member.email, member.role, add.tenant)
        })
    }
}

//! What becomes of members: another role, signed out everywhere, no member any more. Somebody always owns a tenant.

use db::{
    TenantScope, Tx,
    platform::members as rows,
    tenant::{
        departures::{self, Departure},
        members,
        orphans::{self, Among, Occasion},
    },
};
use serde_json::json;
use server::etag::IfMatch;
use types::{AuditAction, Member, PersonId, Role, TenantId};

use crate::{Acting, Refusal, acting::Attempt, tenants::look_up};

/// A change of a member; what is none stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct MemberChange {
    pub(crate) role: Option<Role>,
    pub(crate) sessions: Sessions,
}

/// What becomes of a member's sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sessions {
    #[default]
    Keep,
    End,
}

/// Lists a tenant's members by name.
pub(crate) async fn list_members(acting: &Acting<'_>, id_or_slug: &str) -> Result<Vec<Member>, Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    let mut tx = acting.db.read(acting.platform).await?;
    all(&mut tx, acting, &tenant.id).await
}

/// Changes a member. Their next request meets the new role; ended sessions are over at once.
pub(crate) async fn change_member(
    acting: &Acting<'_>,
    (id_or_slug, person): (&str, PersonId),
    change: MemberChange,
    seen: &IfMatch,
) -> Result<Member, Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    found(list_members(acting, id_or_slug).await?, person)?;
    let attempt = acting
        .attempt(AuditAction::TenantMemberUpdate, Some(&tenant.id))
        .await?;
    let changing = async {
        let (mut tx, before) = begin(&attempt, (&tenant.id, person), (seen, change.role)).await?;
        let mut after = before.clone();
        if let Some(role) = change.role {
            rows::set_role(&mut tx, attempt.platform, &tenant.id, (person, role)).await?;
            after.role = role;
            hand_over(&mut tx, &attempt, (&tenant.id, &before), role).await?;
        }
        let ended = match change.sessions {
            Sessions::Keep => 0,
            Sessions::End => rows::end_sessions(&mut tx, attempt.platform, &tenant.id, person).await?,
        };
        let details = json!({
            "personId": person, "endedSessions": ended,
            "before": { "role": before.role }, "after": { "role": after.role },
        });
        attempt.succeeded(&mut tx, details).await?;
        tx.commit().await?;
        Ok(after)
    };
    attempt.end(changing).await
}

/// Whoever may only look has nothing to do: their open leads go to the pool, and their reminders to who has what those are
/// about, else to an owner. So do reminders of whoever sees less now.
async fn hand_over(
    tx: &mut Tx,
    attempt: &Attempt<'_>,
    (tenant_id, before): (&TenantId, &Member),
    role: Role,
) -> Result<(), Refusal> {
    let scope = enter(tx, attempt, tenant_id).await?;
    if before.role.may_write() && !role.may_write() {
        let departure = departure(before.person_id);
        departures::hand_over(tx, &scope, &departure, &occasion(attempt)).await?;
    } else {
        orphans::settle(tx, &scope, &occasion(attempt), Among::All).await?;
    }
    Ok(())
}

/// Nobody is chosen to take over.
const fn departure(person_id: PersonId) -> Departure {
    Departure {
        person_id,
        leads_to: None,
        reminders_to: None,
    }
}

fn occasion<'a>(attempt: &Attempt<'a>) -> Occasion<'a> {
    Occasion {
        ids: attempt.ids,
        by: None,
        now: attempt.now,
    }
}

/// Ends a membership. What they did stays under their name, and what they had to do is others'.
pub(crate) async fn remove_member(
    acting: &Acting<'_>,
    (id_or_slug, person): (&str, PersonId),
    seen: &IfMatch,
) -> Result<(), Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    found(list_members(acting, id_or_slug).await?, person)?;
    let attempt = acting
        .attempt(AuditAction::TenantMemberRemove, Some(&tenant.id))
        .await?;
    let removing = async {
        let (mut tx, before) = begin(&attempt, (&tenant.id, person), (seen, Some(Role::ReadOnly))).await?;
        let scope = enter(&mut tx, &attempt, &tenant.id).await?;
        departures::leave(&mut tx, &scope, &departure(person), &occasion(&attempt)).await?;
        let details = json!({ "personId": person, "before": { "role": before.role }, "after": null });
        attempt.succeeded(&mut tx, details).await?;
        Ok(tx.commit().await?)
    };
    attempt.end(removing).await
}

/// Opens the transaction of a change, and makes sure that somebody owns the tenant after it.
async fn begin(
    attempt: &Attempt<'_>,
    (tenant_id, person): (&TenantId, PersonId),
    (seen, next): (&IfMatch, Option<Role>),
) -> Result<(Tx, Member), Refusal> {
    let mut tx = attempt.db.write(attempt.platform).await?;
    attempt.touch(&mut tx, seen).await?;
    let all = all(&mut tx, attempt, tenant_id).await?;
    let owners = all.iter().filter(|member| member.role == Role::Owner).count();
    let before = found(all, person)?;
    if before.role == Role::Owner && owners == 1 && next.is_some_and(|role| role != Role::Owner) {
        let detail = "They are the last owner of this tenant; make somebody else an owner first.";
        return Err(Refusal::conflict("last_owner", detail));
    }
    Ok((tx, before))
}

async fn all(tx: &mut Tx, acting: &Acting<'_>, tenant_id: &TenantId) -> Result<Vec<Member>, Refusal> {
    let scope = enter(tx, acting, tenant_id).await?;
    Ok(members::list(tx, &scope).await?)
}

async fn enter(tx: &mut Tx, acting: &Acting<'_>, tenant_id: &TenantId) -> Result<TenantScope, Refusal> {
    let entered = db::door::tenants::enter(tx, acting.platform, tenant_id).await?;
    entered.ok_or_else(|| Refusal::no_tenant(tenant_id.as_str()))
}

fn found(all: Vec<Member>, person: PersonId) -> Result<Member, Refusal> {
    all.into_iter()
        .find(|member| member.person_id == person)
        .ok_or_else(|| Refusal::NotFound("The tenant has no such member.".to_owned()))
}

//! The message that invites somebody.

use db::door::hosts::Site;
use types::{Invitation, Mail, Member};

/// What it says; the link is the only one that is good.
pub(super) fn write(site: &Site, invitation: &Invitation, owner: &Member, link: &str) -> Mail {
    let (workspace, name) = (&site.tenant.name, &owner.name);
    let until = invitation.expires_at.strftime("%-d %B %Y, %H:%M UTC");
    let role = invitation.role.label();
    Mail {
        from_name: workspace.clone(),
        from: format!("no-reply@{}", site.primary),
        to: invitation.email.clone(),
        reply_to: Some(owner.email.clone()),
        subject: format!("{name} invites you to {workspace}"),
        text: format!(
            "{name} ({}) invites you to work at {workspace}. Your role: {role}.\n\nOpen this link to come in:\n\n\
             {link}\n\nIt works once, until {until}. If you do not know {name}, leave it: nothing happens without it.\n",
            owner.email
        ),
        html: None,
        unsubscribe: None,
    }
}

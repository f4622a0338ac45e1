//! Tells the business of a new lead by e-mail, once, and whoever a rule gave it to: with the words of the visitor for
//! people, and the tags of leadmetadata.org for the program that keeps their leads. It goes by what the visitor typed, and
//! says beside it whom the CRM took them for, if that is somebody else. Whoever wrote is told that it arrived.
//!
//! What is new is read from the tenant's feed. How far it was told is written with the messages, so a process that
//! dies in between tells of nothing twice and leaves nothing out.

mod asker;
mod confirmation;
#[cfg(test)]
mod tests;

use askama::Template;
use db::{
    TenantScope, Tx,
    door::{
        feeds::{self, Behind},
        hosts::Site,
    },
    tenant::{
        changes,
        leads::{self, LeadWithContact},
        mails::{self, NewMail},
        members,
    },
};
use types::{
    Change, ChangeKind, Email, LeadId, LeadType, Mail, MailId, Member, Phone, Region, Role, Sign, sources,
};

use asker::Asker;

use crate::{
    account,
    app::App,
    desk::{Tap, taps},
    site::Brand,
};

/// Tenants asked for at a time.
const TENANTS: i64 = 50;

#[derive(Template)]
#[template(path = "notice/lead.html")]
struct Notice<'a> {
    facts: &'a [(&'static str, &'static str, String)],
    name: &'a str,
    heading: &'a str,
    /// Where an answer goes.
    answer: &'a str,
    taps: &'a [Tap],
    /// The lead in the CRM, if it is known where that is.
    href: Option<&'a str>,
}

/// Tells of everything that is new.
pub(crate) async fn round(app: &App) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let behind = feeds::behind(&app.db, after.as_ref(), TENANTS).await?;
        let Some(last) = behind.last() else { return Ok(()) };
        after = Some(last.site.scope.tenant_id().clone());
        for behind in &behind {
            let whose = ("telling of new leads", behind.site.scope.tenant_id());
            app.setbacks
                .attempt(whose, app.clock.now(), tell(app, behind))
                .await;
        }
    }
}

async fn tell(app: &App, Behind { site, told }: &Behind) -> anyhow::Result<()> {
    let (scope, now) = (&site.scope, app.clock.now());
    let brand = app.brands.of(site).await?;
    let mut tx = app.db.read(scope).await?;
    let news = changes::list_after(&mut tx, scope, *told).await?;
    let Some(last) = news.last().map(|change| change.seq) else {
        return Ok(());
    };
    let members = members::list(&mut tx, scope).await?;
    let told_by_mail = members::list_who_get_mail(&mut tx, scope).await?;
    let business = recipient(&brand, &members);
    let asked = asked(&mut tx, scope, &news).await?;
    drop(tx);
    let mut written = Vec::new();
    for (lead, asker) in &asked {
        let id = lead.lead.id;
        let given_to = holder(lead, &members);
        let number = mls_number(app, site, lead).await?;
        let href = app.crm_page(site, &format!("/leads/{id}"));
        let mail_to = |to: &Email| {
            let found = (lead, number.as_deref());
            mail((site, &brand), (to, href.as_deref()), found, asker)
        };
        if let Some(to) = &business {
            written.push((key(id), mail_to(to)?));
        }
        let theirs = holder(lead, &told_by_mail);
        let theirs = theirs.filter(|holder| business.as_ref() != Some(&holder.email));
        if let Some(holder) = theirs {
            let key = format!("{}/to/{}", key(id), holder.person_id);
            written.push((key, mail_to(&holder.email)?));
        }
        if let Some(to) = &asker.typed {
            let answerer = given_to.map_or_else(|| brand.answerer(), |holder| &holder.name);
            let letter = confirmation::write((site, &brand), to, (lead, asker), answerer)?;
            written.push((confirmation::key(id), letter));
        }
    }
    let mut tx = app.db.write(scope).await?;
    for (key, mail) in &written {
        if confirmation::is_too_much(&mut tx, scope, (key, mail), now).await? {
            continue;
        }
        let id = MailId::new(&*app.ids);
        let new = NewMail { id, key, mail, now };
        mails::insert(&mut tx, scope, &new).await?;
    }
    feeds::told(&mut tx, site, last).await?;
    tx.commit().await?;
    app.letterbox.has_mail();
    Ok(())
}

/// The leads of the site that came, and who asked.
async fn asked(
    tx: &mut Tx,
    scope: &TenantScope,
    news: &[Change],
) -> anyhow::Result<Vec<(LeadWithContact, Asker)>> {
    let mut asked = Vec::new();
    for change in news
        .iter()
        .filter(|change| change.kind == ChangeKind::LeadCreated)
    {
        let Some(id) = change.lead_id else { continue };
        let lead = leads::find(tx, scope, id).await?;
        if let Some(lead) = lead.filter(is_from_the_site) {
            let asker = Asker::of(tx, scope, &lead).await?;
            asked.push((lead, asker));
        }
    }
    Ok(asked)
}

/// The number in the listing service of the home that is asked about: programs know it by that, and not by our id of it.
async fn mls_number(app: &App, site: &Site, found: &LeadWithContact) -> anyhow::Result<Option<String>> {
    let id = found.lead.property.listing_id.as_deref();
    let Some(id) = id.and_then(|id| id.parse().ok()) else {
        return Ok(None);
    };
    let home = app.listings.find(&site.scope, &id).await?;
    Ok(home.and_then(|home| home.mls_number))
}

/// A lead is told of once, whoever tells.
fn key(lead: LeadId) -> String {
    format!("lead/{lead}")
}

/// Whoever typed a lead in knows of it.
fn is_from_the_site(found: &LeadWithContact) -> bool {
    let is_of_a_visitor = matches!(
        found.lead.lead_type,
        LeadType::WebsiteLead | LeadType::ValuationRequest
    );
    is_of_a_visitor && found.lead.source != sources::CRM_MANUAL && found.lead.source != "csv_import"
}

/// The address on the site, or else the first owner's.
fn recipient(brand: &Brand, members: &[Member]) -> Option<Email> {
    let of_site = brand
        .email
        .as_deref()
        .and_then(|address| Email::parse(address).ok());
    let owner = members.iter().find(|member| member.role == Role::Owner);
    of_site.or_else(|| owner.map(|member| member.email.clone()))
}

/// Whose the lead is by now: a rule gave it to them, or they claimed it before anybody was told.
fn holder<'a>(found: &LeadWithContact, members: &'a [Member]) -> Option<&'a Member> {
    members
        .iter()
        .find(|member| Some(member.person_id) == found.lead.assigned_to)
}

fn mail(
    (site, brand): (&Site, &Brand),
    (to, href): (&Email, Option<&str>),
    (found, number): (&LeadWithContact, Option<&str>),
    asker: &Asker,
) -> anyhow::Result<Mail> {
    let facts = facts(site, (found, number), asker);
    let heading = heading(found, asker);
    let lines = facts.iter().filter(|(_, label, _)| !label.is_empty());
    let lines: String = lines
        .map(|(_, label, value)| format!("{label}: {value}\n"))
        .collect();
    // Without their address the answer would go to the site's own.
    let answer = match asker.email {
        Some(_) => "An answer to this message goes to them.",
        None => "They left no e-mail address: an answer to this message does not reach them.",
    };
    let open = href.map_or_else(String::new, |href| format!("\nOpen the lead: {href}\n"));
    let phone = asker.phone.as_deref();
    let phone = phone.and_then(|phone| Phone::parse(phone, Region::US).ok());
    let html = Notice {
        taps: &taps(phone.as_ref(), asker.email.as_ref()),
        href,
        facts: &facts,
        name: &brand.name,
        heading: &heading,
        answer,
    }
    .render()?;
    Ok(Mail {
        from_name: brand.name.clone(),
        from: account::sender(site),
        to: to.clone(),
        reply_to: asker.email.clone(),
        text: format!("{heading}.\n\n{lines}{open}\n{answer}\n"),
        subject: heading,
        html: Some(html),
        unsubscribe: None,
    })
}

/// Who asks, and what. What a stranger made a link of is not repeated: a subject is read where links are pressed.
fn heading(found: &LeadWithContact, asker: &Asker) -> String {
    let has_none = |text: &&str| Sign::of_links([*text]).is_none();
    let name = Some(asker.called()).filter(has_none).unwrap_or("A visitor");
    let address = found.lead.property.listing_address.as_deref().filter(has_none);
    match (&found.lead.lead_type, address) {
        (LeadType::ValuationRequest, Some(address)) => format!("{name} asks what {address} is worth"),
        (_, Some(address)) => format!("{name} asks about {address}"),
        _ => format!("{name} would like to hear from you"),
    }
}

/// What is known: the name of each fact in leadmetadata.org, what people call it, and what it says. Facts that only
/// programs want have no label, one that only people want has no name.
fn facts(
    site: &Site,
    (found, number): (&LeadWithContact, Option<&str>),
    asker: &Asker,
) -> Vec<(&'static str, &'static str, String)> {
    let lead = &found.lead;
    let kind = match lead.lead_type {
        LeadType::ValuationRequest => "Seller",
        _ => "Buyer",
    };
    let some = [
        ("lead_information_version", "", Some("1.0".to_owned())),
        ("lead_source", "", Some(site.primary.as_str().to_owned())),
        ("lead_type", "", Some(kind.to_owned())),
        ("lead_name", "Name", asker.name.clone()),
        (
            "lead_email",
            "E-mail",
            asker.email.as_ref().map(ToString::to_string),
        ),
        ("lead_phone", "Phone", asker.phone.clone()),
        ("", "In your CRM", asker.known_as.clone()),
        (
            "lead_property_address",
            "Home",
            lead.property.listing_address.clone(),
        ),
        ("lead_property_mls", "Listing", number.map(str::to_owned)),
        ("lead_property_url", "Page", lead.property.listing_url.clone()),
        ("lead_time_frame", "When", lead.timeframe.clone()),
        ("lead_message", "Message", lead.notes.clone()),
    ];
    some.into_iter()
        .filter_map(|(tag, label, value)| Some((tag, label, value?)))
        .collect()
}

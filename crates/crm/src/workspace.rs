//! What every page of a signed-in member shows round its content: who they are, where they can go.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
};
use db::{
    TenantScope, Tx,
    tenant::summary::{self, LeadCounts, News, Summary},
};
use jiff::{SignedDuration, Timestamp};
use server::{
    Facts, Failure, Frame, Look, NavItem, Shell, SupportBanner, page::thousands, tenancy::Resolved,
};

use types::{Feature, OfficeHours, PersonId};

use crate::{
    app::App, counted::Numbers, member::Member, support::minutes_left, table::turning::Turned,
    tenant::OfHost, zone::Zone,
};

/// What counts as recent in the summary.
const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A page about to be drawn for a member. Taking it is the check that there is one.
pub(crate) struct Workspace {
    pub(crate) member: Member,
    pub(crate) facts: Facts,
    pub(crate) frame: Frame,
    pub(crate) zone: Zone,
    pub(crate) now: Timestamp,
    /// Whose CRM this is, and what it is entitled to.
    pub(crate) tenant: Arc<Resolved>,
    pub(crate) numbers: Numbers,
}

impl Workspace {
    /// Whether the member's role may change anything: forms are shown to no one else.
    pub(crate) const fn may_write(&self) -> bool {
        self.member.person.role.may_write()
    }

    /// What the clocks of leads that wait are read by.
    pub(crate) const fn office(&self) -> (&OfficeHours, Timestamp) {
        (&self.member.hours, self.now)
    }

    /// Makes sure that the tenant has a feature.
    pub(crate) fn require(&self, feature: Feature) -> Result<(), Failure> {
        self.tenant.require(feature, self.now)
    }

    /// The frame with its sidebar, whose counts are these. What the tenant has not, is not offered.
    pub(crate) fn framed(&self, counts: &News) -> Frame {
        let member = &self.member;
        let nav = vec![
            item("/search", "Search", "search", None),
            item("/", "Today", "home", None),
            item("/leads", "Leads", "leads", Some(counts.new_count)),
            item("/pipeline", "Pipeline", "board", None),
            item("/sources", "Sources", "pulse", None),
            item("/contacts", "Contacts", "building", None),
            item("/spam", "Spam", "shield", Some(counts.held_count)),
            item("/duplicates", "Duplicates", "users", None),
            item("/reminders", "Reminders", "clock", None),
            item("/imports", "Imports", "upload", None),
            item("/activity", "Activity", "note", None),
            item("/notices", "Notices", "inbox", Some(counts.unread_count)),
            item("/settings", "Settings", "settings", None),
        ];
        let has = |item: &NavItem| {
            item.href != "/pipeline" || self.tenant.entitlements.has(Feature::CrmPipeline, self.now)
        };
        let nav = nav.into_iter().filter(has).collect();
        self.frame.clone().in_shell(Shell {
            workspace: member.tenant_name.clone(),
            place: member.context.tenant_domain.to_unicode(),
            nav_label: "Work",
            nav,
            who: member.person.name.clone(),
            who_note: format!("{} · {}", member.person.email, member.person.role.label()),
            is_console: false,
            support: self.banner(),
        })
    }

    /// What stands over every page while an operator looks in.
    fn banner(&self) -> Option<SupportBanner> {
        let session = &self.member.support.as_ref()?.session;
        Some(SupportBanner {
            who: session.operator_name.clone(),
            on_behalf_of: session.person_name.clone(),
            minutes_left: minutes_left(session, self.now),
            may_write: session.may_write,
        })
    }

    /// Whose numbers are kept for whom.
    pub(crate) const fn reader(&self) -> (&TenantScope, PersonId) {
        (&self.member.scope, self.member.person_id())
    }

    /// The numbers every page tells.
    pub(crate) async fn counts(&self, tx: &mut Tx) -> Result<News, Failure> {
        let (scope, reader) = self.reader();
        let count = async |tx: &mut Tx| summary::count_new(tx, scope).await;
        let new_count = self.counted(tx, "new leads".to_owned(), count).await?;
        Ok(summary::count_news(tx, scope, reader, new_count).await?)
    }

    /// How many leads stand where, for whom that is worth looking at each of them.
    pub(crate) async fn lead_counts(&self, tx: &mut Tx) -> Result<LeadCounts, Failure> {
        let (scope, reader) = self.reader();
        let count = async |tx: &mut Tx| summary::count_leads(tx, scope).await;
        let size = |counts: &LeadCounts| counts.lead_count;
        let question = "leads by status".to_owned();
        let kept = &self.numbers.leads;
        Ok(kept.get(tx, (scope, reader), question, (count, size)).await?)
    }

    /// How long a list is: as its page shows, or counted. Without a question, the number is not kept.
    pub(crate) async fn total<T>(
        &self,
        tx: &mut Tx,
        turned: &Turned<T>,
        question: String,
        count: impl AsyncFnOnce(&mut Tx) -> db::Result<i64>,
    ) -> Result<i64, Failure> {
        match turned.total() {
            Some(total) => Ok(total),
            None => self.counted(tx, question, count).await,
        }
    }

    /// A number of rows, counted unless it is known.
    pub(crate) async fn counted(
        &self,
        tx: &mut Tx,
        question: String,
        count: impl AsyncFnOnce(&mut Tx) -> db::Result<i64>,
    ) -> Result<i64, Failure> {
        let size = |total: &i64| *total;
        let totals = &self.numbers.totals;
        Ok(totals.get(tx, self.reader(), question, (count, size)).await?)
    }
}

/// All numbers of the tenant.
pub(crate) async fn count(tx: &mut Tx, member: &Member, now: Timestamp) -> db::Result<Summary> {
    summary::find(tx, &member.scope, now - RECENT).await
}

fn item(href: &'static str, label: &'static str, icon: &'static str, count: Option<i64>) -> NavItem {
    NavItem {
        href,
        label,
        icon,
        count: count.filter(|count| *count > 0).map(thousands),
    }
}

impl FromRequestParts<App> for Workspace {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let member = <Member as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let Ok(zone) = Zone::from_request_parts(parts, app).await;
        Ok(Self {
            member,
            facts: Facts::of(parts).clone(),
            frame: Frame::of(parts, Look::from_ref(app)),
            zone,
            now: app.clock.now(),
            tenant: OfHost::of(parts).0.clone(),
            numbers: app.numbers.clone(),
        })
    }
}

//! What becomes of each table when a tenant's rows are taken away: an owner is given it, or it is left out, and why.
//! A test fails when a table is not here.

/// What becomes of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Owners are given it. What its rows are, in their words.
    Given(&'static str),
    /// Owners are not given it, and why.
    Left(&'static str),
    /// Nobody is, and why.
    Secret(&'static str),
}

use Fate::{Given, Left, Secret};

/// Tables of a tenant, and the two that name it and its people.
pub(super) const FATES: &[(&str, Fate)] = &[
    (
        "account_sessions",
        Secret("Whoever holds one of these is signed in."),
    ),
    ("accounts", Given("Visitors who have an account at your website.")),
    (
        "activities",
        Given("The timeline: what happened, with whom, and who did it."),
    ),
    (
        "activity_words",
        Left("By which words people are found in what was written of them. They stand in the timeline."),
    ),
    (
        "admin_audit_events",
        Left("The trail of the people who run the platform."),
    ),
    ("api_tokens", Secret("Programs act with these.")),
    ("assignment_rules", Given("Your rules of who gets new leads.")),
    (
        "bulk_edit_records",
        Given("What became of each lead or contact in a change of many."),
    ),
    ("bulk_edits", Given("Changes of many leads or contacts at once.")),
    (
        "calendar_links",
        Secret("Whoever knows one of these reads a calendar."),
    ),
    ("change_feeds", Left("How far the live feed is counted.")),
    (
        "changes",
        Left("What open pages were told. What happened stands in the timeline."),
    ),
    (
        "contact_merges",
        Given("Which contacts were made one, by whom and when."),
    ),
    (
        "contact_words",
        Left("By which words people are found. They stand in the contacts."),
    ),
    ("contacts", Given("The people you know.")),
    ("default_views", Given("Which of your views a list opens with.")),
    (
        "document_revisions",
        Given("What your website says: towns, posts, answers; each revision, drafts too."),
    ),
    (
        "domain_certificates",
        Given("Certificates of your domains, as last reported."),
    ),
    (
        "duplicate_suggestions",
        Given("Contacts that look like one person."),
    ),
    (
        "former_contacts",
        Given("Who contacts were before they were merged, and whom their addresses lead to now."),
    ),
    (
        "gone_listings",
        Given("Homes that were sold or taken off your website."),
    ),
    ("held_leads", Given("What visitors sent that was held as spam.")),
    (
        "import_rows",
        Given(
            "Each line of each file of contacts that you imported, as it was. The files themselves are not kept.",
        ),
    ),
    (
        "imports",
        Given("Files of contacts that you imported: their heads, and what became of them."),
    ),
    (
        "ingested_events",
        Left(
            "Which messages of your website were worked through. What they brought stands in leads, contacts and the timeline.",
        ),
    ),
    (
        "ingestion_attempts",
        Left("How the queue of the platform worked."),
    ),
    (
        "ingestion_jobs",
        Left("The queue of the platform. What it brought stands in leads, contacts and the timeline."),
    ),
    ("ingestion_payloads", Left("The queue of the platform.")),
    (
        "invitations",
        Given("Who was invited to work here, as what, and what became of it."),
    ),
    (
        "lead_words",
        Left("By which words leads are found. They stand in the leads."),
    ),
    (
        "leads",
        Given("The wishes of the people you know, and how far each is."),
    ),
    ("listing_editions", Left("How often the list of homes changed.")),
    (
        "listing_feeds",
        Left("Where the platform fetches homes, which may name the key it shows there."),
    ),
    (
        "listing_words",
        Left("By which words homes are found. They stand in the homes."),
    ),
    ("listings", Given("The homes that your website shows.")),
    ("mails", Secret("Messages may carry links that sign somebody in.")),
    (
        "member_sessions",
        Secret("Whoever holds one of these is signed in."),
    ),
    (
        "members",
        Given("Who works here, and their roles. Those who left, too."),
    ),
    (
        "merged_contacts",
        Given("Contacts as they were before they were merged."),
    ),
    (
        "merged_rows",
        Given("What moved from one contact to another when they were merged."),
    ),
    (
        "merged_suggestions",
        Given(
            "Which pairs of contacts looked like one person, or were said to be two, when they were merged.",
        ),
    ),
    (
        "merged_visitors",
        Given("Browsers that moved from one contact to another when they were merged."),
    ),
    (
        "notices",
        Given("What members were told of their leads and reminders."),
    ),
    (
        "people",
        Given("Names and e-mail addresses of those who work here."),
    ),
    (
        "place_facts",
        Given("What is counted about your places, with its source and its day."),
    ),
    (
        "plan_overrides",
        Left("Notes of the people who run the platform about your plan."),
    ),
    ("queue_hours", Left("How the queue of the platform worked.")),
    (
        "rejected_listings",
        Given("Homes that could not be taken over, and why."),
    ),
    ("reminders", Given("What is to be done, by whom and when.")),
    (
        "removed_contacts",
        Left("What was deleted minutes ago, and can still be put back."),
    ),
    (
        "removed_leads",
        Left("What was deleted minutes ago, and can still be put back."),
    ),
    (
        "removed_links",
        Left("What was deleted minutes ago, and can still be put back."),
    ),
    (
        "removed_reminders",
        Left("What was deleted minutes ago, and can still be put back."),
    ),
    (
        "removed_visitors",
        Left("What was deleted minutes ago, and can still be put back."),
    ),
    ("saved_homes", Given("Homes that visitors keep.")),
    ("saved_searches", Given("Searches that visitors keep.")),
    ("saved_views", Given("Lists that members keep under a name.")),
    ("sign_in_links", Secret("Whoever holds one of these may sign in.")),
    (
        "sign_ins",
        Given("Who signed in or was refused, when, and from where: the last 90 days."),
    ),
    (
        "support_sessions",
        Secret("Operators look in with these. Who did, your settings show."),
    ),
    ("tenant_domains", Given("The addresses of your website.")),
    ("tenant_export_parts", Secret("Exports themselves.")),
    ("tenant_exports", Left("Exports themselves.")),
    (
        "tenant_modules",
        Given("Which parts of your website are on, and in which order."),
    ),
    ("tenant_settings", Given("Your settings and your plan.")),
    (
        "tenant_websites",
        Given("How your website looks, and how you are reached."),
    ),
    ("tenants", Given("Your workspace.")),
    ("told_feeds", Left("How far programs were told of the feed.")),
    (
        "visitor_events",
        Given("What visitors did who have not said who they are."),
    ),
    ("visitors", Given("Browsers, and the contacts who use them.")),
    (
        "webhook_deliveries",
        Left("Copies of what your own addresses were told."),
    ),
    (
        "webhook_endpoints",
        Given("Addresses of yours that are told what happens, without their secrets."),
    ),
];

/// Columns that no owner is given, of every table or of one, and why.
pub(super) const WITHHELD: &[(&str, &str, &str)] = &[
    ("*", "tenant_id", "the same in every row"),
    ("*", "lease_token", "says which process works on it"),
    ("*", "leased_until", "says which process works on it"),
    ("*", "search_text", "made of the other columns, to be searched"),
    ("*", "former_words", "made of the other columns, to be searched"),
    ("*", "name_key", "made of the other columns, to be searched"),
    ("*", "header_key", "made of the other columns, to be searched"),
    ("invitations", "token_hash", "a secret"),
    ("people", "password_hash", "a secret"),
    ("rejected_listings", "address", "where the platform fetches homes"),
    ("webhook_endpoints", "salt", "a secret"),
    ("webhook_endpoints", "former_salt", "a secret"),
    ("webhook_endpoints", "former_until", "belongs to a secret"),
];

/// What becomes of a table; nothing is known of one that nobody decided about.
pub(super) fn fate_of(table: &str) -> Option<Fate> {
    let found = FATES.iter().find(|(name, _)| *name == table);
    found.map(|(_, fate)| *fate)
}

/// Whether owners are given a column of a table that they are given.
pub(super) fn is_given(table: &str, column: &str) -> bool {
    !WITHHELD
        .iter()
        .any(|(of, name, _)| (*of == "*" || *of == table) && *name == column)
}

/// What owners are not given, and why, by table.
pub fn left_out() -> impl Iterator<Item = (&'static str, &'static str)> {
    FATES.iter().filter_map(|(table, fate)| match fate {
        Given(_) => None,
        Left(why) | Secret(why) => Some((*table, *why)),
    })
}

/// What owners are given, in their words, by table.
pub fn given() -> impl Iterator<Item = (&'static str, &'static str)> {
    FATES.iter().filter_map(|(table, fate)| match fate {
        Given(what) => Some((*table, *what)),
        Left(_) | Secret(_) => None,
    })
}

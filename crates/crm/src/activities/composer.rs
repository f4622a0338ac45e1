//! What a member does on a record's page: writes down what they did, and what is to be done next.

use db::{
    Tx,
    tenant::{
        activities::Whose,
        members,
        reminders::{self, ReminderFilter},
    },
};
use server::{Failure, FieldErrors, Filled, Submitted};
use types::{ActivityType, PageRequest, Text};

use crate::{
    app::App,
    hands, once,
    reminders::{Row, pages::untouched},
    workspace::Workspace,
};

/// As many open reminders as one takes in at a glance; their own page has the rest.
const MOST_REMINDERS: i64 = 20;

/// The forms of a record's page, for `activities/composer.html` and `activities/plan.html`.
pub(crate) struct Composer {
    /// The record's page.
    pub(crate) at: String,
    /// The field that names the record, and its id.
    pub(crate) of: (&'static str, String),
    pub(crate) note: Filled,
    pub(crate) reminder: Filled,
    pub(crate) clock: &'static str,
    /// Who may be given a reminder.
    pub(crate) people: Vec<(String, String)>,
    /// What is still to be done about it.
    pub(crate) open: Vec<Row>,
}

impl Composer {
    /// The forms before anybody touched them.
    pub(crate) async fn read(
        tx: &mut Tx,
        app: &App,
        workspace: &Workspace,
        whose: Whose,
    ) -> Result<Self, Failure> {
        let all = ReminderFilter::default();
        let (at, of, filter) = match whose {
            Whose::Lead(id, _) => (
                format!("/leads/{id}"),
                ("leadId", id.to_string()),
                ReminderFilter {
                    lead_id: Some(id),
                    ..all
                },
            ),
            Whose::Contact(id) => (
                format!("/contacts/{id}"),
                ("contactId", id.to_string()),
                ReminderFilter {
                    contact_id: Some(id),
                    ..all
                },
            ),
        };
        let (zone, now) = (&workspace.zone, workspace.now);
        let page = PageRequest::new(MOST_REMINDERS, 0);
        let open = reminders::list(tx, &workspace.member.scope, &filter, page).await?;
        let members = members::list(tx, &workspace.member.scope).await?;
        Ok(Self {
            people: hands::choices(&members, None),
            at,
            of,
            note: once::form(app, Submitted::default()),
            reminder: untouched(app, workspace),
            clock: zone.clock(),
            open: open
                .items
                .into_iter()
                .map(|found| Row::new(found, zone, now))
                .collect(),
        })
    }

    /// The same with a note that was refused.
    pub(crate) fn refusing(self, note: Filled) -> Self {
        Self { note, ..self }
    }
}

/// What a member typed who did something: its kind, and what they say of it.
pub(crate) fn read_note(typed: &Submitted) -> Result<(ActivityType, String), FieldErrors> {
    let mut errors = FieldErrors::default();
    let summary = Text::<10_000>::parse(typed.get("summary")).map_err(|error| format!("The note {error}."));
    let summary = errors.keep("summary", "invalid", summary);
    let kind = typed
        .filled("activityType")
        .map_or(Ok(ActivityType::Note), str::parse);
    let kind = errors
        .keep("activityType", "unknown", kind)
        .filter(|kind| kind.may_be_logged());
    let read = kind.zip(summary.map(Text::into_string));
    read.ok_or(errors)
}

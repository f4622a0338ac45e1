//! The timeline of one record: a stretch of its past, what it can be narrowed to, and the way to what is older.

use db::{
    Tx,
    tenant::activities::{self, Stretch, Whose},
};
use server::{Failure, FieldErrors, Params, Submitted, cursor::Cursors};
use types::{ActivityGroup, PageRequest};

use super::{Day, by_day, page::Chip};
use crate::workspace::Workspace;

/// What the address says of the group.
const SHOWN: &str = "timeline";

/// What a record's page shows of its past, for `activities/timeline.html`.
pub(crate) struct Timeline {
    pub(crate) days: Vec<Day>,
    pub(crate) chips: Vec<Chip>,
    /// What the entries call the record.
    pub(crate) this: &'static str,
    /// Whether there may be more than is shown, because the reader wanted less.
    pub(crate) is_narrowed: bool,
    /// The start again, for who went on from there.
    pub(crate) newest: Option<String>,
    pub(crate) older: Option<String>,
}

impl Timeline {
    /// Reads what the address asks for: the newest of everything, if it says nothing.
    ///
    /// # Errors
    ///
    /// Invalid, for a group nobody knows; malformed, for a cursor that is not of this timeline.
    pub(crate) async fn read(
        tx: &mut Tx,
        workspace: &Workspace,
        whose: Whose,
        params: &Params,
    ) -> Result<Self, Failure> {
        let mut errors = FieldErrors::default();
        let group = params.one_of::<ActivityGroup>(SHOWN, &mut errors);
        errors.finish()?;
        let scope = &workspace.member.scope;
        let (path, this) = match whose {
            Whose::Lead(id, _) => (format!("/leads/{id}"), "this lead"),
            Whose::Contact(id) => (format!("/contacts/{id}"), "a lead"),
        };
        let list = vec![scope.tenant_id().as_str(), "timeline", &path];
        let cursors = Cursors::new(list, workspace.facts.secrets());
        let after = cursors.after(params)?;
        let stretch = Stretch { group, after };
        let page = PageRequest::new(params.page().limit().into(), 0);
        let found = activities::timeline(tx, scope, whose, &stretch, page).await?;
        let last = found.items.last().filter(|_| found.has_more);
        let older = last.map(|row| cursors.sealed((row.activity.occurred_at, row.activity.id)));
        let here = params.without("cursor");
        Ok(Self {
            chips: chips(&path, &here, group),
            newest: after.map(|_| link(&path, &here.query_with("cursor", None))),
            older: older.map(|cursor| link(&path, &here.query_with("cursor", Some(&cursor)))),
            days: by_day(found.items, workspace),
            this,
            is_narrowed: group.is_some(),
        })
    }
}

fn chips(path: &str, here: &Submitted, chosen: Option<ActivityGroup>) -> Vec<Chip> {
    let groups = ActivityGroup::ALL.iter().copied().map(Some);
    let each = [None].into_iter().chain(groups).map(|group| Chip {
        label: group.map_or("Everything", ActivityGroup::label),
        href: link(path, &here.query_with(SHOWN, group.map(ActivityGroup::as_str))),
        is_chosen: chosen == group,
    });
    each.collect()
}

/// To the timeline itself, which stands far below the head of its page.
fn link(path: &str, query: &str) -> String {
    match query {
        "" => format!("{path}#timeline-h"),
        query => format!("{path}?{query}#timeline-h"),
    }
}

//! What an open page needs to follow the feed by itself.

use std::fmt::Display;

use db::{Tx, tenant::changes};
use server::Failure;

use crate::workspace::Workspace;

/// Where in the feed a page was drawn, and what of the feed is about it. `events/live.html` shows it.
pub(crate) struct Live {
    pub(crate) drawn_at: i64,
    /// The first words of the kinds of change that this page shows; the first of them is what it counts.
    pub(crate) of: &'static str,
    /// Whether what is new is only offered, not drawn unasked.
    pub(crate) waits: bool,
    pub(crate) record: Option<Record>,
    /// Whether a new lead is heard.
    pub(crate) rings: bool,
}

/// The one lead or contact that a page is about.
pub(crate) struct Record {
    pub(crate) id: String,
    /// Its own address: a page with a form that was refused has that of the form.
    pub(crate) href: String,
}

impl Live {
    /// Of a page that is drawn anew when such things change.
    ///
    /// To be asked for before the rest is read: what comes meanwhile is then told again, instead of lost.
    pub(crate) async fn of(tx: &mut Tx, workspace: &Workspace, of: &'static str) -> Result<Self, Failure> {
        Ok(Self {
            drawn_at: changes::last_seq(tx, &workspace.member.scope).await?,
            of,
            waits: false,
            record: None,
            rings: workspace.member.rings,
        })
    }

    /// Of the page of one `lead` or `contact`, which only says that there is something new: it holds forms.
    pub(crate) async fn of_record(
        tx: &mut Tx,
        workspace: &Workspace,
        (of, id): (&'static str, impl Display),
    ) -> Result<Self, Failure> {
        let record = Record {
            href: format!("/{of}s/{id}"),
            id: id.to_string(),
        };
        Ok(Self {
            record: Some(record),
            ..Self::of(tx, workspace, of).await?
        })
    }

    /// Of a list that moves by itself only where what is new comes first; elsewhere its rows would jump about.
    pub(crate) fn redrawn_if(self, newest_first: bool) -> Self {
        Self {
            waits: !newest_first,
            ..self
        }
    }
}

//! What an endpoint is told of a change: what the API would answer about it, as of the moment it is written down.

use std::collections::HashMap;

use db::{
    TenantScope, Tx,
    tenant::{
        activities, contacts,
        leads::{self, LeadWithContact},
    },
};
use jiff::Timestamp;
use serde_json::{Value, json};
use server::Failure;
use types::{Change, ContactId, Delivery, DeliveryId, DeliveryStatus, EndpointId, Ids, LeadId, WebhookEvent};

use crate::{
    activities::api::ActivityOut,
    contacts::api::ContactOut,
    leads::{LeadOut, Scores},
};

/// What changes are told as.
pub(super) struct Payloads<'a> {
    scope: &'a TenantScope,
    endpoint_id: EndpointId,
    leads: HashMap<LeadId, LeadWithContact>,
    scores: Scores,
    now: Timestamp,
}

impl<'a> Payloads<'a> {
    /// Reads the leads that these changes are about, each once.
    pub(super) async fn read(
        tx: &mut Tx,
        (scope, endpoint_id): (&'a TenantScope, EndpointId),
        changes: &[Change],
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let mut found = Vec::new();
        for change in changes {
            let is_of_lead = matches!(
                WebhookEvent::of(change.kind),
                WebhookEvent::LeadCreated | WebhookEvent::LeadUpdated
            );
            if let Some(id) = change.lead_id.filter(|_| is_of_lead)
                && found.iter().all(|known: &LeadWithContact| known.lead.id != id)
            {
                found.extend(leads::find(tx, scope, id).await?);
            }
        }
        let scores = Scores::count(tx, scope, &found, now).await?;
        Ok(Self {
            scope,
            endpoint_id,
            leads: found.into_iter().map(|found| (found.lead.id, found)).collect(),
            scores,
            now,
        })
    }

    /// A change on its way to the endpoint. What was removed since is null, and of a lead it is said so: that it came or
    /// changed is told all the same.
    pub(super) async fn of(
        &self,
        tx: &mut Tx,
        (event, change): (WebhookEvent, &Change),
        ids: &dyn Ids,
    ) -> Result<Delivery, Failure> {
        let lead = change.lead_id.and_then(|id| self.leads.get(&id));
        let data = match event {
            WebhookEvent::LeadCreated | WebhookEvent::LeadUpdated | WebhookEvent::LeadDeleted => {
                let told = lead.map(|found| LeadOut::from((found.clone(), self.scores.of(found))));
                json!({ "leadId": change.lead_id, "lead": told, "deleted": lead.is_none() })
            }
            WebhookEvent::ContactCreated | WebhookEvent::ContactUpdated => {
                let told = self.contact(tx, change.contact_id).await?;
                json!({ "contactId": change.contact_id, "contact": told })
            }
            WebhookEvent::ActivityLogged | WebhookEvent::Test => {
                let found = match change.activity_id {
                    Some(id) => activities::find(tx, self.scope, id).await?,
                    None => None,
                };
                json!({ "activityId": change.activity_id, "activity": found.map(ActivityOut::from) })
            }
        };
        let contact_id = lead.and_then(|found| found.lead.contact_id).or(change.contact_id);
        let head = (event, Some(change.seq), change.occurred_at);
        let written = written(self.scope, (DeliveryId::new(ids), self.endpoint_id), head, data);
        Ok(Delivery {
            contact_id,
            lead_id: change.lead_id,
            created_at: self.now,
            next_attempt_at: Some(self.now),
            ..written
        })
    }

    async fn contact(&self, tx: &mut Tx, id: Option<ContactId>) -> Result<Option<ContactOut>, Failure> {
        let found = match id {
            Some(id) => contacts::find(tx, self.scope, id).await?,
            None => None,
        };
        Ok(found.map(ContactOut::from))
    }
}

/// What somebody sends who tries whether an endpoint hears.
pub(super) fn test(scope: &TenantScope, names: (DeliveryId, EndpointId), now: Timestamp) -> Delivery {
    let data = json!({ "message": "This is a test. An endpoint that answers 2xx has heard it." });
    written(scope, names, (WebhookEvent::Test, None, now), data)
}

fn written(
    scope: &TenantScope,
    (id, endpoint_id): (DeliveryId, EndpointId),
    (event, seq, at): (WebhookEvent, Option<i64>, Timestamp),
    data: Value,
) -> Delivery {
    Delivery {
        id,
        endpoint_id,
        seq,
        event,
        payload: json!({
            "id": id, "type": event, "timestamp": at, "sequence": seq, "tenantId": scope.tenant_id(), "data": data,
        }),
        contact_id: None,
        lead_id: None,
        created_at: at,
        status: DeliveryStatus::Waiting,
        attempts: 0,
        next_attempt_at: Some(at),
        last_attempt: None,
    }
}

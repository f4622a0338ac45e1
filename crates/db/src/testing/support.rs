//! A support session, for tests of those who are looked in at.

use types::{
    Clock, Ids, Operator, OperatorId, OperatorRole, PersonId, SupportSession, SupportSessionId, TokenHash,
};

use crate::{
    Db, PlatformScope, TenantScope,
    platform::{operators, support},
};

/// Sam, of support, looks in for half an hour on behalf of somebody, with the code that `code` is the hash of. Says
/// which session that is.
pub async fn a_support_session(
    db: &Db,
    (clock, ids): (&dyn Clock, &dyn Ids),
    (scope, person_id): (&TenantScope, PersonId),
    code: &TokenHash,
) -> SupportSessionId {
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await.expect("the test database takes writes");
    let sam = Operator {
        id: OperatorId::new(ids),
        email: "sam@freehold.example".parse().expect("an address"),
        name: "Sam of support".to_owned(),
        role: OperatorRole::Support,
        created_at: clock.now(),
    };
    operators::insert(&mut tx, &platform, &sam, "no password")
        .await
        .expect("the address is new");
    let session = SupportSession {
        id: SupportSessionId::new(ids),
        tenant_id: scope.tenant_id().clone(),
        operator_id: sam.id,
        operator_name: sam.name,
        person_id,
        person_name: String::new(),
        reason: "cannot find a lead".to_owned(),
        ticket: Some("T-17".to_owned()),
        may_write: false,
        started_at: clock.now(),
        expires_at: clock.now() + jiff::SignedDuration::from_mins(30),
        ended_at: None,
        ended_by: None,
        change_count: 0,
    };
    support::insert(&mut tx, &platform, &session, code)
        .await
        .expect("they are a member");
    tx.commit().await.expect("the test database commits");
    session.id
}

/// Lets a session change things.
pub async fn widen_support(db: &Db, clock: &dyn Clock, scope: &TenantScope, id: SupportSessionId) {
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await.expect("the test database takes writes");
    let which = (scope.tenant_id(), id);
    let widened = support::widen(&mut tx, &platform, which, clock.now()).await;
    assert!(widened.expect("the test database takes writes"), "it is over");
    tx.commit().await.expect("the test database commits");
}

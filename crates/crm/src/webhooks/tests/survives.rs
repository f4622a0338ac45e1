use std::{collections::BTreeMap, future::poll_fn, pin::pin, task::Poll};

use db::tenant::webhooks;
use jiff::SignedDuration;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use types::{EndpointId, Ids as _};

use super::{super::tell, House, Letter, Mood, content};

/// What may come between an event and its hearer.
#[derive(Debug, Clone)]
enum Step {
    /// So much happens.
    Happens(usize),
    /// A process works out what is to be told, and dies.
    OnlyTells,
    /// A process works out what is to be told, and dies at it when so many answers of the database were there.
    DiesTelling(usize),
    /// A process takes the endpoint, and dies.
    OnlyTakes,
    /// A process goes round, and the endpoint takes it so.
    GoesRound(Vec<Mood>),
    /// So many seconds go by.
    Waits(i64),
}

fn moods() -> impl Strategy<Value = Mood> {
    prop_oneof![
        Just(Mood::Says(200)),
        Just(Mood::Says(500)),
        Just(Mood::CourierDies),
        Just(Mood::CourierDiesAfterwards),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // So few failures that nothing is given up.
    let step = prop_oneof![
        (1usize..4).prop_map(Step::Happens),
        Just(Step::OnlyTells),
        (1usize..16).prop_map(Step::DiesTelling),
        Just(Step::OnlyTakes),
        prop::collection::vec(moods(), 0..2).prop_map(Step::GoesRound),
        (0i64..90).prop_map(Step::Waits),
    ];
    prop::collection::vec(step, 1..8)
}

/// Polls something so often, each time when what it waited for is there, and drops it: whoever does it has died.
async fn only_so_far<T>(doing: impl Future<Output = T>, turns: usize) {
    let (mut doing, mut left) = (pin!(doing), turns);
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        doing.as_mut().poll(context).map(drop)
    })
    .await;
}

async fn take(house: &House, id: EndpointId) {
    let lease = (house.crm.ids.new_id(), SignedDuration::from_secs(60));
    let scope = &house.crm.fairfield;
    let mut tx = house.crm.context.db.write(scope).await.unwrap();
    webhooks::take(&mut tx, scope, id, lease).await.unwrap();
    tx.commit().await.unwrap();
}

/// Plays the steps, and lets everything arrive: what happened, and every letter that was sent and heard.
async fn play(house: &House, steps: Vec<Step>) -> (Vec<i64>, Vec<Letter>, Vec<Letter>) {
    let id = house.endpoint(&["lead.created"]).await;
    let (sent_before, heard_before) = (house.ear.sent().len(), house.ear.heard().len());
    let mut happened = Vec::new();
    for step in steps {
        match step {
            Step::Happens(times) => {
                for _ in 0..times {
                    happened.push(house.something_happens().await);
                }
            }
            Step::OnlyTells => {
                tell::everybody(&house.app).await.unwrap();
            }
            Step::DiesTelling(turns) => only_so_far(tell::everybody(&house.app), turns).await,
            Step::OnlyTakes => take(house, id).await,
            Step::GoesRound(moods) => {
                house.ear.is(moods);
                house.round().await;
            }
            Step::Waits(seconds) => house.crm.clock.advance(SignedDuration::from_secs(seconds)),
        }
    }
    house.ear.moods.lock().unwrap().clear();
    for _ in 0..10 {
        house.later(SignedDuration::from_hours(16)).await;
    }
    house.olga().await.delete(&format!("/api/webhooks/{id}")).await;
    let sent = house.ear.sent().split_off(sent_before);
    let heard = house.ear.heard().split_off(heard_before);
    (happened, sent, heard)
}

fn seq(letter: &Letter) -> i64 {
    content(letter)["sequence"].as_i64().unwrap()
}

/// Whatever dies when: everything is heard at least once, a message is the same however often it is sent, and the first
/// attempts are made in the order in which things happened.
#[test]
fn every_event_arrives_whatever_dies_on_the_way() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let house = runtime.block_on(House::new());
    let config = Config {
        cases: 64,
        failure_persistence: None,
        ..Config::default()
    };

    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        let (happened, sent, heard) = runtime.block_on(play(&house, steps));

        let mut arrived: Vec<_> = heard.iter().map(seq).collect();
        arrived.sort_unstable();
        arrived.dedup();
        prop_assert_eq!(&arrived, &happened);
        let mut messages = BTreeMap::new();
        let mut firsts = Vec::new();
        for letter in &sent {
            let message = (letter.id, letter.body.clone());
            match messages.get(&seq(letter)) {
                Some(known) => prop_assert_eq!(known, &message),
                None => {
                    messages.insert(seq(letter), message);
                    firsts.push(seq(letter));
                }
            }
        }
        prop_assert_eq!(firsts, happened);
        Ok(())
    });

    outcome.unwrap();
    runtime.block_on(house.crm.context.db.close());
}

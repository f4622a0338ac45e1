//! The modules of a tenant as they are now, asked of the database once for all who want to know at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use db::{Db, TenantScope};
use futures::{FutureExt as _, future::Shared};
use jiff::{SignedDuration, Timestamp};
use moka::future::Cache;
use tokio::{sync::oneshot, task::JoinHandle};
use types::{Clock, ModuleKey, TenantId, WebsiteModule};

/// Tenants whose visitors wait for one another.
const TENANTS: u64 = 10_000;

/// A question is not asked later than after so many turns of everybody else who has something to do.
const TURNS: usize = 16;

/// How long an answer is believed, from when it was asked. A switch takes effect with the next request of whoever threw
/// it, who needs longer than this to ask for a page; and however many thousand visitors come in a second, it is asked but
/// so many hundred times. See `docs/adr/0027`.
const BELIEVED: SignedDuration = SignedDuration::from_millis(2);

/// From this age on an answer is believed still, but asked for anew, so that the next one is there when it is not: else all
/// visitors would wait for it every other millisecond, and the processor with them.
const AGING: SignedDuration = SignedDuration::from_millis(1);

/// The switches of every tenant.
pub(crate) struct Switches {
    db: Db,
    clock: Arc<dyn Clock>,
    questions: Cache<TenantId, Arc<Questions>>,
}

impl Switches {
    pub(crate) fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        let questions = Cache::new(TENANTS);
        Self { db, clock, questions }
    }

    /// The modules as the tenant has set them, or as they were less than [`BELIEVED`] ago.
    pub(crate) async fn now(&self, scope: &TenantScope) -> db::Result<Arc<[WebsiteModule]>> {
        let questions = match self.questions.get(scope.tenant_id()).await {
            Some(questions) => questions,
            None => {
                Box::pin((self.questions).get_with_by_ref(scope.tenant_id(), async { Arc::default() })).await
            }
        };
        if let Some((modules, is_aging)) = questions.heard(self.clock.now()) {
            if is_aging {
                questions.ask_ahead(self, scope);
            }
            return Ok(modules);
        }
        let answer = questions.join(self, scope).await;
        match answer {
            Ok(answer) => answer.map_err(db::Error::Shared),
            // Whoever asked for us is gone in the middle.
            Err(_) => Box::pin(ask(&self.db, scope)).await,
        }
    }

    /// Whether the tenant shows this module now.
    pub(crate) async fn is_on(&self, scope: &TenantScope, key: ModuleKey) -> db::Result<bool> {
        let modules = self.now(scope).await?;
        Ok(modules.iter().any(|module| module.key == key && module.enabled))
    }
}

type Answer = Result<Arc<[WebsiteModule]>, Arc<db::Error>>;

/// The questions about one tenant. One is on its way at a time; who comes meanwhile waits for the next one. So nobody
/// who waits hears what is older than their request, and while many come, few ask. All who wait are woken at once: handed
/// from one to the next, an answer would keep a single thread busy while the others have nothing to do.
#[derive(Default)]
struct Questions(Mutex<State>);

#[derive(Default)]
struct State {
    /// Not on its way yet.
    next: Option<Question>,
    /// The task that asks, as long as somebody wants to know.
    asking: Option<JoinHandle<()>>,
    heard: Option<Heard>,
}

/// The last answer.
struct Heard {
    modules: Arc<[WebsiteModule]>,
    asked_at: Timestamp,
}

impl Heard {
    /// A clock that stands still, or was set back, does not say how old an answer is: it is not believed.
    fn believed_age(&self, now: Timestamp) -> Option<SignedDuration> {
        let age = now.duration_since(self.asked_at);
        (age.is_positive() && age < BELIEVED).then_some(age)
    }
}

struct Question {
    /// How many wait for it.
    joined: usize,
    answered: oneshot::Sender<Answer>,
    answer: Shared<oneshot::Receiver<Answer>>,
}

impl Questions {
    /// Joins those who wait for the next question, which sees that it is asked.
    fn join(self: &Arc<Self>, switches: &Switches, scope: &TenantScope) -> Shared<oneshot::Receiver<Answer>> {
        let mut state = self.state();
        if !state.is_asking() {
            self.begin_asking(&mut state, switches, scope);
        }
        let question = state.next.get_or_insert_with(Question::new);
        question.joined += 1;
        question.answer.clone()
    }

    /// Sees that somebody asks, and waits for nothing.
    fn ask_ahead(self: &Arc<Self>, switches: &Switches, scope: &TenantScope) {
        let mut state = self.state();
        if !state.is_asking() {
            state.next.get_or_insert_with(Question::new);
            self.begin_asking(&mut state, switches, scope);
        }
    }

    fn begin_asking(self: &Arc<Self>, state: &mut State, switches: &Switches, scope: &TenantScope) {
        let (db, clock) = (switches.db.clone(), Arc::clone(&switches.clock));
        let asking = Arc::clone(self).ask_while_wanted(db, clock, scope.clone());
        state.asking = Some(tokio::spawn(asking));
    }

    async fn ask_while_wanted(self: Arc<Self>, db: Db, clock: Arc<dyn Clock>, scope: TenantScope) {
        loop {
            self.gather().await;
            let Some(question) = self.begin() else { return };
            let asked_at = clock.now();
            let answer = ask(&db, &scope).await.map_err(Arc::new);
            if let Ok(modules) = &answer {
                let modules = Arc::clone(modules);
                self.state().heard = Some(Heard { modules, asked_at });
            }
            // Nobody hears it when all have gone.
            let _unheard = question.answered.send(answer);
        }
    }

    /// The last answer, as long as it is believed; and whether it is aging while nobody asks.
    fn heard(&self, now: Timestamp) -> Option<(Arc<[WebsiteModule]>, bool)> {
        let state = self.state();
        let heard = state.heard.as_ref()?;
        let age = heard.believed_age(now)?;
        Some((Arc::clone(&heard.modules), age >= AGING && !state.is_asking()))
    }

    /// Waits as long as each turn brings others who want to know. A question costs far more than to answer who joined it;
    /// where nobody else has anything to do, two turns are no time.
    async fn gather(&self) {
        let mut waiting = 0;
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
            let joined = self.state().next.as_ref().map_or(0, |question| question.joined);
            if joined == waiting {
                return;
            }
            waiting = joined;
        }
    }

    /// The next question, which nobody joins any more.
    fn begin(&self) -> Option<Question> {
        let mut state = self.state();
        let next = state.next.take();
        if next.is_none() {
            state.asking = None;
        }
        next
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_asking(&self) -> bool {
        self.asking.as_ref().is_some_and(|asking| !asking.is_finished())
    }
}

impl Question {
    fn new() -> Self {
        let (answered, answer) = oneshot::channel();
        let answer = answer.shared();
        Self {
            joined: 0,
            answered,
            answer,
        }
    }
}

async fn ask(db: &Db, scope: &TenantScope) -> db::Result<Arc<[WebsiteModule]>> {
    let mut tx = db.glance(scope).await?;
    let modules = db::tenant::websites::modules(&mut tx, scope).await?;
    Ok(modules.into())
}

#[cfg(test)]
impl Switches {
    /// Waits for whoever asks ahead.
    pub(super) async fn heard_ahead(&self, scope: &TenantScope) {
        let questions = self
            .questions
            .get(scope.tenant_id())
            .await
            .expect("somebody asked");
        let asking = questions.state().asking.take();
        asking
            .expect("somebody asks")
            .await
            .expect("whoever asks comes to an end");
    }
}

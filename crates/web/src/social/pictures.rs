//! Pictures that were drawn, and the line of those that wait: one is drawn at a time, so that visitors' pages go on.

use std::{sync::Arc, time::Duration};

use axum::body::Bytes;
use moka::future::Cache;
use server::Failure;
use tokio::sync::Semaphore;
use types::TenantId;

use super::drawing;

/// Pictures kept at once, in bytes: some hundred of them.
const MOST: u64 = 32 * 1024 * 1024;

/// Who waits longer than for so many pictures comes again later.
const WAITING: usize = 8;

/// Longer than it takes to draw those.
const LATER: Duration = Duration::from_secs(5);

/// The pictures of this process.
pub(crate) struct Pictures {
    drawn: Cache<(TenantId, String), Bytes>,
    line: Semaphore,
    turn: Arc<Semaphore>,
}

/// Why there is no picture.
#[derive(Debug)]
enum Undrawn {
    /// Too many wait already.
    Busy,
    Failed(anyhow::Error),
}

impl Pictures {
    pub(crate) fn new() -> Self {
        let size = |(_, version): &(TenantId, String), png: &Bytes| {
            u32::try_from(png.len() + version.len()).unwrap_or(u32::MAX)
        };
        Self {
            drawn: Cache::builder().weigher(size).max_capacity(MOST).build(),
            line: Semaphore::new(WAITING),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// The picture of this version: kept, or else drawn, once for all who want it.
    pub(super) async fn of(
        &self,
        (tenant_id, version): (&TenantId, &str),
        svg: impl FnOnce() -> anyhow::Result<String>,
    ) -> Result<Bytes, Failure> {
        let key = (tenant_id.clone(), version.to_owned());
        let drawn = self.drawn.try_get_with(key, self.draw(svg)).await;
        drawn.map_err(|undrawn| match &*undrawn {
            Undrawn::Busy => Failure::Unavailable { retry_after: LATER },
            Undrawn::Failed(error) => Failure::Internal(anyhow::anyhow!("drawing a picture: {error:#}")),
        })
    }

    async fn draw(&self, svg: impl FnOnce() -> anyhow::Result<String>) -> Result<Bytes, Undrawn> {
        let _place = self.line.try_acquire().map_err(|_| Undrawn::Busy)?;
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        let turn = turn.expect("nobody closes the line");
        let svg = svg().map_err(Undrawn::Failed)?;
        // The turn ends with the drawing, even when whoever wanted it is gone.
        let drawing = tokio::task::spawn_blocking(move || {
            let drawn = drawing::png(&svg);
            drop(turn);
            drawn
        });
        match drawing.await {
            Ok(drawn) => drawn.map_err(Undrawn::Failed),
            Err(error) => Err(Undrawn::Failed(error.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    fn a_tenant() -> TenantId {
        TenantId::of(&"here".parse().unwrap())
    }

    #[tokio::test]
    async fn a_picture_is_drawn_once_for_all_who_want_it() {
        let (pictures, tenant) = (Pictures::new(), a_tenant());
        let times = std::sync::atomic::AtomicU32::new(0);
        let svg = || {
            times.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Ok("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_owned())
        };

        let wanted = (0..50).map(|_| pictures.of((&tenant, "1"), svg));
        let drawn = join_all(wanted).await;

        assert!(drawn.iter().all(Result::is_ok));
        assert_eq!(times.into_inner(), 1);
    }

    #[tokio::test]
    async fn those_who_would_wait_too_long_are_asked_to_come_again() {
        let (pictures, tenant) = (Pictures::new(), a_tenant());
        let svg = || Ok("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_owned());
        let versions: Vec<_> = (0..20).map(|version| version.to_string()).collect();

        let wanted = versions
            .iter()
            .map(|version| pictures.of((&tenant, version), svg));
        let drawn = join_all(wanted).await;

        let later = drawn
            .iter()
            .filter(|drawn| matches!(drawn, Err(Failure::Unavailable { .. })));
        assert_eq!(later.count(), 20 - WAITING);
        assert!(
            pictures.of((&tenant, "19"), svg).await.is_ok(),
            "later there is room"
        );
    }
}

//! Looks for the proofs that are due, round after round, while the console runs.

use std::time::Duration;

use db::{PlatformScope, platform::domains as rows};
use futures::future::join_all;
use jiff::SignedDuration;
use server::Context;
use types::TenantDomain;

use super::{check::check_by_itself, resolver::Resolver};
use crate::{Acting, Refusal};

/// How often somebody looks what is due: nobody looks for a proof twice in a minute.
const EVERY: Duration = Duration::from_secs(30);

/// Hostnames looked at together: their owners' servers may be slow, each for as long as a look takes.
const TOGETHER: i64 = 20;

/// How long a hostname is one process's own: longer than a look takes.
const OURS: SignedDuration = SignedDuration::from_secs(60);

/// Goes on until the process stops.
pub(crate) async fn go_round(context: Context) {
    let resolver = Resolver::at(context.settings.dns_resolver);
    let platform = PlatformScope::of_command_line();
    loop {
        tokio::select! {
            () = context.stop.stopped() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(error) = round(&Acting::of_platform(&context, &platform), &resolver).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "proofs of hostnames could not be looked for"
            );
        }
    }
}

/// Looks for every proof that is due now, and says how many that were.
pub(super) async fn round(acting: &Acting<'_>, resolver: &Resolver) -> Result<usize, Refusal> {
    let mut looked = 0;
    loop {
        let mut tx = acting.db.read(acting.platform).await?;
        let due = rows::due(&mut tx, acting.platform, acting.now, TOGETHER).await?;
        drop(tx);
        let looks = join_all(due.iter().map(|domain| look(acting, domain, resolver))).await;
        let took = looks.into_iter().filter(|took| *took).count();
        looked += took;
        // Others have them, or nothing can be written: the next round asks again.
        if took == 0 {
            return Ok(looked);
        }
    }
}

/// One hostname that cannot be written down is no reason to leave the others.
async fn look(acting: &Acting<'_>, domain: &TenantDomain, resolver: &Resolver) -> bool {
    let looking = async {
        if !take(acting, domain).await? {
            return Ok(false);
        }
        check_by_itself(acting, domain, resolver).await?;
        Ok::<bool, Refusal>(true)
    };
    looking.await.unwrap_or_else(|error| {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            domain.id = %domain.id,
            "the proof of domain {} could not be looked for",
            domain.id
        );
        false
    })
}

async fn take(acting: &Acting<'_>, domain: &TenantDomain) -> Result<bool, Refusal> {
    let mut tx = acting.db.write(acting.platform).await?;
    let taken = rows::take(&mut tx, acting.platform, domain, acting.now + OURS).await?;
    tx.commit().await?;
    Ok(taken)
}

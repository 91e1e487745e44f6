//! Keeps the tables small: drops what nothing reads any more, a little at a time.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::domain::{Micros, Scope};
use crate::reviews;
use crate::store::{Database, StoreError, charges, events, files, idempotency, posting_pages, sessions, sign_in_attempts, sign_in_links};

/// Between two rounds.
const EVERY: Duration = Duration::from_secs(3600);
/// The first round waits until the start is over.
const FIRST: Duration = Duration::from_secs(60);
/// How long an event can still be read by a client that comes back with its last id.
pub const EVENTS_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long an idempotency key is remembered.
const ANSWERS_KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long a link that is over stays listed.
const LINKS_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// Pages of postings that go in one round: each may have megabytes.
const PAGES_AT_ONCE: i64 = 5;
/// Between two small deletions, so that others get their turn at the writer.
const BREATH: Duration = Duration::from_millis(20);

/// Rounds until `stop`. Several processes may do this at once.
pub async fn run(database: Database, stop: CancellationToken) {
    let mut wait = FIRST;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = EVERY;
        if let Err(error) = round(&database).await {
            tracing::warn!(%error, "a round of maintenance failed; the next one goes on");
        }
    }
}

/// One round: everything that is old enough goes, and reviews take in what a cut-off request left.
pub async fn round(database: &Database) -> Result<(), StoreError> {
    reviews::catch_up(database, Scope::System, None).await?;
    let now = database.now_us().await?;
    let before = Micros(now - crate::domain::time::micros(EVENTS_KEPT));
    loop {
        let mut tx = database.begin().await?;
        let gone = events::prune(&mut tx, before).await?
            + charges::prune(&mut tx).await?
            + idempotency::forget_older_than(&mut tx, ANSWERS_KEPT).await?
            + posting_pages::prune(&mut tx, PAGES_AT_ONCE).await?
            + sessions::prune(&mut tx).await?
            + sign_in_attempts::prune(&mut tx).await?
            + sign_in_links::prune(&mut tx, Micros(now - crate::domain::time::micros(LINKS_KEPT))).await?;
        tx.commit().await?;
        if gone == 0 {
            break;
        }
        tokio::time::sleep(BREATH).await;
    }
    remove_files(database).await
}

/// Takes away the files that are past their time, and says how many.
async fn remove_files(database: &Database) -> Result<(), StoreError> {
    let mut removed = 0;
    loop {
        let mut tx = database.begin().await?;
        let round = files::expire(&mut tx).await?;
        tx.commit().await?;
        removed += round.files;
        if round.changes == 0 {
            break;
        }
        tokio::time::sleep(BREATH).await;
    }
    if removed > 0 {
        tracing::info!(files = removed, "removed exports and uploads that were past their time");
    }
    Ok(())
}

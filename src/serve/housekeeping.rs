//! What a server does now and then: writes down which keys were used, and drops what nobody asks for any more.

use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::domain::Micros;
use crate::domain::time::micros;
use crate::store::{StoreError, charges, events, idempotency};

const EVERY: Duration = Duration::from_secs(60);
/// How long an `Idempotency-Key` is remembered.
const KEPT_ANSWERS: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long a stream can be taken up again after its last event.
const KEPT_EVENTS: Duration = Duration::from_secs(7 * 24 * 3600);

pub async fn run(app: &App, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is at once; a start has better things to do.
    ticks.tick().await;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = keep_house(app).await {
            tracing::warn!(%error, "housekeeping failed; trying again in a minute");
        }
    }
}

/// Short transactions, so that nobody waits for them.
async fn keep_house(app: &App) -> Result<(), StoreError> {
    app.used_keys.flush(&app.database).await?;
    let mut tx = app.database.begin().await?;
    idempotency::forget_older_than(&mut tx, KEPT_ANSWERS).await?;
    charges::prune(&mut tx).await?;
    tx.commit().await?;
    loop {
        let mut tx = app.database.begin().await?;
        let before = Micros(tx.now_us().await? - micros(KEPT_EVENTS));
        let dropped = events::prune(&mut tx, before).await?;
        tx.commit().await?;
        if dropped == 0 {
            return Ok(());
        }
    }
}

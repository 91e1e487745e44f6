//! What people decide: stored as made, in strokes that can be taken back, with the review's counts changed in the same transaction.

use super::matching::{Bounds, COUNTED, count};
use super::{Counts, Review, announce, change_counts, hold, read};
use crate::domain::review::{Decision, ItemFilter, ReviewState};
use crate::domain::{ReviewId, ReviewItemId, Scope, StrokeId, UserId};
use crate::store::database::{Row, Tx, list, sql};
use crate::store::error::StoreError;
use crate::store::matches::Matches;

/// Which items a stroke decides.
#[derive(Debug, Clone, Copy)]
pub enum Choice<'c> {
    Items(&'c [ReviewItemId]),
    /// All that match, as long as they are as many as the person saw.
    Matching {
        filter: &'c ItemFilter,
        expected: i64,
    },
}

/// What a stroke says.
#[derive(Debug, Clone, Copy)]
pub struct Verdict<'v> {
    pub decision: Decision,
    pub reason: Option<&'v str>,
}

/// Why nothing was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undecided {
    NoReview,
    /// Some of the items are not in this review.
    NoItem,
    /// Nothing changes until it is reopened.
    Completed,
    /// So many match now, up to 10,001.
    CountDiffers(i64),
    /// More than can be counted exactly match.
    TooMany,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Missing when nothing changed.
    pub stroke: Option<StrokeId>,
    /// Items that the choice names.
    pub matched: i64,
    /// Those of them that had been decided otherwise.
    pub changed: i64,
    pub review: Review,
}

/// Decides all items of the choice, or none.
pub async fn decide(
    tx: &mut Tx,
    scope: Scope,
    review: ReviewId,
    user: UserId,
    choice: Choice<'_>,
    verdict: Verdict<'_>,
) -> Result<Result<Decided, Undecided>, StoreError> {
    let Some(review) = hold(tx, scope, review).await? else { return Ok(Err(Undecided::NoReview)) };
    if review.state == ReviewState::Completed {
        return Ok(Err(Undecided::Completed));
    }
    let (matches, matched) = match choice {
        Choice::Items(ids) => {
            let matches = these(&review, ids);
            let there: i64 = matches.statement("SELECT count(*) AS total", "").fetch_one(tx).await?.get("total")?;
            if there != ids.len() as i64 {
                return Ok(Err(Undecided::NoItem));
            }
            (matches, there)
        }
        Choice::Matching { filter, expected } => {
            let now = count(tx, &review, filter).await?;
            if now != expected {
                return Ok(Err(Undecided::CountDiffers(now)));
            }
            if now > COUNTED {
                return Ok(Err(Undecided::TooMany));
            }
            (Matches::new(&review, filter, Bounds::USUAL), now)
        }
    };
    let (stroke, changed, review) = strike(tx, review, user, matches, verdict).await?;
    Ok(Ok(Decided { stroke, matched, changed, review }))
}

fn these(review: &Review, ids: &[ReviewItemId]) -> Matches {
    let mut matches = Matches::of_review(review);
    matches.text.push_str(&format!(" AND id IN ({})", list(matches.next(), ids.len())));
    matches.values.extend(ids.iter().map(|id| (*id).into()));
    matches
}

/// Decides the rows of a held review that are not decided so already.
async fn strike(
    tx: &mut Tx,
    review: Review,
    user: UserId,
    mut matches: Matches,
    verdict: Verdict<'_>,
) -> Result<(Option<StrokeId>, i64, Review), StoreError> {
    let id = StrokeId::new();
    let stroke: i64 =
        sql("INSERT INTO strokes (id, review_number, user_id, decision, reason, made_at) VALUES ($1, $2, $3, $4, $5, {now}) \
         RETURNING number")
        .bind(id)
        .bind(review.number)
        .bind(user)
        .bind(verdict.decision)
        .bind(verdict.reason)
        .fetch_one(tx)
        .await?
        .get("number")?;
    let next = matches.next();
    matches.text.push_str(&format!(" AND (decision <> ${next} OR reason IS DISTINCT FROM ${})", next + 1));
    matches.values.extend([verdict.decision.into(), verdict.reason.map(str::to_owned).into()]);
    let before = format!(
        "INSERT INTO decisions (stroke_number, item_number, was, was_reason, was_decided_at, was_decided_by, was_stroke_number) \
         SELECT ${}, number, decision, reason, decided_at, decided_by, stroke_number",
        next + 2
    );
    let changed = matches.statement(&before, "").bind(stroke).execute(tx).await? as i64;
    if changed == 0 {
        sql("DELETE FROM strokes WHERE number = $1").bind(stroke).execute(tx).await?;
        return Ok((None, 0, review));
    }
    let is_decided = verdict.decision != Decision::Pending;
    let updated = sql("UPDATE review_items SET decision = $2, reason = $3, decided_by = $4, stroke_number = $1, \
         decided_at = CASE WHEN $5 THEN {now} ELSE NULL END \
         WHERE number IN (SELECT item_number FROM decisions WHERE stroke_number = $1)")
    .bind(stroke)
    .bind(verdict.decision)
    .bind(verdict.reason.map(str::to_owned))
    .bind(is_decided.then_some(user))
    .bind(is_decided)
    .execute(tx)
    .await? as i64;
    all_of(changed, updated)?;
    let was = sql("SELECT was, count(*) AS items FROM decisions WHERE stroke_number = $1 GROUP BY was").bind(stroke).fetch_all(tx).await?;
    let (moved, by) = moves(&was, |was| (was, verdict.decision))?;
    all_of(changed, moved)?;
    let review = change_counts(tx, &review, by).await?;
    Ok((Some(id), changed, review))
}

/// What taking back came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    pub stroke: StrokeId,
    /// What the stroke had said.
    pub decision: Decision,
    /// Items that are again as they were before.
    pub restored: i64,
    /// Items that stay, since others have decided them since.
    pub left: i64,
    pub review: Review,
}

/// Why nothing was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotUndone {
    NoReview,
    Completed,
    /// This user has decided nothing here that is not taken back.
    Nothing,
}

/// Takes back the user's last stroke in this review. What somebody has decided anew since then stays, and forgets the stroke: taking that
/// back too leads to what stood before both.
pub async fn undo(tx: &mut Tx, scope: Scope, review: ReviewId, user: UserId) -> Result<Result<Undone, NotUndone>, StoreError> {
    let Some(review) = hold(tx, scope, review).await? else { return Ok(Err(NotUndone::NoReview)) };
    if review.state == ReviewState::Completed {
        return Ok(Err(NotUndone::Completed));
    }
    let last = sql("SELECT number, id, decision FROM strokes WHERE review_number = $1 AND user_id = $2 AND undone_at IS NULL \
         ORDER BY number DESC LIMIT 1")
    .bind(review.number)
    .bind(user)
    .fetch_optional(tx)
    .await?;
    let Some(last) = last else { return Ok(Err(NotUndone::Nothing)) };
    let (stroke, said): (i64, Decision) = (last.get("number")?, last.get("decision")?);
    let there = "decisions JOIN review_items ON review_items.number = decisions.item_number \
                 WHERE decisions.stroke_number = $1 AND review_items.stroke_number = $1";
    let was = sql(format!("SELECT was, count(*) AS items FROM {there} GROUP BY was")).bind(stroke).fetch_all(tx).await?;
    let (restored, by) = moves(&was, |was| (said, was))?;
    let updated = sql("UPDATE review_items SET decision = decisions.was, reason = decisions.was_reason, \
         decided_at = decisions.was_decided_at, decided_by = decisions.was_decided_by, stroke_number = decisions.was_stroke_number \
         FROM decisions WHERE decisions.stroke_number = $1 AND decisions.item_number = review_items.number \
         AND review_items.stroke_number = $1")
    .bind(stroke)
    .execute(tx)
    .await? as i64;
    all_of(restored, updated)?;
    // Later decisions that rest on this one rest on what was before it.
    let left = sql("UPDATE decisions SET was = earlier.was, was_reason = earlier.was_reason, was_decided_at = earlier.was_decided_at, \
         was_decided_by = earlier.was_decided_by, was_stroke_number = earlier.was_stroke_number \
         FROM decisions AS earlier WHERE earlier.stroke_number = $1 AND earlier.item_number = decisions.item_number \
         AND decisions.was_stroke_number = $1 \
         AND EXISTS (SELECT 1 FROM strokes WHERE strokes.number = decisions.stroke_number AND strokes.undone_at IS NULL)")
    .bind(stroke)
    .execute(tx)
    .await? as i64;
    sql("UPDATE strokes SET undone_at = {now} WHERE number = $1").bind(stroke).execute(tx).await?;
    let review = change_counts(tx, &review, by).await?;
    Ok(Ok(Undone { stroke: last.get("id")?, decision: said, restored, left, review }))
}

/// Why a review is not completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCompleted {
    NoReview,
    Already,
    /// So many have no decision, and were not to be rejected.
    Pending(i64),
}

/// Completes a review in which nothing is pending; `reject_rest` rejects what is, in one stroke with this reason. Returns how many that were.
pub async fn complete(
    tx: &mut Tx,
    scope: Scope,
    review: ReviewId,
    user: UserId,
    reject_rest: Option<Option<&str>>,
) -> Result<Result<(Review, i64), NotCompleted>, StoreError> {
    let Some(mut review) = hold(tx, scope, review).await? else { return Ok(Err(NotCompleted::NoReview)) };
    if review.state == ReviewState::Completed {
        return Ok(Err(NotCompleted::Already));
    }
    let mut rejected = 0;
    match (review.counts.pending(), reject_rest) {
        (0, _) => {}
        (pending, None) => return Ok(Err(NotCompleted::Pending(pending))),
        (_, Some(reason)) => {
            let pending = ItemFilter { decision: Some(Decision::Pending), ..ItemFilter::default() };
            let matches = Matches::new(&review, &pending, Bounds::USUAL);
            let verdict = Verdict { decision: Decision::Rejected, reason };
            (_, rejected, review) = strike(tx, review, user, matches, verdict).await?;
        }
    }
    let review = change_state(tx, &review, ReviewState::Completed, Some(user)).await?;
    Ok(Ok((review, rejected)))
}

/// Opens a completed review again; an open one stays as it is. `None` when it is not there.
pub async fn reopen(tx: &mut Tx, scope: Scope, review: ReviewId) -> Result<Option<Review>, StoreError> {
    match hold(tx, scope, review).await? {
        Some(review) if review.state == ReviewState::Completed => change_state(tx, &review, ReviewState::Open, None).await.map(Some),
        review => Ok(review),
    }
}

async fn change_state(tx: &mut Tx, review: &Review, state: ReviewState, by: Option<UserId>) -> Result<Review, StoreError> {
    let row = sql(format!(
        "UPDATE reviews SET state = $2, completed_by = $3, completed_at = CASE WHEN $4 THEN {{now}} ELSE NULL END, updated_at = {{now}} \
         WHERE number = $1 RETURNING {}",
        super::COLUMNS
    ))
    .bind(review.number)
    .bind(state)
    .bind(by)
    .bind(by.is_some())
    .fetch_one(tx)
    .await?;
    let review = read(&row)?;
    announce(tx, &review).await?;
    Ok(review)
}

/// How many items went from where to where, and what that does to the counts.
fn moves(rows: &[Row], way: impl Fn(Decision) -> (Decision, Decision)) -> Result<(i64, Counts), StoreError> {
    let mut by = Counts::default();
    let mut moved = 0;
    for row in rows {
        let items: i64 = row.get("items")?;
        let (from, to) = way(row.get("was")?);
        moved += items;
        for (decision, change) in [(from, -items), (to, items)] {
            match decision {
                Decision::Pending => {}
                Decision::Approved => by.approved += change,
                Decision::Rejected => by.rejected += change,
            }
        }
    }
    Ok((moved, by))
}

/// A count that does not fit its rows rolls everything back.
fn all_of(expected: i64, touched: i64) -> Result<(), StoreError> {
    if expected == touched {
        return Ok(());
    }
    Err(StoreError::Refused(format!("a stroke should have touched {expected} items and touched {touched}")))
}

//! Deciding, taking back, completing and reopening.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use sluice_api::{CompleteRequest, Decided, Decision as WireDecision, DecisionRequest, Problem, Review as WireReview, Undone};

use super::asked::checked_filter;
use crate::domain::review::{LONGEST_REASON, REJECTION_REASONS};
use crate::domain::{ReviewId, ReviewItemId};
use crate::http::body::{Body, MaybeBody};
use crate::http::caller::Caller;
use crate::http::path::{Id, Named};
use crate::http::problem::{Failure, refused};
use crate::http::wire::review as wire;
use crate::http::{Shared, wire as words};
use crate::reviews as starting;
use crate::store::reviews::COUNTED;
use crate::store::reviews::decisions::{self, Choice, NotCompleted, NotUndone, Undecided, Verdict};

/// Items that one request may name.
const MOST_NAMED: usize = 2_500;

/// Decides items by id, or all that match a filter; what is decided is stored when this answers. All of it happens or none.
#[utoipa::path(
    post, path = "/api/v1/reviews/{id}/decisions", tag = "Reviews", params(("id" = String, Path)), request_body = DecisionRequest,
    responses((status = 200, body = Decided), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)),
)]
pub async fn decide(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ReviewId>,
    Body(request): Body<DecisionRequest>,
) -> Result<Json<Decided>, Failure> {
    let reason = checked_reason(request.reason.as_deref(), request.decision)?;
    let verdict = Verdict { decision: wire::decision_from(request.decision), reason: reason.as_deref() };
    let (named, matching);
    let choice = match (&request.items, &request.filter) {
        (Some(items), None) => {
            named = checked_items(items)?;
            Choice::Items(&named)
        }
        (None, Some(filter)) => {
            let expected = request.expected.and_then(|expected| i64::try_from(expected).ok()).ok_or_else(|| {
                let message = "Say how many items you saw match, so that nothing is decided that you have not seen.";
                Failure::invalid(vec![refused("expected", "missing_field", Value::Null, message)])
            })?;
            matching = checked_filter(filter)?;
            Choice::Matching { filter: &matching, expected }
        }
        (both, _) => {
            let kind = if both.is_some() { "conflicting_fields" } else { "missing_field" };
            return Err(Failure::invalid(vec![refused("items", kind, Value::Null, "Give exactly one of items and filter.")]));
        }
    };
    let mut tx = app.database.begin().await?;
    let done = decisions::decide(&mut tx, caller.scope(), id, caller.user_id, choice, verdict).await?;
    let done = done.map_err(|why| undecided(why, request.expected))?;
    tx.commit().await?;
    Ok(Json(Decided {
        stroke_id: done.stroke.map(|id| id.to_string()),
        matched: words::count(done.matched),
        changed: words::count(done.changed),
        counts: wire::counts(done.review.counts),
    }))
}

/// Takes back what you decided last in this review, a bulk decision whole. What has been decided anew since then stays.
#[utoipa::path(
    post, path = "/api/v1/reviews/{id}/undo", tag = "Reviews", params(("id" = String, Path)),
    responses((status = 200, body = Undone), (status = 404, body = Problem), (status = 409, body = Problem)),
)]
pub async fn undo(State(app): State<Shared>, caller: Caller, Id(id): Id<ReviewId>) -> Result<Json<Undone>, Failure> {
    let mut tx = app.database.begin().await?;
    let undone = decisions::undo(&mut tx, caller.scope(), id, caller.user_id).await?.map_err(not_undone)?;
    tx.commit().await?;
    Ok(Json(Undone {
        stroke_id: undone.stroke.to_string(),
        decision: wire::decision(undone.decision),
        restored: words::count(undone.restored),
        left: words::count(undone.left),
        message: said(&undone),
        counts: wire::counts(undone.review.counts),
    }))
}

/// What taking back came to, in words.
pub fn said(undone: &decisions::Undone) -> String {
    use sluice_api::wording::numbers::count;
    let people = |number: i64| count(words::count(number), "person", "people");
    match (undone.restored, undone.left) {
        (restored, 0) => format!("Taken back for {}.", people(restored)),
        (0, left) => format!(
            "Nothing was taken back: {} decided anew since then.",
            if left == 1 { "the person was".into() } else { format!("all {} were", people(left)) }
        ),
        (restored, left) => format!("Taken back for {}; {} decided anew since then and stay as they are.", people(restored), people(left)),
    }
}

/// Completes a review in which nothing is pending, or rejects what is.
#[utoipa::path(
    post, path = "/api/v1/reviews/{id}/complete", tag = "Reviews", params(("id" = String, Path)), request_body = CompleteRequest,
    responses((status = 200, body = WireReview), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)),
)]
pub async fn complete(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ReviewId>,
    MaybeBody(request): MaybeBody<CompleteRequest>,
) -> Result<Json<WireReview>, Failure> {
    if request.reason.is_some() && !request.reject_rest {
        let message = "A reason goes with reject_rest: true.";
        return Err(Failure::invalid(vec![refused("reason", "conflicting_fields", Value::Null, message)]));
    }
    let reason = checked_reason(request.reason.as_deref(), WireDecision::Rejected)?;
    let mut tx = app.database.begin().await?;
    let rest = request.reject_rest.then_some(reason.as_deref());
    let done = decisions::complete(&mut tx, caller.scope(), id, caller.user_id, rest).await?;
    let (review, _) = done.map_err(not_completed)?;
    let shown = wire::one(&mut tx, &review).await?;
    tx.commit().await?;
    Ok(Json(shown))
}

/// Opens a completed review again; it takes in what its searches have found meanwhile.
#[utoipa::path(
    post, path = "/api/v1/reviews/{id}/reopen", tag = "Reviews", params(("id" = String, Path)),
    responses((status = 200, body = WireReview), (status = 404, body = Problem)),
)]
pub async fn reopen(State(app): State<Shared>, caller: Caller, Id(id): Id<ReviewId>) -> Result<Json<WireReview>, Failure> {
    let mut tx = app.database.begin().await?;
    decisions::reopen(&mut tx, caller.scope(), id).await?.ok_or_else(ReviewId::not_found)?;
    tx.commit().await?;
    starting::catch_up(&app.database, caller.scope(), Some(id)).await?;
    let mut conn = app.database.read().await?;
    let review = super::review(&mut conn, &caller, id).await?;
    Ok(Json(wire::one(&mut conn, &review).await?))
}

/// A reason that can be kept: of a rejection, and not too long.
pub fn checked_reason(given: Option<&str>, decision: WireDecision) -> Result<Option<String>, Failure> {
    let Some(reason) = given.map(str::trim).filter(|reason| !reason.is_empty()) else { return Ok(None) };
    if decision != WireDecision::Rejected {
        let message = "A reason goes with rejected alone.";
        return Err(Failure::invalid(vec![refused("reason", "conflicting_fields", Value::Null, message)]));
    }
    if reason.chars().count() > LONGEST_REASON {
        let message = format!("This must be {LONGEST_REASON} characters at most, for example: {}.", REJECTION_REASONS[0]);
        return Err(Failure::invalid(vec![refused("reason", "too_long", Value::Null, message)]));
    }
    Ok(Some(reason.to_owned()))
}

pub fn checked_items(given: &[String]) -> Result<Vec<ReviewItemId>, Failure> {
    if given.is_empty() || given.len() > MOST_NAMED {
        let message = format!("Name 1 to {MOST_NAMED} items, or give a filter.");
        return Err(Failure::invalid(vec![refused("items", "out_of_range", given.len(), message)]));
    }
    let mut items = given.iter().map(|id| id.parse().map_err(|_| ReviewItemId::not_found())).collect::<Result<Vec<_>, _>>()?;
    items.sort_unstable();
    items.dedup();
    Ok(items)
}

/// Why nothing was decided, for whoever wanted it.
pub fn undecided(why: Undecided, expected: Option<u64>) -> Failure {
    match why {
        Undecided::NoReview => ReviewId::not_found(),
        Undecided::NoItem => ReviewItemId::not_found(),
        Undecided::Completed => is_completed(),
        Undecided::CountDiffers(now) => {
            let shown = if now > COUNTED { format!("more than {COUNTED}") } else { now.to_string() };
            let message = format!("{shown} items match now, not {}; nothing was decided.", expected.unwrap_or_default());
            Failure::conflict("COUNT_DIFFERS", message)
                .with_details(json!({ "expected": expected, "now": now.min(COUNTED), "now_is_estimate": now > COUNTED }))
                .suggest("Look at the list again and repeat with the number that matches now.")
        }
        Undecided::TooMany => Failure::conflict("TOO_MANY_MATCH", format!("More than {COUNTED} items match; nothing was decided."))
            .suggest("Narrow the filter, and decide in several strokes."),
    }
}

pub fn not_undone(why: NotUndone) -> Failure {
    match why {
        NotUndone::NoReview => ReviewId::not_found(),
        NotUndone::Completed => is_completed(),
        NotUndone::Nothing => Failure::conflict("NOTHING_TO_UNDO", "You have decided nothing here that is not taken back already.")
            .suggest("To change what somebody else decided, decide anew."),
    }
}

pub fn not_completed(why: NotCompleted) -> Failure {
    match why {
        NotCompleted::NoReview => ReviewId::not_found(),
        NotCompleted::Already => is_completed(),
        NotCompleted::Pending(pending) => {
            let message = format!(
                "{} still without a decision.",
                sluice_api::wording::numbers::count(words::count(pending), "person is", "people are")
            );
            Failure::conflict("STILL_PENDING", message)
                .with_details(json!({ "pending": pending }))
                .suggest("Decide them, or send reject_rest: true to reject the rest.")
        }
    }
}

fn is_completed() -> Failure {
    let remedy = "This review is completed and stays as it is; reopen it first.";
    Failure::conflict("REVIEW_COMPLETED", remedy).with_details(json!({ "state": "completed" })).suggest("POST /api/v1/reviews/{id}/reopen")
}

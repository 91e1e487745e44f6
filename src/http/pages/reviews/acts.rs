//! What the forms of a review's page do: decide, take back, complete, reopen.

use axum::extract::RawForm;
use axum::response::Response;
use sluice_api::Decision as WireDecision;
use sluice_api::wording::numbers::count;

use super::question::Question;
use crate::domain::ReviewId;
use crate::domain::review::{Decision, ItemFilter};
use crate::http::api::reviews as api;
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::path::{Id, Named};
use crate::http::problem::{Failure, refused};
use crate::http::wire::review as wire;
use crate::reviews as starting;
use crate::store::reviews::decisions::{self, Choice, Verdict};

/// The fields of a decision, as the page's forms send them.
#[derive(Debug, Default)]
struct Asked {
    /// The list that the form was on, to go back to.
    back: String,
    decision: String,
    reason: String,
    items: Vec<String>,
    /// All that match the filter of `back`, which were so many.
    expected: Option<i64>,
}

impl Asked {
    fn read(form: &[u8]) -> Self {
        let mut asked = Self::default();
        for (field, value) in url::form_urlencoded::parse(form) {
            let value = value.into_owned();
            match field.as_ref() {
                "back" => asked.back = value,
                "decision" => asked.decision = value,
                "reason" if asked.reason.is_empty() => asked.reason = value,
                "item" => asked.items.push(value),
                "expected" => asked.expected = value.parse().ok(),
                // The button of one row: what, and whom.
                "one" => {
                    if let Some((decision, item)) = value.split_once(' ') {
                        asked.decision = decision.to_owned();
                        asked.items = vec![item.to_owned()];
                        asked.expected = None;
                        break;
                    }
                }
                _ => {}
            }
        }
        asked
    }

    /// Where the form was, which is a page of this review.
    fn back(&self, review: ReviewId) -> String {
        let path = format!("/reviews/{review}");
        let ours = self.back == path || self.back.strip_prefix(&path).is_some_and(|rest| rest.starts_with('?'));
        if ours { self.back.clone() } else { path }
    }

    fn filter(&self) -> Result<ItemFilter, Failure> {
        let query = self.back.split_once('?').map_or("", |(_, query)| query);
        let question: Question = crate::http::query::parse(query)?;
        api::checked_filter(&question.filter())
    }
}

/// Decides one person, those that were chosen, or all that match; then back to the list.
pub async fn decide(visit: Visit, Id(id): Id<ReviewId>, RawForm(form): RawForm) -> Result<Response, Failure> {
    let asked = Asked::read(&form);
    let decision = Decision::from_word(&asked.decision).ok_or_else(|| {
        let message = "Use approved, rejected or pending.";
        Failure::invalid(vec![refused("decision", "unknown_value", asked.decision.chars().take(50).collect::<String>(), message)])
    })?;
    let wire_decision = wire::decision(decision);
    // The choice of a reason is on the page for all buttons; only a rejection takes it.
    let reason = if wire_decision == WireDecision::Rejected { asked.reason.as_str() } else { "" };
    let reason = api::checked_reason(Some(reason), wire_decision)?;
    let verdict = Verdict { decision, reason: reason.as_deref() };
    let (named, filter);
    let choice = match asked.expected {
        Some(expected) => {
            filter = asked.filter()?;
            Choice::Matching { filter: &filter, expected }
        }
        None if asked.items.is_empty() => return Ok(go_to_saying(&asked.back(id), "Nobody was chosen, so nothing was decided.")),
        None => {
            named = api::checked_items(&asked.items)?;
            Choice::Items(&named)
        }
    };
    let caller = &visit.caller;
    let mut tx = visit.app.database.begin().await?;
    let done = decisions::decide(&mut tx, caller.scope(), id, caller.user_id, choice, verdict).await?;
    let done = done.map_err(|why| api::undecided(why, asked.expected.and_then(|expected| u64::try_from(expected).ok())))?;
    tx.commit().await?;
    let people = count(u64::try_from(done.changed).unwrap_or(0), "person", "people");
    let words = match (done.changed, decision) {
        (0, _) => "All of them were decided so already.".to_owned(),
        (_, Decision::Approved) => format!("Approved {people}."),
        (_, Decision::Rejected) => format!("Rejected {people}."),
        (_, Decision::Pending) => format!("Pending again: {people}."),
    };
    Ok(go_to_saying(&asked.back(id), &words))
}

/// Takes back the visitor's last stroke.
pub async fn undo(visit: Visit, Id(id): Id<ReviewId>, RawForm(form): RawForm) -> Result<Response, Failure> {
    let asked = Asked::read(&form);
    let mut tx = visit.app.database.begin().await?;
    let undone = decisions::undo(&mut tx, visit.caller.scope(), id, visit.caller.user_id).await?.map_err(api::not_undone)?;
    tx.commit().await?;
    Ok(go_to_saying(&asked.back(id), &api::said(&undone)))
}

/// Completes the review, rejecting the rest where the form says so.
pub async fn complete(visit: Visit, Id(id): Id<ReviewId>, RawForm(form): RawForm) -> Result<Response, Failure> {
    let asked = Asked::read(&form);
    let rest = (asked.decision == "rejected").then_some(asked.reason.trim()).map(|reason| Some(reason).filter(|reason| !reason.is_empty()));
    let mut tx = visit.app.database.begin().await?;
    let done = decisions::complete(&mut tx, visit.caller.scope(), id, visit.caller.user_id, rest).await?;
    let (_, rejected) = done.map_err(api::not_completed)?;
    tx.commit().await?;
    let words = match rejected {
        0 => "The review is completed.".to_owned(),
        rejected => {
            format!("The review is completed; {} rejected.", count(u64::try_from(rejected).unwrap_or(0), "person was", "people were"))
        }
    };
    Ok(go_to_saying(&format!("/reviews/{id}"), &words))
}

pub async fn reopen(visit: Visit, Id(id): Id<ReviewId>) -> Result<Response, Failure> {
    let scope = visit.caller.scope();
    let mut tx = visit.app.database.begin().await?;
    decisions::reopen(&mut tx, scope, id).await?.ok_or_else(ReviewId::not_found)?;
    tx.commit().await?;
    starting::catch_up(&visit.app.database, scope, Some(id)).await?;
    Ok(go_to_saying(&format!("/reviews/{id}"), "The review is open again."))
}

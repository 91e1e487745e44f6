//! Where else a person of a review has been seen.

use std::collections::HashMap;

use super::Review;
use super::listing::Item;
use crate::domain::review::Decision;
use crate::domain::{JobId, Micros, PersonId, ReviewId, ReviewItemId, UserId};
use crate::store::database::{Conn, list, sql};
use crate::store::error::StoreError;

/// How often, for lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// Searches but the one that brought the item.
    pub searches: i64,
    /// Reviews but this one.
    pub reviews: i64,
    /// Those of the reviews that approved.
    pub approvals: i64,
    /// Those of the reviews that rejected.
    pub rejections: i64,
}

/// Another search that has found the person.
#[derive(Debug, Clone, PartialEq)]
pub struct InSearch {
    pub job_id: JobId,
    /// What the search was started with.
    pub args: serde_json::Value,
    pub found_at: Micros,
}

/// Another review that has the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InReview {
    pub review_id: ReviewId,
    pub item_id: ReviewItemId,
    pub name: String,
    pub decision: Decision,
    pub reason: Option<String>,
    pub decided_at: Option<Micros>,
    pub decided_by: Option<UserId>,
}

/// For each person of a page, how often they were seen elsewhere.
pub async fn count(conn: &mut Conn, review: &Review, items: &[Item]) -> Result<HashMap<PersonId, Elsewhere>, StoreError> {
    let brought: HashMap<PersonId, Option<JobId>> = items.iter().filter_map(|item| Some((item.person_id?, item.job_id))).collect();
    let mut seen: HashMap<PersonId, Elsewhere> = HashMap::new();
    if brought.is_empty() {
        return Ok(seen);
    }
    let some = list(1, brought.len());
    let mut found = sql(format!("SELECT person_id, job_id FROM prospects WHERE person_id IN ({some})"));
    let mut reviewed = sql(format!("SELECT person_id, review_number, decision FROM review_items WHERE person_id IN ({some})"));
    for person in brought.keys() {
        found = found.bind(*person);
        reviewed = reviewed.bind(*person);
    }
    for row in found.fetch_all(conn).await? {
        let person: PersonId = row.get("person_id")?;
        if brought.get(&person) != Some(&Some(row.get("job_id")?)) {
            seen.entry(person).or_default().searches += 1;
        }
    }
    for row in reviewed.fetch_all(conn).await? {
        if row.get::<i64>("review_number")? == review.number {
            continue;
        }
        let elsewhere = seen.entry(row.get("person_id")?).or_default();
        elsewhere.reviews += 1;
        match row.get("decision")? {
            Decision::Pending => {}
            Decision::Approved => elsewhere.approvals += 1,
            Decision::Rejected => elsewhere.rejections += 1,
        }
    }
    Ok(seen)
}

/// All other searches and reviews that have the person of an item, newest first; 50 of each at most.
pub async fn of_item(conn: &mut Conn, review: &Review, item: &Item) -> Result<(Vec<InSearch>, Vec<InReview>), StoreError> {
    let Some(person) = item.person_id else { return Ok((Vec::new(), Vec::new())) };
    let found = sql("SELECT jobs.id AS job_id, jobs.args AS args, prospects.created_at AS found_at \
         FROM prospects JOIN jobs ON jobs.id = prospects.job_id \
         WHERE prospects.person_id = $1 AND prospects.workspace_id = $2 AND (prospects.job_id <> $3 OR $3 IS NULL) \
         ORDER BY prospects.created_at DESC, jobs.id LIMIT 50")
    .bind(person)
    .bind(review.workspace_id)
    .bind(item.job_id)
    .fetch_all(conn)
    .await?;
    let reviewed =
        sql("SELECT reviews.id AS review_id, review_items.id AS item_id, reviews.name AS name, decision, reason, decided_at, decided_by \
         FROM review_items JOIN reviews ON reviews.number = review_items.review_number \
         WHERE review_items.person_id = $1 AND reviews.workspace_id = $2 AND reviews.number <> $3 \
         ORDER BY reviews.number DESC LIMIT 50")
        .bind(person)
        .bind(review.workspace_id)
        .bind(review.number)
        .fetch_all(conn)
        .await?;
    let found = found
        .iter()
        .map(|row| Ok::<_, StoreError>(InSearch { job_id: row.get("job_id")?, args: row.json("args")?, found_at: row.get("found_at")? }));
    let reviewed = reviewed.iter().map(|row| {
        Ok::<_, StoreError>(InReview {
            review_id: row.get("review_id")?,
            item_id: row.get("item_id")?,
            name: row.get("name")?,
            decision: row.get("decision")?,
            reason: row.get("reason")?,
            decided_at: row.get("decided_at")?,
            decided_by: row.get("decided_by")?,
        })
    });
    Ok((found.collect::<Result<_, _>>()?, reviewed.collect::<Result<_, _>>()?))
}

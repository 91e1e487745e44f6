//! Reviews that follow searches: whom a search finds is taken in, in the transaction that stores the page.

use std::collections::HashMap;

use serde_json::json;
use sluice_providers::PersonRecord;

use super::items::add_held;
use super::{Adding, NewItem, Review, hold};
use crate::domain::job::Job;
use crate::domain::review::ItemFields;
use crate::domain::{AccountId, JobId, Micros, ProspectId, ReviewId, Scope};
use crate::store::database::{Conn, Row, Tx, list, sql};
use crate::store::error::StoreError;

/// Prospects of one transaction, so that no write is long.
const AT_ONCE: i64 = 500;

/// Lets the review follow a search, and takes in the first people that it has. The job is held, so that no page falls between.
/// `None` when there is no such search.
pub async fn follow(tx: &mut Tx, scope: Scope, review: &Review, job: JobId, kind: &str) -> Result<Option<Review>, StoreError> {
    let there = sql("SELECT id FROM jobs WHERE id = $1 AND kind = $2 AND (workspace_id = $3 OR $3 = '*') {for_update}")
        .bind(job)
        .bind(kind)
        .bind(scope)
        .fetch_optional(tx)
        .await?;
    if there.is_none() {
        return Ok(None);
    }
    sql("INSERT INTO review_searches (review_number, job_id, taken_batch, taken_position) VALUES ($1, $2, 0, -1) \
         ON CONFLICT (review_number, job_id) DO NOTHING")
    .bind(review.number)
    .bind(job)
    .execute(tx)
    .await?;
    let Some(held) = hold(tx, scope, review.id).await? else { return Ok(None) };
    let taken = take_in(tx, &held, job).await?;
    Ok(Some(taken.unwrap_or(held)))
}

/// Takes the people of a page that was just saved into every open review that follows its search.
pub async fn page_saved(tx: &mut Tx, job: &Job) -> Result<(), StoreError> {
    let followers = sql("SELECT reviews.id AS id FROM review_searches JOIN reviews ON reviews.number = review_searches.review_number \
         WHERE review_searches.job_id = $1 AND reviews.state = 'open' ORDER BY reviews.number")
    .bind(job.id)
    .fetch_all(tx)
    .await?;
    for follower in followers {
        if let Some(review) = hold(tx, Scope::Workspace(job.workspace_id), follower.get("id")?).await? {
            take_in(tx, &review, job.id).await?;
        }
    }
    Ok(())
}

/// A review that has yet to take in people of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    pub review: ReviewId,
    pub job: JobId,
}

/// Open reviews that are behind their searches: of this one, or of any in the scope.
pub async fn behind(conn: &mut Conn, scope: Scope, review: Option<ReviewId>) -> Result<Vec<Behind>, StoreError> {
    let rows = sql("SELECT reviews.id AS id, review_searches.job_id AS job_id \
         FROM review_searches JOIN reviews ON reviews.number = review_searches.review_number \
         WHERE reviews.state = 'open' AND (reviews.workspace_id = $1 OR $1 = '*') AND (reviews.id = $2 OR $2 IS NULL) \
         AND EXISTS (SELECT 1 FROM prospects WHERE prospects.job_id = review_searches.job_id \
                     AND (prospects.batch, prospects.position) > (review_searches.taken_batch, review_searches.taken_position)) \
         ORDER BY reviews.number, review_searches.job_id LIMIT 100")
    .bind(scope)
    .bind(review)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(Behind { review: row.get("id")?, job: row.get("job_id")? })).collect()
}

/// Takes in the next people of a search that a review is behind; whether there were any and it had room.
pub async fn catch_up(tx: &mut Tx, scope: Scope, behind: Behind) -> Result<bool, StoreError> {
    match hold(tx, scope, behind.review).await? {
        Some(review) => Ok(take_in(tx, &review, behind.job).await?.is_some()),
        None => Ok(false),
    }
}

/// The searches that each of these reviews follows, oldest first.
pub async fn searches(conn: &mut Conn, reviews: &[Review]) -> Result<HashMap<ReviewId, Vec<JobId>>, StoreError> {
    let mut following: HashMap<ReviewId, Vec<JobId>> = HashMap::new();
    if reviews.is_empty() {
        return Ok(following);
    }
    let mut statement = sql(format!(
        "SELECT reviews.id AS id, review_searches.job_id AS job_id \
         FROM review_searches JOIN reviews ON reviews.number = review_searches.review_number \
         WHERE review_searches.review_number IN ({}) ORDER BY review_searches.job_id",
        list(1, reviews.len())
    ));
    for review in reviews {
        statement = statement.bind(review.number);
    }
    for row in statement.fetch_all(conn).await? {
        following.entry(row.get("id")?).or_default().push(row.get("job_id")?);
    }
    Ok(following)
}

/// The next people of the search, from where this review has come to. The review is held. `None` when there are none, or when it is
/// completed or full.
async fn take_in(tx: &mut Tx, review: &Review, job: JobId) -> Result<Option<Review>, StoreError> {
    let rows = sql("SELECT id, person_id, account_id, batch, position, record, created_at FROM prospects \
         WHERE job_id = $1 AND (batch, position) > \
             (SELECT taken_batch, taken_position FROM review_searches WHERE review_number = $2 AND job_id = $1) \
         ORDER BY batch, position LIMIT $3")
    .bind(job)
    .bind(review.number)
    .bind(AT_ONCE)
    .fetch_all(tx)
    .await?;
    let Some(last) = rows.last() else { return Ok(None) };
    let items = rows.iter().map(|row| item(row, job)).collect::<Result<Vec<_>, _>>()?;
    let review = match add_held(tx, review.clone(), &items).await? {
        Adding::Added(added) => added.review,
        // A completed review follows on when it is reopened; a full one has all that it can hold.
        Adding::Completed | Adding::Full | Adding::NoReview => return Ok(None),
    };
    sql("UPDATE review_searches SET taken_batch = $3, taken_position = $4 WHERE review_number = $1 AND job_id = $2")
        .bind(review.number)
        .bind(job)
        .bind(last.get::<i64>("batch")?)
        .bind(last.get::<i64>("position")?)
        .execute(tx)
        .await?;
    Ok(Some(review))
}

fn item(row: &Row, job: JobId) -> Result<NewItem, StoreError> {
    let record: PersonRecord = row.json("record")?;
    let fields = ItemFields {
        name: record.name.clone(),
        headline: record.headline.clone(),
        title: record.title.clone(),
        company: record.company.clone(),
        location: record.location.clone(),
        industry: record.industry.clone(),
        network_distance: record.network_distance.map(|distance| distance.as_str().to_owned()),
        profile_url: record.profile_url.clone(),
    };
    let fetched_at: Micros = row.get("created_at")?;
    let source = json!({
        "kind": "search", "job_id": job, "prospect_id": row.get::<ProspectId>("id")?,
        "account_id": row.get::<Option<AccountId>>("account_id")?,
        "provider": "unipile", "api": record.api.as_str(), "fetched_at": fetched_at.timestamp(),
    });
    // The raw answer stays with the prospect.
    let record = PersonRecord { raw: serde_json::Value::Null, ..record };
    let record =
        serde_json::to_value(&record).map_err(|error| StoreError::Refused(format!("a record cannot be written as JSON: {error}")))?;
    Ok(NewItem { person_id: Some(row.get("person_id")?), fields, record, source, job_id: Some(job) })
}

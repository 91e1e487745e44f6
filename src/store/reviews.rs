//! Reviews: people go through results and approve or reject them.

pub mod decisions;
pub mod exporting;
pub mod following;
mod items;
mod listing;
mod matching;
pub mod sightings;

use serde_json::json;

use super::database::{Conn, Row, Tx, sql};
use super::error::StoreError;
use super::events;
use crate::domain::review::ReviewState;
use crate::domain::{Micros, ReviewId, Scope, UserId, WorkspaceId};

pub use items::{Added, Adding, NewItem, add_items};
pub use listing::{Asked, At, Item, ItemPage, ItemSort, Place, find_item, page, page_within, record};
pub use matching::{Bounds, COUNTED, count};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub id: ReviewId,
    /// Its short name within the database.
    pub number: i64,
    pub workspace_id: WorkspaceId,
    pub created_by: Option<UserId>,
    pub name: String,
    pub state: ReviewState,
    pub counts: Counts,
    pub created_at: Micros,
    pub updated_at: Micros,
    pub completed_at: Option<Micros>,
    pub completed_by: Option<UserId>,
}

/// How many items a review has, and how many of them are decided or were known before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub total: i64,
    pub approved: i64,
    pub rejected: i64,
    /// Known from another search or review when they were added.
    pub duplicates: i64,
    /// Those of them that another review had decided.
    pub reviewed: i64,
}

impl Counts {
    pub fn pending(self) -> i64 {
        self.total - self.approved - self.rejected
    }
}

pub(super) const COLUMNS: &str = "number, id, workspace_id, created_by, name, state, total, approved, rejected, duplicates, reviewed, \
     created_at, updated_at, completed_at, completed_by";

/// Makes an empty review.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, user: UserId, name: &str) -> Result<Review, StoreError> {
    let row = sql(format!(
        "INSERT INTO reviews (id, workspace_id, created_by, name, state, total, approved, rejected, duplicates, reviewed, created_at, \
         updated_at) VALUES ($1, $2, $3, $4, 'open', 0, 0, 0, 0, 0, {{now}}, {{now}}) RETURNING {COLUMNS}"
    ))
    .bind(ReviewId::new())
    .bind(workspace)
    .bind(user)
    .bind(name)
    .fetch_one(tx)
    .await?;
    let review = read(&row)?;
    announce(tx, &review).await?;
    Ok(review)
}

pub async fn find(conn: &mut Conn, scope: Scope, id: ReviewId) -> Result<Option<Review>, StoreError> {
    let row = sql(format!("SELECT {COLUMNS} FROM reviews WHERE id = $1 AND (workspace_id = $2 OR $2 = '*')"))
        .bind(id)
        .bind(scope)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Newest first: `limit` of them after `offset`, and how many there are.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    state: Option<ReviewState>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Review>, i64), StoreError> {
    let matches = "(workspace_id = $1 OR $1 = '*') AND (state = $2 OR $2 IS NULL)";
    let total = sql(format!("SELECT count(*) AS total FROM (SELECT 1 FROM reviews WHERE {matches} LIMIT 10001) AS counted"))
        .bind(scope)
        .bind(state)
        .fetch_one(conn)
        .await?;
    let rows = sql(format!("SELECT {COLUMNS} FROM reviews WHERE {matches} ORDER BY created_at DESC, number DESC LIMIT $3 OFFSET $4"))
        .bind(scope)
        .bind(state)
        .bind(limit)
        .bind(offset)
        .fetch_all(conn)
        .await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total.get("total")?))
}

/// The review, held until the transaction ends: nobody else adds or decides meanwhile, so its counts can be changed with its items.
pub async fn hold(tx: &mut Tx, scope: Scope, id: ReviewId) -> Result<Option<Review>, StoreError> {
    let row = sql(format!("UPDATE reviews SET updated_at = {{now}} WHERE id = $1 AND (workspace_id = $2 OR $2 = '*') RETURNING {COLUMNS}"))
        .bind(id)
        .bind(scope)
        .fetch_optional(tx)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Changes the counts by so many, and tells. Only whoever holds the review calls this, with what its own statements touched.
async fn change_counts(tx: &mut Tx, review: &Review, by: Counts) -> Result<Review, StoreError> {
    let row = sql(format!(
        "UPDATE reviews SET total = total + $2, approved = approved + $3, rejected = rejected + $4, duplicates = duplicates + $5, \
         reviewed = reviewed + $6, updated_at = {{now}} WHERE number = $1 RETURNING {COLUMNS}"
    ))
    .bind(review.number)
    .bind(by.total)
    .bind(by.approved)
    .bind(by.rejected)
    .bind(by.duplicates)
    .bind(by.reviewed)
    .fetch_one(tx)
    .await?;
    let review = read(&row)?;
    announce(tx, &review).await?;
    Ok(review)
}

/// Tells the review's counts after the commit.
async fn announce(tx: &mut Tx, review: &Review) -> Result<(), StoreError> {
    let told = json!({
        "review_id": review.id,
        "state": review.state,
        "total": review.counts.total,
        "pending": review.counts.pending(),
        "approved": review.counts.approved,
        "rejected": review.counts.rejected,
        "duplicates": review.counts.duplicates,
        "reviewed": review.counts.reviewed,
    });
    events::append(tx, review.workspace_id, None, "review", &told).await
}

fn read(row: &Row) -> Result<Review, StoreError> {
    Ok(Review {
        id: row.get("id")?,
        number: row.get("number")?,
        workspace_id: row.get("workspace_id")?,
        created_by: row.get("created_by")?,
        name: row.get("name")?,
        state: row.get("state")?,
        counts: Counts {
            total: row.get("total")?,
            approved: row.get("approved")?,
            rejected: row.get("rejected")?,
            duplicates: row.get("duplicates")?,
            reviewed: row.get("reviewed")?,
        },
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        completed_at: row.get("completed_at")?,
        completed_by: row.get("completed_by")?,
    })
}

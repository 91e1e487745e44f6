//! Reading a review's items piece by piece up to a fixed end, in the order of its list, so that an export goes on where it stopped.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Asked, At, Item, ItemSort, Place, Review, find, page};
use crate::domain::review::{Decision, ItemFilter};
use crate::domain::{ReviewId, Scope};
use crate::store::database::{Conn, list, sql};
use crate::store::error::StoreError;

/// What is read of a review.
#[derive(Debug, Clone)]
pub struct ItemQuery {
    pub scope: Scope,
    pub review_id: ReviewId,
    pub filter: ItemFilter,
    pub sort: ItemSort,
    pub descending: bool,
}

/// The items that there were at one moment: those that are added later lie beyond the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    last: i64,
    /// Items that match; of a filter by words exact up to 10,000.
    pub rows: i64,
}

/// Where a reading stands: the last item that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    key: Option<String>,
    number: i64,
}

/// An item with all that is known of it.
#[derive(Debug, Clone)]
pub struct WholeItem {
    pub item: Item,
    pub record: Json,
    pub source: Json,
    /// The name of who decided.
    pub decided_by: Option<String>,
}

/// Some items, in their order.
#[derive(Debug, Clone)]
pub struct Read {
    pub items: Vec<WholeItem>,
    /// Where to go on; none when nothing was read.
    pub mark: Option<Mark>,
    pub is_end: bool,
}

/// What there is now; `None` when there is no such review.
pub async fn extent(conn: &mut Conn, query: &ItemQuery) -> Result<Option<Extent>, StoreError> {
    let Some(review) = find(conn, query.scope, query.review_id).await? else { return Ok(None) };
    let last = sql("SELECT COALESCE(MAX(number), 0) AS last FROM review_items WHERE review_number = $1")
        .bind(review.number)
        .fetch_one(conn)
        .await?
        .get("last")?;
    let by_decision_alone = query.filter == ItemFilter { decision: query.filter.decision, ..ItemFilter::default() };
    let rows = match query.filter.decision {
        None if by_decision_alone => review.counts.total,
        Some(Decision::Pending) if by_decision_alone => review.counts.pending(),
        Some(Decision::Approved) if by_decision_alone => review.counts.approved,
        Some(Decision::Rejected) if by_decision_alone => review.counts.rejected,
        _ => page(conn, &asked(query, &review, &At::Offset(0), 0)).await?.total,
    };
    Ok(Some(Extent { last, rows }))
}

/// Up to `limit` items within `extent` after `mark`, decided as they are now. Nothing when the review is gone.
pub async fn read_on(conn: &mut Conn, query: &ItemQuery, extent: &Extent, mark: Option<&Mark>, limit: i64) -> Result<Read, StoreError> {
    let Some(review) = find(conn, query.scope, query.review_id).await? else {
        return Ok(Read { items: Vec::new(), mark: None, is_end: true });
    };
    let at = mark.map_or(At::Offset(0), |mark| At::After(Place { key: mark.key.clone(), number: mark.number }));
    let found = page(conn, &asked(query, &review, &at, limit)).await?.items;
    let is_end = (found.len() as i64) < limit;
    let mark = found.last().map(|item| item.place(query.sort)).map(|place| Mark { key: place.key, number: place.number });
    let within = found.into_iter().filter(|item| item.number <= extent.last).collect();
    Ok(Read { items: with_records(conn, within).await?, mark, is_end })
}

fn asked<'a>(query: &'a ItemQuery, review: &'a Review, at: &'a At, limit: i64) -> Asked<'a> {
    Asked { review, filter: &query.filter, sort: query.sort, descending: query.descending, at, limit }
}

async fn with_records(conn: &mut Conn, items: Vec<Item>) -> Result<Vec<WholeItem>, StoreError> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = sql(format!(
        "SELECT review_items.number AS number, record, source, users.name AS decided_by FROM review_items \
         JOIN review_item_records ON review_item_records.item_number = review_items.number \
         LEFT JOIN users ON users.id = review_items.decided_by WHERE review_items.number IN ({})",
        list(1, items.len())
    ));
    for item in &items {
        statement = statement.bind(item.number);
    }
    let mut known = HashMap::with_capacity(items.len());
    for row in statement.fetch_all(conn).await? {
        known.insert(row.get::<i64>("number")?, (row.json("record")?, row.json("source")?, row.get("decided_by")?));
    }
    // Whoever was removed between the two statements is left out.
    Ok(items
        .into_iter()
        .filter_map(|item| {
            let (record, source, decided_by) = known.remove(&item.number)?;
            Some(WholeItem { item, record, source, decided_by })
        })
        .collect())
}

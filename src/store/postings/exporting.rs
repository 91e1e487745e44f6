//! Reading postings piece by piece up to a fixed end, in the order of their list, so that an export goes on where it stopped.

use serde::{Deserialize, Serialize};

use super::listing::{Asked, At, Place, PostingSort, count, page};
use super::posting::Posting;
use crate::domain::WorkspaceId;
use crate::domain::tracker::PostingFilter;
use crate::store::database::{Conn, sql};
use crate::store::error::StoreError;

/// What is read of the postings.
#[derive(Debug, Clone)]
pub struct PostingQuery {
    pub workspace: WorkspaceId,
    pub filter: PostingFilter,
    pub sort: PostingSort,
    pub descending: bool,
}

/// The postings that there were at one moment: those that are stored later have larger numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    last: i64,
    /// Postings that match; exact up to 10,000.
    pub rows: i64,
}

/// Some postings, in their order.
#[derive(Debug, Clone)]
pub struct Read {
    pub postings: Vec<Posting>,
    /// Where to go on; none when nothing was read.
    pub place: Option<Place>,
    pub is_end: bool,
}

/// What there is now.
pub async fn extent(conn: &mut Conn, query: &PostingQuery) -> Result<Extent, StoreError> {
    let last = sql("SELECT COALESCE(MAX(number), 0) AS last FROM postings WHERE workspace_id = $1 AND hidden = $2")
        .bind(query.workspace)
        .bind(query.filter.hidden)
        .fetch_one(conn)
        .await?
        .get("last")?;
    Ok(Extent { last, rows: count(conn, query.workspace, &query.filter).await? })
}

/// Up to `limit` postings within `extent` after `place`, noted as they are now.
pub async fn read_on(
    conn: &mut Conn,
    query: &PostingQuery,
    extent: &Extent,
    place: Option<&Place>,
    limit: i64,
) -> Result<Read, StoreError> {
    let at = place.map_or(At::Offset(0), |place| At::After(place.clone()));
    let asked = Asked {
        workspace: query.workspace,
        filter: &query.filter,
        sort: query.sort,
        descending: query.descending,
        at: &at,
        limit,
        with_texts: true,
    };
    let found = page(conn, &asked).await?;
    let is_end = found.next.is_none();
    let postings = found.postings.into_iter().filter(|posting| posting.number <= extent.last).collect();
    Ok(Read { postings, place: found.next, is_end })
}

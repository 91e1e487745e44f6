//! Which postings repeat which: chains of reposts, each under its oldest posting.

use crate::domain::posting::likeness::{Likeness, is_near};
use crate::domain::{PostingId, WorkspaceId};
use crate::store::database::{Row, Tx, list, sql};
use crate::store::error::StoreError;

/// Postings of one company, title and place that are looked at; more of them are one employer's flood.
const MOST_LIKE: i64 = 500;

/// A posting as far as chains are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Link {
    number: i64,
    id: PostingId,
    linkedin_id: String,
    repost_of: Option<PostingId>,
    hash: Option<u64>,
}

impl Link {
    /// LinkedIn's numbers grow with time, so that the shorter and smaller one is the older, in whatever order they came here.
    fn age(&self) -> (usize, &str) {
        (self.linkedin_id.len(), &self.linkedin_id)
    }
}

/// Notes what the posting is like, and puts it into the chain of those that it is near to, or out of the one that it was in.
///
/// The caller holds the workspace's postings (see `save::Importing`).
pub async fn link(tx: &mut Tx, workspace: WorkspaceId, number: i64, likeness: Option<&Likeness>) -> Result<(), StoreError> {
    // The bits of the hash as a signed number: SQL knows no other.
    let hash = likeness.map(|likeness| likeness.hash.cast_signed());
    sql("UPDATE postings SET likeness_key = $2, likeness = $3 WHERE number = $1")
        .bind(number)
        .bind(likeness.map(|likeness| likeness.key.clone()))
        .bind(hash)
        .execute(tx)
        .await?;
    leave(tx, number).await?;
    let Some(likeness) = likeness else { return Ok(()) };
    let rows = sql("SELECT number, id, linkedin_id, repost_of, likeness FROM postings \
         WHERE workspace_id = $1 AND likeness_key = $2 ORDER BY number LIMIT $3")
    .bind(workspace)
    .bind(&likeness.key)
    .bind(MOST_LIKE)
    .fetch_all(tx)
    .await?;
    let alike: Vec<Link> = rows.iter().map(read).collect::<Result<_, _>>()?;
    let near = |link: &&Link| link.number == number || link.hash.is_some_and(|hash| is_near(hash, likeness.hash));
    let roots: Vec<PostingId> = alike.iter().filter(near).map(|link| link.repost_of.unwrap_or(link.id)).collect();
    let chain: Vec<&Link> = alike.iter().filter(|link| roots.contains(&link.repost_of.unwrap_or(link.id))).collect();
    order(tx, &chain).await
}

/// Takes a posting out of its chain; the others keep together.
pub(super) async fn leave(tx: &mut Tx, number: i64) -> Result<(), StoreError> {
    let rows = sql("SELECT others.number, others.id, others.linkedin_id, others.repost_of, others.likeness \
         FROM postings AS own JOIN postings AS others ON others.repost_of = own.id WHERE own.number = $1")
    .bind(number)
    .fetch_all(tx)
    .await?;
    sql("UPDATE postings SET repost_of = NULL WHERE number = $1 AND repost_of IS NOT NULL").bind(number).execute(tx).await?;
    let rest: Vec<Link> = rows.iter().map(read).collect::<Result<_, _>>()?;
    order(tx, &rest.iter().collect::<Vec<_>>()).await
}

/// Makes the oldest of the chain the one that all others repeat.
async fn order(tx: &mut Tx, chain: &[&Link]) -> Result<(), StoreError> {
    let Some(root) = chain.iter().min_by_key(|link| link.age()) else { return Ok(()) };
    sql("UPDATE postings SET repost_of = NULL WHERE number = $1 AND repost_of IS NOT NULL").bind(root.number).execute(tx).await?;
    let others: Vec<i64> = chain.iter().map(|link| link.number).filter(|number| *number != root.number).collect();
    if others.is_empty() {
        return Ok(());
    }
    let text = format!("UPDATE postings SET repost_of = $1 WHERE number IN ({})", list(2, others.len()));
    others.iter().fold(sql(text).bind(root.id), |statement, number| statement.bind(*number)).execute(tx).await?;
    Ok(())
}

fn read(row: &Row) -> Result<Link, StoreError> {
    Ok(Link {
        number: row.get("number")?,
        id: row.get("id")?,
        linkedin_id: row.get("linkedin_id")?,
        repost_of: row.get("repost_of")?,
        hash: row.get::<Option<i64>>("likeness")?.map(i64::cast_unsigned),
    })
}

//! What became of each card or address of a job, and of all together.

use std::collections::{HashMap, HashSet};

use crate::domain::posting::outcome::ReasonCount;
use crate::domain::posting::{Outcome, Reason, Statistics};
use crate::domain::{JobId, Micros, PostingId};
use crate::store::database::{Conn, Row, Tx, list, sql};
use crate::store::error::StoreError;

/// Rows of one statement.
const AT_ONCE: usize = 200;

/// A card or an address, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// Which of a search's queries brought it, from 0.
    pub query: Option<i64>,
    pub input: String,
    pub linkedin_id: Option<String>,
    pub posting: Option<i64>,
    pub title: Option<String>,
    pub company_name: Option<String>,
    pub outcome: Outcome,
    pub reason: Option<Reason>,
    /// Whether the posting's own page is still to be read.
    pub wants_details: bool,
}

/// A card or an address, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub position: i64,
    pub input: String,
    pub linkedin_id: Option<String>,
    pub posting_id: Option<PostingId>,
    pub title: Option<String>,
    pub company_name: Option<String>,
    pub outcome: Outcome,
    pub reason: Option<String>,
    pub at: Micros,
}

/// An item whose posting's page is still to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanting {
    pub position: i64,
    pub query: Option<i64>,
    pub linkedin_id: String,
    pub posting: Option<i64>,
    pub outcome: Outcome,
    /// The code of what the last answer said of it, where that is not believed yet.
    pub doubted: Option<String>,
}

/// What an item came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled<'a> {
    pub posting: Option<i64>,
    pub title: Option<&'a str>,
    pub company_name: Option<&'a str>,
    pub reason: Option<Reason>,
}

/// Adds items behind those that are there, in their order.
pub async fn add(tx: &mut Tx, job: JobId, items: &[NewItem]) -> Result<(), StoreError> {
    let row =
        sql("SELECT COALESCE(MAX(position), -1) AS last_position FROM posting_items WHERE job_id = $1").bind(job).fetch_one(tx).await?;
    let mut position = row.get::<i64>("last_position")?;
    for some in items.chunks(AT_ONCE) {
        const OWN: usize = 11;
        let rows = (0..some.len())
            .map(|row| {
                let first = 2 + row * OWN;
                format!("($1, {}, {{now}})", list(first, OWN))
            })
            .collect::<Vec<_>>()
            .join(", ");
        let mut statement = sql(format!(
            "INSERT INTO posting_items (job_id, position, query, input, linkedin_id, posting_number, title, company_name, outcome, \
                 reason_code, reason, wants_details, at) VALUES {rows}"
        ))
        .bind(job);
        for item in some {
            position += 1;
            statement = statement
                .bind(position)
                .bind(item.query)
                .bind(&item.input)
                .bind(item.linkedin_id.clone())
                .bind(item.posting)
                .bind(item.title.clone())
                .bind(item.company_name.clone())
                .bind(item.outcome)
                .bind(item.reason.as_ref().map(|reason| reason.code.clone()))
                .bind(item.reason.as_ref().map(|reason| reason.message.clone()))
                .bind(item.wants_details);
        }
        statement.execute(tx).await?;
    }
    Ok(())
}

/// Which of these postings the job has had and not left out, each with its number where it is stored.
pub async fn had(conn: &mut Conn, job: JobId, linkedin_ids: &[&str]) -> Result<HashMap<String, Option<i64>>, StoreError> {
    let mut had = HashMap::new();
    for some in linkedin_ids.chunks(AT_ONCE) {
        let text = format!(
            "SELECT linkedin_id, posting_number FROM posting_items WHERE job_id = $1 AND outcome NOT IN ('duplicate', 'filtered') AND linkedin_id IN ({})",
            list(2, some.len())
        );
        let statement = some.iter().fold(sql(text).bind(job), |statement, id| statement.bind(*id));
        for row in statement.fetch_all(conn).await? {
            had.insert(row.get("linkedin_id")?, row.get("posting_number")?);
        }
    }
    Ok(had)
}

/// Which of these postings this query of the job has brought before.
pub async fn brought_by(conn: &mut Conn, job: JobId, query: i64, linkedin_ids: &[&str]) -> Result<HashSet<String>, StoreError> {
    let mut brought = HashSet::new();
    for some in linkedin_ids.chunks(AT_ONCE) {
        let text = format!(
            "SELECT DISTINCT linkedin_id FROM posting_items WHERE job_id = $1 AND query = $2 AND linkedin_id IN ({})",
            list(3, some.len())
        );
        let statement = some.iter().fold(sql(text).bind(job).bind(query), |statement, id| statement.bind(*id));
        for row in statement.fetch_all(conn).await? {
            brought.insert(row.get("linkedin_id")?);
        }
    }
    Ok(brought)
}

/// The first item whose page is still to be read, but for those at these places.
pub async fn next_wanting(conn: &mut Conn, job: JobId, held: &[i64]) -> Result<Option<Wanting>, StoreError> {
    let besides = if held.is_empty() { String::new() } else { format!("AND position NOT IN ({})", list(2, held.len())) };
    let text = format!(
        "SELECT position, query, linkedin_id, posting_number, outcome, reason_code FROM posting_items \
         WHERE job_id = $1 AND wants_details {besides} ORDER BY position LIMIT 1"
    );
    let statement = held.iter().fold(sql(text).bind(job), |statement, position| statement.bind(*position));
    statement.fetch_optional(conn).await?.as_ref().map(read_wanting).transpose()
}

/// The items at these places whose page is still to be read.
pub async fn wanting_at(conn: &mut Conn, job: JobId, positions: &[i64]) -> Result<Vec<Wanting>, StoreError> {
    if positions.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT position, query, linkedin_id, posting_number, outcome, reason_code FROM posting_items \
         WHERE job_id = $1 AND wants_details AND position IN ({}) ORDER BY position",
        list(2, positions.len())
    );
    let statement = positions.iter().fold(sql(text).bind(job), |statement, position| statement.bind(*position));
    statement.fetch_all(conn).await?.iter().map(read_wanting).collect()
}

/// The items of these postings whose page is still to be read.
pub async fn wanting_among(conn: &mut Conn, job: JobId, linkedin_ids: &[&str]) -> Result<HashMap<String, Wanting>, StoreError> {
    let mut wanting = HashMap::new();
    for some in linkedin_ids.chunks(AT_ONCE) {
        let text = format!(
            "SELECT position, query, linkedin_id, posting_number, outcome, reason_code FROM posting_items \
             WHERE job_id = $1 AND wants_details AND linkedin_id IN ({})",
            list(2, some.len())
        );
        let statement = some.iter().fold(sql(text).bind(job), |statement, id| statement.bind(*id));
        for row in statement.fetch_all(conn).await? {
            let item = read_wanting(&row)?;
            wanting.insert(item.linkedin_id.clone(), item);
        }
    }
    Ok(wanting)
}

/// All postings that the job was asked for, in the order of asking and each once, but for those that were read lately.
pub async fn asked(conn: &mut Conn, job: JobId) -> Result<Vec<String>, StoreError> {
    sql("SELECT linkedin_id FROM posting_items WHERE job_id = $1 AND linkedin_id IS NOT NULL AND outcome NOT IN ('duplicate', 'fresh') \
         ORDER BY position")
    .bind(job)
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| row.get("linkedin_id"))
    .collect()
}

/// How many items still want their page.
pub async fn count_wanting(conn: &mut Conn, job: JobId) -> Result<i64, StoreError> {
    sql("SELECT count(*) AS wanting FROM posting_items WHERE job_id = $1 AND wants_details").bind(job).fetch_one(conn).await?.get("wanting")
}

/// Notes what an item came to; its page is not asked for again.
pub async fn settle(tx: &mut Tx, job: JobId, position: i64, outcome: Outcome, settled: Settled<'_>) -> Result<(), StoreError> {
    sql("UPDATE posting_items SET outcome = $3, posting_number = $4, title = COALESCE($5, title), company_name = COALESCE($6, company_name), \
             reason_code = $7, reason = $8, wants_details = FALSE, at = {now} WHERE job_id = $1 AND position = $2")
    .bind(job)
    .bind(position)
    .bind(outcome)
    .bind(settled.posting)
    .bind(settled.title.map(str::to_owned))
    .bind(settled.company_name.map(str::to_owned))
    .bind(settled.reason.as_ref().map(|reason| reason.code.clone()))
    .bind(settled.reason.as_ref().map(|reason| reason.message.clone()))
    .execute(tx)
    .await?;
    Ok(())
}

/// Leaves an item to be read once more, with what the last answer said of it.
pub async fn doubt(tx: &mut Tx, job: JobId, position: i64, reason: &Reason) -> Result<(), StoreError> {
    sql("UPDATE posting_items SET reason_code = $3, reason = $4, at = {now} WHERE job_id = $1 AND position = $2 AND wants_details")
        .bind(job)
        .bind(position)
        .bind(&reason.code)
        .bind(&reason.message)
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes back that an item failed: its page is to be read again, and until then it is what it was before.
pub async fn want_again(tx: &mut Tx, job: JobId, position: i64, before: Outcome) -> Result<(), StoreError> {
    sql("UPDATE posting_items SET outcome = $3, reason_code = NULL, reason = NULL, wants_details = TRUE, at = {now} \
         WHERE job_id = $1 AND position = $2 AND outcome = 'failed'")
    .bind(job)
    .bind(position)
    .bind(before)
    .execute(tx)
    .await?;
    Ok(())
}

/// The queries of the job that brought this posting, in their order.
pub async fn queries_of(conn: &mut Conn, job: JobId, linkedin_id: &str) -> Result<Vec<i64>, StoreError> {
    sql("SELECT DISTINCT query FROM posting_items WHERE job_id = $1 AND linkedin_id = $2 AND query IS NOT NULL ORDER BY query")
        .bind(job)
        .bind(linkedin_id)
        .fetch_all(conn)
        .await?
        .iter()
        .map(|row| row.get("query"))
        .collect()
}

/// The item counts as brought by this query from now on.
pub async fn give_to(tx: &mut Tx, job: JobId, position: i64, query: i64) -> Result<(), StoreError> {
    sql("UPDATE posting_items SET query = $3 WHERE job_id = $1 AND position = $2").bind(job).bind(position).bind(query).execute(tx).await?;
    Ok(())
}

/// Gives up all items that still want their page, for this reason. How many.
pub async fn give_up(tx: &mut Tx, job: JobId, reason: &Reason) -> Result<u64, StoreError> {
    sql("UPDATE posting_items SET outcome = 'failed', reason_code = $2, reason = $3, wants_details = FALSE, at = {now} \
         WHERE job_id = $1 AND wants_details")
    .bind(job)
    .bind(&reason.code)
    .bind(&reason.message)
    .execute(tx)
    .await
}

/// What became of all items so far: counted from the rows, so that it cannot drift from them.
pub async fn statistics(conn: &mut Conn, job: JobId) -> Result<Statistics, StoreError> {
    // What is only doubted is no reason yet.
    let rows = sql("SELECT outcome, CASE WHEN wants_details THEN NULL ELSE reason_code END AS reason_code, count(*) AS number \
         FROM posting_items WHERE job_id = $1 GROUP BY outcome, CASE WHEN wants_details THEN NULL ELSE reason_code END")
    .bind(job)
    .fetch_all(conn)
    .await?;
    let mut told = Statistics::default();
    for row in &rows {
        let number: i64 = row.get("number")?;
        told.found += number;
        match row.get("outcome")? {
            Outcome::Pending => {}
            Outcome::New => told.new += number,
            Outcome::Updated => told.updated += number,
            Outcome::Duplicate => told.duplicates += number,
            Outcome::Fresh => told.fresh += number,
            Outcome::Filtered => told.filtered += number,
            Outcome::Failed => told.failed += number,
        }
        if let Some(reason) = row.get::<Option<String>>("reason_code")? {
            match told.reasons.iter_mut().find(|known| known.reason == reason) {
                Some(known) => known.count += number,
                None => told.reasons.push(ReasonCount { reason, count: number }),
            }
        }
    }
    told.reasons.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.reason.cmp(&other.reason)));
    let row = sql("SELECT CAST(COALESCE(sum(CASE WHEN postings.closed_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS closed, \
             CAST(COALESCE(sum(CASE WHEN posting_items.outcome = 'new' AND postings.repost_of IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS reposts \
         FROM posting_items JOIN postings ON postings.number = posting_items.posting_number \
         WHERE posting_items.job_id = $1 AND posting_items.outcome IN ('new', 'updated')")
    .bind(job)
    .fetch_one(conn)
    .await?;
    told.closed = row.get("closed")?;
    told.reposts = row.get("reposts")?;
    Ok(told)
}

/// Which items to list. The caller has found the job in its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub job: JobId,
    pub outcome: Option<Outcome>,
}

/// Up to `limit` items behind `after`, in the order in which they came, passing over `offset` of them.
pub async fn page(conn: &mut Conn, asked: Asked, after: Option<i64>, limit: i64, offset: i64) -> Result<Vec<Item>, StoreError> {
    sql("SELECT position, input, posting_items.linkedin_id AS linkedin_id, postings.id AS posting_id, posting_items.title AS title, \
             posting_items.company_name AS company_name, outcome, reason, at \
         FROM posting_items LEFT JOIN postings ON postings.number = posting_items.posting_number \
         WHERE job_id = $1 AND ($2 IS NULL OR outcome = $2) AND position > $3 ORDER BY position LIMIT $4 OFFSET $5")
    .bind(asked.job)
    .bind(asked.outcome)
    .bind(after.unwrap_or(-1))
    .bind(limit)
    .bind(offset)
    .fetch_all(conn)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// How many items match, exact up to 10,000 and counted no further.
pub async fn count(conn: &mut Conn, asked: Asked) -> Result<i64, StoreError> {
    sql("SELECT count(*) AS total FROM (SELECT 1 FROM posting_items WHERE job_id = $1 AND ($2 IS NULL OR outcome = $2) LIMIT 10001) AS counted")
        .bind(asked.job)
        .bind(asked.outcome)
        .fetch_one(conn)
        .await?
        .get("total")
}

fn read(row: &Row) -> Result<Item, StoreError> {
    Ok(Item {
        position: row.get("position")?,
        input: row.get("input")?,
        linkedin_id: row.get("linkedin_id")?,
        posting_id: row.get("posting_id")?,
        title: row.get("title")?,
        company_name: row.get("company_name")?,
        outcome: row.get("outcome")?,
        reason: row.get("reason")?,
        at: row.get("at")?,
    })
}

fn read_wanting(row: &Row) -> Result<Wanting, StoreError> {
    Ok(Wanting {
        position: row.get("position")?,
        query: row.get("query")?,
        linkedin_id: row.get("linkedin_id")?,
        posting: row.get("posting_number")?,
        outcome: row.get("outcome")?,
        doubted: row.get("reason_code")?,
    })
}

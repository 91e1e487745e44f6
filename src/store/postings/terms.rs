//! The search index over postings.

use crate::domain::WorkspaceId;
use crate::domain::posting::terms::{Searchable, terms};
use crate::store::database::{Conn, Tx, sql};
use crate::store::error::StoreError;

/// The short name under which a workspace's terms are found; none before its first posting.
pub async fn workspace_number(conn: &mut Conn, workspace: WorkspaceId) -> Result<Option<i64>, StoreError> {
    let row = sql("SELECT number FROM workspace_numbers WHERE workspace_id = $1").bind(workspace).fetch_optional(conn).await?;
    row.map(|row| row.get("number")).transpose()
}

/// Writes the terms of a posting anew, from what is stored of it.
pub async fn index(tx: &mut Tx, number: i64) -> Result<(), StoreError> {
    let row = sql("SELECT workspace_numbers.number AS workspace_number, postings.title, postings.company_name, postings.location, \
             postings.notes, posting_texts.description_text \
         FROM postings JOIN workspace_numbers ON workspace_numbers.workspace_id = postings.workspace_id \
         LEFT JOIN posting_texts ON posting_texts.posting_number = postings.number WHERE postings.number = $1")
    .bind(number)
    .fetch_optional(tx)
    .await?;
    sql("DELETE FROM posting_terms WHERE rowid = $1").bind(number).execute(tx).await?;
    let Some(row) = row else { return Ok(()) };
    let workspace_number: i64 = row.get("workspace_number")?;
    let searchable = Searchable {
        title: row.get("title")?,
        company: row.get("company_name")?,
        location: row.get("location")?,
        notes: row.get("notes")?,
        description: row.get("description_text")?,
    };
    let written = terms(&searchable).iter().map(|term| format!("{workspace_number}{term}")).collect::<Vec<_>>().join(" ");
    sql("INSERT INTO posting_terms (rowid, terms) VALUES ($1, CAST($2 AS {index_terms}))").bind(number).bind(written).execute(tx).await?;
    Ok(())
}

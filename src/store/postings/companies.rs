//! Employers: each once in a workspace, by LinkedIn's number where that is known, else by name.

use crate::domain::posting::company::name_key;
use crate::domain::{CompanyId, WorkspaceId};
use crate::store::database::{Tx, sql};
use crate::store::error::StoreError;

/// What a posting says of its company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompanySaid<'a> {
    pub name: &'a str,
    pub linkedin_id: Option<&'a str>,
    pub url: Option<&'a str>,
    pub logo_url: Option<&'a str>,
}

/// The company, which is made when there is none. The caller holds the workspace's postings (see `save::Importing`), so that two imports do not
/// make it twice. `None` when the name has no letter and no digit and there is no number.
pub async fn resolve(tx: &mut Tx, workspace: WorkspaceId, said: CompanySaid<'_>) -> Result<Option<CompanyId>, StoreError> {
    if let Some(number) = said.linkedin_id
        && let Some(row) = sql("SELECT id FROM companies WHERE workspace_id = $1 AND linkedin_id = $2")
            .bind(workspace)
            .bind(number)
            .fetch_optional(tx)
            .await?
    {
        let id = row.get("id")?;
        fill(tx, id, said).await?;
        return Ok(Some(id));
    }
    let key = name_key(said.name);
    if key.is_empty() && said.linkedin_id.is_none() {
        return Ok(None);
    }
    // Somebody else's number is somebody else, whatever the name; where no number is given, one of that name is taken to be meant.
    let other_number = if said.linkedin_id.is_some() { "AND linkedin_id IS NULL" } else { "" };
    let named = sql(format!(
        "SELECT id FROM companies WHERE workspace_id = $1 AND name_key = $2 {other_number} \
         ORDER BY CASE WHEN linkedin_id IS NULL THEN 1 ELSE 0 END, id LIMIT 1"
    ))
    .bind(workspace)
    .bind(&key)
    .fetch_optional(tx)
    .await?;
    if let Some(row) = named {
        let id = row.get("id")?;
        fill(tx, id, said).await?;
        return Ok(Some(id));
    }
    let id = CompanyId::new();
    sql("INSERT INTO companies (id, workspace_id, linkedin_id, name, name_key, url, logo_url, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, {now}, {now})")
    .bind(id)
    .bind(workspace)
    .bind(said.linkedin_id.map(str::to_owned))
    .bind(said.name)
    .bind(key)
    .bind(said.url.map(str::to_owned))
    .bind(said.logo_url.map(str::to_owned))
    .execute(tx)
    .await?;
    Ok(Some(id))
}

/// Whether the company goes by this name, as names are compared.
pub async fn is_called(tx: &mut Tx, id: CompanyId, name: &str) -> Result<bool, StoreError> {
    let row = sql("SELECT name FROM companies WHERE id = $1").bind(id).fetch_optional(tx).await?;
    let known: Option<String> = row.map(|row| row.get("name")).transpose()?;
    Ok(known.is_some_and(|known| name_key(&known) == name_key(name)))
}

/// A company goes with its last posting.
pub async fn delete_if_empty(tx: &mut Tx, id: CompanyId) -> Result<(), StoreError> {
    sql("DELETE FROM companies WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM postings WHERE company_id = $1)").bind(id).execute(tx).await?;
    Ok(())
}

/// Notes what was not known of it.
async fn fill(tx: &mut Tx, id: CompanyId, said: CompanySaid<'_>) -> Result<(), StoreError> {
    sql("UPDATE companies SET linkedin_id = COALESCE(linkedin_id, $2), url = COALESCE(url, $3), logo_url = COALESCE($4, logo_url), \
             updated_at = {now} \
         WHERE id = $1 AND ((linkedin_id IS NULL AND $2 IS NOT NULL) OR (url IS NULL AND $3 IS NOT NULL) \
             OR ($4 IS NOT NULL AND (logo_url IS NULL OR logo_url <> $4)))")
    .bind(id)
    .bind(said.linkedin_id.map(str::to_owned))
    .bind(said.url.map(str::to_owned))
    .bind(said.logo_url.map(str::to_owned))
    .execute(tx)
    .await?;
    Ok(())
}

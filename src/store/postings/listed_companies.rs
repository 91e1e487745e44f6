//! The companies of a workspace with how many postings they have.

use crate::domain::{CompanyId, Scope, WorkspaceId};
use crate::store::database::{Conn, Row, sql};
use crate::store::error::StoreError;

/// A company as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCompany {
    pub id: CompanyId,
    pub linkedin_id: Option<String>,
    pub name: String,
    pub url: Option<String>,
    /// Hidden ones are left out.
    pub postings: i64,
    name_key: String,
}

/// Where a company stands in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub name_key: String,
    pub id: CompanyId,
}

impl ListedCompany {
    pub fn place(&self) -> Place {
        Place { name_key: self.name_key.clone(), id: self.id }
    }
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    Offset(i64),
    After(Place),
}

const COLUMNS: &str = "id, linkedin_id, name, url, name_key, \
     (SELECT count(*) FROM postings WHERE company_id = companies.id AND hidden = FALSE) AS postings";

/// By name: up to `limit` companies, and how many there are, exactly up to `counted`.
pub async fn list(
    conn: &mut Conn,
    workspace: WorkspaceId,
    at: &At,
    limit: i64,
    counted: i64,
) -> Result<(Vec<ListedCompany>, i64), StoreError> {
    let total = sql("SELECT count(*) AS total FROM (SELECT 1 FROM companies WHERE workspace_id = $1 LIMIT $2) AS counted")
        .bind(workspace)
        .bind(counted + 1)
        .fetch_one(conn)
        .await?
        .get("total")?;
    let statement = match at {
        At::Offset(offset) => {
            sql(format!("SELECT {COLUMNS} FROM companies WHERE workspace_id = $1 ORDER BY name_key, id LIMIT $2 OFFSET $3"))
                .bind(workspace)
                .bind(limit)
                .bind(*offset)
        }
        At::After(place) => sql(format!(
            "SELECT {COLUMNS} FROM companies WHERE workspace_id = $1 AND (name_key, id) > ($3, $4) ORDER BY name_key, id LIMIT $2"
        ))
        .bind(workspace)
        .bind(limit)
        .bind(&place.name_key)
        .bind(place.id),
    };
    Ok((statement.fetch_all(conn).await?.iter().map(read).collect::<Result<_, _>>()?, total))
}

/// What the company is called.
pub async fn name(conn: &mut Conn, scope: Scope, id: CompanyId) -> Result<Option<String>, StoreError> {
    let row = sql("SELECT name FROM companies WHERE id = $1 AND (workspace_id = $2 OR $2 = '*')")
        .bind(id)
        .bind(scope)
        .fetch_optional(conn)
        .await?;
    row.map(|row| row.get("name")).transpose()
}

/// The company of a posting that the caller has found in its scope.
pub async fn find(conn: &mut Conn, id: CompanyId) -> Result<Option<ListedCompany>, StoreError> {
    let row = sql(format!("SELECT {COLUMNS} FROM companies WHERE id = $1")).bind(id).fetch_optional(conn).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<ListedCompany, StoreError> {
    Ok(ListedCompany {
        id: row.get("id")?,
        linkedin_id: row.get("linkedin_id")?,
        name: row.get("name")?,
        url: row.get("url")?,
        postings: row.get("postings")?,
        name_key: row.get("name_key")?,
    })
}

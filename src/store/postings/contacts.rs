//! People whom one deals with about a posting.

use super::history::{self, By};
use super::tracker::{Held, announce, hold};
use crate::domain::tracker::HistoryKind;
use crate::domain::{ContactId, Micros, PostingId, Scope, UserId};
use crate::store::database::{Conn, Row, Sql, Tx, sql};
use crate::store::error::StoreError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub id: ContactId,
    pub said: ContactSaid,
    pub created_at: Micros,
    pub updated_at: Micros,
}

/// What is noted of a contact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactSaid {
    pub name: String,
    pub role: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub url: Option<String>,
    pub notes: Option<String>,
}

/// Why nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Posting,
    /// The posting is there, and what belongs to it is not.
    Part,
}

const COLUMNS: &str = "id, name, role, email, phone, url, notes, created_at, updated_at";

/// Of a posting that the caller has found in its scope, in the order in which they were noted.
pub async fn of_posting(conn: &mut Conn, posting: i64) -> Result<Vec<Contact>, StoreError> {
    let rows = sql(format!("SELECT {COLUMNS} FROM posting_contacts WHERE posting_number = $1 ORDER BY id"));
    rows.bind(posting).fetch_all(conn).await?.iter().map(read).collect()
}

/// `None` when there is no such posting.
pub async fn add(tx: &mut Tx, scope: Scope, posting: PostingId, said: &ContactSaid, user: UserId) -> Result<Option<Contact>, StoreError> {
    let Some(posting) = hold(tx, scope, posting).await? else { return Ok(None) };
    let row = bound(
        sql(format!(
            "INSERT INTO posting_contacts (name, role, email, phone, url, notes, id, posting_number, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, {{now}}, {{now}}) RETURNING {COLUMNS}"
        )),
        said,
    )
    .bind(ContactId::new())
    .bind(posting.number)
    .fetch_one(tx)
    .await?;
    told(tx, &posting, user, format!("{} was added to the contacts.", said.name)).await?;
    read(&row).map(Some)
}

/// Notes it anew as a whole.
pub async fn replace(
    tx: &mut Tx,
    scope: Scope,
    posting: PostingId,
    id: ContactId,
    said: &ContactSaid,
    user: UserId,
) -> Result<Result<Contact, Missing>, StoreError> {
    let Some(posting) = hold(tx, scope, posting).await? else { return Ok(Err(Missing::Posting)) };
    let row = bound(
        sql(format!(
            "UPDATE posting_contacts SET name = $1, role = $2, email = $3, phone = $4, url = $5, notes = $6, updated_at = {{now}} \
             WHERE id = $7 AND posting_number = $8 RETURNING {COLUMNS}"
        )),
        said,
    )
    .bind(id)
    .bind(posting.number)
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Ok(Err(Missing::Part)) };
    told(tx, &posting, user, format!("The contact {} was changed.", said.name)).await?;
    read(&row).map(Ok)
}

pub async fn delete(tx: &mut Tx, scope: Scope, posting: PostingId, id: ContactId, user: UserId) -> Result<Result<(), Missing>, StoreError> {
    let Some(posting) = hold(tx, scope, posting).await? else { return Ok(Err(Missing::Posting)) };
    let row = sql("DELETE FROM posting_contacts WHERE id = $1 AND posting_number = $2 RETURNING name")
        .bind(id)
        .bind(posting.number)
        .fetch_optional(tx)
        .await?;
    let Some(row) = row else { return Ok(Err(Missing::Part)) };
    told(tx, &posting, user, format!("{} was removed from the contacts.", row.get::<String>("name")?)).await?;
    Ok(Ok(()))
}

fn bound<'q>(statement: Sql<'q>, said: &ContactSaid) -> Sql<'q> {
    statement
        .bind(&said.name)
        .bind(said.role.clone())
        .bind(said.email.clone())
        .bind(said.phone.clone())
        .bind(said.url.clone())
        .bind(said.notes.clone())
}

async fn told(tx: &mut Tx, posting: &Held, user: UserId, message: String) -> Result<(), StoreError> {
    sql("UPDATE postings SET updated_at = {now} WHERE number = $1").bind(posting.number).execute(tx).await?;
    history::note(tx, By::User(user), posting.number, HistoryKind::Contact, message).await?;
    announce(tx, &[posting]).await
}

fn read(row: &Row) -> Result<Contact, StoreError> {
    Ok(Contact {
        id: row.get("id")?,
        said: ContactSaid {
            name: row.get("name")?,
            role: row.get("role")?,
            email: row.get("email")?,
            phone: row.get("phone")?,
            url: row.get("url")?,
            notes: row.get("notes")?,
        },
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

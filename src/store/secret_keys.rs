//! Which SLUICE_SECRET_KEY this database was made with, as a fingerprint.

use super::database::sql;
use super::{StoreError, Tx};

/// Keeps the fingerprint of the first start; returns the one that is kept. A second process waits for the first one's transaction.
pub async fn keep_fingerprint(tx: &mut Tx, fingerprint: &str) -> Result<String, StoreError> {
    sql("INSERT INTO secret_keys (id, fingerprint) VALUES (1, $1) ON CONFLICT (id) DO NOTHING").bind(fingerprint).execute(tx).await?;
    sql("SELECT fingerprint FROM secret_keys WHERE id = 1").fetch_one(tx).await?.get("fingerprint")
}

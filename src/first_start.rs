//! The first start: a workspace, its owner, and the owner's API key.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use crate::config::Config;
use crate::data_dir::{self, DataDirError};
use crate::domain::key::SECRET_PREFIX;
use crate::domain::{KeyId, Role, UserId, WorkspaceId};
use crate::randomness::Randomness;
use crate::sealing::KeyHasher;
use crate::store::keys::NewKey;
use crate::store::{Database, StoreError, Tx, keys, secret_keys, users, workspaces};

/// Characters of a made key after its prefix: 238 bits.
const KEY_LENGTH: usize = 40;
/// Characters of a key that stay visible.
const PREFIX_LENGTH: usize = 11;

/// What the first start made.
#[derive(Debug, Clone)]
pub struct FirstStart {
    pub workspace_id: WorkspaceId,
    pub owner_id: UserId,
    pub owner_key: OwnerKey,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerKey {
    /// `SLUICE_OWNER_KEY`.
    FromSettings,
    /// Made, and kept in this file.
    KeptIn(PathBuf),
}

#[derive(Debug, thiserror::Error)]
pub enum FirstStartError {
    #[error("SLUICE_SECRET_KEY is not the one that this database was made with; start with that one, or with a fresh database")]
    WrongSecretKey,
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes sure that the database has an owner and that its secret key is ours. Several processes may do it at once. `None` when it was
/// done before.
pub async fn prepare(
    config: &Config,
    database: &Database,
    hasher: &KeyHasher,
    fingerprint: &str,
    randomness: &Randomness,
) -> Result<Option<FirstStart>, FirstStartError> {
    let mut tx = database.begin().await?;
    if secret_keys::keep_fingerprint(&mut tx, fingerprint).await? != fingerprint {
        return Err(FirstStartError::WrongSecretKey);
    }
    if workspaces::any(&mut tx).await? {
        if config.database.is_sqlite() && data_dir::cli_key(&config.data_dir)?.is_none() {
            replace_cli_key(config, tx, hasher, randomness).await?;
        } else {
            tx.commit().await?;
        }
        return Ok(None);
    }
    let (workspace_id, owner_id) = (WorkspaceId::new(), UserId::new());
    workspaces::insert(&mut tx, workspace_id, "Home", "UTC").await?;
    users::insert(&mut tx, owner_id, "Owner", None).await?;
    workspaces::add_member(&mut tx, workspace_id, owner_id, Role::Owner).await?;
    if let Some(key) = &config.identity.owner_key {
        insert_key(&mut tx, hasher, workspace_id, owner_id, "Owner", key).await?;
    }
    // The key is on the disk before the database knows it: a crash in between leaves a file that the next first start replaces.
    let made = make_key(randomness);
    let path = data_dir::keep_cli_key(&config.data_dir, &made)?;
    insert_key(&mut tx, hasher, workspace_id, owner_id, "Command line on the server", &made).await?;
    tx.commit().await?;
    let owner_key = if config.identity.owner_key.is_some() { OwnerKey::FromSettings } else { OwnerKey::KeptIn(path) };
    Ok(Some(FirstStart { workspace_id, owner_id, owner_key }))
}

/// Who can delete the file can read the database beside it, so a lost key is made again.
async fn replace_cli_key(config: &Config, mut tx: Tx, hasher: &KeyHasher, randomness: &Randomness) -> Result<(), FirstStartError> {
    if let Some((workspace_id, owner_id)) = users::first_owner(&mut tx).await? {
        let made = make_key(randomness);
        data_dir::keep_cli_key(&config.data_dir, &made)?;
        insert_key(&mut tx, hasher, workspace_id, owner_id, "Command line on the server", &made).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn insert_key(
    tx: &mut Tx,
    hasher: &KeyHasher,
    workspace_id: WorkspaceId,
    user_id: UserId,
    name: &str,
    key: &SecretString,
) -> Result<(), StoreError> {
    let new = NewKey {
        id: KeyId::new(),
        workspace_id,
        user_id,
        name: name.to_owned(),
        role: Role::Owner,
        publishable: false,
        confined: false,
        hash: hasher.hash(key.expose_secret()),
        prefix: shown_prefix(key),
        expires_at: None,
    };
    keys::insert(tx, &new).await?;
    Ok(())
}

fn make_key(randomness: &Randomness) -> SecretString {
    new_key_text(SECRET_PREFIX, randomness)
}

/// A key's text, by its prefix `sk_` or `pk_`.
pub fn new_key_text(prefix: &str, randomness: &Randomness) -> SecretString {
    format!("{prefix}{}", randomness.token(KEY_LENGTH)).into()
}

/// What may be shown of a key: of a made one its beginning, of one that a person chose only the first four characters.
pub fn shown_prefix(key: &SecretString) -> String {
    let text = key.expose_secret();
    let made = text.starts_with("sk_") || text.starts_with("pk_");
    text.chars().take(if made { PREFIX_LENGTH } else { 4 }).collect()
}

//! Puts mails into the queue, in the transaction that makes what they tell of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::domain::{JobId, SignInLinkId, UserId, WorkspaceId};
use crate::jobs::send_mail;
use crate::sealing::{Belongs, Sealer};
use crate::sign_in::links::MadeLink;
use crate::store::jobs::{self, NewJob};
use crate::store::{StoreError, Tx};

/// How often a mail server that is away is asked again.
const ATTEMPTS: i64 = 10;
const WORKING_TIME_US: i64 = 900_000_000;

/// What to write, as a job keeps it. Jobs are seen by everybody in the workspace, so no address is in it, and tokens are sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "snake_case")]
pub enum Mail {
    Invitation {
        link_id: SignInLinkId,
        sealed: String,
    },
    /// To the job's own user.
    Reset {
        link_id: SignInLinkId,
        sealed: String,
    },
    /// To the job's own user.
    JobEnded {
        job_id: JobId,
    },
}

/// Queues a link that was made in this transaction.
pub async fn link(tx: &mut Tx, sealer: &Sealer, workspace_id: WorkspaceId, user_id: UserId, made: &MadeLink) -> Result<(), StoreError> {
    use crate::domain::sign_in_link::LinkKind;
    let (link_id, sealed) = (made.link.id, seal(sealer, workspace_id, made.link.id, &made.token));
    let mail = match made.link.kind {
        LinkKind::Invitation => Mail::Invitation { link_id, sealed },
        LinkKind::Reset | LinkKind::Welcome => Mail::Reset { link_id, sealed },
    };
    put(tx, workspace_id, user_id, &mail).await
}

pub async fn put(tx: &mut Tx, workspace_id: WorkspaceId, user_id: UserId, mail: &Mail) -> Result<(), StoreError> {
    let args = serde_json::to_value(mail).map_err(|error| StoreError::Refused(format!("a mail cannot be written as JSON: {error}")))?;
    let new = NewJob {
        workspace_id,
        user_id,
        account_id: None,
        schedule_id: None,
        kind: send_mail::KIND.to_owned(),
        args,
        // Somebody may be waiting in front of the page.
        priority: 10,
        max_attempts: ATTEMPTS,
        page_cap: 1,
        deadline_us: WORKING_TIME_US,
        progress_total: 1,
        message: "a mail is to be sent".to_owned(),
    };
    jobs::insert(tx, &new).await?;
    Ok(())
}

fn seal(sealer: &Sealer, workspace_id: WorkspaceId, link_id: SignInLinkId, token: &SecretString) -> String {
    let (workspace_id, row_id) = (workspace_id.to_string(), link_id.to_string());
    STANDARD.encode(sealer.seal(token.expose_secret().as_bytes(), Belongs { workspace_id: &workspace_id, row_id: &row_id }))
}

/// The token that [`link`] sealed; `None` when it was sealed with another secret key.
pub fn unseal(sealer: &Sealer, workspace_id: WorkspaceId, link_id: SignInLinkId, sealed: &str) -> Option<SecretString> {
    let (workspace_id, row_id) = (workspace_id.to_string(), link_id.to_string());
    let sealed = STANDARD.decode(sealed).ok()?;
    let plain = sealer.open(&sealed, Belongs { workspace_id: &workspace_id, row_id: &row_id }).ok()?;
    String::from_utf8(plain.to_vec()).ok().map(SecretString::from)
}

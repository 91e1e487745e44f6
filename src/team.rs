//! Members and invitations: the rules that the API and the pages share.

use crate::app::App;
use crate::domain::user::{Member, folded_email};
use crate::domain::{Role, Scope, SignInLinkId, UserId, WorkspaceId};
use crate::mail::queue;
use crate::sign_in::links::{self, MadeLink};
use crate::store::members::{self, Change};
use crate::store::{StoreError, Tx, sign_in_links};

/// The owner who changes something, and where.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
}

#[derive(Debug, thiserror::Error)]
pub enum TeamError {
    #[error("There is no such member here.")]
    NoMember,
    #[error("There is no such invitation here.")]
    NoInvitation,
    #[error("A workspace always has an owner. Make somebody else an owner first.")]
    LastOwner,
    #[error("This invitation was used already, so there is nothing left to revoke. To take its member out, remove them.")]
    Used,
    #[error("Write an e-mail address, such as ada@example.com, or leave it out.")]
    Address,
    #[error("They also belong to workspaces that you do not own, and a new password would open those to whoever has this link.")]
    BelongsElsewhere,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes an invitation; `email` may be empty. Where mail is set up it also goes there; whether it does is the second answer.
pub async fn invite(app: &App, tx: &mut Tx, owner: Owner, role: Role, email: Option<&str>) -> Result<(MadeLink, bool), TeamError> {
    let email = match email.map(str::trim).filter(|email| !email.is_empty()) {
        Some(given) => Some(folded_email(given).ok_or(TeamError::Address)?),
        None => None,
    };
    let mailed = app.mailer.is_some() && email.is_some();
    let made = links::invite(app, tx, owner.workspace_id, owner.user_id, role, email).await?;
    if mailed {
        queue::link(tx, &app.sealer, owner.workspace_id, owner.user_id, &made).await?;
    }
    Ok((made, mailed))
}

/// Takes an invitation back; one that is over already stays as it is.
pub async fn revoke_invitation(app: &App, workspace_id: WorkspaceId, id: SignInLinkId) -> Result<(), TeamError> {
    let mut tx = app.database.begin().await?;
    let link = sign_in_links::revoke_invitation(&mut tx, Scope::Workspace(workspace_id), id).await?.ok_or(TeamError::NoInvitation)?;
    if link.used_at.is_some() {
        return Err(TeamError::Used);
    }
    tx.commit().await?;
    Ok(())
}

pub async fn set_role(app: &App, owner: Owner, user_id: UserId, role: Role) -> Result<Member, TeamError> {
    let mut tx = app.database.begin().await?;
    settle(members::set_role(&mut tx, owner.workspace_id, user_id, role).await?)?;
    let member = members::find(&mut tx, owner.workspace_id, user_id).await?.ok_or(TeamError::NoMember)?;
    tx.commit().await?;
    Ok(member)
}

/// Takes a member out of the workspace; also how somebody leaves it.
pub async fn remove(app: &App, workspace_id: WorkspaceId, user_id: UserId) -> Result<(), TeamError> {
    let mut tx = app.database.begin().await?;
    settle(members::remove(&mut tx, workspace_id, user_id).await?)?;
    tx.commit().await?;
    Ok(())
}

/// A link by which a member chooses another password, to be handed over by the owner.
pub async fn reset_link(app: &App, tx: &mut Tx, owner: Owner, user_id: UserId) -> Result<MadeLink, TeamError> {
    let member = members::find(tx, owner.workspace_id, user_id).await?.ok_or(TeamError::NoMember)?;
    if !members::owns_all_of(tx, owner.user_id, user_id).await? {
        return Err(TeamError::BelongsElsewhere);
    }
    if member.email.is_none() {
        // Without an address a password alone signs nobody in; the welcome asks for both.
        return Ok(links::welcome(app, tx, owner.workspace_id, user_id).await?);
    }
    Ok(links::reset(app, tx, user_id, Some((owner.workspace_id, owner.user_id))).await?)
}

fn settle(change: Change) -> Result<(), TeamError> {
    match change {
        Change::Done => Ok(()),
        Change::NotThere => Err(TeamError::NoMember),
        Change::LastOwner => Err(TeamError::LastOwner),
    }
}

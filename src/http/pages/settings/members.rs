//! `/settings/members`: who belongs to the workspace, and who is invited.

use askama::Template;
use axum::Form;
use axum::response::Response;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sluice_api::InvitationState;

use super::{Tab, finish};
use crate::domain::user::Member;
use crate::domain::{Role, SignInLinkId, UserId};
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::moment::Moment;
use crate::http::pages::stranger::Wrongs;
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::path::Id;
use crate::http::problem::Failure;
use crate::http::wire;
use crate::store::{members, sign_in_links};
use crate::team::{self, TeamError};

const MOST_MEMBERS: u32 = 500;
const MOST_INVITATIONS: u32 = 50;
const PATH: &str = "/settings/members";

#[derive(Template)]
#[template(path = "settings/members.html")]
struct MembersPage<'a> {
    frame: Frame,
    tab: Tab,
    wrongs: &'a Wrongs,
    members: Vec<MemberRow>,
    total: i64,
    invitations: Vec<InvitationRow>,
    email: &'a str,
    role: Role,
    /// A link that was made just now, with the words above it.
    made: Option<Made>,
}

pub struct MemberRow {
    pub member: Member,
    pub own: bool,
    pub joined: Moment,
}

pub struct InvitationRow {
    pub id: SignInLinkId,
    pub role: Role,
    pub email: Option<String>,
    pub is_open: bool,
    pub state: &'static str,
    pub sign: char,
    pub hue: &'static str,
    pub until: Moment,
}

struct Made {
    words: String,
    link: SecretString,
}

impl Made {
    fn link(&self) -> &str {
        self.link.expose_secret()
    }
}

pub async fn show(visit: Visit) -> Result<Response, Failure> {
    visit.caller.refuse_publishable()?;
    render(&visit, &Wrongs::default(), None, None).await
}

#[derive(Deserialize)]
pub struct Invite {
    #[serde(default)]
    email: String,
    role: Role,
}

/// Makes an invitation and shows its link, this once.
pub async fn invite(visit: Visit, Form(form): Form<Invite>) -> Result<Response, Failure> {
    let mut tx = visit.app.database.begin().await?;
    let (made, mailed) = match team::invite(&visit.app, &mut tx, (&visit.caller).into(), form.role, Some(&form.email)).await {
        Ok(made) => made,
        Err(error @ TeamError::Address) => {
            drop(tx);
            return render(&visit, &Wrongs::one("email", error.to_string()), Some(&form), None).await;
        }
        Err(error) => return Err(error.into()),
    };
    tx.commit().await?;
    let whom = made.link.email.as_deref().unwrap_or("whoever you want to invite");
    let words = if mailed {
        format!("A mail with this link is on its way to {whom}. It works once, within seven days, and is shown only now.")
    } else {
        format!("Hand this link to {whom}. It works once, within seven days, and is shown only now.")
    };
    render(&visit, &Wrongs::default(), None, Some(Made { words, link: made.url(&visit.app) })).await
}

pub async fn revoke(visit: Visit, Id(id): Id<SignInLinkId>) -> Result<Response, Failure> {
    team::revoke_invitation(&visit.app, visit.caller.workspace_id, id).await?;
    Ok(go_to_saying(PATH, "The invitation is taken back; its link brings nobody in any more."))
}

#[derive(Deserialize)]
pub struct NewRole {
    role: Role,
}

pub async fn set_role(visit: Visit, Id(id): Id<UserId>, Form(form): Form<NewRole>) -> Result<Response, Failure> {
    match team::set_role(&visit.app, (&visit.caller).into(), id, form.role).await {
        Ok(member) => Ok(go_to_saying(PATH, &format!("{} is {} now.", member.name, form.role.as_str()))),
        Err(error) => refuse(&visit, error).await,
    }
}

pub async fn remove(visit: Visit, Id(id): Id<UserId>) -> Result<Response, Failure> {
    match team::remove(&visit.app, visit.caller.workspace_id, id).await {
        Ok(()) => Ok(go_to_saying(PATH, "Removed. Their keys of this workspace are revoked; what they made stays.")),
        Err(error) => refuse(&visit, error).await,
    }
}

/// Makes a link for another password and shows it, this once.
pub async fn reset_link(visit: Visit, Id(id): Id<UserId>) -> Result<Response, Failure> {
    let mut tx = visit.app.database.begin().await?;
    match team::reset_link(&visit.app, &mut tx, (&visit.caller).into(), id).await {
        Ok(made) => {
            let member = members::find(&mut tx, visit.caller.workspace_id, id).await?;
            tx.commit().await?;
            let whom = member.map_or_else(|| "them".to_owned(), |member| member.name);
            let words = format!("Hand this link to {whom}. It sets another password once, within an hour, and is shown only now.");
            render(&visit, &Wrongs::default(), None, Some(Made { words, link: made.url(&visit.app) })).await
        }
        Err(error) => {
            drop(tx);
            refuse(&visit, error).await
        }
    }
}

/// What people can read and mend stays on the page; the rest is a problem.
async fn refuse(visit: &Visit, error: TeamError) -> Result<Response, Failure> {
    match error {
        TeamError::LastOwner | TeamError::BelongsElsewhere => {
            let wrongs = Wrongs::whole(http::StatusCode::CONFLICT, error.to_string());
            render(visit, &wrongs, None, None).await
        }
        other => Err(other.into()),
    }
}

async fn render(visit: &Visit, wrongs: &Wrongs, form: Option<&Invite>, made: Option<Made>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Members", Section::Settings).await?;
    let scope = visit.caller.scope();
    let (found, total) = members::list(&mut conn, scope, MOST_MEMBERS, 0).await?;
    let invited = if frame.is_owner() { sign_in_links::invitations(&mut conn, scope, MOST_INVITATIONS, 0).await?.0 } else { Vec::new() };
    let now = crate::domain::Micros(conn.now_us().await?);
    let row = |member: Member| MemberRow {
        own: member.user_id == visit.caller.user_id,
        joined: frame.clock.moment(member.joined_at.timestamp()),
        member,
    };
    let members = found.into_iter().map(row).collect();
    let invitations = invited
        .iter()
        .map(|link| {
            let state = wire::invitation(link, now).state;
            let (word, sign, hue) = match state {
                InvitationState::Open => ("Open", '○', "amber"),
                InvitationState::Used => ("Used", '●', "green"),
                InvitationState::Revoked => ("Taken back", '–', "grey"),
                InvitationState::Expired => ("Run out", '–', "grey"),
            };
            InvitationRow {
                id: link.id,
                role: link.role.unwrap_or(Role::Viewer),
                email: link.email.clone(),
                is_open: state == InvitationState::Open,
                state: word,
                sign,
                hue,
                until: frame.clock.moment(link.used_at.or(link.revoked_at).unwrap_or(link.expires_at).timestamp()),
            }
        })
        .collect();
    let (email, role) = form.map_or(("", Role::Member), |form| (form.email.as_str(), form.role));
    finish(visit, wrongs, &MembersPage { frame, tab: Tab::Members, wrongs, members, total, invitations, email, role, made })
}

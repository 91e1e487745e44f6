//! `/settings`: the workspace, its members and keys, and what is one's own.

pub mod keys;
pub mod members;
pub mod you;

use askama::Template;
use axum::Form;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use super::frame::{Frame, Section};
use super::go_to;
use super::stranger::Wrongs;
use super::visit::{Visit, go_to_saying};
use crate::domain::{Role, WorkspaceId};
use crate::http::api::workspaces::{name, zone};
use crate::http::caller::Credential;
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::store::{sessions, workspaces};
use crate::team;

/// The pages of the settings, in the order of their tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    Workspace,
    Members,
    Keys,
    You,
}

impl Tab {
    pub const ALL: [Tab; 4] = [Tab::Workspace, Tab::Members, Tab::Keys, Tab::You];

    pub fn word(&self) -> &'static str {
        match self {
            Self::Workspace => "Workspace",
            Self::Members => "Members",
            Self::Keys => "API keys",
            Self::You => "You",
        }
    }

    pub fn path(&self) -> &'static str {
        match self {
            Self::Workspace => "/settings",
            Self::Members => "/settings/members",
            Self::Keys => "/settings/keys",
            Self::You => "/settings/you",
        }
    }
}

#[derive(Template)]
#[template(path = "settings/workspace.html")]
struct WorkspacePage<'a> {
    frame: Frame,
    tab: Tab,
    wrongs: &'a Wrongs,
    name: &'a str,
    time_zone: &'a str,
    zones: Vec<String>,
    new_name: &'a str,
}

pub async fn show(visit: Visit) -> Result<Response, Failure> {
    render(&visit, &Wrongs::default(), None, "").await
}

#[derive(Deserialize)]
pub struct Change {
    #[serde(default)]
    name: String,
    #[serde(default)]
    time_zone: String,
}

/// Name and time zone of the workspace.
pub async fn change(visit: Visit, Form(form): Form<Change>) -> Result<Response, Failure> {
    let (name, zone) = match (name("name", &form.name), zone(&form.time_zone)) {
        (Ok(name), Ok(zone)) => (name, zone),
        (Err(_), _) => return render(&visit, &Wrongs::one("name", "Write a name, in 255 characters at most."), Some(&form), "").await,
        (_, Err(_)) => {
            let wrongs = Wrongs::one("time_zone", "Write a time zone by its city, such as Europe/Berlin.");
            return render(&visit, &wrongs, Some(&form), "").await;
        }
    };
    let (scope, id) = (visit.caller.scope(), visit.caller.workspace_id);
    let mut tx = visit.app.database.begin().await?;
    workspaces::change(&mut tx, scope, id, Some(&name), Some(&zone)).await?.ok_or_else(WorkspaceId::not_found)?;
    tx.commit().await?;
    Ok(go_to_saying("/settings", "Saved."))
}

#[derive(Deserialize)]
pub struct New {
    #[serde(default)]
    new_name: String,
}

/// Makes another workspace, owned by who asks, and goes there.
pub async fn create(visit: Visit, Form(form): Form<New>) -> Result<Response, Failure> {
    if visit.caller.confined {
        return Err(Failure::forbidden(Role::Owner, visit.caller.role));
    }
    let Ok(name) = name("new_name", &form.new_name) else {
        return render(&visit, &Wrongs::one("new_name", "Write a name, in 255 characters at most."), None, &form.new_name).await;
    };
    let mut conn = visit.app.database.read().await?;
    let here = workspaces::find(&mut conn, visit.caller.scope(), visit.caller.workspace_id).await?.ok_or_else(WorkspaceId::not_found)?;
    drop(conn);
    let mut tx = visit.app.database.begin().await?;
    let made = workspaces::insert(&mut tx, WorkspaceId::new(), &name, &here.time_zone).await?;
    workspaces::add_member(&mut tx, made.id, visit.caller.user_id, Role::Owner).await?;
    if let Credential::Session(session_id) = visit.caller.credential {
        sessions::act_in(&mut tx, visit.caller.user_id, session_id, made.id).await?;
    }
    tx.commit().await?;
    Ok(go_to_saying("/", &format!("{name} is made, and you are in it.")))
}

/// Goes into another of one's workspaces: the session acts there from now on.
pub async fn enter(visit: Visit, Id(id): Id<WorkspaceId>) -> Result<Response, Failure> {
    let mut tx = visit.app.database.begin().await?;
    workspaces::role_of(&mut tx, id, visit.caller.user_id).await?.ok_or_else(WorkspaceId::not_found)?;
    let Credential::Session(session_id) = visit.caller.credential else {
        return Err(Failure::conflict("NOT_SIGNED_IN", "A key is led into another workspace by the header x-workspace-id."));
    };
    sessions::act_in(&mut tx, visit.caller.user_id, session_id, id).await?;
    tx.commit().await?;
    Ok(go_to("/"))
}

/// Leaves the workspace for good.
pub async fn leave(visit: Visit) -> Result<Response, Failure> {
    let Credential::Session(_) = visit.caller.credential else {
        return Err(Failure::conflict("NOT_SIGNED_IN", "A key does not leave a workspace; sign in to do it."));
    };
    team::remove(&visit.app, visit.caller.workspace_id, visit.caller.user_id).await?;
    Ok(go_to_saying("/", "You have left the workspace."))
}

async fn render(visit: &Visit, wrongs: &Wrongs, form: Option<&Change>, new_name: &str) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Settings", Section::Settings).await?;
    let (name, time_zone) = match form {
        Some(form) => (form.name.clone(), form.time_zone.clone()),
        None => (frame.workspace.name.clone(), frame.workspace.time_zone.clone()),
    };
    let zones = jiff::tz::db().available().map(|zone| zone.to_string()).filter(|zone| zone.contains('/') || zone == "UTC").collect();
    let page = WorkspacePage { frame, tab: Tab::Workspace, wrongs, name: &name, time_zone: &time_zone, zones, new_name };
    finish(visit, wrongs, &page)
}

/// The page, with the status of what is wrong.
fn finish(visit: &Visit, wrongs: &Wrongs, page: &impl Template) -> Result<Response, Failure> {
    visit.page_with(if wrongs.status.is_success() { StatusCode::OK } else { wrongs.status }, page)
}

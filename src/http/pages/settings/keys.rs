//! `/settings/keys`: API keys of the workspace.

use askama::Template;
use axum::Form;
use axum::response::Response;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Tab, finish};
use crate::domain::key::ApiKey;
use crate::domain::{KeyId, Micros, Role};
use crate::http::api::keys::{Wanted, make};
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::moment::Moment;
use crate::http::pages::stranger::Wrongs;
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::store::keys;

const MOST_KEYS: u32 = 500;
const PATH: &str = "/settings/keys";

#[derive(Template)]
#[template(path = "settings/keys.html")]
struct KeysPage<'a> {
    frame: Frame,
    tab: Tab,
    wrongs: &'a Wrongs,
    keys: Vec<KeyRow>,
    form: &'a NewKeyForm,
    made: Option<Made>,
}

pub struct KeyRow {
    pub key: ApiKey,
    pub kind: &'static str,
    pub state: &'static str,
    pub sign: char,
    pub hue: &'static str,
    pub is_valid: bool,
    pub used: Option<Moment>,
    pub created: Moment,
    pub expires: Option<Moment>,
}

struct Made {
    name: String,
    key: SecretString,
}

impl Made {
    fn key(&self) -> &str {
        self.key.expose_secret()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewKeyForm {
    name: String,
    /// owner, member, viewer or publishable.
    kind: String,
    /// Days until it ends; empty for never.
    days: String,
    confined: bool,
}

pub async fn show(visit: Visit) -> Result<Response, Failure> {
    render(&visit, &Wrongs::default(), &NewKeyForm { kind: "member".into(), ..NewKeyForm::default() }, None).await
}

/// Makes a key and shows it, this once.
pub async fn create(visit: Visit, Form(form): Form<NewKeyForm>) -> Result<Response, Failure> {
    let mut tx = visit.app.database.begin().await?;
    let now = Micros(tx.now_us().await?);
    let wanted = match wanted(&form, now) {
        Ok(wanted) => wanted,
        Err(wrongs) => {
            drop(tx);
            return render(&visit, &wrongs, &form, None).await;
        }
    };
    let (key, about) = make(&visit.app, &mut tx, &visit.caller, wanted).await?;
    tx.commit().await?;
    let blank = NewKeyForm { kind: "member".into(), ..NewKeyForm::default() };
    render(&visit, &Wrongs::default(), &blank, Some(Made { name: about.name, key })).await
}

fn wanted(form: &NewKeyForm, now: Micros) -> Result<Wanted, Wrongs> {
    let name = crate::http::api::workspaces::name("name", &form.name)
        .map_err(|_| Wrongs::one("name", "Write what it is for, in 255 characters at most."))?;
    let (role, publishable) = match form.kind.as_str() {
        "publishable" => (Role::Viewer, true),
        word => (Role::from_word(word).ok_or_else(|| Wrongs::one("kind", "Choose one of these."))?, false),
    };
    let expires_at = match form.days.trim() {
        "" => None,
        days => match days.parse::<u64>() {
            Ok(days @ 1..=3650) => Some(now.plus(std::time::Duration::from_secs(days * 24 * 3600))),
            _ => return Err(Wrongs::one("days", "Write a number of days, from 1 to 3,650, or leave it empty for no end.")),
        },
    };
    Ok(Wanted { name, role, publishable, confined: form.confined, expires_at })
}

pub async fn revoke(visit: Visit, Id(id): Id<KeyId>) -> Result<Response, Failure> {
    let mut tx = visit.app.database.begin().await?;
    let key = keys::revoke(&mut tx, visit.caller.scope(), id).await?.ok_or_else(KeyId::not_found)?;
    tx.commit().await?;
    Ok(go_to_saying(PATH, &format!("{} is revoked. Whoever uses it is refused from now on.", key.name)))
}

async fn render(visit: &Visit, wrongs: &Wrongs, form: &NewKeyForm, made: Option<Made>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "API keys", Section::Settings).await?;
    let (found, _) = keys::list(&mut conn, visit.caller.scope(), MOST_KEYS, 0).await?;
    let now = Micros(conn.now_us().await?);
    let rows = found.into_iter().map(|key| {
        let moment = |at: Micros| frame.clock.moment(at.timestamp());
        let (state, sign, hue) = match (key.revoked_at, key.expires_at) {
            (Some(_), _) => ("Revoked", '–', "grey"),
            (None, Some(at)) if at <= now => ("Run out", '–', "grey"),
            _ => ("Valid", '●', "green"),
        };
        KeyRow {
            kind: if key.publishable { "publishable" } else { key.role.as_str() },
            state,
            sign,
            hue,
            is_valid: key.is_valid_at(now),
            used: key.last_used_at.map(moment),
            created: moment(key.created_at),
            expires: key.expires_at.map(moment),
            key,
        }
    });
    let keys = rows.collect();
    finish(visit, wrongs, &KeysPage { frame, tab: Tab::Keys, wrongs, keys, form, made })
}

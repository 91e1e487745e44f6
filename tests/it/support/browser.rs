//! Somebody who has signed in, as their browser speaks: with the cookie, from our own origin, following no redirect by itself.

use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use serde_json::Value as Json;
use sluice::domain::{Role, SessionId, UserId, WorkspaceId};
use sluice::http::session_cookie;
use sluice::store::sessions::{self, NewSession};
use sluice::store::{users, workspaces};

use super::TestApp;
use super::app::{Answer, send};

#[derive(Debug, Clone)]
pub struct Browser {
    pub user_id: UserId,
    pub workspace_id: WorkspaceId,
    pub session_id: SessionId,
    /// As it is sent: `sluice_session=…`.
    pub cookie: String,
    base: String,
    http: reqwest::Client,
}

impl TestApp {
    /// A new person with that role in the first workspace, signed in.
    pub async fn signed_in(&self, role: Role) -> Browser {
        let home = self.owner().await.workspace_id;
        let user_id = UserId::new();
        let mut tx = self.database().begin().await.expect("a transaction");
        users::insert(&mut tx, user_id, "Grace Invented", None).await.expect("a user");
        workspaces::add_member(&mut tx, home, user_id, role).await.expect("a member");
        tx.commit().await.expect("it commits");
        self.browser_of(user_id, home).await
    }

    /// One more session of somebody.
    pub async fn browser_of(&self, user_id: UserId, workspace_id: WorkspaceId) -> Browser {
        let app = self.app();
        let token = app.randomness.token(43);
        let new = NewSession { id: SessionId::new(), user_id, workspace_id, hash: app.key_hasher.hash(&token), device: "A test".into() };
        let mut tx = self.database().begin().await.expect("a transaction");
        sessions::insert(&mut tx, &new).await.expect("a session");
        tx.commit().await.expect("it commits");
        let cookie = format!("{}={token}", session_cookie::NAME);
        Browser { user_id, workspace_id, session_id: new.id, cookie, base: self.url(""), http: browser_client() }
    }
}

impl Browser {
    /// A request from one of our own pages.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_from_anywhere(method, path).header("sec-fetch-site", "same-origin")
    }

    /// A request that says nothing of where it comes from.
    pub fn request_from_anywhere(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).header("cookie", &self.cookie)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// Sends a form.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
        send(request.body(body)).await
    }

    pub async fn post(&self, path: &str, body: Json) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }
}

#[expect(clippy::disallowed_methods, reason = "a test speaks to the server under test as any client does")]
pub(super) fn browser_client() -> reqwest::Client {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client")
}

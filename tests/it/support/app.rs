//! The whole program in process, on a port of its own, with a client that holds the owner's key.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value as Json, json};
use sluice::app::App;
use sluice::config::{Config, Settings};
use sluice::domain::key::SECRET_PREFIX;
use sluice::domain::{KeyId, Role, UserId, WorkspaceId};
use sluice::first_start::{new_key_text, shown_prefix};
use sluice::serve::{Options, Server};
use sluice::store::keys::NewKey;
use sluice::store::{Database, keys, users, workspaces};
use sluice_api::{Heard, Job, Told};

use super::TestDatabase;

pub const OWNER_KEY: &str = "the owner's key of a test";

pub struct TestApp {
    server: Option<Server>,
    http: reqwest::Client,
    base: String,
    database: TestDatabase,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The body of a success; the whole answer in the panic of any other.
    pub fn ok(&self) -> Json {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        if self.text.is_empty() { Json::Null } else { self.json() }
    }

    /// The body of a problem with this status, whose form is checked.
    pub fn problem(&self, status: u16) -> Json {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.text);
        let problem = self.json();
        assert_eq!(problem["status"], status);
        for field in ["type", "title", "detail", "error_code", "message", "request_id"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field} is missing in {problem}");
        }
        problem
    }
}

/// Somebody with a key.
#[derive(Debug, Clone)]
pub struct Tenant {
    pub workspace_id: WorkspaceId,
    pub key: String,
}

impl TestApp {
    pub async fn sqlite() -> Self {
        Self::over(TestDatabase::sqlite().await, Settings::default()).await
    }

    pub async fn postgres() -> Self {
        Self::over(TestDatabase::postgres().await, Settings::default()).await
    }

    /// Over a database, with settings of the test's own; address, database and keys are given by the harness.
    pub async fn over(database: TestDatabase, settings: Settings) -> Self {
        Self::over_with(database, settings, Options::default()).await
    }

    pub async fn over_with(database: TestDatabase, settings: Settings, options: Options) -> Self {
        let settings = Settings {
            data_dir: Some(database.folder().to_owned()),
            database_url: Some(database.url().into()),
            bind: settings.bind.or_else(|| Some("127.0.0.1:0".into())),
            secret_key: Some("the secret key of a test, long enough".into()),
            owner_key: Some(OWNER_KEY.into()),
            postgres_connections: Some(5),
            ..settings
        };
        let config = Config::load(&settings).unwrap_or_else(|error| panic!("{error}"));
        let server = Server::start(config, options).await.unwrap_or_else(|error| panic!("{error}"));
        let base = server.url.as_ref().expect("it listens").as_str().trim_end_matches('/').to_owned();
        Self { server: Some(server), http: http_client(), base, database }
    }

    pub fn app(&self) -> &Arc<App> {
        &self.server.as_ref().expect("it runs").app
    }

    /// The server's own handle, so that its clock can be moved.
    pub fn database(&self) -> Database {
        self.app().database.clone()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A request without a key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path))
    }

    /// A look at another server, such as a sandbox.
    pub fn elsewhere(&self, url: &str) -> RequestBuilder {
        self.http.get(url)
    }

    pub async fn get(&self, key: &str, path: &str) -> Answer {
        send(self.request(Method::GET, path).header("x-api-key", key)).await
    }

    pub async fn post(&self, key: &str, path: &str, body: Json) -> Answer {
        send(self.request(Method::POST, path).header("x-api-key", key).json(&body)).await
    }

    pub async fn patch(&self, key: &str, path: &str, body: Json) -> Answer {
        send(self.request(Method::PATCH, path).header("x-api-key", key).json(&body)).await
    }

    pub async fn delete(&self, key: &str, path: &str) -> Answer {
        send(self.request(Method::DELETE, path).header("x-api-key", key)).await
    }

    /// The typed client, as commands use it.
    pub fn client(&self, key: &str) -> sluice_api::Client {
        sluice_api::Client::new(self.base.parse().expect("a URL"), SecretString::from(key)).expect("a client")
    }

    /// A workspace with an owner of its own, who has nothing to do with the first one.
    pub async fn tenant(&self) -> Tenant {
        let mut tx = self.database().begin().await.expect("a transaction");
        let (workspace_id, user_id) = (WorkspaceId::new(), UserId::new());
        workspaces::insert(&mut tx, workspace_id, "Elsewhere", "UTC").await.expect("a workspace");
        users::insert(&mut tx, user_id, "Somebody else", None).await.expect("a user");
        workspaces::add_member(&mut tx, workspace_id, user_id, Role::Owner).await.expect("a member");
        tx.commit().await.expect("it commits");
        let key = self.key_for(workspace_id, user_id, Role::Owner).await;
        Tenant { workspace_id, key }
    }

    /// Another person in a workspace, with that role.
    pub async fn colleague(&self, workspace_id: WorkspaceId, role: Role) -> Tenant {
        let mut tx = self.database().begin().await.expect("a transaction");
        let user_id = UserId::new();
        users::insert(&mut tx, user_id, "A colleague", None).await.expect("a user");
        workspaces::add_member(&mut tx, workspace_id, user_id, role).await.expect("a member");
        tx.commit().await.expect("it commits");
        let key = self.key_for(workspace_id, user_id, role).await;
        Tenant { workspace_id, key }
    }

    async fn key_for(&self, workspace_id: WorkspaceId, user_id: UserId, role: Role) -> String {
        let app = self.app();
        let text = new_key_text(SECRET_PREFIX, &app.randomness);
        let new = NewKey {
            id: KeyId::new(),
            workspace_id,
            user_id,
            name: "a test's".into(),
            role,
            publishable: false,
            confined: false,
            hash: app.key_hasher.hash(text.expose_secret()),
            prefix: shown_prefix(&text),
            expires_at: None,
        };
        let mut tx = self.database().begin().await.expect("a transaction");
        keys::insert(&mut tx, &new).await.expect("a key");
        tx.commit().await.expect("it commits");
        text.expose_secret().to_owned()
    }

    /// The workspace and the user behind [`OWNER_KEY`].
    pub async fn owner(&self) -> Tenant {
        let mut conn = self.database().read().await.expect("a connection");
        let (workspace_id, _) = users::first_owner(&mut conn).await.expect("it is read").expect("the first owner");
        Tenant { workspace_id, key: OWNER_KEY.into() }
    }

    /// A Unipile account of the key's user at `base_url`, without asking the provider.
    pub async fn account(&self, key: &str, base_url: &str, api: &str) -> String {
        let body = json!({
            "provider": "unipile", "base_url": base_url, "api_key": "a provider's key", "external_account_id": format!("acc_{api}"),
            "api": api, "pace": {"delay_ms": 0, "jitter_pct": 0}, "budgets": {"search_rows_per_day": 100_000},
        });
        self.post(key, "/api/v1/accounts", body).await.ok()["id"].as_str().expect("an id").to_owned()
    }

    /// The job's last state, once it has ended.
    pub async fn ended(&self, key: &str, id: &str) -> Job {
        self.watch(key, id, |job| job.status.is_final()).await
    }

    /// The job, once it has this status.
    pub async fn until(&self, key: &str, id: &str, status: &str) -> Job {
        self.watch(key, id, |job| job.status.as_str() == status).await
    }

    async fn watch(&self, key: &str, id: &str, reached: impl Fn(&Job) -> bool) -> Job {
        let mut events = self.client(key).job_events(id);
        let mut last = None;
        let watching = async {
            while let Some(heard) = events.next().await {
                let Ok(Heard::Frame(frame)) = heard else { panic!("the stream of events broke: {heard:?}") };
                if let Told::Job(job) = frame.told {
                    if reached(&job) {
                        return *job;
                    }
                    last = Some(job);
                }
            }
            panic!("the job ended otherwise: {last:?}");
        };
        tokio::time::timeout(Duration::from_secs(60), watching).await.expect("it happens within a minute")
    }

    /// As a signal would; the database stays.
    pub async fn stop(mut self) -> TestDatabase {
        self.server.take().expect("it runs").stop().await;
        self.database
    }
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap_or_else(|error| panic!("{error:?}"));
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap_or_else(|error| panic!("{error:?}")) }
}

#[expect(clippy::disallowed_methods, reason = "a test speaks to the server under test as any client does")]
fn http_client() -> reqwest::Client {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

//! The typed client of `/api/v1`: one method an endpoint.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;
use uuid::Uuid;

use crate::account::{Account, AccountPatch, AccountRequest, AccountTest, DiscoverRequest, DiscoveredAccount};
use crate::events::Events;
use crate::export::{Export, ExportRequest};
use crate::import::{Import, ImportRequest, RowError};
use crate::job::Job;
use crate::key::{Key, KeyCreated, KeyRequest};
use crate::list::{JobsQuery, List, PageQuery, ResultsQuery};
use crate::me::Me;
use crate::member::SignInLink;
use crate::problem::Problem;
use crate::prospect::Prospect;
use crate::schedule::{Schedule, SchedulePatch};
use crate::search::{SearchAccepted, SearchRequest};
use crate::workspace::{Workspace, WorkspaceRequest};

/// How long one answer may take; a route that waits for its job does so for 25 s.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(40);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a request that may be repeated is sent when its connection breaks.
const SENDINGS: u32 = 3;

/// Why a call gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server refused, and says why.
    #[error("{}", .0.message)]
    Problem(Box<Problem>),
    /// No answer came.
    #[error("{url} cannot be reached: {why}")]
    Unreachable { url: String, why: String },
    /// An answer came that is not Sluice's.
    #[error("{url} answered {status} with something that is not understood: {why}")]
    Unreadable { url: String, status: u16, why: String },
}

/// A server, and the key to act there. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    key: SecretString,
    workspace_id: Option<String>,
}

impl Client {
    /// The process must have chosen its TLS provider before. Redirections are not followed: they would carry the key elsewhere.
    pub fn new(base: Url, key: SecretString) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("sluice/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| unreachable(&base, &error))?;
        Ok(Client { http, base, key, workspace_id: None })
    }

    /// The same client, acting in another workspace than the key's own.
    pub fn in_workspace(mut self, workspace_id: impl Into<String>) -> Self {
        self.workspace_id = Some(workspace_id.into());
        self
    }

    /// Where the server is.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// `Ok` when the server is up and can reach its database.
    pub async fn ready(&self) -> Result<(), ClientError> {
        self.done(self.request(Method::GET, &["readyz"])).await
    }

    pub async fn create_search(&self, request: &SearchRequest) -> Result<SearchAccepted, ClientError> {
        self.answer(self.creation(&["api", "v1", "searches"]).json(request)).await
    }

    /// Stores a search whose `schedule` is given: it starts at its times instead of now.
    pub async fn create_schedule(&self, request: &SearchRequest) -> Result<Schedule, ClientError> {
        self.answer(self.creation(&["api", "v1", "searches"]).json(request)).await
    }

    pub async fn schedules(&self, query: &PageQuery) -> Result<List<Schedule>, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "schedules"]).query(query)).await
    }

    pub async fn schedule(&self, id: &str) -> Result<Schedule, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "schedules", id])).await
    }

    pub async fn change_schedule(&self, id: &str, patch: &SchedulePatch) -> Result<Schedule, ClientError> {
        self.answer(self.request(Method::PATCH, &["api", "v1", "schedules", id]).json(patch)).await
    }

    pub async fn delete_schedule(&self, id: &str) -> Result<(), ClientError> {
        self.done(self.request(Method::DELETE, &["api", "v1", "schedules", id])).await
    }

    /// The job of a search.
    pub async fn search(&self, id: &str) -> Result<Job, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "searches", id])).await
    }

    pub async fn search_results(&self, id: &str, query: &ResultsQuery) -> Result<List<Prospect>, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "searches", id, "results"]).query(query)).await
    }

    /// Starts writing a file; it is a job with the same id.
    pub async fn create_export(&self, request: &ExportRequest) -> Result<Export, ClientError> {
        self.answer(self.creation(&["api", "v1", "exports"]).json(request)).await
    }

    pub async fn exports(&self, query: &PageQuery) -> Result<List<Export>, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "exports"]).query(query)).await
    }

    pub async fn export(&self, id: &str) -> Result<Export, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "exports", id])).await
    }

    /// The file of a finished export, piece by piece. A file that breaks off ends with an error.
    pub async fn download_export(&self, id: &str) -> Result<impl Stream<Item = Result<Bytes, ClientError>>, ClientError> {
        let segments = ["api", "v1", "exports", id, "file"];
        let url = self.url(&segments);
        let response = self.open_download(&segments).await?;
        Ok(response.bytes_stream().map(move |piece| piece.map_err(|error| unreachable(&url, &error))))
    }

    /// Brings in people from a text or from a file that is there already; it is a job with the same id.
    pub async fn create_import(&self, request: &ImportRequest) -> Result<Import, ClientError> {
        self.answer(self.creation(&["api", "v1", "imports"]).json(request)).await
    }

    pub async fn import(&self, id: &str) -> Result<Import, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "imports", id])).await
    }

    pub async fn import_errors(&self, id: &str, query: &PageQuery) -> Result<List<RowError>, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "imports", id, "errors"]).query(query)).await
    }

    pub async fn jobs(&self, query: &JobsQuery) -> Result<List<Job>, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "jobs"]).query(query)).await
    }

    pub async fn job(&self, id: &str) -> Result<Job, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "jobs", id])).await
    }

    pub async fn pause_job(&self, id: &str) -> Result<Job, ClientError> {
        self.answer(self.request(Method::POST, &["api", "v1", "jobs", id, "pause"])).await
    }

    pub async fn resume_job(&self, id: &str) -> Result<Job, ClientError> {
        self.answer(self.request(Method::POST, &["api", "v1", "jobs", id, "resume"])).await
    }

    pub async fn cancel_job(&self, id: &str) -> Result<Job, ClientError> {
        self.answer(self.request(Method::POST, &["api", "v1", "jobs", id, "cancel"])).await
    }

    /// Queues a failed job again: same id, rows and cursor kept.
    pub async fn retry_job(&self, id: &str) -> Result<Job, ClientError> {
        self.answer(self.request(Method::POST, &["api", "v1", "jobs", id, "retry"])).await
    }

    /// The job as it is, then every change of it; ends with the run.
    pub fn job_events(&self, id: &str) -> Events {
        Events::of_job(self.clone(), id)
    }

    /// Every change in the workspace from now on; never ends by itself.
    pub fn events(&self) -> Events {
        Events::of_workspace(self.clone())
    }

    pub async fn accounts(&self, query: &PageQuery) -> Result<List<Account>, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "accounts"]).query(query)).await
    }

    pub async fn account(&self, id: &str) -> Result<Account, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "accounts", id])).await
    }

    pub async fn create_account(&self, request: &AccountRequest) -> Result<Account, ClientError> {
        self.answer(self.creation(&["api", "v1", "accounts"]).json(request)).await
    }

    pub async fn change_account(&self, id: &str, patch: &AccountPatch) -> Result<Account, ClientError> {
        self.answer(self.request(Method::PATCH, &["api", "v1", "accounts", id]).json(patch)).await
    }

    pub async fn delete_account(&self, id: &str) -> Result<(), ClientError> {
        self.done(self.request(Method::DELETE, &["api", "v1", "accounts", id])).await
    }

    /// Asks the provider whether the account works.
    pub async fn test_account(&self, id: &str) -> Result<AccountTest, ClientError> {
        self.answer(self.request(Method::POST, &["api", "v1", "accounts", id, "test"])).await
    }

    pub async fn discover_accounts(&self, request: &DiscoverRequest) -> Result<List<DiscoveredAccount>, ClientError> {
        self.answer(self.request(Method::POST, &["api", "v1", "accounts", "discover"]).json(request)).await
    }

    pub async fn workspaces(&self, query: &PageQuery) -> Result<List<Workspace>, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "workspaces"]).query(query)).await
    }

    pub async fn create_workspace(&self, request: &WorkspaceRequest) -> Result<Workspace, ClientError> {
        self.answer(self.creation(&["api", "v1", "workspaces"]).json(request)).await
    }

    pub async fn keys(&self, query: &PageQuery) -> Result<List<Key>, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "keys"]).query(query)).await
    }

    pub async fn create_key(&self, request: &KeyRequest) -> Result<KeyCreated, ClientError> {
        self.answer(self.creation(&["api", "v1", "keys"]).json(request)).await
    }

    /// Whose key it is, and where it acts.
    pub async fn me(&self) -> Result<Me, ClientError> {
        self.answer(self.request(Method::GET, &["api", "v1", "me"])).await
    }

    /// A link that lets the key's user into the web pages once.
    pub async fn sign_in_link(&self) -> Result<SignInLink, ClientError> {
        self.answer(self.request(Method::POST, &["api", "v1", "me", "sign-in-link"])).await
    }

    pub async fn revoke_key(&self, id: &str) -> Result<(), ClientError> {
        self.done(self.request(Method::DELETE, &["api", "v1", "keys", id])).await
    }

    /// Opens a stream of events after the one with the id `last_event_id`.
    pub(crate) async fn open_stream(&self, segments: &[&str], last_event_id: &str) -> Result<Response, ClientError> {
        let mut request = self.authorized(Method::GET, segments).header(ACCEPT, "text/event-stream");
        if !last_event_id.is_empty() {
            request = request.header("last-event-id", last_event_id);
        }
        let url = self.url(segments);
        // The time-out is for the head alone: the body is the stream.
        let sent = tokio::time::timeout(ANSWER_TIMEOUT, request.send()).await;
        let response = match sent {
            Ok(response) => response.map_err(|error| unreachable(&url, &error))?,
            Err(_) => return Err(ClientError::Unreachable { url: url.to_string(), why: "no answer in time".into() }),
        };
        if response.status().is_success() { Ok(response) } else { Err(refusal(url, response).await) }
    }

    /// Opens a file; its time-out is for the head alone.
    async fn open_download(&self, segments: &[&str]) -> Result<Response, ClientError> {
        let url = self.url(segments);
        match tokio::time::timeout(ANSWER_TIMEOUT, send(self.authorized(Method::GET, segments))).await {
            Ok(Ok((_, response))) if response.status().is_success() => Ok(response),
            Ok(Ok((url, response))) => Err(refusal(url, response).await),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(ClientError::Unreachable { url: url.to_string(), why: "no answer in time".into() }),
        }
    }

    pub(crate) fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// A request that creates: it may be sent again, because its key lets the server recognise it.
    fn creation(&self, segments: &[&str]) -> RequestBuilder {
        self.request(Method::POST, segments).header("idempotency-key", Uuid::now_v7().to_string())
    }

    fn request(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        self.authorized(method, segments).timeout(ANSWER_TIMEOUT).header(ACCEPT, "application/json, application/problem+json")
    }

    fn authorized(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        let mut headers = HeaderMap::new();
        // A key that no header can hold is a wrong key: the server's 401 says so better than an error of our own.
        if let Ok(mut key) = HeaderValue::from_str(self.key.expose_secret()) {
            key.set_sensitive(true);
            headers.insert("x-api-key", key);
        }
        if let Some(Ok(workspace_id)) = self.workspace_id.as_deref().map(HeaderValue::from_str) {
            headers.insert("x-workspace-id", workspace_id);
        }
        self.http.request(method, self.url(segments)).headers(headers)
    }

    async fn answer<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ClientError> {
        let (url, response) = send(request).await?;
        let status = response.status();
        if !status.is_success() {
            return Err(refusal(url, response).await);
        }
        let body = response.bytes().await.map_err(|error| unreachable(&url, &error))?;
        serde_json::from_slice(&body).map_err(|error| ClientError::Unreadable {
            url: url.to_string(),
            status: status.as_u16(),
            why: error.to_string(),
        })
    }

    async fn done(&self, request: RequestBuilder) -> Result<(), ClientError> {
        let (url, response) = send(request).await?;
        if response.status().is_success() { Ok(()) } else { Err(refusal(url, response).await) }
    }
}

/// Sends it, and again when the connection broke on the way and a repetition does no harm. A server that is not there is not asked twice.
async fn send(request: RequestBuilder) -> Result<(Url, Response), ClientError> {
    let (http, request) = request.build_split();
    let request = request.map_err(|error| ClientError::Unreachable { url: "the server".into(), why: root_cause(&error) })?;
    let url = request.url().clone();
    let repeatable = request.method() == Method::GET || request.headers().contains_key("idempotency-key");
    let mut sendings = 1;
    let mut request = Some(request);
    while let Some(this) = request {
        request = if repeatable { this.try_clone() } else { None };
        match http.execute(this).await {
            Ok(response) => return Ok((url, response)),
            Err(error) if request.is_none() || error.is_connect() || error.is_timeout() || sendings == SENDINGS => {
                return Err(unreachable(&url, &error));
            }
            Err(_) => sendings += 1,
        }
    }
    Err(ClientError::Unreachable { url: url.to_string(), why: "the request could not be sent again".into() })
}

/// The problem in an answer that is not a success.
async fn refusal(url: Url, response: Response) -> ClientError {
    let status = response.status();
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok()).map(str::to_owned);
    let body = match response.bytes().await {
        Ok(body) => body,
        Err(error) => return unreachable(&url, &error),
    };
    match serde_json::from_slice::<Problem>(&body) {
        Ok(mut problem) if !problem.title.is_empty() || !problem.message.is_empty() => {
            problem.status = status.as_u16();
            if problem.message.is_empty() {
                problem.message = if problem.detail.is_empty() { problem.title.clone() } else { problem.detail.clone() };
            }
            ClientError::Problem(Box::new(problem))
        }
        _ => ClientError::Unreadable { url: url.to_string(), status: status.as_u16(), why: describe(status, location, &body) },
    }
}

fn describe(status: StatusCode, location: Option<String>, body: &[u8]) -> String {
    if let Some(location) = location {
        return format!("a redirection to {location}");
    }
    let text: String = String::from_utf8_lossy(body).chars().take(80).collect();
    if text.trim().is_empty() { status.canonical_reason().unwrap_or("an empty body").to_owned() } else { text.trim().replace('\n', " ") }
}

pub(crate) fn unreachable(url: &Url, error: &reqwest::Error) -> ClientError {
    let why = if error.is_timeout() { "no answer in time".to_owned() } else { root_cause(error) };
    ClientError::Unreachable { url: url.to_string(), why }
}

/// The innermost error says what happened; those around it only say where.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

mod postings;
#[cfg(test)]
pub(crate) mod tests;

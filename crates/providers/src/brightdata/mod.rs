//! Bright Data's data set of job postings: asked for, waited for, fetched.
//!
//! Asking costs money and is not idempotent. So the first step only notes which snapshots there are, and its cursor is stored before anything is
//! asked for; when the answer to the asking is lost, the second step finds the new snapshot in the list instead of asking and paying again.

mod endpoints;
mod failure;
mod kept;
mod parse;
mod progress;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::ExposeSecret;
use serde_json::Value;
use url::Url;

use crate::error::ProviderError;
use crate::fetch::{Answer, Fetch, Request};
use crate::lenient::text;
use crate::linkedin::posting_url;
use crate::page::Cursor;
use crate::posting::{PostingPage, PostingQuery, SearchEnd};
use crate::posting_provider::{Manners, PostingCollector, PostingLogin, PostingProvider, SearchPlan};
use failure::Subject;
use kept::{Collections, Kept};
pub use parse::{Rows, parse_rows};
use progress::{Place, Status};

/// Between two looks at whether a snapshot is ready, as the vendor advises.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
const PACE: Duration = Duration::from_secs(1);
/// What to know before it is switched on.
pub const NOTICE: &str = "Bright Data collects public postings for a price per record, which its dashboard shows.";
/// The most addresses in one request.
const MOST_ADDRESSES: usize = 1_000;

/// The most bytes that one collection may have, all of its parts together. They are held while the collection is stored, read into records.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The connector. Cheap to clone. It keeps the collections that it downloaded last, so that its callers may store them in parts: three at
/// most, each from answers of 64 MiB at most, until another one takes its place.
#[derive(Debug, Clone)]
pub struct BrightData {
    fetch: Fetch,
    collections: Collections,
}

/// What is to be collected.
enum Wanted<'a> {
    Discovered(&'a PostingQuery),
    Ids(&'a [String]),
}

impl BrightData {
    pub fn new(fetch: Fetch) -> Self {
        Self { fetch, collections: Collections::default() }
    }

    async fn call(&self, login: &PostingLogin, method: Method, url: Url, body: Option<Value>) -> Result<Answer, ProviderError> {
        self.fetch.send(request(login, method, url, body)?).await
    }

    /// One step of a collection: at most two calls, the second of which is the asking itself.
    async fn step(&self, login: &PostingLogin, wanted: &Wanted<'_>, cursor: Option<&Cursor>) -> Result<PostingPage, ProviderError> {
        let place = cursor.map(Place::read).transpose()?;
        match place {
            None => {
                let known = self.list(login).await?;
                Ok(later(&Place::Asking { known, failures: 0 }, None))
            }
            Some(Place::Asking { known, failures }) => self.ask(login, wanted, known, failures).await,
            Some(Place::Waiting { snapshot, known, found, failures }) => self.look(login, wanted, snapshot, known, found, failures).await,
        }
    }

    async fn list(&self, login: &PostingLogin) -> Result<Vec<String>, ProviderError> {
        let answer = self.call(login, Method::GET, endpoints::snapshots(login)?, None).await?;
        failure::check(&answer, Subject::Snapshots, login)?;
        progress::read_snapshots(&answer.body)
    }

    /// Asks, unless a snapshot is there that was not before: the answer to an earlier asking was lost.
    async fn ask(
        &self,
        login: &PostingLogin,
        wanted: &Wanted<'_>,
        mut known: Vec<String>,
        failures: u32,
    ) -> Result<PostingPage, ProviderError> {
        let mut fresh: Vec<String> = self.list(login).await?.into_iter().filter(|id| !known.contains(id)).collect();
        if let Some(snapshot) = fresh.pop() {
            // Others may be another search's; whether this one is ours its rows will say.
            return Ok(later(&Place::Waiting { snapshot, known, found: true, failures }, Some(LOOK_AGAIN)));
        }
        let (url, body) = match wanted {
            Wanted::Discovered(query) => (endpoints::discover(login, query.most_records)?, endpoints::discover_inputs(query)),
            Wanted::Ids(ids) => (endpoints::collect(login)?, endpoints::collect_inputs(ids)),
        };
        let answer = self.call(login, Method::POST, url, Some(body)).await?;
        failure::check(&answer, Subject::Asking, login)?;
        let snapshot = progress::read_snapshot_id(&answer.body)?;
        known.sort_unstable();
        Ok(later(&Place::Waiting { snapshot, known, found: false, failures }, Some(LOOK_AGAIN)))
    }

    /// Looks whether the snapshot is ready, and fetches it part by part when it is. What has been fetched is handed out as a whole, again and again.
    async fn look(
        &self,
        login: &PostingLogin,
        wanted: &Wanted<'_>,
        snapshot: String,
        mut known: Vec<String>,
        found: bool,
        failures: u32,
    ) -> Result<PostingPage, ProviderError> {
        let kept = self.collections.of(login, &snapshot, Instant::now());
        if kept.is_none() {
            let answer = self.call(login, Method::GET, endpoints::progress(login, &snapshot)?, None).await?;
            failure::check(&answer, Subject::Snapshot, login)?;
            match progress::read_status(&answer.body)? {
                Status::Working => return Ok(later(&Place::Waiting { snapshot, known, found, failures }, Some(LOOK_AGAIN))),
                Status::Failed(reason) => {
                    known.push(snapshot);
                    // One that was found may be somebody else's, whose failures are not ours.
                    if found {
                        return Ok(later(&Place::Asking { known, failures }, None));
                    }
                    if failures > 0 {
                        let detail = format!(
                            "Bright Data could not collect the postings, twice ({reason}): start the search anew, later or narrower."
                        );
                        return Err(ProviderError::Refused { field: None, detail });
                    }
                    return Ok(later(&Place::Asking { known, failures: failures + 1 }, Some(LOOK_AGAIN)));
                }
                Status::Ready => {}
            }
        }
        let Some(mut kept) = kept.or_else(|| self.collections.begin(login, &snapshot, Instant::now())) else {
            // Others are being downloaded, and it is there whenever they are done.
            return Ok(later(&Place::Waiting { snapshot, known, found, failures }, Some(LOOK_AGAIN)));
        };
        if !kept.is_whole(wanted.most()) {
            let Some((part, bytes)) = self.download(login, &snapshot, &kept).await? else {
                return Ok(later(&Place::Waiting { snapshot, known, found, failures }, Some(LOOK_AGAIN)));
            };
            kept.add(part, bytes);
            self.collections.keep(&kept, kept.is_whole(wanted.most()), Instant::now());
        }
        if !kept.is_whole(wanted.most()) {
            return Ok(later(&Place::Waiting { snapshot, known, found, failures }, None));
        }
        if found && !wanted.is_answered_by(&kept.rows.asked) {
            known.push(snapshot);
            return Ok(later(&Place::Asking { known, failures }, None));
        }
        Ok(all(Rows::clone(&kept.rows), wanted))
    }

    /// The next part with its length; `None` when it is not ready after all, whatever was said before.
    async fn download(&self, login: &PostingLogin, snapshot: &str, kept: &Kept) -> Result<Option<(Rows, usize)>, ProviderError> {
        let url = endpoints::download(login, snapshot, kept.parts + 1)?;
        let fetch = self.fetch.reading_at_most(MOST_BYTES.saturating_sub(kept.bytes));
        let answer = match fetch.send(request(login, Method::GET, url, None)?).await {
            Ok(answer) => answer,
            Err(ProviderError::LayoutChanged { .. }) => {
                let detail = format!(
                    "Bright Data's collection is larger than {} MiB, which is more than is read at once: start the search anew, narrower, or with fewer pages.",
                    MOST_BYTES / (1024 * 1024)
                );
                return Err(ProviderError::Refused { field: None, detail });
            }
            Err(error) => return Err(error),
        };
        let body = answer.body.clone();
        if answer.status == 202 || answer.status == 400 && parse::says_not_ready(&body) {
            return Ok(None);
        }
        if !parse::says_empty(&body) {
            failure::check(&answer, Subject::Snapshot, login)?;
        }
        let bytes = body.len();
        // Up to seconds of work, which must not hold up the runtime.
        let read = tokio::task::spawn_blocking(move || parse_rows(&body)).await;
        match read {
            Ok(rows) => Ok(rows?.map(|rows| (rows, bytes))),
            Err(stopped) => match stopped.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => {
                    Err(ProviderError::Unreachable { status: None, detail: "the server stopped while it read the collection".to_owned() })
                }
            },
        }
    }
}

impl Wanted<'_> {
    /// How many rows there can be.
    fn most(&self) -> Option<usize> {
        match self {
            Self::Discovered(query) => query.most_records.and_then(|most| usize::try_from(most).ok()),
            Self::Ids(ids) => Some(ids.len()),
        }
    }

    /// Whether rows of a snapshot that was found in the list are the answer to this. Several jobs may collect under one key, so the whole of what was
    /// asked has to be the same, and rows that do not say what was asked are somebody else's.
    fn is_answered_by(&self, asked: &parse::Asked) -> bool {
        match self {
            Self::Ids(ids) => asked.discoveries.is_empty() && asked.ids.iter().eq(&ids.iter().cloned().collect::<BTreeSet<_>>()),
            Self::Discovered(query) => {
                let ours = endpoints::discover_input(query);
                let same = |theirs: &parse::Object| {
                    endpoints::DISCOVERY_FIELDS.iter().all(|name| text(theirs.get(*name)) == text(ours.get(*name)))
                };
                matches!(asked.discoveries.as_slice(), [theirs] if same(theirs))
            }
        }
    }
}

/// The whole collection, newest postings first. The order is the same whenever it is downloaded, so that its callers can go on in the middle.
fn all(rows: Rows, wanted: &Wanted<'_>) -> PostingPage {
    let mut rows = match wanted {
        Wanted::Ids(ids) => rows.only(ids),
        Wanted::Discovered(_) => rows,
    };
    let number = |id: &str| (id.len(), id.to_owned());
    rows.records.sort_by_cached_key(|record| std::cmp::Reverse(number(&record.posting_id)));
    let total = u64::try_from(rows.received()).ok();
    PostingPage { records: rows.records, rejected: rows.rejected, next: None, total, end: Some(SearchEnd::Exhausted), wait: None }
}

fn request(login: &PostingLogin, method: Method, url: Url, body: Option<Value>) -> Result<Request, ProviderError> {
    let missing = |detail: &str| ProviderError::Refused { field: Some("secret".to_owned()), detail: detail.to_owned() };
    let key =
        login.secret.as_ref().ok_or_else(|| missing("Bright Data needs an API key: its dashboard shows one under account settings."))?;
    let mut header = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret().trim()))
        .map_err(|_| missing("The API key holds characters that cannot be sent: copy it again from Bright Data's dashboard."))?;
    header.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, header);
    Ok(Request { method, url, headers, body })
}

fn later(place: &Place, wait: Option<Duration>) -> PostingPage {
    PostingPage { records: Vec::new(), rejected: Vec::new(), next: Some(place.cursor()), total: None, end: None, wait }
}

#[async_trait]
impl PostingProvider for BrightData {
    fn manners(&self, login: &PostingLogin) -> Manners {
        let host = login.base_url.host_str().unwrap_or("api.brightdata.com").to_owned();
        Manners { pace: PACE, host, cool_down: Duration::from_secs(60), cap: u32::MAX, notice: NOTICE }
    }

    fn plan(&self, query: &PostingQuery) -> Result<SearchPlan, ProviderError> {
        let refuse = |field: &str, detail: &str| Err(ProviderError::Refused { field: Some(field.to_owned()), detail: detail.to_owned() });
        if query.location.as_deref().is_none_or(|place| place.trim().is_empty()) {
            return refuse("location", "Bright Data searches within a place: give location, such as “Berlin, Germany” or “Worldwide”.");
        }
        if query.geo_id.is_some() {
            return refuse("geo_id", "Bright Data knows places by their names: give location instead of geo_id.");
        }
        if query.distance_miles.is_some() {
            return refuse(
                "distance_miles",
                "Bright Data searches by the place alone: leave distance_miles out, or search LinkedIn's public pages.",
            );
        }
        Ok(SearchPlan { check_locally: query.checkable_filters(), check_on_pages: Vec::new(), unproven: Vec::new() })
    }

    /// Two calls at most.
    async fn search_postings(
        &self,
        login: &PostingLogin,
        query: &PostingQuery,
        cursor: Option<&Cursor>,
    ) -> Result<PostingPage, ProviderError> {
        self.plan(query)?;
        self.step(login, &Wanted::Discovered(query), cursor).await
    }
}

#[async_trait]
impl PostingCollector for BrightData {
    /// One call: listing what was collected is free.
    async fn check(&self, login: &PostingLogin) -> Result<(), ProviderError> {
        self.list(login).await.map(|_| ())
    }

    /// Two calls at most.
    async fn collect_postings(
        &self,
        login: &PostingLogin,
        posting_ids: &[String],
        cursor: Option<&Cursor>,
    ) -> Result<PostingPage, ProviderError> {
        let refuse = |detail: String| Err(ProviderError::Refused { field: Some("posting_ids".to_owned()), detail });
        if posting_ids.is_empty() || posting_ids.len() > MOST_ADDRESSES {
            return refuse(format!("Between 1 and {MOST_ADDRESSES} postings are collected at once, not {}.", posting_ids.len()));
        }
        for id in posting_ids {
            // An address would cost as much as a posting, and lead elsewhere.
            if posting_url::id_of_posting(id).ok().as_ref() != Some(id) {
                return refuse(format!("“{id}” is not a posting's number: it has 6 to 19 digits."));
            }
        }
        self.step(login, &Wanted::Ids(posting_ids), cursor).await
    }
}

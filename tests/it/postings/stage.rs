//! A workspace with a source of postings and an engine that asks it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use sluice::accounts::postings::PostingConnector;
use sluice::accounts::{Accounts, Connectors};
use sluice::domain::account::{Account, AccountState, Budgets, Credentials, Pace, ProviderName};
use sluice::domain::job::{Job, JobState, StopReason};
use sluice::domain::posting::filter::WordFilters;
use sluice::domain::posting::{Outcome, Statistics};
use sluice::domain::{AccountId, JobId, Micros};
use sluice::jobs::fetch_postings::start::{self as fetch, FetchOrder};
use sluice::jobs::search_postings::start::{self as search, SearchOrder};
use sluice::sealing::Sealer;
use sluice::store::database::sql;
use sluice::store::postings::items::{self, Asked, Item};
use sluice::store::{accounts, jobs, timeline};
use sluice_providers::posting::{Description, SearchEnd, Shown};
use sluice_providers::posting_provider::{Manners, SearchPlan};
use sluice_providers::{
    Cursor, Fetch, FetchConfig, LinkedIn, PostingAnswer, PostingFetcher, PostingLogin, PostingPage, PostingProvider, PostingQuery,
    PostingRecord, ProviderError,
};

use crate::support::TestDatabase;
use crate::support::search::{SECRET, SearchStage};
use crate::support::worker::{Worker, settings};

pub struct PostingStage {
    pub inner: SearchStage,
    pub account: AccountId,
}

impl PostingStage {
    /// A sandbox with these faults, and an account of its public pages that keeps no pace.
    pub async fn new(test: &TestDatabase, faults: &str) -> Self {
        Self::of(SearchStage::new(test, faults).await, ProviderName::Linkedin).await
    }

    pub async fn of(inner: SearchStage, provider: ProviderName) -> Self {
        let account = add_account(&inner, provider, Duration::ZERO).await;
        Self { inner, account }
    }

    /// The same with a provider that answers as it is told.
    pub async fn scripted(test: &TestDatabase, script: Script) -> Self {
        let mut inner = SearchStage::new(test, "").await;
        let connectors = Connectors {
            postings: [(ProviderName::Linkedin, PostingConnector::Pages(Arc::new(script)))].into_iter().collect(),
            ..Connectors::default()
        };
        let sealer = Sealer::new(&SecretString::from(SECRET), inner.randomness.clone());
        inner.accounts = Arc::new(Accounts::new(inner.database.clone(), sealer, connectors));
        Self::of(inner, ProviderName::Linkedin).await
    }

    pub fn order(&self, keywords: &[&str]) -> SearchOrder {
        SearchOrder {
            workspace_id: self.inner.workspace,
            user_id: self.inner.user,
            title: None,
            queries: keywords.iter().map(|words| query(words)).collect(),
            account_id: Some(self.account),
            max_pages: 3,
            fetch_details: true,
            filters: WordFilters::default(),
            priority: 0,
            deadline: None,
        }
    }

    pub async fn search(&self, order: SearchOrder) -> JobId {
        let mut tx = self.inner.database.begin().await.unwrap();
        let plan = search::plan(&mut tx, &self.inner.accounts, order).await.expect("the search can be done");
        let job = search::start(&mut tx, &plan, jobs::MAX_ATTEMPTS).await.unwrap();
        tx.commit().await.unwrap();
        job.id
    }

    pub async fn fetch(&self, ids: &[String], fresh_for: Option<Duration>) -> JobId {
        let order = FetchOrder {
            workspace_id: self.inner.workspace,
            user_id: self.inner.user,
            addresses: ids.iter().map(|id| (format!("linkedin.com/jobs/view/{id}"), id.clone())).collect(),
            account_id: Some(self.account),
            fresh_for,
            priority: 0,
            deadline: None,
        };
        let mut tx = self.inner.database.begin().await.unwrap();
        let plan = fetch::plan(&mut tx, &self.inner.accounts, order).await.expect("the import can be done");
        let job = fetch::start(&mut tx, &plan, jobs::MAX_ATTEMPTS).await.unwrap();
        tx.commit().await.unwrap();
        job.id
    }

    pub async fn fetch_page(&self, page: &[u8]) -> JobId {
        let mut tx = self.inner.database.begin().await.unwrap();
        let job = fetch::start_page(&mut tx, self.inner.workspace, self.inner.user, page, jobs::MAX_ATTEMPTS).await.unwrap();
        tx.commit().await.unwrap();
        job.id
    }

    /// Runs a worker until the job has ended, moving the clock over every wait that is longer than a moment.
    pub async fn run_to_end(&self, job: JobId) -> Job {
        let worker = Worker::start(&self.inner.engine(settings()));
        let ended = self.until(job, |job| job.state.is_final()).await;
        worker.stop().await;
        ended
    }

    /// Waits for the job, moving the clock over its long waits; the worker is the caller's.
    pub async fn until(&self, job: JobId, reached: impl Fn(&Job) -> bool) -> Job {
        const MOMENT: Duration = Duration::from_secs(4);
        let mut looks = tokio::time::interval(Duration::from_millis(5));
        let looking = async {
            loop {
                let now = self.inner.job(job).await;
                if reached(&now) {
                    return now;
                }
                if let Some(until) = now.waiting_until() {
                    let left = until.since(Micros(self.inner.database.now_us().await.unwrap()));
                    if left > MOMENT {
                        self.inner.database.advance_clock(left);
                    }
                }
                looks.tick().await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(120), looking).await {
            Ok(job) => job,
            Err(_) => panic!("it never happened: {:#?}\n{:#?}", self.inner.job(job).await, self.story(job).await),
        }
    }

    /// One slice, which ends where the job has to wait.
    pub async fn slice(&self, job: JobId) -> Job {
        self.inner.engine(settings()).run_slice(job).await.expect("a slice").expect("the job is due");
        self.inner.job(job).await
    }

    pub async fn statistics(&self, job: JobId) -> Statistics {
        let told = self.inner.job(job).await.result.expect("a result");
        serde_json::from_value(told).expect("statistics")
    }

    pub async fn items(&self, job: JobId) -> Vec<Item> {
        let mut conn = self.inner.database.read().await.unwrap();
        items::page(&mut conn, Asked { job, outcome: None }, None, 100_000, 0).await.unwrap()
    }

    /// The numbers of the job's postings, by what became of them.
    pub async fn outcomes(&self, job: JobId) -> BTreeMap<&'static str, BTreeSet<String>> {
        let mut outcomes: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        for item in self.items(job).await {
            outcomes.entry(item.outcome.as_str()).or_default().extend(item.linkedin_id);
        }
        outcomes
    }

    pub async fn reason_of(&self, job: JobId, linkedin_id: &str) -> Option<String> {
        let items = self.items(job).await;
        items.into_iter().find(|item| item.linkedin_id.as_deref() == Some(linkedin_id) && item.outcome != Outcome::Duplicate)?.reason
    }

    pub async fn story(&self, job: JobId) -> Vec<String> {
        let lines = timeline::list(&mut self.inner.database.read().await.unwrap(), job, 2_000).await.unwrap();
        lines.into_iter().map(|line| format!("{}: {}", line.kind, line.message)).collect()
    }

    /// The first column of the first row, which is called `found`.
    pub async fn count(&self, statement: &'static str) -> i64 {
        let mut conn = self.inner.database.read().await.unwrap();
        sql(statement).fetch_one(&mut conn).await.unwrap().get("found").unwrap()
    }

    /// A column of the posting, as text.
    pub async fn of_posting(&self, linkedin_id: &str, column: &str) -> Option<String> {
        let mut conn = self.inner.database.read().await.unwrap();
        let text = format!(
            "SELECT CAST({column} AS TEXT) AS found FROM postings LEFT JOIN posting_texts ON posting_number = number WHERE linkedin_id = $1"
        );
        sql(text).bind(linkedin_id).fetch_one(&mut conn).await.expect("the posting is there").get("found").unwrap()
    }

    pub async fn posting_ids(&self) -> BTreeSet<String> {
        let mut conn = self.inner.database.read().await.unwrap();
        let rows = sql("SELECT linkedin_id FROM postings").fetch_all(&mut conn).await.unwrap();
        let ids: BTreeSet<String> = rows.iter().map(|row| row.get("linkedin_id").unwrap()).collect();
        assert_eq!(ids.len(), rows.len(), "a posting twice");
        ids
    }

    /// What a calm visitor sees of the sandbox: the numbers of a query's cards, and what their pages show. Faults must be off.
    pub async fn visit(&self, keywords: &str, pages: usize) -> Visited {
        let linkedin = LinkedIn::new(Fetch::new(&FetchConfig::default()).unwrap());
        let login = PostingLogin { base_url: self.inner.sandbox.base_url().parse().unwrap(), secret: None };
        let mut visited = Visited::default();
        let mut cursor: Option<Cursor> = None;
        for _ in 0..pages {
            let page = linkedin.search_postings(&login, &query(keywords), cursor.as_ref()).await.unwrap();
            visited.cards.extend(page.records.iter().map(|record| record.posting_id.clone()));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        for id in &visited.cards {
            match linkedin.fetch_posting(&login, id).await.unwrap() {
                PostingAnswer::Found(record) => {
                    visited.pages.insert(id.clone(), *record);
                }
                PostingAnswer::Gone => {
                    visited.gone.insert(id.clone());
                }
                PostingAnswer::Another { .. } => {
                    visited.replaced.insert(id.clone());
                }
                other @ (PostingAnswer::Refused { .. } | PostingAnswer::Unreadable { .. }) => panic!("{other:?}"),
            }
        }
        visited
    }

    pub async fn set_budget(&self, search_rows_per_day: i64) {
        let mut tx = self.inner.database.begin().await.unwrap();
        let text = "UPDATE accounts SET search_rows_per_day = $2 WHERE id = $1";
        sql(text).bind(self.account).bind(search_rows_per_day).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn set_state(&self, state: AccountState) {
        let mut tx = self.inner.database.begin().await.unwrap();
        accounts::set_state(&mut tx, sluice::domain::Scope::System, self.account, state, None, None).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// What a calm visitor saw.
#[derive(Debug, Default)]
pub struct Visited {
    pub cards: Vec<String>,
    pub pages: BTreeMap<String, PostingRecord>,
    pub gone: BTreeSet<String>,
    pub replaced: BTreeSet<String>,
}

impl Visited {
    pub fn found(&self) -> BTreeSet<String> {
        self.pages.keys().cloned().collect()
    }

    pub fn closed(&self) -> usize {
        self.pages.values().filter(|record| record.closed == Some(true)).count()
    }
}

pub async fn add_account(inner: &SearchStage, provider: ProviderName, delay: Duration) -> AccountId {
    add_account_with(inner, provider, delay, None).await
}

pub async fn add_account_with(inner: &SearchStage, provider: ProviderName, delay: Duration, session: Option<&str>) -> AccountId {
    let id = AccountId::new();
    let api_key = (provider == ProviderName::Brightdata).then(|| SecretString::from("sandbox-key"));
    let credentials = Credentials { api_key, session_cookie: session.map(SecretString::from), ..Credentials::default() };
    let account = Account {
        id,
        workspace_id: inner.workspace,
        user_id: inner.user,
        provider,
        name: provider.as_str().to_owned(),
        base_url: Some(inner.sandbox.base_url()),
        external_account_id: None,
        api: None,
        api_given: false,
        shared: false,
        state: AccountState::Connected,
        state_message: None,
        pace: Pace { delay, jitter_pct: 0 },
        budgets: Budgets { search_rows_per_day: 1_000_000, profiles_per_day: 100 },
        working_hours: None,
        created_at: Micros(0),
        updated_at: Micros(0),
    };
    let mut tx = inner.database.begin().await.unwrap();
    accounts::insert(&mut tx, &account, inner.accounts.seal_credentials(inner.workspace, id, &credentials)).await.unwrap();
    tx.commit().await.unwrap();
    id
}

pub fn query(keywords: &str) -> PostingQuery {
    PostingQuery { keywords: Some(keywords.to_owned()), ..PostingQuery::default() }
}

/// How a job ended.
pub fn told(job: &Job) -> (JobState, Option<StopReason>) {
    (job.state, job.stop_reason)
}

pub fn card(id: &str, title: &str) -> PostingRecord {
    PostingRecord {
        title: Some(title.to_owned()),
        company: Some("Alderbank".to_owned()),
        location: Some("Ghent, Belgium".to_owned()),
        ..PostingRecord::new(0, id, Shown::SearchCard)
    }
}

pub fn page_of(id: &str, title: &str, description: &str) -> PostingRecord {
    PostingRecord { shown: Shown::GuestPage, description: Description::from_text(description), ..card(id, title) }
}

type Searching = dyn Fn(&PostingQuery, Option<&str>) -> Result<PostingPage, ProviderError> + Send + Sync;
type Fetching = dyn Fn(&str) -> Result<PostingAnswer, ProviderError> + Send + Sync;

/// A provider that answers as it is told.
pub struct Script {
    /// The answer to a query's page that begins at this cursor.
    pub search: Box<Searching>,
    pub fetch: Box<Fetching>,
}

impl Script {
    pub fn searching(search: impl Fn(&PostingQuery, Option<&str>) -> Result<PostingPage, ProviderError> + Send + Sync + 'static) -> Self {
        Self { search: Box::new(search), fetch: Box::new(|_| Ok(PostingAnswer::Gone)) }
    }
}

pub fn results(records: Vec<PostingRecord>, next: Option<&str>) -> PostingPage {
    PostingPage {
        records,
        rejected: Vec::new(),
        next: next.map(|next| Cursor(next.to_owned())),
        total: None,
        end: next.is_none().then_some(SearchEnd::Exhausted),
        wait: None,
    }
}

#[async_trait]
impl PostingProvider for Script {
    fn manners(&self, _login: &PostingLogin) -> Manners {
        Manners {
            pace: Duration::from_secs(6),
            host: "www.linkedin.com".to_owned(),
            cool_down: Duration::from_secs(900),
            cap: 1_000,
            notice: "A script asks nobody.",
        }
    }

    fn plan(&self, query: &PostingQuery) -> Result<SearchPlan, ProviderError> {
        Ok(SearchPlan { check_locally: query.checkable_filters(), check_on_pages: Vec::new(), unproven: Vec::new() })
    }

    async fn search_postings(
        &self,
        _login: &PostingLogin,
        query: &PostingQuery,
        cursor: Option<&Cursor>,
    ) -> Result<PostingPage, ProviderError> {
        (self.search)(query, cursor.map(|cursor| cursor.0.as_str()))
    }
}

#[async_trait]
impl PostingFetcher for Script {
    async fn fetch_posting(&self, _login: &PostingLogin, posting_id: &str) -> Result<PostingAnswer, ProviderError> {
        (self.fetch)(posting_id)
    }
}

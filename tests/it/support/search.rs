//! A workspace with a sandbox account and an engine that searches with it.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use sluice::accounts::Accounts;
use sluice::domain::account::{Account, AccountState, Budgets, Credentials, Pace, ProviderName};
use sluice::domain::job::Job;
use sluice::domain::{AccountId, JobId, Micros, Role, Scope, UserId, WorkspaceId};
use sluice::events::{Hub, Topic};
use sluice::jobs::engine::{Engine, EngineSettings};
use sluice::jobs::kinds;
use sluice::jobs::search_prospects::start::{self, Plan, SearchOrder, StartError};
use sluice::randomness::Randomness;
use sluice::sealing::Sealer;
use sluice::store::{Database, accounts, jobs, users, workspaces};
use sluice_providers::{Api, Criteria, PeopleQuery};
use sluice_sandbox::{Options, Sandbox};
use tokio_util::sync::CancellationToken;

use super::TestDatabase;

/// With which credentials are sealed; another process of the program needs it too.
pub const SECRET: &str = "a secret of the tests, long enough";

pub struct SearchStage {
    pub database: Database,
    pub sandbox: Sandbox,
    pub accounts: Arc<Accounts>,
    pub workspace: WorkspaceId,
    pub user: UserId,
    pub randomness: Randomness,
}

impl SearchStage {
    /// A sandbox of 20,000 people with these faults, and a workspace with one user.
    pub async fn new(test: &TestDatabase, faults: &str) -> Self {
        // Another test of this process may have installed it already.
        let _installed_before = rustls::crypto::ring::default_provider().install_default();
        let database = test.database();
        let options = Options { people: 20_000, faults: faults.parse().expect("known faults"), ..Options::default() };
        let sandbox = sluice_sandbox::start(options).await.expect("the sandbox starts");
        let randomness = Randomness::seeded(7);
        let sealer = Sealer::new(&SecretString::from(SECRET), randomness.clone());
        let connectors = sluice::providers::connectors(true).expect("an HTTP client");
        let accounts = Arc::new(Accounts::new(database.clone(), sealer, connectors));
        let (workspace, user) = (WorkspaceId::new(), UserId::new());
        let mut tx = database.begin().await.unwrap();
        workspaces::insert(&mut tx, workspace, "Test", "UTC").await.unwrap();
        users::insert(&mut tx, user, "Ada", None).await.unwrap();
        workspaces::add_member(&mut tx, workspace, user, Role::Owner).await.unwrap();
        tx.commit().await.unwrap();
        Self { database, sandbox, accounts, workspace, user, randomness }
    }

    /// An account of the sandbox, named by its id there, with this pace between pages.
    pub async fn account(&self, external_id: &str, api: Api, delay: Duration) -> AccountId {
        let id = AccountId::new();
        let credentials = Credentials { api_key: Some(SecretString::from("sandbox-key")), ..Credentials::default() };
        let account = Account {
            id,
            workspace_id: self.workspace,
            user_id: self.user,
            provider: ProviderName::Unipile,
            name: external_id.to_owned(),
            base_url: Some(self.sandbox.base_url()),
            external_account_id: Some(external_id.to_owned()),
            api: Some(api),
            api_given: true,
            shared: false,
            state: AccountState::Connected,
            state_message: None,
            pace: Pace { delay, jitter_pct: 20 },
            budgets: Budgets { search_rows_per_day: 1_000_000, profiles_per_day: 100 },
            working_hours: None,
            created_at: Micros(0),
            updated_at: Micros(0),
        };
        let mut tx = self.database.begin().await.unwrap();
        accounts::insert(&mut tx, &account, self.accounts.seal_credentials(self.workspace, id, &credentials)).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub fn order(&self, account: AccountId, keywords: &str, target: u32) -> SearchOrder {
        SearchOrder {
            workspace_id: self.workspace,
            user_id: self.user,
            query: PeopleQuery::Criteria(Box::new(Criteria { keywords: Some(keywords.to_owned()), ..Criteria::default() })),
            names: Default::default(),
            target,
            account_id: Some(account),
            priority: 0,
            deadline: None,
        }
    }

    pub async fn plan(&self, order: SearchOrder) -> Result<Plan, StartError> {
        start::plan(&mut self.database.begin().await.unwrap(), &self.accounts, order).await
    }

    pub async fn start(&self, order: SearchOrder) -> JobId {
        let mut tx = self.database.begin().await.unwrap();
        let plan = start::plan(&mut tx, &self.accounts, order).await.expect("the search can be done");
        let job = start::start(&mut tx, &plan, jobs::MAX_ATTEMPTS).await.unwrap();
        tx.commit().await.unwrap();
        job.id
    }

    pub fn engine(&self, settings: EngineSettings) -> Engine {
        kinds::engine(&self.database, &self.accounts, settings, &self.randomness, None)
    }

    /// Runs an engine until the job has ended; at most a minute.
    pub async fn run_to_end(&self, job: JobId) -> Job {
        let stop = CancellationToken::new();
        let engine = self.engine(EngineSettings::default());
        let worker = tokio::spawn({
            let stop = stop.clone();
            async move { engine.run(stop).await }
        });
        let ended = tokio::time::timeout(Duration::from_secs(60), self.ended(job)).await.expect("the job ends within a minute");
        stop.cancel();
        worker.await.expect("the engine stops in order");
        ended
    }

    async fn ended(&self, id: JobId) -> Job {
        let hub = Hub::new(self.database.clone());
        let stop = CancellationToken::new();
        let _stop_with_us = stop.clone().drop_guard();
        let reader = hub.clone();
        tokio::spawn(async move { reader.run(stop).await });
        let mut news = hub.subscribe(Topic { workspace_id: self.workspace, job_id: Some(id), user_id: self.user }, None).await.unwrap();
        loop {
            let job = self.job(id).await;
            if job.state.is_final() {
                return job;
            }
            news.next().await.unwrap().expect("the hub runs");
        }
    }

    pub async fn job(&self, id: JobId) -> Job {
        jobs::find(&mut self.database.read().await.unwrap(), Scope::System, id).await.unwrap().expect("the job exists")
    }
}

//! An empty database with one user, and what a search in it needs.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use secrecy::SecretString;
use sluice::accounts::Accounts;
use sluice::domain::account::{Account, AccountState, Budgets, Credentials, Pace, ProviderName};
use sluice::domain::job::Job;
use sluice::domain::{AccountId, JobId, Micros, Role, Scope, UserId, WorkspaceId};
use sluice::jobs::engine::{Engine, EngineSettings};
use sluice::jobs::kinds;
use sluice::jobs::search_prospects::start::{self, SearchOrder};
use sluice::randomness::Randomness;
use sluice::sealing::{Sealer, fingerprint};
use sluice::store::{Database, accounts, jobs, secret_keys, users, workspaces};
use sluice_providers::{Api, Criteria, PeopleQuery};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::bench::Bench;
use crate::programs::{Place, SECRET_KEY};

/// As in the product.
const CONNECTIONS: u32 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "Postgres",
        }
    }
}

pub struct Stage {
    pub database: Database,
    pub accounts: Arc<Accounts>,
    pub workspace: WorkspaceId,
    pub user: UserId,
    randomness: Randomness,
    /// Of the SQLite file, and of a server that takes it over.
    pub folder: PathBuf,
    url: String,
}

impl Stage {
    /// Where a server can make its own database, and that database's URL.
    pub async fn unmade(bench: &Bench, kind: Kind) -> Result<(Place, String)> {
        let folder = bench.new_folder()?;
        let url = url_in(bench, kind, &folder).await?;
        let settings = match kind {
            Kind::Sqlite => Place::new(&folder),
            Kind::Postgres => Place { database_url: Some(url.clone()), ..Place::new(&folder) },
        };
        Ok((settings, url))
    }

    /// A migrated database of its own.
    pub async fn new(bench: &Bench, kind: Kind) -> Result<Self> {
        let folder = bench.new_folder()?;
        let url = url_in(bench, kind, &folder).await?;
        let database = Database::open(&url, CONNECTIONS).await?;
        database.migrate().await?;
        let randomness = Randomness::from_system();
        let secret = SecretString::from(SECRET_KEY);
        let accounts = Accounts::new(database.clone(), Sealer::new(&secret, randomness.clone()), sluice::providers::connectors(true)?);
        let (workspace, user) = (WorkspaceId::new(), UserId::new());
        let mut tx = database.begin().await?;
        secret_keys::keep_fingerprint(&mut tx, &fingerprint(&secret)).await?;
        workspaces::insert(&mut tx, workspace, "Invented Inc", "UTC").await?;
        users::insert(&mut tx, user, "Ada Invented", None).await?;
        workspaces::add_member(&mut tx, workspace, user, Role::Owner).await?;
        tx.commit().await?;
        Ok(Self { database, accounts: Arc::new(accounts), workspace, user, randomness, folder, url })
    }

    /// Where a process finds this database.
    pub fn place(&self, data_dir: &str) -> Place {
        let database_url = self.database.is_shared().then(|| self.url.clone());
        let data_dir = if database_url.is_some() { self.folder.join(data_dir) } else { self.folder.clone() };
        Place { database_url, ..Place::new(&data_dir) }
    }

    /// An account of the sandbox, by its id there, with this delay between pages and the usual jitter.
    pub async fn account(&self, base_url: &str, external_id: &str, delay: Duration) -> Result<AccountId> {
        let id = AccountId::new();
        let credentials = Credentials { api_key: Some(SecretString::from("a provider's key")), ..Credentials::default() };
        let account = Account {
            id,
            workspace_id: self.workspace,
            user_id: self.user,
            provider: ProviderName::Unipile,
            name: external_id.to_owned(),
            base_url: Some(base_url.to_owned()),
            external_account_id: Some(external_id.to_owned()),
            api: Some(Api::SalesNavigator),
            api_given: true,
            shared: false,
            state: AccountState::Connected,
            state_message: None,
            pace: Pace { delay, ..Pace::default() },
            budgets: Budgets { search_rows_per_day: 1_000_000, profiles_per_day: 100 },
            working_hours: None,
            created_at: Micros(0),
            updated_at: Micros(0),
        };
        let mut tx = self.database.begin().await?;
        accounts::insert(&mut tx, &account, self.accounts.seal_credentials(self.workspace, id, &credentials)).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Queues a search as the API does; thousands answer to each of these keywords.
    pub async fn search(&self, account: AccountId, keywords: &str, target: u32) -> Result<JobId> {
        let order = SearchOrder {
            workspace_id: self.workspace,
            user_id: self.user,
            query: PeopleQuery::Criteria(Box::new(Criteria { keywords: Some(keywords.to_owned()), ..Criteria::default() })),
            names: Default::default(),
            target,
            account_id: Some(account),
            priority: 0,
            deadline: None,
        };
        let mut tx = self.database.begin().await?;
        let plan = start::plan(&mut tx, &self.accounts, order).await?;
        let job = start::start(&mut tx, &plan, sluice::store::jobs::MAX_ATTEMPTS).await?;
        tx.commit().await?;
        Ok(job.id)
    }

    /// The product's engine with its usual settings.
    pub fn engine(&self) -> Engine {
        kinds::engine(&self.database, &self.accounts, EngineSettings::default(), &self.randomness, None)
    }

    pub async fn job(&self, id: JobId) -> Result<Job> {
        jobs::find(&mut self.database.read().await?, Scope::System, id).await?.context("the job is there")
    }

    /// Waits for the end of a job, looking whenever its database rings, and checks that it came to `rows` rows.
    pub async fn completed(&self, id: JobId, rows: i64) -> Result<Job> {
        let mut bell = self.database.events_bell();
        loop {
            bell.mark_unchanged();
            let job = self.job(id).await?;
            if job.state.is_final() {
                ensure!(job.rows_kept == rows, "{} of {rows} rows: {:?}", job.rows_kept, job.error);
                return Ok(job);
            }
            bell.changed().await?;
        }
    }
}

async fn url_in(bench: &Bench, kind: Kind, folder: &Path) -> Result<String> {
    match kind {
        Kind::Sqlite => Ok(format!("sqlite://{}", folder.join("sluice.db").display())),
        Kind::Postgres => new_postgres_database(bench.postgres.as_deref().context("no Postgres to measure on")?).await,
    }
}

async fn new_postgres_database(cluster: &str) -> Result<String> {
    let cluster = PgConnectOptions::from_str(cluster)?.disable_statement_logging();
    let name = format!("measure_{}", JobId::new().to_string().replace('-', ""));
    let mut connection = cluster.connect().await?;
    let synced: String = sqlx::query_scalar("SHOW fsync").fetch_one(&mut connection).await?;
    ensure!(synced == "on", "the cluster does not sync its writes; start it with scripts/postgres start --durable");
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await?;
    connection.close().await?;
    Ok(cluster.database(&name).to_url_lossy().to_string())
}

/// An engine at work in this process, with the bells that others hear.
pub struct Worker {
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Worker {
    pub fn start(database: &Database, engine: Engine) -> Self {
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        let (carrier, until) = (database.clone(), stop.clone());
        tasks.spawn(async move { carrier.carry_bells(until).await });
        let until = stop.clone();
        tasks.spawn(async move { engine.run(until).await });
        Self { stop, tasks }
    }

    pub async fn stop(mut self) -> Result<()> {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended?;
        }
        Ok(())
    }
}

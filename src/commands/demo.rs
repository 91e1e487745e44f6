//! `sluice demo`: the whole thing on this machine alone, over invented people, with a provider that misbehaves.

mod story;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

use anyhow::{Context, Result};
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use sluice_api::{
    Account, AccountPatch, AccountRequest, Api, Client, Headcount, Job, JobStatus, JobsQuery, Pace, Provider, SearchCriteria, SearchRequest,
};
use sluice_sandbox::Sandbox;

use super::exit::Exit;
use super::failure::Failure;
use super::log;
use super::paging::every_row;
use super::render::ending::ending;
use super::render::unhad::Unhad;
use super::serve::until_stopped;
use super::server::client_of;
use super::stop::Stop;
use super::terminal::Terminal;
use super::watch::{Watched, watch};
use crate::config::{Config, Settings};
use crate::data_dir;
use crate::serve::{Options, Server};

const ACCOUNT: &str = "Demo";
const FAULTS: &str = "429@3,500@5,timeout@7=2s,duplicate@9,drop@11";
/// The same in every run where possible, so that a search that goes on finds its provider where it was.
const SANDBOX: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9090);
/// Between two pages: short enough to watch, long enough to see that it paces itself.
const PACE: Pace = Pace { delay_ms: 1_000, jitter_pct: 20 };

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How many people to search
    #[arg(long, short = 'n', value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=2_500))]
    count: u32,
    /// Stop when the search has ended, instead of staying up
    #[arg(long)]
    once: bool,
}

pub async fn run(args: &DemoArgs, settings: &Settings, bind_is_a_flag: bool, terminal: &Terminal) -> Result<Exit> {
    let config = demo_config(settings, bind_is_a_flag)?;
    let folder = config.data_dir.clone();
    if let Some(server) = data_dir::running_server(&folder) {
        return Err(Failure::new(format!("The demo runs already, at {} (process {})", server.url, server.pid))
            .remedy("Use that one, or stop it first with Ctrl-C.")
            .into());
    }
    data_dir::create(&folder)?;
    log::to_file(&config)?;
    let bind = free_or_any(SANDBOX);
    let options = sluice_sandbox::Options { bind, faults: FAULTS.parse()?, ..sluice_sandbox::Options::default() };
    let people = options.people;
    let sandbox = sluice_sandbox::start(options).await?;
    let server = Server::start(config, Options::default()).await?;
    let url = server.url.as_ref().context("The server does not listen")?.as_str().trim_end_matches('/').to_owned();
    if !terminal.json {
        let welcome = welcome(&server).await?;
        terminal.say(story::beginning(&url, &sandbox.base_url(), people, &folder, welcome.expose_secret()))?;
    }
    let shown = show(args, &server, &sandbox, terminal).await;
    let stop = Stop::listen()?;
    let exit = match shown {
        Ok(Shown::Ended(job)) => {
            if terminal.json {
                terminal.data(&job)?;
            } else {
                terminal.say(ending_of(&job, terminal))?;
                terminal.say(story::closing(&job, &url, &folder, &program(), args.once))?;
            }
            if args.once {
                server.stop().await;
                Ok(Exit::of(&job))
            } else {
                until_stopped(server, stop, terminal).await
            }
        }
        Ok(Shown::Left) => {
            terminal.note("Stopping. The search is kept; run again, the demo goes on with it at the page where it is.")?;
            server.stop().await;
            Ok(Exit::LEFT)
        }
        Err(error) => {
            server.stop().await;
            Err(error)
        }
    };
    sandbox.stop().await;
    exit
}

/// A link into the pages: the one of the first start, else a new one.
async fn welcome(server: &Server) -> Result<SecretString> {
    match &server.welcome {
        Some(link) => Ok(link.clone()),
        None => Ok(client_of(server)?.sign_in_link().await?.link),
    }
}

/// The settings of a demo: files of its own, and a port that is free.
fn demo_config(settings: &Settings, bind_is_a_flag: bool) -> Result<Config> {
    let home = Config::load(settings)?.data_dir;
    let own = Settings {
        data_dir: Some(home.join("demo")),
        bind: settings.bind.clone().filter(|_| bind_is_a_flag),
        log: settings.log.clone(),
        ..Settings::default()
    };
    let mut config = Config::load(&own)?;
    if own.bind.is_none() {
        config.http.bind = free_or_any(config.http.bind);
    }
    Ok(config)
}

/// The address when it is free, else any free port of this machine.
fn free_or_any(wanted: SocketAddr) -> SocketAddr {
    if TcpListener::bind(wanted).is_ok() { wanted } else { SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) }
}

enum Shown {
    Ended(Box<Job>),
    Left,
}

/// Connects the account, starts the search or goes on with the one that is there, and shows it until it ends.
async fn show(args: &DemoArgs, server: &Server, sandbox: &Sandbox, terminal: &Terminal) -> Result<Shown> {
    let client = client_of(server)?;
    let account = connect_account(&client, sandbox).await?;
    let job_id = match newest_search(&client).await? {
        None => start_search(args, &client, &account).await?,
        Some(job) => {
            if !terminal.json {
                terminal.say(story::carrying_on(&job))?;
            }
            go_on(&client, &job).await?;
            job.id
        }
    };
    match watch(&client, &job_id, terminal).await? {
        // The frame is the job as of its last change; the timeline comes with the job itself.
        Watched::Ended(_) => Ok(Shown::Ended(Box::new(client.job(&job_id).await?))),
        Watched::Left => Ok(Shown::Left),
    }
}

/// The sandbox may have another port than in an earlier run, so the account of that run is led to it.
async fn connect_account(client: &Client, sandbox: &Sandbox) -> Result<Account> {
    let accounts = every_row(async |query| client.accounts(&query).await).await?;
    let base_url = Some(sandbox.base_url());
    if let Some(account) = accounts.into_iter().find(|account| account.name == ACCOUNT) {
        return Ok(client.change_account(&account.id, &AccountPatch { base_url, ..AccountPatch::default() }).await?);
    }
    let request = AccountRequest {
        name: Some(ACCOUNT.to_owned()),
        base_url,
        api_key: Some(SecretString::from("any key but one works in the sandbox")),
        external_account_id: Some("acc_sales_navigator".to_owned()),
        api: Some(Api::SalesNavigator),
        pace: Some(PACE),
        ..AccountRequest::new(Provider::Unipile)
    };
    Ok(client.create_account(&request).await?)
}

async fn newest_search(client: &Client) -> Result<Option<Job>> {
    let query = JobsQuery { kind: Some("search_prospects".to_owned()), limit: Some(1), ..JobsQuery::default() };
    Ok(client.jobs(&query).await?.data.into_iter().next())
}

async fn start_search(args: &DemoArgs, client: &Client, account: &Account) -> Result<String> {
    let criteria = SearchCriteria {
        keywords: Some("CEO tech startup".to_owned()),
        title: Some("CEO".to_owned()),
        // LinkedIn's id of the United States.
        locations: vec!["103644278".to_owned()],
        headcount: vec![Headcount::UpTo10, Headcount::UpTo50],
        ..SearchCriteria::default()
    };
    let request = SearchRequest {
        criteria: Some(criteria),
        target: Some(args.count),
        account_id: Some(account.id.clone()),
        ..SearchRequest::default()
    };
    Ok(client.create_search(&request).await?.job_id)
}

/// A running one goes on by itself; one that stopped is taken up where it was.
async fn go_on(client: &Client, job: &Job) -> Result<()> {
    match job.status {
        JobStatus::Paused => client.resume_job(&job.id).await.map(drop)?,
        JobStatus::Failed => client.retry_job(&job.id).await.map(drop)?,
        JobStatus::Queued | JobStatus::Processing | JobStatus::Completed | JobStatus::Canceled => {}
    }
    Ok(())
}

/// What to type for this program: a demo is often run before anything is installed.
fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "sluice".to_owned())
}

/// The usual last words without their command: the demo has its own, which name the data directory.
fn ending_of(job: &Job, terminal: &Terminal) -> String {
    let text = ending(job, &Unhad::default(), terminal.colour);
    text.lines().next().unwrap_or_default().to_owned()
}

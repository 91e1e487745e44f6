//! `sluice accounts …`: logins at providers.

mod linkedin;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use secrecy::SecretString;
use sluice_api::{Account, AccountRequest, AccountState, AccountTest, Api, Client, DiscoverRequest, DiscoveredAccount, Pace, Provider};

use super::exit::Exit;
use super::failure::Failure;
use super::paging::every_row;
use super::render::table::{Cell, Fit, Table};
use super::secrets;
use super::server::{Reach, connect};
use super::terminal::Terminal;
use sluice_api::wording::numbers::thousands;
use sluice_api::wording::state::{State, account_state};

#[derive(Debug, Subcommand)]
pub enum AccountsCommand {
    /// Connect an account; its key is read from SLUICE_PROVIDER_KEY, standard input or a prompt
    Add(AddArgs),
    /// List accounts with what they have spent in the last 24 hours
    List,
    /// Ask the provider whether an account works
    Test(TestArgs),
}

#[derive(Debug, Args)]
pub struct AddArgs {
    #[arg(value_enum)]
    provider: ProviderWord,
    /// What to call it [default: the provider's name for it]
    #[arg(long)]
    name: Option<String>,
    /// The provider's address, an origin without a path
    #[arg(long, value_name = "https://HOST:PORT")]
    base_url: Option<String>,
    /// The account's id at the provider [default: the only one behind the key]
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// What to search with [default: the most able that the account may use]
    #[arg(long, value_enum)]
    api: Option<ApiWord>,
    /// Let everybody in the workspace use it
    #[arg(long)]
    shared: bool,
    /// Milliseconds between two pages
    #[arg(long, value_name = "MS")]
    delay_ms: Option<u64>,
    /// Read the key from the first line of standard input
    #[arg(long)]
    api_key_stdin: bool,
    /// LinkedIn: say yes to what is said before its pages are switched on
    #[arg(long)]
    accept_terms: bool,
    /// LinkedIn: ask as yourself, with the cookie li_at of your own session, typed unseen
    #[arg(long, conflicts_with = "session_cookie_stdin")]
    session_cookie: bool,
    /// LinkedIn: the same, from the first line of standard input
    #[arg(long, conflicts_with = "api_key_stdin")]
    session_cookie_stdin: bool,
}

#[derive(Debug, Args)]
pub struct TestArgs {
    /// Id or name
    account: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ProviderWord {
    Unipile,
    Brightdata,
    /// LinkedIn's public pages, without a login
    Linkedin,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum ApiWord {
    Classic,
    SalesNavigator,
    Recruiter,
}

pub async fn run(command: AccountsCommand, reach: &Reach, terminal: &Terminal) -> Result<Exit> {
    let connection = connect(reach).await?;
    let exit = match command {
        AccountsCommand::Add(args) => add(&args, &connection.client, terminal).await,
        AccountsCommand::List => list(&connection.client, terminal).await,
        AccountsCommand::Test(args) => test(&args, &connection.client, terminal).await,
    };
    connection.close().await;
    exit
}

/// The id of the account that a person means by its id or its name.
pub async fn find_account(client: &Client, word: &str) -> Result<String> {
    let accounts = every_row(async |query| client.accounts(&query).await).await?;
    let means = |account: &&Account| {
        account.id == word || account.name.eq_ignore_ascii_case(word) || account.external_account_id.as_deref() == Some(word)
    };
    let found: Vec<&Account> = accounts.iter().filter(means).collect();
    match found[..] {
        [account] => Ok(account.id.clone()),
        [] if accounts.is_empty() => {
            Err(Failure::new("There is no account yet").remedy("Connect one with `sluice accounts add unipile`.").into())
        }
        [] => {
            let names: Vec<&str> = accounts.iter().map(|account| account.name.as_str()).collect();
            Err(Failure::new(format!("There is no account {word}")).remedy(format!("Use one of: {}.", names.join(", "))).into())
        }
        _ => Err(Failure::new(format!("{} accounts are called {word}", found.len()))
            .remedy("Name it by its id: `sluice accounts list`.")
            .into()),
    }
}

async fn add(args: &AddArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    let provider = args.provider.into();
    linkedin::check_words(args, provider)?;
    if provider == Provider::Linkedin {
        linkedin::agree(args.accept_terms, terminal)?;
    }
    let api_key = key(args, provider)?;
    let session_cookie = linkedin::session_cookie(args)?;
    let external_account_id = match (&args.external_id, provider, &api_key) {
        (Some(id), _, _) => Some(id.clone()),
        (None, Provider::Unipile, Some(api_key)) => Some(only_account(args, client, api_key).await?),
        _ => None,
    };
    let request = AccountRequest {
        name: args.name.clone(),
        base_url: args.base_url.clone(),
        api_key,
        session_cookie,
        external_account_id,
        api: args.api.map(Api::from),
        pace: args.delay_ms.map(|delay_ms| Pace { delay_ms, ..Pace::default() }),
        shared: args.shared,
        ..AccountRequest::new(provider)
    };
    let account = client.create_account(&request).await?;
    if terminal.json {
        terminal.data(&account)?;
    } else {
        terminal.say(connected(&account))?;
    }
    Ok(if account.state == AccountState::Connected { Exit::DONE } else { Exit::ERROR })
}

/// From where it was promised, else from the environment, else from a person.
fn key(args: &AddArgs, provider: Provider) -> Result<Option<SecretString>> {
    if args.api_key_stdin {
        return secrets::from_stdin("key", "pass unipile | sluice accounts add unipile --api-key-stdin").map(Some);
    }
    if provider == Provider::Linkedin {
        return Ok(None);
    }
    if let Some(key) = secrets::from_environment("SLUICE_PROVIDER_KEY") {
        return Ok(Some(key));
    }
    match secrets::from_prompt(&format!("Key of {}", provider.title()))? {
        Some(key) => Ok(Some(key)),
        None => {
            Err(Failure::usage("There is no key").remedy("Set SLUICE_PROVIDER_KEY, or pipe the key in and say --api-key-stdin.").into())
        }
    }
}

/// The one account behind the key; several must be told apart by a person.
async fn only_account(args: &AddArgs, client: &Client, api_key: &SecretString) -> Result<String> {
    let request = DiscoverRequest { provider: args.provider.into(), base_url: args.base_url.clone(), api_key: api_key.clone() };
    let found = client.discover_accounts(&request).await?.data;
    match &found[..] {
        [account] => Ok(account.external_account_id.clone()),
        [] => Err(Failure::new("There is no LinkedIn account behind this key")
            .remedy("Connect one in the provider's dashboard first.")
            .into()),
        several => Err(Failure::usage(format!("There are {} accounts behind this key", several.len()))
            .because(several.iter().map(describe).collect::<Vec<_>>().join("; "))
            .remedy(format!("Choose one with --external-id, such as --external-id {}", several[0].external_account_id))
            .into()),
    }
}

fn describe(account: &DiscoveredAccount) -> String {
    let name = account.name.as_deref().unwrap_or("no name");
    let api = account.api.map_or("nothing", Api::title);
    format!("{} ({name}, {api})", account.external_account_id)
}

fn connected(account: &Account) -> String {
    let with = account.api.map(|api| format!(" with {}", api.title())).unwrap_or_default();
    match &account.trouble {
        Some(trouble) => format!("× {} is stored but does not work: {trouble}\n  sluice accounts test {}", account.name, account.id),
        None => {
            let next = match account.provider {
                Provider::Unipile => "sluice search people --title CEO --count 50 --watch",
                Provider::Brightdata | Provider::Linkedin => "sluice import search --keywords rust --location Berlin --wait",
            };
            // What LinkedIn's own pages need was said before.
            let notice = account.notice.as_deref().filter(|_| account.provider != Provider::Linkedin);
            let notice = notice.map(|notice| format!("\n  {notice}")).unwrap_or_default();
            format!("● {} is connected{with}.{notice}\n  {next}", account.name)
        }
    }
}

async fn list(client: &Client, terminal: &Terminal) -> Result<Exit> {
    let accounts = every_row(async |query| client.accounts(&query).await).await?;
    if terminal.json {
        terminal.data(&accounts)?;
    } else {
        terminal.table(&table(&accounts), "No accounts yet. Connect one with `sluice accounts add unipile`.")?;
    }
    Ok(Exit::DONE)
}

fn table(accounts: &[Account]) -> Table {
    let mut table = Table::new(&[
        ("id", Fit::Keep),
        ("name", Fit::Cut),
        ("state", Fit::Keep),
        ("provider", Fit::Spare),
        ("api", Fit::Spare),
        ("rows today", Fit::Number),
        ("of", Fit::Number),
        ("pace", Fit::Number),
        ("shared", Fit::Spare),
        ("trouble", Fit::Cut),
    ]);
    for account in accounts {
        let State { sign, hue, .. } = account_state(account.state);
        let budgets = &account.budgets;
        table.rows.push(vec![
            Cell::text(&account.id),
            Cell::text(&account.name),
            Cell::both(format!("{sign} {}", account.state.as_str()), account.state.as_str()).coloured(hue),
            Cell::text(account.provider.as_str()),
            Cell::both(account.api.map_or("", Api::title), account.api.map_or("", Api::as_str)),
            Cell::both(thousands(budgets.search_rows_used.into()), budgets.search_rows_used),
            Cell::both(thousands(budgets.search_rows_per_day.into()), budgets.search_rows_per_day),
            Cell::both(format!("{}s", account.pace.delay_ms as f64 / 1_000.0), account.pace.delay_ms),
            Cell::both(if account.shared { "yes" } else { "no" }, account.shared),
            Cell::maybe(account.trouble.as_deref()),
        ]);
    }
    table
}

async fn test(args: &TestArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    let id = find_account(client, &args.account).await?;
    let test = client.test_account(&id).await?;
    if terminal.json {
        terminal.data(&test)?;
    } else {
        terminal.say(verdict(&args.account, &test))?;
    }
    Ok(if test.ok { Exit::DONE } else { Exit::ERROR })
}

fn verdict(account: &str, test: &AccountTest) -> String {
    let sign = account_state(test.state).sign;
    let name = test.name.as_deref().unwrap_or(account);
    match (&test.trouble, test.ok) {
        (Some(trouble), _) => format!("{sign} {name}: {trouble}"),
        (None, true) => format!("{sign} {name} works{}.", test.api.map(|api| format!(" with {}", api.title())).unwrap_or_default()),
        (None, false) => format!("{sign} {name} does not work, and the provider does not say why."),
    }
}

impl From<ProviderWord> for Provider {
    fn from(word: ProviderWord) -> Provider {
        match word {
            ProviderWord::Unipile => Provider::Unipile,
            ProviderWord::Brightdata => Provider::Brightdata,
            ProviderWord::Linkedin => Provider::Linkedin,
        }
    }
}

impl From<ApiWord> for Api {
    fn from(word: ApiWord) -> Api {
        match word {
            ApiWord::Classic => Api::Classic,
            ApiWord::SalesNavigator => Api::SalesNavigator,
            ApiWord::Recruiter => Api::Recruiter,
        }
    }
}

#[cfg(test)]
mod tests {
    use sluice_api::Budgets;

    use super::*;

    fn accounts() -> Vec<Account> {
        let works = Account {
            id: "0199c0de-0000-7000-8000-00000000000b".into(),
            provider: Provider::Unipile,
            name: "Amara's Sales Navigator".into(),
            base_url: Some("https://api1.unipile.example:13111".into()),
            external_account_id: Some("acc_sales_navigator".into()),
            api: Some(Api::SalesNavigator),
            state: AccountState::Connected,
            trouble: None,
            notice: None,
            pace: Pace::default(),
            budgets: Budgets { search_rows_per_day: 2_500, search_rows_used: 1_240, profiles_per_day: 100, profiles_used: 0 },
            working_hours: None,
            next_call_at: None,
            shared: true,
            own: true,
            created_at: "2026-03-02T12:00:00Z".parse().unwrap(),
            updated_at: "2026-03-02T12:00:00Z".parse().unwrap(),
        };
        let trouble = Account {
            id: "0199c0de-0000-7000-8000-00000000000c".into(),
            name: "Old".into(),
            api: Some(Api::Classic),
            state: AccountState::Trouble,
            trouble: Some("LinkedIn wants you to sign in again. Do so in Unipile's dashboard, then test it.".into()),
            shared: false,
            ..works.clone()
        };
        vec![works, trouble]
    }

    #[test]
    fn accounts_show_what_they_have_spent() {
        let table = table(&accounts());
        insta::assert_snapshot!([table.drawn(180, false), table.drawn(110, false), table.tab_separated().replace('\t', "→")].join("\n"));
    }

    #[test]
    fn what_was_connected_and_tested_is_said_in_words() {
        let test = |trouble: Option<&str>, ok| AccountTest {
            ok,
            state: if ok { AccountState::Connected } else { AccountState::Trouble },
            api: ok.then_some(Api::Recruiter),
            name: Some("Amara".into()),
            trouble: trouble.map(str::to_owned),
            checked_at: "2026-03-02T12:00:00Z".parse().unwrap(),
        };
        let mut said: Vec<String> = accounts().iter().map(connected).collect();
        said.push(verdict("x", &test(None, true)));
        said.push(verdict("x", &test(Some("Unipile refused the key."), false)));
        said.push(verdict("x", &test(None, false)));
        insta::assert_snapshot!(said.join("\n\n"));
    }
}

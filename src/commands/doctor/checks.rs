//! The single looks, each of which changes nothing.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use secrecy::ExposeSecret;
use sluice_api::{Account, AccountState, Client, PageQuery};

use super::Finding;
use crate::commands::terminal::Terminal;
use crate::config::Config;
use crate::data_dir::{self, RunningServer};
use crate::mail::Mailer;
use crate::store::{Database, SchemaState};
use sluice_api::wording::numbers::{count, duration};

/// Writes that are timed; the middle one counts.
const WRITES: usize = 15;
const SLOW_WRITE: Duration = Duration::from_millis(20);
/// A clock that is further off than this is told.
const CLOCK_SLACK_MS: i64 = 2_000;

/// Every look in the order in which a server needs things.
pub async fn all(config: &Config, terminal: &Terminal) -> Vec<Finding> {
    let mut findings = vec![Finding::good("settings", "Complete.")];
    let folder_is_usable = match data_dir::create(&config.data_dir) {
        Ok(()) => {
            findings.push(data_dir_finding(&config.data_dir));
            true
        }
        Err(error) => {
            findings.push(Finding::bad("data directory", error.to_string(), "Choose another with --data-dir."));
            false
        }
    };
    if folder_is_usable {
        findings.push(disk(&config.data_dir).await);
        findings.push(secret_key(config));
    }
    findings.extend(database(config, terminal.now()).await);
    match data_dir::running_server(&config.data_dir) {
        Some(server) => findings.extend(running(config, &server).await),
        None => {
            findings.push(port(config));
            findings.push(Finding::note(
                "accounts",
                "Not looked at, because no server runs.",
                "Start one with `sluice serve` and ask again.",
            ));
        }
    }
    findings.push(model(config));
    findings.push(mail(config).await);
    findings
}

fn data_dir_finding(folder: &Path) -> Finding {
    #[cfg(unix)]
    if let Ok(metadata) = fs::metadata(folder) {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            let says = format!("{} can be entered by other users of this machine (mode {mode:o}).", folder.display());
            return Finding::note("data directory", says, format!("chmod 700 {}", folder.display()));
        }
    }
    Finding::good("data directory", format!("{} is there and for you alone.", folder.display()))
}

/// How long the disk takes to say that a write is safe: no job can start faster.
async fn disk(folder: &Path) -> Finding {
    let folder = folder.to_owned();
    let timed = tokio::task::spawn_blocking(move || time_writes(&folder)).await;
    match timed {
        Ok(Ok(middle)) => {
            let says = format!("A write takes {:.1} ms to be safe.", middle.as_secs_f64() * 1_000.0);
            if middle > SLOW_WRITE {
                Finding::note("disk", says, "Each page and each claim waits for one; a local disk is faster.")
            } else {
                Finding::good("disk", says)
            }
        }
        Ok(Err(error)) => {
            Finding::bad("disk", format!("Nothing can be written: {error}."), "Free some space, or choose another --data-dir.")
        }
        Err(error) => Finding::bad("disk", format!("The look broke off: {error}."), "Ask again."),
    }
}

fn time_writes(folder: &Path) -> std::io::Result<Duration> {
    let mut file = tempfile_in(folder)?;
    let mut times = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        let start = Instant::now();
        file.file.write_all(&[0; 4096])?;
        file.file.sync_data()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times[WRITES / 2])
}

/// A file of our own that goes away with the look.
struct Scratch {
    file: fs::File,
    path: std::path::PathBuf,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is an empty name of our own, overwritten by the next look.
        let _removed = fs::remove_file(&self.path);
    }
}

fn tempfile_in(folder: &Path) -> std::io::Result<Scratch> {
    let path = folder.join(format!(".doctor-{}", std::process::id()));
    let file = fs::File::create(&path)?;
    Ok(Scratch { file, path })
}

fn secret_key(config: &Config) -> Finding {
    let path = config.data_dir.join("secret.key");
    if config.identity.secret_key.is_some() {
        return Finding::good("secret key", "From SLUICE_SECRET_KEY.");
    }
    match fs::metadata(&path) {
        Err(_) => Finding::good("secret key", "Made at the first start."),
        Ok(metadata) if metadata.len() == 0 => Finding::bad(
            "secret key",
            format!("{} is empty.", path.display()),
            "Restore it from a backup: it opens the stored credentials.",
        ),
        Ok(metadata) => {
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                if metadata.permissions().mode() & 0o077 != 0 {
                    let says = format!("{} can be read by other users of this machine.", path.display());
                    return Finding::bad("secret key", says, format!("chmod 600 {}", path.display()));
                }
            }
            Finding::good("secret key", format!("{} is there and for you alone.", path.display()))
        }
    }
}

async fn database(config: &Config, now: Timestamp) -> Vec<Finding> {
    let url = config.database.url.expose_secret();
    if let Some(path) = url.strip_prefix("sqlite://")
        && !Path::new(path).exists()
    {
        return vec![Finding::good("database", "SQLite, made at the first start.")];
    }
    let database = match Database::open(url, config.database.postgres_connections).await {
        Ok(database) => database,
        Err(error) => {
            return vec![Finding::bad(
                "database",
                format!("It cannot be opened: {error}."),
                "Check SLUICE_DATABASE_URL, and that the database runs.",
            )];
        }
    };
    let mut findings = vec![schema(&database).await];
    match database.now_us().await {
        Ok(now_us) => findings.push(clock(now_us, now)),
        Err(error) => findings.push(Finding::bad("clock", format!("The database does not tell the time: {error}."), "Ask again.")),
    }
    database.close().await;
    findings
}

async fn schema(database: &Database) -> Finding {
    let kind = if database.name() == "sqlite" { "SQLite" } else { "Postgres" };
    match database.schema_state().await {
        Ok(SchemaState::UpToDate) => Finding::good("database", format!("{kind}, reachable and up to date.")),
        Ok(SchemaState::Behind(missing)) => {
            let says = format!("{kind}, reachable; {} to run.", count(missing as u64, "migration has", "migrations have"));
            Finding::note("database", says, "Run `sluice migrate`; `sluice serve` does it by itself on SQLite.")
        }
        Err(error) => Finding::bad("database", format!("{kind}: {error}."), "Run the version of Sluice that made it, or restore a backup."),
    }
}

/// Leases and budgets go by the database's clock, so a difference harms nothing but what people read.
fn clock(database_us: i64, now: Timestamp) -> Finding {
    let apart_ms = (database_us - now.as_microsecond()) / 1_000;
    if apart_ms.abs() <= CLOCK_SLACK_MS {
        return Finding::good("clock", "This machine and the database agree.");
    }
    let by = duration(Duration::from_millis(apart_ms.unsigned_abs()));
    let direction = if apart_ms > 0 { "ahead of" } else { "behind" };
    Finding::note(
        "clock",
        format!("The database is {by} {direction} this machine."),
        "Nothing is lost by it, but times read wrong: set the clock.",
    )
}

fn port(config: &Config) -> Finding {
    let bind = config.http.bind;
    match TcpListener::bind(bind) {
        Ok(_) => Finding::good("port", format!("{bind} is free.")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Finding::bad(
            "port",
            format!("{bind} is taken by another program."),
            "Stop that program, or choose another address with --bind; port 0 takes a free one.",
        ),
        Err(error) => Finding::bad("port", format!("{bind} cannot be used: {error}."), "Choose another address with --bind."),
    }
}

async fn running(config: &Config, server: &RunningServer) -> Vec<Finding> {
    let unready = |why: String| vec![Finding::bad("server", why, format!("Look at the log of process {}.", server.pid))];
    let key = match data_dir::cli_key(&config.data_dir) {
        Ok(key) => key.unwrap_or_default(),
        Err(error) => return unready(error.to_string()),
    };
    let client = match server.url.parse() {
        Ok(url) => Client::new(url, key),
        Err(error) => return unready(format!("Its address {} is none: {error}.", server.url)),
    };
    let client = match client {
        Ok(client) => client,
        Err(error) => return unready(error.to_string()),
    };
    if let Err(error) = client.ready().await {
        return unready(format!("Process {} at {} does not answer: {error}.", server.pid, server.url));
    }
    let mut findings = vec![Finding::good("server", format!("Runs at {} (process {}).", server.url, server.pid))];
    findings.push(match client.accounts(&PageQuery { limit: Some(100), ..PageQuery::default() }).await {
        Ok(list) => accounts(&list.data),
        Err(error) => Finding::bad(
            "accounts",
            format!("They cannot be listed: {error}."),
            "Remove cli.key and restart the server: it makes a new one.",
        ),
    });
    findings
}

fn accounts(accounts: &[Account]) -> Finding {
    let troubled: Vec<&Account> = accounts.iter().filter(|account| account.state == AccountState::Trouble).collect();
    let all = count(accounts.len() as u64, "account", "accounts");
    match troubled.first() {
        _ if accounts.is_empty() => Finding::note("accounts", "None yet.", "Connect one with `sluice accounts add unipile`."),
        None => Finding::good("accounts", format!("{all}, none in trouble.")),
        Some(account) => {
            let why = account.trouble.as_deref().unwrap_or("the provider refuses it");
            let says = format!("{} of {all} in trouble. {}: {why}", troubled.len(), account.name);
            Finding::bad("accounts", says, format!("sluice accounts test {}", account.id))
        }
    }
}

fn model(config: &Config) -> Finding {
    match (&config.model.base_url, &config.model.model) {
        (Some(url), Some(model)) => Finding::good("model", format!("{model} at {}.", url.origin().ascii_serialization())),
        _ => Finding::good("model", "Built-in rules (rules-v1); SLUICE_LLM_BASE_URL would name a language model."),
    }
}

/// Says hello to the mail server, and sends nothing.
async fn mail(config: &Config) -> Finding {
    let Some(settings) = &config.mail else {
        return Finding::good("mail", "None is set up; links are handed over by people. SLUICE_SMTP_URL would name a mail server.");
    };
    let at = format!("{}:{}", settings.host, settings.port);
    let greeted = match Mailer::new(settings) {
        Ok(mailer) => mailer.greet().await,
        Err(error) => Err(error),
    };
    match greeted {
        Ok(()) if config.http.public_url.is_none() => Finding::note(
            "mail",
            format!("{at} answers, but links in mails lead to {}.", crate::serve::reachable(config.http.bind)),
            "Set SLUICE_PUBLIC_URL to the address that people type.",
        ),
        Ok(()) => Finding::good("mail", format!("{at} answers; mail comes from {}.", settings.from)),
        Err(error) => Finding::bad("mail", format!("{at}: {error}."), "Check SLUICE_SMTP_URL: host, port, user and password."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::Verdict;

    #[test]
    fn a_wrong_clock_is_told_by_how_much() {
        let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
        let ahead = clock(now.as_microsecond() + 300_000_000, now);
        assert_eq!((ahead.verdict, ahead.says.as_str()), (Verdict::Note, "The database is 5m00s ahead of this machine."));
        let behind = clock(now.as_microsecond() - 3_000_000, now);
        assert_eq!(behind.says, "The database is 3s behind this machine.");
        assert_eq!(clock(now.as_microsecond() + 900_000, now).verdict, Verdict::Good);
    }

    #[test]
    fn the_look_at_the_disk_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        time_writes(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

//! `sluice serve` and `sluice work`: run until stopped.

use anyhow::Result;
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::exit::Exit;
use super::failure::Failure;
use super::log;
use super::stop::Stop;
use super::terminal::Terminal;
use crate::config::{Config, Settings};
use crate::first_start::{FirstStart, OwnerKey};
use crate::serve::{Options, Server};

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Bring a Postgres database up to date first; on SQLite that happens by itself
    #[arg(long)]
    migrate: bool,
}

/// Answers HTTP and runs jobs.
pub async fn serve(args: &ServeArgs, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    run(settings, Options { migrate: args.migrate, ..Options::default() }, terminal).await
}

/// Runs jobs alone, beside other processes on the same Postgres.
pub async fn work(args: &ServeArgs, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    run(settings, Options { migrate: args.migrate, listen: false, work: true }, terminal).await
}

async fn run(settings: &Settings, options: Options, terminal: &Terminal) -> Result<Exit> {
    let config = Config::load(settings)?;
    log::to_stderr(&config)?;
    let stop = Stop::listen()?;
    let server = Server::start(config, options).await?;
    let url = server.url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
    let greeted = if terminal.json {
        terminal
            .data(&json!({ "url": url, "pid": std::process::id(), "welcome": server.welcome.as_ref().map(|link| link.expose_secret()) }))
    } else {
        terminal.say(greeting(url.as_deref(), server.first_start.as_ref(), server.welcome.as_ref()))
    };
    if let Err(error) = greeted {
        // Whoever started it may read no more than the first line; that is no reason to stop.
        tracing::debug!(%error, "nobody reads the greeting");
    }
    until_stopped(server, stop, terminal).await
}

/// Waits for Ctrl-C or SIGTERM, then stops in order; a second one does not wait.
pub async fn until_stopped(mut server: Server, mut stop: Stop, terminal: &Terminal) -> Result<Exit> {
    let broken = tokio::select! {
        () = stop.asked() => None,
        broken = server.failed() => broken,
    };
    let grace = server.app.config.engine.grace;
    if let Some(why) = broken {
        server.stop().await;
        return Err(Failure::new("A part of the server broke off")
            .because(why)
            .remedy("The log says more. Start it again: nothing is lost.")
            .into());
    }
    let stopping = format!("Stopping; pages in hand have {} s. Ctrl-C again does not wait, and loses nothing either.", grace.as_secs());
    if let Err(error) = terminal.note(stopping) {
        tracing::debug!(%error, "nobody reads the farewell");
    }
    tokio::select! {
        () = server.stop() => {}
        () = stop.asked() => {}
    }
    Ok(Exit::DONE)
}

fn greeting(url: Option<&str>, first_start: Option<&FirstStart>, welcome: Option<&SecretString>) -> String {
    let mut text = match url {
        Some(url) => format!("Sluice at {url}, its API at {url}/docs. Stop it with Ctrl-C."),
        None => "Working on the jobs of this database. Stop it with Ctrl-C.".to_owned(),
    };
    if let Some(first) = first_start {
        let key = match &first.owner_key {
            OwnerKey::FromSettings => "the owner's key is the one in SLUICE_OWNER_KEY".to_owned(),
            OwnerKey::KeptIn(path) => format!("the owner's key is in {}", path.display()),
        };
        if let Some(link) = welcome {
            text.push_str(&format!("\n  first start: open this in a browser within a day; it works once\n    {}", link.expose_secret()));
        }
        text.push_str(&format!("\n  for programs: {key}\n  next: sluice accounts add unipile"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{UserId, WorkspaceId};

    #[test]
    fn a_start_says_where_it_is_and_what_comes_next() {
        let first = |owner_key| FirstStart { workspace_id: WorkspaceId::new(), owner_id: UserId::new(), owner_key };
        let welcome = SecretString::from("http://127.0.0.1:8080/welcome/TOKEN");
        let said = [
            greeting(Some("http://127.0.0.1:8080"), None, None),
            greeting(Some("http://127.0.0.1:8080"), Some(&first(OwnerKey::KeptIn("/data/cli.key".into()))), Some(&welcome)),
            greeting(Some("http://127.0.0.1:8080"), Some(&first(OwnerKey::FromSettings)), Some(&welcome)),
            greeting(None, None, None),
        ];
        insta::assert_snapshot!(said.join("\n\n"));
    }
}

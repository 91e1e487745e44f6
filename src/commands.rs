//! The command line: words to commands, errors to lines, ends to exit codes.

pub mod accounts;
pub mod completions;
pub mod demo;
pub mod doctor;
pub mod exit;
pub mod export;
pub mod failure;
pub mod import;
pub mod jobs;
pub mod keys;
mod log;
pub mod migrate;
mod moment;
mod paging;
pub mod postings;
pub mod render;
pub mod results;
pub mod sandbox;
pub mod schedules;
pub mod search;
mod secrets;
pub mod serve;
pub mod server;
pub mod sign_in_link;
mod stop;
pub mod terminal;
pub mod tui;
pub mod watch;
mod words;

use std::io::Write;

use anyhow::Result;
use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use url::Url;

use crate::config::Settings;
use exit::Exit;
use server::Reach;
use terminal::Terminal;

/// Long, rate-limited work around LinkedIn data as durable background jobs.
#[derive(Debug, Parser)]
#[command(
    name = "sluice",
    version,
    propagate_version = true,
    max_term_width = 110,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
    /// Server to speak to, with the key in SLUICE_API_KEY [default: the one of the data directory, else one inside]
    #[arg(long, env = "SLUICE_URL", global = true, value_name = "URL", value_parser = server_url)]
    server: Option<Url>,
    /// One JSON document instead of words
    #[arg(long, global = true)]
    json: bool,
    /// No colours; NO_COLOR in the environment does the same
    #[arg(long, global = true)]
    no_color: bool,
    #[arg(long = "no-color-from-environment", hide = true, global = true, env = "NO_COLOR", hide_env = true, default_value = "")]
    no_color_variable: String,
    /// `--bind` was said on the command line, not in the environment, where it is meant for the server.
    #[arg(skip)]
    bind_is_a_flag: bool,
}

impl Cli {
    /// Reads the command line; prints help or a usage error and exits with 2 when it cannot.
    pub fn read() -> Self {
        let matches = Cli::command().get_matches();
        let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        cli.bind_is_a_flag = matches.value_source("bind") == Some(ValueSource::CommandLine);
        cli
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server: API and workers
    Serve(serve::ServeArgs),
    /// Run workers alone, beside others on the same Postgres
    Work(serve::ServeArgs),
    /// See it all work on this machine, over invented people
    Demo(demo::DemoArgs),
    /// Search people
    #[command(subcommand)]
    Search(search::SearchCommand),
    /// Bring postings in: by address, by search, or from a saved page
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// The tracker of postings: list them, and note where your applications stand
    #[command(subcommand)]
    Postings(postings::PostingsCommand),
    /// See what runs, and steer it
    #[command(subcommand)]
    Jobs(jobs::JobsCommand),
    /// What starts by itself: list, pause, resume, remove
    #[command(subcommand)]
    Schedules(schedules::SchedulesCommand),
    /// Print what a search found
    Results(results::ResultsArgs),
    /// Write what a search found, or a review holds, into a file
    Export(export::ExportArgs),
    /// Logins at providers
    #[command(subcommand)]
    Accounts(accounts::AccountsCommand),
    /// API keys
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Print a link that lets the owner into the web pages once, and set e-mail and password
    SignInLink,
    /// Bring the database up to date
    Migrate,
    /// Postings, imports and jobs on one screen, by keyboard and mouse
    Tui(tui::TuiArgs),
    /// Run a provider of invented people, with faults on demand
    Sandbox(sandbox::SandboxArgs),
    /// Look at all that a server stands on, and say what is wrong
    Doctor,
    /// Print a script that lets the shell finish words
    Completions(completions::CompletionsArgs),
}

/// Obeys, tells what went wrong, and returns the exit code.
pub async fn run(cli: Cli) -> Exit {
    let no_colour = cli.no_color || !cli.no_color_variable.is_empty();
    if no_colour {
        console::set_colors_enabled(false);
        console::set_colors_enabled_stderr(false);
    }
    let terminal = Terminal::detect(cli.json, no_colour);
    let error = match obey(cli, &terminal).await {
        Ok(exit) => return exit,
        Err(error) => error,
    };
    let Some((failure, code)) = failure::explain(&error) else { return Exit::DONE };
    let text = if terminal.json {
        format!("{:#}", failure::data(&error, &failure))
    } else {
        let colour = console::Term::stderr().is_term() && !no_colour;
        failure::lines(&failure, colour)
    };
    // Nobody is left to be told when standard error is gone too.
    let _told = writeln!(std::io::stderr().lock(), "{text}");
    Exit(code)
}

async fn obey(cli: Cli, terminal: &Terminal) -> Result<Exit> {
    let reach = Reach { server: cli.server, settings: cli.settings };
    match cli.command {
        Command::Serve(args) => serve::serve(&args, &reach.settings, terminal).await,
        Command::Work(args) => serve::work(&args, &reach.settings, terminal).await,
        Command::Demo(args) => demo::run(&args, &reach.settings, cli.bind_is_a_flag, terminal).await,
        Command::Search(command) => search::run(command, &reach, terminal).await,
        Command::Import(command) => import::run(command, &reach, terminal).await,
        Command::Postings(command) => postings::run(command, &reach, terminal).await,
        Command::Jobs(command) => jobs::run(command, &reach, terminal).await,
        Command::Schedules(command) => schedules::run(command, &reach, terminal).await,
        Command::Results(args) => results::run(args, &reach, terminal).await,
        Command::Export(args) => export::run(args, &reach, terminal).await,
        Command::Accounts(command) => accounts::run(command, &reach, terminal).await,
        Command::Keys(command) => keys::run(command, &reach, terminal).await,
        Command::SignInLink => sign_in_link::run(&reach, terminal).await,
        Command::Migrate => migrate::run(&reach.settings, terminal).await,
        Command::Tui(args) => tui::run(&args, &reach, terminal).await,
        Command::Sandbox(args) => sandbox::run(args, reach.settings.bind.filter(|_| cli.bind_is_a_flag), terminal).await,
        Command::Doctor => doctor::run(&reach.settings, terminal).await,
        Command::Completions(args) => completions::run(&args),
    }
}

fn server_url(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err("a server's address begins with http:// or https://".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_fit_together() {
        Cli::command().debug_assert();
    }
}

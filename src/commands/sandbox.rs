//! `sluice sandbox`: a provider to play with, over invented people.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use serde_json::json;
use sluice_sandbox::{Faults, Options};

use super::exit::Exit;
use super::failure::Failure;
use super::stop::Stop;
use super::terminal::Terminal;
use sluice_api::wording::numbers::thousands;

const USUAL_BIND: &str = "127.0.0.1:9090";
const ACCOUNTS: [&str; 4] = ["acc_classic", "acc_sales_navigator", "acc_recruiter", "acc_restricted"];

/// `--bind` says where it listens; 127.0.0.1:9090 without.
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// How many invented people there are
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    people: usize,
    /// The same seed gives the same answers, every time
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How long every answer takes
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency_ms: u64,
    /// Faults, such as 429@3,500@5,timeout@7=2s,duplicate@9,drop@11; may be repeated
    #[arg(long = "fault", value_name = "SPEC", value_parser = faults)]
    faults: Vec<String>,
}

pub async fn run(args: SandboxArgs, bind: Option<String>, terminal: &Terminal) -> Result<Exit> {
    let bind = bind.as_deref().unwrap_or(USUAL_BIND);
    let bind: SocketAddr = bind.replacen("localhost:", "127.0.0.1:", 1).parse().map_err(|_| {
        Failure::usage(format!("{bind} is not an address with a port")).remedy("Use one such as 127.0.0.1:9090; port 0 takes a free one.")
    })?;
    let options = Options {
        bind,
        people: args.people,
        seed: args.seed,
        latency: Duration::from_millis(args.latency_ms),
        // Each has been parsed once before; together they are one list.
        faults: args.faults.join(",").parse()?,
    };
    let mut stop = Stop::listen()?;
    let sandbox = sluice_sandbox::start(options).await?;
    if terminal.json {
        terminal.data(&json!({ "url": sandbox.base_url(), "people": args.people, "seed": args.seed, "accounts": ACCOUNTS }))?;
    } else {
        terminal.say(greeting(&sandbox.base_url(), args.people))?;
    }
    stop.asked().await;
    sandbox.stop().await;
    Ok(Exit::DONE)
}

fn greeting(url: &str, people: usize) -> String {
    format!(
        "Sandbox at {url}: {} invented people. Stop it with Ctrl-C.\n  accounts  {}\n  connect   SLUICE_PROVIDER_KEY=any sluice accounts add unipile --base-url {url} --external-id acc_sales_navigator\n  requests  {url}/_sandbox/requests",
        thousands(people as u64),
        ACCOUNTS.join(", ")
    )
}

/// Keeps the text: several are put together into one list.
fn faults(text: &str) -> Result<String, String> {
    text.parse::<Faults>().map(|_| text.to_owned()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sandbox_says_how_to_connect_to_it() {
        insta::assert_snapshot!(greeting("http://127.0.0.1:9090", 100_000));
    }

    #[test]
    fn a_word_that_is_no_fault_is_refused_with_those_that_are() {
        assert_eq!(faults("429@3,drop@11").unwrap(), "429@3,drop@11");
        let refused = faults("earthquake").unwrap_err();
        assert!(refused.contains("earthquake") && refused.contains("duplicate"), "{refused}");
    }
}

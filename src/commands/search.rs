//! `sluice search people …`: stores a search, and watches it when asked to.

use anyhow::Result;
use clap::{ArgGroup, Args, Subcommand};
use sluice_api::{Headcount, SearchAccepted, SearchCriteria, SearchRequest, Seniority};

use super::accounts::find_account;
use super::exit::Exit;
use super::failure::Failure;
use super::server::{Connection, Reach, connect};
use super::terminal::Terminal;
use super::watch::watch_and_say;
use super::words::word;
use sluice_api::wording::numbers::{count, duration, thousands};

#[derive(Debug, Subcommand)]
pub enum SearchCommand {
    /// Search people; the search runs in the background and is never lost
    People(Box<PeopleArgs>),
}

/// A value of digits is an id of the provider; words are looked up. Options that may be repeated hold alternatives.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("criteria").multiple(true).conflicts_with_all(["url", "saved_search"]))]
pub struct PeopleArgs {
    /// Words anywhere in the profile
    #[arg(long, group = "criteria")]
    keywords: Option<String>,
    /// Current job title
    #[arg(long, group = "criteria")]
    title: Option<String>,
    /// Place; may be repeated
    #[arg(long, group = "criteria", value_name = "PLACE")]
    location: Vec<String>,
    /// Current company; may be repeated
    #[arg(long, group = "criteria", value_name = "COMPANY")]
    company: Vec<String>,
    /// Former company; may be repeated
    #[arg(long, group = "criteria", value_name = "COMPANY")]
    past_company: Vec<String>,
    /// Industry; may be repeated
    #[arg(long, group = "criteria", value_name = "INDUSTRY")]
    industry: Vec<String>,
    /// owner, partner, cxo, vp, director, manager, senior, entry or training; may be repeated
    #[arg(long, group = "criteria", value_name = "LEVEL", value_parser = word::<Seniority>)]
    seniority: Vec<Seniority>,
    /// Employees of the company: 1, 1-10, 11-50, 51-200, 201-500, 501-1000, 1001-5000, 5001-10000 or 10001+; may be repeated
    #[arg(long, group = "criteria", value_name = "BAND", value_parser = word::<Headcount>)]
    headcount: Vec<Headcount>,
    /// School; may be repeated
    #[arg(long, group = "criteria", value_name = "SCHOOL")]
    school: Vec<String>,
    /// Degree of connection, 1 to 3; may be repeated
    #[arg(long, group = "criteria", value_name = "N", value_parser = clap::value_parser!(u8).range(1..=3))]
    degree: Vec<u8>,
    #[arg(long, group = "criteria", value_name = "NAME")]
    first_name: Option<String>,
    #[arg(long, group = "criteria", value_name = "NAME")]
    last_name: Option<String>,
    /// Search by the address of a LinkedIn people search, as copied from the browser
    #[arg(long, conflicts_with = "saved_search")]
    url: Option<String>,
    /// Search by a search that is saved at LinkedIn
    #[arg(long, value_name = "ID")]
    saved_search: Option<String>,
    /// How many people
    #[arg(long, short = 'n', value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=2_500))]
    count: u32,
    /// Account to search with, by id or name [default: your most able one]
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// Higher goes first
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    priority: Option<i32>,
    /// Seconds of working time after which it stops with what it has
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    deadline: Option<u32>,
    /// Stay and watch until it ends
    #[arg(long, short)]
    watch: bool,
}

pub async fn run(command: SearchCommand, reach: &Reach, terminal: &Terminal) -> Result<Exit> {
    let SearchCommand::People(args) = command;
    let mut request = args.request()?;
    let connection = connect(reach).await?;
    if let Some(account) = &args.account {
        request.account_id = Some(find_account(&connection.client, account).await?);
    }
    let accepted = connection.client.create_search(&request).await?;
    let exit = if args.watch { follow(&connection, &accepted, terminal).await } else { report(&connection, &accepted, terminal) };
    connection.close().await;
    exit
}

async fn follow(connection: &Connection, accepted: &SearchAccepted, terminal: &Terminal) -> Result<Exit> {
    if !terminal.json {
        terminal.note(introduction(accepted))?;
    }
    watch_and_say(&connection.client, &accepted.job_id, terminal, connection.is_inside()).await
}

fn report(connection: &Connection, accepted: &SearchAccepted, terminal: &Terminal) -> Result<Exit> {
    if terminal.json {
        terminal.data(accepted)?;
        return Ok(Exit::DONE);
    }
    terminal.note(introduction(accepted))?;
    if connection.is_inside() {
        terminal.note("No server runs, so it waits. It starts with `sluice serve`, or with the command below.")?;
    }
    if terminal.interactive {
        terminal.say(format!("  sluice jobs watch {}", accepted.job_id))?;
    } else {
        terminal.say(&accepted.job_id)?;
    }
    Ok(Exit::DONE)
}

/// What will happen, before it does.
fn introduction(accepted: &SearchAccepted) -> String {
    let people = count(accepted.target.into(), "person", "people");
    let time = duration(std::time::Duration::from_secs(accepted.estimated_time_seconds));
    let mut text = format!("Searching {people} with {}, about {time}. Job {}.", accepted.api.title(), accepted.job_id);
    if let Some(asked) = accepted.target_clamped_from {
        text.push_str(&format!("\nnote: you asked for {}; one query of this account hands out {people} at most.", thousands(asked.into())));
    }
    for warning in &accepted.warnings {
        text.push_str(&format!("\nnote: {warning}"));
    }
    text
}

impl PeopleArgs {
    fn request(&self) -> Result<SearchRequest, Failure> {
        let by_criteria = self.url.is_none() && self.saved_search.is_none();
        let criteria = by_criteria.then(|| SearchCriteria {
            keywords: self.keywords.clone(),
            title: self.title.clone(),
            locations: self.location.clone(),
            companies: self.company.clone(),
            past_companies: self.past_company.clone(),
            industries: self.industry.clone(),
            seniorities: self.seniority.clone(),
            headcount: self.headcount.clone(),
            schools: self.school.clone(),
            network_distance: self.degree.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
        });
        if criteria == Some(SearchCriteria::default()) {
            return Err(Failure::usage("There is nothing to search for")
                .remedy("Say whom: --keywords, --title, --location, --company, … or --url with a LinkedIn people search."));
        }
        Ok(SearchRequest {
            criteria,
            url: self.url.clone(),
            saved_search_id: self.saved_search.clone(),
            target: Some(self.count),
            account_id: None,
            priority: self.priority,
            deadline_s: self.deadline,
            schedule: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;
    use sluice_api::{Api, JobStatus};

    use super::*;

    #[derive(Parser)]
    struct Words {
        #[command(flatten)]
        people: PeopleArgs,
    }

    fn parse(words: &[&str]) -> Result<PeopleArgs, clap::Error> {
        Words::try_parse_from(std::iter::once("people").chain(words.iter().copied())).map(|words| words.people)
    }

    #[test]
    fn words_become_the_neutral_request() {
        let args = parse(&[
            "--title",
            "CEO",
            "--location",
            "Berlin, Germany",
            "--location",
            "103644278",
            "--headcount",
            "11-50",
            "--headcount",
            "10001+",
            "--seniority",
            "cxo",
            "--degree",
            "2",
            "--count",
            "2500",
        ])
        .unwrap();
        assert_eq!(
            serde_json::to_value(args.request().unwrap()).unwrap(),
            json!({"criteria": {"title": "CEO", "locations": ["Berlin, Germany", "103644278"], "seniorities": ["cxo"],
                "headcount": ["11-50", "10001+"], "network_distance": [2]}, "target": 2500})
        );
        let by_url = parse(&["--url", "https://www.linkedin.com/search/results/people/?keywords=x"]).unwrap();
        assert_eq!(
            serde_json::to_value(by_url.request().unwrap()).unwrap(),
            json!({"url": "https://www.linkedin.com/search/results/people/?keywords=x", "target": 1000})
        );
    }

    #[test]
    fn immunity_21_a_search_for_nobody_in_particular_is_refused() {
        for words in [&[][..], &["--count", "50"]] {
            assert!(parse(words).unwrap().request().unwrap_err().usage, "{words:?}");
        }
        for words in [
            &["--url", "https://www.linkedin.com/search/results/people/", "--title", "CEO"][..],
            &["--url", "u", "--saved-search", "1"],
            &["--title", "CEO", "--count", "0"],
            &["--title", "CEO", "--count", "2501"],
            &["--title", "CEO", "--seniority", "boss"],
            &["--title", "CEO", "--headcount", "B"],
            &["--title", "CEO", "--degree", "4"],
        ] {
            assert_eq!(parse(words).unwrap_err().exit_code(), 2, "{words:?}");
        }
    }

    #[test]
    fn what_will_happen_is_said_before() {
        let accepted = SearchAccepted {
            job_id: "JOB".into(),
            status: JobStatus::Queued,
            api: Api::Classic,
            target: 1_000,
            target_clamped_from: Some(2_500),
            estimated_time_seconds: 40,
            account_id: "ACCOUNT".into(),
            warnings: vec!["Berlin was understood as Berlin, Germany.".into()],
        };
        insta::assert_snapshot!(introduction(&accepted));
    }
}

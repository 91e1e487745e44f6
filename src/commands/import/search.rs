//! `sluice import search …`: looks for postings.

use anyhow::Result;
use clap::{ArgGroup, Args};
use sluice_api::{EmploymentType, PostingQuery, PostingSearchRequest, PostingSeniority, Schedule, Timetable, Workplace};

use super::JobArgs;
use crate::commands::exit::Exit;
use crate::commands::failure::Failure;
use crate::commands::render::visible::visible;
use crate::commands::schedules::next;
use crate::commands::terminal::Terminal;
use crate::commands::words::word;

/// Options that may be repeated hold alternatives. What LinkedIn's public pages do not filter by is filtered here, and the end says how many
/// that removed.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("query").multiple(true).conflicts_with("url"))]
pub struct SearchArgs {
    /// Words of the posting
    #[arg(long, group = "query")]
    keywords: Option<String>,
    /// A place in words
    #[arg(long, group = "query", value_name = "PLACE")]
    location: Option<String>,
    /// LinkedIn's number of a place; more exact than --location
    #[arg(long, group = "query", value_name = "ID")]
    geo_id: Option<String>,
    /// Miles around the place
    #[arg(long, group = "query", value_name = "MILES")]
    distance: Option<u32>,
    /// Posted within so many hours
    #[arg(long, group = "query", value_name = "HOURS")]
    max_age: Option<u32>,
    /// full_time, part_time, contract, temporary, volunteer, internship or other; may be repeated
    #[arg(long = "type", group = "query", value_name = "TYPE", value_parser = word::<EmploymentType>)]
    types: Vec<EmploymentType>,
    /// internship, entry, associate, mid_senior, director or executive; may be repeated
    #[arg(long = "level", group = "query", value_name = "LEVEL", value_parser = word::<PostingSeniority>)]
    levels: Vec<PostingSeniority>,
    /// on_site, remote or hybrid; may be repeated
    #[arg(long = "workplace", group = "query", value_name = "WORKPLACE", value_parser = word::<Workplace>)]
    workplaces: Vec<Workplace>,
    /// LinkedIn's number of a company; may be repeated
    #[arg(long = "company-id", group = "query", value_name = "ID")]
    companies: Vec<String>,
    /// Only postings where one applies on LinkedIn itself
    #[arg(long, group = "query")]
    easy_apply: bool,
    /// The address of a LinkedIn jobs search, as copied from the browser; may be repeated
    #[arg(long)]
    url: Vec<String>,
    /// Keep unrelated postings too, which have no word of the keywords: for postings in another language. Without it, a first page of nothing
    /// else counts as nothing found
    #[arg(long)]
    accept_unrelated: bool,
    /// Keep postings with one of these words in the title; may be repeated
    #[arg(long, value_name = "WORD")]
    title_include: Vec<String>,
    /// Leave out postings with one of these words in the title; may be repeated
    #[arg(long, value_name = "WORD")]
    title_exclude: Vec<String>,
    /// Keep postings of companies with one of these words in the name; may be repeated
    #[arg(long, value_name = "WORD")]
    company_include: Vec<String>,
    /// Leave out postings of companies with one of these words in the name; may be repeated
    #[arg(long, value_name = "WORD")]
    company_exclude: Vec<String>,
    /// What to call this search
    #[arg(long)]
    name: Option<String>,
    /// Pages of ten for each query
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    max_pages: Option<u32>,
    /// Store the cards alone, without reading each posting's page
    #[arg(long)]
    no_details: bool,
    /// Start again and again, by a cron line such as "0 7 * * 1-5"
    #[arg(long, value_name = "CRON", conflicts_with = "wait")]
    schedule: Option<String>,
    /// The time zone of the cron line, such as Europe/Berlin [default: UTC]
    #[arg(long, value_name = "ZONE", requires = "schedule")]
    time_zone: Option<String>,
    #[command(flatten)]
    pub(super) job: JobArgs,
}

impl SearchArgs {
    pub(super) fn request(&self) -> Result<PostingSearchRequest, Failure> {
        let accept_unrelated = self.accept_unrelated.then_some(true);
        let query = PostingQuery {
            keywords: self.keywords.clone(),
            location: self.location.clone(),
            geo_id: self.geo_id.clone(),
            distance_mi: self.distance,
            max_age_h: self.max_age,
            types: self.types.clone(),
            levels: self.levels.clone(),
            workplaces: self.workplaces.clone(),
            companies: self.companies.clone(),
            easy_apply: self.easy_apply.then_some(true),
            accept_unrelated,
            url: None,
        };
        let queries = if self.url.is_empty() {
            vec![query]
        } else {
            self.url.iter().map(|url| PostingQuery { url: Some(url.clone()), accept_unrelated, ..PostingQuery::default() }).collect()
        };
        if queries == [PostingQuery { accept_unrelated, ..PostingQuery::default() }] {
            return Err(Failure::usage("There is nothing to search for")
                .remedy("Say what: --keywords, --location, --company-id, … or --url with a LinkedIn jobs search."));
        }
        Ok(PostingSearchRequest {
            name: self.name.clone(),
            queries,
            account_id: None,
            max_pages: self.max_pages,
            fetch_details: self.no_details.then_some(false),
            title_include: self.title_include.clone(),
            title_exclude: self.title_exclude.clone(),
            company_include: self.company_include.clone(),
            company_exclude: self.company_exclude.clone(),
            priority: self.job.priority,
            deadline_s: self.job.deadline,
            schedule: self.schedule.as_ref().map(|cron| Timetable {
                name: self.name.clone(),
                cron: cron.clone(),
                time_zone: self.time_zone.clone().unwrap_or_else(|| "UTC".to_owned()),
            }),
        })
    }
}

/// A search that starts at its times was stored.
pub(super) fn scheduled(schedule: &Schedule, terminal: &Terminal) -> Result<Exit> {
    if terminal.json {
        terminal.data(schedule)?;
    } else {
        let (name, first) = (visible(&schedule.name), next(schedule));
        terminal.note(format!("{name} is stored. It starts by itself, the first time at {first}."))?;
        for warning in &schedule.warnings {
            terminal.note(format!("note: {warning}"))?;
        }
        terminal.say(if terminal.interactive { format!("  sluice schedules pause {}", schedule.id) } else { schedule.id.clone() })?;
    }
    Ok(Exit::DONE)
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::*;

    #[derive(Parser)]
    struct Words {
        #[command(flatten)]
        search: SearchArgs,
    }

    fn parse(words: &[&str]) -> Result<SearchArgs, clap::Error> {
        Words::try_parse_from(std::iter::once("search").chain(words.iter().copied())).map(|words| words.search)
    }

    #[test]
    fn words_become_the_request() {
        let words = "--keywords rust --location Berlin --distance 25 --max-age 24 --type full_time --level entry --level associate \
                     --workplace remote --company-id 1441 --easy-apply --title-exclude intern --company-exclude acme --name rust \
                     --max-pages 3 --no-details --deadline 60 --accept-unrelated";
        let args = parse(&words.split_whitespace().collect::<Vec<_>>()).unwrap();
        assert_eq!(
            serde_json::to_value(args.request().unwrap()).unwrap(),
            json!({
                "name": "rust",
                "queries": [{"keywords": "rust", "location": "Berlin", "distance_mi": 25, "max_age_h": 24, "types": ["full_time"],
                    "levels": ["entry", "associate"], "workplaces": ["remote"], "companies": ["1441"], "easy_apply": true,
                    "accept_unrelated": true}],
                "max_pages": 3, "fetch_details": false, "title_exclude": ["intern"], "company_exclude": ["acme"], "deadline_s": 60,
            })
        );
        let by_url =
            parse(&["--url", "https://www.linkedin.com/jobs/search/?keywords=x", "--accept-unrelated", "--schedule", "0 7 * * *"]).unwrap();
        assert_eq!(
            serde_json::to_value(by_url.request().unwrap()).unwrap(),
            json!({"queries": [{"url": "https://www.linkedin.com/jobs/search/?keywords=x", "accept_unrelated": true}],
                "schedule": {"cron": "0 7 * * *", "time_zone": "UTC"}})
        );
    }

    #[test]
    fn immunity_21_a_search_for_no_posting_in_particular_is_refused() {
        for words in [&[][..], &["--max-pages", "3"], &["--title-exclude", "intern"], &["--accept-unrelated"]] {
            assert!(parse(words).unwrap().request().unwrap_err().usage, "{words:?}");
        }
        for words in [
            &["--url", "https://www.linkedin.com/jobs/search/", "--keywords", "rust"][..],
            &["--keywords", "rust", "--type", "fulltime"],
            &["--keywords", "rust", "--level", "boss"],
            &["--keywords", "rust", "--workplace", "moon"],
            &["--keywords", "rust", "--max-pages", "0"],
            &["--keywords", "rust", "--max-pages", "101"],
            &["--keywords", "rust", "--time-zone", "UTC"],
            &["--keywords", "rust", "--schedule", "0 7 * * *", "--wait"],
        ] {
            assert_eq!(parse(words).unwrap_err().exit_code(), 2, "{words:?}");
        }
    }
}

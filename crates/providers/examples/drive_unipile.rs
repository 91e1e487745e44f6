//! Sends every form of request that the Unipile connector knows, one line for each, to a server of your choice:
//! `cargo run -p sluice-providers --example drive_unipile -- http://127.0.0.1:4010 [ACCOUNT_ID] [API_KEY]`.
//!
//! A mock server of the vendor's schema is one such: `npx @stoplight/prism-cli mock -p 4010 --errors SCHEMA.json`, with the
//! account id `string`. Its log must hold no violation; its account may be of another kind than LinkedIn, which is refused here.

use std::fmt::Display;
use std::process::ExitCode;

use anyhow::Context;
use async_trait::async_trait;
use sluice_providers::{
    Api, Choice, Criteria, Cursor, Fetch, FetchConfig, Headcount, Login, LookupCache, LookupKind, PeopleQuery, Provider, ProviderError,
    Seniority, Unipile,
};

/// Every word means 4711, for a mock server's made-up ids are no digits. The look-ups themselves are sent on their own.
struct KnowsAll;

#[async_trait]
impl LookupCache for KnowsAll {
    async fn get(&self, _kind: LookupKind, words: &str) -> Result<Option<Vec<Choice>>, anyhow::Error> {
        Ok(Some(vec![Choice { id: "4711".to_owned(), title: words.to_owned() }]))
    }

    async fn put(&self, _kind: LookupKind, _words: &str, _choices: &[Choice]) -> Result<(), anyhow::Error> {
        Ok(())
    }
}

#[derive(Default)]
struct Tally {
    lines: usize,
    failed: usize,
}

impl Tally {
    fn note<T>(&mut self, form: impl Display, result: Result<T, ProviderError>, told: impl FnOnce(&T) -> String) -> Option<T> {
        self.lines += 1;
        match result {
            Ok(value) => {
                println!("ok    {form}: {}", told(&value));
                Some(value)
            }
            Err(error) => {
                self.failed += 1;
                println!("FAIL  {form}: {error:?}");
                None
            }
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let base_url = arguments.next().context("the first argument is the server's address")?.parse()?;
    let external_account_id = arguments.next().unwrap_or_else(|| "acc_classic".to_owned());
    let api_key = arguments.next().unwrap_or_else(|| "any-key".to_owned()).into();
    let login = Login { base_url, api_key, external_account_id };
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        anyhow::bail!("a crypto provider is installed already");
    }
    let unipile = Unipile::new(Fetch::new(&FetchConfig::default())?);
    let mut tally = Tally::default();

    tally.note("accounts", unipile.discover(&login).await, |found| format!("{} LinkedIn accounts", found.len()));
    tally.note("account", unipile.inspect(&login).await, |report| format!("{report:?}"));
    for kind in [
        LookupKind::Location,
        LookupKind::Company,
        LookupKind::Industry,
        LookupKind::SalesIndustry,
        LookupKind::School,
        LookupKind::JobTitle,
    ] {
        let choices = unipile.look_up(&login, kind, "büro & co").await;
        tally.note(format_args!("parameters {kind:?}"), choices, |choices| format!("{} choices", choices.len()));
    }
    for identifier in ["ines-okafor", "inês okafor/1", "ACoAAB1", "ACwAAB1", "AEMAAB1"] {
        let profile = unipile.fetch_profile(&login, identifier).await;
        tally.note(format_args!("profile {identifier}"), profile, |profile| format!("{} bytes", profile.to_string().len()));
    }
    for api in [Api::Classic, Api::SalesNavigator, Api::Recruiter] {
        for (form, query) in queries(api) {
            drive_search(&unipile, &login, api, form, &query, &mut tally).await;
        }
    }
    println!("{} lines, {} failed", tally.lines, tally.failed);
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The first page, a page behind a short cursor, and a page behind one that is too long for an address.
async fn drive_search(unipile: &Unipile, login: &Login, api: Api, form: &str, query: &PeopleQuery, tally: &mut Tally) {
    let name = api.as_str();
    let prepared = unipile.prepare(login, api, query, &KnowsAll).await;
    let Some(search) = tally.note(format_args!("prepare {name} {form}"), prepared, |search| search.body.to_string()) else {
        return;
    };
    let cursors = [None, Some(Cursor("a+b/c==&d".to_owned())), Some(Cursor("x".repeat(3_000)))];
    for (which, cursor) in ["first page", "short cursor", "long cursor"].into_iter().zip(cursors) {
        let page = unipile.search_people(login, &search, cursor.as_ref()).await;
        tally.note(format_args!("search {name} {form}, {which}"), page, |page| {
            format!("{} people, {} rejected, total {:?}, next {:?}", page.records.len(), page.rejected.len(), page.total, page.next)
        });
    }
}

fn queries(api: Api) -> Vec<(&'static str, PeopleQuery)> {
    let criteria = |criteria: Criteria| PeopleQuery::Criteria(Box::new(criteria));
    let mut queries = vec![
        ("keywords alone", criteria(Criteria { keywords: Some("CEO tech startup".to_owned()), ..Criteria::default() })),
        ("every filter by id", criteria(every_filter(api, &["103644278", "101282230"]))),
        ("one value a filter", criteria(every_filter(api, &["103644278"]))),
        ("every filter in words", criteria(every_filter(api, &["103644278", "Büro & Co"]))),
    ];
    let (address, saved) = match api {
        Api::Classic => ("www.linkedin.com/search/results/people/?keywords=ceo&origin=GLOBAL_SEARCH_HEADER", None),
        Api::SalesNavigator => ("https://www.linkedin.com/sales/search/people?query=(keywords%3Aceo)", Some("50512345")),
        Api::Recruiter => ("https://www.linkedin.com/talent/search?searchContextId=x", Some("4711/815")),
    };
    queries.push(("pasted address", PeopleQuery::Url(address.to_owned())));
    queries.extend(saved.map(|id| ("saved search", PeopleQuery::SavedSearch(id.to_owned()))));
    queries
}

fn every_filter(api: Api, values: &[&str]) -> Criteria {
    let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    let mut criteria = Criteria {
        keywords: Some("tech startup".to_owned()),
        title: Some("CEO OR \"chief executive\"".to_owned()),
        first_name: Some("Inês".to_owned()),
        last_name: Some("Okafor".to_owned()),
        locations: values.clone(),
        companies: values.clone(),
        past_companies: values.clone(),
        industries: values.clone(),
        schools: values,
        network_distance: vec![1, 2, 3],
        ..Criteria::default()
    };
    if api != Api::Classic {
        criteria.headcount = vec![
            Headcount::UpTo10,
            Headcount::UpTo50,
            Headcount::UpTo200,
            Headcount::UpTo500,
            Headcount::UpTo1000,
            Headcount::UpTo5000,
            Headcount::UpTo10000,
            Headcount::Over10000,
        ];
        criteria.seniorities = vec![
            Seniority::Owner,
            Seniority::Partner,
            Seniority::Cxo,
            Seniority::Vp,
            Seniority::Director,
            Seniority::Manager,
            Seniority::Senior,
            Seniority::Entry,
            Seniority::Training,
        ];
    }
    criteria
}

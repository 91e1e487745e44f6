//! `/postings/import`: postings by their addresses, or from a page that somebody saved.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use sluice_api::PostingImportRequest;
use sluice_api::wording::numbers::{count, duration, thousands};

use super::sources::{Source, can_ask, sources};
use crate::domain::JobId;
use crate::domain::posting::order::MOST_ADDRESSES;
use crate::http::api::posting_jobs as api;
use crate::http::form::{Form, Wrong};
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::posting_page;
use crate::http::problem::Failure;
use crate::jobs::fetch_postings::start;

/// Refused lines that are shown at once.
const SHOWN: usize = 50;
/// Lines whose state is shown while somebody writes.
const SHOWN_STATES: usize = 200;

#[derive(Template)]
#[template(path = "postings/import.html")]
struct ImportPage {
    frame: Frame,
    sources: Vec<Source>,
    form: Form,
    wrong: Wrong,
    /// What is wrong with which line of the addresses.
    refused: Vec<Refused>,
    more_refused: usize,
    /// What each line leads to, while somebody writes.
    states: States,
    /// What is wrong with the page that was given.
    wrong_page: Option<String>,
    whole: Vec<String>,
    most: String,
}

impl ImportPage {
    fn can_ask(&self) -> bool {
        can_ask(&self.sources)
    }
}

/// What the lines lead to.
#[derive(Default)]
struct States {
    lines: Vec<LineState>,
    more: usize,
    /// "3 postings; 1 line leads to none."
    words: String,
}

struct LineState {
    line: usize,
    text: String,
    sign: char,
    hue: &'static str,
    words: String,
}

impl States {
    fn of(text: &str) -> Self {
        let (mut told, mut first_of) = (Vec::new(), HashMap::new());
        let (mut postings, mut wrong) = (0_u64, 0_u64);
        for (line, text) in lines(text) {
            let (sign, hue, words) = match api::posting_of(text) {
                Err(message) => {
                    wrong += 1;
                    ('×', "red", message)
                }
                Ok(id) => match first_of.entry(id) {
                    Entry::Occupied(first) => ('–', "grey", format!("The same posting as line {}", first.get())),
                    Entry::Vacant(place) => {
                        postings += 1;
                        let words = format!("Posting {}", place.key());
                        place.insert(line);
                        ('●', "green", words)
                    }
                },
            };
            told.push(LineState { line, text: text.chars().take(120).collect(), sign, hue, words });
        }
        let mut words = count(postings, "posting", "postings");
        match wrong {
            0 => words.push('.'),
            1 => words.push_str("; 1 line leads to none."),
            wrong => words.push_str(&format!("; {} lines lead to none.", thousands(wrong))),
        }
        if told.len() > MOST_ADDRESSES {
            words.push_str(&format!(" Import {} lines at most at once.", thousands(MOST_ADDRESSES as u64)));
        }
        if told.is_empty() {
            words.clear();
        }
        let more = told.len().saturating_sub(SHOWN_STATES);
        told.truncate(SHOWN_STATES);
        Self { lines: told, more, words }
    }
}

struct Refused {
    line: usize,
    text: String,
    message: String,
}

pub async fn open(visit: Visit) -> Result<Response, Failure> {
    page(&visit, StatusCode::OK, Form::default(), Wrong::default(), None).await
}

/// The page with what each line leads to, while somebody writes; nothing is started.
pub async fn check(visit: Visit, form: Form) -> Result<Response, Failure> {
    page(&visit, StatusCode::OK, form, Wrong::default(), None).await
}

/// The lines that hold an address, with their numbers from 1.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let numbered = text.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
    numbered.filter(|(_, line)| !line.is_empty()).collect()
}

/// Starts the import when every line leads to a posting, and shows how it gets on.
pub async fn create(visit: Visit, form: Form) -> Result<Response, Failure> {
    match begin(&visit, &form).await {
        Ok((id, words)) => Ok(go_to_saying(&format!("/postings/jobs/{id}"), &words)),
        Err(failure) => page(&visit, StatusCode::UNPROCESSABLE_ENTITY, form, Wrong::of(failure)?, None).await,
    }
}

async fn begin(visit: &Visit, form: &Form) -> Result<(JobId, String), Failure> {
    let mut wrong = Vec::new();
    let max_age_h = form.parse("max_age_h", &mut wrong, "This must be a whole number of hours, such as 24.");
    if !wrong.is_empty() {
        return Err(Failure::invalid(wrong));
    }
    let request = PostingImportRequest {
        urls: lines(form.text("urls")).into_iter().map(|(_, line)| line.to_owned()).collect(),
        account_id: form.said("account_id"),
        max_age_h,
        ..PostingImportRequest::default()
    };
    let order = api::fetch_order(&visit.caller, request)?;
    let mut tx = visit.app.database.begin().await?;
    let plan = start::plan(&mut tx, &visit.app.accounts, order).await.map_err(api::refusal)?;
    let job = start::start(&mut tx, &plan, visit.app.config.engine.max_attempts).await?;
    tx.commit().await?;
    Ok((job.id, format!("It takes about {}; you need not stay.", duration(plan.time))))
}

/// Reads the postings of a page that was saved from a browser.
pub async fn receive(visit: Visit, request: Request) -> Result<Response, Failure> {
    let bytes = match posting_page::read(request).await {
        Ok(bytes) => bytes,
        Err(failure) => {
            let status = failure.kind().status();
            let message = failure.fields().first().map_or_else(|| failure.detail().to_owned(), |wrong| wrong.message.clone());
            return page(&visit, status, Form::default(), Wrong::default(), Some(message)).await;
        }
    };
    let (app, caller) = (&visit.app, &visit.caller);
    let mut tx = app.database.begin().await?;
    let job = start::start_page(&mut tx, caller.workspace_id, caller.user_id, &bytes, app.config.engine.max_attempts).await?;
    tx.commit().await?;
    Ok(go_to_saying(&format!("/postings/jobs/{}", job.id), "The page is here and is being read."))
}

async fn page(visit: &Visit, status: StatusCode, form: Form, wrong: Wrong, wrong_page: Option<String>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Import postings", Section::Postings).await?.with_module("posting_import");
    let text = form.text("urls").to_owned();
    let given = lines(&text);
    let mut refused: Vec<Refused> = Vec::new();
    for (place, (line, text)) in given.iter().enumerate() {
        if let Some(message) = wrong.with(&format!("urls[{place}]")) {
            refused.push(Refused { line: *line, text: text.chars().take(120).collect(), message: message.to_owned() });
        }
    }
    let more_refused = refused.len().saturating_sub(SHOWN);
    refused.truncate(SHOWN);
    let places: Vec<String> = (0..given.len()).map(|place| format!("urls[{place}]")).collect();
    let shown: Vec<&str> = places.iter().map(String::as_str).chain(["urls", "max_age_h", "account_id"]).collect();
    let page = ImportPage {
        sources: sources(visit, &mut conn, form.text("account_id")).await?,
        whole: wrong.beside(&shown),
        refused,
        more_refused,
        states: if wrong.is_empty() { States::of(&text) } else { States::default() },
        wrong_page,
        wrong,
        form,
        most: thousands(MOST_ADDRESSES as u64),
        frame,
    };
    visit.page_with(status, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_told_what_it_leads_to() {
        let states = States::of("https://www.linkedin.com/jobs/view/4012345678\n\n4012345678\nhttps://example.org/x\n4000000001");
        let told: Vec<(usize, char, &str)> = states.lines.iter().map(|line| (line.line, line.sign, line.words.as_str())).collect();
        let wrong = api::posting_of("https://example.org/x").expect_err("it is none");
        assert_eq!(
            told,
            [(1, '●', "Posting 4012345678"), (3, '–', "The same posting as line 1"), (4, '×', &*wrong), (5, '●', "Posting 4000000001")]
        );
        assert_eq!((states.words.as_str(), states.more), ("2 postings; 1 line leads to none.", 0));
        assert_eq!(States::of(" \n").words, "");
        let many = States::of(&(0..1_001).map(|n| format!("{}\n", 4_000_000_000_u64 + n)).collect::<String>());
        assert_eq!((many.words.as_str(), many.lines.len(), many.more), ("1,001 postings. Import 1,000 lines at most at once.", 200, 801));
    }

    #[test]
    fn lines_keep_the_numbers_that_people_see() {
        assert_eq!(lines("one\r\n\r\n  two \n\nthree"), [(1, "one"), (3, "two"), (5, "three")]);
    }
}

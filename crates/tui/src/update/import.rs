//! The import: addresses that are pasted, and searches whose results are chosen.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sluice_api::{JobStatus, PostingImportRequest, PostingJobAccepted, PostingQuery, PostingSearchRequest};

use super::answers::heard_from;
use super::{bulk, commands, leave, refresh, show};
use crate::checks::{Check, MOST, accepted, check};
use crate::effect::Effect;
use crate::filter::{Filter, LEVELS, TYPES, WORKPLACES};
use crate::form::{Form, Input};
use crate::message::{Answer, Start};
use crate::names::{FETCH, SEARCH};
use crate::rule;
use crate::state::{Dialog, ImportTab, Pane, Place, Screen, SetAside, State};
use crate::toast::{Draft, Opens};
use crate::trouble::Trouble;
use crate::window::Window;
use sluice_api::wording::numbers::count;
use sluice_api::wording::posting as words;

/// The same words as on the web page.
const UNRELATED: &str = "LinkedIn shows other postings where it has none. When nothing on the first page has a word of the keywords, that counts as \
                         nothing found. Tick this when the postings are in another language than the keywords.";

pub fn search_form() -> Form {
    Form::new(vec![
        Input::text("keywords", "Keywords", "such as rust engineer", ""),
        Input::text("location", "Place", "such as Berlin, Germany", ""),
        Input::text("distance_mi", "Within", "miles of the place", ""),
        Input::text("max_age_h", "Posted within", "hours", ""),
        Input::several("types", "Type", TYPES.iter().map(|of| words::employment_type(*of)).collect()),
        Input::several("levels", "Level", LEVELS.iter().map(|of| words::seniority(*of)).collect()),
        Input::several("workplaces", "Workplace", WORKPLACES.iter().map(|of| words::workplace(*of)).collect()),
        Input::check("easy_apply", "Easy apply", false),
        Input::check("accept_unrelated", "Unrelated", false).explained("Keep unrelated postings too", UNRELATED),
        Input::text("url", "Or an address", "of a LinkedIn jobs search", ""),
        Input::text("max_pages", "Pages", "of ten", "10"),
        Input::text("title_include", "Title has", "words, commas between", ""),
        Input::text("title_exclude", "Title lacks", "", ""),
        Input::text("company_exclude", "Not from", "companies", ""),
    ])
}

pub fn other_tab(state: &State) -> ImportTab {
    match (state.screen, state.import.tab) {
        (Screen::Import, ImportTab::Urls) => ImportTab::Search,
        _ => ImportTab::Urls,
    }
}

pub fn show_tab(state: &mut State, tab: ImportTab) {
    if state.screen == Screen::Import && state.import.tab != tab {
        leave(state);
    }
    show(state, Screen::Import);
    state.tray.is_focused = false;
    state.import.tab = tab;
}

/// The first look at the jobs also says which import and search were the last.
pub fn take_up_the_last(state: &mut State) {
    let last = |kind: &str| state.overview.of_kind(kind).last().map(|job| job.id.clone());
    let (search, fetch) = (last(SEARCH), last(FETCH));
    if let (None, Some(job_id)) = (&state.import.search.job_id, search) {
        set_search(state, job_id);
        state.import.search.pane = Pane::List;
    }
    if let (None, Some(job_id)) = (&state.import.urls.job_id, fetch) {
        state.import.urls.job_id = Some(job_id);
        state.import.urls.items.begin_anew();
    }
}

/// Shows another search as it was left; the one that was shown is set aside.
fn set_search(state: &mut State, job_id: String) {
    if state.import.search.job_id.as_ref() == Some(&job_id) {
        return;
    }
    leave_results(state);
    let search = &mut state.import.search;
    let fresh = || SetAside { filter: Filter::of_job(&job_id), ..SetAside::default() };
    let taken_up = search.aside.remove(&job_id).unwrap_or_else(fresh);
    let before = search.job_id.replace(job_id);
    let shown = SetAside {
        results: std::mem::take(&mut search.results),
        filter: std::mem::replace(&mut search.filter, taken_up.filter),
        selected: std::mem::replace(&mut search.selected, taken_up.selected),
    };
    search.results = taken_up.results.instead_of(&shown.results);
    search.is_selecting = false;
    if let Some(before) = before {
        search.aside.insert(before, shown);
    }
}

/// Notes which results somebody has had before them; an import of them that has ended is told no longer.
pub fn leave_results(state: &mut State) {
    if state.screen != Screen::Import || state.import.tab != ImportTab::Search {
        return;
    }
    let parts = state.bulk_jobs();
    let has_ended = state.import.search.bulk().is_some_and(|bulk| bulk.unanswered == 0 && bulk.jobs.len() == parts.len())
        && parts.iter().all(|job| matches!(job.status, JobStatus::Completed | JobStatus::Canceled));
    let search = &mut state.import.search;
    let Some(job_id) = search.job_id.clone() else { return };
    if has_ended {
        search.bulks.remove(&job_id);
    }
    if !search.filter.is_narrow() {
        // Of a search that is left before its first rows are there, nothing has been seen.
        let newest = super::newest_seen(&search.results, &search.filter).unwrap_or(Timestamp::UNIX_EPOCH);
        let seen = search.seen.entry(job_id).or_insert(newest);
        *seen = newest.max(*seen);
    }
}

pub fn show_results(state: &mut State, job_id: String) {
    show_tab(state, ImportTab::Search);
    state.import.search.pane = Pane::List;
    set_search(state, job_id);
}

pub fn show_items(state: &mut State, job_id: String) {
    show_tab(state, ImportTab::Urls);
    let urls = &mut state.import.urls;
    urls.pane = Pane::List;
    if urls.job_id.as_ref() != Some(&job_id) {
        urls.items.begin_anew();
        urls.job_id = Some(job_id);
    }
}

/// The search or import before or after the one that is shown.
pub fn show_other_job(state: &mut State, by: i64) {
    let (kind, shown) = match (state.screen, state.import.tab) {
        (Screen::Import, ImportTab::Search) => (SEARCH, state.import.search.job_id.clone()),
        (Screen::Import, ImportTab::Urls) => (FETCH, state.import.urls.job_id.clone()),
        _ => return,
    };
    let ids: Vec<String> = state.overview.of_kind(kind).iter().map(|job| job.id.clone()).collect();
    let at = ids.iter().position(|id| Some(id) == shown.as_ref()).unwrap_or(ids.len());
    let Some(id) = (at as u64).checked_add_signed(by).and_then(|at| ids.get(usize::try_from(at).ok()?)) else { return };
    if kind == SEARCH { show_results(state, id.clone()) } else { show_items(state, id.clone()) }
}

pub fn check_again(state: &mut State) {
    let urls = &mut state.import.urls;
    urls.checks = check(urls.editor.text());
    urls.trouble = None;
}

/// What is pasted stands on lines of its own.
pub fn paste_addresses(state: &mut State, text: &str) {
    let editor = &mut state.import.urls.editor;
    if editor.position().1 > 0 {
        editor.insert("\n");
    }
    editor.insert(text.trim());
    editor.insert("\n");
    check_again(state);
}

pub fn start(state: &mut State, effects: &mut Vec<Effect>) {
    match state.import.tab {
        ImportTab::Urls => import_addresses(state, effects),
        ImportTab::Search => search(state, effects),
    }
}

fn import_addresses(state: &mut State, effects: &mut Vec<Effect>) {
    let urls = &mut state.import.urls;
    if urls.is_sending {
        return;
    }
    let chosen = accepted(&urls.checks);
    if chosen.is_empty() {
        urls.trouble = Some(Trouble::new("There is no posting to import. Paste addresses of postings, one a line."));
        return;
    }
    if chosen.len() > MOST {
        urls.trouble = Some(Trouble::new(format!("One import takes {MOST} postings, and these are {}. Take some out.", chosen.len())));
        return;
    }
    urls.is_sending = true;
    urls.trouble = None;
    let request = PostingImportRequest { urls: chosen, ..PostingImportRequest::default() };
    effects.push(Effect::Import { what: Start::Urls, request: Box::new(request) });
}

fn search(state: &mut State, effects: &mut Vec<Effect>) {
    let search = &mut state.import.search;
    if search.is_sending {
        return;
    }
    search.trouble = None;
    match read_search(&mut search.form) {
        Some(request) => {
            search.is_sending = true;
            effects.push(Effect::Search { request: Box::new(request) });
        }
        None => search.pane = Pane::Side,
    }
}

/// The search that the form says, or errors at its inputs.
pub fn read_search(form: &mut Form) -> Option<PostingSearchRequest> {
    form.forget_errors();
    let url = form.said("url");
    let accept_unrelated = form.is_checked("accept_unrelated").then_some(true);
    let query = PostingQuery {
        keywords: form.said("keywords"),
        location: form.said("location"),
        geo_id: None,
        distance_mi: form.number("distance_mi", 1, 100),
        max_age_h: form.number("max_age_h", 1, 8_760),
        types: form.several("types").into_iter().filter_map(|at| TYPES.get(at).copied()).collect(),
        levels: form.several("levels").into_iter().filter_map(|at| LEVELS.get(at).copied()).collect(),
        workplaces: form.several("workplaces").into_iter().filter_map(|at| WORKPLACES.get(at).copied()).collect(),
        companies: Vec::new(),
        easy_apply: form.is_checked("easy_apply").then_some(true),
        url: None,
        ..PostingQuery::default()
    };
    let query = match url {
        Some(_) if query != PostingQuery::default() => {
            form.refuse("url", "The address says all by itself: empty the fields above, or leave it out.");
            return None;
        }
        Some(url) => match sluice_addresses::linkedin_address(&url) {
            Ok(_) => PostingQuery { url: Some(url), accept_unrelated, ..PostingQuery::default() },
            Err(reason) => {
                form.refuse("url", reason);
                return None;
            }
        },
        None if query.keywords.is_none() && query.location.is_none() => {
            form.refuse("keywords", "Say what to look for: keywords, a place, or an address.");
            return None;
        }
        None => PostingQuery { accept_unrelated, ..query },
    };
    if query.distance_mi.is_some() && query.location.is_none() {
        form.refuse("distance_mi", "Around which place? Fill that in as well.");
    }
    let max_pages = form.number("max_pages", 1, 100);
    if form.has_errors() {
        return None;
    }
    Some(PostingSearchRequest {
        queries: vec![query],
        max_pages,
        title_include: listed(form.said("title_include")),
        title_exclude: listed(form.said("title_exclude")),
        company_exclude: listed(form.said("company_exclude")),
        ..PostingSearchRequest::default()
    })
}

fn listed(said: Option<String>) -> Vec<String> {
    let said = said.unwrap_or_default();
    said.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

pub fn started(state: &mut State, what: Start, sent: &[String], answer: Answer<PostingJobAccepted>) {
    heard_from(state, &answer);
    match answer {
        Ok(accepted) => {
            for warning in &accepted.warnings {
                state.toasts.show(Draft::warning(warning.clone()).opening(Opens::Job(accepted.job_id.clone())), state.now);
            }
            refresh::mark(state, |refresh| {
                refresh.overview = true;
                refresh.jobs = true;
            });
            begun(state, what, sent, accepted.job_id);
        }
        Err(trouble) => refused(state, what, sent, trouble),
    }
}

fn begun(state: &mut State, what: Start, sent: &[String], job_id: String) {
    match what {
        Start::Urls => {
            take_out(state, sent);
            let urls = &mut state.import.urls;
            urls.is_sending = false;
            urls.outcome = None;
            urls.items = Window::default().instead_of(&urls.items);
            urls.job_id = Some(job_id);
            if urls.checks.is_empty() {
                urls.pane = Pane::List;
            }
        }
        Start::Search => {
            state.import.search.is_sending = false;
            state.import.search.pane = Pane::List;
            if state.place() != Place::ImportSearch {
                // Whoever has gone on meanwhile has seen nothing of it.
                state.import.search.seen.insert(job_id.clone(), Timestamp::UNIX_EPOCH);
            }
            set_search(state, job_id);
        }
        Start::Selected(search) => bulk::begun(state, &search, sent, job_id),
    }
}

/// Takes out what has been sent. What was typed meanwhile stays, and so does what could not be sent, to be corrected.
fn take_out(state: &mut State, sent: &[String]) {
    let sent: BTreeSet<String> = sent.iter().filter_map(|text| sluice_addresses::id_of_posting(text).ok()).collect();
    let urls = &mut state.import.urls;
    let checks = std::mem::take(&mut urls.checks);
    urls.editor.keep_lines(|number, line| {
        let of_the_line = || checks.iter().filter(|check| check.line == number);
        let stays = |check: &&Check| sluice_addresses::id_of_posting(&check.text).map_or(true, |id| !sent.contains(&id));
        if of_the_line().count() > 0 && of_the_line().all(|check| stays(&check)) {
            return Some(line.to_owned());
        }
        let left: Vec<&str> = of_the_line().filter(stays).map(|check| check.text.as_str()).collect();
        (!left.is_empty()).then(|| left.join(" "))
    });
    urls.checks = check(urls.editor.text());
}

fn refused(state: &mut State, what: Start, sent: &[String], trouble: Trouble) {
    match what {
        Start::Urls => {
            state.import.urls.is_sending = false;
            state.import.urls.trouble = Some(Trouble::new(trouble.what.clone()));
            super::push(state, Dialog::Trouble(trouble));
        }
        Start::Search => {
            let search = &mut state.import.search;
            search.is_sending = false;
            search.pane = Pane::Side;
            let mut elsewhere = trouble.clone();
            // What the server says about a field stands at that field.
            elsewhere.fields.retain(|(field, message)| {
                let name = field.rsplit('.').next().unwrap_or(field);
                let name = name.split('[').next().unwrap_or(name);
                !search.form.refuse(name, message.clone())
            });
            if !elsewhere.fields.is_empty() || !search.form.has_errors() {
                search.trouble = Some(Trouble::new(elsewhere.what.clone()));
                super::push(state, Dialog::Trouble(elsewhere));
            }
        }
        Start::Selected(search) => bulk::refused(state, &search, sent.len(), trouble),
    }
}

/// Selects one result, or takes it off; by default the chosen one, and then walks on.
pub fn toggle(state: &mut State, index: Option<u64>) {
    let search = &mut state.import.search;
    let at = index.unwrap_or(search.results.selected());
    let Some(posting) = search.results.row(at) else { return };
    if search.selected.remove(&posting.id).is_none() {
        search.selected.insert(posting.id.clone(), posting.linkedin_id.clone());
    }
    if index.is_none() {
        commands::walk_list(state, crate::state::ListOf::Results, 1);
    }
}

pub fn select_all(state: &mut State, effects: &mut Vec<Effect>) {
    let filter = state.import.search.filter.clone();
    collect(state, true, &filter, effects);
}

pub fn select_by_rule(state: &mut State, text: &str, effects: &mut Vec<Effect>) -> Result<(), String> {
    let rule = rule::read(text, &state.import.search.filter)?;
    collect(state, rule.selects, &rule.filter, effects);
    Ok(())
}

fn collect(state: &mut State, selects: bool, filter: &Filter, effects: &mut Vec<Effect>) {
    let Some(job_id) = state.import.search.job_id.clone() else { return };
    state.import.search.is_selecting = true;
    effects.push(Effect::Collect { job_id, selects, query: Box::new(filter.query(state.now)) });
}

pub fn collected(state: &mut State, job_id: &str, selects: bool, answer: Answer<Vec<(String, String)>>) {
    heard_from(state, &answer);
    let search = &mut state.import.search;
    if search.job_id.as_deref() == Some(job_id) {
        search.is_selecting = false;
    }
    let chosen = match answer {
        Ok(chosen) => chosen,
        Err(trouble) => {
            state.toasts.show(Draft::error("Nothing was selected").saying(trouble.what), state.now);
            return;
        }
    };
    let Some(selected) = search.selected_of(job_id) else { return };
    let before = selected.len();
    for (id, linkedin_id) in chosen {
        if selects {
            selected.insert(id, linkedin_id);
        } else {
            selected.remove(&id);
        }
    }
    let (changed, said) = (selected.len().abs_diff(before) as u64, if selects { "selected" } else { "taken off" });
    state.toasts.show(Draft::info(format!("{} {said}", count(changed, "posting", "postings"))), state.now);
}

/// Opens the chosen result among the postings, filtered by its search.
pub fn open_result(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(posting) = state.import.search.results.chosen().cloned() else { return };
    commands::show_in_postings(state, state.import.search.filter.clone(), Some(posting.id), effects);
}

/// Opens the posting of the chosen line; one that failed says why instead.
pub fn open_item(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(item) = state.import.urls.items.chosen().cloned() else { return };
    match item.posting_id {
        Some(id) => {
            let filter = state.import.urls.job_id.as_ref().map(Filter::of_job).unwrap_or_default();
            commands::show_in_postings(state, filter, Some(id), effects);
        }
        None => {
            let mut trouble = Trouble::new(item.reason.unwrap_or_else(|| "It has not been asked for yet.".to_owned()));
            trouble.why = Some(item.input);
            super::push(state, Dialog::Trouble(trouble));
        }
    }
}

#[cfg(test)]
mod tests;

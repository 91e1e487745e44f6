//! Dialogs: what opens them, what their keys do, and what follows when they are done.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::SignedDuration;
use sluice_api::ReminderRequest;

use super::{bulk, commands, contacts, import, jobs, later, notes, postings, push};
use crate::command::find;
use crate::effect::{Effect, Steering};
use crate::field::Field;
use crate::filter::{Filter, LEVELS, STATUSES, TYPES, Tracked, WORKPLACES};
use crate::form::{Did, Form, Input};
use crate::keys::name;
use crate::remind;
use crate::state::{Dialog, ListOf, State};
use sluice_api::wording::posting as words;

/// After the last letter, before the list is asked for anew.
const TYPING: SignedDuration = SignedDuration::from_millis(200);
const MOST_STARS: usize = 5;

pub fn ask_for_words(state: &mut State) {
    let list = commands::filtered(state);
    let before = filter(state, list).words.clone();
    push(state, Dialog::Words { typed: Field::line(before.clone()), before, list, due_at: None });
}

pub fn filter(state: &mut State, list: ListOf) -> &mut Filter {
    if list == ListOf::Results { &mut state.import.search.filter } else { &mut state.postings.filter }
}

/// Words take effect while they are typed, once the typing rests.
pub fn apply_due_words(state: &mut State) {
    let now = state.now;
    if let Some(Dialog::Words { typed, due_at, list, .. }) = state.dialogs.last_mut()
        && due_at.is_some_and(|at| at <= now)
    {
        *due_at = None;
        let (list, words) = (*list, typed.text().to_owned());
        commands::change_filter(state, list, |filter| filter.words = words);
    }
}

pub fn ask_for_a_status(state: &mut State) {
    let Some(posting) = postings::chosen(state) else { return };
    let chosen = posting.status.and_then(|status| STATUSES.iter().position(|other| *other == status)).map_or(0, |at| at + 1);
    let posting = Box::new(posting.clone());
    push(state, Dialog::Status { posting, chosen });
}

pub fn ask_for_a_reminder(state: &mut State) {
    let Some(posting) = postings::chosen(state) else { return };
    let (id, title) = (posting.id.clone(), words::title(posting));
    let form = Form::new(vec![Input::text("due_at", "When", remind::HELP, "3d"), Input::text("note", "What for", "", "")]);
    push(state, Dialog::Remind { id, title, form });
}

pub fn ask_for_a_filter(state: &mut State) {
    let list = commands::filtered(state);
    let form = filter_form(filter(state, list));
    push(state, Dialog::Filter { form, list });
}

const STATUS_WORDS: [&str; 9] = ["all", "tracked", "found", "saved", "applied", "interviewing", "offer", "rejected", "withdrawn"];
const STAR_WORDS: [&str; MOST_STARS + 1] = ["any", "1 or more", "2 or more", "3 or more", "4 or more", "5"];

fn filter_form(filter: &Filter) -> Form {
    let status = match filter.tracked {
        Tracked::All => 0,
        Tracked::Any => 1,
        Tracked::None => 2,
        Tracked::One(status) => STATUSES.iter().position(|other| *other == status).map_or(0, |at| at + 3),
    };
    let any = |rest: Vec<&'static str>| std::iter::once("any").chain(rest).collect::<Vec<_>>();
    let at = |place: Option<usize>| place.map_or(0, |at| at + 1);
    Form::new(vec![
        Input::text("words", "Words", "in title, company, place, notes, description", filter.words.clone()),
        Input::choice("status", "Status", STATUS_WORDS.to_vec(), status),
        Input::text("location", "Place", "", filter.location.clone()),
        Input::choice(
            "workplace",
            "Workplace",
            any(WORKPLACES.iter().map(|of| words::workplace(*of)).collect()),
            at(filter.workplace.and_then(|of| WORKPLACES.iter().position(|other| *other == of))),
        ),
        Input::choice(
            "type",
            "Type",
            any(TYPES.iter().map(|of| words::employment_type(*of)).collect()),
            at(filter.employment_type.and_then(|of| TYPES.iter().position(|other| *other == of))),
        ),
        Input::choice(
            "level",
            "Level",
            any(LEVELS.iter().map(|of| words::seniority(*of)).collect()),
            at(filter.seniority.and_then(|of| LEVELS.iter().position(|other| *other == of))),
        ),
        Input::choice("stars", "Stars", STAR_WORDS.to_vec(), filter.stars.map_or(0, usize::from)),
        Input::text("max_age_h", "Posted within", "hours", filter.max_age_h.map(|hours| hours.to_string()).unwrap_or_default()),
        Input::check("easy", "Easy apply", filter.easy_apply),
        Input::check("open", "Still open", filter.open),
        Input::check("new", "New", filter.new),
        Input::check("due", "Reminder due", filter.due),
        Input::check("hidden", "Hidden", filter.hidden),
    ])
}

/// The filter that the form says, or errors at its inputs.
fn read_filter(form: &mut Form, before: &Filter) -> Option<Filter> {
    form.forget_errors();
    let max_age_h = form.number("max_age_h", 1, 8_760);
    if form.has_errors() {
        return None;
    }
    let tracked = match form.chosen("status") {
        0 => Tracked::All,
        1 => Tracked::Any,
        2 => Tracked::None,
        other => STATUSES.get(other - 3).map_or(Tracked::All, |status| Tracked::One(*status)),
    };
    Some(Filter {
        words: form.said("words").unwrap_or_default(),
        tracked,
        location: form.said("location").unwrap_or_default(),
        workplace: form.chosen("workplace").checked_sub(1).and_then(|at| WORKPLACES.get(at).copied()),
        employment_type: form.chosen("type").checked_sub(1).and_then(|at| TYPES.get(at).copied()),
        seniority: form.chosen("level").checked_sub(1).and_then(|at| LEVELS.get(at).copied()),
        stars: u8::try_from(form.chosen("stars")).ok().filter(|stars| *stars > 0),
        max_age_h,
        easy_apply: form.is_checked("easy"),
        open: form.is_checked("open"),
        new: form.is_checked("new"),
        due: form.is_checked("due"),
        hidden: form.is_checked("hidden"),
        ..before.clone()
    })
}

pub fn close(state: &mut State) {
    match state.dialogs.pop() {
        // Words that were tried and left are not kept.
        Some(Dialog::Words { before, list, .. }) => commands::change_filter(state, list, |filter| filter.words = before),
        Some(Dialog::Note { posting, began, typed }) => notes::leave(state, *posting, began, &typed),
        _ => {}
    }
}

pub fn paste(state: &mut State, text: &str) {
    match state.dialogs.last_mut() {
        Some(Dialog::Note { typed, .. } | Dialog::Rule { typed, .. } | Dialog::Palette { typed, .. }) => typed.insert(text),
        Some(Dialog::Words { typed, due_at, .. }) => {
            typed.insert(text);
            *due_at = Some(later(state.now, TYPING));
        }
        Some(Dialog::Filter { form, .. } | Dialog::Remind { form, .. } | Dialog::Contact { form, .. }) => form.paste(text),
        _ => {}
    }
}

/// A click on a row of the dialog in front.
pub fn choose(state: &mut State, index: usize, effects: &mut Vec<Effect>) {
    match state.dialogs.last_mut() {
        Some(Dialog::Palette { chosen, .. } | Dialog::Status { chosen, .. }) => *chosen = index,
        Some(Dialog::Filter { form, .. } | Dialog::Remind { form, .. } | Dialog::Contact { form, .. }) => {
            form.focus = index;
            return;
        }
        Some(Dialog::Contacts { chosen, .. }) => {
            *chosen = index;
            contacts::press(state, "enter", effects);
            return;
        }
        _ => return,
    }
    finish(state, effects);
}

pub fn press(state: &mut State, key: &KeyEvent, effects: &mut Vec<Effect>) {
    if key.code == KeyCode::Esc {
        close(state);
        return;
    }
    let now = state.now;
    let place = state.place();
    let end = state.hits.ends.dialog;
    let named = name(key);
    let saves = key.code == KeyCode::Char('s') && key.modifiers.contains(KeyModifiers::CONTROL);
    let Some(dialog) = state.dialogs.last_mut() else { return };
    match dialog {
        Dialog::Help { scroll } => match step(&named) {
            Some(by) => *scroll = commands::scrolled(*scroll, by, end),
            None if matches!(named.as_str(), "?" | "q" | "enter") => close(state),
            None => {}
        },
        Dialog::Failure { scroll, .. } => match step(&named) {
            Some(by) => *scroll = commands::scrolled(*scroll, by, end),
            None if named == "r" => retry(state, effects),
            None if matches!(named.as_str(), "q" | "enter" | "E") => close(state),
            None => {}
        },
        Dialog::Trouble(_) => {
            // It may come while somebody types.
            if matches!(named.as_str(), "q" | "enter") {
                close(state);
            }
        }
        Dialog::Palette { typed, chosen } => {
            let last = find(typed.text(), place).len().saturating_sub(1);
            match named.as_str() {
                "enter" => finish(state, effects),
                "down" | "tab" | "ctrl-n" => *chosen = (*chosen + 1).min(last),
                "up" | "backtab" | "ctrl-p" => *chosen = chosen.saturating_sub(1),
                _ => {
                    if typed.key(key) {
                        *chosen = 0;
                    }
                }
            }
        }
        Dialog::Words { typed, due_at, .. } => match named.as_str() {
            "enter" => finish(state, effects),
            _ => {
                if typed.key(key) {
                    *due_at = Some(later(now, TYPING));
                }
            }
        },
        Dialog::Filter { form, .. } | Dialog::Remind { form, .. } => {
            if form.key(key) == Did::Submitted {
                finish(state, effects);
            }
        }
        Dialog::Contacts { .. } => contacts::press(state, &named, effects),
        Dialog::Contact { form, .. } => {
            if form.key(key) == Did::Submitted {
                contacts::send(state, effects);
            }
        }
        Dialog::Status { chosen, .. } => match named.as_str() {
            "enter" | "space" => finish(state, effects),
            "down" | "j" => *chosen = (*chosen + 1).min(STATUSES.len()),
            "up" | "k" => *chosen = chosen.saturating_sub(1),
            _ => {}
        },
        Dialog::Note { typed, .. } => {
            if saves {
                finish(state, effects);
            } else {
                typed.key(key);
            }
        }
        Dialog::Rule { typed, error } => match named.as_str() {
            "enter" => finish(state, effects),
            _ => {
                if typed.key(key) {
                    *error = None;
                }
            }
        },
        Dialog::Bulk { .. } => match named.as_str() {
            "enter" | "y" | "I" => finish(state, effects),
            "n" | "q" => close(state),
            _ => {}
        },
        Dialog::Cancel { .. } => match named.as_str() {
            "enter" | "y" | "X" => finish(state, effects),
            "n" | "q" => close(state),
            _ => {}
        },
    }
}

fn step(key: &str) -> Option<i64> {
    match key {
        "down" | "j" => Some(1),
        "up" | "k" => Some(-1),
        "pgdn" | "ctrl-d" | "space" => Some(10),
        "pgup" | "ctrl-u" => Some(-10),
        "home" | "g" => Some(i64::MIN / 2),
        "end" | "G" => Some(i64::MAX / 2),
        _ => None,
    }
}

fn retry(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(Dialog::Failure { job_id, .. }) = state.dialogs.pop() {
        effects.push(Effect::Steer { id: job_id, steering: Steering::Retry });
    }
}

/// Does what the dialog in front was for. One with an error stays.
fn finish(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(dialog) = state.dialogs.pop() else { return };
    match dialog {
        Dialog::Palette { typed, chosen } => {
            if let Some(entry) = find(typed.text(), state.place()).get(chosen) {
                commands::run(state, entry.command, effects);
            }
        }
        Dialog::Words { typed, list, .. } => {
            let words = typed.text().to_owned();
            commands::change_filter(state, list, |filter| filter.words = words);
        }
        Dialog::Filter { mut form, list } => {
            let before = filter(state, list).clone();
            match read_filter(&mut form, &before) {
                Some(filter) => commands::change_filter(state, list, |old| *old = filter),
                None => push(state, Dialog::Filter { form, list }),
            }
        }
        Dialog::Status { posting, chosen } => {
            let status = chosen.checked_sub(1).and_then(|at| STATUSES.get(at).copied());
            postings::set_status(state, *posting, status, effects);
        }
        Dialog::Note { posting, began, typed } => notes::store(state, *posting, began, &typed, effects),
        Dialog::Remind { id, title, mut form } => {
            form.forget_errors();
            match remind::when(&form.said("due_at").unwrap_or_default(), state.now, &state.zone) {
                Ok(due_at) => {
                    let request = ReminderRequest { due_at, note: form.said("note") };
                    effects.push(Effect::AddReminder { posting_id: id, request });
                }
                Err(message) => {
                    form.refuse("due_at", message);
                    push(state, Dialog::Remind { id, title, form });
                }
            }
        }
        Dialog::Rule { typed, .. } => {
            if let Err(message) = import::select_by_rule(state, typed.text(), effects) {
                push(state, Dialog::Rule { typed, error: Some(message) });
            }
        }
        Dialog::Cancel { job_ids } => jobs::steer(job_ids, Steering::Cancel, effects),
        Dialog::Bulk { .. } => bulk::send(state, effects),
        Dialog::Help { .. } | Dialog::Failure { .. } | Dialog::Trouble(_) | Dialog::Contacts { .. } | Dialog::Contact { .. } => {}
    }
}

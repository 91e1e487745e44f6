//! `/postings/{id}`: one posting, what is noted about it, and the forms that note more.

use std::collections::HashSet;

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use sluice_api::wording::numbers::{count, thousands};
use sluice_api::{Contact, HistoryEntry, Posting, PostingName, PostingSource, Reminder};

use super::line::{Day, Line, StatusView, statuses};
use crate::domain::tracker::{HistoryKind, PostingChange};
use crate::domain::{ContactId, PostingId, ReminderId, Role, UserId};
use crate::http::api::postings as api;
use crate::http::form::{Form, Wrong};
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::moment::{Clock, Moment};
use crate::http::pages::visit::Visit;
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::http::wire;
use crate::store::{postings, users};

/// Characters of a line of the history that show without being asked for: it may hold notes that somebody has written over.
const MOST_TOLD_AT_ONCE: usize = 200;

/// The form of the page that comes back with what was wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    #[default]
    Nowhere,
    Status,
    Stars,
    Notes,
    /// What was typed, beside what somebody else has written meanwhile.
    NotesChanged,
    NewContact,
    Contact(ContactId),
    NewReminder,
    Reminder(ReminderId),
    Delete,
}

/// What a form sent, and what was wrong with it.
#[derive(Debug, Default)]
pub struct Answered {
    pub place: Place,
    pub form: Form,
    pub wrong: Wrong,
}

#[derive(Template)]
#[template(path = "postings/show.html")]
struct PostingPage {
    frame: Frame,
    line: Line,
    status: Application,
    stars: Field,
    stars_reason: Field,
    notes: Field,
    /// What the notes were when one began to edit them.
    notes_were: String,
    facts: Vec<(&'static str, String)>,
    /// Written anew from a short list of elements when it was stored.
    description: Option<String>,
    functions: Vec<String>,
    apply_url: Option<String>,
    url: String,
    company_url: Option<String>,
    company_count: Option<String>,
    source: &'static str,
    read_at: Option<Moment>,
    closed_at: Option<Day>,
    reposts: Vec<Repost>,
    contacts: Vec<ContactView>,
    new_contact: ContactForm,
    reminders: Vec<ReminderView>,
    new_reminder: ReminderForm,
    history: Vec<Told>,
    place: Place,
    whole: Vec<String>,
}

/// The form of the application.
struct Application {
    statuses: Vec<StatusView>,
    chosen: String,
    since: Option<Moment>,
    applied_on: String,
    wrong: Option<String>,
    wrong_day: Option<String>,
    /// The day by the workspace's calendar, which one cannot have applied after.
    today: String,
}

/// A field with what is written there, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Field {
    pub value: String,
    pub wrong: Option<String>,
}

struct Repost {
    href: String,
    name: String,
    posted: Option<Day>,
}

struct ContactView {
    id: String,
    name: String,
    role: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    url: Option<String>,
    notes: Option<String>,
    form: ContactForm,
    opened: bool,
}

/// Every field of a contact; `prefix` makes the ids of its inputs the page's only ones.
struct ContactForm {
    prefix: String,
    fields: Vec<Input>,
    notes: Field,
    opened: bool,
}

struct Input {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    field: Field,
}

struct ReminderView {
    id: String,
    due: Moment,
    is_due: bool,
    note: Option<String>,
    done: Option<Moment>,
    form: ReminderForm,
    opened: bool,
}

struct ReminderForm {
    prefix: String,
    due_at: Field,
    note: Field,
}

struct Told {
    at: Moment,
    kind: String,
    message: String,
    /// All of it, where it is long.
    whole: Option<String>,
    by: Option<String>,
    job: Option<String>,
}

pub async fn show(visit: Visit, Id(id): Id<PostingId>) -> Result<Response, Failure> {
    mark_seen(&visit, id).await?;
    page(&visit, id, Answered::default()).await
}

/// Whoever may change things has looked at it now; once is enough.
pub async fn mark_seen(visit: &Visit, id: PostingId) -> Result<(), Failure> {
    if !visit.caller.role.covers(Role::Member) {
        return Ok(());
    }
    let mut conn = visit.app.database.read().await?;
    let posting = postings::find(&mut conn, visit.caller.scope(), id).await?.ok_or_else(PostingId::not_found)?;
    drop(conn);
    if posting.seen_at.is_none() {
        let mut tx = visit.app.database.begin().await?;
        api::apply(&mut tx, &visit.caller, &[id], &PostingChange { seen: Some(true), ..PostingChange::default() }).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The page, as it is or with a form that was refused.
pub async fn page(visit: &Visit, id: PostingId, answered: Answered) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let scope = visit.caller.scope();
    let posting = postings::find(&mut conn, scope, id).await?.ok_or_else(PostingId::not_found)?;
    let whole = wire::posting::whole(&mut conn, posting).await?;
    let posting = &whole.posting;
    let frame = visit.frame(&mut conn, String::new(), Section::Postings).await?;
    let line = Line::new(posting, &frame.clock);
    let user = |entry: &HistoryEntry| entry.user_id.as_deref().and_then(|id| id.parse::<UserId>().ok());
    let people: HashSet<UserId> = whole.history.iter().filter_map(user).collect();
    let names = users::names(&mut conn, &people.into_iter().collect::<Vec<_>>()).await?;
    let by = |entry: &HistoryEntry| user(entry).and_then(|id| names.get(&id).cloned());
    let history = whole.history.iter().map(|entry| told(entry, by(entry), &frame.clock)).collect();
    let shown: &[&str] = match answered.place {
        Place::Nowhere => &[],
        Place::Status => &["status", "applied_at"],
        Place::Stars => &["stars", "stars_reason"],
        Place::Notes | Place::NotesChanged => &["notes"],
        Place::NewContact | Place::Contact(_) => &["name", "role", "email", "phone", "url", "notes"],
        Place::NewReminder | Place::Reminder(_) => &["due_at", "note"],
        Place::Delete => &["confirm"],
    };
    let company = whole.company.as_ref();
    let page = PostingPage {
        status: application(posting, &answered, &frame.clock),
        stars: field(&answered, Place::Stars, "stars", posting.stars.map(|stars| stars.to_string())),
        stars_reason: field(&answered, Place::Stars, "stars_reason", posting.stars_reason.clone()),
        notes: match answered.place {
            Place::NotesChanged => field(&answered, Place::NotesChanged, "notes", None),
            _ => field(&answered, Place::Notes, "notes", posting.notes.clone()),
        },
        // Whoever has been shown what is kept now may write over it.
        notes_were: field(&answered, Place::Notes, "notes_were", posting.notes.clone()).value,
        facts: facts(posting, &line),
        description: description(posting),
        functions: posting.functions.iter().chain(&posting.industries).cloned().collect(),
        apply_url: posting.apply_url.clone(),
        url: posting.url.clone(),
        company_url: company.and_then(|company| company.url.clone()),
        company_count: company.map(|company| count(company.postings, "posting here", "postings here")),
        source: source(posting.source),
        read_at: posting.detailed_at.map(|at| frame.clock.moment(at)),
        closed_at: posting.closed_at.map(|at| Day::new(at, &frame.clock)),
        reposts: whole.reposts.iter().map(|name| repost(name, &frame.clock)).collect(),
        contacts: whole.contacts.iter().map(|contact| contact_view(contact, &answered)).collect(),
        new_contact: contact_form(None, &answered),
        reminders: whole.reminders.iter().map(|reminder| reminder_view(reminder, &answered, &frame.clock)).collect(),
        new_reminder: reminder_form(None, &answered, &frame.clock),
        history,
        whole: answered.wrong.beside(shown),
        place: answered.place,
        frame: Frame { title: line.title.clone(), ..frame },
        line,
    };
    let status = match page.place {
        Place::Nowhere => StatusCode::OK,
        Place::NotesChanged => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    visit.page_with(status, &page)
}

/// What it says, as HTML that can be shown.
pub fn description(posting: &Posting) -> Option<String> {
    posting.description_html.clone().or_else(|| posting.description_text.as_deref().map(escaped))
}

fn escaped(text: &str) -> String {
    sluice_providers::posting::Description::from_text(text).map(|description| description.html).unwrap_or_default()
}

/// What was sent where it was refused, else what is noted.
fn field(answered: &Answered, place: Place, name: &str, noted: Option<String>) -> Field {
    if answered.place == place {
        return Field { value: answered.form.text(name).to_owned(), wrong: answered.wrong.with(name).map(str::to_owned) };
    }
    Field { value: noted.unwrap_or_default(), wrong: None }
}

fn application(posting: &Posting, answered: &Answered, clock: &Clock) -> Application {
    let day = |at| day_of(at, clock);
    let noted = StatusView::new(posting.status).word.to_owned();
    let chosen = field(answered, Place::Status, "status", Some(noted));
    let applied = field(answered, Place::Status, "applied_at", posting.applied_at.map(day));
    Application {
        statuses: statuses(),
        chosen: chosen.value,
        since: posting.status_at.map(|at| clock.moment(at)),
        applied_on: applied.value,
        wrong: chosen.wrong,
        wrong_day: applied.wrong,
        today: day(clock.now),
    }
}

/// The day in the workspace's zone, as fields of a form have it.
fn day_of(at: jiff::Timestamp, clock: &Clock) -> String {
    at.to_zoned(clock.zone.clone()).strftime("%Y-%m-%d").to_string()
}

/// What the provider said about it, but for what stands in its head.
fn facts(posting: &Posting, line: &Line) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let mut add = |name, value: Option<String>| facts.extend(value.filter(|text| !text.is_empty()).map(|value| (name, value)));
    add("Pay", line.pay.clone());
    let as_stated = posting.salary.as_ref().and_then(|salary| salary.text.clone()).filter(|text| Some(text) != line.pay.as_ref());
    add("Pay as stated", as_stated);
    add("Place", posting.location.clone());
    add("Workplace", line.workplace.map(str::to_owned));
    let with_words = |of: Option<&str>, text: &Option<String>| match (of, text) {
        (Some(of), Some(text)) if !text.eq_ignore_ascii_case(of) => Some(format!("{of} (“{text}”)")),
        (Some(of), _) => Some(of.to_owned()),
        (None, text) => text.clone(),
    };
    use sluice_api::wording::posting as wording;
    add("Type", with_words(posting.employment_type.map(wording::employment_type), &posting.employment_type_text));
    add("Level", with_words(posting.seniority.map(wording::seniority), &posting.seniority_text));
    add("Applicants", posting.applicants.map(|applicants| format!("{} or more", thousands(applicants.into()))));
    facts
}

fn source(source: PostingSource) -> &'static str {
    match source {
        PostingSource::Linkedin => "LinkedIn's public pages",
        PostingSource::Brightdata => "Bright Data",
        PostingSource::File => "a page that somebody saved",
    }
}

fn repost(name: &PostingName, clock: &Clock) -> Repost {
    Repost {
        href: format!("/postings/{}", name.id),
        name: name.title.clone().unwrap_or_else(|| format!("Posting {}", name.linkedin_id)),
        posted: name.posted_at.map(|at| Day::new(at, clock)),
    }
}

fn contact_view(contact: &Contact, answered: &Answered) -> ContactView {
    let form = contact_form(Some(contact), answered);
    ContactView {
        id: contact.id.clone(),
        name: contact.name.clone(),
        role: contact.role.clone(),
        email: contact.email.clone(),
        phone: contact.phone.clone(),
        url: contact.url.clone(),
        notes: contact.notes.clone(),
        opened: form.opened,
        form,
    }
}

fn contact_form(contact: Option<&Contact>, answered: &Answered) -> ContactForm {
    let place = match contact.map(|contact| contact.id.parse()) {
        Some(Ok(id)) => Place::Contact(id),
        _ => Place::NewContact,
    };
    let input = |name, label, kind, noted: Option<String>| Input { name, label, kind, field: field(answered, place, name, noted) };
    let of = |pick: fn(&Contact) -> Option<String>| contact.and_then(pick);
    ContactForm {
        prefix: contact.map_or_else(|| "new-contact".to_owned(), |contact| format!("contact-{}", contact.id)),
        fields: vec![
            input("name", "Name", "text", of(|contact| Some(contact.name.clone()))),
            input("role", "Role", "text", of(|contact| contact.role.clone())),
            input("email", "E-mail", "email", of(|contact| contact.email.clone())),
            input("phone", "Phone", "tel", of(|contact| contact.phone.clone())),
            input("url", "Address on the web", "url", of(|contact| contact.url.clone())),
        ],
        notes: field(answered, place, "notes", of(|contact| contact.notes.clone())),
        opened: answered.place == place,
    }
}

fn reminder_view(reminder: &Reminder, answered: &Answered, clock: &Clock) -> ReminderView {
    let opened = reminder.id.parse().is_ok_and(|id| answered.place == Place::Reminder(id));
    ReminderView {
        id: reminder.id.clone(),
        due: clock.moment(reminder.due_at),
        is_due: reminder.done_at.is_none() && reminder.due_at <= clock.now,
        note: reminder.note.clone(),
        done: reminder.done_at.map(|at| clock.moment(at)),
        form: reminder_form(Some(reminder), answered, clock),
        opened,
    }
}

fn reminder_form(reminder: Option<&Reminder>, answered: &Answered, clock: &Clock) -> ReminderForm {
    let place = match reminder.map(|reminder| reminder.id.parse()) {
        Some(Ok(id)) => Place::Reminder(id),
        _ => Place::NewReminder,
    };
    let due = reminder.map(|reminder| reminder.due_at.to_zoned(clock.zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string());
    ReminderForm {
        prefix: reminder.map_or_else(|| "new-reminder".to_owned(), |reminder| format!("reminder-{}", reminder.id)),
        due_at: field(answered, place, "due_at", due),
        note: field(answered, place, "note", reminder.and_then(|reminder| reminder.note.clone())),
    }
}

/// The beginning of a text, and that there is more of it.
fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

fn told(entry: &HistoryEntry, by: Option<String>, clock: &Clock) -> Told {
    debug_assert!(HistoryKind::from_word(&entry.kind).is_some(), "{}", entry.kind);
    Told {
        at: clock.moment(entry.at),
        kind: entry.kind.clone(),
        message: shortened(&entry.message, MOST_TOLD_AT_ONCE),
        whole: Some(entry.message.clone()).filter(|message| message.chars().count() > MOST_TOLD_AT_ONCE),
        by,
        job: entry.job_id.as_ref().map(|id| format!("/postings/jobs/{id}")),
    }
}

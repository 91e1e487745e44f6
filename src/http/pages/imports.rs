//! `/imports`: a file of people, what its columns mean, and what came of it.

mod mapping;

use askama::Template;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use sluice_api::ImportCounts;
use sluice_api::wording::numbers::{count, thousands};

use super::exports::bytes;
use super::frame::{Frame, Section};
use super::job_view::JobView;
use super::jobs::{Line, story};
use super::pager::Pager;
use super::visit::Visit;
use crate::domain::file::FileState;
use crate::domain::import::{ImportField, RowFault};
use crate::domain::review::ReviewState;
use crate::domain::{FileId, JobId};
use crate::http::Shared;
use crate::http::api::imports as api;
use crate::http::caller::Caller;
use crate::http::form::{Form, Wrong};
use crate::http::path::Id;
use crate::http::problem::{Failure, refused};
use crate::http::query::Query;
use crate::http::{upload, wire};
use crate::jobs::import_people::discard;
use crate::jobs::import_people::start::{self, ImportOrder, Preview, Target};
use crate::store::{files, imports, reviews};
use mapping::{Mapped, mapped};

/// Rows that are shown of a file before it is imported.
const SHOWN: usize = 3;
/// Reviews to choose from.
const REVIEWS: i64 = 50;
/// Faults of one page.
const FAULTS: i64 = 50;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// An upload, whose columns are to be looked at.
    file: Option<String>,
    /// The review that is meant.
    review: Option<String>,
    /// An earlier import of the same file, whose mapping is taken over.
    like: Option<String>,
}

#[derive(Template)]
#[template(path = "imports/new.html")]
struct NewPage {
    frame: Frame,
    review: Option<String>,
    whole: Vec<String>,
}

#[derive(Template)]
#[template(path = "imports/columns.html")]
struct ColumnsPage {
    frame: Frame,
    file: String,
    file_name: String,
    /// "2,500 rows".
    rows: String,
    understood: String,
    columns: Vec<Mapped>,
    fields: Vec<(&'static str, String)>,
    reviews: Vec<Review>,
    into: String,
    review_name: String,
    wrong: Wrong,
    whole: Vec<String>,
}

struct Review {
    id: String,
    name: String,
    chosen: bool,
}

/// The door: a file is chosen here, or looked at when it is there already.
pub async fn open(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let Some(file) = &asked.file else {
        return door(&visit, StatusCode::OK, asked.review, Wrong::default()).await;
    };
    let look = match look(&visit, file).await {
        Ok(look) => look,
        Err(failure) => return door(&visit, StatusCode::UNPROCESSABLE_ENTITY, asked.review, Wrong::of(failure)?).await,
    };
    let earlier = match asked.like.as_deref().and_then(|id| id.parse::<JobId>().ok()) {
        Some(id) => {
            let mut conn = visit.app.database.read().await?;
            let args = api::args_of(&api::import(&mut conn, visit.caller.scope(), id).await?)?;
            (args.layout.columns == look.layout.columns).then_some(args.mapping)
        }
        None => None,
    };
    let chosen = earlier.unwrap_or_else(|| look.guessed.clone());
    let into = asked.review.clone().unwrap_or_else(|| "new".to_owned());
    let name = look.file.name.trim_end_matches(".csv").to_owned();
    columns_page(&visit, StatusCode::OK, look, chosen, into, name, Wrong::default()).await
}

async fn look(visit: &Visit, file: &str) -> Result<Preview, Failure> {
    let words = "There is no such upload here, or it was removed after its time. Upload the file again.";
    let id: FileId = file.parse().map_err(|_| Failure::invalid(vec![refused("file", "unknown_value", file, words)]))?;
    start::preview(&visit.app.database, visit.caller.scope(), id, SHOWN).await.map_err(api::refusal)
}

async fn door(visit: &Visit, status: StatusCode, review: Option<String>, wrong: Wrong) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Import people", Section::Reviews).await?;
    // The only field is the file, so that its name says nothing.
    let whole = ["file", "file_id", "body"].iter().filter_map(|name| wrong.with(name)).map(str::to_owned).collect::<Vec<_>>();
    let whole = whole.into_iter().chain(wrong.beside(&["file", "file_id", "body"])).collect();
    visit.page_with(status, &NewPage { frame, review, whole })
}

/// Takes the file in, and goes on to its columns.
pub async fn receive(State(app): State<Shared>, caller: Caller, visit: Visit, request: Request) -> Result<Response, Failure> {
    let mut review = None;
    match take(&app, &caller, request, &mut review).await {
        Ok(file) => {
            let with = review.map(|review| format!("&review={}", super::pager::encode(&review))).unwrap_or_default();
            Ok(super::go_to(&format!("/imports/new?file={file}{with}")))
        }
        Err(failure) => {
            let status = if failure.kind().status() == StatusCode::PAYLOAD_TOO_LARGE {
                StatusCode::PAYLOAD_TOO_LARGE
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            door(&visit, status, review, Wrong::of(failure)?).await
        }
    }
}

async fn take(app: &Shared, caller: &Caller, request: Request, review: &mut Option<String>) -> Result<FileId, Failure> {
    let form = upload::read(app, caller, request).await?;
    *review = form.texts.get("review").filter(|id| !id.is_empty()).cloned();
    let Some(file) = form.file else {
        return Err(Failure::invalid(vec![refused("file", "missing_field", serde_json::Value::Null, "Choose a file first.")]));
    };
    // A file that is no table of people is said here, and not kept.
    if let Err(error) = start::preview(&app.database, caller.scope(), file, 0).await {
        discard(&app.database, file).await?;
        return Err(api::refusal(error));
    }
    Ok(file)
}

async fn columns_page(
    visit: &Visit,
    status: StatusCode,
    look: Preview,
    chosen: Vec<Option<ImportField>>,
    into: String,
    review_name: String,
    wrong: Wrong,
) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Import people", Section::Reviews).await?;
    let (found, _) = reviews::list(&mut conn, visit.caller.scope(), Some(ReviewState::Open), REVIEWS, 0).await?;
    let reviews =
        found.into_iter().map(|review| Review { chosen: into == review.id.to_string(), id: review.id.to_string(), name: review.name });
    let delimiter = match look.layout.delimiter {
        ',' => "commas",
        ';' => "semicolons",
        '\t' => "tabs",
        _ => "bars",
    };
    let encoding = look.file.encoding.map_or("UTF-8", |encoding| match encoding {
        crate::domain::file::Encoding::Utf8 => "UTF-8",
        crate::domain::file::Encoding::Windows1252 => "Windows-1252",
    });
    let shown: Vec<String> = ImportField::ALL.iter().map(|field| format!("mapping.{}", field.as_str())).collect();
    let mut known: Vec<&str> = shown.iter().map(String::as_str).collect();
    known.extend(["mapping", "review_id", "review_name"]);
    let whole = wrong.with("mapping").map(str::to_owned).into_iter().chain(wrong.beside(&known)).collect();
    visit.page_with(
        status,
        &ColumnsPage {
            frame,
            file: look.file.id.to_string(),
            file_name: look.file.name.clone(),
            rows: rows(look.rows),
            understood: format!("{}, {delimiter}, {encoding}", bytes(look.file.size)),
            columns: mapped(&look, &chosen, &wrong),
            fields: ImportField::ALL.iter().map(|field| (field.as_str(), field.as_str().replace('_', " "))).collect(),
            reviews: reviews.collect(),
            into,
            review_name,
            wrong,
            whole,
        },
    )
}

/// Starts the import, or the check, and shows how it gets on.
pub async fn create(visit: Visit, form: Form) -> Result<Response, Failure> {
    let look = match look(&visit, form.text("file")).await {
        Ok(look) => look,
        Err(failure) => return door(&visit, StatusCode::UNPROCESSABLE_ENTITY, None, Wrong::of(failure)?).await,
    };
    let chosen: Vec<Option<ImportField>> =
        (0..look.layout.columns.len()).map(|place| ImportField::from_word(form.text(&format!("column-{place}")))).collect();
    match begin(&visit, &form, &look, &chosen).await {
        Ok(id) => Ok(super::go_to(&format!("/imports/{id}"))),
        Err(failure) => {
            let (into, name) = (form.text("into").to_owned(), form.text("review_name").to_owned());
            columns_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, look, chosen, into, name, Wrong::of(failure)?).await
        }
    }
}

async fn begin(visit: &Visit, form: &Form, look: &Preview, chosen: &[Option<ImportField>]) -> Result<JobId, Failure> {
    let review = match form.text("into") {
        "new" | "" => None,
        id => {
            Some(id.parse().map_err(|_| Failure::invalid(vec![refused("review_id", "unknown_value", id, "Choose one of the reviews.")]))?)
        }
    };
    let target = match (form.text("do"), review) {
        ("check", review_id) => Target::Nowhere { review_id },
        (_, Some(id)) => Target::Review(id),
        (_, None) => Target::NewReview { name: form.text("review_name").to_owned() },
    };
    let said = chosen.iter().zip(&look.layout.columns).filter_map(|(field, column)| Some(((*field)?, column.clone()))).collect();
    let caller = &visit.caller;
    let order =
        ImportOrder { workspace_id: caller.workspace_id, user_id: caller.user_id, file_id: look.file.id, mapping: Some(said), target };
    let config = &visit.app.config;
    let mut tx = visit.app.database.begin().await?;
    let job = start::start(&mut tx, &order, look, config.files.kept, config.engine.max_attempts).await.map_err(api::refusal)?;
    tx.commit().await?;
    Ok(job.id)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedFaults {
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "imports/show.html")]
struct ShowPage {
    frame: Frame,
    job: JobView,
    story: Vec<Line>,
    validate_only: bool,
    counts: Counts,
    review: Option<(String, String)>,
    columns: Vec<(String, String)>,
    kept_beside: usize,
    faults: Vec<RowFault>,
    pager: Pager,
    is_gone: bool,
    /// Where the same file is imported again, with the same mapping.
    again: String,
}

struct Counts {
    new: String,
    known: String,
    refused: String,
    blank: String,
    any_refused: bool,
}

impl Counts {
    fn of(counts: ImportCounts) -> Self {
        Self {
            new: thousands(counts.new),
            known: thousands(counts.known),
            refused: thousands(counts.refused),
            blank: thousands(counts.blank),
            any_refused: counts.refused > 0,
        }
    }
}

/// One import: how far it is, what it came to, and what was wrong with which row.
pub async fn show(visit: Visit, Id(id): Id<JobId>, Query(asked): Query<AskedFaults>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let scope = visit.caller.scope();
    let job = api::import(&mut conn, scope, id).await?;
    let args = api::args_of(&job)?;
    let frame = visit.frame(&mut conn, args.title.clone(), Section::Reviews).await?;
    let story = story(&mut conn, id, &frame.clock).await?;
    let view = JobView::load(&mut conn, &job, &frame.clock).await?;
    let number = i64::from(asked.page.unwrap_or(1).max(1));
    let (faults, total) = imports::faults(&mut conn, id, FAULTS, (number - 1) * FAULTS).await?;
    let shown = i64::try_from(faults.len()).unwrap_or(0);
    let review = match args.review_id {
        Some(id) => reviews::find(&mut conn, scope, id).await?.map(|review| (format!("/reviews/{id}"), review.name)),
        None => None,
    };
    let file = files::find(&mut conn, scope, args.file_id).await?;
    let with = args.review_id.map(|id| format!("&review={id}")).unwrap_or_default();
    let read = args.layout.columns.iter().zip(&args.mapping);
    visit.page(&ShowPage {
        job: view,
        story,
        validate_only: args.validate_only,
        counts: Counts::of(wire::import::counts(&job)),
        review,
        columns: read.clone().filter_map(|(column, field)| Some((column.clone(), (*field)?.as_str().replace('_', " ")))).collect(),
        kept_beside: read.filter(|(_, field)| field.is_none()).count(),
        faults,
        pager: Pager::new(number, FAULTS, shown, total, &format!("/imports/{id}")),
        is_gone: file.is_none_or(|file| file.state != FileState::Ready),
        again: format!("/imports/new?file={}&like={id}{with}", args.file_id),
        frame,
    })
}

fn rows(number: i64) -> String {
    count(u64::try_from(number).unwrap_or(0), "row", "rows")
}

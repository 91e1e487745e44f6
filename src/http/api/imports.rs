//! `/api/v1/imports`: bringing people in from a CSV file.

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use serde_json::Value;
use sluice_api::spreadsheet::neutral;
use sluice_api::{Import, ImportMapping, ImportRequest, List, PageQuery, Problem, RowError};

use crate::domain::import::{ImportArgs, ImportField};
use crate::domain::job::Job;
use crate::domain::{FileId, JobId, Scope};
use crate::http::caller::Caller;
use crate::http::idempotency::{Answer, Once};
use crate::http::listing::Page;
use crate::http::path::Id;
use crate::http::problem::{Failure, Kind, refused};
use crate::http::query::Query;
use crate::http::{Shared, body, download, upload, wire};
use crate::jobs::import_people::start::{self, ImportOrder, StartError, Target};
use crate::jobs::import_people::{KIND, Upload, discard};
use crate::store::imports::FaultPlace;
use crate::store::{Conn, Database, StoreError, files, imports, jobs};

/// Faults of one piece of the download.
const FAULTS_A_PIECE: i64 = 500;

/// Starts an import: a job that reads every row, adds the good ones to a review and keeps what is wrong with the others. Send a form with
/// the parts `file` (20 MB and 50,000 rows at most; CSV with commas, semicolons or tabs; UTF-8, UTF-16 or Windows-1252) and `options`, or
/// JSON with the text or the id of a file that is there already.
#[utoipa::path(
    post, path = "/api/v1/imports", tag = "Imports",
    request_body(content(
        (ImportRequest = "application/json"),
        (String = "multipart/form-data")
    )),
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more")),
    responses((status = 202, body = Import), (status = 413, body = Problem), (status = 422, body = Problem)),
)]
pub async fn create(State(app): State<Shared>, caller: Caller, request: Request) -> Result<Response, Failure> {
    let key = Once::key_of(request.headers())?;
    let (asked, fresh, digest) = take_in(&app, &caller, request).await?;
    let once = Once::of(&caller, key, "POST /api/v1/imports", &digest);
    let answered = answer(&app, &caller, &once, asked).await;
    // A file that came with a request that started nothing is of no use to anybody.
    match (answered, fresh) {
        (Ok(Answered::Started(response)), _) | (Ok(Answered::Before(response)), None) => Ok(response),
        (Ok(Answered::Before(response)), Some(file)) => {
            discard(&app.database, file).await?;
            Ok(response)
        }
        (Err(failure), Some(file)) => {
            discard(&app.database, file).await?;
            Err(failure)
        }
        (Err(failure), None) => Err(failure),
    }
}

enum Answered {
    Started(Response),
    Before(Response),
}

/// What was asked, the file that came with it, and a digest of the whole.
async fn take_in(app: &Shared, caller: &Caller, request: Request) -> Result<(ImportRequest, Option<FileId>, Vec<u8>), Failure> {
    if upload::is_form(&request) {
        let form = upload::read(app, caller, request).await?;
        let asked = read_options(&form);
        let (asked, Some(file)) = (asked, form.file) else {
            return Err(Failure::invalid(vec![refused("file", "missing_field", Value::Null, "Send the file in a part called file.")]));
        };
        return match asked {
            Ok(asked) => Ok((ImportRequest { file_id: Some(file.to_string()), ..asked }, Some(file), form.digest)),
            Err(failure) => {
                discard(&app.database, file).await?;
                Err(failure)
            }
        };
    }
    let bytes = body::read(request, app).await?;
    let asked: ImportRequest = body::parse(&bytes)?;
    let (given, csv) = (asked.file_id.is_some(), asked.csv.clone());
    match csv {
        Some(text) if !given => {
            let name = asked.file_name.clone().filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "people.csv".into());
            let mut upload = Upload::begin(&app.database, caller.workspace_id, caller.user_id, &name, app.config.files.kept).await?;
            let id = upload.id();
            let kept = match upload.take(text.as_bytes()).await {
                Ok(()) => upload.finish().await.map(|_| ()),
                Err(error) => Err(error),
            };
            if let Err(error) = kept {
                discard(&app.database, id).await?;
                return Err(upload::refusal(error));
            }
            Ok((ImportRequest { file_id: Some(id.to_string()), csv: None, ..asked }, Some(id), bytes.to_vec()))
        }
        None if given => Ok((asked, None, bytes.to_vec())),
        csv => {
            let kind = if csv.is_some() { "conflicting_fields" } else { "missing_field" };
            Err(Failure::invalid(vec![refused(
                "file_id",
                kind,
                Value::Null,
                "Give exactly one of file_id and csv, or send a form with a file.",
            )]))
        }
    }
}

fn read_options(form: &upload::Form) -> Result<ImportRequest, Failure> {
    if let Some(name) = form.texts.keys().find(|name| *name != "options") {
        let message = "The form has the parts file and options; options is a JSON object.";
        return Err(Failure::invalid(vec![refused(name.clone(), "unknown_field", Value::Null, message)]));
    }
    let Some(options) = form.texts.get("options") else { return Ok(ImportRequest::default()) };
    let asked: ImportRequest = body::parse(options.as_bytes())?;
    for (name, is_given) in [("file_id", asked.file_id.is_some()), ("csv", asked.csv.is_some())] {
        if is_given {
            return Err(Failure::invalid(vec![refused(
                name,
                "conflicting_fields",
                Value::Null,
                "The form brings its own file; leave this out.",
            )]));
        }
    }
    Ok(asked)
}

async fn answer(app: &Shared, caller: &Caller, once: &Once, asked: ImportRequest) -> Result<Answered, Failure> {
    let file_name = asked.file_name.clone();
    let unknown = || {
        let message = "There is no such upload here, or it was removed after its time. Upload the file again.";
        Failure::invalid(vec![refused("file_id", "unknown_value", Value::Null, message)])
    };
    let file_id: FileId = asked.file_id.as_deref().unwrap_or_default().parse().map_err(|_| unknown())?;
    let mut preview = start::preview(&app.database, caller.scope(), file_id, 0).await.map_err(refusal)?;
    if let Some(name) = file_name.filter(|name| !name.trim().is_empty()) {
        preview.file.name = name.trim().chars().take(200).collect();
    }
    let order = order(caller, file_id, &preview.file.name, asked)?;
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = once.claim(app, &mut tx).await? {
        return Ok(Answered::Before(earlier));
    }
    let job = start::start(&mut tx, &order, &preview, app.config.files.kept, app.config.engine.max_attempts).await.map_err(refusal)?;
    let shown = show(&mut tx, &job).await?;
    let answer = Answer::new(StatusCode::ACCEPTED, Some(format!("/api/v1/imports/{}", job.id)), &shown)?;
    once.keep(app, &mut tx, &answer).await?;
    tx.commit().await?;
    Ok(Answered::Started(answer.into_response()))
}

fn order(caller: &Caller, file_id: FileId, file_name: &str, asked: ImportRequest) -> Result<ImportOrder, Failure> {
    let review_id = match asked.review_id.as_deref().map(str::parse) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(_)) => {
            let message = "This is no id of a review; GET /api/v1/reviews lists those that there are.";
            return Err(Failure::invalid(vec![refused("review_id", "unknown_value", asked.review_id, message)]));
        }
    };
    let target = match (asked.validate_only.unwrap_or(false), review_id, asked.review_name) {
        (_, Some(_), Some(_)) => {
            let message = "Give either review_id or review_name.";
            return Err(Failure::invalid(vec![refused("review_name", "conflicting_fields", Value::Null, message)]));
        }
        (true, review_id, _) => Target::Nowhere { review_id },
        (false, Some(id), None) => Target::Review(id),
        (false, None, Some(name)) => Target::NewReview { name },
        (false, None, None) => Target::NewReview { name: file_name.trim_end_matches(".csv").to_owned() },
    };
    Ok(ImportOrder { workspace_id: caller.workspace_id, user_id: caller.user_id, file_id, mapping: asked.mapping.map(mapping), target })
}

fn mapping(said: ImportMapping) -> Vec<(ImportField, String)> {
    [
        (ImportField::Name, said.name),
        (ImportField::FirstName, said.first_name),
        (ImportField::LastName, said.last_name),
        (ImportField::Headline, said.headline),
        (ImportField::Title, said.title),
        (ImportField::Company, said.company),
        (ImportField::Industry, said.industry),
        (ImportField::Location, said.location),
        (ImportField::Country, said.country),
        (ImportField::ProfileUrl, said.profile_url),
        (ImportField::PublicIdentifier, said.public_identifier),
        (ImportField::NetworkDistance, said.network_distance),
        (ImportField::Summary, said.summary),
    ]
    .into_iter()
    .filter_map(|(field, column)| Some((field, column?)))
    .collect()
}

/// Why an import cannot be started, for its sender.
pub fn refusal(error: StartError) -> Failure {
    match error {
        StartError::Invalid { field, message } => Failure::invalid(vec![refused(field, "not_possible", Value::Null, message)]),
        StartError::Store(error) => error.into(),
    }
}

/// The imports of the workspace, newest first.
#[utoipa::path(get, path = "/api/v1/imports", tag = "Imports", params(PageQuery), responses((status = 200, body = List<Import>)))]
pub async fn list(State(app): State<Shared>, caller: Caller, Query(query): Query<PageQuery>) -> Result<Json<List<Import>>, Failure> {
    let page = Page::of(&query)?;
    let mut conn = app.database.read().await?;
    let found = super::jobs::of_kind(&mut conn, &caller, &page, KIND).await?;
    let mut data = Vec::with_capacity(found.jobs.len());
    for job in &found.jobs {
        data.push(show(&mut conn, job).await?);
    }
    Ok(Json(page.list(data, found.total, found.offset, found.next)))
}

/// One import, with how far it is and what it came to.
#[utoipa::path(
    get, path = "/api/v1/imports/{id}", tag = "Imports", params(("id" = String, Path)),
    responses((status = 200, body = Import), (status = 404, body = Problem)),
)]
pub async fn find(State(app): State<Shared>, caller: Caller, Id(id): Id<JobId>) -> Result<Json<Import>, Failure> {
    let mut conn = app.database.read().await?;
    let job = import(&mut conn, caller.scope(), id).await?;
    Ok(Json(show(&mut conn, &job).await?))
}

/// What was wrong with the refused rows, in the order of the file.
#[utoipa::path(
    get, path = "/api/v1/imports/{id}/errors", tag = "Imports", params(("id" = String, Path), PageQuery),
    responses((status = 200, body = List<RowError>), (status = 404, body = Problem)),
)]
pub async fn errors(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<JobId>,
    Query(query): Query<PageQuery>,
) -> Result<Json<List<RowError>>, Failure> {
    let page = Page::of(&query)?;
    let offset = page.offset()?;
    let mut conn = app.database.read().await?;
    let job = import(&mut conn, caller.scope(), id).await?;
    let (found, total) = imports::faults(&mut conn, job.id, i64::from(page.limit), offset).await?;
    Ok(Json(page.by_number(offset, found.into_iter().map(wire::import::row_error).collect(), total)))
}

/// The same as a CSV file. 410 when the upload has gone after its days, and this with it.
#[utoipa::path(
    get, path = "/api/v1/imports/{id}/errors.csv", tag = "Imports", params(("id" = String, Path)),
    responses((status = 200, content_type = "text/csv", body = String), (status = 404, body = Problem), (status = 410, body = Problem)),
)]
pub async fn errors_csv(State(app): State<Shared>, caller: Caller, Id(id): Id<JobId>) -> Result<Response, Failure> {
    let mut conn = app.database.read().await?;
    let job = import(&mut conn, caller.scope(), id).await?;
    let args = args_of(&job)?;
    let file = files::find(&mut conn, caller.scope(), args.file_id).await?;
    if file.is_none_or(|file| file.state.is_gone()) {
        let message = "The uploaded file was removed after its time, and with it what was wrong with its rows.";
        return Err(Failure::new(Kind::Gone, "FILE_EXPIRED", message).suggest("Import the file again."));
    }
    let name = format!("{}-errors.csv", args.file_name.trim_end_matches(".csv"));
    let mut response = Body::from_stream(lines(app.database.clone(), job.id)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(value) = HeaderValue::from_str(&download::disposition(&name)) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// The header, then the faults, some at a time.
fn lines(database: Database, job: JobId) -> impl stream::Stream<Item = Result<Bytes, StoreError>> {
    stream::try_unfold(None, move |place: Option<FaultPlace>| {
        let database = database.clone();
        async move {
            let Some(after) = place else {
                return Ok(Some((Bytes::from_static(b"\xef\xbb\xbfrow,column,value,message\r\n"), Some((0, -1)))));
            };
            let found = imports::faults_after(&mut database.read().await?, job, after, FAULTS_A_PIECE).await?;
            let Some((last, _)) = found.last() else { return Ok(None) };
            let last = *last;
            let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
            let unwritable = |error: String| StoreError::Refused(format!("a fault cannot be written as CSV: {error}"));
            for (_, fault) in &found {
                let row = fault.row.to_string();
                let cells = [row.as_str(), &neutral(&fault.column), &neutral(&fault.value), &fault.message];
                writer.write_record(cells).map_err(|error| unwritable(error.to_string()))?;
            }
            let text = writer.into_inner().map_err(|error| unwritable(error.to_string()))?;
            Ok(Some((Bytes::from(text), Some(last))))
        }
    })
}

/// The job, when it is an import.
pub async fn import(conn: &mut Conn, scope: Scope, id: JobId) -> Result<Job, Failure> {
    let job = jobs::find(conn, scope, id).await?.filter(|job| job.kind == KIND);
    job.ok_or_else(|| Failure::not_found("import", "IMPORT_NOT_FOUND"))
}

pub fn args_of(job: &Job) -> Result<ImportArgs, Failure> {
    wire::import::args(job).ok_or_else(|| Failure::internal(anyhow::anyhow!("the arguments of the import {} cannot be read", job.id)))
}

pub async fn show(conn: &mut Conn, job: &Job) -> Result<Import, Failure> {
    let args = args_of(job)?;
    let file = files::find(conn, Scope::Workspace(job.workspace_id), args.file_id).await?;
    Ok(wire::import::show(conn, job, &args, file.as_ref()).await?)
}

//! `/exports`: what is to be taken out, how far it is, and the file.

mod of_postings;

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value as Json;
use sluice_api::wording::numbers::{count, thousands};
use sluice_api::{Decision, ExportRequest, Mark, ReviewFilter};

use super::criteria;
use super::frame::{Frame, Section};
use super::job_view::JobView;
use super::jobs::{Line, story};
use super::moment::Moment;
use super::pager::encode;
use super::postings::question::{PATH, Question};
use super::visit::Visit;
use crate::domain::export::{ExportColumn, ExportFormat, ExportOf, ExportSource};
use crate::domain::file::{FilePurpose, FileState};
use crate::domain::tracker::PostingFilter;
use crate::domain::{JobId, Micros};
use crate::http::api::exports as api;
use crate::http::api::postings::checked_filter;
use crate::http::form::{Form, Wrong};
use crate::http::listing::COUNTED;
use crate::http::path::Id;
use crate::http::problem::{Failure, refused};
use crate::http::query::{self, Query};
use crate::http::wire;
use crate::jobs::export_results::start;
use crate::jobs::search_prospects;
use crate::store::jobs::JobFilter;
use crate::store::{files, jobs, postings, reviews};
use of_postings::List;

/// Searches and reviews that are offered when none is named.
const OFFERED: i64 = 20;
/// The field of the order of postings, as the API calls it.
const ORDER: &str = "postings.sort";

/// What the form is opened for: the list with its filters, as its address has them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Asked {
    search: Option<String>,
    review: Option<String>,
    /// The address of a list of postings, behind its question mark.
    postings: Option<String>,
    format: Option<sluice_api::ExportFormat>,
    q: Option<String>,
    title: Option<String>,
    company: Option<String>,
    location: Option<String>,
    network_distance: Option<u8>,
    decision: Option<Decision>,
    mark: Option<Mark>,
    sort: Option<String>,
}

impl Asked {
    /// What the form carries, read as its address was.
    fn read(form: &Form) -> Result<Self, Failure> {
        const NAMES: [&str; 12] =
            ["search", "review", "postings", "format", "q", "title", "company", "location", "network_distance", "decision", "mark", "sort"];
        let said = NAMES.iter().filter_map(|name| Some((*name, form.said(name)?)));
        query::parse(&url::form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish())
    }

    /// The list of postings that is meant, if it is one.
    fn list(&self) -> Result<Option<List>, Failure> {
        self.postings.as_deref().map(|address| List::read(address, self.sort.as_deref())).transpose()
    }

    fn of(&self) -> ExportOf {
        match (&self.postings, &self.review) {
            (Some(_), _) => ExportOf::Postings,
            (None, Some(_)) => ExportOf::Review,
            (None, None) => ExportOf::Search,
        }
    }

    fn request(&self, now: Timestamp) -> Result<ExportRequest, Failure> {
        if let Some(list) = self.list()? {
            let format = self.format.unwrap_or_default();
            return Ok(ExportRequest { postings: Some(list.query(now)), format, ..ExportRequest::default() });
        }
        Ok(ExportRequest {
            search_id: self.search.clone(),
            review_id: self.review.clone(),
            postings: None,
            format: self.format.unwrap_or_default(),
            columns: None,
            filters: Some(ReviewFilter {
                decision: self.decision,
                mark: self.mark,
                q: self.q.clone(),
                title: self.title.clone(),
                company: self.company.clone(),
                location: self.location.clone(),
                network_distance: self.network_distance,
            }),
            sort: self.sort.clone(),
            byte_order_mark: None,
        })
    }

    /// Names and texts, to be carried by the form.
    fn carried(&self) -> Vec<(&'static str, String)> {
        if let Some(address) = &self.postings {
            return vec![("postings", address.clone())];
        }
        let mut carried = Vec::new();
        let mut add = |name, value: Option<String>| carried.extend(value.map(|value| (name, value)));
        add("search", self.search.clone());
        add("review", self.review.clone());
        add("q", self.q.clone());
        add("title", self.title.clone());
        add("company", self.company.clone());
        add("location", self.location.clone());
        add("network_distance", self.network_distance.map(|degree| degree.to_string()));
        add("decision", self.decision.map(|decision| wire::review::decision_from(decision).as_str().to_owned()));
        add("mark", self.mark.map(|mark| wire::review::mark_from(mark).as_str().to_owned()));
        add("sort", self.sort.clone());
        carried
    }

    /// The filters in words.
    fn chips(&self) -> Vec<(&'static str, String)> {
        let named = |name: &str| match name {
            "q" => Some("Words"),
            "title" => Some("Title"),
            "company" => Some("Company"),
            "location" => Some("Place"),
            "network_distance" => Some("Degree"),
            "decision" => Some("Decision"),
            "mark" => Some("Known"),
            "sort" => Some("Order"),
            _ => None,
        };
        self.carried().into_iter().filter_map(|(name, value)| Some((named(name)?, value))).filter(|(_, value)| !value.is_empty()).collect()
    }
}

#[derive(Template)]
#[template(path = "exports/new.html")]
struct NewPage {
    frame: Frame,
    /// What it is of, once that is chosen.
    of: Option<Source>,
    carried: Vec<(&'static str, String)>,
    chips: Vec<(&'static str, String)>,
    formats: Vec<Choice>,
    columns: Vec<Choice>,
    /// Of postings, in which order; of people, that of their list.
    orders: Vec<Choice>,
    offered: Vec<Source>,
    wrong: Wrong,
    whole: Vec<String>,
}

struct Source {
    title: String,
    kind: &'static str,
    href: String,
    export: String,
    /// "2,480 people", "12 postings".
    rows: String,
}

struct Choice {
    word: String,
    name: String,
    hint: &'static str,
    chosen: bool,
}

pub async fn open(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    form_page(&visit, StatusCode::OK, &asked, None, Wrong::default()).await
}

async fn form_page(
    visit: &Visit,
    status: StatusCode,
    asked: &Asked,
    columns: Option<&[String]>,
    wrong: Wrong,
) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let kind = asked.of();
    let section = match kind {
        ExportOf::Search => Section::Searches,
        ExportOf::Review => Section::Reviews,
        ExportOf::Postings => Section::Postings,
    };
    let frame = visit.frame(&mut conn, "Export", section).await?;
    let list = asked.list()?;
    let is_named = asked.search.is_some() || asked.review.is_some();
    let (mut of, mut offered) = (None, Vec::new());
    let mut wrong = wrong;
    if let Some(list) = &list {
        let now = frame.clock.now;
        let query = list.query(now);
        // An order that will not do is told beside the orders, before anybody presses the button.
        if let Err(failure) = api::order(&visit.caller, asked.request(now)?) {
            wrong = if wrong.is_empty() { in_words(failure)? } else { wrong };
        }
        let filter = checked_filter(&query)?;
        let rows = postings::count(&mut conn, visit.caller.workspace_id, &filter).await?;
        of = Some(Source { title: String::new(), kind: "Postings", href: list.href(), export: String::new(), rows: counted(kind, rows) });
    } else if is_named {
        let order = api::order(&visit.caller, asked.request(frame.clock.now)?)?;
        let found = start::look(&mut conn, visit.caller.workspace_id, &order.source).await.map_err(|error| not_there(error, kind))?;
        of = Some(Source {
            title: found.title,
            kind: if kind == ExportOf::Review { "Review" } else { "Search" },
            href: href(&order.source),
            export: String::new(),
            rows: counted(kind, found.rows),
        });
    } else {
        offered = offer(visit, &mut conn).await?;
    }
    let format = asked.format.unwrap_or_default();
    let usual = ExportColumn::usual(kind);
    let is_chosen = |column: ExportColumn| match columns {
        Some(chosen) => chosen.iter().any(|word| word == column.as_str()),
        None => usual.contains(&column),
    };
    let columns = ExportColumn::all_of(kind)
        .into_iter()
        .map(|column| Choice {
            word: column.as_str().to_owned(),
            name: column.as_str().replace('_', " "),
            hint: "",
            chosen: is_chosen(column),
        })
        .collect();
    let formats = ExportFormat::ALL
        .iter()
        .map(|known| {
            let (name, hint) = match known {
                ExportFormat::Csv => ("CSV", "For spreadsheets and other programs; nothing in it runs as a formula."),
                ExportFormat::Xlsx => ("Excel", "A workbook with dates, numbers and filters, for Excel and LibreOffice."),
                ExportFormat::Jsonl => ("JSON lines", "One object a line, for scripts."),
            };
            Choice { word: known.as_str().to_owned(), name: name.to_owned(), hint, chosen: wire::export_format_from(format) == *known }
        })
        .collect();
    let whole = wrong.beside(&["columns", "format", ORDER]);
    let (carried, chips) = (asked.carried(), list.as_ref().map_or_else(|| asked.chips(), List::chips));
    let orders = list.as_ref().map(List::orders).unwrap_or_default();
    visit.page_with(status, &NewPage { frame, of, carried, chips, formats, columns, orders, offered, wrong, whole })
}

/// What was wrong, in words for people; the API names the orders as programs do.
fn in_words(failure: Failure) -> Result<Wrong, Failure> {
    if !failure.has_field(ORDER) {
        return Wrong::of(failure);
    }
    let message = "This order changes while people work, so that a posting could be missed or come twice. Choose one of these.";
    Ok(Wrong::fields(vec![refused(ORDER, "not_possible", Json::Null, message)]))
}

/// What is asked for and is not there is a page that is not there.
fn not_there(error: start::StartError, of: ExportOf) -> Failure {
    match error {
        start::StartError::Invalid { .. } if of == ExportOf::Review => Failure::not_found("review", "REVIEW_NOT_FOUND"),
        start::StartError::Invalid { .. } => Failure::not_found("search", "SEARCH_NOT_FOUND"),
        start::StartError::Store(error) => error.into(),
    }
}

async fn offer(visit: &Visit, conn: &mut crate::store::Conn) -> Result<Vec<Source>, Failure> {
    let scope = visit.caller.scope();
    let filter = JobFilter { kind: Some(search_prospects::KIND.to_owned()), ..JobFilter::default() };
    let (searches, _) = jobs::list(conn, scope, &filter, OFFERED, 0).await?;
    let (reviews, _) = reviews::list(conn, scope, None, OFFERED, 0).await?;
    let of_reviews = reviews.into_iter().map(|review| Source {
        title: review.name,
        kind: "Review",
        href: format!("/reviews/{}", review.id),
        export: format!("/exports/new?review={}", review.id),
        rows: counted(ExportOf::Review, review.counts.total),
    });
    let of_searches = searches.into_iter().map(|search| Source {
        title: criteria::summary(&search.args),
        kind: "Search",
        href: format!("/searches/{}", search.id),
        export: format!("/exports/new?search={}", search.id),
        rows: counted(ExportOf::Search, search.rows_kept),
    });
    let everything = PostingFilter::default();
    let all = postings::count(conn, visit.caller.workspace_id, &everything).await?;
    let of_postings = (all > 0).then(|| Source {
        title: "All postings".to_owned(),
        kind: "Postings",
        href: PATH.to_owned(),
        export: of_list(&Question::default()),
        rows: counted(ExportOf::Postings, all),
    });
    Ok(of_reviews.chain(of_searches).chain(of_postings).collect())
}

/// Starts the export, and shows how it gets on.
pub async fn create(visit: Visit, form: Form) -> Result<Response, Failure> {
    let asked = Asked::read(&form)?;
    let columns: Vec<String> = form.all("column").map(str::to_owned).collect();
    match begin(&visit, &asked, &columns).await {
        Ok(id) => Ok(super::go_to(&format!("/exports/{id}"))),
        Err(failure) => form_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &asked, Some(&columns), in_words(failure)?).await,
    }
}

async fn begin(visit: &Visit, asked: &Asked, columns: &[String]) -> Result<JobId, Failure> {
    let mut tx = visit.app.database.begin().await?;
    let now = Micros(tx.now_us().await?).timestamp();
    let mut order = api::order(&visit.caller, asked.request(now)?)?;
    order.columns = Some(api::columns(&columns.join(","))?);
    let config = &visit.app.config;
    let job = start::start(&mut tx, order, config.files.kept, config.engine.max_attempts).await.map_err(api::refusal)?;
    tx.commit().await?;
    Ok(job.id)
}

#[derive(Template)]
#[template(path = "exports/show.html")]
struct ShowPage {
    frame: Frame,
    job: JobView,
    story: Vec<Line>,
    source: String,
    source_kind: &'static str,
    format: &'static str,
    columns: String,
    file_name: String,
    /// "1.2 MB"; while the file is there.
    size: Option<String>,
    rows: String,
    is_gone: bool,
    expires: Moment,
    again: String,
}

/// One export: how far it is, and the way to its file.
pub async fn show(visit: Visit, Id(id): Id<JobId>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let job = api::export(&mut conn, visit.caller.scope(), id).await?;
    let args = api::args_of(&job)?;
    let file = files::of_job(&mut conn, visit.caller.scope(), job.id, FilePurpose::Export).await?;
    let file = file.ok_or_else(|| Failure::not_found("export", "EXPORT_NOT_FOUND"))?;
    let (section, source_kind) = match args.source.of() {
        ExportOf::Search => (Section::Searches, "search"),
        ExportOf::Review => (Section::Reviews, "review"),
        ExportOf::Postings => (Section::Postings, "postings"),
    };
    let frame = visit.frame(&mut conn, "Export", section).await?;
    let story = story(&mut conn, id, &frame.clock).await?;
    let view = JobView::load(&mut conn, &job, &frame.clock).await?;
    let list = match &args.source {
        ExportSource::Postings { filter, sort, descending } => Some(List::exported(filter, sort, *descending, job.created_at.timestamp())),
        ExportSource::Search { .. } | ExportSource::Review { .. } => None,
    };
    let source = list.as_ref().map_or_else(|| href(&args.source), List::href);
    let again = match &args.source {
        ExportSource::Search { search_id, .. } => format!("/exports/new?search={search_id}&format={}", args.format.as_str()),
        ExportSource::Review { review_id, .. } => format!("/exports/new?review={review_id}&format={}", args.format.as_str()),
        ExportSource::Postings { .. } => {
            let carried = list.as_ref().map(List::carried).unwrap_or_default();
            format!("/exports/new?postings={}&format={}", encode(&carried), args.format.as_str())
        }
    };
    visit.page(&ShowPage {
        job: view,
        story,
        source,
        source_kind,
        format: args.format.title(),
        columns: args.columns.iter().map(|column| column.as_str().replace('_', " ")).collect::<Vec<_>>().join(", "),
        file_name: file.name,
        size: (file.state == FileState::Ready).then(|| bytes(file.size)),
        rows: counted(args.source.of(), file.rows),
        is_gone: file.state.is_gone(),
        expires: frame.clock.moment(file.expires_at.timestamp()),
        again,
        frame,
    })
}

fn href(source: &ExportSource) -> String {
    match source {
        ExportSource::Search { search_id, .. } => format!("/searches/{search_id}"),
        ExportSource::Review { review_id, .. } => format!("/reviews/{review_id}"),
        ExportSource::Postings { .. } => PATH.to_owned(),
    }
}

/// The form that exports what this list of postings shows.
pub fn of_list(question: &Question) -> String {
    format!("/exports/new?postings={}", encode(&List::of(question).carried()))
}

fn counted(of: ExportOf, number: i64) -> String {
    let number = u64::try_from(number).unwrap_or(0);
    match of {
        ExportOf::Search | ExportOf::Review => count(number, "person", "people"),
        ExportOf::Postings if number > COUNTED as u64 => format!("more than {}", count(COUNTED as u64, "posting", "postings")),
        ExportOf::Postings => count(number, "posting", "postings"),
    }
}

/// "812 bytes", "48 KB", "1.2 MB".
pub fn bytes(size: i64) -> String {
    let size = u64::try_from(size).unwrap_or(0);
    match size {
        0..1_000 => count(size, "byte", "bytes"),
        1_000..1_000_000 => format!("{} KB", thousands(size.div_ceil(1_000))),
        _ => format!("{:.1} MB", size as f64 / 1_000_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!([1, 812, 1_000, 47_001, 999_999, 1_240_000].map(bytes), ["1 byte", "812 bytes", "1 KB", "48 KB", "1,000 KB", "1.2 MB"]);
    }
}

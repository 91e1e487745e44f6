//! `/postings/board`: the applications by where they stand.

use askama::Template;
use axum::response::Response;
use sluice_api::wording::numbers::thousands;

use super::line::{Line, STATUSES, StatusView, statuses};
use crate::domain::tracker::PostingFilter;
use crate::http::listing::COUNTED;
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::visit::Visit;
use crate::http::problem::Failure;
use crate::http::wire;
use crate::store::postings::{self, Asked, At, PostingSort};

/// Cards of one column; the list has the others.
const CARDS: i64 = 30;

#[derive(Template)]
#[template(path = "postings/board.html")]
struct BoardPage {
    frame: Frame,
    columns: Vec<Column>,
    statuses: Vec<StatusView>,
    is_empty: bool,
}

struct Column {
    status: StatusView,
    total: String,
    cards: Vec<Line>,
    /// "and 70 more"; empty when all are there.
    more: String,
}

/// What was touched last stands first.
pub async fn show(visit: Visit) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Board", Section::Postings).await?.with_module("postings").wide();
    let mut columns = Vec::new();
    for status in STATUSES.into_iter().flatten() {
        let filter = PostingFilter { statuses: vec![Some(wire::application_status_from(status))], ..PostingFilter::default() };
        let asked = Asked {
            workspace: visit.caller.workspace_id,
            filter: &filter,
            sort: PostingSort::Updated,
            descending: true,
            at: &At::Offset(0),
            limit: CARDS,
            with_texts: false,
        };
        let found = postings::page(&mut conn, &asked).await?;
        let shown = found.postings.len() as i64;
        let cards = found.postings.into_iter().map(|posting| Line::new(&wire::posting::show(posting), &frame.clock)).collect();
        let number = |number: i64| thousands(u64::try_from(number).unwrap_or(0));
        let rest = found.total - shown;
        columns.push(Column {
            status: StatusView::new(Some(status)),
            total: if found.total > COUNTED { format!("more than {}", number(COUNTED)) } else { number(found.total) },
            cards,
            more: if rest > 0 { format!("and {} more", number(rest)) } else { String::new() },
        });
    }
    let is_empty = columns.iter().all(|column| column.cards.is_empty());
    visit.page(&BoardPage { frame, columns, statuses: statuses(), is_empty })
}

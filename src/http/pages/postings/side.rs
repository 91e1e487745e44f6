//! The posting that is read beside the list.

use sluice_api::Posting;

use super::line::{Day, Line, StatusView, statuses};
use super::one;
use crate::domain::PostingId;
use crate::http::pages::moment::{Clock, Moment};
use crate::http::pages::visit::Visit;
use crate::http::path::Named;
use crate::http::problem::Failure;
use crate::http::wire;
use crate::store::{Conn, postings};

pub struct Side {
    pub line: Line,
    pub statuses: Vec<StatusView>,
    pub since: Option<Moment>,
    pub closed: Option<Day>,
    pub notes: Option<String>,
    pub stars_reason: Option<String>,
    pub description: Option<String>,
    pub apply_url: Option<String>,
    pub url: String,
    /// The list with this posting beside it.
    pub back: String,
}

impl Side {
    /// The posting with this id.
    pub async fn load(conn: &mut Conn, visit: &Visit, id: &str, clock: &Clock, back: String) -> Result<Self, Failure> {
        let id: PostingId = id.parse().map_err(|_| PostingId::not_found())?;
        let posting = postings::find(conn, visit.caller.scope(), id).await?.ok_or_else(PostingId::not_found)?;
        let posting: Posting = wire::posting::show(posting);
        Ok(Self {
            line: Line::new(&posting, clock),
            statuses: statuses(),
            since: posting.status_at.map(|at| clock.moment(at)),
            closed: posting.closed_at.map(|at| Day::new(at, clock)),
            description: one::description(&posting),
            notes: posting.notes,
            stars_reason: posting.stars_reason,
            apply_url: posting.apply_url,
            url: posting.url,
            back,
        })
    }
}

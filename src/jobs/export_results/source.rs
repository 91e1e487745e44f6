//! Where the rows come from, and how to go on reading them after a stop.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sluice_providers::Api;

use super::columns::{Decided, Described, ExportRow, PersonRow};
use crate::domain::export::ExportSource;
use crate::domain::{ProviderName, Scope, WorkspaceId};
use crate::store::postings::exporting::{self as postings, PostingQuery};
use crate::store::postings::{Place as PostingPlace, PostingSort};
use crate::store::prospects::{self, Extent, FieldsAsked, Mark, Prospect, ProspectQuery, ProspectSort};
use crate::store::reviews::ItemSort;
use crate::store::reviews::exporting::{self, ItemQuery, WholeItem};
use crate::store::{Conn, StoreError};

/// What there was at the start, and the last row that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum Place {
    Search { extent: Extent, last: Option<Mark> },
    Review { extent: exporting::Extent, last: Option<exporting::Mark> },
    Postings { extent: postings::Extent, last: Option<PostingPlace> },
}

impl Place {
    /// Rows from the start to the end.
    pub fn total(&self) -> i64 {
        match self {
            Self::Search { extent, .. } => extent.rows,
            Self::Review { extent, .. } => extent.rows,
            Self::Postings { extent, .. } => extent.rows,
        }
    }
}

/// What is read from the store.
enum Asked {
    Search(ProspectQuery),
    Review(ItemQuery),
    Postings(PostingQuery),
}

/// The list as it was asked for.
fn asked(workspace: WorkspaceId, source: &ExportSource) -> Asked {
    let scope = Scope::Workspace(workspace);
    match source.clone() {
        ExportSource::Search { search_id, filter, sort, descending } => Asked::Search(ProspectQuery {
            scope,
            job_id: search_id,
            words: filter.words,
            fields: FieldsAsked {
                title: filter.title,
                company: filter.company,
                location: filter.location,
                network_distance: filter.network_distance,
            },
            sort: ProspectSort::from_word(&sort).unwrap_or(ProspectSort::Found),
            descending,
        }),
        ExportSource::Review { review_id, filter, sort, descending } => Asked::Review(ItemQuery {
            scope,
            review_id,
            filter,
            sort: ItemSort::from_word(&sort).unwrap_or(ItemSort::Position),
            descending,
        }),
        ExportSource::Postings { filter, sort, descending } => Asked::Postings(PostingQuery {
            workspace,
            filter,
            sort: PostingSort::from_word(&sort).unwrap_or(PostingSort::Created),
            descending,
        }),
    }
}

/// Looks at what there is now; later rows are not taken in. `None` when the source is gone.
pub async fn begin(conn: &mut Conn, workspace: WorkspaceId, source: &ExportSource) -> Result<Option<Place>, StoreError> {
    match asked(workspace, source) {
        Asked::Search(query) => Ok(Some(Place::Search { extent: prospects::extent(conn, &query).await?, last: None })),
        Asked::Review(query) => Ok(exporting::extent(conn, &query).await?.map(|extent| Place::Review { extent, last: None })),
        Asked::Postings(query) => Ok(Some(Place::Postings { extent: postings::extent(conn, &query).await?, last: None })),
    }
}

/// Some rows.
pub struct Read {
    pub rows: Vec<ExportRow>,
    /// Where to go on after them.
    pub place: Place,
    pub is_end: bool,
}

/// The next rows. `None` when the place belongs to another source, which no export of ours has.
pub async fn read_on(
    conn: &mut Conn,
    workspace: WorkspaceId,
    source: &ExportSource,
    place: Place,
    limit: i64,
) -> Result<Option<Read>, StoreError> {
    match (place, asked(workspace, source)) {
        (Place::Search { extent, last }, Asked::Search(query)) => {
            let found = prospects::read_on(conn, &query, &extent, last.as_ref(), limit).await?;
            let is_end = (found.len() as i64) < limit;
            let last = found.last().map(|prospect| Mark::of(prospect, query.sort)).or(last);
            Ok(Some(Read { rows: found.into_iter().map(of_prospect).collect(), place: Place::Search { extent, last }, is_end }))
        }
        (Place::Review { extent, last }, Asked::Review(query)) => {
            let found = exporting::read_on(conn, &query, &extent, last.as_ref(), limit).await?;
            let place = Place::Review { extent, last: found.mark.or(last) };
            Ok(Some(Read { rows: found.items.into_iter().map(of_item).collect(), place, is_end: found.is_end }))
        }
        (Place::Postings { extent, last }, Asked::Postings(query)) => {
            let found = postings::read_on(conn, &query, &extent, last.as_ref(), limit).await?;
            let place = Place::Postings { extent, last: found.place.or(last) };
            let rows = found.postings.into_iter().map(|posting| ExportRow::Posting(Box::new(posting))).collect();
            Ok(Some(Read { rows, place, is_end: found.is_end }))
        }
        _ => Ok(None),
    }
}

fn of_prospect(prospect: Prospect) -> ExportRow {
    ExportRow::Person(Box::new(PersonRow {
        id: prospect.id.to_string(),
        batch: Some(prospect.batch),
        position: prospect.position,
        api: Some(prospect.record.api),
        person: prospect.record.into(),
        // The only provider that is searched.
        provider: ProviderName::Unipile.as_str().to_owned(),
        fetched_at: prospect.created_at.timestamp(),
        decision: None,
    }))
}

fn of_item(whole: WholeItem) -> ExportRow {
    let WholeItem { item, record, source, decided_by } = whole;
    let said = |name: &str| source[name].as_str();
    ExportRow::Person(Box::new(PersonRow {
        id: item.id.to_string(),
        batch: None,
        position: item.position(),
        api: said("api").and_then(|word| serde_json::from_value::<Api>(word.into()).ok()),
        provider: said("provider").or_else(|| said("kind")).unwrap_or_default().to_owned(),
        fetched_at: said("fetched_at").and_then(|at| at.parse::<Timestamp>().ok()).unwrap_or_else(|| item.added_at.timestamp()),
        person: serde_json::from_value::<Described>(record).unwrap_or_default(),
        decision: Some(Decided {
            word: item.decision.as_str(),
            reason: item.reason,
            by: decided_by,
            at: item.decided_at.map(|at| at.timestamp()),
        }),
    }))
}

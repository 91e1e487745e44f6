//! Which of the postings that come are kept.

use std::sync::Arc;

use sluice_providers::{PostingQuery, PostingRecord};

use crate::domain::Micros;
use crate::domain::job::Job;
use crate::domain::posting::filter::WordFilters;
use crate::domain::posting::order::wire_name;
use crate::domain::posting::{Reason, SearchArgs, Statistics};
use crate::store::postings::items;
use crate::store::{StoreError, Tx};

/// What is kept, and how.
#[derive(Clone)]
pub(in crate::jobs) enum Keeping {
    /// Somebody asked for these very postings: they are saved.
    Asked,
    /// What a search found, as far as its filters let it pass.
    Found {
        args: Arc<SearchArgs>,
        /// When each query was asked, by which the age of what it brought is judged however much later that is read.
        asked_at: Vec<Micros>,
    },
}

impl Keeping {
    pub(in crate::jobs) fn saves(&self) -> bool {
        matches!(self, Self::Asked)
    }

    /// Why a posting is left out, by what is known of it; `None` when it is kept. `now` stands for the time of a query that did not note it.
    pub(in crate::jobs) fn failed(&self, query: Option<i64>, record: &PostingRecord, now: Micros) -> Option<Reason> {
        let Self::Found { args, asked_at } = self else { return None };
        let number = query.and_then(|query| usize::try_from(query).ok());
        let asked = number.and_then(|number| Some((args.queries.get(number)?, asked_at.get(number).copied().unwrap_or(now))));
        asked.and_then(|(query, at)| filtered(query, record, at)).or_else(|| worded(&args.filters, record))
    }

    /// With what became of the filters.
    pub(in crate::jobs) async fn statistics(&self, tx: &mut Tx, job: &Job) -> Result<Statistics, StoreError> {
        let told = items::statistics(tx, job.id).await?;
        Ok(match self {
            Self::Asked => told,
            Self::Found { args, .. } => told.with_filters(&args.checked, &args.unproven),
        })
    }
}

fn filtered(query: &PostingQuery, record: &PostingRecord, asked_at: Micros) -> Option<Reason> {
    query.failed_filter(record, asked_at.timestamp()).map(|name| Reason::filter(wire_name(name)))
}

fn worded(filters: &WordFilters, record: &PostingRecord) -> Option<Reason> {
    filters.failed(record.title.as_deref(), record.company.as_deref())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sluice_providers::posting::Shown;

    use super::*;

    #[test]
    fn an_age_is_judged_by_when_the_query_was_asked() {
        let query = PostingQuery { max_age_seconds: Some(86_400), ..PostingQuery::default() };
        let args = SearchArgs {
            title: "clerk".into(),
            queries: vec![query],
            max_pages: 1,
            fetch_details: true,
            filters: WordFilters::default(),
            checked: Vec::new(),
            unproven: Vec::new(),
        };
        let asked_at = Micros(1_795_000_000_000_000);
        let keeping = Keeping::Found { args: Arc::new(args), asked_at: vec![asked_at] };
        let hours = |hours: u64| Duration::from_secs(hours * 3_600);
        let posted = |age| PostingRecord {
            posted_at: asked_at.timestamp().checked_sub(age).ok(),
            ..PostingRecord::new(0, "3900000001", Shown::GuestPage)
        };
        // Its page is read two hours after the search.
        let now = asked_at.plus(hours(2));
        assert_eq!(keeping.failed(Some(0), &posted(hours(23)), now), None);
        assert_eq!(keeping.failed(Some(0), &posted(hours(25)), now), Some(Reason::filter("max_age_h")));
    }
}

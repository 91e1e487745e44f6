//! Which items a filter matches, said to the database so that it reads no more than it must.

use super::{Counts, Review};
use crate::domain::review::{Decision, ItemFilter, Term};
use crate::store::database::{Conn, Terms};
use crate::store::error::StoreError;
use crate::store::matches::Matches;

/// Totals are exact up to here.
pub const COUNTED: i64 = 10_000;

/// How much a list reads before it takes another way. Tests set less, so that few rows go every way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Items that are counted.
    pub counted: i64,
    /// Items that are collected and sorted for a page.
    pub collected: i64,
    /// Items that are looked at in the order asked for, before they are collected and sorted instead.
    pub looked_at: i64,
}

impl Bounds {
    pub const USUAL: Bounds = Bounds { counted: COUNTED, collected: 2_500, looked_at: 5_000 };
}

impl Matches {
    /// The rows of `review_items` that match, found by the shorter way: through the search index, or through the items with the decision.
    pub fn new(review: &Review, filter: &ItemFilter, bounds: Bounds) -> Self {
        let terms = filter.terms();
        let few = |decision| of(review.counts, decision) <= bounds.collected;
        if terms.is_empty() || filter.decision.is_some_and(few) {
            return Self::by_rows(review, filter.decision, &terms);
        }
        let mut found = Self::in_index(review, &terms);
        let by = if filter.decision.is_some() { "{indexed_by review_items_by_decision} " } else { "" };
        found.text = format!("review_terms CROSS JOIN review_items {by}WHERE {} AND review_items.number = review_terms.rowid", found.text);
        if let Some(decision) = filter.decision {
            found.and("review_number = ", review.number);
            found.and("decision = ", decision);
        }
        found
    }

    /// The same rows where only their numbers are wanted: of the search index alone, if it knows all that is asked for.
    pub fn numbers(review: &Review, filter: &ItemFilter, bounds: Bounds) -> Self {
        let terms = filter.terms();
        if terms.is_empty() || filter.decision.is_some() {
            return Self::new(review, filter, bounds);
        }
        let mut found = Self::in_index(review, &terms);
        found.text = format!("review_terms WHERE {}", found.text);
        found
    }

    /// The condition on the search index. Where the review's entries lie is said too: Postgres would otherwise read the whole table from
    /// its beginning for terms that it takes to be everywhere.
    fn in_index(review: &Review, terms: &[Term]) -> Self {
        let [from, to] = range(review);
        Self {
            text: "{matches review_terms $1} AND review_terms.rowid > $2 AND review_terms.rowid < $3".into(),
            values: vec![question(review, terms).into(), from.into(), to.into()],
            number: "review_terms.rowid",
        }
    }

    /// The items of the review one by one, by their decision if it is asked for.
    fn by_rows(review: &Review, decision: Option<Decision>, terms: &[Term]) -> Self {
        let mut found = match decision {
            Some(decision) => Self {
                text: "review_items WHERE review_number = $1 AND decision = $2".into(),
                values: vec![review.number.into(), decision.into()],
                number: "number",
            },
            None => Self::all(review),
        };
        found.having(terms);
        found
    }

    /// All items of the review, by their place.
    pub fn all(review: &Review) -> Self {
        let [from, to] = range(review);
        Self { text: "review_items WHERE number > $1 AND number < $2".into(), values: vec![from.into(), to.into()], number: "number" }
    }

    /// All items of the review, by no index in particular.
    pub fn of_review(review: &Review) -> Self {
        Self { text: "review_items WHERE review_number = $1".into(), values: vec![review.number.into()], number: "number" }
    }

    /// Each row is looked at: none of this is found by an index.
    pub fn having(&mut self, terms: &[Term]) {
        for term in terms {
            // Terms hold letters and digits alone, so nothing needs escaping.
            let pattern = if term.begins { format!("% {}%", term.text) } else { format!("% {} %", term.text) };
            self.and("terms LIKE ", pattern);
        }
    }
}

/// How many items match, exactly up to [`COUNTED`] and then more than that.
pub async fn count(conn: &mut Conn, review: &Review, filter: &ItemFilter) -> Result<i64, StoreError> {
    count_within(conn, review, filter, Bounds::USUAL).await
}

pub(super) async fn count_within(conn: &mut Conn, review: &Review, filter: &ItemFilter, bounds: Bounds) -> Result<i64, StoreError> {
    let terms = filter.terms();
    let limit = format!(" LIMIT {}) AS counted", bounds.counted + 1);
    if terms.is_empty() {
        return Ok(filter.decision.map_or(review.counts.total, |decision| of(review.counts, decision)));
    }
    Matches::numbers(review, filter, bounds)
        .statement("SELECT count(*) AS total FROM (SELECT 1", &limit)
        .fetch_one(conn)
        .await?
        .get("total")
}

fn of(counts: Counts, decision: Decision) -> i64 {
    match decision {
        Decision::Pending => counts.pending(),
        Decision::Approved => counts.approved,
        Decision::Rejected => counts.rejected,
    }
}

/// The numbers between which the review's items have theirs.
fn range(review: &Review) -> [i64; 2] {
    [review.number << 24, (review.number + 1) << 24]
}

/// As the index holds them: behind the number of their review.
fn question(review: &Review, terms: &[Term]) -> Terms {
    Terms(terms.iter().map(|term| vec![(format!("{}{}", review.number, term.text), term.begins)]).collect())
}

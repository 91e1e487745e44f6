//! Which items a filter matches, said to the database so that it reads no more than it must.

use super::{Counts, Review};
use crate::domain::review::{Decision, ItemFilter, Term};
use crate::store::database::{Conn, Sql, Terms, Value, sql};
use crate::store::error::StoreError;

/// Totals are exact up to here.
pub const COUNTED: i64 = 10_000;

/// How much a list reads before it takes another way. Tests set less, so that few rows go every way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Items that are counted, collected and sorted.
    pub counted: i64,
    /// Items that are looked at in the order asked for, before they are collected and sorted instead.
    pub looked_at: i64,
}

impl Bounds {
    pub const USUAL: Bounds = Bounds { counted: COUNTED, looked_at: 5_000 };
}

/// `FROM … WHERE …` of the matching rows of `review_items`, with its arguments.
#[derive(Debug, Clone)]
pub(super) struct Matches {
    pub text: String,
    pub values: Vec<Value>,
    /// The column that has the items' numbers in the order in which the rows are found.
    pub number: &'static str,
}

impl Matches {
    /// The rows of `review_items` that match, found by the shorter way: through the search index, or through the items with the decision.
    pub fn new(review: &Review, filter: &ItemFilter, bounds: Bounds) -> Self {
        let terms = filter.terms();
        let few = |decision| of(review.counts, decision) <= bounds.counted;
        if terms.is_empty() || filter.decision.is_some_and(few) {
            return Self::by_rows(review, filter.decision, &terms);
        }
        let mut found = Self {
            text: "review_terms CROSS JOIN review_items WHERE {matches $1} AND review_items.number = review_terms.rowid".into(),
            values: vec![question(review, &terms).into()],
            number: "review_terms.rowid",
        };
        if let Some(decision) = filter.decision {
            found.and("decision = ", decision);
        }
        found
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
        Self {
            text: "review_items WHERE number > $1 AND number < $2".into(),
            values: vec![(review.number << 24).into(), ((review.number + 1) << 24).into()],
            number: "number",
        }
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

    /// Adds a condition that ends in one argument.
    pub fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.text.push_str(&format!(" AND {condition}${}", self.values.len()));
    }

    /// A statement around the rows, `before` and `behind` them; further arguments are bound by the caller, from [`Self::next`] on.
    pub fn statement(&self, before: &str, behind: &str) -> Sql<'static> {
        let mut statement = sql(format!("{before} FROM {}{behind}", self.text));
        for value in &self.values {
            statement = statement.bind(value.clone());
        }
        statement
    }

    /// The number of the next argument.
    pub fn next(&self) -> usize {
        self.values.len() + 1
    }
}

/// How many items match, exactly up to [`COUNTED`] and then more than that.
pub async fn count(conn: &mut Conn, review: &Review, filter: &ItemFilter) -> Result<i64, StoreError> {
    count_within(conn, review, filter, Bounds::USUAL).await
}

pub(super) async fn count_within(conn: &mut Conn, review: &Review, filter: &ItemFilter, bounds: Bounds) -> Result<i64, StoreError> {
    let terms = filter.terms();
    let counted = if terms.is_empty() {
        return Ok(filter.decision.map_or(review.counts.total, |decision| of(review.counts, decision)));
    } else if filter.decision.is_none() {
        // The index alone knows.
        sql(format!(
            "SELECT count(*) AS total FROM (SELECT 1 FROM review_terms WHERE {{matches $1}} LIMIT {}) AS counted",
            bounds.counted + 1
        ))
        .bind(question(review, &terms))
    } else {
        Matches::new(review, filter, bounds)
            .statement("SELECT count(*) AS total FROM (SELECT 1", &format!(" LIMIT {}) AS counted", bounds.counted + 1))
    };
    counted.fetch_one(conn).await?.get("total")
}

fn of(counts: Counts, decision: Decision) -> i64 {
    match decision {
        Decision::Pending => counts.pending(),
        Decision::Approved => counts.approved,
        Decision::Rejected => counts.rejected,
    }
}

/// As the index holds them: behind the number of their review.
fn question(review: &Review, terms: &[Term]) -> Terms {
    Terms(terms.iter().map(|term| (format!("{}{}", review.number, term.text), term.begins)).collect())
}

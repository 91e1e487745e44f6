//! Which postings a filter matches, said to the database so that it reads no more than it must.

use super::terms;
use crate::domain::WorkspaceId;
use crate::domain::posting::terms::{Field, question};
use crate::domain::tracker::{ApplicationStatus, PostingFilter};
use crate::store::database::{Conn, Terms, list, sql};
use crate::store::error::StoreError;
use crate::store::matches::Matches;

/// How much a list reads before it takes another way. Tests set less, so that few rows go every way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Postings that are counted, and on the way collected and sorted for a page.
    pub counted: i64,
    /// Postings that are collected when the search index alone tells how many there are.
    pub collected: i64,
    /// Postings that are looked at in the order asked for; when too few of them match, all that match are found first.
    pub looked_at: i64,
    /// Entries of the search index that are followed to their rows, when there are other conditions too.
    pub followed: i64,
}

impl Bounds {
    /// Totals are exact up to here.
    pub const USUAL: Bounds = Bounds { counted: 10_000, collected: 5_000, looked_at: 1_000, followed: 5_000 };

    /// For pages far down, which somebody jumps to: all that match are gathered, however long that takes.
    pub const DEEP: Bounds = Bounds { counted: 1_000_000, collected: 1_000_000, ..Bounds::USUAL };
}

/// The columns that filters look at, beside the number.
pub(super) const FILTERED: &str = "linkedin_id, status, company_id, workplace, employment_type, seniority, easy_apply, stars, closed_at, seen_at, \
     next_reminder_at, posted_at";

/// What the search index knows of words, its one argument.
const IN_INDEX: &str = "{numbers_in posting_terms $1} AS hits";

/// A filter in one workspace.
pub(super) struct Wanted<'f> {
    workspace: WorkspaceId,
    filter: &'f PostingFilter,
    /// The words, as the search index is asked for them.
    terms: Option<Terms>,
    /// How many rows have them, hidden ones too: exact as far as it matters.
    known: i64,
}

/// How the matching rows are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Terms,
    Job,
    /// By LinkedIn's number, of which there is one at most.
    Number,
    /// By an index of the rows.
    Index(&'static str),
}

impl Way {
    /// By the index that has all that a row tells by itself.
    const FILTERS: Way = Way::Index("postings_by_filters");
}

impl<'f> Wanted<'f> {
    /// `None` when nothing can match, since nothing was ever stored.
    pub async fn new(
        conn: &mut Conn,
        workspace: WorkspaceId,
        filter: &'f PostingFilter,
        bounds: Bounds,
    ) -> Result<Option<Self>, StoreError> {
        let mut wanted = Self { workspace, filter, terms: None, known: 0 };
        if filter.words.trim().is_empty() && filter.location.trim().is_empty() {
            return Ok(Some(wanted));
        }
        let Some(number) = terms::workspace_number(conn, workspace).await? else { return Ok(None) };
        let mut asked = question(number, Field::Anywhere, &filter.words);
        asked.extend(question(number, Field::Location, &filter.location));
        if asked.is_empty() {
            // Signs alone are no words.
            return Ok(Some(wanted));
        }
        let asked = Terms(asked);
        // Beside other conditions it matters only whether they are too many to follow.
        let most = if wanted.has_conditions() { bounds.followed } else { bounds.followed.max(2 * bounds.counted) };
        let known = sql("SELECT {count_in posting_terms $1 $2} AS total").bind(asked.clone()).bind(most + 1).fetch_one(conn).await?;
        wanted.known = known.get("total")?;
        wanted.terms = Some(asked);
        Ok(Some(wanted))
    }

    /// How many match when words are all that is asked: those that the search index knows but for the hidden ones, without a look at each.
    /// Exact up to what is counted, and then more than that.
    pub async fn count_by_words(&self, conn: &mut Conn, bounds: Bounds) -> Result<Option<i64>, StoreError> {
        let Some(terms) = self.terms.as_ref().filter(|_| !self.has_conditions() && !self.filter.hidden) else { return Ok(None) };
        let mut hidden = Matches {
            text: "postings {indexed_by postings_by_number} WHERE workspace_id = $1 AND hidden = TRUE".into(),
            values: vec![self.workspace.into()],
            number: "number",
        };
        let is_exact = self.known <= 2 * bounds.counted;
        if is_exact {
            hidden.among(&Matches { text: IN_INDEX.into(), values: vec![terms.clone().into()], number: "found" });
        }
        let limit = format!(" LIMIT {}) AS counted", bounds.counted + 1);
        let hidden: i64 = hidden.statement("SELECT count(*) AS total FROM (SELECT 1 AS one", &limit).fetch_one(conn).await?.get("total")?;
        let at_least = self.known - hidden;
        // Where more are hidden than are counted, they have to be told apart one by one.
        Ok((hidden <= bounds.counted && (is_exact || at_least > bounds.counted)).then(|| at_least.min(bounds.counted + 1)))
    }

    pub fn has_terms(&self) -> bool {
        self.terms.is_some()
    }

    /// Whether it asks for nothing: all that are shown match, or all that are hidden.
    pub fn is_everything(&self) -> bool {
        self.terms.is_none() && !self.has_conditions()
    }

    /// Whether it asks for more than words.
    pub fn has_conditions(&self) -> bool {
        let words_alone = PostingFilter {
            words: self.filter.words.clone(),
            location: self.filter.location.clone(),
            hidden: self.filter.hidden,
            ..PostingFilter::default()
        };
        *self.filter != words_alone
    }

    /// The matching rows, found by the shortest way.
    pub fn found(&self, bounds: Bounds) -> Matches {
        self.by(self.way(bounds))
    }

    /// Whether as many as are shown at all may match: nothing that is asked finds few by an index.
    pub fn may_be_many(&self, bounds: Bounds) -> bool {
        self.way(bounds) == Way::FILTERS
    }

    fn way(&self, bounds: Bounds) -> Way {
        if self.filter.linkedin_id.is_some() {
            Way::Number
        } else if self.filter.company_id.is_some() {
            Way::Index("postings_by_company")
        } else if self.filter.reminder_before.is_some() {
            Way::Index("postings_by_reminder")
        } else if self.filter.job_id.is_some() {
            Way::Job
        } else if self.terms.is_some() && (self.known <= bounds.followed || !(self.has_conditions() || self.filter.hidden)) {
            // Not for common words among the hidden: these are few, and the search index has all.
            Way::Terms
        } else {
            Way::FILTERS
        }
    }

    /// The numbers of the matching rows, among rows that are shown as the filter says: of the search index alone, if it knows all that is asked.
    pub fn numbers(&self, bounds: Bounds) -> Matches {
        match &self.terms {
            Some(terms) if !self.has_conditions() => Matches { text: IN_INDEX.into(), values: vec![terms.clone().into()], number: "found" },
            _ => self.found(bounds),
        }
    }

    /// All postings that are shown as the filter says, or that are not, in the order of an index: nothing else is asked of them yet.
    pub fn all(&self, index: &'static str) -> Matches {
        let mut all = Matches {
            text: format!("postings {{indexed_by {index}}} WHERE workspace_id = $1"),
            values: vec![self.workspace.into()],
            number: "number",
        };
        all.and("hidden = ", self.filter.hidden);
        all
    }

    /// What the filter asks of rows that have [`FILTERED`]; when they are few, the terms of each are looked at instead of all that have them.
    pub fn narrow(&self, rows: &mut Matches, few: bool) {
        self.narrow_by_row(rows);
        self.narrow_by_job(rows);
        match &self.terms {
            Some(terms) if few => {
                rows.values.push(terms.clone().into());
                rows.text.push_str(&format!(" AND {{row_matches posting_terms ${} {}}}", rows.values.len(), rows.number));
            }
            _ => self.narrow_by_terms(rows),
        }
    }

    /// The matching rows in the order of their numbers, as the search index has them.
    pub fn along_terms(&self) -> Matches {
        self.by(Way::Terms)
    }

    fn by(&self, way: Way) -> Matches {
        let mut found = match (way, &self.terms, self.filter.job_id) {
            (Way::Terms, Some(terms), _) => Matches {
                text: format!("{IN_INDEX} CROSS JOIN postings WHERE postings.number = hits.found AND workspace_id = $2"),
                values: vec![terms.clone().into(), self.workspace.into()],
                number: "hits.found",
            },
            (Way::Job, _, Some(job)) => Matches {
                text: "(SELECT DISTINCT posting_number FROM posting_items WHERE job_id = $1 AND posting_number IS NOT NULL) AS of_job \
                       CROSS JOIN postings WHERE postings.number = of_job.posting_number AND workspace_id = $2"
                    .into(),
                values: vec![job.into(), self.workspace.into()],
                number: "postings.number",
            },
            (way, ..) => {
                let by = match way {
                    Way::Index(index) => format!("{{indexed_by {index}}} "),
                    Way::Terms | Way::Job | Way::Number => String::new(),
                };
                Matches {
                    text: format!("postings {by}WHERE workspace_id = $1"),
                    values: vec![self.workspace.into()],
                    number: "postings.number",
                }
            }
        };
        found.and("hidden = ", self.filter.hidden);
        self.narrow_by_row(&mut found);
        if way != Way::Job {
            self.narrow_by_job(&mut found);
        }
        if way != Way::Terms {
            self.narrow_by_terms(&mut found);
        }
        found
    }

    fn narrow_by_job(&self, found: &mut Matches) {
        if let Some(job) = self.filter.job_id {
            found.among(&Matches {
                text: "posting_items WHERE job_id = $1 AND posting_number IS NOT NULL".into(),
                values: vec![job.into()],
                number: "posting_number",
            });
        }
    }

    fn narrow_by_terms(&self, found: &mut Matches) {
        if let Some(terms) = &self.terms {
            found.among(&Matches { text: IN_INDEX.into(), values: vec![terms.clone().into()], number: "found" });
        }
    }

    /// What a row tells by itself.
    fn narrow_by_row(&self, found: &mut Matches) {
        let filter = self.filter;
        let statuses: Vec<ApplicationStatus> = filter.statuses.iter().copied().flatten().collect();
        let without = filter.statuses.len() > statuses.len();
        match (statuses.is_empty(), without) {
            (true, false) => {}
            (true, true) => found.text.push_str(" AND status IS NULL"),
            (false, _) => {
                let any = format!("status IN ({})", list(found.next(), statuses.len()));
                found.text.push_str(&if without { format!(" AND ({any} OR status IS NULL)") } else { format!(" AND {any}") });
                found.values.extend(statuses.into_iter().map(Into::into));
            }
        }
        if let Some(number) = &filter.linkedin_id {
            found.and("linkedin_id = ", number);
        }
        if let Some(company) = filter.company_id {
            found.and("company_id = ", company);
        }
        if let Some(workplace) = filter.workplace {
            found.and("workplace = ", workplace);
        }
        if let Some(employment_type) = filter.employment_type {
            found.and("employment_type = ", employment_type);
        }
        if let Some(seniority) = filter.seniority {
            found.and("seniority = ", seniority);
        }
        match filter.easy_apply {
            None => {}
            Some(true) => found.text.push_str(" AND easy_apply = TRUE"),
            // Of some it is not known.
            Some(false) => found.text.push_str(" AND (easy_apply = FALSE OR easy_apply IS NULL)"),
        }
        if let Some(stars) = filter.stars {
            found.and("stars >= ", stars);
        }
        for (asked, column) in [(filter.closed, "closed_at"), (filter.new.map(|new| !new), "seen_at")] {
            match asked {
                None => {}
                Some(true) => found.text.push_str(&format!(" AND {column} IS NOT NULL")),
                Some(false) => found.text.push_str(&format!(" AND {column} IS NULL")),
            }
        }
        if let Some(until) = filter.reminder_before {
            found.and("next_reminder_at <= ", until);
        }
        if let Some(since) = filter.posted_after {
            found.and("posted_at >= ", since);
        }
    }
}

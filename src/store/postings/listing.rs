//! Lists of postings: filtered, sorted and paged in SQL, quick however many there are.

use serde::{Deserialize, Serialize};

use super::matching::{Bounds, FILTERED, Wanted};
use super::posting::{self, Posting};
use crate::domain::WorkspaceId;
use crate::domain::tracker::PostingFilter;
use crate::store::database::{Conn, Row, Value};
use crate::store::error::StoreError;
use crate::store::matches::Matches;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostingSort {
    /// As they were stored.
    Created,
    Posted,
    Updated,
    Title,
    Company,
    Location,
    /// In the order in which applications usually go.
    Status,
    Stars,
    /// By what it comes to in a year of full time, whatever the currency.
    Salary,
}

impl PostingSort {
    pub const ALL: &'static [PostingSort] =
        &[Self::Created, Self::Posted, Self::Updated, Self::Title, Self::Company, Self::Location, Self::Status, Self::Stars, Self::Salary];

    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created_at",
            Self::Posted => "posted_at",
            Self::Updated => "updated_at",
            Self::Title => "title",
            Self::Company => "company",
            Self::Location => "location",
            Self::Status => "status",
            Self::Stars => "stars",
            Self::Salary => "salary",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|sort| sort.word() == word)
    }

    /// Whether it stays as it is while people work with the postings.
    pub fn is_steady(self) -> bool {
        !matches!(self, Self::Updated | Self::Status | Self::Stars)
    }

    /// The column and the index that has it in its order. Numbers alone are the order in which postings were stored.
    fn column(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Created => None,
            Self::Posted => Some(("posted_at", "postings_by_posted")),
            Self::Updated => Some(("updated_at", "postings_by_update")),
            Self::Title => Some(("title_key", "postings_by_title")),
            Self::Company => Some(("company_key", "postings_by_company_name")),
            Self::Location => Some(("location_key", "postings_by_location")),
            Self::Status => Some(("status_rank", "postings_by_status")),
            Self::Stars => Some(("stars", "postings_by_stars")),
            Self::Salary => Some(("salary_key", "postings_by_salary")),
        }
    }

    /// Whether most postings have no such field.
    fn is_sparse(self) -> bool {
        matches!(self, Self::Status | Self::Stars)
    }

    fn is_text(self) -> bool {
        matches!(self, Self::Title | Self::Company | Self::Location)
    }
}

/// For each row that is passed over, so many more are looked at.
const FURTHER: i64 = 25;
/// Times as many as are looked at for the first page, and no more.
const FAR: i64 = 10;

/// What a row is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SortKey {
    Number(i64),
    Text(String),
}

/// Where a row stands in a sorted list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub number: i64,
    /// Missing in the order in which postings were stored, and where the posting has no such field.
    pub key: Option<SortKey>,
}

impl Place {
    /// Whether a list in this order can have it.
    pub fn is_of(&self, sort: PostingSort) -> bool {
        match &self.key {
            None => true,
            Some(SortKey::Text(_)) => sort.is_text(),
            Some(SortKey::Number(_)) => sort.column().is_some() && !sort.is_text(),
        }
    }
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    Offset(i64),
    After(Place),
}

/// What a page is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub workspace: WorkspaceId,
    pub filter: &'a PostingFilter,
    pub sort: PostingSort,
    pub descending: bool,
    pub at: &'a At,
    pub limit: i64,
    /// Whether the descriptions are read too.
    pub with_texts: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingPage {
    pub postings: Vec<Posting>,
    /// Exact up to 10,000, and then more than that.
    pub total: i64,
    /// The place of the last row, when there are more.
    pub next: Option<Place>,
}

/// One page of the postings that match. Those without the field that is sorted by come last, whichever way round.
pub async fn page(conn: &mut Conn, asked: &Asked<'_>) -> Result<PostingPage, StoreError> {
    page_within(conn, asked, Bounds::USUAL).await
}

/// The same with bounds of the caller's own.
pub async fn page_within(conn: &mut Conn, asked: &Asked<'_>, bounds: Bounds) -> Result<PostingPage, StoreError> {
    let Some(wanted) = Wanted::new(conn, asked.workspace, asked.filter, bounds).await? else {
        return Ok(PostingPage { postings: Vec::new(), total: 0, next: None });
    };
    let reading = Reading { asked, wanted, bounds };
    let (mut places, total) = reading.places(conn).await?;
    let has_more = places.len() as i64 > asked.limit;
    places.truncate(usize::try_from(asked.limit).unwrap_or(0));
    let numbers: Vec<i64> = places.iter().map(|place| place.number).collect();
    let postings = posting::of_numbers(conn, &numbers, asked.with_texts).await?;
    Ok(PostingPage { postings, total, next: places.pop().filter(|_| has_more) })
}

/// How many postings match, exactly up to 10,000 and then more than that.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, filter: &PostingFilter) -> Result<i64, StoreError> {
    match Wanted::new(conn, workspace, filter, Bounds::USUAL).await? {
        Some(wanted) => count_found(conn, &wanted.found(Bounds::USUAL), Bounds::USUAL).await,
        None => Ok(0),
    }
}

async fn count_found(conn: &mut Conn, found: &Matches, bounds: Bounds) -> Result<i64, StoreError> {
    let limit = format!(" LIMIT {}) AS counted", bounds.counted + 1);
    found.statement("SELECT count(*) AS total FROM (SELECT 1 AS one", &limit).fetch_one(conn).await?.get("total")
}

struct Reading<'a> {
    asked: &'a Asked<'a>,
    wanted: Wanted<'a>,
    bounds: Bounds,
}

impl Reading<'_> {
    /// The places of the page and one more if there is one, and how many match.
    async fn places(&self, conn: &mut Conn) -> Result<(Vec<Place>, i64), StoreError> {
        let by_words = self.wanted.count_by_words(conn, self.bounds).await?;
        let may_be_many = match by_words {
            Some(total) => total > self.bounds.collected,
            None => self.wanted.may_be_many(self.bounds),
        };
        // Far from the beginning, those that are looked at would be most of them.
        let is_close = self.offset().saturating_mul(FURTHER) <= FAR * self.bounds.looked_at;
        let is_everything = self.wanted.is_everything();
        if may_be_many && (is_close || is_everything) {
            let near = if is_close { self.near(conn).await? } else { self.in_order(conn).await? };
            if near.len() as i64 > self.asked.limit || is_everything {
                let total = match by_words {
                    Some(total) => total,
                    None => count_found(conn, &self.wanted.found(self.bounds), self.bounds).await?,
                };
                return Ok((near, total));
            }
        }
        if let Some(total) = by_words.filter(|total| *total > self.bounds.counted) {
            return Ok((self.far(conn).await?, total));
        }
        let (collected, total) = self.collect(conn).await?;
        if total <= self.bounds.counted {
            return Ok((collected, total));
        }
        if !may_be_many && is_close {
            let near = self.near(conn).await?;
            if near.len() as i64 > self.asked.limit {
                return Ok((near, total));
            }
        }
        Ok((self.far(conn).await?, total))
    }

    /// Finds all that match, as far as they are counted, and sorts them: the page when that was all, and how many they are.
    async fn collect(&self, conn: &mut Conn) -> Result<(Vec<Place>, i64), StoreError> {
        let found = self.wanted.found(self.bounds);
        let (columns, order) = match self.asked.sort.column() {
            Some((column, _)) => {
                let order = format!("sorted_by IS NULL, sorted_by {0}, number {0}", self.direction());
                (format!("postings.number AS number, {column} AS sorted_by"), order)
            }
            None => ("postings.number AS number".to_owned(), format!("number {}", self.direction())),
        };
        let mut page = Matches { text: "found WHERE 1 = 1".into(), values: found.values.clone(), number: "number" };
        self.after(&mut page, "sorted_by");
        let before = format!(
            "WITH found AS MATERIALIZED (SELECT {columns} FROM {} LIMIT {}) SELECT {}, (SELECT count(*) FROM found) AS total",
            found.text,
            self.bounds.counted + 1,
            if self.asked.sort.column().is_some() { "number, sorted_by" } else { "number" },
        );
        let next = page.next();
        let rows = page
            .statement(&before, &format!(" ORDER BY {order} LIMIT ${next} OFFSET ${}", next + 1))
            .bind(self.asked.limit + 1)
            .bind(self.offset())
            .fetch_all(conn)
            .await?;
        let total = match rows.first() {
            Some(row) => row.get("total")?,
            None if *self.asked.at == At::Offset(0) => 0,
            // This page is empty; the list need not be.
            None => count_found(conn, &found, self.bounds).await?,
        };
        Ok((rows.iter().map(|row| self.place(row)).collect::<Result<_, _>>()?, total))
    }

    /// Goes along the order that is asked for until the page is full, past all that does not match.
    async fn far(&self, conn: &mut Conn) -> Result<Vec<Place>, StoreError> {
        if self.asked.sort.column().is_none() && self.wanted.has_terms() {
            return self.along_terms(conn).await;
        }
        self.in_order(conn).await
    }

    /// The search index has the postings in the order in which they were stored.
    async fn along_terms(&self, conn: &mut Conn) -> Result<Vec<Place>, StoreError> {
        let mut all = self.wanted.along_terms();
        if let At::After(place) = self.asked.at {
            let beyond = format!("{} {} ", all.number, self.beyond());
            all.and(&beyond, place.number);
        }
        let order = format!("{} {}", all.number, self.direction());
        self.fetch(conn, &all, "postings.number AS number", &order, self.asked.limit + 1, self.offset()).await
    }

    /// Looks at the postings in their order, at some of them only; at as many as the page needs when nothing is asked of them. Of many that
    /// match some are near, unless they stand together far away.
    async fn near(&self, conn: &mut Conn) -> Result<Vec<Place>, StoreError> {
        let within = if self.wanted.is_everything() {
            self.offset() + self.asked.limit + 1
        } else {
            self.offset().saturating_mul(FURTHER).max(self.looked_at())
        };
        let (mut near, outer) = self.first_of_the_order(within);
        self.wanted.narrow(&mut near, within == self.looked_at());
        let order = match self.asked.sort.column() {
            Some(_) => format!("sorted_by IS NULL, sorted_by {0}, number {0}", self.direction()),
            None => format!("number {}", self.direction()),
        };
        self.fetch(conn, &near, outer, &order, self.asked.limit + 1, self.offset()).await
    }

    /// How many postings are looked at near the page.
    fn looked_at(&self) -> i64 {
        if self.wanted.has_terms() {
            // The words of every one of them are looked up, unless other conditions have left it out before.
            if self.wanted.has_conditions() { self.bounds.looked_at } else { self.bounds.looked_at / 2 }
        } else if self.asked.sort.is_sparse() {
            // Those with a status or stars are few and unlike the rest, which comes behind them.
            5 * self.bounds.looked_at
        } else {
            self.bounds.looked_at
        }
    }

    /// The first rows of the order from where the page begins, and the columns of their places. Those without the field are among them if all
    /// that have it are.
    fn first_of_the_order(&self, within: i64) -> (Matches, &'static str) {
        let (index, mut columns, order) = self.order();
        if !self.wanted.is_everything() {
            columns = format!("{columns}, {FILTERED}");
        }
        let some = |rows: &str, order: &str| format!("SELECT {columns} FROM {rows} ORDER BY {order} LIMIT {within}");
        let mut rows = self.wanted.all(index);
        rows.number = "near.number";
        let Some((column, _)) = self.asked.sort.column() else {
            self.after(&mut rows, "");
            rows.text = format!("({}) AS near WHERE 1 = 1", some(&rows.text, &order));
            return (rows, "number");
        };
        let by_number = format!("number {}", self.direction());
        let mut missing = self.wanted.all(index);
        missing.text.push_str(&format!(" AND {column} IS NULL"));
        if self.begins_behind_the_present() {
            self.after(&mut missing, column);
            rows.values.clear();
            let missing = rows.take_in(&missing);
            rows.text = format!("({}) AS near WHERE 1 = 1", some(&missing, &by_number));
        } else {
            rows.text.push_str(&format!(" AND {column} IS NOT NULL"));
            self.after_key(&mut rows, column);
            missing.text.push_str(&format!(" AND (SELECT count(*) FROM present) < {within}"));
            let missing = rows.take_in(&missing);
            rows.text = format!(
                "(WITH present AS MATERIALIZED ({}), missing AS MATERIALIZED ({}) SELECT * FROM present UNION ALL SELECT * FROM missing) AS near \
                 WHERE 1 = 1",
                some(&rows.text, &order),
                some(&missing, &by_number),
            );
        }
        (rows, "number, sorted_by")
    }

    /// Goes along the whole order, past all that is not among those that match: first those with the field, then those without.
    async fn in_order(&self, conn: &mut Conn) -> Result<Vec<Place>, StoreError> {
        let (index, columns, order) = self.order();
        let matching = (!self.wanted.is_everything()).then(|| self.wanted.numbers(self.bounds));
        let among = |rows: &mut Matches| {
            if let Some(matching) = &matching {
                rows.among(matching);
            }
        };
        let mut present = self.wanted.all(index);
        let Some((column, _)) = self.asked.sort.column() else {
            self.after(&mut present, "");
            among(&mut present);
            return self.fetch(conn, &present, &columns, &order, self.asked.limit + 1, self.offset()).await;
        };
        let mut found = Vec::new();
        let mut offset = self.offset();
        if !self.begins_behind_the_present() {
            present.text.push_str(&format!(" AND {column} IS NOT NULL"));
            self.after_key(&mut present, column);
            among(&mut present);
            found = self.fetch(conn, &present, &columns, &order, self.asked.limit + 1, offset).await?;
            if found.len() as i64 > self.asked.limit {
                return Ok(found);
            }
            if offset > 0 {
                let before = present.statement("SELECT count(*) AS total", "").fetch_one(conn).await?.get::<i64>("total")?;
                offset = (offset - before).max(0);
            }
        }
        let mut missing = self.wanted.all(index);
        missing.text.push_str(&format!(" AND {column} IS NULL"));
        if let At::After(Place { key: None, number }) = self.asked.at {
            missing.and(&format!("number {} ", self.beyond()), *number);
        }
        among(&mut missing);
        let order = format!("number {}", self.direction());
        let left = self.asked.limit + 1 - found.len() as i64;
        found.extend(self.fetch(conn, &missing, &columns, &order, left, offset).await?);
        Ok(found)
    }

    /// Whether the page begins among those without the field, which come last.
    fn begins_behind_the_present(&self) -> bool {
        let by_status = self.asked.sort == PostingSort::Status && self.asked.filter.statuses == [None];
        by_status || self.asked.sort.column().is_some() && matches!(self.asked.at, At::After(Place { key: None, .. }))
    }

    /// The index of the order, the columns of its places, and the order itself.
    fn order(&self) -> (&'static str, String, String) {
        match self.asked.sort.column() {
            Some((column, index)) => {
                (index, format!("number, {column} AS sorted_by"), format!("{column} {0}, number {0}", self.direction()))
            }
            None => ("postings_by_number", "number".to_owned(), format!("number {}", self.direction())),
        }
    }

    async fn fetch(
        &self,
        conn: &mut Conn,
        matches: &Matches,
        columns: &str,
        order: &str,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<Place>, StoreError> {
        let next = matches.next();
        let rows = matches
            .statement(&format!("SELECT {columns}"), &format!(" ORDER BY {order} LIMIT ${next} OFFSET ${}", next + 1))
            .bind(limit)
            .bind(offset)
            .fetch_all(conn)
            .await?;
        rows.iter().map(|row| self.place(row)).collect()
    }

    fn place(&self, row: &Row) -> Result<Place, StoreError> {
        let key = match self.asked.sort.column() {
            None => None,
            Some(_) if self.asked.sort.is_text() => row.get::<Option<String>>("sorted_by")?.map(SortKey::Text),
            Some(_) => row.get::<Option<i64>>("sorted_by")?.map(SortKey::Number),
        };
        Ok(Place { number: row.get("number")?, key })
    }

    /// Only what comes after the page before, of rows with and without the field.
    fn after(&self, matches: &mut Matches, column: &str) {
        let At::After(place) = self.asked.at else { return };
        let beyond = self.beyond();
        match (self.asked.sort.column(), &place.key) {
            (None, _) => matches.and(&format!("number {beyond} "), place.number),
            (Some(_), None) => matches.and(&format!("{column} IS NULL AND number {beyond} "), place.number),
            (Some(_), Some(key)) => {
                let next = matches.next();
                matches.text.push_str(&format!(" AND ({column} IS NULL OR ({column}, number) {beyond} (${next}, ${}))", next + 1));
                matches.values.extend([key.into(), place.number.into()]);
            }
        }
    }

    fn after_key(&self, matches: &mut Matches, column: &str) {
        if let At::After(Place { key: Some(key), number }) = self.asked.at {
            let next = matches.next();
            matches.text.push_str(&format!(" AND ({column}, number) {} (${next}, ${})", self.beyond(), next + 1));
            matches.values.extend([key.into(), (*number).into()]);
        }
    }

    fn offset(&self) -> i64 {
        match self.asked.at {
            At::Offset(offset) => *offset,
            At::After(_) => 0,
        }
    }

    fn direction(&self) -> &'static str {
        if self.asked.descending { "DESC" } else { "ASC" }
    }

    fn beyond(&self) -> &'static str {
        if self.asked.descending { "<" } else { ">" }
    }
}

impl From<&SortKey> for Value {
    fn from(key: &SortKey) -> Value {
        match key {
            SortKey::Number(number) => (*number).into(),
            SortKey::Text(text) => text.into(),
        }
    }
}

//! Reading the items of a review: filtered, sorted and paged in SQL, quick however many there are.

use serde_json::Value as Json;

use super::Review;
use super::matching::{Bounds, count_within};
use crate::domain::review::{Decision, ItemFields, ItemFilter, MOST_ITEMS, Mark, Term, sort_key};
use crate::domain::{JobId, Micros, PersonId, ReviewItemId, UserId};
use crate::store::database::{Conn, Row, list, sql};
use crate::store::error::StoreError;
use crate::store::matches::Matches;

/// For each row that is passed over, so many more are looked at.
const FURTHER: i64 = 25;

/// A person in a review.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub id: ReviewItemId,
    pub number: i64,
    pub person_id: Option<PersonId>,
    /// The search that brought them.
    pub job_id: Option<JobId>,
    pub fields: ItemFields,
    pub mark: Mark,
    pub decision: Decision,
    pub reason: Option<String>,
    pub decided_at: Option<Micros>,
    pub decided_by: Option<UserId>,
    pub added_at: Micros,
}

impl Item {
    /// Its place in the review, from 1, which never changes.
    pub fn position(&self) -> i64 {
        self.number & MOST_ITEMS
    }

    /// Where it stands in a list.
    pub fn place(&self, sort: ItemSort) -> Place {
        let key = match sort {
            ItemSort::Position => None,
            ItemSort::Name => sort_key(&self.fields.name),
            ItemSort::Title => sort_key(&self.fields.title),
            ItemSort::Company => sort_key(&self.fields.company),
            ItemSort::Location => sort_key(&self.fields.location),
        };
        Place { key, number: self.number }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemSort {
    /// As they were added.
    Position,
    Name,
    Title,
    Company,
    Location,
}

impl ItemSort {
    pub const WORDS: &'static [&'static str] = &["position", "name", "title", "company", "location"];

    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "position" => Some(Self::Position),
            "name" => Some(Self::Name),
            "title" => Some(Self::Title),
            "company" => Some(Self::Company),
            "location" => Some(Self::Location),
            _ => None,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Name => "name",
            Self::Title => "title",
            Self::Company => "company",
            Self::Location => "location",
        }
    }

    fn column(self) -> Option<&'static str> {
        match self {
            Self::Position => None,
            Self::Name => Some("name_key"),
            Self::Title => Some("title_key"),
            Self::Company => Some("company_key"),
            Self::Location => Some("location_key"),
        }
    }
}

/// Where a row stands in a sorted list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What it is sorted by; missing in the order of places, and where the item has no such field.
    pub key: Option<String>,
    pub number: i64,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    Offset(i64),
    After(Place),
}

#[derive(Debug, Clone, PartialEq)]
pub struct ItemPage {
    pub items: Vec<Item>,
    /// Exact up to 10,000, and then more than that.
    pub total: i64,
}

/// One page of the items that match. Those without the field that is sorted by come last, whichever way round.
pub async fn page(conn: &mut Conn, asked: &Asked<'_>) -> Result<ItemPage, StoreError> {
    page_within(conn, asked, Bounds::USUAL).await
}

/// The same with bounds of the caller's own.
pub async fn page_within(conn: &mut Conn, asked: &Asked<'_>, bounds: Bounds) -> Result<ItemPage, StoreError> {
    let total = count_within(conn, asked.review, asked.filter, bounds).await?;
    let reading = Reading { asked, bounds };
    let numbers = if asked.limit == 0 || total == 0 { Vec::new() } else { reading.numbers(conn, total).await? };
    Ok(ItemPage { items: read_all(conn, &numbers).await?, total })
}

struct Reading<'a> {
    asked: &'a Asked<'a>,
    bounds: Bounds,
}

/// What a page is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub review: &'a Review,
    pub filter: &'a ItemFilter,
    pub sort: ItemSort,
    pub descending: bool,
    pub at: &'a At,
    pub limit: i64,
}

impl Reading<'_> {
    /// The numbers of the page's items, in their order.
    async fn numbers(&self, conn: &mut Conn, total: i64) -> Result<Vec<i64>, StoreError> {
        let terms = self.asked.filter.terms();
        let matches = Matches::new(self.asked.review, self.asked.filter, self.bounds);
        match self.asked.sort.column() {
            Some(column) if terms.is_empty() && self.asked.filter.decision.is_none() => return self.in_order(conn, column, None).await,
            // The items of a review lie in the order of their places, also those with one decision.
            None if terms.is_empty() => return self.collect(conn, matches).await,
            _ => {}
        }
        if total <= self.bounds.collected {
            return self.collect(conn, matches).await;
        }
        // Of many that match some are near, unless they stand together far away.
        if self.begins_among_present() {
            let near = self.near(conn, &terms).await?;
            if near.len() as i64 == self.asked.limit {
                return Ok(near);
            }
        }
        match self.asked.sort.column() {
            Some(column) => {
                let numbers = Matches::numbers(self.asked.review, self.asked.filter, self.bounds);
                self.in_order(conn, column, Some(&numbers)).await
            }
            None => self.collect(conn, matches).await,
        }
    }

    /// Whether the page begins among the items that have the field.
    fn begins_among_present(&self) -> bool {
        self.asked.sort == ItemSort::Position || !matches!(self.asked.at, At::After(Place { key: None, .. }))
    }

    /// Finds all that match, then sorts them.
    async fn collect(&self, conn: &mut Conn, mut matches: Matches) -> Result<Vec<i64>, StoreError> {
        self.after(&mut matches);
        let order = match self.asked.sort.column() {
            Some(column) => format!("{column} IS NULL, {column} {0}, number {0}", self.direction()),
            None => format!("{} {}", matches.number, self.direction()),
        };
        self.fetch(conn, &matches, &order, self.asked.limit, self.offset()).await
    }

    /// All items, or those among others, by the index that has them in this order: those with the field, then those without.
    async fn in_order(&self, conn: &mut Conn, column: &str, among: Option<&Matches>) -> Result<Vec<i64>, StoreError> {
        let order = format!("{column} {0}, number {0}", self.direction());
        let mut found = Vec::new();
        let mut offset = self.offset();
        if self.begins_among_present() {
            let mut present = Matches::of_review(self.asked.review);
            present.text.push_str(&format!(" AND {column} IS NOT NULL"));
            self.after_present(&mut present, column);
            if let Some(others) = among {
                present.among(others);
            }
            found = self.fetch(conn, &present, &order, self.asked.limit, offset).await?;
            if found.len() as i64 == self.asked.limit {
                return Ok(found);
            }
            if offset > 0 {
                let before = present.statement("SELECT count(*) AS total", "").fetch_one(conn).await?.get::<i64>("total")?;
                offset = (offset - before).max(0);
            }
        }
        let mut missing = Matches::of_review(self.asked.review);
        missing.text.push_str(&format!(" AND {column} IS NULL"));
        if let At::After(Place { key: None, number }) = self.asked.at {
            missing.and(&format!("number {} ", self.beyond()), *number);
        }
        if let Some(others) = among {
            missing.among(others);
        }
        let order = format!("number {}", self.direction());
        found.extend(self.fetch(conn, &missing, &order, self.asked.limit - found.len() as i64, offset).await?);
        Ok(found)
    }

    /// Looks at the items in their order until enough match.
    async fn near(&self, conn: &mut Conn, terms: &[Term]) -> Result<Vec<i64>, StoreError> {
        let mut walked;
        let (column, order) = match self.asked.sort.column() {
            None => {
                walked = Matches::all(self.asked.review);
                self.after(&mut walked);
                ("number", format!("number {}", self.direction()))
            }
            Some(column) => {
                walked = Matches::of_review(self.asked.review);
                walked.text.push_str(&format!(" AND {column} IS NOT NULL"));
                self.after_present(&mut walked, column);
                (column, format!("{column} {0}, number {0}", self.direction()))
            }
        };
        let within = self.offset().saturating_mul(FURTHER).max(self.bounds.looked_at);
        let columns = if column == "number" { "number, decision, terms".to_owned() } else { format!("number, decision, terms, {column}") };
        walked.text = format!("(SELECT {columns} FROM {} ORDER BY {order} LIMIT {within}) AS near WHERE 1 = 1", walked.text);
        if let Some(decision) = self.asked.filter.decision {
            walked.and("decision = ", decision);
        }
        walked.having(terms);
        self.fetch(conn, &walked, &order, self.asked.limit, self.offset()).await
    }

    /// Only what comes after the page before, of rows with and without the field.
    fn after(&self, matches: &mut Matches) {
        let At::After(place) = self.asked.at else { return };
        let beyond = self.beyond();
        match (self.asked.sort.column(), &place.key) {
            (None, _) => matches.and(&format!("{} {beyond} ", matches.number), place.number),
            (Some(column), None) => matches.and(&format!("{column} IS NULL AND number {beyond} "), place.number),
            (Some(column), Some(key)) => {
                let next = matches.next();
                matches.text.push_str(&format!(" AND ({column} IS NULL OR ({column}, number) {beyond} (${next}, ${}))", next + 1));
                matches.values.extend([key.into(), place.number.into()]);
            }
        }
    }

    fn after_present(&self, matches: &mut Matches, column: &str) {
        if let At::After(Place { key: Some(key), number }) = self.asked.at {
            let next = matches.next();
            matches.text.push_str(&format!(" AND ({column}, number) {} (${next}, ${})", self.beyond(), next + 1));
            matches.values.extend([key.into(), (*number).into()]);
        }
    }

    async fn fetch(&self, conn: &mut Conn, matches: &Matches, order: &str, limit: i64, offset: i64) -> Result<Vec<i64>, StoreError> {
        let next = matches.next();
        let rows = matches
            .statement("SELECT number", &format!(" ORDER BY {order} LIMIT ${next} OFFSET ${}", next + 1))
            .bind(limit)
            .bind(offset)
            .fetch_all(conn)
            .await?;
        rows.iter().map(|row| row.get("number")).collect()
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

const COLUMNS: &str = "number, id, person_id, job_id, name, headline, title, company, location, network_distance, profile_url, mark, decision, \
     reason, decided_at, decided_by, added_at";

/// The items with these numbers, in the order of the numbers.
async fn read_all(conn: &mut Conn, numbers: &[i64]) -> Result<Vec<Item>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = sql(format!("SELECT {COLUMNS} FROM review_items WHERE number IN ({})", list(1, numbers.len())));
    for number in numbers {
        statement = statement.bind(*number);
    }
    let mut items = statement.fetch_all(conn).await?.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    items.sort_by_cached_key(|item| numbers.iter().position(|number| *number == item.number));
    Ok(items)
}

/// An item of a review that the caller has found in its scope.
pub async fn find_item(conn: &mut Conn, review: &Review, id: ReviewItemId) -> Result<Option<Item>, StoreError> {
    let row = sql(format!("SELECT {COLUMNS} FROM review_items WHERE id = $1 AND review_number = $2"))
        .bind(id)
        .bind(review.number)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// All that is known of an item, and who said so.
pub async fn record(conn: &mut Conn, item: &Item) -> Result<(Json, Json), StoreError> {
    let row = sql("SELECT record, source FROM review_item_records WHERE item_number = $1").bind(item.number).fetch_one(conn).await?;
    Ok((row.json("record")?, row.json("source")?))
}

fn read(row: &Row) -> Result<Item, StoreError> {
    Ok(Item {
        id: row.get("id")?,
        number: row.get("number")?,
        person_id: row.get("person_id")?,
        job_id: row.get("job_id")?,
        fields: ItemFields {
            name: row.get("name")?,
            headline: row.get("headline")?,
            title: row.get("title")?,
            company: row.get("company")?,
            location: row.get("location")?,
            industry: None,
            network_distance: row.get("network_distance")?,
            profile_url: row.get("profile_url")?,
        },
        mark: row.get("mark")?,
        decision: row.get("decision")?,
        reason: row.get("reason")?,
        decided_at: row.get("decided_at")?,
        decided_by: row.get("decided_by")?,
        added_at: row.get("added_at")?,
    })
}

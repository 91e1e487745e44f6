//! Lists that are longer than one answer.

use sluice_api::{ClientError, List, PageQuery};

/// The most rows that the server gives at once.
pub const LARGEST_PAGE: u32 = 100;

/// Every row of a list, page by page.
pub async fn every_row<T>(mut fetch: impl AsyncFnMut(PageQuery) -> Result<List<T>, ClientError>) -> Result<Vec<T>, ClientError> {
    let mut rows = Vec::new();
    let mut cursor = None;
    loop {
        let page = fetch(PageQuery { limit: Some(LARGEST_PAGE), cursor, ..PageQuery::default() }).await?;
        rows.extend(page.data);
        match page.pagination.next_cursor {
            Some(next) => cursor = Some(next),
            None => return Ok(rows),
        }
    }
}

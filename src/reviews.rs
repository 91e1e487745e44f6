//! Starting reviews and letting them follow their searches.

use crate::domain::{JobId, ReviewId, Scope, UserId, WorkspaceId};
use crate::jobs::search_prospects;
use crate::store::reviews::following;
use crate::store::reviews::{self, Review};
use crate::store::{Database, StoreError, Tx};

/// Searches that one review may follow.
pub const MOST_SEARCHES: usize = 20;

/// A review to be made.
#[derive(Debug, Clone)]
pub struct ReviewOrder {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub name: String,
    pub searches: Vec<JobId>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("there is no search {0} here")]
    UnknownSearch(JobId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a review that follows its searches, with the first people of each. When this has committed, [`catch_up`] brings the others.
pub async fn start(tx: &mut Tx, order: &ReviewOrder) -> Result<Review, StartError> {
    let scope = Scope::Workspace(order.workspace_id);
    let mut searches = order.searches.clone();
    // Held in the order of their ids, so that two that start at once never wait for each other in a ring.
    searches.sort_unstable();
    searches.dedup();
    let mut review = reviews::insert(tx, order.workspace_id, order.user_id, &order.name).await?;
    for search in searches {
        let followed = following::follow(tx, scope, &review, search, search_prospects::KIND).await?;
        review = followed.ok_or(StartError::UnknownSearch(search))?;
    }
    Ok(review)
}

/// Takes in all people that an open review (or any in the scope) has yet to take from its searches, a few at a time.
pub async fn catch_up(database: &Database, scope: Scope, review: Option<ReviewId>) -> Result<(), StoreError> {
    loop {
        let behind = following::behind(&mut database.read().await?, scope, review).await?;
        let mut taken = false;
        for one in behind {
            let mut tx = database.begin().await?;
            taken |= following::catch_up(&mut tx, scope, one).await?;
            tx.commit().await?;
        }
        // What is behind and takes nobody in has no room for them.
        if !taken {
            return Ok(());
        }
    }
}

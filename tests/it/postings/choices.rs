//! Which account looks for postings when none is named.

use std::time::Duration;

use sluice::domain::AccountId;
use sluice::domain::account::{AccountState, ProviderName};
use sluice::jobs::postings::account::StartError;
use sluice::jobs::search_postings::start::{self as search, SearchOrder};

use super::stage::{PostingStage, add_account, add_account_with};
use crate::support::each_database;

/// The account that a search goes through for which nobody named one, or why there is none.
async fn chosen(stage: &PostingStage) -> Result<AccountId, StartError> {
    let mut order = SearchOrder { account_id: None, ..stage.order(&["nurse"]) };
    order.queries[0].location = Some("Ghent, Belgium".into());
    let mut conn = stage.inner.database.read().await.unwrap();
    search::plan(&mut conn, &stage.inner.accounts, order).await.map(|plan| plan.account.id)
}

async fn session(stage: &PostingStage) -> AccountId {
    add_account_with(&stage.inner, ProviderName::Linkedin, Duration::ZERO, Some("AQEDbmVtYmVy")).await
}

each_database! {
    async fn somebodys_session_is_not_spent_unasked_beside_the_public_pages(test: TestDatabase) {
        let inner = crate::support::search::SearchStage::new(&test, "").await;
        let member = add_account_with(&inner, ProviderName::Linkedin, Duration::ZERO, Some("AQEDbmVtYmVy")).await;
        let mut stage = PostingStage { inner, account: member };
        assert_eq!(chosen(&stage).await.expect("the only account of LinkedIn's"), member);
        stage.account = add_account(&stage.inner, ProviderName::Linkedin, Duration::ZERO).await;
        assert_eq!(chosen(&stage).await.expect("the public pages, though they came later"), stage.account);

        // Without the public pages it is asked which session shall be spent.
        stage.set_state(AccountState::Off).await;
        match chosen(&stage).await {
            Err(StartError::Invalid { field, message }) => {
                assert_eq!(field, "account_id");
                assert!(message.contains("Name the one to use"), "{message}");
            }
            other => panic!("{other:?}"),
        }
        session(&stage).await;
        assert!(matches!(chosen(&stage).await, Err(StartError::Invalid { .. })));
        let collection = add_account(&stage.inner, ProviderName::Brightdata, Duration::ZERO).await;
        assert_eq!(chosen(&stage).await.expect("a collection, rather than either session"), collection);
    }
}

//! Bright Data, driven by the connector that has to live with it.

use sluice_providers::page::Cursor;
use sluice_providers::{
    BrightData, Fetch, FetchConfig, PostingCollector, PostingLogin, PostingPage, PostingProvider, PostingQuery, ProviderError,
};

use crate::support::{Caller, sandbox};

struct Customer {
    caller: Caller,
    brightdata: BrightData,
    login: PostingLogin,
}

/// What is to be collected.
enum Wanted {
    Query(PostingQuery),
    Ids(Vec<String>),
}

impl Customer {
    async fn sign_up(faults: &str) -> Self {
        let caller = sandbox(faults).await;
        let login = PostingLogin { base_url: caller.sandbox.base_url().parse().unwrap(), secret: Some("a-key".into()) };
        Self { brightdata: BrightData::new(Fetch::new(&FetchConfig::default()).unwrap()), login, caller }
    }

    async fn step(&self, wanted: &Wanted, cursor: Option<&Cursor>) -> Result<PostingPage, ProviderError> {
        match wanted {
            Wanted::Query(query) => self.brightdata.search_postings(&self.login, query, cursor).await,
            Wanted::Ids(ids) => self.brightdata.collect_postings(&self.login, ids, cursor).await,
        }
    }

    /// To the end, asking again from the same cursor as long as the trouble passes.
    async fn collect(&self, wanted: &Wanted) -> PostingPage {
        let mut cursor = None;
        for _ in 0..40 {
            match self.step(wanted, cursor.as_ref()).await {
                Ok(page) if page.next.is_none() => return page,
                Ok(page) => {
                    assert!(page.records.is_empty());
                    cursor = page.next;
                }
                Err(ProviderError::RateLimited { .. } | ProviderError::Unreachable { .. }) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        panic!("the collection does not end");
    }

    async fn askings(&self) -> usize {
        self.caller.log().await.iter().filter(|entry| entry["path"] == "/datasets/v3/trigger").count()
    }
}

fn engineers_in_germany() -> Wanted {
    Wanted::Query(PostingQuery { keywords: Some("engineer".to_owned()), location: Some("Germany".to_owned()), ..PostingQuery::default() })
}

#[tokio::test]
async fn a_discovery_is_asked_for_once_waited_for_and_read() {
    let customer = Customer::sign_up("dataset/not-ready@5").await;
    let page = customer.collect(&engineers_in_germany()).await;
    assert!(page.records.len() > 20 && page.rejected.is_empty(), "{}", page.records.len());
    for record in &page.records {
        assert_eq!(record.missing_fields(), Vec::<&str>::new());
        assert!(record.company_id.is_some() && record.posted_at.is_some() && record.description.is_some(), "{record:?}");
        assert_eq!(record.salary.is_some(), record.salary_text.is_some());
    }
    assert_eq!(customer.askings().await, 1);
}

#[tokio::test]
async fn immunity_16_a_lost_answer_to_the_asking_is_found_again_and_not_paid_twice() {
    // The third call is the asking itself, after two looks at the list.
    let customer = Customer::sign_up("lost-answer@3").await;
    let page = customer.collect(&engineers_in_germany()).await;
    assert!(page.records.len() > 20);
    assert_eq!(customer.askings().await, 1);
}

#[tokio::test]
async fn a_snapshot_of_somebody_elses_is_not_taken_for_ours() {
    let customer = Customer::sign_up("").await;
    let first = customer.step(&engineers_in_germany(), None).await.unwrap();
    let elsewhere =
        Wanted::Query(PostingQuery { keywords: Some("nurse".to_owned()), location: Some("Germany".to_owned()), ..PostingQuery::default() });
    let nurses = customer.collect(&elsewhere).await;
    let mut cursor = first.next;
    let engineers = loop {
        let page = customer.step(&engineers_in_germany(), cursor.as_ref()).await.unwrap();
        if page.next.is_none() {
            break page;
        }
        cursor = page.next;
    };
    assert_ne!(nurses.records, engineers.records);
    assert!(engineers.records.iter().all(|record| !nurses.records.iter().any(|nurse| nurse.posting_id == record.posting_id)));
    assert_eq!(customer.askings().await, 2);
}

#[tokio::test]
async fn two_jobs_under_one_key_never_take_each_others_collections() {
    let customer = Customer::sign_up("").await;
    let numbers: Vec<String> =
        customer.collect(&engineers_in_germany()).await.records.iter().take(4).map(|record| record.posting_id.clone()).collect();
    let in_place = |place: &str| {
        Wanted::Query(PostingQuery { keywords: Some("engineer".to_owned()), location: Some(place.to_owned()), ..PostingQuery::default() })
    };
    let pairs = [
        (in_place("Berlin"), in_place("Germany")),
        (Wanted::Ids(numbers[..3].to_vec()), Wanted::Ids(numbers[1..].to_vec())),
        (Wanted::Ids(numbers[..3].to_vec()), Wanted::Ids(numbers[..2].to_vec())),
        (Wanted::Ids(numbers[..2].to_vec()), Wanted::Ids(vec!["3899999998".to_owned(), "3899999999".to_owned()])),
    ];
    for (one, other) in pairs {
        let expected = customer.collect(&one).await;
        let before = customer.askings().await;
        let mut cursor = customer.step(&one, None).await.unwrap().next;
        customer.collect(&other).await;
        let page = loop {
            let page = customer.step(&one, cursor.as_ref()).await.unwrap();
            if page.next.is_none() {
                break page;
            }
            cursor = page.next;
        };
        let ids = |page: &PostingPage| page.records.iter().map(|record| record.posting_id.clone()).collect::<Vec<_>>();
        assert_eq!((ids(&page), page.rejected.len()), (ids(&expected), expected.rejected.len()));
        assert_eq!(customer.askings().await - before, 2, "each is asked for by itself");
    }
}

#[tokio::test]
async fn a_discovery_brings_no_more_than_is_wanted() {
    let customer = Customer::sign_up("").await;
    let Wanted::Query(query) = engineers_in_germany() else { unreachable!() };
    let page = customer.collect(&Wanted::Query(PostingQuery { most_records: Some(7), ..query })).await;
    assert_eq!((page.records.len(), page.rejected.len()), (7, 0));
}

#[tokio::test]
async fn immunity_15_errors_among_the_rows_are_counted_and_good_rows_land() {
    let customer = Customer::sign_up("row-errors").await;
    let page = customer.collect(&engineers_in_germany()).await;
    let errors: Vec<&str> = page.rejected.iter().map(|row| row.error.as_str()).collect();
    assert_eq!(errors, ["crawl_error: Crawl failed after retries", "the row is not an object"]);
    assert!(page.records.len() > 20);
}

#[tokio::test]
async fn postings_are_collected_by_number_and_dead_and_replaced_ones_are_named() {
    let customer = Customer::sign_up("").await;
    let found = customer.collect(&engineers_in_germany()).await;
    let mut ids: Vec<String> = found.records.iter().take(5).map(|record| record.posting_id.clone()).collect();
    ids.push("3899999999".to_owned());
    let page = customer.collect(&Wanted::Ids(ids.clone())).await;
    assert_eq!(page.received(), 6);
    assert!(page.records.iter().all(|record| ids.contains(&record.posting_id)));
    let dead = page.rejected.iter().find(|row| row.error == "dead_page: Page is dead").unwrap();
    assert_eq!(dead.raw["input"]["url"], "https://www.linkedin.com/jobs/view/3899999999");
}

#[tokio::test]
async fn a_collection_that_fails_is_asked_for_once_more_and_then_given_up() {
    let customer = Customer::sign_up("snapshot-failed").await;
    let mut cursor = None;
    let error = loop {
        match customer.step(&engineers_in_germany(), cursor.as_ref()).await {
            Ok(page) => cursor = page.next,
            Err(error) => break error,
        }
    };
    assert!(matches!(&error, ProviderError::Refused { detail, .. } if detail.contains("twice (the crawl was stopped)")), "{error:?}");
    assert_eq!(customer.askings().await, 2);
}

#[tokio::test]
async fn troubles_of_the_account_say_what_to_do() {
    let customer = Customer::sign_up("dataset/402@1,dataset/403@2,dataset/429@3,dataset/400@4,dataset/503@5").await;
    let mut told = Vec::new();
    for _ in 0..5 {
        told.push(match customer.step(&engineers_in_germany(), None).await {
            Err(ProviderError::AccountTrouble { status, detail, .. }) => format!("{status} {detail}"),
            Err(ProviderError::Refused { detail, .. }) => detail,
            Err(error) => format!("{error}"),
            Ok(page) => panic!("{page:?}"),
        });
    }
    assert_eq!(
        told,
        [
            "402 The balance at Bright Data is used up: top it up in its dashboard, then retry.",
            "403 The API key may not use the data set of job postings: allow it in Bright Data's dashboard.",
            "the provider asked to slow down",
            "Bright Data refused the request (status 400): The request was refused.",
            "Bright Data is in trouble (status 503)",
        ]
    );
    let stranger = PostingLogin { secret: Some("bad-key".into()), ..customer.login.clone() };
    let error = customer
        .brightdata
        .search_postings(&stranger, &PostingQuery { location: Some("Germany".to_owned()), ..PostingQuery::default() }, None)
        .await;
    assert!(matches!(&error, Err(ProviderError::AccountTrouble { status: 401, detail, .. }) if !detail.contains("bad-key")), "{error:?}");
}

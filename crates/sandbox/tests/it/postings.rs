//! LinkedIn's job pages, read by the connector that has to live with them.

use std::collections::HashSet;
use std::time::Duration;

use sluice_providers::page::Cursor;
use sluice_providers::posting::{SearchEnd, Shown};
use sluice_providers::{
    Fetch, FetchConfig, LinkedIn, PostingAnswer, PostingFetcher, PostingLogin, PostingPage, PostingProvider, PostingQuery, PostingRecord,
    ProviderError,
};

use crate::support::{Caller, sandbox};

pub struct Guest {
    pub caller: Caller,
    pub linkedin: LinkedIn,
    pub login: PostingLogin,
}

impl Guest {
    pub async fn visit(faults: &str) -> Self {
        let caller = sandbox(faults).await;
        let config = FetchConfig { total_timeout: Duration::from_secs(3), ..FetchConfig::default() };
        let login = PostingLogin { base_url: caller.sandbox.base_url().parse().unwrap(), secret: None };
        Self { linkedin: LinkedIn::new(Fetch::new(&config).unwrap()), login, caller }
    }

    async fn page(&self, query: &PostingQuery, cursor: Option<&Cursor>) -> Result<PostingPage, ProviderError> {
        self.linkedin.search_postings(&self.login, query, cursor).await
    }

    /// All pages, each asked for again from the same cursor as long as the trouble passes.
    async fn pages(&self, query: &PostingQuery) -> (Vec<PostingRecord>, SearchEnd) {
        let mut records = Vec::new();
        let mut cursor = None;
        for _ in 0..400 {
            match self.page(query, cursor.as_ref()).await {
                Ok(page) => {
                    assert_eq!(page.rejected, []);
                    records.extend(page.records);
                    cursor = page.next;
                    if let Some(end) = page.end {
                        return (records, end);
                    }
                }
                Err(ProviderError::RateLimited { .. } | ProviderError::Unreachable { .. }) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        panic!("the search does not end");
    }

    async fn fetch(&self, id: &str) -> Result<PostingAnswer, ProviderError> {
        self.linkedin.fetch_posting(&self.login, id).await
    }
}

pub fn keywords(words: &str) -> PostingQuery {
    PostingQuery { keywords: Some(words.to_owned()), ..PostingQuery::default() }
}

fn ids(records: &[PostingRecord]) -> HashSet<&str> {
    records.iter().map(|record| record.posting_id.as_str()).collect()
}

#[tokio::test]
async fn a_search_brings_every_posting_once_and_ends_with_the_page_of_26_bytes() {
    let guest = Guest::visit("").await;
    let query = PostingQuery { location: Some("Berlin".to_owned()), ..keywords("engineer") };
    let (records, end) = guest.pages(&query).await;
    assert_eq!(end, SearchEnd::Exhausted);
    assert!(records.len() > 10 && ids(&records).len() == records.len(), "{}", records.len());
    for record in &records {
        assert_eq!(record.missing_fields(), Vec::<&str>::new());
        assert!(record.location.as_deref().unwrap().contains("Berlin") && record.posted_on.is_some(), "{record:?}");
    }
    let starts: Vec<u64> = guest.caller.log().await.iter().map(|entry| entry["cursor_offset"].as_u64().unwrap()).collect();
    assert_eq!(starts.len(), records.len().div_ceil(10) + 1);
}

#[tokio::test]
async fn immunity_12_a_search_steps_by_the_cards_received() {
    let guest = Guest::visit("").await;
    let (records, _) = guest.pages(&PostingQuery { location: Some("Berlin".to_owned()), ..keywords("manager") }).await;
    let starts: Vec<u64> = guest.caller.log().await.iter().map(|entry| entry["cursor_offset"].as_u64().unwrap()).collect();
    let expected: Vec<u64> = (0..).step_by(10).take_while(|start| *start < records.len() as u64).chain([records.len() as u64]).collect();
    assert_eq!(starts, expected, "ten at a time, and from where the last page ended");
}

#[tokio::test]
async fn immunity_09_a_search_ends_at_the_cap_without_asking_beyond_it() {
    let guest = Guest::visit("").await;
    let (records, end) = guest.pages(&keywords("engineer")).await;
    assert_eq!((records.len(), ids(&records).len(), end), (1_000, 1_000, SearchEnd::ProviderCap));
    assert_eq!(guest.caller.log().await.len(), 100);
    let beyond = guest.page(&keywords("engineer"), Some(&Cursor("1000".to_owned()))).await.unwrap();
    assert_eq!((beyond.records.len(), beyond.next, beyond.end), (0, None, Some(SearchEnd::ProviderCap)));
    assert_eq!(guest.caller.log().await.len(), 100, "nothing more was asked");
}

#[tokio::test]
async fn passing_trouble_loses_nothing_and_doubles_nothing() {
    let quiet = Guest::visit("").await;
    let query = PostingQuery { location: Some("United Kingdom".to_owned()), ..keywords("engineer OR manager") };
    let (expected, _) = quiet.pages(&query).await;
    assert!(expected.len() > 100, "{}", expected.len());
    let stormy = Guest::visit("postings/429:0.1,postings/500:0.1,postings/503@4,postings/cut:0.1,postings/drop@6").await;
    let (records, end) = stormy.pages(&query).await;
    let list = |records: &[PostingRecord]| records.iter().map(|record| record.posting_id.clone()).collect::<Vec<_>>();
    assert_eq!((list(&records), end), (list(&expected), SearchEnd::Exhausted));
}

#[tokio::test]
async fn every_block_is_told_apart_from_trouble_that_passes() {
    let guest = Guest::visit(
        "postings/429@1,postings/999@2,postings/403@3,authwall@4,drift@5,postings/timeout@6=20s,postings/500@7,postings/cut@8",
    )
    .await;
    let mut told = Vec::new();
    for _ in 0..9 {
        told.push(match guest.page(&keywords("engineer"), None).await {
            Ok(page) => format!("{} cards", page.records.len()),
            Err(ProviderError::RateLimited { .. }) => "slow down".to_owned(),
            Err(ProviderError::Blocked { detail }) => {
                assert!(detail.contains("choose Retry") && detail.contains("import the files"), "{detail}");
                format!("blocked: {}", detail.split_inclusive('.').next().unwrap())
            }
            Err(ProviderError::LayoutChanged { detail, .. }) => detail,
            Err(ProviderError::Unreachable { .. }) => "transient".to_owned(),
            Err(other) => panic!("{other:?}"),
        });
    }
    assert_eq!(
        told,
        [
            "slow down",
            "blocked: LinkedIn refused the request (status 999).",
            "blocked: LinkedIn refused the request (status 403).",
            "blocked: LinkedIn asks to sign in (a redirect to its authwall).",
            "LinkedIn's search page mentions postings, but no card is found on it",
            "transient",
            "transient",
            "transient",
            "10 cards",
        ]
    );
}

#[tokio::test]
async fn an_empty_first_page_is_not_taken_for_the_end_of_results() {
    let guest = Guest::visit("end-page@1").await;
    let first = guest.page(&keywords("engineer"), None).await.unwrap();
    assert_eq!((first.records.len(), first.end), (0, Some(SearchEnd::NothingFound)));
    assert_eq!(guest.page(&keywords("engineer"), None).await.unwrap().records.len(), 10, "asked once more, it is there");
    assert_eq!(guest.page(&keywords("qwxzv plugh"), None).await.unwrap().end, Some(SearchEnd::NothingFound));
}

#[tokio::test]
async fn ten_unrelated_cards_end_a_search_unless_they_are_wanted() {
    let guest = Guest::visit("unrelated").await;
    let page = guest.page(&keywords("qwxzv plugh"), None).await.unwrap();
    assert_eq!((page.records.len(), page.next, page.end), (10, None, Some(SearchEnd::Unrelated)));
    let taken = guest.page(&PostingQuery { accept_unrelated: true, ..keywords("qwxzv plugh") }, None).await.unwrap();
    assert_eq!((taken.next, taken.end), (Some(Cursor("10".to_owned())), None));
}

#[tokio::test]
async fn filters_that_guests_see_ignored_are_found_out_on_the_records() {
    use sluice_providers::posting::Workplace;
    let guest = Guest::visit("").await;
    let query = PostingQuery { workplaces: vec![Workplace::Remote], location: Some("Germany".to_owned()), ..keywords("engineer") };
    assert_eq!(guest.linkedin.plan(&query).unwrap().check_locally, ["workplaces"]);
    let (cards, _) = guest.pages(&query).await;
    let (mut kept, mut removed) = (0, 0);
    for card in &cards {
        if let PostingAnswer::Found(record) = guest.fetch(&card.posting_id).await.unwrap() {
            match query.failed_filter(&record, jiff::Timestamp::UNIX_EPOCH) {
                None => kept += 1,
                Some(filter) => {
                    assert_eq!((filter, record.workplace), ("workplaces", Some(Workplace::Hybrid)));
                    removed += 1;
                }
            }
        }
    }
    assert!(kept > 0 && removed > 0, "{kept} kept, {removed} removed");
}

#[tokio::test]
async fn a_posting_says_the_same_on_its_card_its_page_and_a_members_page() {
    let guest = Guest::visit("").await;
    let (cards, _) = guest.pages(&PostingQuery { location: Some("Israel".to_owned()), ..keywords("") }).await;
    assert!(cards.iter().any(|card| card.title.as_deref().unwrap().contains("מהנדס")), "some titles are written from right to left");
    let member = PostingLogin { secret: Some("li_at=a-session".into()), ..guest.login.clone() };
    let mut compared = 0;
    for card in cards.iter().take(40) {
        let (Ok(PostingAnswer::Found(page)), Ok(PostingAnswer::Found(members))) =
            (guest.fetch(&card.posting_id).await, guest.linkedin.fetch_posting(&member, &card.posting_id).await)
        else {
            continue;
        };
        let of =
            |record: &PostingRecord| (record.posting_id.clone(), record.title.clone(), record.company.clone(), record.location.clone());
        assert_eq!(of(card), of(&page));
        assert_eq!(of(card), of(&members));
        assert_eq!((page.shown, members.shown), (Shown::GuestPage, Shown::MemberPage));
        assert_eq!(
            (page.employment_type, page.seniority, page.easy_apply),
            (members.employment_type, members.seniority, members.easy_apply)
        );
        assert_eq!(page.functions, members.functions);
        assert!(page.employment_type.is_some() && members.posted_at.is_some() && members.company_id.is_some());
        let words =
            |record: &PostingRecord| record.description.as_ref().unwrap().text.replace("- ", "").replace("• ", "").replace('\n', "");
        assert_eq!(words(&page), words(&members));
        compared += 1;
    }
    assert!(compared > 20, "{compared}");
}

#[tokio::test]
async fn immunity_19_a_dead_id_is_gone_or_another_posting_and_never_the_wrong_one() {
    let guest = Guest::visit("another@1,posting/404@2,closed@3").await;
    let (cards, _) = guest.pages(&PostingQuery { location: Some("Netherlands".to_owned()), ..keywords("engineer") }).await;
    let id = &cards[0].posting_id;
    match guest.fetch(id).await.unwrap() {
        PostingAnswer::Another { posting_id } => assert_ne!(&posting_id, id),
        other => panic!("{other:?}"),
    }
    assert_eq!(guest.fetch(id).await.unwrap(), PostingAnswer::Gone);
    match guest.fetch(id).await.unwrap() {
        PostingAnswer::Found(record) => assert_eq!((&record.posting_id, record.closed), (id, Some(true))),
        other => panic!("{other:?}"),
    }
    assert_eq!(guest.fetch("3899999999").await.unwrap(), PostingAnswer::Gone);
}

#[tokio::test]
async fn a_postings_page_knows_the_same_blocks_as_the_search() {
    let guest = Guest::visit("posting/authwall@1,posting/999@2,posting/drift@3,posting/cut@4").await;
    let id = "3900000037";
    assert!(matches!(guest.fetch(id).await, Err(ProviderError::Blocked { .. })));
    assert!(matches!(guest.fetch(id).await, Err(ProviderError::Blocked { .. })));
    assert!(matches!(guest.fetch(id).await, Ok(PostingAnswer::Unreadable { .. })));
    assert!(matches!(guest.fetch(id).await, Err(ProviderError::Unreachable { .. })));
    assert!(guest.fetch(id).await.is_ok());
    let expired = PostingLogin { secret: Some("expired".into()), ..guest.login.clone() };
    match guest.linkedin.fetch_posting(&expired, id).await {
        Err(ProviderError::AccountTrouble { detail, .. }) => assert!(!detail.contains("expired"), "{detail}"),
        other => panic!("{other:?}"),
    }
}

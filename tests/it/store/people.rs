//! Who is the same person.

use sluice::domain::{PersonId, WorkspaceId};
use sluice::store::database::sql;
use sluice::store::{Database, people};
use sluice_providers::{Api, PersonRecord};

use crate::support::each_database;
use crate::support::fixtures::{begin, commit, home, read};
use crate::support::toy::person;

/// A record under one api's id, with or without a member id and a public identifier.
fn record(api: Api, id: &str, member: Option<&str>, public: Option<&str>) -> PersonRecord {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    PersonRecord { api, provider_id: id.to_owned(), member_urn: owned(member), public_identifier: owned(public), ..person(0) }
}

async fn resolve(database: &Database, workspace: WorkspaceId, records: &[PersonRecord]) -> Vec<PersonId> {
    let mut tx = begin(database).await;
    let ids = people::resolve(&mut tx, workspace, records).await.expect("resolved");
    commit(tx).await;
    ids
}

async fn one(database: &Database, workspace: WorkspaceId, record: PersonRecord) -> PersonId {
    resolve(database, workspace, &[record]).await[0]
}

async fn member_of(database: &Database, person: PersonId) -> Option<String> {
    let row = sql("SELECT member_urn FROM people WHERE id = $1").bind(person).fetch_one(&mut read(database).await).await.expect("a person");
    row.get("member_urn").expect("text or nothing")
}

use Api::{Classic, Recruiter, SalesNavigator};

each_database! {
    async fn immunity_20_one_person_under_three_ids_is_one(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        let classic = one(&database, workspace, record(Classic, "ACoAA1", Some("77"), Some("ada"))).await;
        assert_eq!(one(&database, workspace, record(SalesNavigator, "ACwAA1", Some("77"), None)).await, classic, "by the member id");
        assert_eq!(one(&database, workspace, record(Recruiter, "AEMAA1", None, Some("ADA"))).await, classic, "by the public identifier");
        assert_eq!(one(&database, workspace, record(Recruiter, "AEMAA1", None, None)).await, classic, "by an id noted on the way");
        assert_ne!(one(&database, workspace, record(Classic, "AEMAA1", None, None)).await, classic, "an api's id says nothing in another");
    }

    async fn immunity_20_one_person_under_three_ids_on_one_page_is_one(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        let page = [
            record(Classic, "ACoAA1", Some("77"), Some("ada")),
            record(SalesNavigator, "ACwAA1", None, Some("ada")),
            record(Recruiter, "AEMAA1", Some("77"), None),
            record(Classic, "ACoAA2", Some("78"), None),
        ];
        let ids = resolve(&database, workspace, &page).await;
        assert_eq!((ids[1], ids[2]), (ids[0], ids[0]));
        assert_ne!(ids[3], ids[0]);
        assert_eq!(resolve(&database, workspace, &page).await, ids, "the same page gives the same people");
    }

    async fn immunity_14_people_with_different_member_ids_stay_two(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        let first = one(&database, workspace, record(Classic, "ACoAA1", Some("1"), Some("chris"))).await;
        let second = one(&database, workspace, record(Classic, "ACoAA2", Some("2"), Some("chris"))).await;
        assert_ne!(first, second, "the public identifier has changed hands");
        assert_eq!(one(&database, workspace, record(Recruiter, "AEMAA9", None, Some("chris"))).await, second, "and follows the newer record");
        assert_eq!(one(&database, workspace, record(Classic, "ACoAA1", Some("1"), None)).await, first);
        assert_eq!((member_of(&database, first).await, member_of(&database, second).await), (Some("1".to_owned()), Some("2".to_owned())));
    }

    async fn immunity_14_different_member_ids_on_one_page_stay_two_whatever_lies_between(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        let page = [
            record(Classic, "ACoAA1", Some("1"), Some("chris")),
            record(Recruiter, "AEMAA1", None, Some("chris")),
            record(Classic, "ACoAA2", Some("2"), Some("chris")),
        ];
        let ids = resolve(&database, workspace, &page).await;
        assert_eq!(ids[0], ids[1]);
        assert_ne!(ids[0], ids[2]);
        assert_eq!(member_of(&database, ids[2]).await.as_deref(), Some("2"));
    }

    async fn a_member_id_that_is_learnt_later_holds_for_all_ids_of_the_person(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        let first = one(&database, workspace, record(Recruiter, "AEMAA1", None, Some("kim"))).await;
        let page = [record(Recruiter, "AEMAA1", Some("5"), None), record(Classic, "ACoAA1", Some("6"), Some("kim"))];
        let ids = resolve(&database, workspace, &page).await;
        assert_eq!(ids[0], first);
        assert_ne!(ids[1], first, "the first record of the page has told that this one is somebody else");
        assert_eq!(member_of(&database, first).await.as_deref(), Some("5"));
    }

    async fn two_people_who_turn_out_to_be_one_are_joined(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        let recruiter = one(&database, workspace, record(Recruiter, "AEMAA1", None, None)).await;
        let classic = one(&database, workspace, record(Classic, "ACoAA1", Some("9"), None)).await;
        assert_ne!(recruiter, classic);
        assert_eq!(one(&database, workspace, record(Recruiter, "AEMAA1", Some("9"), Some("lee"))).await, classic);
        for again in [record(Recruiter, "AEMAA1", None, None), record(SalesNavigator, "ACwAA1", None, Some("lee"))] {
            assert_eq!(one(&database, workspace, again).await, classic);
        }
    }

    async fn people_who_are_joined_in_a_chain_on_one_page_are_one_at_its_end(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        let page = [
            record(Recruiter, "AEMAA1", None, None),
            record(SalesNavigator, "ACwAA1", None, Some("sam")),
            record(Classic, "ACoAA1", Some("3"), None),
            record(Recruiter, "AEMAA1", None, Some("sam")),
            record(SalesNavigator, "ACwAA1", Some("3"), None),
        ];
        let ids = resolve(&database, workspace, &page).await;
        assert_eq!(ids, vec![ids[2]; 5]);
        assert_eq!(resolve(&database, workspace, &page).await, ids);
    }

    async fn a_record_never_joins_two_member_ids(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        let first = one(&database, workspace, record(Classic, "ACoAA1", Some("1"), Some("pat"))).await;
        let second = one(&database, workspace, record(Recruiter, "AEMAA2", Some("2"), None)).await;
        let third = one(&database, workspace, record(Recruiter, "AEMAA2", None, Some("pat"))).await;
        assert_eq!(third, first, "the stronger id decides");
        assert_eq!(one(&database, workspace, record(Classic, "ACoAA7", Some("2"), None)).await, second, "and the other person stays");
        assert_eq!((member_of(&database, first).await, member_of(&database, second).await), (Some("1".to_owned()), Some("2".to_owned())));
    }

    async fn workspaces_share_no_people(test: TestDatabase) {
        let database = test.database();
        let (mine, theirs) = (home(&database).await.workspace, home(&database).await.workspace);
        let same = record(Classic, "ACoAA1", Some("1"), Some("chris"));
        assert_ne!(one(&database, mine, same.clone()).await, one(&database, theirs, same).await);
    }

    async fn workers_that_meet_a_person_at_once_agree_who_it_is(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        for round in 0..5 {
            // With a member id, and with a public identifier alone.
            let member = (round % 2 == 0).then(|| round.to_string());
            let page: Vec<PersonRecord> = (0..8)
                .map(|n| {
                    let member = member.as_ref().map(|round| format!("{round}{n}"));
                    record(Classic, &format!("ACoAA{round}-{n}"), member.as_deref(), Some(&format!("person-{round}-{n}")))
                })
                .collect();
            let mut workers = tokio::task::JoinSet::new();
            for _ in 0..4 {
                let (database, page) = (database.clone(), page.clone());
                workers.spawn(async move { resolve(&database, workspace, &page).await });
            }
            let agreed = workers.join_all().await;
            let later = resolve(&database, workspace, &page).await;
            for ids in agreed {
                assert_eq!(ids, later, "round {round}");
            }
        }
    }
}

//! One posting is one row, a poorer answer changes nothing, and companies and reposts are recognised.

use sluice::domain::JobId;
use sluice::domain::posting::PostingSource;
use sluice::store::postings::save::{Imported, Importing};
use sluice_providers::PostingRecord;
use sluice_providers::posting::{EmploymentType, PayPeriod, Salary, Shown};

use super::stage::{PostingStage, card, page_of};
use crate::support::each_database;

const WORK: &str = "You will design and run the services that move money between our branches every night. Our team of nine writes Rust and \
                    reviews every change in pairs before it is released. We measure what we build and would rather remove a feature than explain \
                    it twice. Experience with Postgres at some size is welcome and curiosity is required. You will take part in a rota of eight \
                    people for calls outside working hours. Thirty days of leave and a budget for conferences come with the position.";

impl PostingStage {
    /// Stores the records as one import does.
    async fn store(&self, saves: bool, records: &[PostingRecord]) -> Vec<Imported> {
        let mut tx = self.inner.database.begin().await.unwrap();
        let importing = Importing::begin(&mut tx, self.inner.workspace, JobId::new(), PostingSource::Linkedin, saves).await.unwrap();
        let mut stored = Vec::new();
        for record in records {
            stored.push(importing.save(&mut tx, record).await.unwrap());
        }
        tx.commit().await.unwrap();
        stored
    }

    async fn history(&self) -> Vec<String> {
        let mut conn = self.inner.database.read().await.unwrap();
        let rows =
            sluice::store::database::sql("SELECT kind, message FROM posting_history ORDER BY id").fetch_all(&mut conn).await.unwrap();
        rows.iter().map(|row| format!("{}: {}", row.get::<String>("kind").unwrap(), row.get::<String>("message").unwrap())).collect()
    }
}

each_database! {
    async fn immunity_18_a_card_or_a_throttled_page_overwrites_nothing_of_a_whole_posting(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let whole = PostingRecord {
            employment_type: Some(EmploymentType::FullTime),
            salary: Some(Salary { min_hundredths: Some(6_500_000), max_hundredths: Some(7_000_000), currency: Some("EUR".into()), period: Some(PayPeriod::Year) }),
            salary_text: Some("€65,000 - €70,000/yr".into()),
            raw: serde_json::json!({"criteria": {"Employment type": "Full-time"}}),
            ..page_of("3900000000", "Rust Engineer", WORK)
        };
        let throttled = PostingRecord { shown: Shown::GuestPage, company: Some("…".into()), ..card("3900000000", "…") };
        stage.store(true, &[whole, card("3900000000", "Engineer"), throttled]).await;
        let mut kept = Vec::new();
        for column in ["title", "company_name", "employment_type", "employment_type_text", "salary_min", "salary_currency", "description_text"] {
            kept.push(stage.of_posting("3900000000", column).await.expect(column));
        }
        assert_eq!(kept, ["Rust Engineer", "Alderbank", "full_time", "Full-time", "6500000", "EUR", WORK]);
        assert_eq!(stage.history().await, ["imported: Imported."]);
    }

    async fn what_changes_is_told_in_the_history_and_notes_stay(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let closed = PostingRecord { closed: Some(true), ..page_of("3900000000", "Lead Rust Engineer", WORK) };
        let open = PostingRecord { closed: Some(false), ..closed.clone() };
        stage.store(false, &[card("3900000000", "Rust Engineer"), page_of("3900000000", "Rust Engineer", WORK)]).await;
        stage.store(true, &[closed.clone(), closed, open]).await;
        assert_eq!(
            stage.history().await,
            [
                "found: Found by a search.",
                "updated: Description changed.",
                "updated: Title changed.",
                "closed: It takes no more applications.",
                "status: Saved by an import.",
                "reopened: It takes applications again.",
            ]
        );
        assert_eq!(stage.of_posting("3900000000", "status").await.as_deref(), Some("saved"));
        assert_eq!(stage.of_posting("3900000000", "closed_at").await, None);
    }

    async fn a_repost_is_linked_to_the_oldest_whatever_came_first_and_both_stay(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let record = |id: &str| page_of(id, "Rust Engineer", WORK);
        let elsewhere = PostingRecord { location: Some("Antwerp, Belgium".into()), ..record("3900000004") };
        let other = page_of("3900000005", "Rust Engineer", &WORK.chars().rev().collect::<String>());
        stage.store(true, &[record("3900000003"), elsewhere, other, record("3900000002"), card("3900000006", "Rust Engineer")]).await;
        let root = stage.of_posting("3900000002", "id").await;
        assert_eq!(stage.of_posting("3900000003", "repost_of").await, root);
        stage.store(true, &[record("999999"), record("3900000003")]).await;
        let root = stage.of_posting("999999", "id").await;
        for (id, expected) in [("3900000002", root.clone()), ("3900000003", root), ("999999", None), ("3900000004", None), ("3900000005", None), ("3900000006", None)] {
            assert_eq!(stage.of_posting(id, "repost_of").await, expected, "{id}");
        }
        assert_eq!(stage.posting_ids().await.len(), 6);
        // A root whose text becomes another leaves the chain, and the others keep together.
        stage.store(true, &[page_of("999999", "Gardener", "Plants and water, every day of the year, in all weathers, with four colleagues who know every tree of the park by its name and age.")]).await;
        let root = stage.of_posting("3900000002", "id").await;
        assert_eq!((stage.of_posting("999999", "repost_of").await, stage.of_posting("3900000003", "repost_of").await), (None, root));
    }

    async fn a_company_is_known_by_its_number_else_by_its_name_without_the_legal_form(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let of = |id: &str, company: &str, number: Option<&str>| PostingRecord {
            company: Some(company.to_owned()),
            company_id: number.map(str::to_owned),
            ..card(id, "Clerk")
        };
        stage.store(false, &[
            of("3900000001", "Alderbank Inc.", None),
            of("3900000002", "ALDERBANK", Some("7")),
            of("3900000003", "Alderbank Systems (formerly Alderbank)", Some("7")),
            of("3900000004", "The Alderbank Co", None),
            of("3900000005", "Alderbank", Some("8")),
            of("3900000006", "Elmstone", None),
        ]).await;
        let mut companies = Vec::new();
        for n in 1..=6 {
            companies.push(stage.of_posting(&format!("390000000{n}"), "company_id").await.expect("a company"));
        }
        assert!(companies[..4].iter().all(|id| *id == companies[0]), "{companies:?}");
        assert!(companies[4] != companies[0] && companies[5] != companies[0] && companies[4] != companies[5], "{companies:?}");
        assert_eq!(stage.count("SELECT count(*) AS found FROM companies").await, 3);
        assert_eq!(stage.count("SELECT count(*) AS found FROM companies WHERE name = 'Alderbank Inc.' AND linkedin_id = '7'").await, 1);
    }

    async fn a_posting_stays_with_its_company_when_a_page_names_it_without_its_number(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let of = |id: &str, number: Option<&str>| PostingRecord {
            company: Some("Apex".to_owned()),
            company_id: number.map(str::to_owned),
            ..page_of(id, "Clerk", "Files what comes.")
        };
        stage.store(false, &[of("3900000001", Some("111")), of("3900000002", Some("222"))]).await;
        let company = stage.of_posting("3900000002", "company_id").await;
        stage.store(false, &[of("3900000002", None)]).await;
        assert_eq!(stage.of_posting("3900000002", "company_id").await, company);
        stage.store(false, &[of("3900000002", Some("111"))]).await;
        assert_eq!(stage.of_posting("3900000002", "company_id").await, stage.of_posting("3900000001", "company_id").await);
    }

    async fn two_imports_at_once_make_one_posting_and_one_company(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        // More than once: the first import of a workspace gives it a number, for which the other waits anyhow.
        for round in 0..4_u64 {
            let of_company = |record: PostingRecord| PostingRecord { company: Some(format!("Weavers {round}")), ..record };
            let record = |n: u64| of_company(page_of(&(3_900_000_000 + 100 * round + n).to_string(), "Rust Engineer", WORK));
            let records: Vec<PostingRecord> = (0..20).map(record).collect();
            let mut turned = records.clone();
            turned.reverse();
            let (one, other) = tokio::join!(stage.store(true, &records), stage.store(true, &turned));
            assert_eq!(one.iter().chain(&other).filter(|imported| imported.is_new).count(), 20);
        }
        assert_eq!((stage.posting_ids().await.len(), stage.count("SELECT count(*) AS found FROM companies").await), (80, 4));
        assert_eq!(stage.count("SELECT count(*) AS found FROM postings WHERE repost_of IS NOT NULL").await, 76);
    }
}

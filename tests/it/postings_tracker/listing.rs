//! Every list, against the same done by hand.

use std::collections::HashSet;

use jiff::Timestamp;
use sluice::domain::posting::terms::{Field, Searchable, question, terms};
use sluice::domain::review::sort_key;
use sluice::domain::tracker::{ApplicationStatus, PostingChange, PostingFilter};
use sluice::domain::{JobId, Micros, PostingId, WorkspaceId};
use sluice::store::postings::{self, Asked, At, Bounds, Posting, PostingSort, SortKey, reminders};
use sluice::store::{Conn, Database};
use sluice_providers::posting::{EmploymentType, PayPeriod, PostingSeniority, Workplace};

use crate::support::each_database;
use crate::support::fixtures::{Home, begin, commit, home, read};
use crate::support::postings::{offer, store, store_some};

/// Postings that people have worked with, and the job that found every fourth.
struct Stage {
    home: Home,
    job: JobId,
    of_job: HashSet<PostingId>,
}

const MANY: usize = 180;

async fn stage(database: &Database) -> Stage {
    let home = home(database).await;
    // Another workspace with the same postings, of which nothing may be seen.
    store_some(database, crate::support::fixtures::home(database).await.workspace, 40).await;
    let ids = store_some(database, home.workspace, MANY).await;
    let job = home.count_pages(database, 1).await.id;
    let of_job: HashSet<PostingId> = ids.iter().copied().step_by(4).collect();
    let mut tx = begin(database).await;
    for (position, id) in of_job.iter().enumerate() {
        use sluice::store::database::sql;
        // One that came twice is one posting all the same.
        for (n, outcome) in ["new", "duplicate"].into_iter().enumerate().take(1 + position % 2) {
            sql("INSERT INTO posting_items (job_id, position, input, posting_number, outcome, wants_details, at) \
                 SELECT $1, $2, 'x', number, $3, FALSE, {now} FROM postings WHERE id = $4")
            .bind(job)
            .bind((2 * position + n) as i64)
            .bind(outcome)
            .bind(*id)
            .execute(&mut tx)
            .await
            .expect("an item");
        }
    }
    commit(tx).await;
    let change = async |every: usize, from: usize, change: PostingChange| {
        let some: Vec<PostingId> = ids.iter().copied().skip(from).step_by(every).collect();
        let mut tx = begin(database).await;
        postings::change(&mut tx, home.scope(), &some, &change, home.user).await.expect("a change").expect("all are there");
        commit(tx).await;
    };
    for (n, status) in ApplicationStatus::ALL.iter().enumerate() {
        change(9 + n, n, PostingChange { status: Some(Some(*status)), ..PostingChange::default() }).await;
    }
    for stars in 1..=5 {
        change(11, stars, PostingChange { stars: Some(Some(stars as i64)), ..PostingChange::default() }).await;
    }
    change(6, 1, PostingChange { seen: Some(true), ..PostingChange::default() }).await;
    change(13, 5, PostingChange { hidden: Some(true), ..PostingChange::default() }).await;
    change(17, 2, PostingChange { notes: Some(Some("Ask Ünal about the kubernetes budget".into())), ..PostingChange::default() }).await;
    for (n, id) in ids.iter().enumerate().step_by(19) {
        let mut tx = begin(database).await;
        let due_at = Micros(1_700_000_000_000_000 + n as i64);
        reminders::add(&mut tx, home.scope(), *id, due_at, None, home.user).await.expect("a reminder").expect("a posting");
        commit(tx).await;
    }
    Stage { home, job, of_job }
}

async fn everything(conn: &mut Conn, workspace: WorkspaceId) -> Vec<Posting> {
    let mut all = Vec::new();
    for hidden in [false, true] {
        let filter = PostingFilter { hidden, ..PostingFilter::default() };
        let asked = Asked {
            workspace,
            filter: &filter,
            sort: PostingSort::Created,
            descending: false,
            at: &At::Offset(0),
            limit: 1_000,
            with_texts: true,
        };
        all.extend(postings::page(conn, &asked).await.expect("a page").postings);
    }
    all
}

fn matches(stage: &Stage, posting: &Posting, filter: &PostingFilter) -> bool {
    let searchable = Searchable {
        title: posting.title.clone(),
        company: posting.company_name.clone(),
        location: posting.location.clone(),
        notes: posting.notes.clone(),
        description: posting.texts.plain.clone(),
    };
    let has: Vec<String> = terms(&searchable).into_iter().map(|term| format!("7{term}")).collect();
    let found = |field, words: &str| {
        let is_there = |asked: &(String, bool)| has.iter().any(|term| if asked.1 { term.starts_with(&asked.0) } else { *term == asked.0 });
        question(7, field, words).iter().all(|one_of| one_of.iter().any(is_there))
    };
    posting.hidden == filter.hidden
        && filter.job_id.is_none_or(|job| job == stage.job && stage.of_job.contains(&posting.id))
        && filter.linkedin_id.as_ref().is_none_or(|number| posting.linkedin_id == *number)
        && (filter.statuses.is_empty() || filter.statuses.contains(&posting.status))
        && found(Field::Anywhere, &filter.words)
        && found(Field::Location, &filter.location)
        && filter.company_id.is_none_or(|company| posting.company_id == Some(company))
        && filter.workplace.is_none_or(|workplace| posting.workplace == Some(workplace))
        && filter.employment_type.is_none_or(|kind| posting.employment_type == Some(kind))
        && filter.seniority.is_none_or(|seniority| posting.seniority == Some(seniority))
        && filter.easy_apply.is_none_or(|easy| posting.easy_apply.unwrap_or(false) == easy)
        && filter.stars.is_none_or(|stars| posting.stars.is_some_and(|has| has >= stars))
        && filter.closed.is_none_or(|closed| posting.closed_at.is_some() == closed)
        && filter.new.is_none_or(|new| posting.seen_at.is_none() == new)
        && filter.reminder_before.is_none_or(|until| posting.next_reminder_at.is_some_and(|at| at <= until))
        && filter.posted_after.is_none_or(|since| posting.posted_at.is_some_and(|at| at >= since))
}

fn key(posting: &Posting, sort: PostingSort) -> Option<SortKey> {
    let text = |field: &Option<String>| sort_key(field).map(SortKey::Text);
    let number = |at: Option<Micros>| at.map(|at| SortKey::Number(at.0));
    match sort {
        PostingSort::Created => None,
        PostingSort::Posted => number(posting.posted_at),
        PostingSort::Updated => number(Some(posting.updated_at)),
        PostingSort::Title => text(&posting.title),
        PostingSort::Company => text(&posting.company_name),
        PostingSort::Location => text(&posting.location),
        PostingSort::Status => posting.status.map(|status| SortKey::Number(1 + status as i64)),
        PostingSort::Stars => posting.stars.map(SortKey::Number),
        PostingSort::Salary => posting.pay.max.or(posting.pay.min).map(|pay| {
            SortKey::Number(match posting.pay.period {
                Some(PayPeriod::Hour) => pay * 2_080,
                Some(PayPeriod::Day) => pay * 260,
                Some(PayPeriod::Week) => pay * 52,
                Some(PayPeriod::Month) => pay * 12,
                Some(PayPeriod::Year) | None => pay,
            })
        }),
    }
}

/// What the list must be, by hand.
fn by_hand(stage: &Stage, all: &[Posting], filter: &PostingFilter, sort: PostingSort, descending: bool) -> Vec<i64> {
    let mut found: Vec<(Option<SortKey>, i64)> =
        all.iter().filter(|posting| matches(stage, posting, filter)).map(|posting| (key(posting, sort), posting.number)).collect();
    found.sort_by(|a, b| {
        let (one, other) = if descending { (b, a) } else { (a, b) };
        a.0.is_none().cmp(&b.0.is_none()).then(one.cmp(other))
    });
    found.into_iter().map(|(_, number)| number).collect()
}

fn filters(stage: &Stage, all: &[Posting]) -> Vec<PostingFilter> {
    use ApplicationStatus::{Applied, Offer, Saved};
    let none = PostingFilter::default;
    let words = |words: &str| PostingFilter { words: words.into(), ..none() };
    let company_id = all.iter().find_map(|posting| posting.company_id);
    let at = |text: &str| Some(Micros(text.parse::<Timestamp>().expect("a time").as_microsecond()));
    vec![
        none(),
        PostingFilter { hidden: true, ..none() },
        PostingFilter { job_id: Some(stage.job), ..none() },
        PostingFilter { job_id: Some(stage.job), words: "rust".into(), ..none() },
        PostingFilter { job_id: Some(JobId::new()), ..none() },
        PostingFilter { linkedin_id: Some(all[3].linkedin_id.clone()), ..none() },
        PostingFilter { linkedin_id: Some(all[3].linkedin_id.clone()), words: "nobody".into(), ..none() },
        PostingFilter { statuses: vec![Some(Saved)], ..none() },
        PostingFilter { statuses: vec![Some(Applied), Some(Offer)], ..none() },
        PostingFilter { statuses: vec![None], ..none() },
        PostingFilter { statuses: vec![Some(Saved), None], words: "engineer".into(), ..none() },
        PostingFilter { statuses: ApplicationStatus::ALL.iter().copied().map(Some).collect(), ..none() },
        words("rust"),
        words("RUST engi"),
        words("aquator"),
        words("kubernetes budget"),
        words("ru"),
        words("nobody"),
        words(" – "),
        PostingFilter { hidden: true, ..words("rust") },
        PostingFilter { location: "são".into(), ..none() },
        PostingFilter { location: "berlin".into(), ..words("bicycle") },
        PostingFilter { company_id, ..none() },
        PostingFilter { company_id, stars: Some(2), ..words("e") },
        PostingFilter { workplace: Some(Workplace::Remote), ..none() },
        PostingFilter { workplace: Some(Workplace::Hybrid), employment_type: Some(EmploymentType::FullTime), ..words("tools") },
        PostingFilter { seniority: Some(PostingSeniority::MidSenior), easy_apply: Some(true), ..none() },
        PostingFilter { easy_apply: Some(false), closed: Some(false), ..none() },
        PostingFilter { stars: Some(4), ..none() },
        PostingFilter { closed: Some(true), ..none() },
        PostingFilter { new: Some(true), ..words("engineer") },
        PostingFilter { new: Some(false), ..none() },
        PostingFilter { reminder_before: Some(Micros(1_700_000_000_000_100)), ..none() },
        PostingFilter { posted_after: at("2026-02-10T00:00:00Z"), ..none() },
    ]
}

/// Everything at once, and so little that every way of reading is gone.
const EACH_WAY: [Bounds; 5] = [
    Bounds::USUAL,
    Bounds { counted: 60, collected: 20, looked_at: 90, followed: 20 },
    Bounds { counted: 10, collected: 0, looked_at: 1_000, followed: 0 },
    Bounds { counted: 1_000, collected: 5, looked_at: 1, followed: 1_000 },
    Bounds::DEEP,
];

each_database! {
    async fn immunity_10_every_list_of_postings_is_filtered_sorted_and_paged_as_by_hand(test: TestDatabase) {
        let database = test.database();
        let stage = stage(&database).await;
        let mut conn = read(&database).await;
        let all = everything(&mut conn, stage.home.workspace).await;
        assert_eq!(all.len(), MANY);
        let workspace = stage.home.workspace;
        for filter in filters(&stage, &all) {
            for (sort, descending) in PostingSort::ALL.iter().flat_map(|sort| [(*sort, false), (*sort, true)]) {
                let expected = by_hand(&stage, &all, &filter, sort, descending);
                // Orders of one kind go the same ways: some go all of them, the others one each.
                let goes_all = matches!(sort, PostingSort::Created | PostingSort::Title | PostingSort::Stars);
                let own = (sort as usize + usize::from(descending)) % EACH_WAY.len();
                for bounds in EACH_WAY.into_iter().enumerate().filter(|(n, _)| goes_all || *n == own).map(|(_, bounds)| bounds) {
                    let what = format!("{filter:?} by {sort:?}, descending {descending}, {bounds:?}");
                    let mut found = Vec::new();
                    let mut at = At::Offset(0);
                    // By cursor to the end, and the total is that of the whole list all the way.
                    loop {
                        let asked = Asked { workspace, filter: &filter, sort, descending, at: &at, limit: 53, with_texts: false };
                        let page = postings::page_within(&mut conn, &asked, bounds).await.unwrap_or_else(|error| panic!("{what}: {error}"));
                        let total = page.total as usize;
                        assert!(total == expected.len() || (total > bounds.counted as usize && total < expected.len()), "{what}: {total}");
                        found.extend(page.postings.iter().map(|posting| posting.number));
                        let Some(next) = page.next else { break };
                        at = At::After(next);
                    }
                    assert_eq!(found, expected, "{what}");
                    let at = At::Offset(20);
                    let asked = Asked { workspace, filter: &filter, sort, descending, at: &at, limit: 10, with_texts: false };
                    let page = postings::page_within(&mut conn, &asked, bounds).await.expect("a page");
                    let numbers: Vec<i64> = page.postings.iter().map(|posting| posting.number).collect();
                    assert_eq!(numbers, expected.iter().skip(20).take(10).copied().collect::<Vec<_>>(), "{what}");
                }
            }
        }
    }

    async fn a_total_of_postings_is_that_of_the_list_also_on_a_page_behind_its_end(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        store_some(&database, home.workspace, 12).await;
        let mut conn = read(&database).await;
        let filter = PostingFilter::default();
        for (at, bounds) in [(At::Offset(50), Bounds::USUAL), (At::Offset(50), Bounds { counted: 5, collected: 2, ..Bounds::USUAL })] {
            let asked = Asked {
                workspace: home.workspace,
                filter: &filter,
                sort: PostingSort::Title,
                descending: false,
                at: &at,
                limit: 10,
                with_texts: false,
            };
            let page = postings::page_within(&mut conn, &asked, bounds).await.expect("a page");
            let total = if bounds == Bounds::USUAL { 12 } else { 6 };
            assert_eq!((page.postings.len(), page.total, page.next), (0, total, None));
        }
    }

    async fn immunity_11_counts_of_postings_are_those_of_their_lists(test: TestDatabase) {
        let database = test.database();
        let stage = stage(&database).await;
        let mut conn = read(&database).await;
        let workspace = stage.home.workspace;
        let counts = postings::counts(&mut conn, workspace).await.expect("the counts");
        let list = async |conn: &mut Conn, filter: PostingFilter| postings::count(conn, workspace, &filter).await.expect("a count");
        for status in ApplicationStatus::ALL {
            let filter = PostingFilter { statuses: vec![Some(*status)], ..PostingFilter::default() };
            assert_eq!(counts.with(*status), list(&mut conn, filter).await, "{status:?}");
        }
        let none = PostingFilter { statuses: vec![None], ..PostingFilter::default() };
        assert_eq!(counts.without_status, list(&mut conn, none).await);
        assert_eq!(counts.hidden, list(&mut conn, PostingFilter { hidden: true, ..PostingFilter::default() }).await);
        assert_eq!(counts.new, list(&mut conn, PostingFilter { new: Some(true), ..PostingFilter::default() }).await);
        let due = PostingFilter { reminder_before: Some(Micros(database.now_us().await.expect("now"))), ..PostingFilter::default() };
        assert_eq!((counts.reminders_due, counts.postings_due), (list(&mut conn, due.clone()).await, list(&mut conn, due).await), "one reminder each");
        assert!(counts.hidden > 5 && counts.new > 100 && counts.reminders_due > 8, "{counts:?}");
        // A workspace without postings has none of anything.
        let empty = home(&database).await;
        assert_eq!(postings::counts(&mut conn, empty.workspace).await.expect("the counts"), postings::PostingCounts::default());
    }

    async fn companies_are_listed_by_name_with_the_postings_that_are_shown(test: TestDatabase) {
        let database = test.database();
        let stage = stage(&database).await;
        let mut conn = read(&database).await;
        let all = everything(&mut conn, stage.home.workspace).await;
        let mut found = Vec::new();
        let mut at = postings::listed_companies::At::Offset(0);
        loop {
            let (page, total) = postings::listed_companies::list(&mut conn, stage.home.workspace, &at, 2, 10_000).await.expect("a list");
            assert_eq!(total, 5);
            let Some(last) = page.last() else { break };
            at = postings::listed_companies::At::After(last.place());
            found.extend(page);
        }
        let names: Vec<&str> = found.iter().map(|company| company.name.as_str()).collect();
        assert_eq!(names, ["Amber Mills", "Copper & Söhne", "Harbour Works", "nordlicht media", "Nordlicht Tools GmbH"]);
        for company in &found {
            let shown = all.iter().filter(|posting| posting.company_id == Some(company.id) && !posting.hidden).count();
            assert_eq!(company.postings, shown as i64, "{}", company.name);
        }
        let (page, total) = postings::listed_companies::list(&mut conn, stage.home.workspace, &postings::listed_companies::At::Offset(9), 2, 3).await.expect("a list");
        assert_eq!((page, total), (Vec::new(), 4));
    }

    async fn a_posting_is_found_with_its_words_and_its_chain_of_reposts(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let long = "We look after boats, oars and ropes along the whole coast, and we want somebody who likes the smell of tar.";
        let again = |number: usize| {
            let mut record = offer(number);
            record.title = Some("Boat keeper".into());
            record.company = Some("Amber Mills".into());
            record.company_id = None;
            record.location = Some("Ghent, Belgium".into());
            record.description = sluice_providers::posting::Description::from_text(long);
            record
        };
        let ids = store(&database, home.workspace, JobId::new(), &[again(2), again(1), again(3), offer(4)]).await;
        let mut conn = read(&database).await;
        let posting = async |conn: &mut Conn, n: usize| postings::find(conn, home.scope(), ids[n]).await.expect("it is read").expect("it is there");
        let (first, other) = (posting(&mut conn, 0).await, posting(&mut conn, 3).await);
        assert_eq!(first.texts.plain.as_deref(), Some(long));
        assert!(first.texts.html.is_some() && first.texts.markdown.is_some());
        let reposts = postings::reposts(&mut conn, &first).await.expect("its reposts");
        assert_eq!(reposts.iter().map(|posting| posting.id).collect::<Vec<_>>(), [ids[2], ids[1]], "LinkedIn's numbers grow with time");
        assert_eq!(postings::reposts(&mut conn, &other).await.expect("none"), []);
    }
}

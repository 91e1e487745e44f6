//! Every list, against the same done by hand.

use sluice::domain::review::{Decision, ItemFields, ItemFilter, Mark, Term, terms};
use sluice::store::Database;
use sluice::store::reviews::decisions::{Choice, Verdict, decide};
use sluice::store::reviews::{self, Asked, At, Bounds, Item, ItemSort, Review};

use super::{add, item, review};
use crate::support::each_database;
use crate::support::fixtures::{Home, begin, commit, home, read};

/// Invented people with few words, so that every filter matches some.
fn invented(number: usize) -> ItemFields {
    const FIRST: [&str; 5] = ["Zoë", "Anna", "Bo", "Çelik", "王"];
    const TITLES: [&str; 4] = ["Account Manager", "Chief Engineer", "Engineering Manager", "CEO"];
    const COMPANIES: [&str; 3] = ["Acme GmbH", "Umbrella", "acme Ltd"];
    const PLACES: [&str; 3] = ["Berlin, Germany", "Ghent", "São Paulo"];
    let some = |of: &[&str], n: usize, missing: usize| (!n.is_multiple_of(missing)).then(|| of[n % of.len()].to_owned());
    ItemFields {
        name: some(&FIRST, number.wrapping_mul(7), 31).map(|first| format!("{first} Person {}", number % 97)),
        headline: some(&["Building things", "Open to work"], number, 3),
        title: some(&TITLES, number / 2, 11),
        company: some(&COMPANIES, number / 3, 7),
        location: some(&PLACES, number / 5, 5),
        network_distance: some(&["first", "second", "third", "out_of_network"], number, 6),
        ..ItemFields::default()
    }
}

async fn filled(database: &Database, home: Home, items: usize) -> Review {
    let review = review(database, home).await;
    let items: Vec<_> = (0..items).map(|n| reviews::NewItem { fields: invented(n), ..item(n, None) }).collect();
    add(database, home, review.id, &items).await.review
}

async fn decide_all(database: &Database, home: Home, review: &Review, filter: &ItemFilter, decision: Decision) -> Review {
    let mut tx = begin(database).await;
    let expected = reviews::count(&mut tx, review, filter).await.expect("a count");
    let choice = Choice::Matching { filter, expected };
    let done = decide(&mut tx, home.scope(), review.id, home.user, choice, Verdict { decision, reason: None }).await;
    commit(tx).await;
    done.expect("an answer").expect("it is decided").review
}

/// An item with the terms that it must be found by.
struct Known {
    item: Item,
    terms: Vec<String>,
}

/// What the list must be, by hand.
fn by_hand(all: &[Known], filter: &ItemFilter, sort: ItemSort, descending: bool) -> Vec<i64> {
    let asked = filter.terms();
    let matches = |known: &&Known| {
        let has =
            |asked: &Term| known.terms.iter().any(|term| if asked.begins { term.starts_with(&asked.text) } else { *term == asked.text });
        asked.iter().all(has) && filter.decision.is_none_or(|decision| decision == known.item.decision)
    };
    let key = |known: &Known| known.item.place(sort).key;
    let mut found: Vec<(Option<String>, i64)> = all.iter().filter(matches).map(|known| (key(known), known.item.number)).collect();
    found.sort_by(|a, b| {
        let (one, other) = if descending { (b, a) } else { (a, b) };
        a.0.is_none().cmp(&b.0.is_none()).then(one.cmp(other))
    });
    found.into_iter().map(|(_, number)| number).collect()
}

fn filters() -> Vec<ItemFilter> {
    let words = |words: &str| ItemFilter { words: words.into(), ..ItemFilter::default() };
    let pending = |filter: ItemFilter| ItemFilter { decision: Some(Decision::Pending), ..filter };
    let approved = |filter: ItemFilter| ItemFilter { decision: Some(Decision::Approved), ..filter };
    vec![
        ItemFilter::default(),
        pending(ItemFilter::default()),
        approved(ItemFilter::default()),
        words("manager"),
        words("MANA"),
        words("zoe eng"),
        words("王 ceo"),
        words("nobody"),
        words("g"),
        pending(words("acme")),
        approved(words("acme")),
        ItemFilter { company: "acme g".into(), ..ItemFilter::default() },
        ItemFilter { company: "acme gm".into(), title: "manager ".into(), ..ItemFilter::default() },
        ItemFilter { location: "sao".into(), network_distance: Some("second".into()), ..ItemFilter::default() },
        ItemFilter { mark: Some(Mark::New), title: "ceo".into(), ..ItemFilter::default() },
        ItemFilter { mark: Some(Mark::Duplicate), ..ItemFilter::default() },
    ]
}

const SORTS: [ItemSort; 5] = [ItemSort::Position, ItemSort::Name, ItemSort::Title, ItemSort::Company, ItemSort::Location];

async fn everything(database: &Database, review: &Review) -> Vec<Known> {
    let mut conn = read(database).await;
    let limit = review.counts.total;
    let (filter, sort, at) = (ItemFilter::default(), ItemSort::Position, At::Offset(0));
    let page = reviews::page(&mut conn, &Asked { review, filter: &filter, sort, descending: false, at: &at, limit }).await;
    // The industry is searched and not listed; these people have none.
    page.expect("a page").items.into_iter().map(|item| Known { terms: terms(&item.fields, Mark::New), item }).collect()
}

/// Everything at once, and so little that every way of reading is gone.
const EACH_WAY: [Bounds; 4] = [
    Bounds::USUAL,
    Bounds { counted: 60, collected: 20, looked_at: 90 },
    Bounds { counted: 10, collected: 5, looked_at: 1_000 },
    Bounds { counted: 1_000, collected: 0, looked_at: 1 },
];

each_database! {
    async fn immunity_10_every_list_is_filtered_sorted_and_paged_as_by_hand(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        // Another review with the same people, of which nothing may be seen.
        filled(&database, home, 50).await;
        let review = filled(&database, home, 230).await;
        let acme = ItemFilter { company: "acme".into(), ..ItemFilter::default() };
        let review = decide_all(&database, home, &review, &acme, Decision::Approved).await;
        let all = everything(&database, &review).await;
        assert_eq!(all.iter().map(|known| known.item.position()).collect::<Vec<_>>(), (1..=230).collect::<Vec<_>>());
        let mut conn = read(&database).await;
        for filter in filters() {
            for (sort, descending) in SORTS.into_iter().flat_map(|sort| [(sort, false), (sort, true)]) {
                let expected = by_hand(&all, &filter, sort, descending);
                for bounds in EACH_WAY {
                    let what = format!("{filter:?} by {sort:?}, descending {descending}, {bounds:?}");
                    let mut found = Vec::new();
                    let mut at = At::Offset(0);
                    // By cursor to the end, and the total is that of the whole list all the way.
                    loop {
                        let asked = Asked { review: &review, filter: &filter, sort, descending, at: &at, limit: 37 };
                        let page = reviews::page_within(&mut conn, &asked, bounds).await.expect("a page");
                        let total = page.total as usize;
                        assert!(total == expected.len() || (total > bounds.counted as usize && total < expected.len()), "{what}: {total}");
                        let Some(last) = page.items.last() else { break };
                        at = At::After(last.place(sort));
                        found.extend(page.items.iter().map(|item| item.number));
                    }
                    assert_eq!(found, expected, "{what}");
                    let asked = Asked { review: &review, filter: &filter, sort, descending, at: &At::Offset(20), limit: 10 };
                    let page = reviews::page_within(&mut conn, &asked, bounds).await.expect("a page");
                    let numbers: Vec<i64> = page.items.iter().map(|item| item.number).collect();
                    assert_eq!(numbers, expected.iter().skip(20).take(10).copied().collect::<Vec<_>>(), "{what}");
                }
            }
        }
    }

    async fn a_total_is_exact_up_to_10_000_and_then_says_that_it_is_more(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let review = filled(&database, home, 10_050).await;
        let person = ItemFilter { words: "person".into(), ..ItemFilter::default() };
        let pending = ItemFilter { decision: Some(Decision::Pending), mark: Some(Mark::New), ..ItemFilter::default() };
        let mut conn = read(&database).await;
        for (filter, expected) in [(person, 9_725), (pending, 10_001), (ItemFilter::default(), 10_050)] {
            assert_eq!(reviews::count(&mut conn, &review, &filter).await.expect("a count"), expected, "{filter:?}");
        }
    }
}

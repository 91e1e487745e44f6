//! What is asked of the tracker: every order, filter and kind of words, and the ways they go together.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sluice::http::api::postings::place_text;
use sluice::store::postings::{Place, SortKey};

use super::super::lists::Class;
use super::seed::Seeded;

const ORDERS: [&str; 9] = ["created_at", "posted_at", "updated_at", "title", "company", "location", "status", "stars", "salary"];
/// Words that nearly all, many, some, few and none have; whole and half-typed.
const WORDS: [&str; 12] = [
    "w1+",
    "engineer",
    "engin",
    "senior+engineer",
    "berlin",
    "w40+w60+",
    "w2",
    "remote+engineer",
    "brookstone",
    "w1900+w1901+",
    "xylophone",
    "quartermaster",
];
const FILTERS: [&str; 16] = [
    "status=none",
    "status=any",
    "status=saved",
    "status=offer,rejected",
    "hidden=true",
    "new=true",
    "closed=true",
    "closed=false",
    "stars=4",
    "workplace=remote",
    "employment_type=internship",
    "seniority=executive&workplace=hybrid",
    "easy_apply=true&employment_type=full_time",
    "posted_after=2026-03-20T00:00:00Z",
    "location=ghent",
    "reminder_before=2026-06-01T00:00:00Z",
];

pub fn all(seeded: &Seeded) -> Vec<Class> {
    let path = "/api/v1/job-postings?limit=50&fields=summary";
    let both = |order: &str| [order.to_owned(), format!("-{order}")];
    let orders: Vec<String> = ORDERS.iter().flat_map(|order| both(order)).collect();
    let mut lists = Vec::new();
    for order in &orders {
        lists.push(format!("{path}&sort={order}"));
        lists.push(format!("{path}&sort={order}&offset={}", (seeded.postings / 20).min(10_000)));
    }
    // In the middle of the list, however long it is.
    for (order, key) in [
        ("title", SortKey::Text("lead engineer".into())),
        ("company", SortKey::Text("ironstone 17 works".into())),
        ("salary", SortKey::Number(6_000_000)),
    ] {
        let place = Place { key: Some(key), number: 0 };
        lists.push(format!("{path}&sort={order}&cursor={}", URL_SAFE_NO_PAD.encode(format!("p{}", place_text(&place)))));
    }
    // The end of the list, where a jump leads.
    let end = seeded.postings - 50;
    let mut ends: Vec<String> = orders.iter().map(|order| format!("{path}&sort={order}&offset={end}")).collect();
    ends.extend(["closed=false", "new=true", "q=engineer"].map(|filter| format!("{path}&{filter}&sort=-posted_at&offset={end}")));
    let mut filters: Vec<&str> = FILTERS.to_vec();
    let (job, company) = (format!("job_id={}", seeded.job), format!("company_id={}", seeded.company));
    filters.extend([job.as_str(), company.as_str()]);
    let filtered = filters.iter().flat_map(|filter| orders.iter().map(move |order| format!("{path}&{filter}&sort={order}"))).collect();
    let mut searches: Vec<String> = WORDS.iter().map(|words| format!("{path}&q={words}")).collect();
    searches.extend(WORDS.iter().flat_map(|words| orders.iter().map(move |order| format!("{path}&q={words}&sort={order}"))));
    let both = filters.iter().flat_map(|filter| WORDS.iter().map(move |words| format!("{path}&{filter}&q={words}"))).collect();
    vec![
        Class { name: "a list in any order", paths: lists },
        Class { name: "the end of a list in any order, and past the end of a filtered one", paths: ends },
        Class { name: "a filtered list in any order", paths: filtered },
        Class { name: "a full-text search in any order", paths: searches },
        Class { name: "a full-text search with a filter", paths: both },
        Class {
            name: "a list with the descriptions",
            paths: vec!["/api/v1/job-postings?limit=50".into(), "/api/v1/job-postings?q=berlin&limit=100".into()],
        },
        Class {
            name: "the counts, and the list of companies",
            paths: vec!["/api/v1/job-postings/counts".into(), "/api/v1/companies?limit=50".into()],
        },
        Class {
            name: "one posting with all that belongs to it",
            paths: seeded.some.iter().map(|id| format!("/api/v1/job-postings/{id}")).collect(),
        },
    ]
}

//! The parsers over our own pages in each variant that is known of, and over whatever else bytes can be.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::posting_page::{self, Parsed};
use super::saved_page::read_saved_page;
use super::search_page;
use crate::error::ProviderError;

/// Every page of the corpus, with the posting that was asked for where there is one.
const PAGES: [(&str, &[u8], &str); 16] = [
    ("search_ordinary", include_bytes!("pages/search_ordinary.html"), ""),
    ("search_right_to_left", include_bytes!("pages/search_right_to_left.html"), ""),
    ("search_cut", include_bytes!("pages/search_cut.html"), ""),
    ("search_drift", include_bytes!("pages/search_drift.html"), ""),
    ("search_without_titles", include_bytes!("pages/search_without_titles.html"), ""),
    ("search_end", include_bytes!("pages/search_end.html"), ""),
    ("search_bad_cards", include_bytes!("pages/search_bad_cards.html"), ""),
    ("search_whole_page_saved", include_bytes!("pages/search_whole_page_saved.html"), ""),
    ("posting_guest", include_bytes!("pages/posting_guest.html"), "3912345101"),
    ("posting_closed", include_bytes!("pages/posting_closed.html"), "3912345102"),
    ("posting_without_id", include_bytes!("pages/posting_without_id.html"), "3912345103"),
    ("posting_whole_page_saved", include_bytes!("pages/posting_whole_page_saved.html"), "3912345104"),
    ("posting_json_ld_alone", include_bytes!("pages/posting_json_ld_alone.html"), "3912345105"),
    ("member_posting", include_bytes!("pages/member_posting.html"), "3912345201"),
    ("member_several_saved", include_bytes!("pages/member_several_saved.html"), "3912345212"),
    ("wall", include_bytes!("pages/wall.html"), "3912345101"),
];

/// A read page for a snapshot: what is absent is left out, so that what is there can be looked at.
fn shown(value: &impl serde::Serialize) -> Value {
    fn without_absent(value: Value) -> Value {
        match value {
            Value::Object(object) => object
                .into_iter()
                .filter(|(_, value)| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()))
                .map(|(name, value)| (name, without_absent(value)))
                .collect(),
            Value::Array(values) => values.into_iter().map(without_absent).collect(),
            value => value,
        }
    }
    without_absent(json!(value))
}

fn read_search(page: &[u8]) -> Value {
    match search_page::parse(page) {
        Ok(cards) => json!({ "records": shown(&cards.records), "rejected": shown(&cards.rejected), "total": cards.total }),
        Err(error) => json!(error.to_string()),
    }
}

fn read_posting(page: &[u8], asked: &str) -> Value {
    match posting_page::parse(page, asked) {
        Ok(Parsed::Posting(record)) => shown(&record),
        Ok(Parsed::Another(id)) => json!({ "another": id }),
        Err(error) => json!(error.to_string()),
    }
}

#[test]
fn every_page_of_the_corpus_is_read_as_it_was() {
    for (name, page, asked) in PAGES {
        let read = if asked.is_empty() { read_search(page) } else { read_posting(page, asked) };
        insta::assert_json_snapshot!(name, read);
    }
}

#[test]
fn saved_pages_are_told_apart() {
    let mut kinds = Vec::new();
    for (name, page, _) in PAGES {
        kinds.push(match read_saved_page(page) {
            Ok(saved) => {
                let ids: Vec<&str> = saved.records.iter().map(|record| record.posting_id.as_str()).collect();
                format!("{name}: {:?} {} ({} rejected)", saved.kind, ids.join(" "), saved.rejected.len())
            }
            Err(error) => format!("{name}: {error}"),
        });
    }
    insta::assert_snapshot!(kinds.join("\n"));
}

#[test]
fn a_members_saved_page_gives_the_posting_that_its_data_is_about() {
    let mentions = r#"{"$type":"com.linkedin.voyager.jobs.JobPosting","entityUrn":"urn:li:fsd_jobPosting:3912345222","title":"Mentioned"}"#;
    let subject = r#"{"$type":"com.linkedin.voyager.jobs.JobPosting","entityUrn":"urn:li:fsd_jobPosting:3912345221","title":"Subject"}"#;
    let page = format!(r#"<code id="bpr-guid-1"><!--{{"data":{subject},"included":[{mentions}]}}--></code>"#);
    let saved = read_saved_page(page.as_bytes()).unwrap();
    assert_eq!(saved.records.iter().map(|record| record.posting_id.as_str()).collect::<Vec<_>>(), ["3912345221"]);
    assert_eq!(posting_page::parse(page.as_bytes(), "3912345223").unwrap(), Parsed::Another("3912345221".to_owned()));
    assert!(
        matches!(posting_page::parse(page.as_bytes(), "3912345222"), Ok(Parsed::Posting(record)) if record.title.as_deref() == Some("Mentioned"))
    );
}

#[test]
fn a_posting_that_is_only_mentioned_claims_no_page() {
    let mentioned =
        r#"{"$type":"com.linkedin.voyager.jobs.JobPosting","entityUrn":"urn:li:fsd_jobPosting:3912345222","title":"Mentioned"}"#;
    let page = format!(r#"<code id="bpr-guid-1"><!--{{"data":{{}},"included":[{mentioned}]}}--></code>"#);
    assert!(
        matches!(posting_page::parse(page.as_bytes(), "3912345223"), Err(ProviderError::LayoutChanged { .. })),
        "the page of the posting that was asked for is not read any more, and the recommendation on it must not hide that"
    );
    assert!(matches!(posting_page::parse(page.as_bytes(), "3912345222"), Ok(Parsed::Posting(_))), "it confirms what was asked for");
}

#[test]
fn a_page_says_that_a_posting_is_open_only_when_it_goes_on_to_the_description() {
    let closed = |page: &[u8], asked: &str| match posting_page::parse(page, asked) {
        Ok(Parsed::Posting(record)) => record.closed,
        other => panic!("{other:?}"),
    };
    let page = include_bytes!("pages/posting_guest.html");
    assert_eq!(closed(page, "3912345101"), Some(false));
    let cut = String::from_utf8_lossy(page).find("show-more-less-html__button").unwrap();
    let cut = String::from_utf8_lossy(&page[..cut]).rfind("Rust").unwrap();
    assert_eq!(closed(&page[..cut], "3912345101"), None, "half a page says nothing");
    assert_eq!(closed(include_bytes!("pages/posting_closed.html"), "3912345102"), Some(true));
}

#[test]
fn a_page_of_very_many_postings_is_read_up_to_a_thousand_of_them_and_each_once() {
    let posting = |id: u64, rest: &str| {
        format!(r#"{{"$type":"com.linkedin.voyager.jobs.JobPosting","entityUrn":"urn:li:fsd_jobPosting:{id}","title":"T"{rest}}}"#)
    };
    let many: Vec<String> = (0..50_000).map(|number| posting(3_912_000_000 + number, "")).collect();
    let whole = posting(3_912_000_007, r#","description":"Words""#);
    let page = format!(r#"<code id="bpr-guid-1"><!--{{"included":[{},{whole},{whole}]}}--></code>"#, many.join(","));
    let saved = read_saved_page(page.as_bytes()).unwrap();
    assert_eq!(saved.records.len(), 1_000);
    assert!(saved.records.iter().enumerate().all(|(place, record)| record.position == place));
    assert_eq!(saved.records[7].description.as_ref().map(|words| words.text.as_str()), Some("Words"));

    let nested = (0..100).fold(String::from("{}"), |inner, number| posting(3_912_000_000 + number, &format!(r#","more":{inner}"#)));
    let page = format!(r#"<code id="bpr-guid-1"><!--{{"included":[{nested}]}}--></code>"#);
    let saved = read_saved_page(page.as_bytes()).unwrap();
    let kept: usize = saved.records.iter().map(|record| record.raw.to_string().len()).sum();
    assert!(saved.records.len() == 100 && kept < 2 * page.len(), "{} records keep {kept} bytes of {}", saved.records.len(), page.len());
}

#[test]
fn files_that_are_no_pages_are_refused_with_how_to_save_one() {
    let files: [(&[u8], &str); 7] = [
        (b"", "no LinkedIn posting"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04...", "an archive"),
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0", "a single-file web archive"),
        (b"\xff\xfe<\0h\0", "UTF-16"),
        (b"<html><body>Hello</body></html>", "no LinkedIn posting"),
        (b"\xef\xbb\xbf<html>authwall</html>", "page for signing in"),
    ];
    for (file, reason) in files {
        match read_saved_page(file) {
            Err(ProviderError::Refused { field: Some(field), detail }) if field == "file" => {
                assert!(detail.contains(reason) && detail.contains("Ctrl+S"), "{detail}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn immunity_15_one_bad_card_fails_itself_alone() {
    let cards = search_page::parse(include_bytes!("pages/search_bad_cards.html")).unwrap();
    let ids: Vec<&str> = cards.records.iter().map(|record| record.posting_id.as_str()).collect();
    let errors: Vec<(usize, &str)> = cards.rejected.iter().map(|row| (row.position, row.error.as_str())).collect();
    assert_eq!(ids, ["3912345051", "3912345053", "3912345054"]);
    assert_eq!(errors, [(1, "the card has no readable id"), (2, "the card has no title")]);
}

#[test]
fn immunity_19_a_page_about_another_posting_is_not_taken_for_the_one_asked_for() {
    for (page, shown) in [(PAGES[8].1, "3912345101"), (PAGES[11].1, "3912345104"), (PAGES[12].1, "3912345105")] {
        assert_eq!(posting_page::parse(page, "3999999999").unwrap(), Parsed::Another(shown.to_owned()));
    }
    assert!(posting_page::parse(PAGES[10].1, "3912345103").is_err(), "a page that names no posting is nobody's");
}

#[test]
fn immunity_19_another_sites_page_gives_no_posting_whatever_its_numbers_look_like() {
    let posting = |rest: &str| {
        format!(r#"{{"@context":"https://schema.org","@type":"JobPosting","title":"Baker","hiringOrganization":{{"name":"Bread"}}{rest}}}"#)
    };
    let data = |rest: &str| format!(r#"<script type="application/ld+json">{}</script>"#, posting(rest));
    let identifier = r#","identifier":{"@type":"PropertyValue","value":"3912345101"}"#;
    let canonical = |address: &str| format!(r#"<link rel="canonical" href="{address}">"#);
    let og = |address: &str| format!(r#"<meta property="og:url" content="{address}">"#);
    let saved_from = |address: &str| format!("<!-- saved from url=(0040){address} -->");
    let linkedins = "https://www.linkedin.com/jobs/view/3912345101";
    let (guest, member) = (include_str!("pages/posting_guest.html"), include_str!("pages/member_posting.html"));
    let search = include_str!("pages/search_ordinary.html");
    let top_card = r#"<h2 class="top-card-layout__title">Baker</h2><a class="topcard__org-name-link">Bread</a>"#;
    let foreign = [
        (format!("{}{}", canonical("https://jobs.example/viewjob?jk=abc"), data(identifier)), "jobs.example"),
        (format!("{}{top_card}", canonical("https://jobs.example/jobs/view/3912345101")), "jobs.example"),
        (format!("{}{top_card}", og("https://jobs.example/jobs/view/3912345101")), "jobs.example"),
        (format!("{}{top_card}", saved_from("https://jobs.example/jobs/view/3912345101")), "jobs.example"),
        (format!("{}{top_card}", canonical("https://linkedin.com.example/jobs/view/3912345101")), "linkedin.com.example"),
        (format!("{}{top_card}", canonical("https://notlinkedin.com/jobs/view/3912345101")), "notlinkedin.com"),
        (data(r#","url":"https://jobs.example/jobs/view/3912345101""#), "jobs.example"),
        (format!("{}{guest}", canonical("https://mirror.example/3912345101")), "mirror.example"),
        (format!("{}{}{guest}", saved_from("https://mirror.example/3912345101"), canonical(linkedins)), "mirror.example"),
        (format!("{}{member}", og("https://mirror.example/3912345201")), "mirror.example"),
        (format!("{}{search}", canonical("https://mirror.example/jobs")), "mirror.example"),
    ];
    for (page, host) in foreign {
        match read_saved_page(page.as_bytes()) {
            Err(ProviderError::Refused { field: Some(field), detail }) if field == "file" => {
                assert!(detail.starts_with(&format!("The file is a page of {host} and holds no LinkedIn posting. Open")), "{detail}");
            }
            other => panic!("{page}: {other:?}"),
        }
    }
    for nobodys in
        [data(identifier), format!("{}{top_card}", data(identifier)), data(r#","identifier":3912345101,"url":"/jobs/view/3912345101""#)]
    {
        match read_saved_page(nobodys.as_bytes()) {
            Err(ProviderError::Refused { detail, .. }) => assert!(detail.starts_with("The file holds no LinkedIn posting."), "{detail}"),
            other => panic!("{nobodys}: {other:?}"),
        }
    }
    let numbered = format!(
        "{}{}",
        canonical(linkedins),
        data(r#","identifier":{"value":"3999999999"},"url":"https://bread.example/jobs/view/3999999999""#)
    );
    for own in [
        numbered,
        format!("{}{top_card}", og(linkedins)),
        data(&format!(r#","url":"{linkedins}""#)),
        format!("{}{guest}", saved_from("http://127.0.0.1:8080/x")),
    ] {
        let ids: Vec<String> = read_saved_page(own.as_bytes()).unwrap().records.into_iter().map(|record| record.posting_id).collect();
        assert_eq!(ids, ["3912345101"], "{own}");
    }
    let answer = format!("{top_card}{}", data(identifier));
    assert!(posting_page::parse(answer.as_bytes(), "3912345101").is_err(), "an employer's own number does not confirm what was asked for");
}

#[test]
fn a_dollar_on_a_saved_page_is_the_us_one_only_where_the_page_says_so() {
    let guest = include_str!("pages/posting_guest.html");
    for (place, currency) in [("Berlin, Germany (Remote)", None), ("Austin, TX (Remote)", Some("USD")), ("Singapore, Singapore", None)] {
        let page = guest.replace("Berlin, Germany (Remote)", place);
        let saved = read_saved_page(page.as_bytes()).unwrap();
        let salary = saved.records[0].salary.clone().expect("the amounts are told");
        assert_eq!((salary.min_hundredths, salary.currency.as_deref()), (Some(11_700_000), currency), "{place}");
    }
}

#[test]
fn ten_thousand_cards_are_read_one_by_one_from_a_stream() {
    struct Endless {
        card: Vec<u8>,
        left: usize,
        at: usize,
    }
    impl std::io::Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            if self.left == 0 {
                return Ok(0);
            }
            let part = &self.card[self.at..];
            let length = part.len().min(out.len());
            out[..length].copy_from_slice(&part[..length]);
            self.at += length;
            if self.at == self.card.len() {
                (self.at, self.left) = (0, self.left - 1);
            }
            Ok(length)
        }
    }
    let page = include_bytes!("pages/search_ordinary.html");
    let card = page["<!DOCTYPE html>\n\n".len()..].to_vec();
    let mut read = 0;
    let seen = search_page::read_from(Endless { card, left: 3_334, at: 0 }, |card| {
        card.unwrap();
        read += 1;
    })
    .unwrap();
    assert_eq!((seen.cards, read), (10_002, 10_002));
}

/// Bytes that begin as a page of the corpus does, and go wrong somewhere.
fn broken_page() -> impl Strategy<Value = Vec<u8>> {
    let harm = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_usize), 0..12);
    (0..PAGES.len(), harm, any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(|(page, harm, cut, piece)| {
        let mut page = PAGES[page].1.to_vec();
        for (at, byte, kind) in harm {
            let at = at.index(page.len());
            match kind {
                0 => page[at] = byte,
                1 => page.insert(at, byte),
                2 => {
                    page.remove(at);
                }
                // A piece of the page once more, in a wrong place.
                _ => {
                    let from = piece.index(page.len());
                    let copy = page[from..(from + 200).min(page.len())].to_vec();
                    page.splice(at..at, copy);
                }
            }
            if page.is_empty() {
                page.push(b'<');
            }
        }
        page.truncate(cut.index(page.len() * 2).max(1));
        page
    })
}

fn read_in_every_way(page: &[u8]) {
    let _ = search_page::parse(page);
    let _ = read_saved_page(page);
    for (_, _, asked) in PAGES {
        if let Ok(Parsed::Posting(record)) = posting_page::parse(page, asked) {
            assert_eq!(record.posting_id, asked);
        }
    }
    let mut cards = 0;
    let seen = search_page::read(page, |card| {
        if let Ok(card) = card {
            assert!(card.title.is_some() && super::words::posting_id(&card.posting_id).is_some());
        }
        cards += 1;
    });
    assert_eq!(seen.cards, cards);
}

proptest! {
    #[test]
    fn a_broken_page_never_panics(page in broken_page()) {
        read_in_every_way(&page);
    }

    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        read_in_every_way(&bytes);
    }

    #[test]
    fn a_cut_page_gives_only_cards_of_the_whole_one(cut in any::<prop::sample::Index>()) {
        let page = PAGES[0].1;
        let whole = search_page::parse(page).unwrap().records;
        if let Ok(cards) = search_page::parse(&page[..cut.index(page.len())]) {
            prop_assert!(cards.records.iter().all(|card| whole.contains(card)), "{:?}", cards.records);
        }
    }
}

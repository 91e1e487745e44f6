//! Every reader of LinkedIn's pages, and what hangs on them, over whatever bytes come.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluice_providers::linkedin::posting_page::{self, Parsed};
use sluice_providers::linkedin::{posting_url, saved_page, search_page, search_url};
use sluice_providers::posting::{Description, Salary};

const ASKED: &str = "3912345101";

fuzz_target!(|bytes: &[u8]| {
    let mut cards = 0;
    let seen = search_page::read(bytes, |_| cards += 1);
    assert_eq!(seen.cards, cards);
    let _ = search_page::parse(bytes);
    let _ = saved_page::read_saved_page(bytes);
    if let Ok(Parsed::Posting(record)) = posting_page::parse(bytes, ASKED) {
        assert_eq!(record.posting_id, ASKED);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = posting_url::id_of_posting(text);
        let _ = search_url::read_search_url(text);
        let _ = Salary::read(text);
        if let Some(description) = Description::from_html(text) {
            let again = Description::from_html(&description.html);
            assert_eq!(again.map(|again| again.html), Some(description.html), "what was written anew is written the same again");
        }
    }
});

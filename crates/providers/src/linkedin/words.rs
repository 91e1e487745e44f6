//! Reading the words of LinkedIn's pages.

use std::borrow::Cow;

pub use sluice_addresses::{id_of_urn, posting_id};

use super::origin::is_linkedins;
use crate::fold::tidy;

/// One space between words, no control characters, and no direction marks around; `None` when nothing is left, or only the asterisks that
/// LinkedIn shows in place of what guests may not read.
pub fn words(text: &str) -> Option<String> {
    let is_mark = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let printable: Cow<'_, str> = if text.contains(|c: char| c.is_control() && !c.is_whitespace()) {
        text.chars().filter(|c| !c.is_control() || c.is_whitespace()).collect::<String>().into()
    } else {
        text.into()
    };
    let words = tidy(&printable);
    let kept = words.trim_matches(|c: char| is_mark(c) || c.is_whitespace());
    if kept.is_empty() || kept.bytes().all(|c| c == b'*' || c == b' ') {
        None
    } else if kept.len() == words.len() {
        Some(words)
    } else {
        Some(kept.to_owned())
    }
}

/// The first whole number of a text: "Over 200 applicants", "1,000+".
pub fn first_number(text: &str) -> Option<u64> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let digits: String = text[start..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '\u{a0}' | '\u{202f}'))
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// "37 applicants", "Over 200 applicants". "Be among the first 25 applicants" tells no number of them.
pub fn applicants(text: &str) -> Option<u32> {
    if text.to_lowercase().contains("first") {
        return None;
    }
    u32::try_from(first_number(text)?).ok()
}

/// A company's page without what LinkedIn adds to follow its readers, and on the one host that all its countries share.
pub fn company_address(href: &str) -> Option<String> {
    let mut url = web_address(href)?;
    url.set_query(None);
    url.set_fragment(None);
    let on_linkedin = is_linkedins(&url);
    let mut parts = url.path_segments().into_iter().flatten();
    if on_linkedin
        && let (Some(kind @ ("company" | "school" | "showcase")), Some(name)) = (parts.next(), parts.next())
        && !name.is_empty()
    {
        return Some(format!("https://www.linkedin.com/{kind}/{name}"));
    }
    Some(url.into())
}

/// A web address as it stands.
pub fn address(href: &str) -> Option<String> {
    // Most need no more than a look, and a page has many.
    let plain = |c: u8| c.is_ascii_alphanumeric() || b"/._-~?&=%+".contains(&c);
    if let Some(rest) = href.strip_prefix("https://")
        && rest.starts_with(|c: char| c.is_ascii_lowercase())
        && rest.find('/').is_some_and(|end| rest[..end].bytes().all(|c| c.is_ascii_lowercase() || c == b'.' || c == b'-'))
        && !rest.contains("/.")
        && rest.bytes().all(plain)
    {
        return Some(href.to_owned());
    }
    web_address(href).map(Into::into)
}

fn web_address(href: &str) -> Option<url::Url> {
    let href = href.trim();
    let url = if href.starts_with('/') && !href.starts_with("//") {
        url::Url::parse("https://www.linkedin.com").ok()?.join(href).ok()?
    } else {
        url::Url::parse(href).ok()?
    };
    if matches!(url.scheme(), "http" | "https") && url.has_host() { Some(url) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_a_person_reads() {
        assert_eq!(words("\n   Senior\n  Engineer\u{200f} \u{0}"), Some("Senior Engineer".to_owned()));
        assert_eq!(words("\u{202b}מהנדס תוכנה\u{202c}"), Some("מהנדס תוכנה".to_owned()));
        assert_eq!(words("\u{200f}שלום (Tel Aviv)"), Some("שלום (Tel Aviv)".to_owned()));
        for nothing in ["", " \n", "\u{200f}", "***** ****", "\u{0}\u{7f}"] {
            assert_eq!(words(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn an_id_is_digits_of_a_certain_length() {
        assert_eq!(id_of_urn("urn:li:jobPosting:3912345678"), Some("3912345678"));
        assert_eq!(id_of_urn("urn:li:fs_normalized_jobPosting:3912345678"), Some("3912345678"));
        for other in
            ["urn:li:jobPosting:", "urn:li:jobPosting:12", "urn:li:company:3912345678", "3912345678", "urn:li:jobPosting:0912345678"]
        {
            assert_eq!(id_of_urn(other), None, "{other}");
        }
    }

    #[test]
    fn a_companys_page_has_one_address() {
        for href in
            ["https://de.linkedin.com/company/alderbank?trk=x", "/company/alderbank/", "http://linkedin.com/company/alderbank/jobs#x"]
        {
            assert_eq!(company_address(href).as_deref(), Some("https://www.linkedin.com/company/alderbank"), "{href}");
        }
        assert_eq!(company_address("https://alderbank.example/?a=b").as_deref(), Some("https://alderbank.example/"));
        assert_eq!(company_address("javascript:alert(1)"), None);
    }

    #[test]
    fn a_look_at_an_address_says_the_same_as_reading_it() {
        for href in [
            "https://media.example/a?b=1&c=%20",
            "https://a-b.example/",
            "https://a.example",
            "https://A.example/x",
            "https://a.example/../x",
            "https://a.example/x y",
            "//a.example/x",
            "https://u@a.example/",
        ] {
            assert_eq!(address(href), web_address(href).map(String::from), "{href}");
        }
    }

    #[test]
    fn numbers_of_applicants_are_read_and_not_made_up() {
        assert_eq!(applicants("Over 200 applicants"), Some(200));
        assert_eq!(applicants("1,234 applicants"), Some(1_234));
        assert_eq!(applicants("Be among the first 25 applicants"), None);
        assert_eq!(applicants("No applicants yet"), None);
    }
}

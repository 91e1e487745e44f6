//! Whether a request comes from a page of ours. Cookies travel by themselves, so a request that changes something and rests on one
//! must come from our own origin; a token in the form is not needed then.

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Method};
use url::Url;

use super::problem::{Failure, Kind};

/// Refuses a changing request that another page may have sent. Every browser that people still use sends `Sec-Fetch-Site` (to secure
/// addresses) or `Origin` with a form or script; a request without either is refused too.
pub fn require_own(method: &Method, headers: &HeaderMap, public_url: Option<&Url>) -> Result<(), Failure> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) || is_own(headers, public_url) {
        return Ok(());
    }
    Err(foreign())
}

fn is_own(headers: &HeaderMap, public_url: Option<&Url>) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        // `none` is the person's own doing, such as sending a form again after a reload.
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(ORIGIN.as_str()) else { return false };
    if public_url.is_some_and(|url| url.origin().ascii_serialization() == origin) {
        return true;
    }
    let (Some(host), Some((_, named))) = (text(HOST.as_str()), origin.split_once("://")) else { return false };
    host.eq_ignore_ascii_case(named)
}

fn foreign() -> Failure {
    let message = "A form, or a change by the session cookie, must come from a page of this server, and this one does not \
                   (Sec-Fetch-Site and Origin say where it comes from).";
    Failure::new(Kind::Forbidden, "FOREIGN_ORIGIN", message)
        .suggest("Send it from Sluice's own pages, or use an API key in the header x-api-key.")
        .suggest("Behind a proxy that rewrites Host, set SLUICE_PUBLIC_URL to the address that people type.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(headers: &[(&'static str, &str)], public_url: Option<&str>) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header"));
        }
        let public_url = public_url.map(|url| url.parse().expect("a URL"));
        require_own(&Method::POST, &map, public_url.as_ref()).is_ok()
    }

    #[test]
    fn a_change_by_cookie_must_come_from_our_own_pages() {
        let host = ("host", "sluice.example.com");
        assert!(allows(&[host, ("sec-fetch-site", "same-origin")], None));
        assert!(allows(&[host, ("sec-fetch-site", "none")], None));
        assert!(allows(&[host, ("origin", "https://sluice.example.com")], None));
        assert!(allows(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")], None));
        assert!(allows(&[("host", "inner:8080"), ("origin", "https://sluice.example.com")], Some("https://sluice.example.com/")));

        assert!(!allows(&[host], None), "nothing says where it comes from");
        assert!(!allows(&[host, ("sec-fetch-site", "same-site")], None), "another port or subdomain");
        assert!(!allows(&[host, ("sec-fetch-site", "cross-site"), ("origin", "https://sluice.example.com")], None));
        assert!(!allows(&[host, ("origin", "https://elsewhere.example.com")], None));
        assert!(!allows(&[host, ("origin", "null")], None));
        assert!(!allows(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:3000")], None));
    }

    #[test]
    fn reading_is_allowed_from_anywhere() {
        for method in [Method::GET, Method::HEAD] {
            assert!(require_own(&method, &HeaderMap::new(), None).is_ok());
        }
    }
}

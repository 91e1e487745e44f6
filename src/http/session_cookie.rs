//! The cookie that carries a session.

use http::header::{COOKIE, HeaderValue};
use http::{HeaderMap, HeaderName, header::SET_COOKIE};
use url::Url;

pub const NAME: &str = "sluice_session";

/// As long as browsers allow; the server's own row decides when a session is over.
const KEPT_S: u32 = 400 * 24 * 3600;

/// The token of the first cookie with our name.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    cookies.filter_map(|cookie| cookie.trim().split_once('=')).find(|(name, _)| *name == NAME).map(|(_, token)| token)
}

/// The header that gives a browser its session. Scripts cannot read it, and other sites' forms do not carry it.
pub fn set(token: &str, public_url: Option<&Url>) -> (HeaderName, HeaderValue) {
    written(token, KEPT_S, public_url)
}

/// The header that takes it away again.
pub fn clear(public_url: Option<&Url>) -> (HeaderName, HeaderValue) {
    written("", 0, public_url)
}

fn written(token: &str, kept_s: u32, public_url: Option<&Url>) -> (HeaderName, HeaderValue) {
    let secure = if public_url.is_some_and(|url| url.scheme() == "https") { "; Secure" } else { "" };
    let text = format!("{NAME}={token}; Path=/; Max-Age={kept_s}; HttpOnly; SameSite=Lax{secure}");
    let mut value = HeaderValue::from_str(&text).expect("a token is letters and digits");
    value.set_sensitive(true);
    (SET_COOKIE, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        assert_eq!(token(&headers), None);
        headers.append(COOKIE, HeaderValue::from_static("theme=dark; not_sluice_session=x"));
        headers.append(COOKIE, HeaderValue::from_static("a=b;sluice_session=abc; sluice_session=def"));
        assert_eq!(token(&headers), Some("abc"));
    }

    #[test]
    fn the_cookie_is_secure_where_the_address_is() {
        let public: Url = "https://sluice.example.com".parse().expect("a URL");
        let (_, value) = set("abc", Some(&public));
        assert_eq!(value, "sluice_session=abc; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax; Secure");
        let (_, value) = clear(None);
        assert_eq!(value, "sluice_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }
}

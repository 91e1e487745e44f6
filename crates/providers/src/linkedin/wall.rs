//! Where LinkedIn asks to sign in, or to prove something: as a redirect and as a page.

use url::Url;

use crate::markup::{self, Listener, Tag};

/// Whether an address is LinkedIn's for signing in. Its path decides: a posting's slug may hold any of these words.
pub fn is_address(target: &Url) -> bool {
    let mut parts = target.path_segments().into_iter().flatten().filter(|part| !part.is_empty());
    let first = match parts.next() {
        Some("m" | "mwlite") => parts.next(),
        first => first,
    };
    matches!(first, Some("authwall" | "login" | "uas" | "checkpoint" | "signup"))
}

/// Whether a page is the one that asks to sign in, or to prove something. Ordinary job pages for guests carry a box for signing in, so such marks
/// count only on a page that shows no posting, neither `asked` nor another; the page's own key decides before them.
pub fn is_page(page: &[u8], asked: Option<&str>) -> bool {
    let mut marks = Marks { asked, key: None, wall: false, posting: false };
    markup::read(page, &mut marks);
    match marks.key.as_deref() {
        Some(key) if ["auth_wall", "authwall", "checkpoint", "uas-", "login"].iter().any(|mark| key.contains(mark)) => true,
        Some(key) if key.contains("job") => false,
        _ => marks.wall && !marks.posting,
    }
}

struct Marks<'a> {
    asked: Option<&'a str>,
    /// LinkedIn's own name of the page.
    key: Option<String>,
    wall: bool,
    posting: bool,
}

impl Marks<'_> {
    fn look(&mut self, text: &str) {
        if is_of_wall(text) {
            self.wall = true;
        } else if self.is_of_posting(text) {
            self.posting = true;
        }
    }

    fn is_of_posting(&self, text: &str) -> bool {
        text.contains("jobPosting:") || self.asked.is_some_and(|asked| text.contains(asked))
    }
}

fn is_of_wall(text: &str) -> bool {
    ["authwall", "/uas/login", "/checkpoint/", "session_redirect", "captcha"].iter().any(|mark| text.contains(mark))
}

impl Listener for Marks<'_> {
    fn start(&mut self, tag: &Tag) {
        if tag.name() == "meta" && tag.attribute("name").is_some_and(|name| name == "pageKey") {
            self.key = tag.attribute("content").map(|key| key.to_ascii_lowercase());
            return;
        }
        let is_of_posting =
            |class: &[u8]| [&b"topcard__"[..], b"top-card-layout", b"base-search-card"].iter().any(|start| class.starts_with(start));
        if tag.classes().any(is_of_posting) {
            self.posting = true;
        }
        // The address of a wall names the posting behind it, perhaps in another attribute of its element.
        let values = || tag.values().map(String::from_utf8_lossy);
        if values().any(|value| is_of_wall(&value)) {
            self.wall = true;
        } else if values().any(|value| self.is_of_posting(&value)) {
            self.posting = true;
        }
    }

    fn text(&mut self, text: &str) {
        self.look(text);
    }

    fn end(&mut self, _name: &str) {}

    fn comment(&mut self, text: &str) {
        self.look(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODAL: &str = r#"<form action="https://www.linkedin.com/uas/login-submit"><input name="session_redirect" value="https://www.linkedin.com/jobs/view/3912345101"></form>"#;

    #[test]
    fn an_address_is_a_wall_by_its_path_alone() {
        let is_wall = |target: &str| is_address(&Url::parse("https://www.linkedin.com").unwrap().join(target).unwrap());
        for wall in [
            "/authwall?sessionRedirect=x",
            "/uas/login",
            "/login",
            "/m/login/",
            "/checkpoint/challenge/x",
            "https://de.linkedin.com/signup",
        ] {
            assert!(is_wall(wall), "{wall}");
        }
        for other in ["/jobs/view/login-engineer-3912345101", "/jobs/search?redirect=/authwall", "/", "/jobs/login"] {
            assert!(!is_wall(other), "{other}");
        }
    }

    #[test]
    fn a_box_for_signing_in_makes_no_wall_of_a_page_that_shows_a_posting() {
        let asked = Some("3912345101");
        assert!(is_page(MODAL.as_bytes(), asked), "the address behind the box is no posting");
        for sign in [
            r#"<h2 class="x topcard__title">Nurse</h2>"#,
            r#"<div data-id="urn:li:fsd_jobPosting:1"></div>"#,
            "<p>Number 3912345101</p>",
            r#"<code><!--"3912345101"--></code>"#,
        ] {
            assert!(!is_page(format!("{MODAL}{sign}").as_bytes(), asked), "{sign}");
        }
        assert!(is_page(format!("{MODAL}<p>3912345101</p>").as_bytes(), None), "a number that nobody asked for says nothing");
    }

    #[test]
    fn the_pages_own_key_decides_first() {
        let keyed = |key: &str, rest: &str| format!(r#"<meta name="pageKey" content="{key}">{rest}"#);
        assert!(is_page(keyed("auth_wall_desktop_jserp", r#"<a href="/jobs/view/3912345101">x</a>"#).as_bytes(), Some("3912345101")));
        assert!(is_page(keyed("d_checkpoint_lg_consumerLogin", "").as_bytes(), None));
        assert!(!is_page(keyed("d_jobs_guest_details", MODAL).as_bytes(), Some("3912345101")));
    }
}

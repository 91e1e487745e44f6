//! Which posting a pasted address or id means, and in plain words what it is when it means none.

use url::Url;

/// Longer ids than a 64-bit number has, or shorter ones than LinkedIn ever gave, are something else.
const ID_DIGITS: std::ops::RangeInclusive<usize> = 6..=19;

const LONGEST_URL: usize = 8_192;

const WHAT_WORKS: &str = "Paste the address of one job posting, such as https://www.linkedin.com/jobs/view/3912345678, or its number.";

/// Why a text means no posting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} {WHAT_WORKS}")]
pub struct Refused {
    /// What it is instead, as one or more plain sentences without the remedy.
    pub reason: String,
}

/// The id of the posting that `pasted` means: an address of any form that LinkedIn's own pages use, a URN, or the id itself.
pub fn id_of_posting(pasted: &str) -> Result<String, Refused> {
    // What is copied out of right-to-left text brings its invisible direction marks along.
    let is_mark = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let pasted = pasted.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
    if pasted.is_empty() {
        return Err(refused("Nothing was pasted."));
    }
    if pasted.len() > LONGEST_URL {
        return Err(refused(&format!("The address is longer than {LONGEST_URL} bytes.")));
    }
    if pasted.bytes().all(|c| c.is_ascii_digit()) {
        return posting_id(pasted)
            .map(str::to_owned)
            .ok_or_else(|| refused("A posting's number has 6 to 19 digits and does not begin with 0."));
    }
    if pasted.starts_with("urn:") {
        return id_of_urn(pasted).map(str::to_owned).ok_or_else(|| refused("This URN is not a job posting's."));
    }
    let url = linkedin_address(pasted).map_err(|reason| refused(&reason))?;
    if let Some(id) = id_of_path(&url) {
        return Ok(id);
    }
    let path: Vec<String> =
        url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    Err(refused(match path.as_slice() {
        ["jobs", "view"] => "The address lacks the posting's number.",
        ["jobs", "view", slug] if slug.bytes().any(|c| c.is_ascii_digit()) => "The address ends in digits that are not a posting's number.",
        ["jobs", "view", ..] => "The address lacks the posting's number.",
        ["jobs", "search" | "search-results", ..] | ["search", "results", "jobs", ..] => {
            "This is a job search in which no posting is chosen: click on one and copy the address again, or import the whole search."
        }
        ["jobs", "collections", ..] => "This is a collection of postings in which none is chosen: click on one and copy the address again.",
        ["jobs", "alerts" | "job-alerts", ..] => "This is a page of job alerts.",
        ["jobs", "application-settings" | "tracker" | "saved-jobs", ..] | ["my-items", ..] => {
            "This is a list of your own: open one of its postings and copy its address."
        }
        ["jobs", ..] | ["jobs-guest", ..] => "This is a page about jobs, but not about one posting.",
        ["job", ..] => "This is a page of job advertisements: open one of them and copy its address.",
        ["in" | "pub", ..] => "This is a person's profile.",
        ["company" | "showcase" | "school", ..] => "This is a company's page: open one of its jobs and copy its address.",
        ["posts" | "feed" | "pulse", ..] => "This is a post.",
        ["groups", ..] => "This is a group.",
        ["events", ..] => "This is an event.",
        ["learning", ..] => "This is a course.",
        ["talent" | "recruiter" | "hiring", ..] => "This is a recruiter's page, which only the employer can open.",
        ["sales", ..] => "This is a page of Sales Navigator.",
        ["login" | "uas" | "checkpoint" | "authwall" | "signup", ..] => "This is the page for signing in.",
        [] => "This is LinkedIn's front page.",
        _ => "This is not a job posting.",
    }))
}

/// The digits when the text is an id.
pub fn posting_id(text: &str) -> Option<&str> {
    let is_id = ID_DIGITS.contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit()) && !text.starts_with('0');
    if is_id { Some(text) } else { None }
}

/// The id at the end of a URN such as `urn:li:jobPosting:3912345678` or `urn:li:fsd_jobPosting:3912345678`.
pub fn id_of_urn(urn: &str) -> Option<&str> {
    let (kind, id) = urn.trim().rsplit_once(':')?;
    let kind = kind.strip_prefix("urn:li:")?;
    if kind.ends_with("jobPosting") || kind.ends_with("normalized_jobPosting") { posting_id(id) } else { None }
}

/// The id in an address of LinkedIn's, without a look at what else it might be.
pub fn id_of_path(url: &Url) -> Option<String> {
    let path: Vec<&str> = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let is = |part: &str, name: &str| part.eq_ignore_ascii_case(name);
    // Links in LinkedIn's mails lead through "comm".
    let path = match path.as_slice() {
        [comm, rest @ ..] if is(comm, "comm") => rest,
        whole => whole,
    };
    let id = match path {
        // The number stands by itself or behind the last hyphen of the words of the title.
        [jobs, view, slug, ..] if is(jobs, "jobs") && is(view, "view") => posting_id(slug.rsplit('-').next()?),
        [.., posting, id] if is(posting, "jobPosting") => posting_id(id),
        _ => None,
    };
    let chosen = || {
        let of_jobs = path.first().is_some_and(|first| is(first, "jobs"))
            || matches!(path, [a, b, c, ..] if is(a, "search") && is(b, "results") && is(c, "jobs"));
        let shown = !path.get(1).is_some_and(|second| is(second, "view"));
        let pair = url.query_pairs().find(|(name, _)| name == "currentJobId")?;
        if of_jobs && shown { posting_id(&pair.1).map(str::to_owned) } else { None }
    };
    id.map(str::to_owned).or_else(chosen)
}

/// An address on one of LinkedIn's hosts, or why it is none.
pub fn linkedin_address(pasted: &str) -> Result<Url, String> {
    const NO_ADDRESS: &str = "This is neither a web address nor a posting's number.";
    if pasted.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("This holds spaces or line breaks: paste one address a line.".to_owned());
    }
    let complete = if pasted.contains("://") { pasted.to_owned() } else { format!("https://{pasted}") };
    let url = Url::parse(&complete).map_err(|_| NO_ADDRESS)?;
    let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https")).ok_or(NO_ADDRESS)?;
    if matches!(host, "lnkd.in" | "www.lnkd.in") {
        return Err("This is a shortened address: open it in a browser and copy where it leads.".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("The address holds a user name, which LinkedIn's addresses never do.".to_owned());
    }
    if !is_linkedin(host) {
        return Err(if host.contains('.') { format!("The address leads to {host}, not to LinkedIn.") } else { NO_ADDRESS.to_owned() });
    }
    if url.port().is_some() {
        return Err("The address holds a port, which LinkedIn's addresses never do.".to_owned());
    }
    Ok(url)
}

/// The site itself, its mobile form, and its countries' (`de.linkedin.com`); other names belong to other products.
fn is_linkedin(host: &str) -> bool {
    match host.strip_suffix("linkedin.com") {
        Some("" | "www." | "m." | "touch.") => true,
        Some(country) => country.len() == 3 && country.ends_with('.') && country.bytes().take(2).all(|c| c.is_ascii_lowercase()),
        None => false,
    }
}

fn refused(reason: &str) -> Refused {
    Refused { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_of_address_leads_to_the_posting() {
        let forms = [
            "3912345678",
            "  3912345678\n",
            "123456",
            "urn:li:jobPosting:3912345678",
            "urn:li:fsd_jobPosting:3912345678",
            "https://www.linkedin.com/jobs/view/3912345678",
            "https://www.linkedin.com/jobs/view/3912345678/",
            "https://www.linkedin.com/jobs/view/3912345678/?refId=x&trackingId=y%3D%3D&trk=flagship3_search_srp_jobs",
            "http://linkedin.com/jobs/view/3912345678",
            "www.linkedin.com/jobs/view/3912345678",
            "linkedin.com/jobs/view/3912345678#top",
            "https://WWW.LinkedIn.com/Jobs/View/3912345678",
            "https://www.linkedin.com/jobs/view/senior-rust-engineer-at-alderbank-3912345678",
            "https://www.linkedin.com/jobs/view/senior-rust-engineer-24-7-at-team-42-3912345678?position=3&pageNum=0",
            "https://de.linkedin.com/jobs/view/softwareentwickler-m-w-d-at-alderbank-3912345678",
            "https://il.linkedin.com/jobs/view/%D7%9E%D7%94%D7%A0%D7%93%D7%A1-3912345678",
            "https://uk.linkedin.com/jobs/view/3912345678/apply/",
            "https://m.linkedin.com/jobs/view/3912345678",
            "https://www.linkedin.com/jobs/search/?currentJobId=3912345678&keywords=rust",
            "https://www.linkedin.com/jobs/search/?keywords=rust&geoId=101282230&currentJobId=3912345678#x",
            "https://www.linkedin.com/jobs/search-results/?currentJobId=3912345678",
            "https://www.linkedin.com/jobs/collections/recommended/?currentJobId=3912345678",
            "https://www.linkedin.com/jobs/?currentJobId=3912345678",
            "https://www.linkedin.com/search/results/jobs/?currentJobId=3912345678",
            "https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/3912345678",
            "https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/3912345678?refId=x",
            "https://www.linkedin.com/comm/jobs/view/3912345678/?trackingId=x&midToken=y&trk=eml-email_job_alert_digest_01-job_card-0-jobcard_body",
            "https://www.linkedin.com/comm/jobs/search/?currentJobId=3912345678",
            "\u{202b}3912345678\u{202c}",
            "\u{200f}https://www.linkedin.com/jobs/view/3912345678\u{feff} \n",
        ];
        for form in forms {
            let expected = if form == "123456" { "123456" } else { "3912345678" };
            assert_eq!(id_of_posting(form).unwrap(), expected, "{form}");
        }
    }

    #[test]
    fn other_addresses_are_refused_by_what_they_are() {
        let refused = [
            ("", "Nothing was pasted"),
            ("12345", "6 to 19 digits"),
            ("0912345678", "does not begin with 0"),
            ("39123456789012345678", "6 to 19 digits"),
            ("senior rust engineer", "holds spaces"),
            ("3912345678 3912345679", "holds spaces"),
            ("rust", "neither a web address"),
            ("ftp://www.linkedin.com/jobs/view/3912345678", "neither a web address"),
            ("javascript:alert(3912345678)", "neither a web address"),
            ("mailto:jobs@linkedin.com", "user name"),
            ("urn:li:company:3912345678", "not a job posting's"),
            ("https://www.linkedin.com/jobs/view/", "lacks the posting's number"),
            ("https://www.linkedin.com/jobs/view/senior-rust-engineer", "lacks the posting's number"),
            ("https://www.linkedin.com/jobs/view/top-10", "not a posting's number"),
            ("https://www.linkedin.com/jobs/view/3912345678abc", "not a posting's number"),
            ("https://www.linkedin.com/jobs/search/?keywords=rust", "no posting is chosen"),
            ("https://www.linkedin.com/jobs/search/?currentJobId=abc", "no posting is chosen"),
            ("https://www.linkedin.com/jobs/collections/recommended/", "none is chosen"),
            ("https://www.linkedin.com/jobs/", "not about one posting"),
            ("https://www.linkedin.com/jobs/rust-jobs-berlin", "not about one posting"),
            ("https://www.linkedin.com/my-items/saved-jobs/", "a list of your own"),
            ("https://www.linkedin.com/in/ada-invented-3912345678", "a person's profile"),
            ("https://www.linkedin.com/company/alderbank/jobs/", "a company's page"),
            ("https://www.linkedin.com/feed/update/urn:li:activity:3912345678", "a post"),
            ("https://www.linkedin.com/posts/ada_x-3912345678", "a post"),
            ("https://www.linkedin.com/learning/rust", "a course"),
            ("https://www.linkedin.com/talent/job/3912345678", "a recruiter's page"),
            ("https://www.linkedin.com/sales/lead/3912345678", "Sales Navigator"),
            ("https://www.linkedin.com/authwall?sessionRedirect=https%3A%2F%2Fwww.linkedin.com%2Fjobs%2Fview%2F3912345678", "signing in"),
            ("https://www.linkedin.com/", "front page"),
            ("https://lnkd.in/abc", "a shortened address"),
            ("https://linkedin.com.evil.example/jobs/view/3912345678", "leads to linkedin.com.evil.example"),
            ("https://evil.example/jobs/view/3912345678", "leads to evil.example"),
            ("https://notlinkedin.com/jobs/view/3912345678", "leads to notlinkedin.com"),
            ("https://www.linkedin.com@evil.example/jobs/view/3912345678", "a user name"),
            ("https://www.linkedin.com:8443/jobs/view/3912345678", "a port"),
            ("https://learn.linkedin.com/jobs/view/3912345678", "leads to learn.linkedin.com"),
            ("https://www.linkedin.com/learning/?currentJobId=3912345678", "a course"),
        ];
        assert!(refused.len() >= 30);
        for (pasted, reason) in refused {
            let said = id_of_posting(pasted).expect_err(pasted).to_string();
            assert!(said.contains(reason) && said.ends_with(WHAT_WORKS), "{pasted}: {said}");
        }
        assert!(id_of_posting(&format!("https://www.linkedin.com/jobs/view/{}", "x".repeat(9_000))).is_err());
    }

    #[test]
    fn immunity_19_digits_in_a_name_are_not_an_id() {
        for pasted in ["https://www.linkedin.com/jobs/view/engineer-at-studio-54", "https://www.linkedin.com/jobs/view/shift-2026-11-22"] {
            assert!(id_of_posting(pasted).is_err(), "{pasted}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_pasted_is_an_id_or_refused_with_a_reason(pasted in "(https?://)?((www|de)\\.linkedin\\.com|\\PC{0,9})?/?(jobs/view/|jobs/search/\\?currentJobId=|jobPosting/)?\\PC{0,24}[0-9]{0,12}") {
            match id_of_posting(&pasted) {
                Ok(id) => prop_assert!(posting_id(&id).is_some()),
                Err(refused) => prop_assert!(!refused.reason.is_empty()),
            }
        }
    }
}

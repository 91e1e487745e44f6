//! LinkedIn's public job pages, as guests see them, or as the user's own session does.
//!
//! Nothing here goes around anything: one honest user agent, no session that is not the user's own, and no second try. Guests are slowed down after
//! about ten quick calls, so `manners` asks for a pace that stays below; a block ends the run, and a person decides about going on.

#[cfg(test)]
mod corpus_tests;
#[cfg(test)]
mod data_tests;
mod embedded;
mod failure;
mod json_ld;
mod origin;
pub mod posting_page;
pub mod posting_url;
pub mod saved_page;
pub mod search_page;
pub mod search_url;
#[cfg(test)]
mod tests;
mod wall;
pub(crate) mod words;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, COOKIE, HeaderMap, HeaderValue};
use secrecy::ExposeSecret;
use url::Url;

use crate::error::{ProviderError, UnreadPage};
use crate::fetch::{Answer, Fetch, Request, excerpt};
use crate::page::Cursor;
use crate::posting::{PostingPage, PostingQuery, SearchEnd};
use crate::posting_provider::{Manners, PostingAnswer, PostingFetcher, PostingLogin, PostingProvider, SearchPlan};
use failure::{Asked, Subject};
use posting_page::Parsed;

/// LinkedIn answers 400 from here on: the most that one query hands out.
pub const CAP: u32 = 1_000;

const PACE: Duration = Duration::from_secs(6);
const COOL_DOWN: Duration = Duration::from_secs(15 * 60);
/// What to know before it is switched on.
pub const NOTICE: &str = concat!(
    "LinkedIn's user agreement forbids automated access to its pages, public ones included, without its permission. Sluice asks for one page in 6 \
     seconds at most, calls itself sluice/",
    env!("CARGO_PKG_VERSION"),
    ", and stops when LinkedIn does not want to be asked. Whether you may use this is for you to decide."
);

/// The name of the cookie that is a member's session.
const SESSION_COOKIE: &str = "li_at";

/// The connector. Cheap to clone; it holds no session and no state.
#[derive(Debug, Clone)]
pub struct LinkedIn {
    fetch: Fetch,
}

impl LinkedIn {
    pub fn new(fetch: Fetch) -> Self {
        Self { fetch }
    }

    async fn get(&self, login: &PostingLogin, url: Url) -> Result<Answer, ProviderError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("text/html"));
        // Criteria, amounts and dates are read in English.
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("en-US,en;q=0.8"));
        if let Some(secret) = &login.secret {
            headers.insert(COOKIE, session_cookie(secret.expose_secret())?);
        }
        self.fetch.send(Request { method: Method::GET, url, headers, body: None }).await
    }
}

#[async_trait]
impl PostingProvider for LinkedIn {
    fn manners(&self, login: &PostingLogin) -> Manners {
        let host = login.base_url.host_str().unwrap_or("www.linkedin.com").to_owned();
        Manners { pace: PACE, host, cool_down: COOL_DOWN, cap: CAP, notice: NOTICE }
    }

    fn plan(&self, query: &PostingQuery) -> Result<SearchPlan, ProviderError> {
        let refuse = |field: &str, detail: &str| Err(ProviderError::Refused { field: Some(field.to_owned()), detail: detail.to_owned() });
        let blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
        if blank(&query.keywords) && blank(&query.location) && query.geo_id.is_none() && query.company_ids.is_empty() {
            return refuse("keywords", "A search needs keywords, a place or a company.");
        }
        let is_number = |id: &String| !id.is_empty() && id.len() <= 19 && id.bytes().all(|c| c.is_ascii_digit());
        if query.geo_id.as_ref().is_some_and(|id| !is_number(id)) {
            return refuse("geo_id", "A geo_id is LinkedIn's number of a place, digits only; give the place's name as location instead.");
        }
        if !query.company_ids.iter().all(is_number) {
            return refuse(
                "company_ids",
                "A company is given by LinkedIn's number of it, digits only; put its name into the keywords instead.",
            );
        }
        if query.distance_miles.is_some() && blank(&query.location) && query.geo_id.is_none() {
            return refuse("distance_miles", "A distance needs a place around which it is measured: give location or geo_id.");
        }
        // Logged out, only the age is reliable; it is checked all the same, which costs nothing.
        let mut check_locally = query.checkable_filters();
        let mut unproven = if query.distance_miles.is_some() { vec!["distance_miles"] } else { Vec::new() };
        // No page that guests see tells the company's number.
        unproven.extend(check_locally.extract_if(.., |name| *name == "company_ids"));
        // Of these a card tells the day alone for sure.
        let check_on_pages = check_locally.iter().copied().filter(|name| *name != "max_age_seconds").collect();
        Ok(SearchPlan { check_locally, check_on_pages, unproven })
    }

    async fn search_postings(
        &self,
        login: &PostingLogin,
        query: &PostingQuery,
        cursor: Option<&Cursor>,
    ) -> Result<PostingPage, ProviderError> {
        self.plan(query)?;
        let start = match cursor {
            None => 0,
            Some(Cursor(text)) => text.parse::<u32>().map_err(|_| ProviderError::Refused {
                field: Some("cursor".to_owned()),
                detail: format!("“{text}” is not a place in LinkedIn's results: start the search anew."),
            })?,
        };
        if start >= CAP {
            return Ok(ended(SearchEnd::ProviderCap));
        }
        let mut url = address(login, &["jobs-guest", "jobs", "api", "seeMoreJobPostings", "search"])?;
        url.query_pairs_mut().extend_pairs(search_url::parameters(query)).append_pair("start", &start.to_string());
        let answer = self.get(login, url.clone()).await?;
        let asked = Asked { subject: Subject::Search, url: &url, signed_in: login.secret.is_some() };
        if !(200..300).contains(&answer.status) {
            // Near the cap LinkedIn's own count may be a little lower than ours.
            if answer.status == 400 && start > 0 {
                return Ok(ended(if start + 50 >= CAP { SearchEnd::ProviderCap } else { SearchEnd::CutShort }));
            }
            return Err(failure::explain(&answer, &asked));
        }
        read_search_page(&answer.body, query, start, &asked).map_err(|error| error.with_page(url.as_str(), &answer.body))
    }
}

#[async_trait]
impl PostingFetcher for LinkedIn {
    async fn fetch_posting(&self, login: &PostingLogin, posting_id: &str) -> Result<PostingAnswer, ProviderError> {
        let id = words::posting_id(posting_id).ok_or_else(|| ProviderError::Refused {
            field: Some("posting_id".to_owned()),
            detail: format!("“{posting_id}” is not a posting's number: it has 6 to 19 digits."),
        })?;
        // The guests' fragment knows no sessions; a member sees the whole page.
        let url = match login.secret {
            None => address(login, &["jobs-guest", "jobs", "api", "jobPosting", id])?,
            Some(_) => address(login, &["jobs", "view", id, ""])?,
        };
        let answer = match self.get(login, url.clone()).await {
            Ok(answer) => answer,
            // Too long to be a posting's page; the next one's may be as ever.
            Err(ProviderError::LayoutChanged { detail, .. }) => {
                return Ok(refused(&format!("LinkedIn's page is too long for a posting's: {detail}.")));
            }
            Err(error) => return Err(error),
        };
        let asked = Asked { subject: Subject::Posting, url: &url, signed_in: login.secret.is_some() };
        match answer.status {
            200..300 => read_posting_page(&answer.body, id, &asked),
            404 | 410 => Ok(PostingAnswer::Gone),
            _ => match answer.redirect.as_ref().and_then(|target| redirected_posting(&target.resolved(&url)?, &url)) {
                // A session that LinkedIn does not take is sent round in a circle. A guest, too, and neither says anything about the posting.
                Some(target) if target == id && asked.signed_in => Err(failure::session_refused(answer.status)),
                Some(target) if target == id => Ok(refused("LinkedIn leads back to the posting instead of showing it.")),
                Some(posting_id) => Ok(PostingAnswer::Another { posting_id }),
                None => match failure::explain(&answer, &asked) {
                    ProviderError::Refused { detail, .. } => Ok(PostingAnswer::Refused { detail }),
                    // A posting that is gone may lead to a list of others.
                    ProviderError::LayoutChanged { detail, excerpt, .. } => Ok(refused(&format!("{}: “{excerpt}”.", detail))),
                    error => Err(error),
                },
            },
        }
    }
}

fn read_posting_page(body: &Bytes, id: &str, asked: &Asked<'_>) -> Result<PostingAnswer, ProviderError> {
    match posting_page::parse(body, id) {
        Ok(Parsed::Posting(record)) => Ok(PostingAnswer::Found(record)),
        Ok(Parsed::Another(posting_id)) => Ok(PostingAnswer::Another { posting_id }),
        Err(_) if wall::is_page(body, Some(id)) => Err(failure::walled(asked, 200, "its page for signing in")),
        Err(ProviderError::LayoutChanged { detail, excerpt, .. }) => {
            let page = Box::new(UnreadPage { url: asked.url.to_string(), bytes: body.clone() });
            Ok(PostingAnswer::Unreadable { detail, excerpt, page })
        }
        Err(error) => Err(error),
    }
}

fn refused(detail: &str) -> PostingAnswer {
    PostingAnswer::Refused { detail: detail.to_owned() }
}

/// One page of a search that began at `start`.
fn read_search_page(body: &[u8], query: &PostingQuery, start: u32, asked: &Asked<'_>) -> Result<PostingPage, ProviderError> {
    let mut cards = search_page::parse(body)?;
    if cards.cut {
        // It comes again, whole, as the first card of the next page.
        cards.rejected.pop();
    }
    let received = cards.records.len() + cards.rejected.len();
    if received == 0 {
        return match empty_page(body) {
            _ if cards.cut => Err(broke_off()),
            Some(Empty::BrokenOff) => Err(broke_off()),
            Some(Empty::End) => Ok(ended(if start == 0 { SearchEnd::NothingFound } else { SearchEnd::Exhausted })),
            None if wall::is_page(body, None) => Err(failure::walled(asked, 200, "its page for signing in")),
            None => {
                let detail = "LinkedIn's answer is neither a page of postings nor an empty one".to_owned();
                Err(ProviderError::LayoutChanged { page: None, detail, excerpt: excerpt(body) })
            }
        };
    }
    let unrelated = start == 0 && !query.accept_unrelated && cards.records.iter().all(|record| !query.is_related(record));
    let next = start.saturating_add(u32::try_from(received).unwrap_or(u32::MAX));
    let end = if unrelated {
        Some(SearchEnd::Unrelated)
    } else if next >= CAP {
        Some(SearchEnd::ProviderCap)
    } else {
        None
    };
    Ok(PostingPage {
        records: cards.records,
        rejected: cards.rejected,
        next: if end.is_none() { Some(Cursor(next.to_string())) } else { None },
        total: cards.total,
        end,
        wait: None,
    })
}

enum Empty {
    /// The results are at their end.
    End,
    BrokenOff,
}

/// The end of the results is a document type, an empty comment, and nothing else (26 bytes, as far as anybody has seen). Less than that, down to
/// nothing at all, is an answer that broke off, and says nothing about the results.
fn empty_page(body: &[u8]) -> Option<Empty> {
    const END: &str = "<!---->";
    let text = std::str::from_utf8(body).ok()?.trim();
    let rest = text.strip_prefix("<!DOCTYPE html>").map(str::trim_start);
    match rest {
        Some(END) => Some(Empty::End),
        Some(rest) if END.starts_with(rest) => Some(Empty::BrokenOff),
        None if text.is_empty() => Some(Empty::BrokenOff),
        _ => None,
    }
}

fn broke_off() -> ProviderError {
    ProviderError::Unreachable { status: Some(200), detail: "LinkedIn's answer broke off before the first posting".to_owned() }
}

fn ended(end: SearchEnd) -> PostingPage {
    PostingPage { records: Vec::new(), rejected: Vec::new(), next: None, total: None, end: Some(end), wait: None }
}

/// The posting that a redirect leads to, where it stays on the same site.
fn redirected_posting(target: &Url, asked: &Url) -> Option<String> {
    let stays = target.origin() == asked.origin() || posting_url::parse(target.as_str()).is_ok();
    if stays { posting_url::id_of_path(target) } else { None }
}

/// The value of the cookie, or the whole pair as browsers copy it. What would smuggle a second header or cookie in is refused.
fn session_cookie(secret: &str) -> Result<HeaderValue, ProviderError> {
    let value = secret.trim();
    let value =
        value.strip_prefix(SESSION_COOKIE).and_then(|rest| rest.trim_start().strip_prefix('=')).unwrap_or(value).trim().trim_matches('"');
    let plain = !value.is_empty() && value.bytes().all(|c| c.is_ascii_graphic() && !matches!(c, b';' | b',' | b'"' | b'\\'));
    let header = if plain { HeaderValue::from_str(&format!("{SESSION_COOKIE}={value}")).ok() } else { None };
    let mut header = header.ok_or_else(|| ProviderError::Refused {
        field: Some("secret".to_owned()),
        detail: format!(
            "The session must be the value of the cookie {SESSION_COOKIE}, copied from the browser in which you are signed in to LinkedIn."
        ),
    })?;
    header.set_sensitive(true);
    Ok(header)
}

/// `login.base_url` counts as an origin only.
fn address(login: &PostingLogin, path: &[&str]) -> Result<Url, ProviderError> {
    let mut url = login.base_url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let is_web = matches!(url.scheme(), "http" | "https");
    match url.path_segments_mut() {
        Ok(mut segments) if is_web => {
            segments.clear().extend(path);
        }
        _ => {
            return Err(ProviderError::Refused {
                field: Some("base_url".to_owned()),
                detail: "The address of LinkedIn must look like https://www.linkedin.com.".to_owned(),
            });
        }
    }
    Ok(url)
}

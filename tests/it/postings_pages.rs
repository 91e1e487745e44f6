//! The pages of postings, as a browser without scripts uses them.

mod bringing;
mod taking;
mod tracking;

use reqwest::Method;
use serde_json::{Value as Json, json};
use sluice_sandbox::{Options, Sandbox};

use crate::support::app::Answer;
use crate::support::browser::Browser;
use crate::support::{OWNER_KEY, TestApp, send};

const HTML: &str = "text/html";

async fn page(browser: &Browser, path: &str) -> Answer {
    send(browser.request(Method::GET, path).header("accept", HTML)).await
}

/// The text of a page that is there.
async fn read(browser: &Browser, path: &str) -> String {
    let answer = page(browser, path).await;
    assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text);
    answer.text
}

/// Where a form that did its work leads.
fn led_to(answer: &Answer) -> &str {
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text);
    answer.headers["location"].to_str().expect("a location")
}

/// The words beside a field of a form that was refused.
fn beside(answer: &Answer, id: &str) -> String {
    assert_eq!(answer.status.as_u16(), 422, "{}", answer.text);
    let mark = format!("id=\"{id}-wrong\"");
    let rest = answer.text.split(&mark).nth(1).unwrap_or_else(|| panic!("no words beside {id}: {}", answer.text));
    let rest = rest.split_once('>').expect("the end of the tag").1;
    rest.split("</p>").next().expect("the end of the words").to_owned()
}

fn shows(text: &str, expected: &[&str]) {
    for expected in expected {
        assert!(text.contains(expected), "{expected:?} is not in {text}");
    }
}

/// The owner of the first workspace, in a browser.
async fn owner(app: &TestApp) -> Browser {
    let user = sluice::store::users::first_owner(&mut app.database().read().await.expect("a connection")).await.expect("it is read");
    let (workspace, user) = user.expect("the first owner");
    app.browser_of(user, workspace).await
}

/// A page of one posting, as a browser saves it.
fn saved_page(number: u64, title: &str, company: &str, description: &str) -> String {
    let posting = json!({
        "@context": "http://schema.org", "@type": "JobPosting", "datePosted": "2026-03-02", "description": description, "employmentType": "CONTRACTOR",
        "hiringOrganization": {"@type": "Organization", "name": company}, "title": title, "jobLocationType": "TELECOMMUTE",
        "jobLocation": {"@type": "Place", "address": {"@type": "PostalAddress", "addressCountry": "BE", "addressLocality": "Ghent"}},
        "baseSalary": {"@type": "MonetaryAmount", "currency": "EUR", "value": {"@type": "QuantitativeValue", "minValue": 60000, "maxValue": 80000, "unitText": "YEAR"}},
    });
    // As pages do, so that nothing within ends the script.
    let posting = posting.to_string().replace('<', "\\u003c");
    format!(
        "<!DOCTYPE html><html><head><link rel=\"canonical\" href=\"https://www.linkedin.com/jobs/view/{number}\">\
         <script type=\"application/ld+json\">{posting}</script></head><body></body></html>"
    )
}

/// Imports such a page and waits; the job, and our id of the posting.
async fn import(app: &TestApp, key: &str, saved: String) -> (String, String) {
    let request =
        app.request(Method::POST, "/api/v1/job-postings/import").header("x-api-key", key).header("content-type", HTML).body(saved);
    let job = send(request).await.ok()["job_id"].as_str().expect("an id").to_owned();
    app.ended(key, &job).await;
    let items = app.get(key, &format!("/api/v1/jobs/{job}/posting-items")).await.ok();
    let posting = items["data"][0]["posting_id"].as_str().unwrap_or_else(|| panic!("it was not stored: {items}")).to_owned();
    (job, posting)
}

async fn sandbox() -> Sandbox {
    sluice_sandbox::start(Options { people: 500, ..Options::default() }).await.expect("the sandbox starts")
}

/// The public pages of a sandbox, switched on without a pace; the account.
async fn public_pages(app: &TestApp, base_url: &str) -> String {
    let body = json!({"provider": "linkedin", "base_url": base_url, "pace": {"delay_ms": 0, "jitter_pct": 0}, "name": "Public pages"});
    app.post(OWNER_KEY, "/api/v1/accounts", body).await.ok()["id"].as_str().expect("an id").to_owned()
}

async fn posting(app: &TestApp, id: &str) -> Json {
    app.get(OWNER_KEY, &format!("/api/v1/job-postings/{id}")).await.ok()
}

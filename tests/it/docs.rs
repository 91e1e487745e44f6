//! The documentation: every route of the router, and none that is not there.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value as Json, json};
use sluice::http::caller::Access;
use sluice::http::router;
use sluice::http::routes::Surface;

use crate::support::{TestApp, TestDatabase, send};

async fn app() -> TestApp {
    TestApp::over(TestDatabase::sqlite().await, sluice::config::Settings::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_openapi_document_names_every_route_and_no_other() {
    let app = app().await;
    let document = send(app.request(Method::GET, "/openapi.json")).await.ok();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{}", document["openapi"]);
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            assert!(operation["summary"].as_str().is_some_and(|text| text.ends_with('.')), "{method} {path} has no summary");
            assert!(operation["responses"].get("default").is_some(), "{method} {path} tells no errors");
            let is_public = operation["security"] == json!([{}]);
            described.insert((method.to_uppercase(), path.clone(), is_public));
        }
    }
    let listed = router::listed(app.app());
    let served: BTreeSet<_> = listed
        .iter()
        .filter(|route| route.surface == Surface::Api)
        .map(|route| (route.method.to_string(), route.path.to_owned(), route.access == Access::Public))
        .collect();
    assert_eq!(described, served);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reference_of_the_document_leads_somewhere() {
    let document = send(app().await.request(Method::GET, "/openapi.json")).await.ok();
    let mut wanted = Vec::new();
    collect_references(&document, &mut wanted);
    assert!(wanted.len() > 50, "{}", wanted.len());
    for reference in wanted {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect_references(value: &Json, found: &mut Vec<String>) {
    match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(reference) if name == "$ref" => found.push(reference.to_owned()),
                    _ => collect_references(value, found),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_every_route_and_loads_nothing() {
    let app = app().await;
    let page = send(app.request(Method::GET, "/docs")).await;
    assert!(page.headers["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")));
    assert!(page.headers["content-security-policy"].to_str().is_ok_and(|policy| policy.starts_with("default-src 'none'")));
    for route in router::listed(app.app()).iter().filter(|route| route.surface == Surface::Api) {
        assert!(page.text.contains(&format!(">{}</span> <span class=\"path\">{}</span>", route.method, route.path)), "{route:?}");
    }
    for loading in ["<script", "<link", "src=", "@import", "url("] {
        assert!(!page.text.contains(loading), "{loading}");
    }
    let anchors: BTreeSet<&str> = page.text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for target in page.text.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(anchors.contains(target), "#{target} leads nowhere");
    }
}

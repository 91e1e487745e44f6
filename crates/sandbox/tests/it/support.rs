//! A running sandbox and the calls that the tests make.

use std::sync::Once;

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sluice_sandbox::{Options, Sandbox, start};

pub const PEOPLE: usize = 5_000;

pub struct Caller {
    pub sandbox: Sandbox,
    pub client: Client,
}

/// A sandbox of a few thousand people with these faults.
pub async fn sandbox(faults: &str) -> Caller {
    with(Options { people: PEOPLE, faults: faults.parse().unwrap(), ..Options::default() }).await
}

pub async fn with(options: Options) -> Caller {
    static CRYPTO: Once = Once::new();
    CRYPTO.call_once(|| rustls::crypto::ring::default_provider().install_default().unwrap());
    Caller { sandbox: start(options).await.unwrap(), client: Client::new() }
}

impl Caller {
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<reqwest::Response, reqwest::Error> {
        let request = self.client.request(method, format!("{}{path}", self.sandbox.base_url())).header("X-API-KEY", "any-key");
        match body {
            Some(body) => request.json(body).send().await,
            None => request.send().await,
        }
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        let response = self.send(Method::GET, path, None).await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    pub async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let response = self.send(Method::POST, path, Some(body)).await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// One page that must be there.
    pub async fn page(&self, account: &str, limit: usize, cursor: Option<&str>, body: &Value) -> Value {
        let (status, page) = self.post(&search_path(account, Some(limit), cursor), body).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert_eq!(page["paging"]["page_count"], page["items"].as_array().unwrap().len());
        page
    }

    /// All pages of a search to the end of its cursors.
    pub async fn pages(&self, account: &str, limit: usize, body: &Value) -> Vec<Value> {
        let mut pages = vec![self.page(account, limit, None, body).await];
        while let Some(cursor) = pages.last().unwrap()["cursor"].as_str().map(str::to_owned) {
            pages.push(self.page(account, limit, Some(&cursor), body).await);
            assert!(pages.len() < 200, "the cursors do not end");
        }
        pages
    }

    /// All rows of a Sales Navigator search.
    pub async fn rows(&self, filters: Value) -> Vec<Value> {
        rows(&self.pages("acc_sales_navigator", 100, &sales(filters)).await)
    }

    pub async fn log(&self) -> Vec<Value> {
        self.get("/_sandbox/requests").await.1.as_array().unwrap().clone()
    }
}

pub fn rows(pages: &[Value]) -> Vec<Value> {
    pages.iter().flat_map(|page| page["items"].as_array().unwrap().clone()).collect()
}

pub fn search_path(account: &str, limit: Option<usize>, cursor: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("account_id", account);
    if let Some(limit) = limit {
        query.append_pair("limit", &limit.to_string());
    }
    if let Some(cursor) = cursor {
        query.append_pair("cursor", cursor);
    }
    format!("/api/v1/linkedin/search?{}", query.finish())
}

pub fn people(api: &str, filters: Value) -> Value {
    let mut body = json!({ "api": api, "category": "people" });
    for (name, value) in filters.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

pub fn sales(filters: Value) -> Value {
    people("sales_navigator", filters)
}

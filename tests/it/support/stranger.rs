//! A browser that is not signed in (yet): forms, and the cookie that an answer gives it.

use std::sync::Mutex;

use reqwest::{Method, RequestBuilder};

use super::TestApp;
use super::app::{Answer, send};
use super::browser::browser_client;

pub struct Stranger {
    base: String,
    http: reqwest::Client,
    cookie: Mutex<Option<String>>,
}

impl TestApp {
    pub fn stranger(&self) -> Stranger {
        Stranger { base: self.url(""), http: browser_client(), cookie: Mutex::new(None) }
    }
}

impl Stranger {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let path = path.strip_prefix(&self.base).unwrap_or(path);
        let request = self.http.request(method, format!("{}{path}", self.base)).header("sec-fetch-site", "same-origin");
        let request = request.header("accept", "text/html").header("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");
        match &*self.cookie.lock().expect("the cookie") {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    /// Keeps the session cookie that came, as a browser does.
    fn keep(&self, answer: Answer) -> Answer {
        for value in answer.headers.get_all("set-cookie") {
            let text = value.to_str().expect("text");
            if let Some(cookie) = text.split(';').next().filter(|cookie| cookie.starts_with("sluice_session=")) {
                let kept = (cookie != "sluice_session=").then(|| cookie.to_owned());
                *self.cookie.lock().expect("the cookie") = kept;
            }
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.keep(send(self.request(Method::GET, path)).await)
    }

    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
        self.keep(send(request.body(body)).await)
    }

    pub fn cookie(&self) -> Option<String> {
        self.cookie.lock().expect("the cookie").clone()
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.submit("/sign-in", &[("email", email), ("password", password)]).await
    }

    /// Whether the browser is in.
    pub async fn is_in(&self) -> bool {
        match self.get("/settings/you").await.status.as_u16() {
            200 => true,
            303 => false,
            other => panic!("{other}"),
        }
    }
}

/// Where an answer leads.
pub fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text);
    answer.headers["location"].to_str().expect("an address")
}

//! The only HTTP client of the connectors: one request, one bounded answer, no redirects, no retries.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};

use crate::address::{PublicNames, is_private};
use crate::error::ProviderError;

/// How calls are made. The process must have a rustls crypto provider installed before the first `Fetch` is built.
#[derive(Debug, Clone)]
pub struct FetchConfig {
    /// Until the connection stands.
    pub connect_timeout: Duration,
    /// From the start of the call to the last byte of the answer.
    pub total_timeout: Duration,
    /// A longer answer is refused as `LayoutChanged`.
    pub max_answer_bytes: usize,
    pub user_agent: String,
    /// Whether loopback and private addresses may be called. The name of a provider is looked up again for every connection, so this is
    /// where it is decided, whatever was checked when the address was entered.
    pub private_addresses: bool,
}

impl Default for FetchConfig {
    /// 10 s to connect, 60 s in all, 16 MiB, an honest name, and any address.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(60),
            max_answer_bytes: 16 * 1024 * 1024,
            user_agent: concat!("sluice/", env!("CARGO_PKG_VERSION")).to_owned(),
            private_addresses: true,
        }
    }
}

/// An HTTP client that is cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Fetch {
    client: Client,
    total_timeout: Duration,
    max_answer_bytes: usize,
    private_addresses: bool,
}

/// One answer of any status, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// What the provider asked us to wait, when it said so.
    pub retry_after: Option<Duration>,
    /// Where a redirect points.
    pub redirect: Option<Redirect>,
    pub body: Bytes,
}

/// Where a redirect points. Its query may hold secrets, so it is shown without.
#[derive(Clone, PartialEq, Eq)]
pub struct Redirect(String);

impl Redirect {
    pub fn new(target: &str) -> Self {
        Self(target.to_owned())
    }

    /// As far as a person may see it.
    pub fn shown(&self) -> String {
        self.0.split(['?', '#']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect()
    }

    /// The whole address, for a connector that knows which part of its query is harmless.
    pub fn resolved(&self, asked: &url::Url) -> Option<url::Url> {
        asked.join(&self.0).ok()
    }
}

impl std::fmt::Debug for Redirect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

/// What goes out. Headers that carry keys must be marked sensitive by the caller.
#[derive(Debug)]
pub struct Request {
    pub method: Method,
    pub url: url::Url,
    pub headers: HeaderMap,
    pub body: Option<serde_json::Value>,
}

impl Fetch {
    /// Fails only when the system's TLS set-up cannot be read.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that builds the connectors' client")]
    pub fn new(config: &FetchConfig) -> Result<Self, reqwest::Error> {
        let mut client = Client::builder()
            .user_agent(&config.user_agent)
            .connect_timeout(config.connect_timeout)
            .timeout(config.total_timeout)
            .redirect(Policy::none())
            .referer(false);
        if !config.private_addresses {
            client = client.dns_resolver(PublicNames).no_proxy();
        }
        Ok(Self {
            client: client.build()?,
            total_timeout: config.total_timeout,
            max_answer_bytes: config.max_answer_bytes,
            private_addresses: config.private_addresses,
        })
    }

    /// The same client for longer answers, or for none as long.
    #[must_use]
    pub fn reading_at_most(&self, bytes: usize) -> Self {
        Self { max_answer_bytes: bytes, ..self.clone() }
    }

    /// Makes the call. Every status is an `Ok` answer; what it means is the connector's business.
    pub async fn send(&self, request: Request) -> Result<Answer, ProviderError> {
        let host = host_for_people(&request.url);
        if !self.private_addresses && is_private_literal(&request.url) {
            let detail = format!("{host} is a private address, and this server calls public ones only");
            return Err(ProviderError::Refused { field: Some("base_url".to_owned()), detail });
        }
        let mut call = self.client.request(request.method, request.url).headers(request.headers);
        if let Some(body) = &request.body {
            call = call.json(body);
        }
        let mut response = call.send().await.map_err(|error| self.unreachable(&host, None, &error))?;
        let status = response.status().as_u16();
        let retry_after = read_retry_after(response.headers());
        let redirect = if response.status().is_redirection() { read_redirect(response.headers()) } else { None };
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.unreachable(&host, Some(status), &error))? {
            if body.len() + chunk.len() > self.max_answer_bytes {
                let detail = format!("the answer of {host} is longer than {} bytes", self.max_answer_bytes);
                return Err(ProviderError::LayoutChanged { page: None, detail, excerpt: excerpt(&body) });
            }
            body.extend_from_slice(&chunk);
        }
        tracing::debug!(host, status, bytes = body.len(), "a provider answered");
        Ok(Answer { status, retry_after, redirect, body: body.freeze() })
    }

    /// A transport error in our own words: the library's text may hold the URL, and with it what must stay secret.
    fn unreachable(&self, host: &str, status: Option<u16>, error: &reqwest::Error) -> ProviderError {
        let detail = if error.is_connect() {
            format!("{host} cannot be reached")
        } else if error.is_timeout() {
            format!("{host} did not answer within {} ms", self.total_timeout.as_millis())
        } else if status.is_some() || error.is_body() || error.is_decode() {
            format!("the answer of {host} broke off")
        } else {
            format!("the connection to {host} broke")
        };
        ProviderError::Unreachable { status, detail }
    }
}

/// What an answer looks like, for a person to read and without what it says about anybody: the keys of a JSON object, else the
/// first 200 characters without control characters.
pub fn excerpt(body: &[u8]) -> String {
    if let Ok(serde_json::Value::Object(object)) = serde_json::from_slice(body) {
        let keys: Vec<&str> = object.keys().map(String::as_str).collect();
        return format!("a JSON object of {}", keys.join(", ")).chars().take(200).collect();
    }
    let start = &body[..body.len().min(800)];
    String::from_utf8_lossy(start).chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

/// An address that is written as numbers is never looked up.
fn is_private_literal(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => is_private(address.into()),
        Some(url::Host::Ipv6(address)) => is_private(address.into()),
        Some(url::Host::Domain(_)) | None => false,
    }
}

fn host_for_people(url: &url::Url) -> String {
    let host = url.host_str().unwrap_or("the provider");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// `Retry-After` in seconds or as a date. A date is measured against the answer's own `Date`, so that no clock of ours takes part.
fn read_retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = parse_http_date(value)?;
    let sent = parse_http_date(headers.get(DATE)?.to_str().ok()?)?;
    Some(Duration::from_secs(u64::try_from(until.as_second() - sent.as_second()).unwrap_or(0)))
}

fn parse_http_date(value: &str) -> Option<jiff::Timestamp> {
    static PARSER: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new();
    PARSER.parse_timestamp(value.trim()).ok()
}

fn read_redirect(headers: &HeaderMap) -> Option<Redirect> {
    Some(Redirect::new(headers.get(LOCATION)?.to_str().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;
    use wiremock::matchers::{header, method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    fn fetch(config: &FetchConfig) -> Fetch {
        crate::unipile::install_crypto();
        Fetch::new(config).unwrap()
    }

    fn get(url: &str) -> Request {
        Request { method: Method::GET, url: url.parse().unwrap(), headers: HeaderMap::new(), body: None }
    }

    #[tokio::test]
    async fn the_user_agent_is_honest_and_every_status_is_an_answer() {
        let server = MockServer::start().await;
        let name = concat!("sluice/", env!("CARGO_PKG_VERSION"));
        Mock::given(method("GET"))
            .and(path("/a"))
            .and(header("user-agent", name))
            .respond_with(ResponseTemplate::new(418).insert_header("retry-after", "86400").set_body_string("short"))
            .mount(&server)
            .await;
        let answer = fetch(&FetchConfig::default()).send(get(&format!("{}/a", server.uri()))).await.unwrap();
        assert_eq!((answer.status, answer.retry_after, &answer.body[..]), (418, Some(Duration::from_secs(86_400)), &b"short"[..]));
    }

    #[tokio::test]
    async fn a_redirect_is_shown_without_its_query_and_not_followed() {
        let server = MockServer::start().await;
        let template = ResponseTemplate::new(302).insert_header("location", "/login?key=very-secret");
        Mock::given(method("GET")).and(path("/a")).respond_with(template).expect(1).mount(&server).await;
        let answer = fetch(&FetchConfig::default()).send(get(&format!("{}/a", server.uri()))).await.unwrap();
        let redirect = answer.redirect.unwrap();
        assert_eq!((answer.status, redirect.shown(), format!("{redirect:?}")), (302, "/login".to_owned(), "/login".to_owned()));
        let whole = redirect.resolved(&"https://a.example/b".parse().unwrap()).unwrap();
        assert_eq!(whole.as_str(), "https://a.example/login?key=very-secret");
    }

    #[tokio::test]
    async fn an_endless_answer_is_cut_off() {
        let server = MockServer::start().await;
        let template = ResponseTemplate::new(200).set_body_string("x".repeat(5_000));
        Mock::given(method("GET")).respond_with(template).mount(&server).await;
        let config = FetchConfig { max_answer_bytes: 4_000, ..FetchConfig::default() };
        let error = fetch(&config).send(get(&server.uri())).await.unwrap_err();
        assert!(matches!(&error, ProviderError::LayoutChanged { detail, .. } if detail.contains("longer than 4000 bytes")), "{error:?}");
    }

    #[tokio::test]
    async fn a_silent_provider_is_unreachable_and_its_url_stays_untold() {
        let server = MockServer::start().await;
        let template = ResponseTemplate::new(200).set_delay(Duration::from_secs(30));
        Mock::given(method("GET")).respond_with(template).mount(&server).await;
        let config = FetchConfig { total_timeout: Duration::from_millis(50), ..FetchConfig::default() };
        let error = fetch(&config).send(get(&format!("{}/a?key=very-secret", server.uri()))).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(matches!(error, ProviderError::Unreachable { status: None, .. }) && text.contains("within 50 ms"), "{text}");
        assert!(!text.contains("very-secret"), "{text}");
    }

    #[tokio::test]
    async fn a_private_address_is_not_called_when_that_is_off() {
        let server = MockServer::start().await;
        Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).expect(0).mount(&server).await;
        let fetch = fetch(&FetchConfig { private_addresses: false, ..FetchConfig::default() });
        let error = fetch.send(get(&server.uri())).await.unwrap_err();
        assert!(matches!(&error, ProviderError::Refused { field: Some(field), .. } if field == "base_url"), "{error:?}");
        let by_name = fetch.send(get(&format!("http://localhost:{}/", server.address().port()))).await.unwrap_err();
        assert!(matches!(by_name, ProviderError::Unreachable { .. }), "{by_name:?}");
    }

    #[tokio::test]
    async fn a_closed_port_is_unreachable_and_names_the_host() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let error = fetch(&FetchConfig::default()).send(get(&format!("http://{address}/a?key=very-secret"))).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains(&format!("{address} cannot be reached")) && !text.contains("very-secret"), "{text}");
    }

    #[tokio::test]
    async fn an_answer_cut_short_is_unreachable() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            let _read = socket.read(&mut request).await.unwrap();
            socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"items\"").await.unwrap();
        });
        let error = fetch(&FetchConfig::default()).send(get(&format!("http://{address}/a"))).await.unwrap_err();
        server.await.unwrap();
        assert!(matches!(&error, ProviderError::Unreachable { status: Some(200), detail } if detail.ends_with("broke off")), "{error:?}");
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date_against_the_answers_own_date() {
        let cases: [(&str, Option<&str>, Option<u64>); 6] = [
            ("7", None, Some(7)),
            ("Sun, 22 Nov 2026 10:01:30 GMT", Some("Sun, 22 Nov 2026 10:00:00 GMT"), Some(90)),
            ("Sun, 22 Nov 2026 09:00:00 GMT", Some("Sun, 22 Nov 2026 10:00:00 GMT"), Some(0)),
            ("Sun, 22 Nov 2026 10:01:30 GMT", None, None),
            ("-5", None, None),
            ("soon", Some("Sun, 22 Nov 2026 10:00:00 GMT"), None),
        ];
        for (value, date, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
            if let Some(date) = date {
                headers.insert(DATE, HeaderValue::from_static(date));
            }
            assert_eq!(read_retry_after(&headers), expected.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn an_excerpt_is_short_printable_and_tells_nothing_about_anybody() {
        assert_eq!(excerpt(br#"{"name":"Ada","headline":"x"}"#), "a JSON object of name, headline");
        assert_eq!(excerpt(b"<html>\n\x1b[31m"), "<html>  [31m");
        assert_eq!(excerpt("é".repeat(900).as_bytes()).chars().count(), 200);
    }
}

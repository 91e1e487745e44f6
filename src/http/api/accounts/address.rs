//! Where a provider may be: an origin that an owner set, and nothing that reaches into this machine's own network.

use std::net::IpAddr;

use sluice_providers::ProviderError;
use sluice_providers::address::is_private;
use url::{Host, Url};

use crate::domain::{ProviderName, Role};
use crate::http::Shared;
use crate::http::caller::Caller;
use crate::http::problem::{Failure, Kind, refused};
use crate::store::Conn;

/// Checks an address that came in; only an owner sets one.
pub fn check(app: &Shared, caller: &Caller, base_url: &str) -> Result<String, Failure> {
    if caller.role != Role::Owner {
        let message = "Only an owner of the workspace sets a provider's address; leave it out to use the workspace's.";
        return Err(Failure::new(Kind::Forbidden, "FORBIDDEN", message)
            .with_field(refused("base_url", "forbidden", base_url, message))
            .suggest(message));
    }
    origin(base_url, app.config.allows_private_providers())
        .map_err(|message| Failure::invalid(vec![refused("base_url", "invalid_value", base_url, message)]))
}

/// The address that an account uses; an invalid request when there is none.
pub async fn of(conn: &mut Conn, caller: &Caller, provider: ProviderName, own: Option<&str>) -> Result<String, Failure> {
    if let Some(address) = crate::accounts::address(conn, caller.workspace_id, provider, own).await? {
        return Ok(address);
    }
    let message = if caller.role == Role::Owner {
        "Give the address that the Unipile dashboard shows as DSN, for example https://api1.unipile.com:13111."
    } else {
        "The workspace has no address for Unipile yet: ask an owner to share an account that has one."
    };
    Err(Failure::invalid(vec![refused("base_url", "missing_field", serde_json::Value::Null, message)]))
}

/// What a provider's error means to somebody who connects or tests an account.
pub fn provider_failure(error: ProviderError, connecting: bool) -> Failure {
    match error {
        ProviderError::AccountTrouble { detail, .. } if connecting => {
            Failure::invalid(vec![refused("api_key", "refused_by_provider", serde_json::Value::Null, detail)])
        }
        ProviderError::AccountTrouble { detail, .. } | ProviderError::Blocked { detail } => {
            Failure::new(Kind::ProviderFailed, "PROVIDER_REFUSED", detail)
        }
        ProviderError::Refused { field, detail } => {
            let field = field.unwrap_or_else(|| "external_account_id".into());
            Failure::invalid(vec![refused(field, "refused_by_provider", serde_json::Value::Null, detail)])
        }
        ProviderError::RateLimited { retry_after } => {
            Failure::new(Kind::Unavailable, "PROVIDER_BUSY", "The provider asks to slow down. Try again later.").retry_after(retry_after)
        }
        ProviderError::LayoutChanged { detail, .. } => {
            Failure::new(Kind::ProviderFailed, "PROVIDER_UNREADABLE", format!("The provider's answer could not be read: {detail}."))
                .suggest("Check that base_url is the provider's address.")
        }
        ProviderError::Unreachable { detail, .. } => {
            Failure::new(Kind::ProviderFailed, "PROVIDER_UNREACHABLE", format!("The provider did not answer: {detail}."))
                .suggest("Check base_url and try again; with `api` given, the account is connected without asking the provider.")
        }
    }
}

/// An origin: scheme, host, port and nothing more.
fn origin(text: &str, private_allowed: bool) -> Result<String, &'static str> {
    const FORM: &str = "This must be an origin without a path, for example https://api1.unipile.com:13111.";
    let url = Url::parse(text.trim()).map_err(|_| FORM)?;
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err(FORM);
    }
    let named_private = match url.host() {
        Some(Host::Ipv4(address)) => is_private(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_private(IpAddr::V6(address)),
        Some(Host::Domain(name)) => is_private_name(name),
        None => return Err(FORM),
    };
    if named_private && !private_allowed {
        return Err(
            "This is a private address. It is accepted only when the server itself is bound to loopback, or with SLUICE_ALLOW_PRIVATE_PROVIDERS.",
        );
    }
    match url.scheme() {
        "https" => {}
        "http" if private_allowed => {}
        "http" => return Err("Use https://, since the provider's key travels with every request."),
        _ => return Err(FORM),
    }
    Ok(url.origin().ascii_serialization())
}

/// Names that only this machine or its network knows; what any other name leads to is decided when it is called.
fn is_private_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let ends = [".localhost", ".local", ".internal", ".lan", ".home.arpa"];
    name == "localhost" || !name.contains('.') || ends.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_origin_of_the_internet_unless_private_ones_are_allowed() {
        let public = [
            ("https://api1.unipile.com:13111", Some("https://api1.unipile.com:13111")),
            ("https://API1.unipile.com/", Some("https://api1.unipile.com")),
            ("https://api1.unipile.com/api/v1", None),
            ("https://user:pass@api1.unipile.com", None),
            ("https://api1.unipile.com?x=1", None),
            ("http://api1.unipile.com", None),
            ("ftp://api1.unipile.com", None),
            ("unipile", None),
            ("https://127.0.0.1:9000", None),
            ("https://2130706433", None),
            ("https://[::1]", None),
            ("https://169.254.169.254", None),
            ("https://localhost", None),
            ("https://metadata.google.internal", None),
            ("https://database", None),
        ];
        for (text, expected) in public {
            assert_eq!(origin(text, false).ok().as_deref(), expected, "{text}");
        }
        assert_eq!(origin("http://127.0.0.1:9000", true).as_deref(), Ok("http://127.0.0.1:9000"));
        assert_eq!(origin("http://sandbox:9000", true).as_deref(), Ok("http://sandbox:9000"));
        assert!(origin("http://127.0.0.1:9000/api", true).is_err());
    }
}

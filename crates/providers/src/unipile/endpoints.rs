//! The only place that knows Unipile's addresses (v1).

use url::Url;

use crate::error::ProviderError;
use crate::provider::{Login, LookupKind};

const ACCOUNTS_PER_PAGE: &str = "250";
const CHOICES_PER_LOOKUP: &str = "10";

pub fn account(login: &Login) -> Result<Url, ProviderError> {
    address(login, &["accounts", segment("external_account_id", &login.external_account_id)?])
}

pub fn accounts(login: &Login, cursor: Option<&str>) -> Result<Url, ProviderError> {
    let mut url = address(login, &["accounts"])?;
    url.query_pairs_mut().append_pair("limit", ACCOUNTS_PER_PAGE);
    if let Some(cursor) = cursor {
        url.query_pairs_mut().append_pair("cursor", cursor);
    }
    Ok(url)
}

pub fn search(login: &Login, limit: u32, cursor: Option<&str>) -> Result<Url, ProviderError> {
    let mut url = address(login, &["linkedin", "search"])?;
    url.query_pairs_mut().append_pair("account_id", &login.external_account_id).append_pair("limit", &limit.to_string());
    if let Some(cursor) = cursor {
        url.query_pairs_mut().append_pair("cursor", cursor);
    }
    Ok(url)
}

pub fn parameters(login: &Login, kind: LookupKind, words: &str) -> Result<Url, ProviderError> {
    let mut url = address(login, &["linkedin", "search", "parameters"])?;
    url.query_pairs_mut()
        .append_pair("account_id", &login.external_account_id)
        .append_pair("type", wire_kind(kind))
        .append_pair("keywords", words)
        .append_pair("limit", CHOICES_PER_LOOKUP);
    Ok(url)
}

/// All sections, without telling the person. An id of a premium api is answered by that api alone.
pub fn profile(login: &Login, identifier: &str) -> Result<Url, ProviderError> {
    let mut url = address(login, &["users", segment("identifier", identifier)?])?;
    url.query_pairs_mut()
        .append_pair("account_id", &login.external_account_id)
        .append_pair("linkedin_sections", "*")
        .append_pair("notify", "false");
    if identifier.starts_with("ACwAA") {
        url.query_pairs_mut().append_pair("linkedin_api", "sales_navigator");
    } else if identifier.starts_with("AEMAA") {
        url.query_pairs_mut().append_pair("linkedin_api", "recruiter");
    }
    Ok(url)
}

fn wire_kind(kind: LookupKind) -> &'static str {
    match kind {
        LookupKind::Location => "LOCATION",
        LookupKind::Company => "COMPANY",
        LookupKind::Industry => "INDUSTRY",
        LookupKind::SalesIndustry => "SALES_INDUSTRY",
        LookupKind::School => "SCHOOL",
        LookupKind::JobTitle => "JOB_TITLE",
    }
}

/// `login.base_url` counts as an origin only: a path pasted along with it ("…/api/v1") does no harm.
fn address(login: &Login, path: &[&str]) -> Result<Url, ProviderError> {
    let mut url = login.base_url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let is_web = matches!(url.scheme(), "http" | "https");
    match url.path_segments_mut() {
        Ok(mut segments) if is_web => {
            segments.clear().extend(["api", "v1"]).extend(path);
        }
        _ => {
            return Err(ProviderError::Refused {
                field: Some("base_url".to_owned()),
                detail: "The address of Unipile must look like https://api1.unipile.com:13111.".to_owned(),
            });
        }
    }
    Ok(url)
}

/// Refuses what would lead to another address: nothing, dots, and "me", under which Unipile answers with the account's owner.
fn segment<'a>(field: &str, id: &'a str) -> Result<&'a str, ProviderError> {
    if id.trim().is_empty() || matches!(id, "." | ".." | "me") {
        return Err(ProviderError::Refused {
            field: Some(field.to_owned()),
            detail: format!("“{id}” is not an id: give the id as Unipile shows it."),
        });
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(base: &str) -> Login {
        Login { base_url: base.parse().unwrap(), api_key: "k".into(), external_account_id: "acc/1 &x".to_owned() }
    }

    #[test]
    fn ids_and_words_are_escaped_into_their_places() {
        let login = login("https://api1.unipile.com:13111");
        assert_eq!(account(&login).unwrap().as_str(), "https://api1.unipile.com:13111/api/v1/accounts/acc%2F1%20&x");
        assert_eq!(
            parameters(&login, LookupKind::SalesIndustry, "R&D = büro").unwrap().as_str(),
            "https://api1.unipile.com:13111/api/v1/linkedin/search/parameters?account_id=acc%2F1+%26x&type=SALES_INDUSTRY&keywords=R%26D+%3D+b%C3%BCro&limit=10"
        );
        assert_eq!(
            search(&login, 50, Some("a+b/c==")).unwrap().as_str(),
            "https://api1.unipile.com:13111/api/v1/linkedin/search?account_id=acc%2F1+%26x&limit=50&cursor=a%2Bb%2Fc%3D%3D"
        );
    }

    #[test]
    fn a_path_or_query_pasted_with_the_origin_does_no_harm() {
        let url = accounts(&login("http://127.0.0.1:9/api/v1/?x=1#y"), None).unwrap();
        assert_eq!(url.as_str(), "http://127.0.0.1:9/api/v1/accounts?limit=250");
    }

    #[test]
    fn a_premium_id_is_asked_from_its_own_api() {
        let login = login("http://127.0.0.1:9");
        assert!(profile(&login, "ACwAAB1").unwrap().as_str().ends_with("&notify=false&linkedin_api=sales_navigator"));
        assert!(profile(&login, "AEMAAB1").unwrap().as_str().ends_with("&notify=false&linkedin_api=recruiter"));
        assert!(profile(&login, "ada-lovelace").unwrap().as_str().ends_with("?account_id=acc%2F1+%26x&linkedin_sections=*&notify=false"));
    }

    #[test]
    fn what_would_lead_elsewhere_is_refused() {
        for id in ["", " ", ".", "..", "me"] {
            assert!(matches!(profile(&login("http://127.0.0.1:9"), id), Err(ProviderError::Refused { .. })), "{id}");
        }
        for base in ["mailto:a@b.example", "ftp://127.0.0.1"] {
            assert!(matches!(accounts(&login(base), None), Err(ProviderError::Refused { .. })), "{base}");
        }
    }
}

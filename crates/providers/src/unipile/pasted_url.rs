//! Which search a pasted LinkedIn address stands for, and in plain words what it is when it stands for none.

use url::Url;

use crate::error::ProviderError;
use crate::query::Api;

const LONGEST_URL: usize = 8_192;

const WHAT_WORKS: &str = "Paste the address of a people search: linkedin.com/search/results/people/…, linkedin.com/sales/search/people… or linkedin.com/talent/…";

/// The api whose people search `pasted` is; anything else is refused with what it is and what would work.
pub fn api_of_search_url(pasted: &str) -> Result<Api, ProviderError> {
    let url = parse(pasted)?;
    let path: Vec<String> =
        url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let what = match path.as_slice() {
        ["search", "results", "people", ..] => return Ok(Api::Classic),
        ["sales", "search", "people", ..] => return Ok(Api::SalesNavigator),
        ["talent", "search", ..] | ["talent", "hire", _, "discover", ..] | ["recruiter", "smartsearch" | "search", ..] => {
            return Ok(Api::Recruiter);
        }
        ["search", "results", "all", ..] => "a search over everything: choose the tab People on LinkedIn first",
        ["search", "results", "companies", ..] | ["sales", "search", "company" | "companies", ..] => "a company search",
        ["search", "results", "content", ..] => "a search of posts",
        ["search", "results", "jobs", ..] | ["jobs", "search" | "search-results", ..] => "a job search",
        ["jobs", ..] => "a job page",
        ["search", ..] => "a search, but not of people",
        ["in" | "pub", ..] | ["sales", "lead" | "people", ..] | ["talent", "profile", ..] | ["recruiter", "profile", ..] => {
            "one person's profile"
        }
        ["company" | "showcase", ..] | ["sales", "company" | "account", ..] => "a company page",
        ["school", ..] => "a school page",
        ["sales", "lists", ..] => "a list of saved leads or accounts",
        ["sales", ..] => "a page of Sales Navigator, but not a people search",
        ["talent" | "recruiter", ..] => "a page of Recruiter, but not a people search",
        ["posts" | "feed" | "pulse", ..] => "a post",
        ["groups", ..] => "a group",
        ["events", ..] => "an event",
        [] => "LinkedIn's front page",
        _ => "a page of LinkedIn, but not a people search",
    };
    Err(refused(format!("This address is {what}. {WHAT_WORKS}")))
}

/// `api_of_search_url`, and the account's api must be able to run it.
pub fn check(api: Api, pasted: &str) -> Result<(), ProviderError> {
    let meant = api_of_search_url(pasted)?;
    if meant == api {
        return Ok(());
    }
    let detail = match meant {
        Api::Classic => format!(
            "This address is a search of classic LinkedIn, but the search would run with {}: choose the classic api for it, or build the search in {} and paste its address.",
            product(api),
            product(api)
        ),
        Api::SalesNavigator | Api::Recruiter => format!(
            "This address is a {} search, but the search would run with {}: use an account with {}, or build the search in {} and paste its address.",
            product(meant),
            product(api),
            product(meant),
            product(api)
        ),
    };
    Err(refused(detail))
}

/// The address as it goes out: as pasted, with the scheme that browsers leave out when they copy.
pub fn complete(pasted: &str) -> String {
    let pasted = pasted.trim();
    if pasted.contains("://") { pasted.to_owned() } else { format!("https://{pasted}") }
}

/// The api as its users call it.
pub fn product(api: Api) -> &'static str {
    match api {
        Api::Classic => "classic LinkedIn",
        Api::SalesNavigator => "Sales Navigator",
        Api::Recruiter => "Recruiter",
    }
}

fn parse(pasted: &str) -> Result<Url, ProviderError> {
    if pasted.len() > LONGEST_URL {
        return Err(refused(format!(
            "The address is longer than {LONGEST_URL} bytes: save the search on LinkedIn and use the saved search."
        )));
    }
    let no_address = || refused(format!("This is not a web address. {WHAT_WORKS}"));
    if pasted.trim().is_empty() || pasted.trim().contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(no_address());
    }
    let url = Url::parse(&complete(pasted)).map_err(|_| no_address())?;
    let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https")).ok_or_else(no_address)?;
    if host != "linkedin.com" && !host.ends_with(".linkedin.com") {
        return Err(refused(format!("The address leads to {host}, not to LinkedIn. {WHAT_WORKS}")));
    }
    if !url.username().is_empty() || url.password().is_some() || url.port().is_some() {
        return Err(refused(format!("The address holds a user name or a port, which LinkedIn's addresses never do. {WHAT_WORKS}")));
    }
    Ok(url)
}

fn refused(detail: String) -> ProviderError {
    ProviderError::Refused { field: Some("url".to_owned()), detail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn detail(result: Result<impl std::fmt::Debug, ProviderError>) -> String {
        match result {
            Err(ProviderError::Refused { field: Some(field), detail }) if field == "url" => detail,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn people_searches_are_recognised_in_all_three_products() {
        let cases = [
            ("https://www.linkedin.com/search/results/people/?keywords=cto&origin=GLOBAL_SEARCH_HEADER", Api::Classic),
            ("  www.linkedin.com/search/results/PEOPLE?keywords=cto  ", Api::Classic),
            ("https://de.linkedin.com/search/results/people/", Api::Classic),
            ("https://www.linkedin.com/sales/search/people?query=(filters%3AList())&viewAllFilters=true", Api::SalesNavigator),
            ("https://www.linkedin.com/sales/search/people?savedSearchId=50512345", Api::SalesNavigator),
            ("https://www.linkedin.com/talent/search?searchContextId=x", Api::Recruiter),
            ("https://www.linkedin.com/talent/search/profiles?x=1", Api::Recruiter),
            ("https://www.linkedin.com/talent/hire/987/discover/recruiterSearch?searchContextId=x", Api::Recruiter),
            ("http://linkedin.com/recruiter/smartsearch?x=1", Api::Recruiter),
        ];
        for (pasted, expected) in cases {
            assert_eq!(api_of_search_url(pasted).unwrap(), expected, "{pasted}");
            check(expected, pasted).unwrap();
        }
    }

    #[test]
    fn other_addresses_are_refused_by_what_they_are() {
        let cases = [
            ("https://www.linkedin.com/jobs/search/?keywords=cto", "a job search"),
            ("https://www.linkedin.com/jobs/view/123", "a job page"),
            ("https://www.linkedin.com/in/ada-l/", "one person's profile"),
            ("https://www.linkedin.com/sales/lead/ACwAAB1,x", "one person's profile"),
            ("https://www.linkedin.com/talent/profile/AEMAAB1", "one person's profile"),
            ("https://www.linkedin.com/company/brightwave/people/", "a company page"),
            ("https://www.linkedin.com/sales/search/company?x=1", "a company search"),
            ("https://www.linkedin.com/search/results/companies/?keywords=x", "a company search"),
            ("https://www.linkedin.com/search/results/all/?keywords=x", "choose the tab People"),
            ("https://www.linkedin.com/search/results/content/?keywords=x", "a search of posts"),
            ("https://www.linkedin.com/sales/lists/people/1", "a list of saved leads"),
            ("https://www.linkedin.com/sales/home", "a page of Sales Navigator"),
            ("https://www.linkedin.com/talent/home", "a page of Recruiter"),
            ("https://www.linkedin.com/feed/", "a post"),
            ("https://www.linkedin.com/school/x", "a school page"),
            ("https://www.linkedin.com/", "front page"),
            ("https://www.linkedin.com/learning/x", "not a people search"),
        ];
        for (pasted, what) in cases {
            let detail = detail(api_of_search_url(pasted));
            assert!(detail.contains(what) && detail.contains("linkedin.com/search/results/people"), "{pasted}: {detail}");
        }
    }

    #[test]
    fn addresses_outside_linkedin_are_refused() {
        let cases = [
            ("https://linkedin.com.evil.example/search/results/people", "leads to linkedin.com.evil.example"),
            ("https://evil.example/search/results/people?x=linkedin.com", "leads to evil.example"),
            ("https://notlinkedin.com/search/results/people", "leads to notlinkedin.com"),
            ("https://www.linkedin.com@evil.example/search/results/people", "leads to evil.example"),
            ("https://ada@www.linkedin.com/search/results/people", "user name"),
            ("https://www.linkedin.com:8443/search/results/people", "a port"),
            ("ftp://www.linkedin.com/search/results/people", "not a web address"),
            ("javascript:alert(1)", "not a web address"),
            ("", "not a web address"),
            ("two words", "not a web address"),
            ("CEO", "leads to ceo"),
        ];
        for (pasted, what) in cases {
            let detail = detail(api_of_search_url(pasted));
            assert!(detail.contains(what), "{pasted}: {detail}");
        }
        assert!(
            detail(api_of_search_url(&format!("https://www.linkedin.com/search/results/people?q={}", "x".repeat(9_000))))
                .contains("longer than 8192")
        );
    }

    #[test]
    fn a_search_of_another_product_is_refused_with_what_would_work() {
        let sales = "https://www.linkedin.com/sales/search/people?query=x";
        let classic = "https://www.linkedin.com/search/results/people?keywords=x";
        assert!(detail(check(Api::Classic, sales)).contains("use an account with Sales Navigator"));
        assert!(detail(check(Api::Recruiter, classic)).contains("choose the classic api"));
        assert!(detail(check(Api::SalesNavigator, "https://www.linkedin.com/talent/search?x")).contains("use an account with Recruiter"));
    }

    #[test]
    fn an_address_goes_out_as_pasted_with_its_scheme() {
        assert_eq!(complete(" www.linkedin.com/search/results/people?k=a%20b "), "https://www.linkedin.com/search/results/people?k=a%20b");
        assert_eq!(complete("https://www.linkedin.com/x?y=(a:b)"), "https://www.linkedin.com/x?y=(a:b)");
    }

    proptest! {
        #[test]
        fn whatever_is_pasted_is_a_search_on_linkedin_or_refused_by_its_field(pasted in "(https?://|ftp:)?([a-z.@:]{0,12})?(www\\.linkedin\\.com)?/?(search|sales|talent|in|\\PC{0,3})?/?\\PC{0,20}") {
            match api_of_search_url(&pasted) {
                Ok(_) => {
                    let url = Url::parse(&complete(&pasted)).unwrap();
                    prop_assert!(url.host_str().unwrap().ends_with("linkedin.com"));
                }
                Err(ProviderError::Refused { field, .. }) => prop_assert_eq!(field.as_deref(), Some("url")),
                Err(other) => prop_assert!(false, "{:?}", other),
            }
        }
    }
}

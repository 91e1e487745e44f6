//! The addresses under which LinkedIn shows one person, in every form that people copy them.

use percent_encoding::percent_decode_str;
use url::Url;

use crate::query::Api;

/// Whom an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileAddress {
    /// The vanity name of `linkedin.com/in/NAME`, decoded.
    Public(String),
    /// An id that one api has for the person.
    OfApi(Api, String),
}

impl ProfileAddress {
    /// Reads an address with or without scheme, of any country's host, with whatever tracking hangs on it. `None` for anything that is not
    /// the profile of a person.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(['<', '>', '"', '\'']).trim();
        let url = match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url,
            // `linkedin.com/in/x` has no scheme, and in `localhost:80/x` the host would be taken for one.
            _ if !text.contains("://") => Url::parse(&format!("https://{}", text.trim_start_matches('/'))).ok()?,
            _ => return None,
        };
        Self::of_url(&url)
    }

    pub fn of_url(url: &Url) -> Option<Self> {
        let host = url.host_str()?;
        if host != "linkedin.com" && !host.ends_with(".linkedin.com") {
            return None;
        }
        let segments: Vec<&str> = url.path_segments()?.filter(|segment| !segment.is_empty()).collect();
        // Links in mails and on phones have a word in front.
        let segments = match segments.as_slice() {
            ["comm" | "mwlite" | "m", rest @ ..] => rest,
            all => all,
        };
        match segments {
            [place, name, ..] if place.eq_ignore_ascii_case("in") => match api_id(name) {
                Some((api, id)) => Some(Self::OfApi(api, id)),
                None => vanity_name(name).map(Self::Public),
            },
            // `ID,HOW_IT_WAS_FOUND,TOKEN`
            ["sales", "lead" | "people", lead, ..] => Some(Self::OfApi(Api::SalesNavigator, id(lead.split([',', '%']).next()?)?)),
            ["talent", "profile", profile, ..] => Some(Self::OfApi(Api::Recruiter, id(profile)?)),
            ["profile", "view"] => {
                let named = url.query_pairs().find(|(name, _)| name == "id")?.1;
                api_id(&named).map(|(api, id)| Self::OfApi(api, id))
            }
            _ => None,
        }
    }

    /// The address to open, without tracking.
    pub fn url(&self) -> String {
        match self {
            Self::Public(name) => {
                let mut url = String::from("https://www.linkedin.com/in/");
                url.extend(percent_encoding::utf8_percent_encode(name, KEPT));
                url
            }
            Self::OfApi(Api::Classic, id) => format!("https://www.linkedin.com/in/{id}"),
            Self::OfApi(Api::SalesNavigator, id) => format!("https://www.linkedin.com/sales/lead/{id}"),
            Self::OfApi(Api::Recruiter, id) => format!("https://www.linkedin.com/talent/profile/{id}"),
        }
    }
}

/// What stands as it is in the last part of an address.
const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// An id of one api, by how such ids begin.
pub fn api_id(text: &str) -> Option<(Api, String)> {
    if text.len() <= 12 {
        return None;
    }
    let api = match text.get(..5)? {
        "ACoAA" => Api::Classic,
        "ACwAA" => Api::SalesNavigator,
        "AEMAA" => Api::Recruiter,
        _ => return None,
    };
    Some((api, id(text)?))
}

fn id(text: &str) -> Option<String> {
    let is_id = text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    is_id.then(|| text.to_owned())
}

/// A name as it stands in an address or a field, decoded. An id of one api may stand where the name belongs; it is not one.
pub fn vanity_name(name: &str) -> Option<String> {
    let name = percent_decode_str(name).decode_utf8().ok()?.trim().to_owned();
    let is_name = !name.is_empty() && !name.contains(['/', '?', '\0']) && api_id(&name).is_none();
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(name: &str) -> Option<ProfileAddress> {
        Some(ProfileAddress::Public(name.to_owned()))
    }

    #[test]
    fn immunity_20_every_form_of_an_address_names_the_same_person() {
        for text in [
            "https://www.linkedin.com/in/ada-l",
            "http://linkedin.com/in/ada-l/",
            "linkedin.com/in/ada-l",
            "www.linkedin.com/in/ada-l/",
            "//www.linkedin.com/in/ada-l",
            "https://de.linkedin.com/in/ada-l?trk=people",
            "https://m.linkedin.com/in/ada-l#experience",
            "https://www.linkedin.com/in/ada-l/en",
            "https://www.linkedin.com/in/ada-l/detail/recent-activity/",
            "https://www.linkedin.com/mwlite/in/ada-l",
            "https://www.linkedin.com/comm/in/ada-l?midToken=x",
            "HTTPS://WWW.LINKEDIN.COM/IN/ada-l",
            "  <https://www.linkedin.com/in/ada-l>  ",
            "\"https://www.linkedin.com/in/ada-l\"",
            "https://www.linkedin.com//in/ada-l",
        ] {
            assert_eq!(ProfileAddress::read(text), public("ada-l"), "{text}");
        }
        assert_eq!(ProfileAddress::read("https://fr.linkedin.com/in/ren%C3%A9e-1"), public("renée-1"));
        assert_eq!(ProfileAddress::read("https://fr.linkedin.com/in/renée-1"), public("renée-1"));
    }

    #[test]
    fn an_address_of_one_api_gives_the_id_there() {
        for (text, api, id) in [
            ("https://www.linkedin.com/in/ACoAAB1234567890", Api::Classic, "ACoAAB1234567890"),
            ("https://www.linkedin.com/sales/lead/ACwAAB1,NAME_SEARCH,a1b2", Api::SalesNavigator, "ACwAAB1"),
            ("https://www.linkedin.com/sales/people/ACwAAB1%2CNAME", Api::SalesNavigator, "ACwAAB1"),
            ("https://www.linkedin.com/talent/profile/AEMAAB1?x=y", Api::Recruiter, "AEMAAB1"),
            ("https://www.linkedin.com/profile/view?id=ACoAAB1234567890", Api::Classic, "ACoAAB1234567890"),
        ] {
            assert_eq!(ProfileAddress::read(text), Some(ProfileAddress::OfApi(api, id.into())), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_profile() {
        for text in [
            "",
            "ada-l",
            "ada@example.com",
            "https://evil.example/in/ada-l",
            "https://notlinkedin.com/in/ada-l",
            "https://linkedin.com.evil.example/in/ada-l",
            "https://www.linkedin.com/company/acme",
            "https://www.linkedin.com/in/",
            "https://www.linkedin.com/in/a%2Fb",
            "https://www.linkedin.com/in/%FF%FE",
            "https://www.linkedin.com/feed/",
            "https://www.linkedin.com/pub/ada-l/1/2/3",
            "javascript://www.linkedin.com/in/ada-l",
            "ftp://www.linkedin.com/in/ada-l",
        ] {
            assert_eq!(ProfileAddress::read(text), None, "{text}");
        }
    }

    #[test]
    fn the_address_to_open_leads_back() {
        for text in [
            "https://www.linkedin.com/in/ren%C3%A9e-1",
            "https://www.linkedin.com/sales/lead/ACwAAB1",
            "https://www.linkedin.com/talent/profile/AEMAAB1",
        ] {
            let address = ProfileAddress::read(text).unwrap();
            assert_eq!(address.url(), text);
            assert_eq!(ProfileAddress::read(&address.url()), Some(address));
        }
    }
}

//! The ids of one person: the member number, the vanity name, and the address of the profile.

use serde_json::{Map, Value};
use url::Url;

use crate::lenient::{text, web_address};
use crate::profile_address::{self, ProfileAddress};

/// The digits of `urn:li:member:123`. Other URNs hold an id of one api, which is not the same over all of them.
pub fn member_urn(value: Option<&Value>) -> Option<String> {
    let text = text(value)?;
    let digits = text.strip_prefix("urn:li:member:").unwrap_or(&text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // Zero stands for "unknown" and would make one person of all strangers.
    if is_number && digits.bytes().any(|byte| byte != b'0') { Some(digits.to_owned()) } else { None }
}

/// The vanity name: from its field, else from a profile URL.
pub fn public_identifier(item: &Map<String, Value>) -> Option<String> {
    let field = text(item.get("public_identifier"));
    let from_field = match &field {
        Some(field) if field.contains('/') => web_address(item.get("public_identifier")).and_then(|url| vanity_name(&url)),
        Some(field) => profile_address::vanity_name(field),
        None => None,
    };
    from_field
        .or_else(|| web_address(item.get("public_profile_url")).and_then(|url| vanity_name(&url)))
        .or_else(|| web_address(item.get("profile_url")).and_then(|url| vanity_name(&url)))
}

/// Where a person can open the profile, without the tracking in its query string.
pub fn profile_url(item: &Map<String, Value>) -> Option<String> {
    let mut url = web_address(item.get("public_profile_url")).or_else(|| web_address(item.get("profile_url")))?;
    if url.path().starts_with("/in/") {
        url.set_query(None);
        url.set_fragment(None);
    }
    Some(url.into())
}

/// The name in `linkedin.com/in/NAME`.
fn vanity_name(url: &Url) -> Option<String> {
    match ProfileAddress::of_url(url)? {
        ProfileAddress::Public(name) => Some(name),
        ProfileAddress::OfApi(..) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn identifier(item: Value) -> Option<String> {
        public_identifier(item.as_object().unwrap())
    }

    #[test]
    fn immunity_20_the_member_number_is_the_digits_of_its_urn_and_nothing_else() {
        for (value, expected) in [
            (json!("urn:li:member:123456"), Some("123456")),
            (json!("123456"), Some("123456")),
            (json!(123456), Some("123456")),
            (json!("urn:li:member:0"), None),
            (json!("urn:li:member:"), None),
            (json!("urn:li:member:12a"), None),
            (json!("urn:li:fsd_profile:ACoAAB12"), None),
            (json!(""), None),
            (json!(null), None),
        ] {
            assert_eq!(member_urn(Some(&value)).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn immunity_20_the_vanity_name_comes_from_its_field_else_from_a_profile_url_without_query() {
        let cases = [
            (json!({"public_identifier": "ada-l"}), Some("ada-l")),
            (json!({"public_identifier": "", "public_profile_url": "https://www.linkedin.com/in/ada-l?miniProfileUrn=x"}), Some("ada-l")),
            (json!({"public_identifier": null, "profile_url": "https://fr.linkedin.com/in/ren%C3%A9e-1/"}), Some("renée-1")),
            (json!({"public_identifier": "ren%C3%A9e-1"}), Some("renée-1")),
            (json!({"public_identifier": "https://www.linkedin.com/in/ada-l/"}), Some("ada-l")),
            (json!({"profile_url": "linkedin.com/in/ada-l#about"}), Some("ada-l")),
            (json!({"public_identifier": "ACoAAB1234567890"}), None),
            (json!({"profile_url": "https://www.linkedin.com/in/ACwAAB1234567890"}), None),
            (json!({"profile_url": "https://www.linkedin.com/sales/lead/ACwAAB1,NAME,x"}), None),
            (json!({"profile_url": "https://evil.example/in/ada-l"}), None),
            (json!({"profile_url": "https://www.linkedin.com/in/a%2Fb"}), None),
            (json!({"profile_url": "https://www.linkedin.com/in/%FF%FE"}), None),
            (json!({}), None),
        ];
        for (item, expected) in cases {
            assert_eq!(identifier(item.clone()).as_deref(), expected, "{item}");
        }
    }

    #[test]
    fn the_profile_address_is_a_web_address_without_tracking() {
        let item = json!({"public_profile_url": "https://www.linkedin.com/in/ada-l?trk=x#y", "profile_url": "https://www.linkedin.com/sales/lead/A"});
        assert_eq!(profile_url(item.as_object().unwrap()).as_deref(), Some("https://www.linkedin.com/in/ada-l"));
        let item = json!({"profile_url": "javascript:alert(1)"});
        assert_eq!(profile_url(item.as_object().unwrap()), None);
    }
}

//! What a form of a page sends: names and texts, the same name as often as boxes are ticked.

use std::fmt;

use axum::extract::{FromRequest, Request};
use secrecy::SecretString;
use serde_json::Value as Json;
use sluice_api::ValidationError;

use super::Shared;
use super::body;
use super::problem::{Failure, refused};

/// The fields of a form, as they were typed. It may hold secrets, so that it cannot be printed.
#[derive(Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl fmt::Debug for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        formatter.debug_tuple("Form").field(&names).finish()
    }
}

impl FromRequest<Shared> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        let bytes = body::collect(request, app).await?;
        Ok(Self(url::form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

impl Form {
    /// A form filled in by us.
    pub fn filled(fields: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self(fields.into_iter().map(|(name, text)| (name.to_owned(), text)).collect())
    }

    /// The same with names that only the page knows.
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The first text of that name without the space around it; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, text)| text.trim())
    }

    /// The same, where an empty field says nothing.
    pub fn said(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The same for what must not be printed.
    pub fn secret(&self, name: &str) -> Option<SecretString> {
        self.said(name).map(SecretString::from)
    }

    /// Whether that box is ticked, or one of that name with that value.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(found, text)| found == name && text == value)
    }

    /// Whether the form has such a field at all.
    pub fn knows(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }

    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, text)| text.as_str())
    }

    /// Every name with its text, as they came.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The text as `T`, an empty one as `None`; what cannot be read joins what is wrong with these words.
    pub fn parse<T: std::str::FromStr>(&self, name: &str, wrong: &mut Vec<ValidationError>, otherwise: &str) -> Option<T> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        without_separators(text).parse().map_err(|_| wrong.push(refused(name, "invalid_value", Json::Null, otherwise))).ok()
    }
}

/// "2,500" as "2500", since people write thousands as they read them; anything else, such as "0,5", stays as it is.
fn without_separators(text: &str) -> String {
    let mut groups = text.split([',', ' ', '\u{a0}']);
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()) && !group.starts_with('0') && is_digits(group));
    if first && groups.all(|group| group.len() == 3 && is_digits(group)) { text.replace([',', ' ', '\u{a0}'], "") } else { text.to_owned() }
}

/// What was wrong with a form: words beside the fields, and words for the whole of it.
#[derive(Debug, Clone, Default)]
pub struct Wrong {
    fields: Vec<ValidationError>,
    pub whole: Vec<String>,
}

impl Wrong {
    /// The words of a failure that its reader can mend in the form; any other failure is handed back.
    pub fn of(failure: Failure) -> Result<Self, Failure> {
        use super::problem::Kind::{Conflict, Invalid, ProviderFailed, TooMany, Unavailable};
        let has_fields = !failure.fields().is_empty();
        match failure.kind() {
            _ if has_fields => Ok(Self { fields: failure.fields().to_vec(), whole: Vec::new() }),
            // The suggestions of a failure speak to programs.
            Invalid | Conflict | ProviderFailed | TooMany | Unavailable => {
                Ok(Self { fields: Vec::new(), whole: vec![failure.detail().to_owned()] })
            }
            _ => Err(failure),
        }
    }

    /// Words that belong to no field.
    pub fn whole(words: impl Into<String>) -> Self {
        Self { fields: Vec::new(), whole: vec![words.into()] }
    }

    pub fn fields(fields: Vec<ValidationError>) -> Self {
        Self { fields, whole: Vec::new() }
    }

    /// The same, where the form calls its fields otherwise.
    #[must_use]
    pub fn renamed(mut self, name: impl Fn(&str) -> String) -> Self {
        for wrong in &mut self.fields {
            wrong.field = name(&wrong.field);
        }
        self
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.whole.is_empty()
    }

    /// What has to be mended first, whether it has a field or not.
    pub fn first(&self) -> Option<&str> {
        self.whole.first().map(String::as_str).or_else(|| self.fields.first().map(|wrong| wrong.message.as_str()))
    }

    /// The words beside a field.
    pub fn with(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.message.as_str())
    }

    /// The words about fields that the form does not have, so that none is lost.
    pub fn beside(&self, shown: &[&str]) -> Vec<String> {
        let other = self.fields.iter().filter(|wrong| !shown.contains(&wrong.field.as_str()));
        self.whole.iter().cloned().chain(other.map(|wrong| format!("{}: {}", wrong.field, wrong.message))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(query: &str) -> Form {
        Form(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    #[test]
    fn a_form_is_read_as_people_fill_it_in() {
        let form = form("name=+Ada%27s+&days=mon&days=fri&shared=yes&rows=2%2C500&delay=two&none=");
        assert_eq!((form.text("name"), form.said("none"), form.text("missing")), ("Ada's", None, ""));
        assert_eq!(form.all("days").collect::<Vec<_>>(), ["mon", "fri"]);
        assert!(form.has("shared", "yes") && !form.has("shared", "no"));
        let mut wrong = Vec::new();
        assert_eq!(form.parse::<u32>("rows", &mut wrong, "A number."), Some(2_500));
        assert_eq!(without_separators("1 250 000"), "1250000");
        assert!(["0,5", "2,50", "0.5", "12,3456", ",500"].iter().all(|text| without_separators(text) == *text));
        assert_eq!(form.parse::<u32>("none", &mut wrong, "A number."), None);
        assert!(wrong.is_empty());
        assert_eq!(form.parse::<u32>("delay", &mut wrong, "A number."), None);
        assert_eq!(Wrong::fields(wrong).with("delay"), Some("A number."));
    }

    #[test]
    fn immunity_24_a_form_cannot_be_printed() {
        let printed = format!("{:?}", form("api_key=super-secret&name=Ada"));
        assert!(!printed.contains("super-secret") && !printed.contains("Ada"), "{printed}");
    }
}

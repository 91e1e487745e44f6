//! Errors in three lines at most: what happened, why, what to do.

use std::io;

use console::{Style, truncate_str};
use serde_json::{Value, json};
use sluice_api::{ClientError, Problem, ValidationError};

use super::render::visible::visible;

/// So many fields with the same fault are named.
const MOST_FIELDS: usize = 5;
/// Columns of a refused value.
const LONGEST_VALUE: usize = 60;

/// An error that knows its remedy.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Failure {
    pub what: String,
    pub why: Option<String>,
    pub remedy: Option<String>,
    /// The request itself was wrong: exit code 2 instead of 1.
    pub usage: bool,
}

impl Failure {
    pub fn new(what: impl Into<String>) -> Self {
        Failure { what: what.into(), why: None, remedy: None, usage: false }
    }

    pub fn usage(what: impl Into<String>) -> Self {
        Failure { usage: true, ..Failure::new(what) }
    }

    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

/// What to print, and the exit code. `None` for a reader that has gone away, such as `| head`.
pub fn explain(error: &anyhow::Error) -> Option<(Failure, u8)> {
    if error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe)) {
        return None;
    }
    let failure = if let Some(failure) = error.downcast_ref::<Failure>() {
        Failure { what: failure.what.clone(), why: failure.why.clone(), remedy: failure.remedy.clone(), usage: failure.usage }
    } else if let Some(client) = error.downcast_ref::<ClientError>() {
        of_client(client)
    } else {
        let what = error.to_string();
        let root = error.root_cause().to_string();
        Failure { why: (root != what).then_some(root), ..Failure::new(what) }
    };
    let code = if failure.usage { 2 } else { 1 };
    Some((failure, code))
}

fn of_client(error: &ClientError) -> Failure {
    match error {
        ClientError::Problem(problem) => of_problem(problem),
        ClientError::Unreachable { url, why } => Failure::new(format!("No answer from {}", origin(url)))
            .because(why)
            .remedy("Start a server with `sluice serve`, or set SLUICE_URL to one that runs."),
        ClientError::Unreadable { url, status, why } => {
            Failure::new(format!("{} is not a Sluice server that this version understands", origin(url)))
                .because(format!("It answered {status}: {why}"))
                .remedy("Check SLUICE_URL, and that both sides have the same version.")
        }
    }
}

fn of_problem(problem: &Problem) -> Failure {
    if !problem.validation_errors.is_empty() {
        return of_fields(problem);
    }
    let mut failure = Failure::new(if problem.message.is_empty() { &problem.title } else { &problem.message });
    if problem.detail != problem.message && !problem.detail.is_empty() {
        failure = failure.because(&problem.detail);
    } else if let (500.., Some(request_id)) = (problem.status, &problem.request_id) {
        failure = failure.because(format!("The server's log says more under {request_id}."));
    }
    if !problem.suggestions.is_empty() {
        failure = failure.remedy(problem.suggestions.join(" "));
    }
    failure
}

/// What the server found wrong with what was typed. It says each field's sentence in its message and among its suggestions too; here once.
fn of_fields(problem: &Problem) -> Failure {
    let errors = &problem.validation_errors;
    let mut by_message: Vec<(&str, Vec<String>)> = Vec::new();
    for error in errors {
        match by_message.iter_mut().find(|(message, _)| *message == error.message) {
            Some((_, names)) => names.push(named(error)),
            None => by_message.push((&error.message, vec![named(error)])),
        }
    }
    let why: Vec<String> = by_message
        .iter()
        .map(|(message, names)| {
            let more = names.len().checked_sub(MOST_FIELDS).filter(|more| *more > 0);
            let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
            let shown: Vec<&str> = names.iter().take(MOST_FIELDS).map(String::as_str).collect();
            format!("{}{more}: {}", shown.join(", "), message.trim_end_matches('.'))
        })
        .collect();
    let what = match &errors[..] {
        [one] => format!("{} was refused", named(one)),
        several => format!("{} fields were refused", several.len()),
    };
    let said = |suggestion: &String| errors.iter().any(|error| suggestion.ends_with(&error.message));
    let new: Vec<&str> = problem.suggestions.iter().filter(|suggestion| !said(suggestion)).map(String::as_str).collect();
    let why = match &errors[..] {
        [one] => one.message.clone(),
        _ => format!("{}.", why.join("; ")),
    };
    let mut failure = Failure::new(what).because(why);
    failure.remedy = (!new.is_empty()).then(|| new.join(" "));
    failure.usage = problem.status == 422;
    failure
}

/// A field by the name that a person gave it, with what was given.
fn named(error: &ValidationError) -> String {
    let address = error.field.strip_prefix("urls[").and_then(|rest| rest.strip_suffix(']')).and_then(|index| index.parse::<usize>().ok());
    let name = address.map_or_else(|| error.field.clone(), |index| format!("address {}", index + 1));
    match &error.invalid_value {
        Value::String(text) if !text.is_empty() => format!("{name} (“{}”)", truncate_str(&visible(text), LONGEST_VALUE, "…")),
        Value::Number(number) => format!("{name} ({number})"),
        _ => name,
    }
}

/// `http://host:port` of an address: its path is of no use to a person.
fn origin(url: &str) -> String {
    url.parse::<url::Url>().map_or_else(|_| url.to_owned(), |url| url.origin().ascii_serialization())
}

/// The three lines.
pub fn lines(failure: &Failure, colour: bool) -> String {
    let red = Style::new().force_styling(colour).red().bold();
    let dim = Style::new().force_styling(colour).dim();
    let one = |text: &str| visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut text = format!("{} {}", red.apply_to("error:"), one(&failure.what));
    if let Some(why) = &failure.why {
        text.push_str(&format!("\n  {} {}", dim.apply_to("why:"), one(why)));
    }
    if let Some(remedy) = &failure.remedy {
        text.push_str(&format!("\n  {} {}", dim.apply_to("try:"), one(remedy)));
    }
    text
}

/// The same as data; a problem of the server is passed on as it came.
pub fn data(error: &anyhow::Error, failure: &Failure) -> Value {
    if let Some(ClientError::Problem(problem)) = error.downcast_ref::<ClientError>() {
        return json!({ "error": problem });
    }
    json!({ "error": { "message": failure.what, "detail": failure.why, "suggestions": failure.remedy.iter().collect::<Vec<_>>() } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    fn shown(error: anyhow::Error) -> String {
        let (failure, code) = explain(&error).unwrap();
        let text = lines(&failure, false);
        assert!(text.lines().count() <= 3, "{text}");
        format!("{text}\n({code})")
    }

    #[test]
    fn an_error_takes_three_lines_at_most() {
        let invalid = Problem {
            title: "Validation failed".into(),
            status: 422,
            message: "Two fields are not right.".into(),
            detail: "Two fields are not right.".into(),
            validation_errors: vec![
                ValidationError { field: "target".into(), message: "Give 1 to 2,500.".into(), ..ValidationError::default() },
                ValidationError { field: "url".into(), message: "Not a people\nsearch.".into(), ..ValidationError::default() },
            ],
            suggestions: vec!["Correct them.".into(), "See /docs.".into()],
            ..Problem::default()
        };
        let internal = Problem {
            title: "Internal error".into(),
            status: 500,
            message: "Something went wrong on our side.".into(),
            request_id: Some("r-17".into()),
            ..Problem::default()
        };
        let unreachable =
            ClientError::Unreachable { url: "http://127.0.0.1:8080/api/v1/jobs".into(), why: "Connection refused (os error 111)".into() };
        let unreadable = ClientError::Unreadable {
            url: "http://127.0.0.1:8080/api/v1/jobs".into(),
            status: 200,
            why: "expected value at line 1".into(),
        };
        let chained = Err::<(), _>(io::Error::other("disk full")).context("The results could not be written").unwrap_err();
        let own = Failure::usage("There is nothing to search for").remedy("Give at least one criterion.");
        let errors: Vec<anyhow::Error> = vec![
            ClientError::Problem(Box::new(invalid)).into(),
            ClientError::Problem(Box::new(internal)).into(),
            unreachable.into(),
            unreadable.into(),
            chained,
            own.into(),
        ];
        insta::assert_snapshot!(errors.into_iter().map(shown).collect::<Vec<_>>().join("\n\n"));
    }

    #[test]
    fn each_fault_is_said_once_with_what_was_typed() {
        let error = |field: &str, value: Value, message: &str| ValidationError {
            field: field.into(),
            message: message.into(),
            invalid_value: value,
            ..ValidationError::default()
        };
        let problem = |errors: Vec<ValidationError>| {
            let suggestions = errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
            let message = format!("{} fields were refused.", errors.len());
            let problem = Problem { status: 422, message, validation_errors: errors, suggestions, ..Problem::default() };
            anyhow::Error::from(ClientError::Problem(Box::new(problem)))
        };
        let no_address = "This is neither the address of a posting at LinkedIn nor its number.";
        let several = (0..8).map(|n| error(&format!("urls[{n}]"), json!(format!("https://jobs.example/{n}")), no_address)).collect();
        let many = error("urls", json!(1_001), "Give 1 to 1000 addresses of postings at LinkedIn, or their numbers.");
        let one = error("urls[1]", json!("x".repeat(90)), no_address);
        insta::assert_snapshot!([problem(several), problem(vec![many]), problem(vec![one])].map(shown).join("\n\n"));
    }

    #[test]
    fn a_reader_that_has_gone_away_is_no_error() {
        let gone = anyhow::Error::from(io::Error::from(io::ErrorKind::BrokenPipe)).context("writing");
        assert!(explain(&gone).is_none());
    }

    #[test]
    fn as_data_a_problem_stays_what_the_server_said() {
        let problem = Problem { title: "Not found".into(), status: 404, error_code: "JOB_NOT_FOUND".into(), ..Problem::default() };
        let error = anyhow::Error::from(ClientError::Problem(Box::new(problem)));
        let (failure, _) = explain(&error).unwrap();
        assert_eq!(data(&error, &failure)["error"]["error_code"], "JOB_NOT_FOUND");
        let own = anyhow::Error::from(Failure::new("a").remedy("b"));
        let (failure, _) = explain(&own).unwrap();
        assert_eq!(data(&own, &failure), json!({"error": {"message": "a", "detail": null, "suggestions": ["b"]}}));
    }
}

//! Why something did not work, as people read it: what, why, and what to do.

use sluice_api::ClientError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub what: String,
    pub why: Option<String>,
    pub remedy: Option<String>,
    /// Refused fields by their path, with what would be accepted.
    pub fields: Vec<(String, String)>,
    /// The notes as somebody else has written them meanwhile, when that is why.
    pub notes: Option<Box<NotesNow>>,
    /// The server did not answer at all.
    pub is_unreachable: bool,
}

/// Notes as they are stored, null for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotesNow(pub Option<String>);

impl Trouble {
    pub fn new(what: impl Into<String>) -> Self {
        Trouble { what: what.into(), why: None, remedy: None, fields: Vec::new(), notes: None, is_unreachable: false }
    }

    /// All of it, a line each.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.what.clone()];
        lines.extend(self.fields.iter().map(|(field, message)| format!("{field}: {message}")));
        lines.extend(self.why.iter().cloned());
        lines.extend(self.remedy.iter().cloned());
        lines
    }
}

impl From<&ClientError> for Trouble {
    fn from(error: &ClientError) -> Self {
        match error {
            ClientError::Problem(problem) => {
                let what = if problem.message.is_empty() { &problem.title } else { &problem.message };
                let fields = problem.validation_errors.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
                let remedy = if problem.suggestions.is_empty() { None } else { Some(problem.suggestions.join(" ")) };
                let why = match (problem.status, &problem.request_id) {
                    (500.., Some(request_id)) => Some(format!("The server's log says more under {request_id}.")),
                    _ => None,
                };
                let notes = (problem.error_code == "NOTES_CHANGED")
                    .then(|| Box::new(NotesNow(problem.details["notes"].as_str().map(str::to_owned))));
                Trouble { what: what.clone(), why, remedy, fields, notes, is_unreachable: false }
            }
            ClientError::Unreachable { why, .. } => Trouble {
                why: Some(why.clone()),
                remedy: Some("It is tried again by itself. Is the server up?".to_owned()),
                is_unreachable: true,
                ..Trouble::new("The server does not answer.")
            },
            ClientError::Unreadable { status, why, .. } => Trouble {
                why: Some(format!("It answered {status}: {why}")),
                remedy: Some("Check that both sides have the same version.".to_owned()),
                ..Trouble::new("The server's answer is not understood.")
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use sluice_api::{Problem, ValidationError};

    use super::*;

    #[test]
    fn a_refusal_names_its_fields_and_the_remedy() {
        let problem = Problem {
            status: 422,
            message: "One field is not right.".into(),
            validation_errors: vec![ValidationError {
                field: "queries[0].url".into(),
                message: "This is a person's profile.".into(),
                ..ValidationError::default()
            }],
            suggestions: vec!["Correct it.".into()],
            ..Problem::default()
        };
        let trouble = Trouble::from(&ClientError::Problem(Box::new(problem)));
        assert_eq!(trouble.lines(), ["One field is not right.", "queries[0].url: This is a person's profile.", "Correct it."]);
    }
}

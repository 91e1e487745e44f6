//! The one error envelope (RFC 9457, `application/problem+json`).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What went wrong, and what to do about it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Problem {
    /// A URI that names the kind of problem; `about:blank` when the status says it all.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    pub type_uri: String,
    /// A short summary, the same for every problem of this kind.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// One plain sentence about this occurrence.
    pub detail: String,
    /// A stable code for programs.
    #[schema(example = "VALIDATION_FAILED")]
    pub error_code: String,
    /// The same text as `detail`.
    pub message: String,
    /// Facts about this occurrence, by name.
    #[serde(skip_serializing_if = "Value::is_null")]
    #[schema(value_type = Option<Object>)]
    pub details: Value,
    /// What would help, as plain sentences.
    pub suggestions: Vec<String>,
    /// Each field that was refused (status 422).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub validation_errors: Vec<ValidationError>,
    /// Find this request in the server's log by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Always false; on the compatibility routes alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// The text of `message`; on the compatibility routes alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One refused field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ValidationError {
    /// The path of the field in the request.
    #[schema(example = "criteria.headcount[0]")]
    pub field: String,
    /// What would be accepted, as a plain sentence.
    pub message: String,
    /// What came in.
    #[schema(value_type = Option<Object>)]
    pub invalid_value: Value,
    /// A stable code for programs.
    #[schema(example = "out_of_range")]
    pub error_type: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_nothing_that_is_not_there() {
        let problem = Problem {
            type_uri: "about:blank".into(),
            title: "Not found".into(),
            status: 404,
            detail: "There is no such job.".into(),
            error_code: "JOB_NOT_FOUND".into(),
            message: "There is no such job.".into(),
            ..Problem::default()
        };
        insta::assert_json_snapshot!(problem, @r#"
        {
          "type": "about:blank",
          "title": "Not found",
          "status": 404,
          "detail": "There is no such job.",
          "error_code": "JOB_NOT_FOUND",
          "message": "There is no such job.",
          "suggestions": []
        }
        "#);
    }

    #[test]
    fn a_problem_of_another_server_is_read_leniently() {
        let problem: Problem = serde_json::from_str(r#"{"title":"Bad gateway","status":502,"trace":"x"}"#).unwrap();
        assert_eq!((problem.title.as_str(), problem.status), ("Bad gateway", 502));
    }
}

//! Errors in the vendor's shape.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub status: u16,
    /// Without the leading `errors/`.
    pub kind: &'static str,
    pub title: &'static str,
    pub detail: String,
}

impl Problem {
    pub fn new(status: u16, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Problem {
        Problem { status, kind, title, detail: detail.into() }
    }

    pub fn invalid(detail: impl Into<String>) -> Problem {
        Problem::new(400, "invalid_parameters", "Invalid parameters", detail)
    }

    pub fn not_found(detail: impl Into<String>) -> Problem {
        Problem::new(404, "resource_not_found", "Resource not found", detail)
    }

    pub fn not_subscribed(detail: impl Into<String>) -> Problem {
        Problem::new(403, "feature_not_subscribed", "Feature not subscribed", detail)
    }

    /// What the vendor says with a status when nothing more is known.
    pub fn of_status(status: u16) -> Problem {
        let (kind, title, detail) = match status {
            400 => ("invalid_parameters", "Invalid parameters", "The request was refused."),
            401 => ("disconnected_account", "Disconnected account", "The account appears to be disconnected from the provider service."),
            403 => ("account_restricted", "Account restricted", "Access to this account has been restricted by the provider."),
            404 => ("resource_not_found", "Resource not found", "The requested resource was not found."),
            429 => (
                "too_many_requests",
                "Too many requests",
                "The provider cannot accept any more requests at the moment. Please try again later.",
            ),
            503 => ("no_client_session", "No client session", "No client session is currently running."),
            504 => ("request_timeout", "Request timeout", "Request timed out. Please try again."),
            _ => ("unexpected_error", "Unexpected error", "Something went wrong."),
        };
        Problem::new(status, kind, title, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = json!({ "status": self.status, "type": format!("errors/{}", self.kind), "title": self.title, "detail": self.detail });
        (status, Json(body)).into_response()
    }
}

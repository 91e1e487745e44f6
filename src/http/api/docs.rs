//! `/docs`: the OpenAPI document as a page that needs no script and nothing from elsewhere.

use axum::response::Html;

/// The documentation as a page.
#[utoipa::path(get, path = "/docs", tag = "Health", security(()), responses((status = 200, content_type = "text/html")))]
pub async fn show() -> Html<&'static str> {
    Html("")
}

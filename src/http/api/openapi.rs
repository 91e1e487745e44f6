//! `/openapi.json`: the description of every route, OpenAPI 3.1.

use std::sync::OnceLock;

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Document, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::{
    accounts, events, exports, health, imports, invitations, jobs, keys, lookups, me, members, metrics, posting_jobs, schedules, searches,
    unread_pages, workspaces,
};
use super::{companies, postings, reviews};
use crate::http::compat::prospect_search;
use crate::http::session_cookie;
use crate::http::{realtime, rest};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sluice",
        description = "Long, rate-limited work around LinkedIn data as durable background jobs. Every list is paged, every error is a problem (RFC 9457) \
                       with what would help, and every POST that creates takes an Idempotency-Key."
    ),
    paths(
        health::live, health::ready, metrics::show, openapi_json, super::docs::show,
        workspaces::list, workspaces::create, workspaces::change,
        members::list, members::change, members::remove, members::reset_link,
        invitations::list, invitations::create, invitations::revoke,
        me::show, me::change, me::sign_in_link, me::sessions, me::sign_out, me::sign_out_everywhere,
        keys::list, keys::create, keys::revoke,
        accounts::list, accounts::create, accounts::discover, accounts::find, accounts::change, accounts::delete, accounts::test,
        searches::list, searches::create, searches::find, searches::results, lookups::find,
        exports::of_search, exports::list, exports::create, exports::find, exports::file,
        imports::list, imports::create, imports::find, imports::errors, imports::errors_csv,
        reviews::list, reviews::create, reviews::find, reviews::items, reviews::item,
        reviews::decide, reviews::undo, reviews::complete, reviews::reopen,
        postings::list, postings::counts, postings::find, postings::change, postings::change_many, postings::delete,
        postings::add_contact, postings::change_contact, postings::delete_contact,
        postings::add_reminder, postings::change_reminder, postings::delete_reminder, companies::list,
        posting_jobs::search, posting_jobs::import, posting_jobs::posting_items,
        unread_pages::list, unread_pages::file,
        schedules::list, schedules::find, schedules::change, schedules::delete,
        jobs::list, jobs::find, jobs::pause, jobs::resume, jobs::cancel, jobs::retry,
        events::of_workspace, events::of_job,
        prospect_search::create_job, prospect_search::job_status, prospect_search::results, prospect_search::set_up_tables,
        realtime::connect, rest::read,
    ),
    components(schemas(sluice_api::Problem, sluice_api::PageStored, sluice_api::TimelineAdded, sluice_api::ReviewChanged, sluice_api::PostingsChanged)),
    tags(
        (name = "Searches", description = "Asking for prospects, and what was found."),
        (name = "Exports", description = "Taking people out: files that a job writes, kept for some days."),
        (name = "Imports", description = "Bringing people in from CSV files, into a review."),
        (name = "Schedules", description = "What the clock starts, again and again."),
        (name = "Reviews", description = "People go through results and approve or reject them."),
        (name = "Job postings", description = "Offers of employment, and where one's own application to each of them stands. Publishable keys are refused: what people note about postings is their own."),
        (name = "Jobs", description = "Background work: how far it is, and what people do to it."),
        (name = "Events", description = "Committed changes, told afterwards; to publishable keys without those of postings."),
        (name = "Workspaces", description = "Every row belongs to one; the header x-workspace-id picks another than the key's own."),
        (name = "Members", description = "Who belongs to the workspace and as what, and links that invite."),
        (name = "You", description = "The caller, and the browsers that are signed in as them."),
        (name = "Keys", description = "What lets programs in: secret keys, and publishable ones that only read, and nothing of the tracker of postings."),
        (name = "Accounts", description = "Logins at providers, with their pace and budgets."),
        (name = "Prospect search (compatibility)", description = "The same searches as existing frontends call them."),
        (name = "Realtime (compatibility)", description = "Searches and their results as tables that Supabase's clients listen to and read."),
        (name = "Health", description = "Whether the server works."),
    ),
    modifiers(&Everywhere),
)]
struct Api;

/// The document, built once.
pub fn document() -> &'static Document {
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(Api::openapi)
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "Health", security(()), responses((status = 200, content_type = "application/json")))]
pub async fn openapi_json() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| serde_json::to_string(document()).unwrap_or_default());
    ([(CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}

/// What holds for every route: how to authenticate, and the form of errors.
struct Everywhere;

impl Modify for Everywhere {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let header = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("x-api-key")));
        components.add_security_scheme("key", header);
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        let cookie = ApiKeyValue::with_description(
            session_cookie::NAME,
            "Of a browser that is signed in; what changes something must come from this server's own pages",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let none: [&str; 0] = [];
        document.security = Some(vec![
            SecurityRequirement::new("key", none),
            SecurityRequirement::new("bearer", none),
            SecurityRequirement::new("session", none),
        ]);
        let problem = ResponseBuilder::new()
            .description("What went wrong, and what would help")
            .content("application/problem+json", ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build())
            .build();
        for item in document.paths.paths.values_mut() {
            for operation in [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten() {
                operation.responses.responses.entry("default".into()).or_insert_with(|| RefOr::T(problem.clone()));
            }
        }
    }
}

//! Every route on one page: who may call it, where it is, what answers.

use axum::Router;
use axum::middleware::from_fn_with_state;
use http::header::CONTENT_DISPOSITION;
use http::{Extensions, HeaderMap, StatusCode, Version};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use super::api::{
    accounts, docs, events, exports, health, imports, invitations, jobs, keys, lookups, me, members, metrics, openapi, posting_jobs,
    schedules, searches, unread_pages, workspaces,
};
use super::api::{companies, postings, reviews};
use super::compat::prospect_search;
use super::pages;
use super::problem::{Failure, Kind};
use super::routes::{CONNECTS, Listed, MEMBER, OWNER, PUBLIC, Routes, TRACKER_MEMBER, TRACKER_VIEWER, VIEWER};
use super::{Shared, assets, cors, guard, realtime, rest};

fn routes(app: &Shared) -> Routes {
    let mut r = Routes::new(app.clone());

    r.get(PUBLIC, "/healthz", health::live);
    r.get(PUBLIC, "/readyz", health::ready);
    r.get(PUBLIC, "/openapi.json", openapi::openapi_json);
    r.get(PUBLIC, "/docs", docs::show);
    r.get(OWNER, "/metrics", metrics::show);

    r.get(VIEWER, "/api/v1/workspaces", workspaces::list);
    r.post(MEMBER, "/api/v1/workspaces", workspaces::create);
    r.patch(OWNER, "/api/v1/workspaces/{id}", workspaces::change);

    r.get(VIEWER, "/api/v1/members", members::list);
    r.patch(OWNER, "/api/v1/members/{id}", members::change);
    r.delete(OWNER, "/api/v1/members/{id}", members::remove);
    r.post(OWNER, "/api/v1/members/{id}/reset-link", members::reset_link);
    r.get(OWNER, "/api/v1/invitations", invitations::list);
    r.post(OWNER, "/api/v1/invitations", invitations::create);
    r.delete(OWNER, "/api/v1/invitations/{id}", invitations::revoke);

    r.get(VIEWER, "/api/v1/me", me::show);
    r.patch(VIEWER, "/api/v1/me", me::change);
    r.post(OWNER, "/api/v1/me/sign-in-link", me::sign_in_link);
    r.get(VIEWER, "/api/v1/sessions", me::sessions);
    r.delete(VIEWER, "/api/v1/sessions", me::sign_out_everywhere);
    r.delete(VIEWER, "/api/v1/sessions/{id}", me::sign_out);

    r.get(OWNER, "/api/v1/keys", keys::list);
    r.post(OWNER, "/api/v1/keys", keys::create);
    r.delete(OWNER, "/api/v1/keys/{id}", keys::revoke);

    r.get(VIEWER, "/api/v1/accounts", accounts::list);
    r.post(MEMBER, "/api/v1/accounts", accounts::create);
    r.post(MEMBER, "/api/v1/accounts/discover", accounts::discover);
    r.get(VIEWER, "/api/v1/accounts/{id}", accounts::find);
    r.patch(MEMBER, "/api/v1/accounts/{id}", accounts::change);
    r.delete(MEMBER, "/api/v1/accounts/{id}", accounts::delete);
    r.post(MEMBER, "/api/v1/accounts/{id}/test", accounts::test);

    r.get(VIEWER, "/api/v1/searches", searches::list);
    r.post(MEMBER, "/api/v1/searches", searches::create);
    // Asks a provider through an account, as a search does.
    r.get(MEMBER, "/api/v1/lookups", lookups::find);
    r.get(VIEWER, "/api/v1/searches/{id}", searches::find);
    r.get(VIEWER, "/api/v1/searches/{id}/results", searches::results);

    r.get(MEMBER, "/api/v1/searches/{id}/export", exports::of_search);
    r.get(VIEWER, "/api/v1/exports", exports::list);
    r.post(MEMBER, "/api/v1/exports", exports::create);
    r.get(VIEWER, "/api/v1/exports/{id}", exports::find);
    r.get(VIEWER, "/api/v1/exports/{id}/file", exports::file);

    r.get(VIEWER, "/api/v1/reviews", reviews::list);
    r.post(MEMBER, "/api/v1/reviews", reviews::create);
    r.get(VIEWER, "/api/v1/reviews/{id}", reviews::find);
    r.get(VIEWER, "/api/v1/reviews/{id}/items", reviews::items);
    r.get(VIEWER, "/api/v1/reviews/{id}/items/{item_id}", reviews::item);
    r.post(MEMBER, "/api/v1/reviews/{id}/decisions", reviews::decide);
    r.post(MEMBER, "/api/v1/reviews/{id}/undo", reviews::undo);
    r.post(MEMBER, "/api/v1/reviews/{id}/complete", reviews::complete);
    r.post(MEMBER, "/api/v1/reviews/{id}/reopen", reviews::reopen);
    r.get(VIEWER, "/api/v1/imports", imports::list);
    r.post(MEMBER, "/api/v1/imports", imports::create);
    r.get(VIEWER, "/api/v1/imports/{id}", imports::find);
    r.get(VIEWER, "/api/v1/imports/{id}/errors", imports::errors);
    r.get(VIEWER, "/api/v1/imports/{id}/errors.csv", imports::errors_csv);

    r.get(TRACKER_VIEWER, "/api/v1/job-postings", postings::list);
    r.patch(TRACKER_MEMBER, "/api/v1/job-postings", postings::change_many);
    r.get(TRACKER_VIEWER, "/api/v1/job-postings/counts", postings::counts);
    r.get(TRACKER_VIEWER, "/api/v1/job-postings/{id}", postings::find);
    r.patch(TRACKER_MEMBER, "/api/v1/job-postings/{id}", postings::change);
    r.delete(TRACKER_MEMBER, "/api/v1/job-postings/{id}", postings::delete);
    r.post(TRACKER_MEMBER, "/api/v1/job-postings/{id}/contacts", postings::add_contact);
    r.put(TRACKER_MEMBER, "/api/v1/job-postings/{id}/contacts/{contact_id}", postings::change_contact);
    r.delete(TRACKER_MEMBER, "/api/v1/job-postings/{id}/contacts/{contact_id}", postings::delete_contact);
    r.post(TRACKER_MEMBER, "/api/v1/job-postings/{id}/reminders", postings::add_reminder);
    r.patch(TRACKER_MEMBER, "/api/v1/job-postings/{id}/reminders/{reminder_id}", postings::change_reminder);
    r.delete(TRACKER_MEMBER, "/api/v1/job-postings/{id}/reminders/{reminder_id}", postings::delete_reminder);
    r.get(TRACKER_VIEWER, "/api/v1/companies", companies::list);
    r.post(TRACKER_MEMBER, "/api/v1/job-postings/search", posting_jobs::search);
    r.post(TRACKER_MEMBER, "/api/v1/job-postings/import", posting_jobs::import);
    r.get(TRACKER_VIEWER, "/api/v1/jobs/{id}/posting-items", posting_jobs::posting_items);
    r.get(TRACKER_MEMBER, "/api/v1/jobs/{id}/unread-pages", unread_pages::list);
    r.get(TRACKER_MEMBER, "/api/v1/jobs/{id}/unread-pages/{page_id}", unread_pages::file);

    r.get(VIEWER, "/api/v1/schedules", schedules::list);
    r.get(VIEWER, "/api/v1/schedules/{id}", schedules::find);
    r.patch(MEMBER, "/api/v1/schedules/{id}", schedules::change);
    r.delete(MEMBER, "/api/v1/schedules/{id}", schedules::delete);

    r.get(VIEWER, "/api/v1/jobs", jobs::list);
    r.get(VIEWER, "/api/v1/jobs/{id}", jobs::find);
    r.post(MEMBER, "/api/v1/jobs/{id}/pause", jobs::pause);
    r.post(MEMBER, "/api/v1/jobs/{id}/resume", jobs::resume);
    r.post(MEMBER, "/api/v1/jobs/{id}/cancel", jobs::cancel);
    r.post(MEMBER, "/api/v1/jobs/{id}/retry", jobs::retry);

    r.get(VIEWER, "/api/v1/events", events::of_workspace);
    r.get(VIEWER, "/api/v1/jobs/{id}/events", events::of_job);

    r.post(MEMBER, "/api/linkedin/search/create-job", prospect_search::create_job);
    r.get(VIEWER, "/api/linkedin/search/create-job", prospect_search::job_status);
    r.get(VIEWER, "/api/linkedin/search/results", prospect_search::results);
    r.post(OWNER, "/api/admin/setup-search-jobs-tables", prospect_search::set_up_tables);

    r.get(CONNECTS, "/realtime/v1/websocket", realtime::connect);
    r.get(VIEWER, "/rest/v1/{table}", rest::read);

    r.page(PUBLIC, "/assets/{version}/{name}", assets::show);
    r.page(VIEWER, "/", pages::home::show);
    r.page(PUBLIC, "/sign-in", pages::sign_in::show);
    r.form(PUBLIC, "/sign-in", pages::sign_in::sign_in);
    r.page(PUBLIC, "/forgot", pages::sign_in::ask_for_reset);
    r.form(PUBLIC, "/forgot", pages::sign_in::mail_reset);
    r.form(VIEWER, "/sign-out", pages::sign_in::sign_out);
    r.page(PUBLIC, "/welcome/{token}", pages::welcome::show);
    r.form(PUBLIC, "/welcome/{token}", pages::welcome::take);
    r.page(PUBLIC, "/join/{token}", pages::join::show);
    r.form(PUBLIC, "/join/{token}", pages::join::take);
    r.page(PUBLIC, "/reset/{token}", pages::reset::show);
    r.form(PUBLIC, "/reset/{token}", pages::reset::take);
    r.form(MEMBER, "/workspaces", pages::settings::create);
    r.form(VIEWER, "/workspaces/{id}/enter", pages::settings::enter);
    r.page(VIEWER, "/settings", pages::settings::show);
    r.form(OWNER, "/settings", pages::settings::change);
    r.form(VIEWER, "/settings/leave", pages::settings::leave);
    r.page(VIEWER, "/settings/members", pages::settings::members::show);
    r.form(OWNER, "/settings/members", pages::settings::members::invite);
    r.form(OWNER, "/settings/members/{id}/role", pages::settings::members::set_role);
    r.form(OWNER, "/settings/members/{id}/remove", pages::settings::members::remove);
    r.form(OWNER, "/settings/members/{id}/reset", pages::settings::members::reset_link);
    r.form(OWNER, "/settings/invitations/{id}/revoke", pages::settings::members::revoke);
    r.page(OWNER, "/settings/keys", pages::settings::keys::show);
    r.form(OWNER, "/settings/keys", pages::settings::keys::create);
    r.form(OWNER, "/settings/keys/{id}/revoke", pages::settings::keys::revoke);
    r.page(VIEWER, "/settings/you", pages::settings::you::show);
    r.form(VIEWER, "/settings/you", pages::settings::you::change);
    r.form(VIEWER, "/settings/you/access", pages::settings::you::change_access);
    r.form(VIEWER, "/settings/sessions/{id}/end", pages::settings::you::sign_out_session);
    r.form(VIEWER, "/settings/sessions/end", pages::settings::you::sign_out_everywhere);
    r.page(VIEWER, "/tray", pages::tray::show);
    r.form(VIEWER, "/theme", pages::theme::choose);
    r.page(VIEWER, "/searches", pages::searches::list);
    r.form(MEMBER, "/searches", pages::searches::create);
    r.page(MEMBER, "/searches/new", pages::searches::start_form);
    r.form(MEMBER, "/searches/check", pages::searches::check);
    r.page(VIEWER, "/searches/{id}", pages::searches::show);
    r.page(VIEWER, "/searches/{id}/rejected", pages::searches::rejected_rows);
    r.form(MEMBER, "/schedules/{id}/pause", pages::searches::pause_schedule);
    r.form(MEMBER, "/schedules/{id}/resume", pages::searches::resume_schedule);
    r.form(MEMBER, "/schedules/{id}/delete", pages::searches::delete_schedule);
    r.page(VIEWER, "/reviews", pages::reviews::list);
    r.form(MEMBER, "/reviews", pages::reviews::start);
    r.page(VIEWER, "/reviews/{id}", pages::reviews::show);
    r.form(MEMBER, "/reviews/{id}/decisions", pages::reviews::acts::decide);
    r.form(MEMBER, "/reviews/{id}/undo", pages::reviews::acts::undo);
    r.form(MEMBER, "/reviews/{id}/complete", pages::reviews::acts::complete);
    r.form(MEMBER, "/reviews/{id}/reopen", pages::reviews::acts::reopen);
    r.page(VIEWER, "/postings", pages::postings::list);
    r.form(MEMBER, "/postings", pages::postings::acts::change_chosen);
    r.page(VIEWER, "/postings/board", pages::postings::board::show);
    r.page(VIEWER, "/postings/import", pages::postings::import::open);
    r.form(MEMBER, "/postings/import", pages::postings::import::create);
    r.form(MEMBER, "/postings/import/check", pages::postings::import::check);
    r.form(MEMBER, "/postings/import/page", pages::postings::import::receive);
    r.page(MEMBER, "/postings/search", pages::postings::search::show);
    r.form(MEMBER, "/postings/search", pages::postings::search::create);
    r.form(MEMBER, "/postings/search/check", pages::postings::search::check);
    r.page(VIEWER, "/postings/jobs/{id}", pages::postings::job::show);
    r.page(MEMBER, "/postings/jobs/{id}/unread-pages/{page_id}", pages::postings::unread_page::download);
    r.page(VIEWER, "/postings/{id}", pages::postings::one::show);
    r.form(MEMBER, "/postings/{id}/status", pages::postings::acts::status);
    r.form(MEMBER, "/postings/{id}/stars", pages::postings::acts::stars);
    r.form(MEMBER, "/postings/{id}/notes", pages::postings::acts::notes);
    r.form(MEMBER, "/postings/{id}/hidden", pages::postings::acts::hide);
    r.form(MEMBER, "/postings/{id}/delete", pages::postings::acts::delete);
    r.form(MEMBER, "/postings/{id}/contacts", pages::postings::parts::add_contact);
    r.form(MEMBER, "/postings/{id}/contacts/{contact_id}", pages::postings::parts::change_contact);
    r.form(MEMBER, "/postings/{id}/contacts/{contact_id}/delete", pages::postings::parts::delete_contact);
    r.form(MEMBER, "/postings/{id}/reminders", pages::postings::parts::add_reminder);
    r.form(MEMBER, "/postings/{id}/reminders/{reminder_id}", pages::postings::parts::change_reminder);
    r.form(MEMBER, "/postings/{id}/reminders/{reminder_id}/delete", pages::postings::parts::delete_reminder);
    r.page(VIEWER, "/exports/new", pages::exports::open);
    r.form(MEMBER, "/exports", pages::exports::create);
    r.page(VIEWER, "/exports/{id}", pages::exports::show);
    r.page(VIEWER, "/exports/{id}/file", exports::file);
    r.page(VIEWER, "/imports/new", pages::imports::open);
    r.form(MEMBER, "/imports", pages::imports::receive);
    r.form(MEMBER, "/imports/start", pages::imports::create);
    r.page(VIEWER, "/imports/{id}", pages::imports::show);
    r.page(VIEWER, "/imports/{id}/errors.csv", imports::errors_csv);
    r.page(VIEWER, "/jobs", pages::jobs::list);
    r.page(VIEWER, "/jobs/{id}", pages::jobs::show);
    r.form(MEMBER, "/jobs/{id}/{wish}", pages::jobs::change);
    r.page(VIEWER, "/accounts", pages::accounts::list);
    r.form(MEMBER, "/accounts", pages::accounts::connect::connect);
    r.page(MEMBER, "/accounts/new", pages::accounts::connect::show);
    r.form(MEMBER, "/accounts/new", pages::accounts::connect::discover);
    r.page(MEMBER, "/accounts/new/postings", pages::accounts::postings::show);
    r.form(MEMBER, "/accounts/postings", pages::accounts::postings::connect);
    r.page(VIEWER, "/accounts/{id}", pages::accounts::show::show);
    r.form(MEMBER, "/accounts/{id}", pages::accounts::change::settings);
    r.form(MEMBER, "/accounts/{id}/test", pages::accounts::change::test);
    r.form(MEMBER, "/accounts/{id}/state", pages::accounts::change::state);
    r.form(MEMBER, "/accounts/{id}/key", pages::accounts::change::key);
    r.form(MEMBER, "/accounts/{id}/session", pages::accounts::change::session);
    r.form(MEMBER, "/accounts/{id}/delete", pages::accounts::change::delete);

    r
}

/// The whole service.
pub fn router(app: Shared) -> Router {
    metrics::install();
    let (router, _) = routes(&app).finish();
    router
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(app.clone(), guard::guard))
        .layer(
            CompressionLayer::new()
                .compress_when(SizeAbove::new(1_024).and(NotForContentType::SSE).and(NotForContentType::IMAGES).and(is_no_download)),
        )
        .layer(cors::layer(&app.config.http.allowed_origins))
        .with_state(app)
}

/// A download can be gone on with by byte, which a compressed one could not.
fn is_no_download(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers.contains_key(CONTENT_DISPOSITION)
}

/// What the documentation must name.
pub fn listed(app: &Shared) -> Vec<Listed> {
    routes(app).finish().1
}

async fn no_such_route() -> Failure {
    Failure::new(Kind::NotFound, "NO_SUCH_ROUTE", "There is no such route.").suggest("GET /docs shows every route.")
}

async fn no_such_method() -> Failure {
    Failure::new(Kind::MethodNotAllowed, "METHOD_NOT_ALLOWED", "This route does not take this method.")
        .suggest("The header Allow lists what it takes; GET /docs shows every route.")
}

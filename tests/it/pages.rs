//! The web application without a browser: what every page keeps to.

use reqwest::Method;
use serde_json::json;
use sluice::domain::Role;
use sluice::http::caller::Access;
use sluice::http::router;
use sluice::http::routes::Surface;

use crate::support::app::Answer;
use crate::support::{OWNER_KEY, each_database, send};

const HTML: &str = "text/html,application/xhtml+xml";

fn location(answer: &Answer) -> &str {
    answer.headers["location"].to_str().expect("a location")
}

each_database! {
    async fn a_page_leads_whoever_is_not_signed_in_to_the_door_and_back(app: TestApp) {
        let mut stranger = app.signed_in(Role::Owner).await;
        stranger.cookie = "sluice_session=nobody".into();
        for (path, door) in [("/", "/sign-in"), ("/jobs?status=failed", "/sign-in?next=%2Fjobs%3Fstatus%3Dfailed")] {
            let answer = send(stranger.request(Method::GET, path).header("accept", HTML)).await;
            assert_eq!((answer.status.as_u16(), location(&answer)), (303, door), "{path}");
        }
        let form = stranger.request(Method::POST, "/jobs/0190a5d0-ac96-774b-bcce-b302099a8057/cancel").header("accept", HTML);
        assert_eq!(location(&send(form).await), "/sign-in", "what a form wanted does not happen after signing in");
    }

    async fn what_goes_wrong_is_a_page_for_people_and_data_for_programs(app: TestApp) {
        let owner = app.signed_in(Role::Owner).await;
        for path in ["/jobs/0190a5d0-ac96-774b-bcce-b302099a8057", "/jobs/x", "/nowhere"] {
            let page = send(owner.request(Method::GET, path).header("accept", HTML)).await;
            assert_eq!(page.status.as_u16(), 404, "{path}");
            assert!(page.headers["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")), "{path}");
            assert!(page.text.contains("data-problem"), "{}", page.text);
            app.get(OWNER_KEY, path).await.problem(404);
        }
        send(app.request(Method::GET, "/api/v1/jobs").header("accept", HTML)).await.problem(401);
    }

    async fn every_page_is_strict_about_what_may_run_in_it(app: TestApp) {
        let owner = app.signed_in(Role::Owner).await;
        let pages = router::listed(app.app()).into_iter().filter(|route| {
            route.surface == Surface::Page && route.method == Method::GET && route.access != Access::Public && !route.path.contains('{')
        });
        let mut looked_at = 0;
        for route in pages {
            let page = send(owner.request(Method::GET, route.path).header("accept", HTML)).await;
            assert_eq!(page.status.as_u16(), 200, "{}: {}", route.path, page.text);
            let policy = page.headers["content-security-policy"].to_str().expect("a policy");
            assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{}: {policy}", route.path);
            assert!(!policy.contains("unsafe"), "{}: {policy}", route.path);
            assert_eq!(page.headers["cache-control"], "no-store", "{}", route.path);
            // What the policy would refuse is not written in the first place.
            for inline in ["<style", " style=\"", " onclick=", "<script>", "javascript:", "http://", "https://cdn"] {
                assert!(!page.text.contains(inline), "{} holds {inline}", route.path);
            }
            assert!(page.text.len() < 100_000, "{} has {} bytes", route.path, page.text.len());
            looked_at += 1;
        }
        assert!(looked_at >= 3, "{looked_at}");
    }

    async fn home_shows_what_runs_and_a_form_stops_it(app: TestApp) {
        let owner = app.signed_in(Role::Owner).await;
        app.account(OWNER_KEY, "http://127.0.0.1:9", "sales_navigator").await;
        let body = json!({"criteria": {"keywords": "<script>alert(1)</script>", "locations": ["Ghent"]}, "target": 5});
        let id = app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned();
        let home = send(owner.request(Method::GET, "/").header("accept", HTML)).await.text;
        assert!(home.contains("&#60;script&#62;alert(1)&#60;/script&#62; · Ghent"), "{home}");
        assert!(home.contains(&format!("data-job=\"{id}\"")) && home.contains("0</span> of <span data-field=\"total\">5</span>"), "{home}");

        let canceled = send(owner.request(Method::POST, &format!("/jobs/{id}/cancel")).header("accept", HTML)).await;
        assert_eq!((canceled.status.as_u16(), location(&canceled)), (303, &*format!("/searches/{id}")));
        assert!(canceled.headers["set-cookie"].to_str().is_ok_and(|cookie| cookie.starts_with("sluice_flash=It%20is%20being")), "{canceled:?}");
        app.ended(OWNER_KEY, &id).await;
        let again = send(owner.request(Method::POST, &format!("/jobs/{id}/pause")).header("accept", HTML)).await;
        assert!(again.status.as_u16() == 409 && again.text.contains("A job that is canceled cannot be paused"), "{}", again.text);
    }

    async fn viewers_look_and_change_nothing(app: TestApp) {
        let viewer = app.signed_in(Role::Viewer).await;
        let home = send(viewer.request(Method::GET, "/").header("accept", HTML)).await;
        assert!(home.status.is_success() && !home.text.contains("New search"), "{}", home.text);
        app.account(OWNER_KEY, "http://127.0.0.1:9", "sales_navigator").await;
        let body = json!({"criteria": {"keywords": "manager"}, "target": 5});
        let id = app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned();
        let refused = send(viewer.request(Method::POST, &format!("/jobs/{id}/cancel")).header("accept", HTML)).await;
        assert_eq!(refused.status.as_u16(), 403, "{}", refused.text);
    }
}

//! Schedules over HTTP: made with a search, fired by the clock, listed and ended.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value as Json, json};
use sluice_api::{JobStatus, PageQuery};
use sluice_sandbox::{Options, Sandbox};

use crate::support::{OWNER_KEY, each_database, send};

async fn sandbox() -> Sandbox {
    sluice_sandbox::start(Options { people: 20_000, ..Options::default() }).await.expect("the sandbox starts")
}

fn hourly(target: u32) -> Json {
    let schedule = json!({"cron": "0 * * * *", "time_zone": "Europe/Berlin"});
    json!({"criteria": {"keywords": "manager"}, "target": target, "priority": 3, "schedule": schedule})
}

each_database! {
    async fn a_scheduled_search_starts_when_its_time_comes(app: TestApp) {
        let sandbox = sandbox().await;
        let account = app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
        let answer = app.post(OWNER_KEY, "/api/v1/searches", hourly(30)).await;
        let made = answer.ok();
        assert_eq!(answer.status.as_u16(), 201);
        let path = format!("/api/v1/schedules/{}", made["id"].as_str().expect("an id"));
        assert_eq!(answer.headers["location"], path);
        assert_eq!((&made["kind"], &made["account_id"], &made["enabled"]), (&json!("search_prospects"), &json!(account), &json!(true)));
        assert_eq!((&made["name"], &made["last_job_id"]), (&json!("0 * * * * (Europe/Berlin)"), &Json::Null));
        assert_eq!(app.get(OWNER_KEY, &path).await.ok(), made);
        assert_eq!(app.get(OWNER_KEY, "/api/v1/jobs").await.ok()["pagination"]["total"], 0, "nothing starts before its time");

        let mut bell = app.database().events_bell();
        app.database().advance_clock(Duration::from_secs(3_600));
        let job = loop {
            let schedule = app.get(OWNER_KEY, &path).await.ok();
            if let Some(job) = schedule["last_job_id"].as_str() {
                assert!(schedule["next_at"].as_str() > made["next_at"].as_str(), "{schedule}");
                break job.to_owned();
            }
            tokio::time::timeout(Duration::from_secs(20), bell.changed()).await.expect("it fires").expect("open");
        };
        let done = app.ended(OWNER_KEY, &job).await;
        assert_eq!((done.status, done.progress.current, done.priority), (JobStatus::Completed, 30, 3));
        assert!(done.timeline[0].message.contains("0 * * * * (Europe/Berlin)"), "{:?}", done.timeline);
        let first = app.get(OWNER_KEY, &format!("/api/v1/searches/{job}/results?limit=1")).await.ok();
        assert_eq!(first["pagination"]["total"], 30);
    }

    async fn schedules_are_listed_and_ended(app: TestApp) {
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let mut ids = Vec::new();
        for name in ["Mornings", "Evenings", "Nights"] {
            let mut body = hourly(10);
            body["schedule"]["name"] = json!(name);
            ids.push(app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["id"].clone());
        }
        let page = app.get(OWNER_KEY, "/api/v1/schedules?limit=2").await.ok();
        assert_eq!((&page["pagination"]["total"], &page["data"][0]["id"], &page["data"][1]["name"]), (&json!(3), &ids[0], &json!("Evenings")));
        let cursor = page["pagination"]["next_cursor"].as_str().expect("more");
        let rest = app.get(OWNER_KEY, &format!("/api/v1/schedules?limit=2&cursor={cursor}")).await.ok();
        assert_eq!((&rest["data"][0]["id"], &rest["pagination"]["has_more"]), (&ids[2], &json!(false)));

        let path = format!("/api/v1/schedules/{}", ids[1].as_str().expect("an id"));
        let stranger = app.tenant().await;
        app.delete(&stranger.key, &path).await.problem(404);
        assert_eq!(app.delete(OWNER_KEY, &path).await.status.as_u16(), 204);
        assert_eq!(app.delete(OWNER_KEY, &path).await.problem(404)["error_code"], "SCHEDULE_NOT_FOUND");
        let client = app.client(OWNER_KEY);
        let left: Vec<String> = client.schedules(&PageQuery::default()).await.expect("a list").data.into_iter().map(|schedule| schedule.name).collect();
        assert_eq!(left, ["Mornings", "Nights"]);
    }

    async fn times_that_cannot_be_are_refused_by_name(app: TestApp) {
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        for (cron, time_zone, field, remedy) in [
            ("every day", "UTC", "schedule.cron", "0 9 * * 1-5"),
            ("0 25 * * *", "UTC", "schedule.cron", "0 9 * * 1-5"),
            ("0 0 31 2 *", "UTC", "schedule.cron", "0 9 * * 1-5"),
            ("0 9 * * *", "Mars/Olympus", "schedule.time_zone", "Europe/Berlin"),
        ] {
            let body = json!({"criteria": {"keywords": "x"}, "schedule": {"cron": cron, "time_zone": time_zone}});
            let problem = app.post(OWNER_KEY, "/api/v1/searches", body).await.problem(422);
            let refused = &problem["validation_errors"][0];
            assert_eq!(refused["field"], field, "{problem}");
            assert!(refused["message"].as_str().is_some_and(|message| message.contains(remedy)), "{problem}");
        }
        assert_eq!(app.get(OWNER_KEY, "/api/v1/schedules").await.ok()["pagination"]["total"], 0, "and nothing is stored");
    }

    async fn a_paused_schedule_starts_nothing_and_makes_up_for_nothing(app: TestApp) {
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let made = app.post(OWNER_KEY, "/api/v1/searches", hourly(10)).await.ok();
        let path = format!("/api/v1/schedules/{}", made["id"].as_str().expect("an id"));
        let patch = async |body: Json| send(app.request(Method::PATCH, &path).header("x-api-key", OWNER_KEY).json(&body)).await;
        assert_eq!(patch(json!({"enabled": false})).await.ok()["enabled"], false);
        app.database().advance_clock(Duration::from_secs(3 * 3_600));
        let renamed = patch(json!({"name": "Mornings"})).await.ok();
        assert_eq!((&renamed["name"], &renamed["enabled"], &renamed["next_at"]), (&json!("Mornings"), &json!(false), &made["next_at"]));
        let resumed = patch(json!({"enabled": true})).await.ok();
        assert!(resumed["next_at"].as_str() > made["next_at"].as_str(), "the times that passed are gone: {resumed}");
        let moved = patch(json!({"cron": "30 9 * * 1", "time_zone": "UTC"})).await.ok();
        assert!(moved["next_at"].as_str().is_some_and(|at| at.contains("T09:30:00")), "{moved}");
        assert_eq!(app.get(OWNER_KEY, "/api/v1/jobs").await.ok()["pagination"]["total"], 0);
        for (body, field) in [
            (json!({"cron": "now"}), "cron"),
            (json!({"time_zone": "Mars/Olympus"}), "time_zone"),
            (json!({"name": ""}), "name"),
            (json!({"paused": true}), "paused"),
        ] {
            assert_eq!(patch(body).await.problem(422)["validation_errors"][0]["field"], field);
        }
        assert_eq!(app.get(OWNER_KEY, &path).await.ok(), moved, "and nothing was changed");
    }
}

//! Mails: what goes out, to whom, and what happens when the mail server is away.

use std::time::Duration;

use serde_json::{Value as Json, json};
use sluice::config::Settings;
use sluice::domain::job::{JobState, StopReason};
use sluice::domain::{JobId, Role, Scope, UserId};
use sluice::jobs::engine::kind::WhenEnded;
use sluice::jobs::send_mail::TellUser;
use sluice::store::jobs::{self, JobFilter};
use sluice::store::{sign_in_links, users};
use sluice_api::JobStatus;

use crate::support::fixtures::{self, Home};
use crate::support::smtp::MailServer;
use crate::support::stranger::location;
use crate::support::{OWNER_KEY, TestApp, TestDatabase, each_database};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";

async fn app(database: TestDatabase, server: &MailServer) -> TestApp {
    let settings = Settings {
        smtp_url: Some(server.url.clone().into()),
        mail_from: Some("Sluice <sluice@example.org>".into()),
        ..Settings::default()
    };
    TestApp::over(database, settings).await
}

/// Gives the owner an address and a password.
async fn owner(app: &TestApp) {
    let made = app.post(OWNER_KEY, "/api/v1/me/sign-in-link", Json::Null).await.ok();
    let person = [("name", "Ada Invented"), ("email", EMAIL), ("password", PASSWORD)];
    assert_eq!(location(&app.stranger().submit(made["link"].as_str().expect("a link"), &person).await), "/");
}

async fn mail_jobs(app: &TestApp) -> Vec<sluice_api::Job> {
    let query = sluice_api::JobsQuery { kind: Some("send_mail".into()), ..Default::default() };
    app.client(OWNER_KEY).jobs(&query).await.expect("the jobs").data
}

each_database! {
    async fn a_list_of_jobs_leaves_letters_out_when_it_is_asked_to(database: TestDatabase) {
        let server = MailServer::start(&[]).await;
        let app = app(database, &server).await;
        owner(&app).await;
        app.post(OWNER_KEY, "/api/v1/invitations", json!({"role": "member", "email": "Grace@Example.com"})).await.ok();
        server.wait_for(1).await;
        let total = async |except_kind: Option<&str>| {
            let query = sluice_api::JobsQuery { except_kind: except_kind.map(str::to_owned), ..Default::default() };
            let page = app.client(OWNER_KEY).jobs(&query).await.expect("the jobs");
            (page.data.len(), page.pagination.total)
        };
        assert_eq!((total(None).await, total(Some("export_results")).await, total(Some("send_mail")).await), ((1, 1), (1, 1), (0, 0)));
    }

    async fn an_invitation_goes_out_although_the_server_was_away_at_first(database: TestDatabase) {
        let server = MailServer::start(&["451 4.3.0 come back later", "421 4.3.2 shutting down"]).await;
        let app = app(database, &server).await;
        owner(&app).await;
        let made = app.post(OWNER_KEY, "/api/v1/invitations", json!({"role": "member", "email": "Grace@Example.com"})).await.ok();
        assert_eq!(made["mailed"], true);
        let mail = server.wait_for(1).await.remove(0);
        assert!(server.has_failed_enough() && mail.authenticated);
        assert_eq!((mail.from.as_str(), mail.to.as_str()), ("sluice@example.org", "grace@example.com"));
        assert_eq!(mail.header("Subject"), "Ada Invented invites you to Home");
        let job = mail_jobs(&app).await.remove(0);
        let job = app.ended(OWNER_KEY, &job.id).await;
        assert_eq!((job.status, mail.header("Message-ID")), (JobStatus::Completed, format!("<{}@example.org>", job.id).as_str()));
        // The link of the mail is the one that was shown, and works.
        let link = mail.link(&app.url("/join/"));
        assert_eq!(made["link"], link.as_str());
        let grace = app.stranger();
        let person = [("name", "Grace"), ("email", "grace@example.com"), ("password", PASSWORD)];
        assert_eq!(location(&grace.submit(&link, &person).await), "/");
        // Whoever may see jobs sees neither the token nor the address.
        let told = app.get(OWNER_KEY, &format!("/api/v1/jobs/{}", job.id)).await.text;
        assert!(!told.contains(link.rsplit('/').next().expect("a token")) && !told.contains("grace@"), "{told}");
        assert_eq!(server.count(), 1);
    }

    async fn a_mail_that_is_refused_for_good_ends_with_a_word(database: TestDatabase) {
        let server = MailServer::start(&["550 5.1.1 no such person"]).await;
        let app = app(database, &server).await;
        owner(&app).await;
        app.post(OWNER_KEY, "/api/v1/invitations", json!({"role": "member", "email": "grace@example.com"})).await.ok();
        let job = app.ended(OWNER_KEY, &mail_jobs(&app).await[0].id).await;
        let error = job.error.expect("an error");
        assert_eq!((job.status, error.code.as_str()), (JobStatus::Failed, "MAIL_REFUSED"));
        // Retry sends it once the reason is gone.
        app.client(OWNER_KEY).retry_job(&job.id).await.expect("it is taken up");
        assert_eq!(server.wait_for(1).await[0].to, "grace@example.com");
    }

    async fn a_forgotten_password_is_answered_alike_and_mailed_to_those_who_are_here(database: TestDatabase) {
        let server = MailServer::start(&[]).await;
        let app = app(database, &server).await;
        owner(&app).await;
        let browser = app.stranger();
        assert!(browser.get("/sign-in").await.text.contains("href=\"/forgot\""));
        let unknown = browser.submit("/forgot", &[("email", "eve@example.com")]).await;
        let known = browser.submit("/forgot", &[("email", " Ada@Example.com ")]).await;
        assert_eq!((known.status.as_u16(), known.text.replace(EMAIL, "")), (unknown.status.as_u16(), unknown.text.replace("eve@example.com", "")));
        let mail = server.wait_for(1).await.remove(0);
        assert_eq!((mail.to.as_str(), mail.header("Subject")), (EMAIL, "Choose a new password for Sluice"));
        let link = mail.link(&app.url("/reset/"));
        assert_eq!(location(&browser.submit(&link, &[("password", "another long password")]).await), "/");
        assert_eq!(location(&app.stranger().sign_in(EMAIL, "another long password").await), "/");
        // Nobody's mailbox is filled.
        assert_eq!(browser.submit("/forgot", &[("email", EMAIL)]).await.status.as_u16(), 200);
        assert_eq!(browser.submit("/forgot", &[("email", EMAIL)]).await.status.as_u16(), 429);
        assert_eq!(server.wait_for(2).await.len(), 2);
    }

    async fn without_a_mail_server_nothing_is_offered_or_queued(app: TestApp) {
        owner(&app).await;
        let made = app.post(OWNER_KEY, "/api/v1/invitations", json!({"role": "member", "email": "grace@example.com"})).await.ok();
        assert_eq!(made["mailed"], false);
        let browser = app.stranger();
        assert!(!browser.get("/sign-in").await.text.contains("/forgot"));
        assert_eq!(location(&browser.submit("/forgot", &[("email", EMAIL)]).await), "/sign-in");
        assert_eq!(mail_jobs(&app).await.len(), 0);
    }

    async fn a_job_that_took_long_or_needs_its_user_is_told_once(test: TestDatabase) {
        let database = test.database();
        let home = fixtures::home(&database).await;
        let end = async |reason: StopReason, took_s: u64| {
            let queued = home.count_pages(&database, 1).await;
            let running = fixtures::claim(&database, queued.id, Duration::from_secs(3600)).await.expect("a due job");
            database.advance_clock(Duration::from_secs(took_s));
            let mut tx = fixtures::begin(&database).await;
            sluice::store::jobs::leases::fence(&mut tx, &running).await.expect("the fence");
            let then = sluice::store::jobs::leases::Then::End { reason, error: None, result: None };
            let ended = sluice::store::jobs::leases::settle(&mut tx, &running, &fixtures::settlement(&running, then)).await.expect("it ends");
            TellUser.ended(&mut tx, &ended).await.expect("it is told");
            fixtures::commit(tx).await;
            ended.id
        };
        let told = async || queued_for(&database, home).await;

        end(StopReason::AccountTrouble, 500).await;
        assert_eq!(told().await, [], "somebody without an address is told nothing");
        set_address(&database, home.user).await;
        end(StopReason::TargetReached, 119).await;
        end(StopReason::Canceled, 500).await;
        assert_eq!(told().await, [], "short, or stopped by a person");
        let (long, needy) = (end(StopReason::TargetReached, 120).await, end(StopReason::AccountTrouble, 1).await);
        assert_eq!(told().await, [long, needy]);
        let mut tx = fixtures::begin(&database).await;
        users::set_notified(&mut tx, home.user, false).await.expect("it is stored");
        fixtures::commit(tx).await;
        end(StopReason::AccountTrouble, 500).await;
        assert_eq!(told().await, [long, needy], "switched off");
    }

    async fn the_end_of_a_search_that_needs_its_user_arrives_in_their_mailbox(database: TestDatabase) {
        let server = MailServer::start(&[]).await;
        let app = app(database, &server).await;
        owner(&app).await;
        let sandbox = sluice_sandbox::start(sluice_sandbox::Options { people: 2_000, ..Default::default() }).await.expect("the sandbox starts");
        let account = json!({
            "provider": "unipile", "base_url": sandbox.base_url(), "api_key": "a provider's key", "external_account_id": "acc_restricted",
            "api": "sales_navigator", "pace": {"delay_ms": 0, "jitter_pct": 0},
        });
        app.post(OWNER_KEY, "/api/v1/accounts", account).await.ok();
        let search = app.post(OWNER_KEY, "/api/v1/searches", json!({"criteria": {"keywords": "manager"}, "target": 50})).await.ok();
        let id = search["job_id"].as_str().expect("an id");
        let mail = server.wait_for(1).await.remove(0);
        assert_eq!((mail.to.as_str(), mail.header("Subject")), (EMAIL, "Your search needs you, 0 kept"));
        assert_eq!(mail.link(&app.url("/jobs/")), app.url(&format!("/jobs/{id}")));
        let ended = app.ended(OWNER_KEY, id).await;
        assert_eq!(ended.stop_reason, Some(sluice_api::StopReason::AccountTrouble));
        assert!(mail.text.contains(ended.error.expect("an error").message.split('.').next().expect("a sentence")), "{}", mail.text);
    }

    async fn links_that_are_over_leave_the_table_after_a_while(app: TestApp) {
        owner(&app).await;
        app.signed_in(Role::Member).await;
        let home = app.owner().await.workspace_id;
        app.post(OWNER_KEY, "/api/v1/invitations", json!({"role": "member"})).await.ok();
        app.database().advance_clock(Duration::from_secs(38 * 24 * 3600));
        sluice::maintenance::round(&app.database()).await.expect("a round");
        let mut conn = app.database().read().await.expect("a connection");
        assert_eq!(sign_in_links::invitations(&mut conn, Scope::Workspace(home), 10, 0).await.expect("none").1, 0);
    }
}

async fn set_address(database: &sluice::store::Database, user: UserId) {
    let mut tx = fixtures::begin(database).await;
    users::set_email(&mut tx, user, EMAIL).await.expect("it is stored");
    fixtures::commit(tx).await;
}

/// The jobs of which mails are queued, in the order of the queue.
async fn queued_for(database: &sluice::store::Database, home: Home) -> Vec<JobId> {
    let filter = JobFilter { kind: Some("send_mail".into()), ..JobFilter::default() };
    let (mut found, _) = jobs::list(&mut fixtures::read(database).await, home.scope(), &filter, 50, 0).await.expect("the jobs");
    found.reverse();
    assert!(found.iter().all(|job| job.state == JobState::Queued));
    found.iter().map(|job| job.args["job_id"].as_str().expect("an id").parse().expect("an id")).collect()
}

//! Taking the list out into a file, from its own page.

use serde_json::json;
use sluice::domain::Role;

use super::{led_to, owner, page, read, shows};
use crate::support::postings::store_some;
use crate::support::{OWNER_KEY, each_database};

/// The columns that the form has chosen, as a browser sends them.
fn chosen(page: &str) -> Vec<(&str, &str)> {
    let boxes = page.split("name=\"column\" value=\"").skip(1);
    let chosen = boxes.filter(|rest| rest.split('>').next().is_some_and(|tag| tag.contains("checked")));
    chosen.map(|rest| ("column", rest.split('"').next().unwrap_or_default())).collect()
}

each_database! {
    async fn what_the_list_shows_becomes_a_file(app: TestApp) {
        let stored = store_some(&app.database(), app.owner().await.workspace_id, 12).await;
        let ids: Vec<String> = stored.iter().take(5).map(ToString::to_string).collect();
        app.patch(OWNER_KEY, "/api/v1/job-postings", json!({"ids": ids, "patch": {"status": "saved"}})).await.ok();
        let owner = owner(&app).await;
        let href = "/exports/new?postings=status%3Dsaved%26sort%3D%2Dtitle";
        shows(&read(&owner, "/postings?status=saved&sort=-title&page=1").await, &[&format!("<a class=\"button\" href=\"{href}\">Export</a>")]);
        let form = read(&owner, href).await;
        shows(&form, &[
            "<h1>Export 5 postings</h1>", "href=\"/postings?status=saved&#38;sort=-title\"", "<option value=\"-title\" selected>As the list</option>",
            "name=\"postings\" value=\"status=saved&#38;sort=-title\"", ">Status</span>",
        ]);
        let columns = chosen(&form);
        assert!(columns.len() > 5, "{form}");
        let mut fields = vec![("postings", "status=saved&sort=-title"), ("sort", "-title"), ("format", "jsonl")];
        fields.extend(&columns);
        let address = led_to(&owner.submit("/exports", &fields).await).to_owned();
        let id = address.rsplit('/').next().expect("an id").to_owned();
        assert_eq!(app.ended(OWNER_KEY, &id).await.status.as_str(), "completed");
        shows(&read(&owner, &address).await, &["5 postings", &format!("href=\"/exports/{id}/file\" download>Download</a>"), "JSON lines", "href=\"/postings?status=saved&#38;sort=-title\">Back to the postings"]);
        let file = read(&owner, &format!("/exports/{id}/file")).await;
        let listed = app.get(OWNER_KEY, "/api/v1/job-postings?status=saved&sort=-title").await.ok();
        let titles: Vec<_> = listed["data"].as_array().expect("a list").iter().map(|posting| posting["title"].clone()).collect();
        let taken: Vec<_> = file.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["title"].clone()).collect();
        assert_eq!((taken.len(), &taken), (5, &titles));
        let all = "/exports/new?postings=sort%3D%2Dcreated%5Fat";
        shows(&read(&owner, "/postings").await, &[&format!("<a class=\"button\" href=\"{all}\">Export</a>")]);
        shows(&read(&owner, all).await, &["<h1>Export 12 postings</h1>", "<option value=\"-created_at\" selected>"]);
        shows(&read(&owner, "/exports/new").await, &["All postings", "12 postings"]);
    }

    async fn an_order_that_moves_while_people_work_is_told_at_the_form(app: TestApp) {
        store_some(&app.database(), app.owner().await.workspace_id, 3).await;
        let owner = owner(&app).await;
        let form = read(&owner, "/exports/new?postings=sort%3D-stars").await;
        shows(&form, &["This order changes while people work, so that a posting", "<select id=\"sort\" name=\"sort\" aria-invalid=\"true\"", "Export 3 postings"]);
        let refused = owner.submit("/exports", &[("postings", "sort=-stars"), ("sort", "-stars"), ("column", "title")]).await;
        assert_eq!(refused.status.as_u16(), 422, "{}", refused.text);
        shows(&refused.text, &["This order changes while people work, so that a posting"]);
        let address = led_to(&owner.submit("/exports", &[("postings", "sort=-stars"), ("sort", "title"), ("column", "title")]).await).to_owned();
        app.ended(OWNER_KEY, address.rsplit('/').next().expect("an id")).await;
        assert_eq!(page(&owner, "/exports/new?postings=stars%3Dmany").await.status.as_u16(), 422);
        let viewer = app.signed_in(Role::Viewer).await;
        assert!(!read(&viewer, "/postings").await.contains(">Export</a>"), "only members export");
        assert_eq!(viewer.submit("/exports", &[("postings", "sort=title"), ("column", "title")]).await.status.as_u16(), 403);
    }
}

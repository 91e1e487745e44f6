//! The pages of exports and imports, as a browser without JavaScript uses them.

use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use sluice::domain::Role;

use crate::support::app::Answer;
use crate::support::browser::Browser;
use crate::support::{OWNER_KEY, each_database, send};

const HTML: &str = "text/html,application/xhtml+xml";

async fn get(browser: &Browser, path: &str) -> Answer {
    send(browser.request(Method::GET, path).header("accept", HTML)).await
}

async fn submit(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = browser.request(Method::POST, path).header("accept", HTML).header("content-type", "application/x-www-form-urlencoded");
    send(request.body(body)).await
}

async fn upload(browser: &Browser, content: &str) -> Answer {
    let form = Form::new().part("file", Part::bytes(content.as_bytes().to_vec()).file_name("friends of <Ada>.csv"));
    send(browser.request(Method::POST, "/imports").header("accept", HTML).multipart(form)).await
}

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.headers["location"].to_str().expect("a location").to_owned()
}

fn id_of(path: &str) -> String {
    path.rsplit('/').next().expect("an id").to_owned()
}

/// What a form would send: the columns as the page has chosen them.
fn chosen(page: &str) -> Vec<(String, String)> {
    page.split("<select id=\"column-")
        .skip(1)
        .map(|rest| {
            let number = rest.split('"').next().expect("a number");
            let options = rest.split("</select>").next().expect("options");
            let value = options.split(" selected").next().filter(|_| options.contains(" selected"));
            let value =
                value.and_then(|before| before.rsplit("value=\"").next()).and_then(|word| word.split('"').next()).unwrap_or_default();
            (format!("column-{number}"), value.to_owned())
        })
        .collect()
}

each_database! {
    async fn a_file_is_looked_at_checked_and_imported(app: TestApp) {
        let owner = app.signed_in(Role::Owner).await;
        assert!(get(&owner, "/imports/new").await.text.contains("type=\"file\""));
        let content = "Full name;Company;LinkedIn;Notes\nAda Invented;Acme;linkedin.com/in/ada;met in Köln\nBo Invented;Acme;nowhere;\n";
        let columns = location(&upload(&owner, content).await);
        let page = get(&owner, &columns).await.text;
        for words in ["friends of &#60;Ada&#62;.csv", "2 rows below the header", "semicolons, UTF-8", "met in Köln", "Import 2 rows", "Check only"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let mapping = chosen(&page);
        let words: Vec<&str> = mapping.iter().map(|(_, word)| word.as_str()).collect();
        assert_eq!(words, ["name", "company", "profile_url", ""]);

        let file = columns.split("file=").nth(1).expect("a file").to_owned();
        let mut fields: Vec<(&str, &str)> = mapping.iter().map(|(name, word)| (name.as_str(), word.as_str())).collect();
        fields.extend([("file", file.as_str()), ("into", "new"), ("review_name", "Friends"), ("do", "check")]);
        let check = location(&submit(&owner, "/imports/start", &fields).await);
        app.ended(OWNER_KEY, &id_of(&check)).await;
        let page = get(&owner, &check).await.text;
        for words in ["1</span> to add", "1</span> refused", "Import it now", "nowhere", "This is no LinkedIn profile", "(check)"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(app.get(OWNER_KEY, "/api/v1/reviews").await.ok()["pagination"]["total"], 0, "nothing was made");
        let again = get(&owner, &format!("/imports/new?file={file}&like={}", id_of(&check))).await.text;
        assert_eq!(chosen(&again), mapping);

        fields.retain(|(name, _)| *name != "do");
        fields.push(("do", "import"));
        let import = location(&submit(&owner, "/imports/start", &fields).await);
        app.ended(OWNER_KEY, &id_of(&import)).await;
        let page = get(&owner, &import).await.text;
        for words in ["1</span> added", "Review them", ">Friends</a>", "1 other column is kept beside", &format!("/imports/{}/errors.csv", id_of(&import))] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let errors = get(&owner, &format!("/imports/{}/errors.csv", id_of(&import))).await;
        assert!(errors.text.contains("\r\n3,LinkedIn,nowhere,"), "{}", errors.text);
    }

    async fn a_file_that_cannot_be_imported_comes_back_with_the_words(app: TestApp) {
        let owner = app.signed_in(Role::Owner).await;
        for (content, status, words) in [
            ("", StatusCode::UNPROCESSABLE_ENTITY, "The file is empty"),
            ("PK\u{3}\u{4}x", StatusCode::UNPROCESSABLE_ENTITY, "Save") ,
        ] {
            let answer = upload(&owner, content).await;
            assert_eq!(answer.status, status, "{}", answer.text);
            assert!(answer.text.contains("type=\"file\"") && answer.text.to_lowercase().contains(&words.to_lowercase()), "{words}: {}", answer.text);
        }
        let nothing = send(owner.request(Method::POST, "/imports").header("accept", HTML).multipart(Form::new().text("review", ""))).await;
        assert!(nothing.status == StatusCode::UNPROCESSABLE_ENTITY && nothing.text.contains("Choose a file first"), "{}", nothing.text);

        let columns = location(&upload(&owner, "Full name,Company\nAda,Acme\n").await);
        let file = columns.split("file=").nth(1).expect("a file").to_owned();
        for (fields, words) in [
            (vec![("column-0", "company"), ("column-1", "")], "Nothing says who somebody is"),
            (vec![("column-0", "name"), ("column-1", "name")], "name is read from Full name already"),
            (vec![("column-0", "name"), ("column-1", "company"), ("review_name", "")], "A review&#39;s name has 1 to 255 characters."),
        ] {
            let mut fields = fields;
            fields.extend([("file", file.as_str()), ("into", "new"), ("do", "import")]);
            let answer = submit(&owner, "/imports/start", &fields).await;
            assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.text.contains(words), "{words}: {} {}", answer.status, answer.text);
            assert!(answer.text.contains("What the columns mean"), "the form comes back as it was");
        }
        assert_eq!(get(&owner, "/imports/new?file=0190a5d0-ac96-774b-bcce-b302099a8057").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_review_is_exported_by_a_form_and_downloaded(app: TestApp) {
        let owner = app.signed_in(Role::Owner).await;
        assert!(get(&owner, "/exports/new").await.text.contains("There is nobody to export yet"));
        let body = json!({"csv": "name,company\nAda Invented,Acme\nBo Invented,Umbrella\n", "review_name": "Köln"});
        let import = app.post(OWNER_KEY, "/api/v1/imports", body).await.ok();
        app.ended(OWNER_KEY, import["id"].as_str().expect("an id")).await;
        let review = import["review_id"].as_str().expect("an id").to_owned();
        let offered = get(&owner, "/exports/new").await.text;
        assert!(offered.contains(&format!("/exports/new?review={review}")) && offered.contains("2 people"), "{offered}");

        let form = get(&owner, &format!("/exports/new?review={review}&q=ada&sort=-name")).await.text;
        for words in ["Export 1 person", "name=\"q\" value=\"ada\"", "name=\"sort\" value=\"-name\"", "value=\"decision\" checked", "value=\"id\"><span>id"] {
            assert!(form.contains(words), "{words}: {form}");
        }
        let fields = [("review", review.as_str()), ("q", "ada"), ("format", "csv"), ("column", "company"), ("column", "name")];
        let export = location(&submit(&owner, "/exports", &fields).await);
        app.ended(OWNER_KEY, &id_of(&export)).await;
        let page = get(&owner, &export).await.text;
        for words in ["koln-", ">Download</a>", "1 person, 36 bytes", "Kept until", "company, name", "Back to the review"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let file = get(&owner, &format!("{export}/file")).await;
        assert_eq!(file.text, "\u{feff}company,name\r\nAcme,Ada Invented\r\n");
        let jobs = get(&owner, "/jobs").await.text;
        assert!(jobs.contains("Köln as CSV") && jobs.contains(&export), "{jobs}");

        let none = submit(&owner, "/exports", &[("review", &review), ("format", "csv")]).await;
        assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text.contains("Name one column at least"), "{}", none.text);
        for path in ["/exports/new?review=0190a5d0-ac96-774b-bcce-b302099a8057", "/exports/new?search=0190a5d0-ac96-774b-bcce-b302099a8057"] {
            assert_eq!(get(&owner, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    async fn a_viewer_sees_and_does_not_export_or_import(app: TestApp) {
        let viewer = app.signed_in(Role::Viewer).await;
        for path in ["/imports/new", "/exports/new"] {
            assert_eq!(get(&viewer, path).await.status, StatusCode::OK, "{path}");
        }
        assert_eq!(upload(&viewer, "name\nAda\n").await.status, StatusCode::FORBIDDEN);
        assert_eq!(submit(&viewer, "/exports", &[("format", "csv")]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(app.get(OWNER_KEY, "/api/v1/imports").await.ok()["data"], Json::Array(Vec::new()));
    }
}

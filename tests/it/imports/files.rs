//! Files of every kind, as people send them.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value as Json, json};

use crate::support::app::Answer;
use crate::support::{OWNER_KEY, TestApp, each_database, send};

pub async fn send_file(app: &TestApp, content: impl Into<Vec<u8>>, options: Json) -> Answer {
    let part = Part::bytes(content.into()).file_name("people.csv");
    let form = Form::new().part("file", part).text("options", options.to_string());
    send(app.request(Method::POST, "/api/v1/imports").header("x-api-key", OWNER_KEY).multipart(form)).await
}

/// The import when it has ended.
pub async fn import(app: &TestApp, content: impl Into<Vec<u8>>, options: Json) -> Json {
    let id = send_file(app, content, options).await.ok()["id"].as_str().expect("an id").to_owned();
    app.ended(OWNER_KEY, &id).await;
    app.get(OWNER_KEY, &format!("/api/v1/imports/{id}")).await.ok()
}

pub fn counts(import: &Json) -> [u64; 4] {
    ["new", "known", "refused", "blank"].map(|name| import["counts"][name].as_u64().expect("a count"))
}

/// A header and numbered people.
pub fn people(from: i64, to: i64) -> String {
    let rows = (from..to).map(|number| {
        format!(
            "Person {number},Invented,\"Head of Things, {number}\",Company {},https://www.linkedin.com/in/person-{number}/?trk=x\r\n",
            number % 7
        )
    });
    std::iter::once("First Name,Last Name,Headline,Company,Profile URL\r\n".to_owned()).chain(rows).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once('\u{feff}').chain(text.chars()).collect::<String>().encode_utf16().flat_map(u16::to_le_bytes).collect()
}

each_database! {
    async fn files_are_read_in_whatever_form_they_come(app: TestApp) {
        let rows = "Zoë Ångström;Zürich;linkedin.com/in/zoe\r\n\"Two\r\nLines\";;linkedin.com/in/two\r\n";
        let table = format!("Full name;Location;LinkedIn\r\n{rows}");
        let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(&table);
        for (what, content, encoding, delimiter) in [
            ("UTF-8", table.clone().into_bytes(), "utf-8", ";"),
            ("UTF-8 with a mark", format!("\u{feff}{table}").into_bytes(), "utf-8", ";"),
            ("UTF-16", utf16(&table), "utf-8", ";"),
            ("Windows-1252", windows.into_owned(), "windows-1252", ";"),
            ("commas", table.replace(';', ",").into_bytes(), "utf-8", ","),
            ("tabs", table.replace(';', "\t").into_bytes(), "utf-8", "\t"),
            ("lines of Unix", table.replace("\r\n", "\n").into_bytes(), "utf-8", ";"),
            ("a delimiter that is said", format!("sep=;\r\n{table}").into_bytes(), "utf-8", ";"),
            ("no line break at the end", table.trim_end().as_bytes().to_vec(), "utf-8", ";"),
        ] {
            let done = import(&app, content, json!({"review_name": what})).await;
            assert_eq!((&done["file"]["encoding"], &done["file"]["delimiter"]), (&json!(encoding), &json!(delimiter)), "{what}");
            assert_eq!((counts(&done), &done["status"], &done["progress"]["total"]), ([2, 0, 0, 0], &json!("completed"), &json!(2)), "{what}: {done}");
            let names = names(&app, done["review_id"].as_str().expect("a review")).await;
            assert_eq!(names[0], "Zoë Ångström", "{what}");
            assert!(names[1] == "Two\r\nLines" || names[1] == "Two\nLines", "{what}: {names:?}");
        }
    }

    async fn immunity_15_bad_rows_are_told_by_row_and_good_ones_land(app: TestApp) {
        let content = "name,company,profile_url,network_distance\r\n\
            Ada Invented,Acme,https://www.linkedin.com/in/ada,1st\r\n\
            Bo Invented,Acme,https://example.com/bo,2\r\n\
            ,,,\r\n\
            \r\n\
            ,Acme,,\r\n\
            Cy Invented,Acme,linkedin.com/in/cy,far\r\n\
            Di Invented,Acme,linkedin.com/in/di,3rd,too much\r\n\
            Ed Inv\u{0}ented,Acme,linkedin.com/in/ed,\r\n\
            Fi Invented\r\n\
            =1+1,Acme,https://www.linkedin.com/company/acme,\r\n";
        let done = import(&app, content, json!({"review_name": "mixed"})).await;
        assert_eq!((counts(&done), &done["status"], &done["stop_reason"]), ([2, 0, 6, 1], &json!("completed"), &json!("exhausted")), "{done}");
        assert_eq!(done["progress"]["message"], "2 people added, 6 rows refused.");
        assert_eq!(names(&app, done["review_id"].as_str().expect("a review")).await, ["Ada Invented", "Fi Invented"]);

        let id = done["id"].as_str().expect("an id");
        let errors = app.get(OWNER_KEY, &format!("/api/v1/imports/{id}/errors")).await.ok();
        let told: Vec<(u64, &str, &str)> = errors["data"].as_array().expect("a list").iter()
            .map(|error| (error["row"].as_u64().expect("a row"), error["column"].as_str().expect("text"), error["value"].as_str().expect("text")))
            .collect();
        assert_eq!(told, [
            (3, "profile_url", "https://example.com/bo"),
            (6, "", ""),
            (7, "network_distance", "far"),
            (8, "", "too much"),
            (9, "name", "Ed Inv␀ented"),
            (11, "profile_url", "https://www.linkedin.com/company/acme"),
        ]);
        for error in errors["data"].as_array().expect("a list") {
            assert!(error["message"].as_str().is_some_and(|text| text.ends_with('.') && text.len() > 40), "{error}");
        }
        assert_eq!(errors["pagination"]["total"], 6);

        let file = app.get(OWNER_KEY, done["errors_url"].as_str().expect("a path")).await;
        assert_eq!(file.headers["content-disposition"], "attachment; filename=\"people-errors.csv\"; filename*=UTF-8''people-errors.csv");
        let mut reader = csv::Reader::from_reader(file.text.trim_start_matches('\u{feff}').as_bytes());
        assert_eq!(reader.headers().expect("a header"), ["row", "column", "value", "message"].as_slice());
        let rows: Vec<u64> = reader.records().map(|row| row.expect("a row")[0].parse().expect("a number")).collect();
        assert_eq!(rows, [3, 6, 7, 8, 9, 11]);
    }

    async fn immunity_16_nobody_is_imported_twice(app: TestApp) {
        let first = import(&app, people(0, 30), json!({"review_name": "twice"})).await;
        assert_eq!(counts(&first), [30, 0, 0, 0]);
        let review = first["review_id"].as_str().expect("a review").to_owned();
        let again = import(&app, people(20, 50), json!({"review_id": review})).await;
        assert_eq!((counts(&again), &again["progress"]["message"]), ([20, 10, 0, 0], &json!("20 people added, 10 known already.")));
        // The same people under other forms of their address, and one twice in the file.
        let forms = "name,url\nA,http://de.linkedin.com/in/person-1\nB,LINKEDIN.com/in/PERSON-2/\nC,linkedin.com/in/person-99\nC,https://www.linkedin.com/in/person-99/en\n";
        assert_eq!(counts(&import(&app, forms, json!({"review_id": review})).await), [1, 3, 0, 0]);
        // Without an address, what a row says is what it is known by.
        let nameless = "name,company\nAda Invented,Acme\nAda Invented,Umbrella\nada  INVENTED,ACME\n";
        assert_eq!(counts(&import(&app, nameless, json!({"review_id": review})).await), [2, 1, 0, 0]);
        assert_eq!(counts(&import(&app, nameless, json!({"review_id": review})).await), [0, 3, 0, 0]);
        assert_eq!(names(&app, &review).await.len(), 53);
        // In another review they are new again.
        assert_eq!(counts(&import(&app, nameless, json!({"review_name": "another"})).await), [2, 1, 0, 0]);
    }

    async fn validating_tells_what_an_import_would_come_to_and_adds_nobody(app: TestApp) {
        let there = import(&app, people(0, 600), json!({"review_name": "there"})).await;
        let review = there["review_id"].as_str().expect("a review").to_owned();
        let mut content = people(500, 1_700);
        content.push_str("Person 1600,Invented,again,x,linkedin.com/in/person-1600\r\nX,,,,http://nowhere.example\r\n\r\nY,Nameless,,Acme,\r\nY,Nameless,,Acme,\r\n");
        for _ in 0..2 {
            let judged = import(&app, content.clone(), json!({"review_id": review, "validate_only": true})).await;
            assert_eq!((counts(&judged), &judged["validate_only"]), ([1_101, 102, 1, 0], &json!(true)), "{judged}");
            assert_eq!(judged["progress"]["message"], "1,101 people to add, 102 known already, 1 row refused.");
        }
        assert_eq!(names(&app, &review).await.len(), 600, "nobody was added");
        let judged = import(&app, content.clone(), json!({"validate_only": true})).await;
        assert_eq!((counts(&judged), &judged["review_id"]), ([1_201, 2, 1, 0], &Json::Null));
        // The same file, imported in earnest without being sent again.
        let body = json!({"file_id": judged["file"]["id"], "review_id": review});
        let id = app.post(OWNER_KEY, "/api/v1/imports", body).await.ok()["id"].as_str().expect("an id").to_owned();
        app.ended(OWNER_KEY, &id).await;
        assert_eq!(counts(&app.get(OWNER_KEY, &format!("/api/v1/imports/{id}")).await.ok()), [1_101, 102, 1, 0], "as it was told");
    }

    async fn our_own_export_can_be_imported(app: TestApp) {
        let first = import(&app, people(0, 40), json!({"review_name": "from a file"})).await;
        let body = json!({"review_id": first["review_id"], "format": "csv"});
        let export = app.post(OWNER_KEY, "/api/v1/exports", body).await.ok()["id"].as_str().expect("an id").to_owned();
        app.ended(OWNER_KEY, &export).await;
        let file = app.get(OWNER_KEY, &format!("/api/v1/exports/{export}/file")).await.text;
        let again = import(&app, file.clone(), json!({"review_id": first["review_id"]})).await;
        assert_eq!(counts(&again), [0, 40, 0, 0], "{file}");
        let fields: Vec<&str> = again["columns"].as_array().expect("a list").iter().filter_map(|column| column["field"].as_str()).collect();
        assert!(fields.starts_with(&["name", "first_name", "last_name", "headline", "title", "company"]), "{fields:?}");
    }

    async fn twenty_five_hundred_rows_land(app: TestApp) {
        let done = import(&app, people(0, 2_500), json!({"review_name": "many"})).await;
        assert_eq!((counts(&done), &done["progress"]["current"], &done["progress"]["total"]), ([2_500, 0, 0, 0], &json!(2_500), &json!(2_500)));
    }
}

/// The names in a review, in their order.
pub async fn names(app: &TestApp, review: &str) -> Vec<String> {
    let database = app.database();
    let mut conn = crate::support::fixtures::read(&database).await;
    let rows = sluice::store::database::sql(
        "SELECT review_items.name AS name FROM review_items JOIN reviews ON reviews.number = review_items.review_number \
         WHERE reviews.id = $1 ORDER BY review_items.number",
    );
    let rows = rows.bind(review).fetch_all(&mut conn).await.expect("the items");
    rows.iter().map(|row| row.get::<Option<String>>("name").expect("a name").unwrap_or_default()).collect()
}

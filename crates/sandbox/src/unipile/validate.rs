//! What the vendor's schema accepts, written down once for each api, and the checks of query strings.

use serde_json::Value;

use super::error::Problem;
use super::shape::{Member, Shape, check_members, settle_members};
use crate::population::identity::Api;

const IDS: Shape = Shape::List(&Shape::Id, 1);
const NAMES: Shape = Shape::List(&Shape::NonEmptyText, 1);
const LANGUAGES: Shape = Shape::List(&Shape::Language, 0);
const SOME_IDS: Shape = Shape::Object(&[("include", false, IDS), ("exclude", false, IDS)]);
const SOME_NAMES: Shape = Shape::Object(&[("include", false, NAMES), ("exclude", false, NAMES)]);
const SOME_LISTS: Shape =
    Shape::Object(&[("include", false, Shape::List(&Shape::IdOrAll, 1)), ("exclude", false, Shape::List(&Shape::IdOrAll, 1))]);
const DEGREES: Shape = Shape::List(&Shape::Among(&[1.0, 2.0, 3.0]), 0);
const DEGREES_OR_GROUP: Shape = Shape::List(&Shape::Either(&[Shape::Among(&[1.0, 2.0, 3.0]), Shape::OneOf(&["GROUP"])]), 0);
const HEADCOUNT: Shape = Shape::List(
    &Shape::Object(&[
        ("min", false, Shape::Among(&[1.0, 11.0, 51.0, 201.0, 501.0, 1001.0, 5001.0, 10001.0])),
        ("max", false, Shape::Among(&[10.0, 50.0, 200.0, 500.0, 1000.0, 5000.0, 10000.0])),
    ]),
    0,
);
const TENURE: Shape = Shape::List(
    &Shape::Object(&[("min", false, Shape::Among(&[0.0, 1.0, 3.0, 6.0, 10.0])), ("max", false, Shape::Among(&[1.0, 2.0, 5.0, 10.0]))]),
    0,
);
const SALES_SENIORITIES: Shape = Shape::List(
    &Shape::OneOf(&[
        "owner/partner",
        "cxo",
        "vice_president",
        "director",
        "experienced_manager",
        "entry_level_manager",
        "strategic",
        "senior",
        "entry_level",
        "in_training",
    ]),
    0,
);
const SENIORITIES: Shape =
    Shape::List(&Shape::OneOf(&["owner", "partner", "cxo", "vp", "director", "manager", "senior", "entry", "training", "unpaid"]), 0);
const PRIORITY: Shape = Shape::OneOf(&["CAN_HAVE", "MUST_HAVE", "DOESNT_HAVE"]);
const ROLE_SCOPE: Shape = Shape::OneOf(&["CURRENT_OR_PAST", "CURRENT", "PAST", "PAST_NOT_CURRENT", "OPEN_TO_WORK"]);
const COMPANY_SCOPE: Shape = Shape::OneOf(&["CURRENT_OR_PAST", "CURRENT", "PAST", "PAST_NOT_CURRENT"]);
const PRIORITISED_IDS: Shape = Shape::List(&Shape::Object(&[("id", true, Shape::Id), ("priority", false, PRIORITY)]), 0);
const SPAN: Shape = Shape::Object(&[("min", false, Shape::Number), ("max", false, Shape::Number)]);

const CLASSIC_PEOPLE: &[Member] = &[
    ("api", true, Shape::OneOf(&["classic"])),
    ("category", true, Shape::OneOf(&["people"])),
    ("keywords", false, Shape::Text),
    ("industry", false, IDS),
    ("location", false, IDS),
    ("profile_language", false, LANGUAGES),
    ("network_distance", false, DEGREES),
    ("company", false, IDS),
    ("past_company", false, IDS),
    ("school", false, IDS),
    ("service", false, IDS),
    ("connections_of", false, NAMES),
    ("followers_of", false, NAMES),
    ("open_to", false, Shape::List(&Shape::OneOf(&["proBono", "boardMember"]), 0)),
    (
        "advanced_keywords",
        false,
        Shape::Object(&[
            ("first_name", false, Shape::Text),
            ("last_name", false, Shape::Text),
            ("title", false, Shape::Text),
            ("company", false, Shape::Text),
            ("school", false, Shape::Text),
        ]),
    ),
];

const SALES_PEOPLE: &[Member] = &[
    ("api", true, Shape::OneOf(&["sales_navigator"])),
    ("category", true, Shape::OneOf(&["people"])),
    ("keywords", false, Shape::Text),
    ("last_viewed_at", false, Shape::Number),
    ("saved_search_id", false, Shape::Id),
    ("recent_search_id", false, Shape::Id),
    ("location", false, SOME_IDS),
    (
        "location_by_postal_code",
        false,
        Shape::Object(&[("include", false, IDS), ("exclude", false, IDS), ("within_area", false, Shape::Number)]),
    ),
    ("industry", false, SOME_IDS),
    ("first_name", false, Shape::Text),
    ("last_name", false, Shape::Text),
    ("tenure", false, TENURE),
    ("groups", false, IDS),
    ("school", false, SOME_IDS),
    ("profile_language", false, LANGUAGES),
    ("company", false, SOME_NAMES),
    ("company_headcount", false, HEADCOUNT),
    (
        "company_type",
        false,
        Shape::List(
            &Shape::OneOf(&[
                "public_company",
                "privately_held",
                "non_profit",
                "educational_institution",
                "partnership",
                "self_employed",
                "self_owned",
                "government_agency",
            ]),
            0,
        ),
    ),
    ("company_location", false, SOME_IDS),
    ("tenure_at_company", false, TENURE),
    ("past_company", false, SOME_NAMES),
    ("function", false, SOME_IDS),
    ("role", false, SOME_NAMES),
    ("tenure_at_role", false, TENURE),
    ("seniority", false, Shape::Object(&[("include", false, SALES_SENIORITIES), ("exclude", false, SALES_SENIORITIES)])),
    ("past_role", false, SOME_IDS),
    ("following_your_company", false, Shape::Bool),
    ("viewed_your_profile_recently", false, Shape::Bool),
    ("network_distance", false, DEGREES_OR_GROUP),
    ("connections_of", false, NAMES),
    ("past_colleague", false, Shape::Bool),
    ("shared_experiences", false, Shape::Bool),
    ("changed_jobs", false, Shape::Bool),
    ("posted_on_linkedin", false, Shape::Bool),
    ("mentionned_in_news", false, Shape::Bool),
    ("persona", false, IDS),
    ("account_lists", false, SOME_LISTS),
    ("lead_lists", false, SOME_LISTS),
    ("viewed_profile_recently", false, Shape::Bool),
    ("messaged_recently", false, Shape::Bool),
    ("include_saved_leads", false, Shape::Bool),
    ("include_saved_accounts", false, Shape::Bool),
];

const RECRUITER_PEOPLE: &[Member] = &[
    ("api", true, Shape::OneOf(&["recruiter"])),
    ("category", true, Shape::OneOf(&["people"])),
    ("keywords", false, Shape::NonEmptyText),
    ("saved_search", false, Shape::Object(&[("id", true, Shape::Id), ("project_id", true, Shape::Id)])),
    ("saved_filter", false, Shape::Id),
    (
        "location",
        false,
        Shape::List(
            &Shape::Object(&[
                ("id", true, Shape::Id),
                ("priority", false, PRIORITY),
                ("scope", false, Shape::OneOf(&["CURRENT", "OPEN_TO_RELOCATE_ONLY", "CURRENT_OR_OPEN_TO_RELOCATE"])),
                ("title", false, Shape::Text),
            ]),
            0,
        ),
    ),
    ("location_within_area", false, Shape::Number),
    ("industry", false, SOME_IDS),
    (
        "role",
        false,
        Shape::List(
            &Shape::Either(&[
                Shape::Object(&[
                    ("id", true, Shape::Id),
                    ("is_selection", true, Shape::Bool),
                    ("priority", false, PRIORITY),
                    ("scope", false, ROLE_SCOPE),
                ]),
                Shape::Object(&[("keywords", true, Shape::NonEmptyText), ("priority", false, PRIORITY), ("scope", false, ROLE_SCOPE)]),
            ]),
            0,
        ),
    ),
    (
        "skills",
        false,
        Shape::List(
            &Shape::Either(&[
                Shape::Object(&[("id", true, Shape::Id), ("priority", false, PRIORITY)]),
                Shape::Object(&[("keywords", true, Shape::NonEmptyText), ("priority", false, PRIORITY)]),
            ]),
            0,
        ),
    ),
    (
        "company",
        false,
        Shape::List(
            &Shape::Either(&[
                Shape::Object(&[("id", true, Shape::Id), ("priority", false, PRIORITY), ("scope", false, COMPANY_SCOPE)]),
                Shape::Object(&[("keywords", true, Shape::NonEmptyText), ("priority", false, PRIORITY), ("scope", false, COMPANY_SCOPE)]),
            ]),
            0,
        ),
    ),
    ("company_headcount", false, HEADCOUNT),
    ("current_company", false, PRIORITISED_IDS),
    ("past_company", false, PRIORITISED_IDS),
    ("school", false, PRIORITISED_IDS),
    ("groups", false, IDS),
    ("graduation_year", false, SPAN),
    ("tenure", false, SPAN),
    ("seniority", false, Shape::Object(&[("include", false, SENIORITIES), ("exclude", false, SENIORITIES)])),
    ("function", false, IDS),
    ("network_distance", false, DEGREES_OR_GROUP),
    (
        "spoken_languages",
        false,
        Shape::List(
            &Shape::Object(&[
                ("language", true, Shape::Text),
                ("priority", false, PRIORITY),
                ("scope", false, Shape::OneOf(&["ELEMENTARY", "LIMITED_WORKING", "PROFESSIONAL_WORKING", "NATIVE_OR_BILINGUAL"])),
            ]),
            0,
        ),
    ),
    ("hide_previously_viewed", false, Shape::Object(&[("timespan", true, Shape::Number)])),
    ("profile_language", false, LANGUAGES),
    (
        "recently_joined",
        false,
        Shape::List(
            &Shape::Object(&[
                ("min", false, Shape::Among(&[2.0, 8.0, 15.0, 31.0])),
                ("max", false, Shape::Among(&[1.0, 7.0, 14.0, 30.0, 90.0])),
            ]),
            0,
        ),
    ),
    (
        "spotlights",
        false,
        Shape::List(
            &Shape::OneOf(&[
                "OPEN_TO_WORK",
                "ACTIVE_TALENT",
                "REDISCOVERED_CANDIDATES",
                "INTERNAL_CANDIDATES",
                "INTERESTED_IN_YOUR_COMPANY",
                "HAVE_COMPANY_CONNECTIONS",
            ]),
            0,
        ),
    ),
    ("first_name", false, Shape::List(&Shape::NonEmptyText, 0)),
    ("last_name", false, Shape::List(&Shape::NonEmptyText, 0)),
    ("has_military_background", false, Shape::Bool),
    ("past_applicants", false, Shape::Bool),
    ("hiring_projects", false, SOME_IDS),
    (
        "recruiting_activity",
        false,
        Shape::List(
            &Shape::Object(&[
                ("id", true, Shape::OneOf(&["messages", "tags", "notes", "projects", "resumes", "reviews"])),
                ("priority", false, PRIORITY),
                ("timespan", false, Shape::Number),
            ]),
            0,
        ),
    ),
    ("notes", false, Shape::List(&Shape::NonEmptyText, 0)),
];

/// Checks a people search's body, writes its ids as strings, and names its api.
pub fn people_search(body: &mut Value) -> Result<Api, Problem> {
    let api = body.get("api").ok_or_else(|| Problem::invalid("body must have required property 'api'"))?;
    let api = api
        .as_str()
        .and_then(Api::parse)
        .ok_or_else(|| Problem::invalid("body/api must be equal to one of the allowed values: classic, sales_navigator, recruiter"))?;
    let members = match api {
        Api::Classic => CLASSIC_PEOPLE,
        Api::SalesNavigator => SALES_PEOPLE,
        Api::Recruiter => RECRUITER_PEOPLE,
    };
    check_members(members, body, "body").map_err(Problem::invalid)?;
    if let Some(object) = body.as_object_mut() {
        settle_members(members, object);
    }
    Ok(api)
}

/// The parameters of a query string, in order.
pub struct Query(Vec<(String, String)>);

impl Query {
    pub fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn required(&self, name: &str) -> Result<&str, Problem> {
        self.one(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Problem::invalid(format!("querystring must have required property '{name}'")))
    }
}

/// Reads a query string that may hold the parameters of `known` and no others.
pub fn query(text: Option<&str>, known: &[&str]) -> Result<Query, Problem> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(text.unwrap_or_default().as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    if let Some((name, _)) = pairs.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        return Err(Problem::invalid(format!("querystring must NOT have additional properties: '{name}'")));
    }
    Ok(Query(pairs))
}

pub fn limit(query: &Query, least: usize, most: usize, default: usize) -> Result<usize, Problem> {
    let Some(text) = query.one("limit") else { return Ok(default) };
    let number: i64 = text.parse().map_err(|_| Problem::invalid("querystring/limit must be integer"))?;
    usize::try_from(number)
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| Problem::invalid(format!("querystring/limit must be >= {least} and <= {most}")))
}

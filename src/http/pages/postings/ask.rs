//! The form of a search for postings: what was written into it, read as the API would be asked, and what an earlier search would have written.

use serde_json::Value as Json;
use sluice_api::{PostingQuery, PostingSearchRequest, ValidationError};
use sluice_providers::PostingQuery as HouseQuery;
use sluice_providers::linkedin::search_url::address_of_search;

use super::{LEVELS, TYPES, WORKPLACES, level_word, type_word, workplace_word};
use crate::domain::posting::SearchArgs;
use crate::domain::posting::order::MOST_QUERIES;
use crate::http::form::{Form, Wrong};
use crate::http::problem::{Failure, refused};

const HOUR_S: u64 = 3_600;

/// What somebody wrote. The fields of query `n` are called `qn.keywords` and so on.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    pub form: Form,
    /// Queries that the form has, 1 to 20.
    pub queries: usize,
}

/// A request, and which query of the form each of its queries is.
pub struct Request {
    pub request: PostingSearchRequest,
    places: Vec<usize>,
}

impl Ask {
    /// As nobody has written into it yet.
    pub fn new() -> Self {
        Self { form: Form::filled(usual()), queries: 1 }
    }

    pub fn read(form: Form) -> Self {
        let queries = form.text("queries").parse().unwrap_or(1).clamp(1, MOST_QUERIES);
        Self { form, queries }
    }

    /// With one more query at the end, or without the one that the button names.
    pub fn rearranged(self) -> Self {
        let asked = self.form.text("do").to_owned();
        if asked == "add" {
            return Self { queries: (self.queries + 1).min(MOST_QUERIES), ..self };
        }
        let Some(gone) = asked.strip_prefix("remove-").and_then(|place| place.parse::<usize>().ok()) else { return self };
        if self.queries == 1 || gone >= self.queries {
            return self;
        }
        let moved = |name: &str| -> Option<String> {
            let Some((place, field)) = name.strip_prefix('q').and_then(|rest| rest.split_once('.')) else { return Some(name.to_owned()) };
            match place.parse::<usize>() {
                Ok(place) if place == gone => None,
                Ok(place) if place > gone => Some(format!("q{}.{field}", place - 1)),
                _ => Some(name.to_owned()),
            }
        };
        let fields = self.form.fields().filter_map(|(name, text)| Some((moved(name)?, text.to_owned()))).collect();
        Self { form: Form::of(fields), queries: self.queries - 1 }
    }

    /// The form that would have asked for this search.
    pub fn of_search(args: &SearchArgs, account: Option<String>) -> Self {
        let lines = |words: &[String]| words.join("\n");
        let mut fields: Vec<(String, String)> = usual()
            .into_iter()
            .filter(|(name, _)| !["max_pages", "fetch_details"].contains(name))
            .map(|(name, text)| (name.to_owned(), text))
            .collect();
        let mut add = |name: &str, text: String| fields.push((name.to_owned(), text));
        add("name", args.title.clone());
        add("max_pages", args.max_pages.to_string());
        if args.fetch_details {
            add("fetch_details", "yes".into());
        }
        add("title_include", lines(&args.filters.title_include));
        add("title_exclude", lines(&args.filters.title_exclude));
        add("company_include", lines(&args.filters.company_include));
        add("company_exclude", lines(&args.filters.company_exclude));
        add("account_id", account.unwrap_or_default());
        for (place, query) in args.queries.iter().enumerate() {
            for (name, text) in fields_of(query) {
                add(&format!("q{place}.{name}"), text);
            }
        }
        Self { form: Form::of(fields), queries: args.queries.len().clamp(1, MOST_QUERIES) }
    }

    /// The same, keeping unrelated postings whatever is looked for.
    pub fn accepting_unrelated(self) -> Self {
        let ticked = (0..self.queries).map(|place| (format!("q{place}.accept_unrelated"), "yes".to_owned()));
        let fields = self.form.fields().map(|(name, text)| (name.to_owned(), text.to_owned()));
        Self { form: Form::of(fields.chain(ticked).collect()), ..self }
    }

    /// As the API would be asked. A further query with nothing in it is passed over.
    pub fn request(&self) -> Result<Request, Failure> {
        let mut wrong = Vec::new();
        let (mut queries, mut places) = (Vec::new(), Vec::new());
        for place in 0..self.queries {
            let query = self.query(place, &mut wrong);
            if self.queries > 1 && looks_for_nothing(&query) && !wrong.iter().any(|one| is_of(&one.field, place)) {
                continue;
            }
            queries.push(query);
            places.push(place);
        }
        let request = PostingSearchRequest {
            name: self.form.said("name"),
            queries,
            account_id: self.form.said("account_id"),
            max_pages: self.form.parse("max_pages", &mut wrong, "This must be a whole number, such as 10."),
            fetch_details: Some(self.form.has("fetch_details", "yes")),
            title_include: self.words("title_include"),
            title_exclude: self.words("title_exclude"),
            company_include: self.words("company_include"),
            company_exclude: self.words("company_exclude"),
            ..PostingSearchRequest::default()
        };
        if wrong.is_empty() { Ok(Request { request, places }) } else { Err(Failure::invalid(wrong)) }
    }

    fn query(&self, place: usize, wrong: &mut Vec<ValidationError>) -> PostingQuery {
        let name = |field: &str| format!("q{place}.{field}");
        let form = &self.form;
        PostingQuery {
            keywords: form.said(&name("keywords")),
            location: form.said(&name("location")),
            geo_id: form.said(&name("geo_id")),
            distance_mi: form.parse(&name("distance_mi"), wrong, "This must be a whole number of miles, such as 25."),
            max_age_h: form.parse(&name("max_age_h"), wrong, "Choose one of the list."),
            types: TYPES.into_iter().filter(|value| form.has(&name("types"), type_word(*value))).collect(),
            levels: LEVELS.into_iter().filter(|value| form.has(&name("levels"), level_word(*value))).collect(),
            workplaces: WORKPLACES.into_iter().filter(|value| form.has(&name("workplaces"), workplace_word(*value))).collect(),
            companies: self.words(&name("companies")),
            easy_apply: form.has(&name("easy_apply"), "yes").then_some(true),
            accept_unrelated: form.has(&name("accept_unrelated"), "yes").then_some(true),
            url: form.said(&name("url")),
        }
    }

    /// Words or phrases, one a line or with commas between.
    fn words(&self, name: &str) -> Vec<String> {
        self.form.text(name).split(['\n', ',']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }
}

impl Request {
    /// A failure whose fields are called as the form calls them.
    pub fn placed(&self, wrong: Wrong) -> Wrong {
        wrong.renamed(|field| {
            let Some((place, field)) = field.strip_prefix("queries[").and_then(|rest| rest.split_once(']')) else {
                return field.to_owned();
            };
            let place = place.parse::<usize>().ok().and_then(|place| self.places.get(place)).copied().unwrap_or(0);
            format!("q{place}{}", if field.is_empty() { ".keywords" } else { field })
        })
    }
}

/// Keeping unrelated postings is no criterion of its own.
fn looks_for_nothing(query: &PostingQuery) -> bool {
    PostingQuery { accept_unrelated: None, ..query.clone() } == PostingQuery::default()
}

fn is_of(field: &str, place: usize) -> bool {
    field.strip_prefix('q').and_then(|rest| rest.split_once('.')).is_some_and(|(number, _)| number == place.to_string())
}

/// What the fields begin with.
fn usual() -> Vec<(&'static str, String)> {
    vec![
        ("max_pages", crate::domain::posting::order::DEFAULT_PAGES.to_string()),
        ("fetch_details", "yes".to_owned()),
        ("when", "once".to_owned()),
        ("repeat", "weekday".to_owned()),
        ("weekday", "1".to_owned()),
        ("at", "07:00".to_owned()),
    ]
}

/// The fields of a query, as it was asked: its address, where it holds what no other field can say, so that none of it is lost.
fn fields_of(query: &HouseQuery) -> Vec<(&'static str, String)> {
    let accepts = query.accept_unrelated.then(|| ("accept_unrelated", "yes".to_owned()));
    let by_the_hour = query.max_age_seconds.is_none_or(|seconds| seconds.is_multiple_of(HOUR_S));
    if query.sort.is_some() || query.min_yearly_pay.is_some() || !by_the_hour {
        return std::iter::once(("url", address_of_search(query))).chain(accepts).collect();
    }
    let texts = [
        ("keywords", query.keywords.clone()),
        ("location", query.location.clone()),
        ("geo_id", query.geo_id.clone()),
        ("distance_mi", query.distance_miles.map(|miles| miles.to_string())),
        ("max_age_h", query.max_age_seconds.map(|seconds| (seconds / HOUR_S).to_string())),
        ("companies", (!query.company_ids.is_empty()).then(|| query.company_ids.join("\n"))),
        ("easy_apply", query.easy_apply.then(|| "yes".to_owned())),
    ];
    let mut fields: Vec<_> = texts.into_iter().filter_map(|(name, text)| Some((name, text?))).collect();
    fields.extend(query.employment_types.iter().map(|value| ("types", value.as_str().to_owned())));
    fields.extend(query.seniorities.iter().map(|value| ("levels", value.as_str().to_owned())));
    fields.extend(query.workplaces.iter().map(|value| ("workplaces", value.as_str().to_owned())));
    fields.extend(accepts);
    fields
}

/// One query of the form, for its template.
pub struct QueryView {
    pub place: usize,
    form: Form,
    wrong: Wrong,
}

impl QueryView {
    pub fn all(ask: &Ask, wrong: &Wrong) -> Vec<Self> {
        (0..ask.queries).map(|place| Self { place, form: ask.form.clone(), wrong: wrong.clone() }).collect()
    }

    pub fn name(&self, field: &str) -> String {
        format!("q{}.{field}", self.place)
    }

    pub fn text(&self, field: &str) -> &str {
        self.form.text(&self.name(field))
    }

    pub fn has(&self, field: &str, value: &str) -> bool {
        self.form.has(&self.name(field), value)
    }

    pub fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.with(&self.name(field))
    }

    /// Whether the folded fields hold something, or something wrong.
    pub fn is_narrowed(&self) -> bool {
        ["geo_id", "distance_mi", "companies", "types", "levels", "workplaces", "easy_apply"]
            .iter()
            .any(|field| !self.text(field).is_empty() || self.wrong(field).is_some())
    }
}

/// Fields that have a place for words beside them, for each query and for all.
pub fn shown(ask: &Ask) -> Vec<String> {
    const OF_QUERY: [&str; 11] =
        ["keywords", "location", "geo_id", "distance_mi", "max_age_h", "types", "levels", "workplaces", "companies", "easy_apply", "url"];
    const OF_ALL: [&str; 11] = [
        "name",
        "max_pages",
        "account_id",
        "title_include",
        "title_exclude",
        "company_include",
        "company_exclude",
        "at",
        "cron",
        "schedule_name",
        "repeat",
    ];
    let of_queries = (0..ask.queries).flat_map(|place| OF_QUERY.iter().map(move |field| format!("q{place}.{field}")));
    of_queries.chain(OF_ALL.iter().map(|field| (*field).to_owned())).collect()
}

/// Something that is wrong with a field.
pub fn wrong_field(field: &str, message: impl Into<String>) -> Failure {
    Failure::invalid(vec![refused(field, "invalid_value", Json::Null, message)])
}

#[cfg(test)]
mod tests {
    use sluice_providers::linkedin::search_url::read_search_url;

    use super::*;

    fn written(pairs: &[(&str, &str)]) -> Ask {
        Ask::read(Form::of(pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()))
    }

    #[test]
    fn what_is_written_becomes_a_request_and_its_faults_find_their_fields() {
        let ask = written(&[
            ("queries", "3"),
            ("q0.keywords", " rust "),
            ("q0.types", "contract"),
            ("q0.workplaces", "remote"),
            ("q0.max_age_h", "24"),
            ("q1.accept_unrelated", "yes"),
            ("q2.url", "https://www.linkedin.com/jobs/search/?keywords=go"),
            ("q2.accept_unrelated", "yes"),
            ("title_exclude", "senior, staff\nlead"),
            ("max_pages", "3"),
        ]);
        let read = ask.request().unwrap_or_else(|failure| panic!("{failure:?}"));
        assert_eq!((read.request.queries.len(), read.request.max_pages, read.request.fetch_details), (2, Some(3), Some(false)));
        assert_eq!((read.request.queries[0].keywords.as_deref(), read.request.queries[0].max_age_h), (Some("rust"), Some(24)));
        assert_eq!((read.request.queries[0].accept_unrelated, read.request.queries[1].accept_unrelated), (None, Some(true)));
        assert_eq!(read.request.title_exclude, ["senior", "staff", "lead"]);
        let wrong = Wrong::fields(vec![refused("queries[1].url", "invalid_value", Json::Null, "No search.")]);
        assert_eq!(read.placed(wrong).with("q2.url"), Some("No search."));
        let failure = written(&[("queries", "1"), ("q0.distance_mi", "far")]).request().map(|_| ()).expect_err("it cannot be read");
        assert!(failure.has_field("q0.distance_mi"), "{failure:?}");
    }

    #[test]
    fn what_only_an_address_can_say_of_an_earlier_search_is_asked_for_again() {
        let plain = HouseQuery { keywords: Some("rust & go".into()), location: Some("Ghent".into()), ..HouseQuery::default() };
        for (query, says) in [
            (HouseQuery { sort: Some(sluice_providers::posting::Sort::Newest), ..plain.clone() }, "sortBy=DD"),
            (HouseQuery { min_yearly_pay: Some(80_000), easy_apply: true, accept_unrelated: true, ..plain.clone() }, "f_SB2=3"),
            (HouseQuery { max_age_seconds: Some(1_800), ..plain.clone() }, "f_TPR=r1800"),
        ] {
            let args = SearchArgs {
                title: "Ghent".into(),
                queries: vec![query.clone()],
                max_pages: 4,
                fetch_details: false,
                filters: Default::default(),
                checked: Vec::new(),
                unproven: Vec::new(),
            };
            let read = Ask::of_search(&args, None).request().unwrap_or_else(|failure| panic!("{failure:?}")).request;
            let url = read.queries[0].url.clone().expect("an address");
            assert!(url.contains(says), "{url}");
            let accept_unrelated = query.accept_unrelated.then_some(true);
            let alone = PostingQuery { url: Some(url.clone()), accept_unrelated, ..PostingQuery::default() };
            assert_eq!(read.queries, [alone], "no other criterion is beside it");
            assert_eq!(read_search_url(&url).expect("a search").query, HouseQuery { accept_unrelated: false, ..query });
        }
    }

    #[test]
    fn queries_come_and_go() {
        let three = written(&[("queries", "3"), ("q0.keywords", "a"), ("q1.keywords", "b"), ("q2.keywords", "c"), ("do", "remove-1")]);
        let two = three.rearranged();
        assert_eq!(
            (two.queries, two.form.text("q0.keywords"), two.form.text("q1.keywords"), two.form.text("q2.keywords")),
            (2, "a", "c", "")
        );
        assert_eq!(written(&[("queries", "1"), ("do", "add")]).rearranged().queries, 2);
        assert_eq!(written(&[("queries", "1"), ("do", "remove-0")]).rearranged().queries, 1);
        assert_eq!(written(&[("queries", "20"), ("do", "add")]).rearranged().queries, 20);
        assert_eq!(written(&[("queries", "999")]).queries, 20);
    }

    #[test]
    fn an_earlier_search_fills_the_form_that_would_have_asked_for_it() {
        let query = HouseQuery {
            keywords: Some("rust".into()),
            location: Some("Ghent".into()),
            max_age_seconds: Some(86_400),
            employment_types: vec![sluice_providers::posting::EmploymentType::Contract],
            company_ids: vec!["12".into(), "13".into()],
            easy_apply: true,
            accept_unrelated: true,
            ..HouseQuery::default()
        };
        let args = SearchArgs {
            title: "Ghent".into(),
            queries: vec![query],
            max_pages: 4,
            fetch_details: false,
            filters: crate::domain::posting::filter::WordFilters { title_include: vec!["rust".into()], ..Default::default() },
            checked: Vec::new(),
            unproven: Vec::new(),
        };
        let read = Ask::of_search(&args, None).request().unwrap_or_else(|failure| panic!("{failure:?}")).request;
        let asked = PostingQuery {
            keywords: Some("rust".into()),
            location: Some("Ghent".into()),
            max_age_h: Some(24),
            types: vec![sluice_api::EmploymentType::Contract],
            companies: vec!["12".into(), "13".into()],
            easy_apply: Some(true),
            accept_unrelated: Some(true),
            ..PostingQuery::default()
        };
        assert_eq!((read.queries, read.max_pages, read.fetch_details), (vec![asked], Some(4), Some(false)));
        assert_eq!((read.title_include, read.name.as_deref()), (vec!["rust".to_owned()], Some("Ghent")));
    }
}

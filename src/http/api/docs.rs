//! `/docs`: the OpenAPI document as a page that needs no script and nothing from elsewhere.

use std::sync::OnceLock;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use serde_json::{Map, Value};

use super::openapi;
use crate::http::Shared;
use crate::http::problem::Failure;

#[derive(Template)]
#[template(path = "docs.html")]
struct Page<'a> {
    title: &'a str,
    version: &'a str,
    description: &'a str,
    base: String,
    tags: Vec<Tag>,
    schemas: Vec<Schema>,
}

struct Tag {
    name: String,
    description: String,
    operations: Vec<Operation>,
}

struct Operation {
    anchor: String,
    method: String,
    path: String,
    summary: String,
    text: String,
    public: bool,
    parameters: Vec<Field>,
    body: String,
    body_is_shape: bool,
    answers: Vec<Answer>,
}

struct Field {
    name: String,
    place: String,
    kind: String,
    required: bool,
    description: String,
}

struct Answer {
    status: String,
    shape: String,
    description: String,
}

struct Schema {
    name: String,
    description: String,
    words: String,
    fields: Vec<Field>,
}

/// The documentation as a page.
#[utoipa::path(get, path = "/docs", tag = "Health", security(()), responses((status = 200, content_type = "text/html")))]
pub async fn show(State(app): State<Shared>) -> Result<Response, Failure> {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    let document = DOCUMENT.get_or_init(|| serde_json::to_value(openapi::document()).unwrap_or_default());
    let base = match &app.config.http.public_url {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        None => format!("http://{}", app.config.http.bind),
    };
    let page = Page {
        title: text(&document["info"]["title"]),
        version: text(&document["info"]["version"]),
        description: text(&document["info"]["description"]),
        base,
        tags: tags(document),
        schemas: schemas(document),
    };
    let mut response = Html(page.render().map_err(Failure::internal)?).into_response();
    let policy = HeaderValue::from_static(
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

fn tags(document: &Value) -> Vec<Tag> {
    let listed = document["tags"].as_array().into_iter().flatten();
    let named = |tag: &Value| Tag {
        name: text(&tag["name"]).to_owned(),
        description: text(&tag["description"]).to_owned(),
        operations: operations(document, text(&tag["name"])),
    };
    listed.map(named).collect()
}

fn operations(document: &Value, tag: &str) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item) {
            if operation["tags"][0] == tag {
                found.push(read_operation(path, method, operation));
            }
        }
    }
    found
}

fn read_operation(path: &str, method: &str, operation: &Value) -> Operation {
    let summary = text(&operation["summary"]).trim_end_matches('.').to_owned();
    let details = text(&operation["description"]);
    let body = operation["requestBody"]["content"]["application/json"].get("schema").map(shape).unwrap_or_default();
    Operation {
        anchor: format!("{method}{}", path.replace(['/', '{', '}', '.'], "-")),
        method: method.to_uppercase(),
        path: path.to_owned(),
        text: if details.is_empty() { format!("{summary}.") } else { format!("{summary}. {details}") },
        summary,
        public: operation["security"].as_array().is_some_and(|options| options.iter().any(|option| members(option).next().is_none())),
        parameters: operation["parameters"].as_array().into_iter().flatten().map(read_parameter).collect(),
        body_is_shape: operation["requestBody"]["content"]["application/json"]["schema"].get("$ref").is_some(),
        body,
        answers: members(&operation["responses"]).map(|(status, answer)| read_answer(status, answer)).collect(),
    }
}

fn read_parameter(parameter: &Value) -> Field {
    Field {
        name: text(&parameter["name"]).to_owned(),
        place: text(&parameter["in"]).to_owned(),
        kind: shape(&parameter["schema"]),
        required: parameter["required"] == true,
        description: text(&parameter["description"]).to_owned(),
    }
}

fn read_answer(status: &str, answer: &Value) -> Answer {
    let content = members(&answer["content"]).next();
    Answer {
        status: if status == "default" { "else".into() } else { status.to_owned() },
        shape: content.map(|(_, content)| shape(&content["schema"])).unwrap_or_default(),
        description: text(&answer["description"]).to_owned(),
    }
}

fn schemas(document: &Value) -> Vec<Schema> {
    members(&document["components"]["schemas"]).map(|(name, schema)| read_schema(name, schema)).collect()
}

fn read_schema(name: &str, schema: &Value) -> Schema {
    let mut fields = Vec::new();
    // A flattened part is one of several objects that hold together.
    let parts: Vec<&Value> = schema["allOf"].as_array().map_or_else(|| vec![schema], |parts| parts.iter().collect());
    for part in parts {
        let required: Vec<&str> = part["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (field, about) in members(&part["properties"]) {
            fields.push(Field {
                name: field.to_owned(),
                place: String::new(),
                kind: shape(about),
                required: required.contains(&field),
                description: text(&about["description"]).to_owned(),
            });
        }
    }
    let words: Vec<&str> = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    Schema { name: name.to_owned(), description: text(&schema["description"]).to_owned(), words: words.join(" | "), fields }
}

/// A schema in a few words: `text`, `list of Job`, `Api or null`.
fn shape(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or(name).to_owned();
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema[several].as_array() {
            return options.iter().map(shape).collect::<Vec<_>>().join(" or ");
        }
    }
    let word = |kind: &str| match kind {
        "string" => match text(&schema["format"]) {
            "date-time" => "time".to_owned(),
            _ => "text".to_owned(),
        },
        "integer" => "whole number".into(),
        "array" => format!("list of {}", shape(&schema["items"])),
        "boolean" => "true or false".into(),
        other => other.to_owned(),
    };
    match &schema["type"] {
        Value::String(kind) => word(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).map(word).collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    static NONE: OnceLock<Map<String, Value>> = OnceLock::new();
    value.as_object().unwrap_or_else(|| NONE.get_or_init(Map::new)).iter().map(|(name, value)| (name.as_str(), value))
}

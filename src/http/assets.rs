//! Stylesheets, scripts and icons of the pages: compiled in, and served under a name that changes with their content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use sha2::{Digest, Sha256};

use super::problem::Failure;

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

struct Asset {
    name: &'static str,
    content_type: &'static str,
    content: &'static str,
}

macro_rules! scripts {
    ($($name:literal),* $(,)?) => {
        [$(Asset { name: concat!($name, ".js"), content_type: SCRIPT, content: include_str!(concat!("../../web/js/", $name, ".js")) }),*]
    };
}

/// Every module that a page may load.
static SCRIPTS: &[Asset] = &scripts![
    "forms",
    "jobs",
    "keys",
    "live",
    "lookup",
    "new_search",
    "notices",
    "palette",
    "parts",
    "posting_import",
    "posting_side",
    "postings",
    "review",
    "search",
    "sluice",
    "tables",
    "times",
    "toast"
];

/// One sheet, from tokens to forms.
static STYLES: Asset = Asset {
    name: "sluice.css",
    content_type: STYLE,
    content: concat!(
        include_str!("../../web/css/1-tokens.css"),
        include_str!("../../web/css/2-base.css"),
        include_str!("../../web/css/3-frame.css"),
        include_str!("../../web/css/4-parts.css"),
        include_str!("../../web/css/5-forms.css"),
        include_str!("../../web/css/7-charts.css"),
        include_str!("../../web/css/8-search.css"),
        include_str!("../../web/css/9-accounts.css"),
        include_str!("../../web/css/9-postings.css"),
        include_str!("../../web/css/9-review.css"),
        include_str!("../../web/css/9-files.css"),
    ),
};

static ICON: Asset = Asset { name: "icon.svg", content_type: "image/svg+xml", content: include_str!("../../web/icon.svg") };

fn all() -> impl Iterator<Item = &'static Asset> {
    SCRIPTS.iter().chain([&STYLES, &ICON])
}

static BASE: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    for asset in all() {
        digest.update(asset.name);
        digest.update(asset.content);
    }
    format!("/assets/{}", &hex::encode(digest.finalize())[..12])
});

/// Where this version's assets are. Modules name each other relative to it.
pub fn base() -> &'static str {
    &BASE
}

/// An asset of any version: a page that is still open may ask for the one before, and gets the one there is.
pub async fn show(Path((version, name)): Path<(String, String)>) -> Result<Response, Failure> {
    let asset = all().find(|asset| asset.name == name).ok_or_else(|| Failure::not_found("asset", "ASSET_NOT_FOUND"))?;
    let current = base().ends_with(&version);
    let kept = if current { "public, max-age=31536000, immutable" } else { "no-store" };
    let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, kept)];
    Ok((headers, asset.content).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_import_of_a_script_leads_to_a_script() {
        for asset in SCRIPTS {
            for line in asset.content.lines().filter(|line| line.starts_with("import ")) {
                let target = line.split('\'').nth(1).and_then(|path| path.strip_prefix("./")).expect("a relative import");
                assert!(SCRIPTS.iter().any(|other| other.name == target), "{} imports {target}", asset.name);
            }
        }
    }

    #[test]
    fn assets_load_nothing_from_elsewhere() {
        for asset in all().filter(|asset| asset.name != "icon.svg") {
            for elsewhere in ["http://", "https://", "//cdn", "@import", "url("] {
                assert!(!asset.content.contains(elsewhere), "{} holds {elsewhere}", asset.name);
            }
        }
    }
}

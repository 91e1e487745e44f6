//! Saved searches of every account: id, title and what they look for.

use serde_json::{Value, json};

use crate::population::identity::Api;

pub struct SavedSearch {
    pub id: u64,
    pub title: &'static str,
    pub project_id: u64,
    keywords: &'static str,
    title_words: &'static str,
    location: u64,
}

pub const SAVED_SEARCHES: [SavedSearch; 3] = [
    SavedSearch {
        id: 50_001,
        title: "Startup CEOs in the US",
        project_id: 700_001,
        keywords: "tech startup",
        title_words: "CEO",
        location: 103_644_278,
    },
    SavedSearch {
        id: 50_002,
        title: "Engineering leaders in Europe",
        project_id: 700_001,
        keywords: "engineering",
        title_words: "director OR head OR vp",
        location: 100_506_914,
    },
    SavedSearch {
        id: 50_003,
        title: "Managers in London",
        project_id: 700_002,
        keywords: "manager",
        title_words: "manager",
        location: 90_009_496,
    },
];

impl SavedSearch {
    pub fn find(id: &str) -> Option<&'static SavedSearch> {
        SAVED_SEARCHES.iter().find(|search| search.id.to_string() == id)
    }

    /// The search as a body of `api`.
    pub fn body(&self, api: Api) -> Value {
        let location = self.location.to_string();
        match api {
            Api::Classic => json!({ "api": "classic", "category": "people", "keywords": self.keywords, "location": [location],
                "advanced_keywords": { "title": self.title_words } }),
            Api::SalesNavigator => json!({ "api": "sales_navigator", "category": "people", "keywords": self.keywords,
                "location": { "include": [location] }, "role": { "include": [self.title_words] } }),
            Api::Recruiter => json!({ "api": "recruiter", "category": "people", "keywords": self.keywords,
                "location": [{ "id": location, "priority": "MUST_HAVE" }], "role": [{ "keywords": self.title_words, "priority": "MUST_HAVE", "scope": "CURRENT" }] }),
        }
    }
}

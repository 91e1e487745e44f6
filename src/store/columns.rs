//! How the domain's types are bound and read.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use sluice_providers::posting::{EmploymentType, PayPeriod, PostingSeniority, Workplace};

use super::database::{Column, Row, Value};
use crate::domain::FileId;
use crate::domain::account::AccountState;
use crate::domain::file::{Encoding, FilePurpose, FileState};
use crate::domain::id::UnreadPageId;
use crate::domain::id::{
    AccountId, ChargeId, JobId, KeyId, PersonId, ProspectId, ScheduleId, SessionId, SignInLinkId, TimelineEntryId, UserId, WorkspaceId,
};
use crate::domain::id::{ReviewId, ReviewItemId, StrokeId};
use crate::domain::job::{JobState, StopReason, Wanted};
use crate::domain::posting::{Outcome, PostingSource};
use crate::domain::review::{Decision, Mark, ReviewState};
use crate::domain::sign_in_link::LinkKind;
use crate::domain::tracker::{ApplicationStatus, HistoryKind};
use crate::domain::{CompanyId, ContactId, HistoryEntryId, PostingId, ReminderId};
use crate::domain::{Micros, ProviderName, Role, Scope};

macro_rules! texts {
    ($($type:ty => $expected:literal, $show:expr, $parse:expr;)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Value {
                Value::Text(Some($show(value)))
            }
        }

        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Value {
                Value::Text(value.map($show))
            }
        }

        impl Column for $type {
            const EXPECTED: &'static str = $expected;
            fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
                $parse(&String::read(row, column)?).ok_or_else(|| sqlx::Error::ColumnNotFound(column.to_owned()))
            }
        }

        impl Column for Option<$type> {
            const EXPECTED: &'static str = $expected;
            fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
                match Option::<String>::read(row, column)? {
                    Some(text) => $parse(&text).map(Some).ok_or_else(|| sqlx::Error::ColumnNotFound(column.to_owned())),
                    None => Ok(None),
                }
            }
        }
    )*};
}

macro_rules! ids {
    ($($id:ty),*) => {
        texts! { $($id => "an id", |id: $id| id.to_string(), |text: &String| text.parse::<$id>().ok();)* }
    };
}

ids!(AccountId, ChargeId, JobId, KeyId, PersonId, ProspectId, ScheduleId, SessionId, SignInLinkId, TimelineEntryId, UserId, WorkspaceId);
ids!(ReviewId, ReviewItemId, StrokeId);

ids!(FileId);
ids!(PostingId, CompanyId, ContactId, ReminderId, HistoryEntryId, UnreadPageId);

texts! {
    AccountState => "an account state", |state: AccountState| state.as_str().to_owned(), |text: &String| AccountState::from_word(text);
    Encoding => "an encoding", |encoding: Encoding| encoding.as_str().to_owned(), |text: &String| Encoding::from_word(text);
    FilePurpose => "a file's purpose", |purpose: FilePurpose| purpose.as_str().to_owned(), |text: &String| FilePurpose::from_word(text);
    FileState => "a file's state", |state: FileState| state.as_str().to_owned(), |text: &String| FileState::from_word(text);
    ProviderName => "a provider", |name: ProviderName| name.as_str().to_owned(), |text: &String| ProviderName::from_word(text);
    Role => "a role", |role: Role| role.as_str().to_owned(), |text: &String| Role::from_word(text);
    JobState => "a job state", |state: JobState| state.as_str().to_owned(), |text: &String| JobState::from_word(text);
    StopReason => "a stop reason", |reason: StopReason| reason.as_str().to_owned(), |text: &String| StopReason::from_word(text);
    Decision => "a decision", |decision: Decision| decision.as_str().to_owned(), |text: &String| Decision::from_word(text);
    Mark => "a mark", |mark: Mark| mark.as_str().to_owned(), |text: &String| Mark::from_word(text);
    ReviewState => "a review's state", |state: ReviewState| state.as_str().to_owned(), |text: &String| ReviewState::from_word(text);
    LinkKind => "a kind of link", |kind: LinkKind| kind.as_str().to_owned(), |text: &String| LinkKind::from_word(text);
    ApplicationStatus => "the status of an application", |status: ApplicationStatus| status.as_str().to_owned(),
        |text: &String| ApplicationStatus::from_word(text);
    HistoryKind => "a kind of history", |kind: HistoryKind| kind.as_str().to_owned(), |text: &String| HistoryKind::from_word(text);
    Outcome => "what became of an item", |outcome: Outcome| outcome.as_str().to_owned(), |text: &String| Outcome::from_word(text);
    PostingSource => "a source of postings", |source: PostingSource| source.as_str().to_owned(), |text: &String| PostingSource::from_word(text);
    Workplace => "a workplace", written, |text: &String| read::<Workplace>(text);
    EmploymentType => "an employment type", written, |text: &String| read::<EmploymentType>(text);
    PostingSeniority => "a seniority", written, |text: &String| read::<PostingSeniority>(text);
    PayPeriod => "a period of pay", written, |text: &String| read::<PayPeriod>(text);
    Wanted => "pause or cancel", |wanted: Wanted| wanted.as_str().to_owned(), |text: &String| Wanted::from_word(text);
}

/// The one word as which the connectors' own types are written.
fn written(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Json::String(word)) => word,
        _ => String::new(),
    }
}

fn read<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

impl From<Micros> for Value {
    fn from(at: Micros) -> Value {
        Value::Int(Some(at.0))
    }
}

impl From<Option<Micros>> for Value {
    fn from(at: Option<Micros>) -> Value {
        Value::Int(at.map(|at| at.0))
    }
}

impl Column for Micros {
    const EXPECTED: &'static str = "a time in microseconds";
    fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
        i64::read(row, column).map(Micros)
    }
}

impl Column for Option<Micros> {
    const EXPECTED: &'static str = "a time in microseconds";
    fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
        Ok(Option::<i64>::read(row, column)?.map(Micros))
    }
}

/// The condition of a list on its scope, bound as `$n`. With `OR` in it, no database would walk the index of one workspace.
pub fn within(scope: Scope, n: usize) -> String {
    match scope {
        Scope::Workspace(_) => format!("workspace_id = ${n}"),
        Scope::System => format!("${n} = '*'"),
    }
}

/// In SQL: `AND (workspace_id = $n OR $n = '*')`.
impl From<Scope> for Value {
    fn from(scope: Scope) -> Value {
        match scope {
            Scope::Workspace(id) => id.into(),
            Scope::System => Value::from("*"),
        }
    }
}

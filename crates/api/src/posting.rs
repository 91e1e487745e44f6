//! Postings: offers of employment, and where one's own application to each of them stands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::nullable::said;

/// An offer of employment with what the workspace noted about it. What a provider did not say is null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Posting {
    pub id: String,
    /// LinkedIn's number of the posting, digits only.
    pub linkedin_id: String,
    pub title: Option<String>,
    pub company_name: Option<String>,
    /// Our id of the company.
    pub company_id: Option<String>,
    pub location: Option<String>,
    pub country: Option<String>,
    pub workplace: Option<Workplace>,
    pub employment_type: Option<EmploymentType>,
    /// As the provider wrote it.
    pub employment_type_text: Option<String>,
    pub seniority: Option<PostingSeniority>,
    /// As the provider wrote it.
    pub seniority_text: Option<String>,
    pub functions: Vec<String>,
    pub industries: Vec<String>,
    pub salary: Option<Salary>,
    /// Null in lists that were asked for with `fields=summary`.
    pub description_text: Option<String>,
    /// Headings, lists, emphasis and links; nothing that runs, no styles.
    pub description_html: Option<String>,
    pub description_markdown: Option<String>,
    /// Midnight UTC where only the day is known.
    pub posted_at: Option<Timestamp>,
    /// At least so many people have applied.
    pub applicants: Option<u32>,
    /// Where to apply outside LinkedIn.
    pub apply_url: Option<String>,
    /// Whether one applies on LinkedIn itself.
    pub easy_apply: Option<bool>,
    /// When it was first seen to take no more applications.
    pub closed_at: Option<Timestamp>,
    /// Our id of the older posting that this one repeats: same company, title and place, and nearly the same description.
    pub repost_of: Option<String>,
    /// LinkedIn's own page of it.
    pub url: String,
    pub source: PostingSource,
    /// When its whole page was last read; null while only a search's card is known.
    pub detailed_at: Option<Timestamp>,
    /// Null until somebody imports or saves it.
    pub status: Option<ApplicationStatus>,
    /// When it got this status.
    pub status_at: Option<Timestamp>,
    /// When one applied; kept through later statuses.
    pub applied_at: Option<Timestamp>,
    pub notes: Option<String>,
    /// 1 to 5.
    pub stars: Option<u8>,
    pub stars_reason: Option<String>,
    pub hidden: bool,
    /// The earliest follow-up that is not done.
    pub next_reminder_at: Option<Timestamp>,
    /// When somebody first opened it; null while it is new to everybody.
    pub seen_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A posting with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PostingWhole {
    #[serde(flatten)]
    pub posting: Posting,
    pub company: Option<Company>,
    pub contacts: Vec<Contact>,
    /// Open ones first, earliest first.
    pub reminders: Vec<Reminder>,
    /// Newest first.
    pub history: Vec<HistoryEntry>,
    /// The other postings of the same chain of reposts, newest first.
    pub reposts: Vec<PostingName>,
}

/// A posting in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PostingName {
    pub id: String,
    pub linkedin_id: String,
    pub title: Option<String>,
    pub company_name: Option<String>,
    pub posted_at: Option<Timestamp>,
}

/// Pay as it was stated; nothing is converted or guessed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Salary {
    /// The words in which it was stated.
    pub text: Option<String>,
    /// In units of the currency, such as 65000 or 22.5.
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// ISO 4217; null where the sign may mean several currencies.
    pub currency: Option<String>,
    pub period: Option<PayPeriod>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayPeriod {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Workplace {
    OnSite,
    Remote,
    Hybrid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentType {
    FullTime,
    PartTime,
    Contract,
    Temporary,
    Volunteer,
    Internship,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostingSeniority {
    Internship,
    Entry,
    Associate,
    MidSenior,
    Director,
    Executive,
}

/// Where the newest of what is known comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostingSource {
    /// LinkedIn's public pages.
    Linkedin,
    Brightdata,
    /// A page that somebody saved from a browser.
    File,
}

/// Where one's own application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationStatus {
    Saved,
    Applied,
    Interviewing,
    Offer,
    Rejected,
    Withdrawn,
}

/// What shall be different about a posting; what is missing stays as it is, and null empties it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostingPatch {
    /// Null takes it off the tracker again.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub status: Option<Option<ApplicationStatus>>,
    /// When one applied; now when the status becomes `applied` and nothing is said.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<Option<Timestamp>>,
    /// Up to 20,000 characters.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub notes: Option<Option<String>>,
    /// With `notes`: what they were when one began to edit, null for none. When somebody has changed them since, nothing is changed, and the
    /// refusal (409) has them as they are now in `details.notes`.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub notes_were: Option<Option<String>>,
    /// Added below the notes, whatever they are by then; instead of `notes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_note: Option<String>,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 5)]
    pub stars: Option<Option<u8>>,
    /// Up to 2,000 characters.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub stars_reason: Option<Option<String>>,
    /// Hidden postings show only where they are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// True notes that somebody has opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<bool>,
}

/// One change of many postings, all or none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostingsPatch {
    /// Our ids, 1 to 1,000.
    pub ids: Vec<String>,
    pub patch: PostingPatch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PostingsPatched {
    /// How many of them are different now.
    pub changed: u64,
}

/// People changed postings in one go: what a live stream tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PostingsChanged {
    /// How many.
    pub changed: u64,
    /// They were erased.
    pub deleted: bool,
    /// As they are now; the first 20. When more have changed, lists are asked anew.
    pub postings: Vec<PostingState>,
}

/// What people noted of a posting, in short.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct PostingState {
    pub id: String,
    pub status: Option<ApplicationStatus>,
    pub stars: Option<u8>,
    pub hidden: bool,
    pub next_reminder_at: Option<Timestamp>,
    pub seen_at: Option<Timestamp>,
}

/// A page of the postings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct PostingsQuery {
    /// Only postings that this job found or imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// Only the posting with this number at LinkedIn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linkedin_id: Option<String>,
    /// Statuses between commas; `none` for postings without one, `any` for those with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Words that must occur in title, company, location, notes or description. The last one may be the beginning of a word, of two letters at
    /// least and of four within descriptions; a space behind it says that it is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Our id of a company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_id: Option<String>,
    /// Words of the location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub workplace: Option<Workplace>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub employment_type: Option<EmploymentType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub seniority: Option<PostingSeniority>,
    /// True: only those where one applies on LinkedIn; false: only the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub easy_apply: Option<bool>,
    /// At least so many stars.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 5)]
    pub stars: Option<u8>,
    /// True: only hidden ones; false, and when missing: only the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// True: only closed ones; false: only open ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<bool>,
    /// True: only those that nobody has opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<bool>,
    /// Only those with a follow-up due until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub reminder_before: Option<Timestamp>,
    /// Only those posted at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub posted_after: Option<Timestamp>,
    /// `created_at`, `posted_at`, `updated_at`, `title`, `company`, `location`, `status`, `stars` or `salary`; a leading `-` turns it round.
    /// `-created_at` when missing. By status means in the order in which applications usually go, and by salary by what it comes to in a year of
    /// full time, whatever the currency. Postings without what is sorted by come last, whichever way round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// `summary` leaves the descriptions out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<String>,
    /// Rows, 1 to 100; 50 when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// Rows to pass over, 1,000,000 at most. Beyond 10,000 all that match are gathered for the page: that takes longer than by cursor, and
    /// `total` is exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The `next_cursor` of the page before; works at any depth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// How many postings there are in each status; hidden ones count only as hidden.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PostingCounts {
    pub without_status: u64,
    pub saved: u64,
    pub applied: u64,
    pub interviewing: u64,
    pub offer: u64,
    pub rejected: u64,
    pub withdrawn: u64,
    pub hidden: u64,
    /// Nobody has opened them.
    pub new: u64,
    /// Follow-ups that are due now.
    pub reminders_due: u64,
    /// Postings with one or more of them: what a list with `reminder_before` now shows.
    #[serde(default)]
    pub postings_due: u64,
}

/// An employer, as its postings name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Company {
    pub id: String,
    /// LinkedIn's number of it.
    pub linkedin_id: Option<String>,
    pub name: String,
    /// Its page at LinkedIn.
    pub url: Option<String>,
    /// Its postings here, hidden ones left out.
    pub postings: u64,
}

/// Somebody one deals with about a posting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Contact {
    pub id: String,
    pub name: String,
    pub role: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub url: Option<String>,
    pub notes: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A contact to be noted, or to be noted anew as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactRequest {
    /// 1 to 255 characters.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Up to 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// Something to come back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reminder {
    pub id: String,
    pub due_at: Timestamp,
    pub note: Option<String>,
    pub done_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReminderRequest {
    pub due_at: Timestamp,
    /// Up to 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReminderPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub note: Option<Option<String>>,
    /// True: done now; false: open again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<bool>,
}

/// Something that happened to a posting, as a sentence and as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HistoryEntry {
    pub id: String,
    pub at: Timestamp,
    /// `found`, `imported`, `updated`, `closed`, `reopened`, `status`, `stars`, `notes`, `hidden`, `shown`, `contact`, `reminder`.
    pub kind: String,
    pub message: String,
    /// Null when a job did it.
    pub user_id: Option<String>,
    pub job_id: Option<String>,
}

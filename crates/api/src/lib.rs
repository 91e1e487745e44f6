//! Wire types and typed HTTP client of Sluice: all that the command line and the terminal application may know.
//!
//! Ids are UUIDv7 as text, times are RFC 3339 in UTC. Requests refuse unknown fields; answers may grow fields, and readers ignore those they do not know.

pub mod account;
pub mod client;
pub mod event;
pub mod events;
pub mod export;
pub mod import;
pub mod job;
pub mod key;
pub mod list;
pub mod lookup;
pub mod me;
pub mod member;
mod nullable;
pub mod posting;
pub mod posting_job;
pub mod problem;
pub mod prospect;
pub mod review;
pub mod schedule;
pub mod search;
pub mod secret;
pub mod spreadsheet;
pub mod wording;
pub mod workspace;

pub use account::{
    Account, AccountPatch, AccountRequest, AccountState, AccountTest, Budgets, BudgetsRequest, DiscoverRequest, DiscoveredAccount, Pace,
    Provider, Weekday, WorkingHours,
};
pub use client::{Client, ClientError};
pub use event::{Event, EventType, PageStored, TimelineAdded};
pub use events::{Events, Frame, Heard, Patience, Told};
pub use export::{Export, ExportColumn, ExportFile, ExportFormat, ExportRequest, FileState, SearchExportQuery};
pub use import::{Import, ImportColumn, ImportCounts, ImportField, ImportFile, ImportMapping, ImportRequest, RowError};
pub use job::{Job, JobError, JobStatus, Progress, StopReason, TimelineEntry};
pub use key::{Key, KeyCreated, KeyRequest};
pub use list::{JobsQuery, List, PageQuery, Pagination, ResultsQuery};
pub use lookup::{Choice, Lookup, LookupField, LookupQuery};
pub use me::{Me, MePatch, Session};
pub use member::{Invitation, InvitationCreated, InvitationRequest, InvitationState, Member, MemberPatch, SignInLink};
pub use posting::{
    ApplicationStatus, Company, Contact, ContactRequest, EmploymentType, HistoryEntry, PayPeriod, Posting, PostingCounts, PostingName,
    PostingPatch, PostingSeniority, PostingSource, PostingState, PostingWhole, PostingsChanged, PostingsPatch, PostingsPatched,
    PostingsQuery, Reminder, ReminderPatch, ReminderRequest, Salary, Workplace,
};
pub use posting_job::{
    PostingImportRequest, PostingItem, PostingItemsQuery, PostingJobAccepted, PostingOutcome, PostingQuery, PostingSearchRequest,
    PostingStatistics, ReasonCount, UnreadPage,
};
pub use problem::{Problem, ValidationError};
pub use prospect::{Prospect, ProspectSource};
pub use review::{
    AlsoInReview, AlsoInSearch, CompleteRequest, Decided, Decision, DecisionRequest, Elsewhere, FieldGroup, Mark, Person, Provenance,
    Review, ReviewChanged, ReviewCounts, ReviewFilter, ReviewItem, ReviewItemWhole, ReviewItemsQuery, ReviewRequest, ReviewState,
    ReviewsQuery, Undone,
};
pub use schedule::{Schedule, SchedulePatch, Timetable};
pub use search::{Api, Headcount, SearchAccepted, SearchCriteria, SearchRequest, Seniority};
pub use workspace::{Role, Workspace, WorkspacePatch, WorkspaceRequest};

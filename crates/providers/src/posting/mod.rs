//! An offer of employment as a provider tells it, read into plain types, and the question that finds some.

pub mod description;
pub mod query;
pub mod record;
pub mod salary;
mod terms;

pub use description::Description;
pub use query::{PostingQuery, Sort};
pub use record::{PostingPage, PostingRecord, SearchEnd, Shown};
pub use salary::{PayPeriod, Salary};
pub use terms::{EmploymentType, PostingSeniority, Workplace};

//! What every test stands on: databases of its own, and the whole program in process.

pub mod app;
pub mod browser;
mod cluster;
mod database;
pub mod fixtures;
pub mod people;
pub mod postings;
pub mod sandbox;
pub mod screen;
pub mod search;
pub mod smtp;
pub mod socket;
pub mod stranger;
pub mod toy;
pub mod worker;

pub use app::{OWNER_KEY, TestApp, send};
pub use cluster::OwnCluster;
pub use database::TestDatabase;

/// Whether the long run was asked for: more kills, more cases.
#[expect(clippy::disallowed_methods, reason = "the tests' own setting, which the program does not know")]
pub fn is_slow() -> bool {
    std::env::var_os("SLUICE_SLOW").is_some()
}

/// Makes two tests of each function, `name::on_sqlite` and `name::on_postgres`. The argument is a [`TestDatabase`] or a [`TestApp`].
///
/// ```ignore
/// each_database! {
///     async fn a_lease_ends_with_its_time(test: TestDatabase) {
///         let database = test.database();
///     }
/// }
/// ```
macro_rules! each_database {
    ($($(#[$attribute:meta])* async fn $name:ident($test:ident: $stage:ident) $body:block)*) => {$(
        $(#[$attribute])*
        async fn $name($test: $crate::support::$stage) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name($crate::support::$stage::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$name($crate::support::$stage::postgres().await).await;
            }
        }
    )*};
}

pub(crate) use each_database;

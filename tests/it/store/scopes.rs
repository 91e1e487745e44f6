//! What a workspace cannot see does not exist for it.

use sluice::domain::job::JobState;
use sluice::domain::{Scope, WorkspaceId};
use sluice::store::{accounts, jobs, workspaces};

use crate::support::each_database;
use crate::support::fixtures::{home, job_in, read};

each_database! {
    async fn a_row_is_found_by_its_own_workspace_and_by_the_system_alone(test: TestDatabase) {
        let database = test.database();
        let (mine, theirs) = (home(&database).await, home(&database).await);
        let job = job_in(&database, mine, JobState::Queued).await;
        let mut conn = read(&database).await;
        for (scope, visible) in [
            (mine.scope(), true),
            (Scope::System, true),
            (theirs.scope(), false),
            (Scope::Workspace(WorkspaceId::new()), false),
        ] {
            assert_eq!(jobs::find(&mut conn, scope, job.id).await.expect("an answer").is_some(), visible, "{scope:?}");
            assert_eq!(accounts::find(&mut conn, scope, mine.account).await.expect("an answer").is_some(), visible, "{scope:?}");
            assert_eq!(workspaces::find(&mut conn, scope, mine.workspace).await.expect("an answer").is_some(), visible, "{scope:?}");
        }
    }

    async fn a_job_goes_with_its_workspace_and_an_account_leaves_its_jobs(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let job = job_in(&database, home, JobState::Completed).await;
        let mut tx = crate::support::fixtures::begin(&database).await;
        assert!(accounts::delete(&mut tx, home.scope(), home.account).await.expect("an answer"));
        crate::support::fixtures::commit(tx).await;
        assert_eq!(crate::support::fixtures::job(&database, job.id).await.account_id, None, "its results stay");
    }
}

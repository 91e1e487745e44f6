//! Keeps an upload as it arrives: whole pieces go to the database, and the file counts only when its last byte has come.

use std::time::Duration;

use super::intake::{Intake, IntakeFault};
use crate::domain::file::FilePurpose;
use crate::domain::{FileId, Scope, UserId, WorkspaceId};
use crate::store::files::{self, NewFile, Whole};
use crate::store::{Database, StoreError};

/// Bytes on their way into a file. What is not finished is discarded, or found by maintenance later.
pub struct Upload {
    database: Database,
    id: FileId,
    kept: Duration,
    intake: Intake,
}

/// Why an upload was not kept.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error(transparent)]
    Refused(#[from] IntakeFault),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Upload {
    pub async fn begin(
        database: &Database,
        workspace_id: WorkspaceId,
        user_id: UserId,
        name: &str,
        kept: Duration,
    ) -> Result<Self, StoreError> {
        let id = FileId::new();
        let new = NewFile {
            id,
            workspace_id,
            user_id,
            job_id: None,
            purpose: FilePurpose::Upload,
            name: name.to_owned(),
            media_type: "text/csv".to_owned(),
            kept,
        };
        let mut tx = database.begin().await?;
        files::insert(&mut tx, &new).await?;
        tx.commit().await?;
        Ok(Self { database: database.clone(), id, kept, intake: Intake::default() })
    }

    /// Takes some bytes. No transaction is open while the sender is waited for.
    pub async fn take(&mut self, bytes: &[u8]) -> Result<(), UploadError> {
        self.intake.take(bytes)?;
        while let Some((starts_at, piece)) = self.intake.piece() {
            let mut tx = self.database.begin().await?;
            files::append(&mut tx, self.id, starts_at, &piece).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// The file is whole.
    pub async fn finish(self) -> Result<FileId, UploadError> {
        let (last, taken) = self.intake.finish()?;
        let mut tx = self.database.begin().await?;
        if let Some((starts_at, piece)) = last {
            files::append(&mut tx, self.id, starts_at, &piece).await?;
        }
        let whole = Whole { size: taken.size, rows: taken.lines, encoding: Some(taken.encoding), kept: self.kept };
        if !files::finish(&mut tx, self.id, whole).await? {
            return Err(StoreError::Refused("an upload was gone before its last byte".into()).into());
        }
        tx.commit().await?;
        Ok(self.id)
    }

    pub fn id(&self) -> FileId {
        self.id
    }
}

/// Forgets an upload that is of no use.
pub async fn discard(database: &Database, id: FileId) -> Result<(), StoreError> {
    loop {
        let mut tx = database.begin().await?;
        let gone = files::shrink(&mut tx, id, 8).await?;
        if gone == 0 {
            files::delete(&mut tx, id).await?;
        }
        tx.commit().await?;
        if gone == 0 {
            return Ok(());
        }
    }
}

/// The upload of the workspace, when it is whole and not gone.
pub async fn find(conn: &mut crate::store::Conn, scope: Scope, id: FileId) -> Result<Option<crate::domain::file::StoredFile>, StoreError> {
    let file = files::find(conn, scope, id).await?;
    Ok(file.filter(|file| file.purpose == FilePurpose::Upload && file.state == crate::domain::file::FileState::Ready))
}

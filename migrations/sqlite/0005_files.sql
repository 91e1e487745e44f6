-- What people take out and bring in: the content of a file, in pieces that are each written with the step that made them.
CREATE TABLE files (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The export that writes it or the import that reads it; none while an upload has not been used.
    job_id TEXT REFERENCES jobs (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN ('export', 'parts', 'upload')),
    state TEXT NOT NULL CHECK (state IN ('writing', 'ready', 'removing', 'expired')),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    -- Of the text in an upload, as it is stored.
    encoding TEXT CHECK (encoding IN ('utf-8', 'windows-1252')),
    -- Bytes and rows, once it is ready.
    size INTEGER NOT NULL,
    rows_held INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX files_by_job ON files (job_id);
CREATE INDEX files_by_end ON files (expires_at) WHERE state <> 'expired';

CREATE TABLE file_chunks (
    file_id TEXT NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    -- Where in the file it begins, in bytes.
    starts_at INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (file_id, starts_at)
) STRICT;

-- Rows of an upload that an import refused; they go with the upload.
CREATE TABLE import_errors (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    file_id TEXT NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    -- As a spreadsheet counts, and which of the row's faults.
    row_number INTEGER NOT NULL,
    n INTEGER NOT NULL,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (job_id, row_number, n)
) STRICT;
CREATE INDEX import_errors_by_file ON import_errors (file_id);

-- Rows of files that name somebody without an id, by a digest of what they say, so that the same row is not added to a review again.
CREATE TABLE imported_rows (
    review_id TEXT NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    PRIMARY KEY (review_id, digest)
) STRICT;

-- Who has occurred in a file that is only judged; of no use once that has ended.
CREATE TABLE judged_rows (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    PRIMARY KEY (job_id, digest)
) STRICT;

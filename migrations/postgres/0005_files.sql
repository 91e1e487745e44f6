-- What people take out and bring in: the content of a file, in pieces that are each written with the step that made them.
CREATE TABLE files (
    id TEXT COLLATE "C" PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The export that writes it or the import that reads it; none while an upload has not been used.
    job_id TEXT COLLATE "C" REFERENCES jobs (id) ON DELETE CASCADE,
    purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('export', 'parts', 'upload')),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('writing', 'ready', 'removing', 'expired')),
    name TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    -- Of the text in an upload, as it is stored.
    encoding TEXT COLLATE "C" CHECK (encoding IN ('utf-8', 'windows-1252')),
    -- Bytes and rows, once it is ready.
    size BIGINT NOT NULL,
    rows_held BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX files_by_job ON files (job_id);
CREATE INDEX files_by_end ON files (expires_at) WHERE state <> 'expired';

CREATE TABLE file_chunks (
    file_id TEXT COLLATE "C" NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    -- Where in the file it begins, in bytes.
    starts_at BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (file_id, starts_at)
);

-- Rows of an upload that an import refused; they go with the upload.
CREATE TABLE import_errors (
    job_id TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    file_id TEXT COLLATE "C" NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    -- As a spreadsheet counts, and which of the row's faults.
    row_number BIGINT NOT NULL,
    n BIGINT NOT NULL,
    column_name TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    message TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (job_id, row_number, n)
);
CREATE INDEX import_errors_by_file ON import_errors (file_id);

-- Rows of files that name somebody without an id, by a digest of what they say, so that the same row is not added to a review again.
CREATE TABLE imported_rows (
    review_id TEXT COLLATE "C" NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    digest TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (review_id, digest)
);

-- Who has occurred in a file that is only judged; of no use once that has ended.
CREATE TABLE judged_rows (
    job_id TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    digest TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (job_id, digest)
);

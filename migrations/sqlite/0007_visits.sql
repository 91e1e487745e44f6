-- When each member was last here, so that Home can say what happened since.
CREATE TABLE visits (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The last look at Home.
    seen_at INTEGER NOT NULL,
    -- The end of the visit before this one.
    since INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) STRICT;

-- What runs and what has ended, without a walk over all jobs that ever were.
CREATE INDEX jobs_active ON jobs (workspace_id, created_at) WHERE state IN ('queued', 'waiting', 'running', 'paused');
CREATE INDEX jobs_ended ON jobs (workspace_id, completed_at) WHERE completed_at IS NOT NULL;

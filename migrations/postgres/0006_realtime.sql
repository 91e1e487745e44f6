-- Raised by every change of the job that is told, so that two versions of one row can be put in order.
ALTER TABLE jobs ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

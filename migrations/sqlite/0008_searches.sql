-- What was asked for, folded in Rust, so that jobs can be found by their words.
ALTER TABLE jobs ADD COLUMN asked TEXT NOT NULL DEFAULT '';

-- How many postings have some words, counted no further than asked: always by the index, as in numbers_in_posting_terms, of which all would
-- be read before the first is counted.
CREATE FUNCTION count_in_posting_terms (asked TSQUERY, most BIGINT) RETURNS BIGINT LANGUAGE SQL STABLE PARALLEL SAFE
    SET enable_seqscan = off SET enable_indexscan = off
    AS 'SELECT count(*) FROM (SELECT 1 FROM posting_terms WHERE terms @@ asked LIMIT most) AS counted';

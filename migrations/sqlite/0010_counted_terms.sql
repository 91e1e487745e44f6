-- Nothing to do: SQLite reads its search index no further than it counts. Both databases have the same migrations by number and name.
SELECT 1;

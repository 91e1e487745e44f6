//! The migrations of both databases make the same schema.

use std::collections::{BTreeMap, BTreeSet};

use sluice::store::Database;
use sluice::store::database::sql;

use crate::support::TestDatabase;
use crate::support::fixtures::read;

/// One table as both databases can describe it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// Name, type in SQLite's words, and whether it may be NULL.
    columns: BTreeSet<(String, String, bool)>,
    primary_key: Vec<String>,
    /// The columns of every unique index and constraint, the primary key left out.
    unique: BTreeSet<Vec<String>>,
    /// Name and columns of every other index.
    indexes: BTreeSet<(String, Vec<String>)>,
}

type Schema = BTreeMap<String, Table>;

async fn of_sqlite(database: &Database) -> Schema {
    let mut conn = read(database).await;
    let mut schema = Schema::new();
    // Virtual tables and what they are made of are left out: the search index is each database's own.
    let tables = sql("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
         AND name NOT LIKE 'sqlite%' AND name NOT LIKE '!_sqlx%' ESCAPE '!'");
    for table in tables.fetch_all(&mut conn).await.expect("the tables") {
        let name: String = table.get("name").expect("a name");
        let mut described = Table::default();
        // Generated columns too, which the other pragma leaves out.
        let columns =
            sql("SELECT name, type, CAST(\"notnull\" AS INTEGER) AS filled, pk FROM pragma_table_xinfo($1) WHERE hidden <> 1 ORDER BY pk");
        for column in columns.bind(&name).fetch_all(&mut conn).await.expect("the columns") {
            let (column_name, place): (String, i64) = (column.get("name").expect("a name"), column.get("pk").expect("a place"));
            if place > 0 {
                described.primary_key.push(column_name.clone());
            }
            let filled = column.get::<i64>("filled").expect("a flag") == 1 || place > 0;
            described.columns.insert((column_name, column.get("type").expect("a type"), !filled));
        }
        let indexes = sql("SELECT name, CAST(\"unique\" AS INTEGER) AS is_unique, origin FROM pragma_index_list($1)");
        for index in indexes.bind(&name).fetch_all(&mut conn).await.expect("the indexes") {
            let index_name: String = index.get("name").expect("a name");
            let parts = sql("SELECT name FROM pragma_index_info($1) ORDER BY seqno").bind(&index_name).fetch_all(&mut conn).await;
            let parts = parts.expect("the parts").iter().map(|part| part.get("name").expect("a name")).collect();
            match (index.get::<String>("origin").expect("an origin").as_str(), index.get::<i64>("is_unique").expect("a flag")) {
                ("pk", _) => {}
                (_, 1) => {
                    described.unique.insert(parts);
                }
                _ => {
                    described.indexes.insert((index_name, parts));
                }
            }
        }
        schema.insert(name, described);
    }
    schema
}

async fn of_postgres(database: &Database) -> Schema {
    let mut conn = read(database).await;
    let mut schema = Schema::new();
    let columns = sql("SELECT CAST(table_name AS TEXT) AS table_name, CAST(column_name AS TEXT) AS column_name, \
         CAST(data_type AS TEXT) AS data_type, is_nullable = 'YES' AS optional FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name NOT LIKE '!_sqlx%' ESCAPE '!' AND table_name NOT IN ('review_terms', 'posting_terms')");
    for column in columns.fetch_all(&mut conn).await.expect("the columns") {
        let kind: String = column.get("data_type").expect("a type");
        let kind = match kind.as_str() {
            "text" => "TEXT",
            "bigint" | "boolean" => "INTEGER",
            "bytea" => "BLOB",
            "double precision" => "REAL",
            other => panic!("{other} has no counterpart on SQLite"),
        };
        let table = schema.entry(column.get("table_name").expect("a name")).or_default();
        let described = (column.get("column_name").expect("a name"), kind.to_owned(), column.get("optional").expect("a flag"));
        table.columns.insert(described);
    }
    let indexes =
        sql("SELECT CAST(t.relname AS TEXT) AS table_name, CAST(i.relname AS TEXT) AS index_name, x.indisunique, x.indisprimary, \
         (SELECT string_agg(CAST(a.attname AS TEXT), ',' ORDER BY k.place) FROM unnest(x.indkey) WITH ORDINALITY AS k (number, place) \
          JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) AS parts \
         FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
         JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = 'public' AND t.relname NOT LIKE '!_sqlx%' ESCAPE '!' \
         AND t.relname NOT IN ('review_terms', 'posting_terms')");
    for index in indexes.fetch_all(&mut conn).await.expect("the indexes") {
        let table = schema.get_mut(&index.get::<String>("table_name").expect("a name")).expect("a table with columns");
        let parts: Vec<String> = index.get::<String>("parts").expect("parts").split(',').map(str::to_owned).collect();
        match (index.get("indisprimary").expect("a flag"), index.get("indisunique").expect("a flag")) {
            (true, _) => table.primary_key = parts,
            (false, true) => {
                table.unique.insert(parts);
            }
            (false, false) => {
                table.indexes.insert((index.get("index_name").expect("a name"), parts));
            }
        }
    }
    schema
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_have_the_same_tables_columns_and_keys() {
    let (sqlite, postgres) = (TestDatabase::sqlite().await, TestDatabase::postgres().await);
    let (one, other) = (of_sqlite(&sqlite.database()).await, of_postgres(&postgres.database()).await);
    assert!(one.len() > 15, "the tables were found: {:?}", one.keys());
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, table) in &one {
        assert_eq!(table, &other[name], "{name}: SQLite left, Postgres right");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_has_one_order_on_postgres() {
    let test = TestDatabase::postgres().await;
    let rows = sql("SELECT CAST(c.table_name AS TEXT) || '.' || CAST(c.column_name AS TEXT) AS name FROM information_schema.columns c \
         WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '!_sqlx%' ESCAPE '!' AND c.data_type = 'text' \
         AND c.collation_name IS DISTINCT FROM 'C'")
    .fetch_all(&mut read(&test.database()).await)
    .await
    .expect("the columns");
    let names: Vec<String> = rows.iter().map(|row| row.get("name").expect("a name")).collect();
    assert_eq!(names, Vec::<String>::new(), "sorted as SQLite sorts: COLLATE \"C\"");
}

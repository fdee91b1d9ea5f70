//! Rows as lines of JSON, the same for both databases: text, numbers and flags as themselves, `{"uuid": …}`,
//! `{"bytes": base64}`, and `null`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, future::BoxFuture};
use migrations::SchemaManager;
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, Iterable as _,
    ModelTrait, PrimaryKeyToColumn as _, QueryOrder as _, Value,
};
use serde_json::{Map, Value as Json, json};

use super::BackupError;
use super::archive::{Writer, damaged};
use crate::Error;
use crate::entity::{
    access, blob, branch, card, card_facet, card_word, commit, document, examination, holder, job, layout,
    log_checkpoint, log_cosignature, log_head, log_leaf, log_pending, log_tile, member, namespace,
    namespace_key, redirect, release, release_file, removal, removed_digest, removed_name, repository,
    repository_blob, search, secret, slug, tag, token, tree, xorb, xorb_sender,
};

/// How many bytes of lines one member holds, but for a longer line.
const MEMBER_BYTES: usize = 1 << 20;
/// How many rows one statement brings back; both databases take as many values.
const ROWS: usize = 500;

type Lines<'a> = BoxStream<'a, Result<Json, Error>>;

/// A table: its name and its rows.
pub(super) struct Table {
    pub(super) name: &'static str,
    #[cfg(test)]
    columns: fn() -> Vec<String>,
    lines: for<'a> fn(&'a DatabaseTransaction) -> BoxFuture<'a, Result<Lines<'a>, DbErr>>,
}

/// All tables, those first whose rows others name.
pub(super) const TABLES: [Table; 37] = [
    of(namespace::Entity, "namespaces"),
    of(member::Entity, "members"),
    of(token::Entity, "tokens"),
    of(namespace_key::Entity, "namespace_keys"),
    of(secret::Entity, "secrets"),
    of(blob::Entity, "blobs"),
    of(layout::Entity, "layouts"),
    of(holder::Entity, "blob_holders"),
    of(xorb::Entity, "xorbs"),
    of(xorb_sender::Entity, "xorb_senders"),
    of(document::Entity, "documents"),
    of(repository::Entity, "repositories"),
    of(redirect::Entity, "redirects"),
    of(access::Entity, "accesses"),
    of(tree::Entity, "trees"),
    of(commit::Entity, "commits"),
    of(branch::Entity, "branches"),
    of(tag::Entity, "tags"),
    of(repository_blob::Entity, "repository_blobs"),
    of(release::Entity, "releases"),
    of(release_file::Entity, "release_files"),
    of(search::Entity, "search"),
    of(slug::Entity, "slugs"),
    of(card::Entity, "cards"),
    of(card_word::Entity, "card_words"),
    of(card_facet::Entity, "card_facets"),
    of(examination::Entity, "examinations"),
    of(job::Entity, "jobs"),
    of(removal::Entity, "removals"),
    of(removed_name::Entity, "removed_names"),
    of(removed_digest::Entity, "removed_digests"),
    of(log_pending::Entity, "log_pending"),
    of(log_leaf::Entity, "log_leaves"),
    of(log_tile::Entity, "log_tiles"),
    of(log_head::Entity, "log_head"),
    of(log_checkpoint::Entity, "log_checkpoints"),
    of(log_cosignature::Entity, "log_cosignatures"),
];

const fn of<E: EntityTrait>(_entity: E, name: &'static str) -> Table
where
    E::Model: Send + Sync,
{
    Table {
        name,
        #[cfg(test)]
        columns: || E::Column::iter().map(|column| sea_orm::IdenStatic::as_str(&column).to_owned()).collect(),
        lines: |snapshot| lines::<E>(snapshot).boxed(),
    }
}

/// All rows of a table in the order of their keys.
async fn lines<E: EntityTrait>(snapshot: &DatabaseTransaction) -> Result<Lines<'_>, DbErr>
where
    E::Model: Send + Sync,
{
    let mut rows = E::find();
    for key in E::PrimaryKey::iter() {
        rows = rows.order_by_asc(key.into_column());
    }
    let rows = rows.stream(snapshot).await?;
    Ok(rows.map_err(Error::from).and_then(|row| async move { line::<E>(&row) }).boxed())
}

fn line<E: EntityTrait>(row: &E::Model) -> Result<Json, Error> {
    let columns = E::Column::iter().map(|column| {
        let name = sea_orm::IdenStatic::as_str(&column);
        Ok((name.to_owned(), written(row.get(column), E::default().table_name(), name)?))
    });
    Ok(Json::Object(columns.collect::<Result<Map<_, _>, Error>>()?))
}

fn written(value: Value, table: &str, column: &str) -> Result<Json, Error> {
    Ok(match value {
        Value::String(text) => json!(text),
        Value::BigInt(number) => json!(number),
        Value::Bool(flag) => json!(flag),
        Value::Uuid(id) => id.map_or(Json::Null, |id| json!({"uuid": id})),
        Value::Bytes(bytes) => bytes.map_or(Json::Null, |bytes| json!({"bytes": STANDARD.encode(bytes)})),
        other => {
            let kind = DbErr::Type(format!("{table}.{column} is a {other:?}, which no backup holds"));
            return Err(kind.into());
        }
    })
}

/// Writes all tables.
pub(super) async fn write(
    snapshot: &DatabaseTransaction,
    mut writer: Writer,
    rows: &mut u64,
) -> Result<Writer, BackupError> {
    for table in &TABLES {
        let mut lines = (table.lines)(snapshot).await?;
        let (mut held, mut number) = (Vec::new(), 0);
        while let Some(line) = lines.try_next().await? {
            serde_json::to_writer(&mut held, &line).map_err(std::io::Error::from)?;
            held.push(b'\n');
            *rows += 1;
            if held.len() >= MEMBER_BYTES {
                writer = writer.add(place(table.name, number), std::mem::take(&mut held)).await?;
                number += 1;
            }
        }
        if !held.is_empty() {
            writer = writer.add(place(table.name, number), held).await?;
        }
    }
    Ok(writer)
}

fn place(table: &str, number: u32) -> String {
    format!("tables/{table}/{number:06}.jsonl")
}

/// The table whose rows this member holds.
pub(super) fn named(path: &str) -> Option<&'static Table> {
    let (table, _number) = path.strip_prefix("tables/")?.split_once('/')?;
    TABLES.iter().find(|known| known.name == table)
}

/// The first table that is there and not empty.
pub(super) async fn first_used(database: &DatabaseConnection) -> Result<Option<&'static str>, DbErr> {
    for table in &TABLES {
        let mut one = Query::select();
        one.expr(Expr::val(1)).from(Alias::new(table.name)).limit(1);
        let there = SchemaManager::new(database).has_table(table.name).await?;
        if there && database.query_one(&one).await?.is_some() {
            return Ok(Some(table.name));
        }
    }
    Ok(None)
}

/// Brings the rows of a member back.
pub(super) async fn load(
    change: &DatabaseTransaction,
    table: &'static str,
    bytes: &[u8],
) -> Result<u64, BackupError> {
    let no_rows = || damaged(format!("the rows of `{table}` cannot be read"));
    let text = std::str::from_utf8(bytes).map_err(|_no_text| no_rows())?;
    let rows = text.lines().map(serde_json::from_str::<Map<String, Json>>);
    let rows = rows.collect::<Result<Vec<_>, _>>().map_err(|_no_json| no_rows())?;
    for some in rows.chunks(ROWS) {
        let Some(first) = some.first() else { continue };
        let mut insert = Query::insert();
        insert.into_table(Alias::new(table)).columns(first.keys().map(Alias::new));
        for row in some {
            if !row.keys().eq(first.keys()) {
                return Err(no_rows());
            }
            let values = row.values().map(read).collect::<Option<Vec<_>>>().ok_or_else(no_rows)?;
            insert.values(values).map_err(|_other_count| no_rows())?;
        }
        change.execute(&insert).await?;
    }
    Ok(rows.len() as u64)
}

fn read(value: &Json) -> Option<Expr> {
    Some(match value {
        Json::Null => Expr::null(),
        Json::Bool(flag) => Expr::val(*flag),
        Json::Number(number) => Expr::val(number.as_i64()?),
        Json::String(text) => Expr::val(text.as_str()),
        Json::Object(one) if one.len() == 1 => match one.iter().next()? {
            (kind, Json::String(id)) if kind == "uuid" => Expr::val(id.parse::<domain::Uuid>().ok()?),
            (kind, Json::String(bytes)) if kind == "bytes" => Expr::val(STANDARD.decode(bytes).ok()?),
            _ => return None,
        },
        Json::Array(_) | Json::Object(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sea_orm::Statement;

    use super::*;
    use crate::database::Database;

    /// Every table of the database with its columns, but for the list of steps of the schema.
    async fn there(database: &DatabaseConnection) -> BTreeMap<String, Vec<String>> {
        let ask = "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c \
                   WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'seaql_migrations' \
                   ORDER BY 1, 2";
        let rows = Statement::from_string(database.get_database_backend(), ask);
        let mut tables = BTreeMap::<String, Vec<String>>::new();
        for row in database.query_all_raw(rows).await.unwrap() {
            let column = row.try_get_by_index(1).unwrap();
            tables.entry(row.try_get_by_index(0).unwrap()).or_default().push(column);
        }
        tables
    }

    #[tokio::test]
    async fn every_table_and_column_is_in_a_backup() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/a.sqlite?mode=rwc", folder.path().display());
        let database = Database::open(&url).await.unwrap();

        let mut told = BTreeMap::new();
        for table in &TABLES {
            let mut columns = (table.columns)();
            columns.sort();
            told.insert(table.name.to_owned(), columns);
        }

        assert_eq!(told, there(database.connection()).await);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for line in ["[]", "{}", r#"{"uuid": "x"}"#, r#"{"bytes": "?"}"#, r#"{"other": "x"}"#, "1.5"] {
            let value: Json = serde_json::from_str(line).unwrap();
            assert!(read(&value).is_none(), "{line}");
        }
    }
}
